/// A scheme that advances the solved factors of a grid by one whole step.
///
///     ∂c/∂t = D ∇²c − (k + u) c + s,   no flux through the faces
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | D | `Factor.diffusivity` | um²/min | factor |
/// | k | `Factor.decay` | 1/min | factor |
/// | u | `FieldStack.sink` | 1/min | cells |
/// | s | `FieldStack.source` | nM/min | cells |
public protocol Transport: Sendable {
  /// Advances the factors of the given positions by the step the scheme was made for.
  mutating func advance(_ fields: inout FieldStack, factors: [Int])
}

/// Backward Euler, one axis at a time: unconditionally stable, never negative, first order in time,
/// second in space.
///
///     c* = (c + s Δt) / (1 + (k + u) Δt),   then (1 − Δt D ∂²) along x, y and z in turn
///
/// Each line is a tridiagonal system with positive coefficients, solved by elimination in double
/// precision; no term of the solution is a difference, so nothing can turn negative.
public struct ImplicitSplitting: Transport {
  let step: Double
  private var plane: [Double] = []

  /// A scheme for steps of a length (min).
  public init(step: Double) { self.step = step }

  /// Advances the factors of the given positions by one step.
  public mutating func advance(_ fields: inout FieldStack, factors: [Int]) {
    let shape = fields.shape
    let needed = max(shape.nx * shape.ny, shape.nx * shape.nz)
    if plane.count < needed { plane = Array(repeating: 0, count: needed) }
    let layer = shape.nx * shape.ny
    for factor in factors {
      react(&fields, factor)
      let ratio = step * fields.factors[factor].diffusivity / (shape.spacing * shape.spacing)
      guard ratio > 0 else { continue }
      let start = fields.range(of: factor).lowerBound
      if shape.nx > 1 {
        let system = Elimination(count: shape.nx, ratio: ratio)
        for k in 0..<shape.nz {
          let base = start + k * layer
          diffuse(
            &fields,
            system,
            Bundle(base: base, stride: 1, lines: shape.ny, spacing: shape.nx)
          )
        }
      }
      if shape.ny > 1 {
        let system = Elimination(count: shape.ny, ratio: ratio)
        for k in 0..<shape.nz {
          let base = start + k * layer
          diffuse(
            &fields,
            system,
            Bundle(base: base, stride: shape.nx, lines: shape.nx, spacing: 1)
          )
        }
      }
      if shape.nz > 1 {
        let system = Elimination(count: shape.nz, ratio: ratio)
        for j in 0..<shape.ny {
          let base = start + j * shape.nx
          diffuse(
            &fields,
            system,
            Bundle(base: base, stride: layer, lines: shape.nx, spacing: 1)
          )
        }
      }
    }
  }

  private func react(_ fields: inout FieldStack, _ factor: Int) {
    let range = fields.range(of: factor)
    let decay = Float(fields.factors[factor].decay)
    let dt = Float(step)
    let given = fields.source
    let taken = fields.sink
    let source = given.span
    let sink = taken.span
    var c = fields.concentration.mutableSpan
    for i in range { c[i] = (c[i] + source[i] * dt) / (1 + (decay + sink[i]) * dt) }
  }

  /// The factorised matrix of one line: 1 + 2a on the diagonal (1 + a at the ends), −a beside it.
  private struct Elimination {
    let ratio: Double
    let inverse, carry: [Double]

    init(count: Int, ratio: Double) {
      self.ratio = ratio
      var inverse: [Double] = []
      var carry: [Double] = []
      for i in 0..<count {
        let neighbours = Double((i > 0 ? 1 : 0) + (i < count - 1 ? 1 : 0))
        let pivot = 1 + neighbours * ratio - (i > 0 ? ratio * carry[i - 1] : 0)
        inverse.append(1 / pivot)
        carry.append(ratio / pivot)
      }
      self.inverse = inverse
      self.carry = carry
    }
  }

  /// Lines of the grid that are solved side by side: point p of line l stands at
  /// base + p · stride + l · spacing.
  private struct Bundle {
    let base, stride, lines, spacing: Int
  }

  private mutating func diffuse(
    _ fields: inout FieldStack,
    _ system: Elimination,
    _ bundle: Bundle
  ) {
    let lines = bundle.lines
    let spacing = bundle.spacing
    let count = system.inverse.count
    var plane = plane.mutableSpan
    var c = fields.concentration.mutableSpan
    for p in 0..<count {
      let inverse = system.inverse[p]
      let ratio = p == 0 ? 0 : system.ratio
      let here = p * lines
      let before = p == 0 ? 0 : here - lines
      let there = bundle.base + p * bundle.stride
      for l in 0..<lines {
        let given = Double(c[there + l * spacing])
        plane[here + l] = (given + ratio * plane[before + l]) * inverse
      }
    }
    for p in Swift.stride(from: count - 1, through: 0, by: -1) {
      let carry = p == count - 1 ? 0 : system.carry[p]
      let here = p * lines
      let after = p == count - 1 ? here : here + lines
      let there = bundle.base + p * bundle.stride
      for l in 0..<lines {
        let value = plane[here + l] + carry * plane[after + l]
        plane[here + l] = value
        c[there + l * spacing] = Float(value)
      }
    }
  }
}
