import Benchmark
import Fields
import Foundation
import Substrate
import Vocabulary

/// An hour of cytokines in tissue, by which schemes of transport are measured.
///
/// A cube of voxels of 20 um behind closed faces, empty at first. Of every factor 1 % of the voxels
/// secrete, half of them from minute 30 on; 5 % take up, half of them at 0.1 and half at 1 per min.
struct Hour {
  /// What the factors are, in turn: diffusivity (um²/s) and half-life (min).
  static let kinds = [(10.0, 15.0), (40, 45), (80, 90), (140, 180)]
  /// When errors are taken: the worst and the last minute before and after the change.
  static let looks = [1, 30, 31, 60]

  var fields: FieldStack
  private let late: [Float]

  /// An hour of a number of factors on a cube of an edge.
  init(edge: Int, factors count: Int) {
    let factors = (0..<count).map { f in
      let (diffusivity, halfLife) = Self.kinds[f % Self.kinds.count]
      return Factor(
        name: "\(f)",
        molarMass: 20_000,
        diffusivity: 60 * diffusivity,
        decay: log(2) / halfLife,
        activity: [:]
      )
    }
    fields = FieldStack(
      shape: GridShape(nx: edge, ny: edge, nz: edge, spacing: 20),
      factors: factors
    )
    var late = fields.source
    for f in factors.indices {
      for (v, i) in fields.range(of: f).enumerated() {
        let draw = Philox.block(counter: .init(UInt32(v), UInt32(f), 0, 0), key: (30, 60))
        if draw.uniform < 0.01 { late[i] = 1 }
        if draw.uniform < 0.005 { fields.source[i] = 1 }
        if draw.secondUniform < 0.05 { fields.sink[i] = draw.secondUniform < 0.025 ? 0.1 : 1 }
      }
    }
    self.late = late
  }

  /// What cells give in a minute, 1...60.
  func source(in minute: Int) -> [Float] { minute <= 30 ? fields.source : late }

  /// Goes through the hour in steps of a minute, calling `look` after each.
  ///
  /// - Returns: the time of the sixty steps alone.
  mutating func pass(
    by transport: inout some Transport,
    using workers: Workers,
    look: (Int, FieldStack) -> Void = { _, _ in }
  ) -> Duration {
    let factors = Array(fields.factors.indices)
    var time = Duration.zero
    for minute in 1...60 {
      if minute == 31 { fields.source = late }
      time += ContinuousClock().measure {
        transport.advance(&fields, factors: factors, by: 1, using: workers)
      }
      look(minute, fields)
    }
    return time
  }

  /// A number that differs wherever a bit of the fields does.
  var digest: UInt64 {
    fields.concentration.reduce(14_695_981_039_346_656_037) { digest, value in
      (digest ^ UInt64(value.bitPattern)) &* 1_099_511_628_211
    }
  }
}

/// Times the hour at a tolerance of 1 %.
func hourBenchmark(edge: Int, factors: Int, workers: Int) {
  let time = BenchmarkMetric.time("Sixty steps")
  let bits = BenchmarkMetric.custom("Digest of the end, modulo 1000", useScalingFactor: false)
  let each = BenchmarkMetric.custom("ps per voxel, factor and minute", useScalingFactor: false)
  Benchmark(
    "Hour: \(edge)^3 voxels, factors: \(factors), workers: \(workers)",
    configuration: .figures(iterations: edge > 100 ? 1 : 5, [time, each, bits])
  ) { benchmark in
    var hour = Hour(edge: edge, factors: factors)
    var transport = FieldTransport(tolerance: 1e-2)
    let taken = hour.pass(by: &transport, using: Workers(count: workers))
    benchmark.record(time, taken)
    let steps = Double(60 * factors * hour.fields.shape.count)
    benchmark.measurement(each, Int(1e6 * (taken / .microseconds(1)) / steps))
    benchmark.measurement(bits, Int(hour.digest % 1000))
  }
}
