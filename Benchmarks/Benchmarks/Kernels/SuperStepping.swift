import Fields
import Substrate
import Vocabulary

/// Super-time-stepping by Legendre polynomials, second order (RKL2), in equal parts of the step.
///
/// Source: Meyer, Balsara & Aslam 2014, doi 10.1016/j.jcp.2013.08.021.
struct SuperStepping: Transport {
  /// Super-steps of a step.
  let parts: Int

  mutating func advance(
    _ fields: inout FieldStack,
    factors: [Int],
    by step: Double,
    using _: Workers
  ) {
    let dt = step / Double(parts)
    for factor in factors {
      let range = fields.range(of: factor)
      let tissue = PlainField<Float>(fields, factor: factor, source: fields.source)
      var c = PlainField<Float>.padded(Array(fields.concentration[range]), fields.shape.nx)
      // The least odd number of stages that is stable.
      var stages = 3
      while Double(stages * stages + stages - 2) < 2 * dt * tissue.largestEigenvalue { stages += 2 }
      for _ in 0..<parts { Self.advance(&c, tissue, dt: dt, stages: stages) }
      fields.concentration.replaceSubrange(range, with: tissue.bare(c))
    }
  }

  private static func advance(
    _ c: inout [Float],
    _ tissue: PlainField<Float>,
    dt: Double,
    stages: Int
  ) {
    func b(_ j: Int) -> Double {
      j < 2 ? 1.0 / 3 : Double(j * j + j - 2) / Double(2 * j * (j + 1))
    }
    let w = 4 / Double(stages * stages + stages - 2)
    var slope = c
    tissue.combine(
      c,
      into: &slope,
      start: c,
      slope: c,
      .init(newer: 0, older: 0, start: 0, slope: 0, rate: 1)
    )
    var older = c
    var newer = c
    for i in newer.indices { newer[i] = c[i] + Float(b(1) * w * dt) * slope[i] }
    for j in 2...stages {
      let mu = Double(2 * j - 1) / Double(j) * b(j) / b(j - 1)
      let nu = -Double(j - 1) / Double(j) * b(j) / b(j - 2)
      tissue.combine(
        newer,
        into: &older,
        start: c,
        slope: slope,
        .init(
          newer: Float(mu),
          older: Float(nu),
          start: Float(1 - mu - nu),
          slope: Float((b(j - 1) - 1) * mu * w * dt),
          rate: Float(mu * w * dt)
        )
      )
      swap(&older, &newer)
    }
    c = newer
  }
}
