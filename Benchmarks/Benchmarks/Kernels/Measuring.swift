import Benchmark

extension BenchmarkMetric {
  /// A time, shown in microseconds.
  static func time(_ name: String) -> Self { .custom("\(name) (us)", useScalingFactor: false) }

  /// A number of things per second.
  static func rate(_ name: String) -> Self {
    .custom("\(name) / s", polarity: .prefersLarger, useScalingFactor: false)
  }

  /// One time over another, in percent.
  static func ratio(_ name: String) -> Self { .custom("\(name) (%)", useScalingFactor: false) }
}

extension Benchmark.Configuration {
  /// One warm-up and then iterations until their number or the time is reached.
  static func kernel(
    seconds: Int,
    iterations: Int,
    alongside more: [BenchmarkMetric] = [],
    _ metrics: [BenchmarkMetric]
  ) -> Self {
    .init(
      metrics: [.wallClock] + more + metrics,
      timeUnits: .microseconds,
      units: Dictionary(uniqueKeysWithValues: metrics.map { ($0, .count) }),
      maxDuration: .seconds(seconds),
      maxIterations: iterations
    )
  }

  /// A number of iterations without a warm-up, in which the benchmark itself measures everything.
  static func figures(iterations: Int, _ metrics: [BenchmarkMetric]) -> Self {
    .init(
      metrics: metrics,
      units: Dictionary(uniqueKeysWithValues: metrics.map { ($0, .count) }),
      warmupIterations: 0,
      maxDuration: .seconds(3600),
      maxIterations: iterations
    )
  }
}

extension Benchmark {
  /// Measures `work` alone, without what came before it in the iteration, and records the rate at
  /// which it did `count` things.
  func timed(_ count: some BinaryInteger, per rate: BenchmarkMetric, _ work: () throws -> Void)
    rethrows
  {
    startMeasurement()
    let start = ContinuousClock.now
    try work()
    let time = ContinuousClock.now - start
    stopMeasurement()
    measurement(rate, Int(Double(count) / (time / .seconds(1))))
  }

  /// Records a time.
  func record(_ metric: BenchmarkMetric, _ time: Duration) {
    measurement(metric, Int(time / .microseconds(1)))
  }

  /// Records the time that `work` takes.
  func lap(_ metric: BenchmarkMetric, _ work: () -> Void) {
    record(metric, ContinuousClock().measure(work))
  }
}
