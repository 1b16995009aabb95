import Benchmark
import Fields
import Substrate

/// Times the hour by a scheme on one worker, with its largest error.
private func candidateBenchmark(_ name: String, _ scheme: @escaping @Sendable () -> any Transport) {
  let time = BenchmarkMetric.time("Sixty steps")
  let errors = Hour.looks.map(BenchmarkMetric.error)
  Benchmark(
    "Candidates: \(name)",
    configuration: .figures(iterations: 3, [time] + errors)
  ) { benchmark in
    func run(_ transport: some Transport) {
      var transport = transport
      var hour = Candidates.hour
      let taken = hour.pass(by: &transport, using: Workers(count: 1)) { minute, fields in
        guard let look = Hour.looks.firstIndex(of: minute) else { return }
        let error = Candidates.reference.errors(of: fields, at: minute).max() ?? .infinity
        benchmark.measurement(errors[look], Int(min(1e9, 1e6 * error)))
      }
      benchmark.record(time, taken)
    }
    run(scheme())
  }
}

/// What the candidates work on.
private enum Candidates {
  static let hour = Hour(edge: 48, factors: 4)
  static let reference = FineReference(hour)
}

/// Compares schemes by the time they take to an error.
func candidatesBenchmark() {
  for tolerance in [1e-1, 1e-2, 1e-3] {
    candidateBenchmark("FieldTransport, tolerance \(tolerance)") {
      FieldTransport(tolerance: tolerance)
    }
  }
  for parts in [1, 10, 100] {
    candidateBenchmark("Split backward Euler, parts of a minute: \(parts)") {
      Splitting(parts: parts, isExtrapolated: false)
    }
  }
  for parts in [1, 4, 16] {
    candidateBenchmark("The same extrapolated, parts of a minute: \(parts)") {
      Splitting(parts: parts, isExtrapolated: true)
    }
  }
  for parts in [1, 2, 4, 8] {
    candidateBenchmark("RKL2, super-steps a minute: \(parts)") { SuperStepping(parts: parts) }
  }
}

extension BenchmarkMetric {
  /// The largest error of any factor after a minute, as a share of the largest concentration.
  fileprivate static func error(at minute: Int) -> Self {
    .custom("Error, minute \(minute) (1e-6)", useScalingFactor: false)
  }
}
