import Benchmark
import Fields
import Substrate
import Vocabulary

/// Times the stages of the transport, and a triad over as many arrays of the same length.
///
/// Of two stages one reads T_j, T_{j−1} and λ and writes T_{j+1}; the other also reads and writes the
/// change: 10 numbers of traffic per voxel. What a stage takes is what more stages of the same
/// step take more, everything before and after them left out.
func bandwidthBenchmark(edge: Int, workers count: Int) {
  let stage = BenchmarkMetric.rate("Stages, MB")
  let triad = BenchmarkMetric.rate("Triad, MB")
  let ratio = BenchmarkMetric.ratio("Stages over triad")
  Benchmark(
    "Bandwidth: \(edge)^3 voxels, workers: \(count)",
    configuration: .figures(iterations: 5, [stage, triad, ratio])
  ) { benchmark in
    let workers = Workers(count: count)
    var hour = Hour(edge: edge, factors: 4)
    var transport = FieldTransport(tolerance: 1e-2)
    for _ in 1...5 { transport.advance(&hour.fields, factors: [3], by: 1, using: workers) }
    let few = step(of: hour.fields, tolerance: 0.5, workers)
    let many = step(of: hour.fields, tolerance: 1e-6, workers)
    let bytes = 4 * 5 * Double(hour.fields.shape.count)
    let each = (many.time - few.time) / Double(many.stages - few.stages)
    let stages = bytes / (each / .microseconds(1))
    let streams = bytes / (streaming(hour.fields.shape.count, workers) / .microseconds(1))
    benchmark.measurement(stage, Int(stages))
    benchmark.measurement(triad, Int(streams))
    benchmark.measurement(ratio, Int(100 * stages / streams))
  }
}

/// Stages of a step of the last factor, and the least of nine times it takes.
private func step(of fields: FieldStack, tolerance: Double, _ workers: Workers)
  -> (time: Duration, stages: Int)
{
  var transport = FieldTransport(tolerance: tolerance)
  var stages = 0
  let times = (0...9).map { _ in
    var fields = fields
    fields.concentration[0] += 0
    fields.source[0] += 0
    fields.sink[0] += 0
    stages = transport.stages
    return ContinuousClock().measure {
      transport.advance(&fields, factors: [3], by: 1, using: workers)
    }
  }
  return (times.dropFirst().reduce(times[0], min), transport.stages - stages)
}

/// The least of nine times of a stage that reads no neighbours: the mean of one with four streams and of
/// one with six.
private func streaming(_ count: Int, _ workers: Workers) -> Duration {
  var numbers = [Float](repeating: 1, count: 4 * count)
  return numbers.withSlab { numbers in
    let times = (0...9).map { _ in
      ContinuousClock().measure {
        for isSumming in [false, true] {
          _ = workers.map(workers.count) { piece in
            let low = count * piece / workers.count
            let high = count * (piece + 1) / workers.count
            stream(numbers, count, low..<high, isSumming: isSumming)
          }
        }
      }
    }
    return times.reduce(times[0], min) / 2
  }
}

/// a = b c − a over a part of four arrays in a row; where summing, d += a + b as well.
private func stream(_ numbers: Slab<Float>, _ count: Int, _ part: Range<Int>, isSumming: Bool) {
  func start(_ array: Int) -> Int { array * count + part.lowerBound }
  var a = numbers.mutableSpan(from: start(0), count: part.count)
  let b = numbers.span(from: start(1), count: part.count)
  let c = numbers.span(from: start(2), count: part.count)
  guard isSumming else {
    for i in a.indices { a[i] = b[i] * c[i] - a[i] }
    return
  }
  var d = numbers.mutableSpan(from: start(3), count: part.count)
  for i in a.indices {
    d[i] += a[i] + b[i]
    a[i] = b[i] * c[i] - a[i]
  }
}
