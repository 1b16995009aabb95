import Fields
import Substrate
import Vocabulary

/// Backward Euler, one axis at a time, in equal parts of the step; first order in time, or second
/// where each part is extrapolated from its halves.
///
///     c* = (c + s Δt) / (1 + (k + u) Δt),   then (1 − Δt D ∂²) along x, y and z in turn
struct Splitting: Transport {
  /// Parts of a step.
  let parts: Int
  /// Whether twice the result of two halves less that of the whole is taken.
  let isExtrapolated: Bool

  mutating func advance(
    _ fields: inout FieldStack,
    factors: [Int],
    by step: Double,
    using _: Workers
  ) {
    let dt = step / Double(parts)
    for factor in factors {
      let whole = Part(fields, factor, dt)
      let half = Part(fields, factor, dt / 2)
      var c = Array(fields.concentration[fields.range(of: factor)])
      for _ in 0..<parts {
        var once = c
        if isExtrapolated {
          half.advance(&c)
          half.advance(&c)
          whole.advance(&once)
          for i in c.indices { c[i] = 2 * c[i] - once[i] }
        } else {
          whole.advance(&c)
        }
      }
      fields.concentration.replaceSubrange(fields.range(of: factor), with: c)
    }
  }

  /// A part of a step of one factor.
  private struct Part {
    let edge: Int
    let ratio: Double
    let gain, share: [Float]
    var inverse: [Double] = []
    var carry: [Double] = []

    init(_ fields: FieldStack, _ factor: Int, _ dt: Double) {
      let range = fields.range(of: factor)
      let decay = Float(fields.factors[factor].decay)
      edge = fields.shape.nx
      ratio =
        dt * fields.factors[factor].diffusivity / (fields.shape.spacing * fields.shape.spacing)
      gain = fields.source[range].map { $0 * Float(dt) }
      share = fields.sink[range].map { 1 / (1 + (decay + $0) * Float(dt)) }
      for i in 0..<edge {
        let neighbours = Double((i > 0 ? 1 : 0) + (i < edge - 1 ? 1 : 0))
        let pivot = 1 + neighbours * ratio - (i > 0 ? ratio * carry[i - 1] : 0)
        inverse.append(1 / pivot)
        carry.append(ratio / pivot)
      }
    }

    func advance(_ c: inout [Float]) {
      for i in c.indices { c[i] = (c[i] + gain[i]) * share[i] }
      let layer = edge * edge
      var plane = [Double](repeating: 0, count: layer)
      for n in 0..<edge {
        diffuse(&c, &plane, from: n * layer, along: 1, across: edge)
        diffuse(&c, &plane, from: n * layer, along: edge, across: 1)
      }
      for n in 0..<edge { diffuse(&c, &plane, from: n * edge, along: layer, across: 1) }
    }

    /// Solves the lines of a plane side by side, each a tridiagonal system.
    private func diffuse(
      _ c: inout [Float],
      _ plane: inout [Double],
      from base: Int,
      along stride: Int,
      across spacing: Int
    ) {
      var plane = plane.mutableSpan
      var c = c.mutableSpan
      for p in 0..<edge {
        let ratio = p == 0 ? 0 : ratio
        let here = p * edge
        let before = p == 0 ? 0 : here - edge
        for l in 0..<edge {
          let given = Double(c[base + p * stride + l * spacing])
          plane[here + l] = (given + ratio * plane[before + l]) * inverse[p]
        }
      }
      for p in (0..<edge).reversed() {
        let carry = p == edge - 1 ? 0 : carry[p]
        let here = p * edge
        let after = p == edge - 1 ? here : here + edge
        for l in 0..<edge {
          plane[here + l] += carry * plane[after + l]
          c[base + p * stride + l * spacing] = Float(plane[here + l])
        }
      }
    }
  }
}
