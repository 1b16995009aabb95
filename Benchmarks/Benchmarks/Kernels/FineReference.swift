import Benchmark
import Fields
import Substrate
import Vocabulary

/// The classical Runge–Kutta scheme in double precision.
///
/// A minute has N steps, at least 64 and as many as stability asks for; whatever the stiffness its
/// error is about 5⁵ e⁻⁵ / 120 N⁴ of a change, 1e-8.
///
///     u ← c + (Δt / i) (A u + f),   i = 4, 3, 2, 1
struct FineReference {
  private var looks: [Int: [[Double]]] = [:]

  /// The reference of an hour, every step cut into so many.
  init(_ hour: Hour, cuts: Int = 1) {
    let count = hour.fields.factors.count
    // The stiffest first, so that two workers end together.
    let courses = Workers(count: 2).map(count) { Self.course(hour, factor: count - 1 - $0, cuts) }
    for (n, minute) in Hour.looks.enumerated() {
      looks[minute] = courses.reversed().map { $0[n] }
    }
  }

  private static func course(_ hour: Hour, factor: Int, _ cuts: Int) -> [[Double]] {
    let tissues = [1, 31].map { minute in
      PlainField<Double>(hour.fields, factor: factor, source: hour.source(in: minute))
    }
    let steps = cuts * max(64, Int((tissues[0].largestEigenvalue / 2.5).rounded(.up)))
    let edge = hour.fields.shape.nx
    let empty = hour.fields.range(of: factor).map { _ in 0.0 }
    var c = PlainField<Double>.padded(empty, edge)
    var u = c
    var v = c
    var looks: [[Double]] = []
    for minute in 1...60 {
      let tissue = tissues[minute <= 30 ? 0 : 1]
      for _ in 0..<steps {
        for i in [4, 3, 2, 1] {
          tissue.combine(
            i == 4 ? c : u,
            into: &v,
            start: c,
            slope: c,
            .init(newer: 0, older: 0, start: 1, slope: 0, rate: 1 / Double(steps * i))
          )
          swap(&u, &v)
        }
        swap(&c, &u)
      }
      if Hour.looks.contains(minute) { looks.append(tissue.bare(c)) }
    }
    return looks
  }

  /// max|c − ref| / max|ref| of every factor at a minute.
  func errors(of fields: FieldStack, at minute: Int) -> [Double] {
    errors(at: minute) { f, v in Double(fields.concentration[f * fields.shape.count + v]) }
  }

  /// The same of another reference.
  func errors(of other: FineReference, at minute: Int) -> [Double] {
    errors(at: minute) { f, v in other.looks[minute]?[f][v] ?? .infinity }
  }

  private func errors(at minute: Int, _ value: (Int, Int) -> Double) -> [Double] {
    (looks[minute] ?? []).enumerated().map { f, reference in
      var error = 0.0
      var largest = 0.0
      for (v, exact) in reference.enumerated() {
        error = max(error, (value(f, v) - exact).magnitude)
        largest = max(largest, exact)
      }
      return error / largest
    }
  }
}

/// Measures the error of every factor of the hour, and of the reference it is measured against.
///
/// The edge of the cube is what the environment has as `EDGE`, 48 by default.
func errorBenchmark(edge: Int) {
  let metrics = Hour.looks.flatMap { minute in
    Hour.kinds.map { BenchmarkMetric.error(at: minute, diffusivity: $0.0) }
  }
  let fine = BenchmarkMetric.custom(
    "Of the reference, by its step halved (1e-9)",
    useScalingFactor: false
  )
  Benchmark(
    "Error of the hour: \(edge)^3 voxels, factors: 4",
    configuration: .figures(iterations: 1, metrics + [fine])
  ) { benchmark in
    var hour = Hour(edge: edge, factors: 4)
    let reference = FineReference(hour)
    if edge <= 64 {
      let halved = FineReference(hour, cuts: 2)
      let own = Hour.looks.flatMap { halved.errors(of: reference, at: $0) }.max() ?? .infinity
      benchmark.measurement(fine, Int(1e9 * own))
    }
    var transport = FieldTransport(tolerance: 1e-2)
    var n = 0
    _ = hour.pass(by: &transport, using: Workers(count: 2)) { minute, fields in
      guard Hour.looks.contains(minute) else { return }
      for error in reference.errors(of: fields, at: minute) {
        benchmark.measurement(metrics[n], Int(1e6 * error))
        n += 1
      }
    }
  }
}

extension BenchmarkMetric {
  /// The error of the factor of a diffusivity (um²/s).
  fileprivate static func error(at minute: Int, diffusivity: Double) -> Self {
    .custom("Error, minute \(minute), D = \(Int(diffusivity)) (1e-6)", useScalingFactor: false)
  }
}
