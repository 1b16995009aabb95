import Benchmark
import Science
import Simulation

/// Times one step of transport next to a memory triad over as many floats.
///
/// Concentration, source and sink of the fields are as long as the three arrays of the triad.
func transportBenchmark(factors count: Int) {
  let shape = GridShape(nx: 64, ny: 64, nz: 64, spacing: 20)
  let rate = BenchmarkMetric.rate("Voxels x factors")
  let triad = BenchmarkMetric.time("Memory triad, least of five")
  let ratio = BenchmarkMetric.ratio("Step over triad")
  Benchmark(
    "ImplicitSplitting: one step of 64 x 64 x 64 voxels, factors: \(count)",
    configuration: .kernel(seconds: 5, iterations: 200, [rate, triad, ratio])
  ) { benchmark in
    let factors = MainJob.infarct.fields.prefix(count).map(\.factor)
    var fields = FieldStack(shape: shape, factors: factors)
    for i in fields.source.indices {
      fields.concentration[i] = 1
      fields.source[i] = Float(i % 7)
    }
    var transport = ImplicitSplitting(step: MainJob.experiment.clock.step)
    let all = Array(factors.indices)
    let streaming = memoryTriad(fields.source.count)
    var stepping = Duration.zero
    benchmark.timed(shape.count * count, per: rate) {
      stepping = ContinuousClock().measure { transport.advance(&fields, factors: all) }
    }
    blackHole(fields)
    benchmark.record(triad, streaming)
    benchmark.measurement(ratio, Int(100 * (stepping / streaming)))
  }
}

/// The least of five times of a = b + s c over arrays of a length.
private func memoryTriad(_ count: Int) -> Duration {
  var a = [Float](repeating: 0, count: count)
  let b = [Float](repeating: 1, count: count)
  let c = [Float](repeating: 2, count: count)
  let times = (1...5).map { _ in
    let time = ContinuousClock().measure {
      a.withUnsafeMutableBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          c.withUnsafeBufferPointer { c in
            for i in a.indices { a[i] = b[i] + 0.5 * c[i] }
          }
        }
      }
    }
    blackHole(a)
    return time
  }
  return times.reduce(.seconds(1), min)
}
