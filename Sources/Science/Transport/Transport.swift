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
    let needed = shape.nx * max(shape.ny, shape.nz)
    if plane.count < needed { plane = Array(repeating: 0, count: needed) }
    for factor in factors {
      react(&fields, factor)
      let ratio = step * fields.factors[factor].diffusivity / (shape.spacing * shape.spacing)
      guard ratio > 0 else { continue }
      let start = fields.range(of: factor).lowerBound
      diffuseAlongX(&fields, ratio, start)
      if shape.ny > 1 {
        let system = Elimination(count: shape.ny, ratio: ratio)
        for k in 0..<shape.nz {
          diffuse(&fields, system, start + k * shape.nx * shape.ny, stride: shape.nx)
        }
      }
      if shape.nz > 1 {
        let system = Elimination(count: shape.nz, ratio: ratio)
        for j in 0..<shape.ny {
          diffuse(&fields, system, start + j * shape.nx, stride: shape.nx * shape.ny)
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

  private mutating func diffuseAlongX(_ fields: inout FieldStack, _ ratio: Double, _ start: Int) {
    let shape = fields.shape
    guard shape.nx > 1 else { return }
    let system = Elimination(count: shape.nx, ratio: ratio)
    let inverse = system.inverse.span
    let carry = system.carry.span
    var line = plane.mutableSpan
    var c = fields.concentration.mutableSpan
    for row in 0..<shape.ny * shape.nz {
      let base = start + row * shape.nx
      var value = 0.0
      for i in 0..<shape.nx {
        value = (Double(c[base + i]) + ratio * value) * inverse[i]
        line[i] = value
      }
      c[base + shape.nx - 1] = Float(value)
      for i in stride(from: shape.nx - 2, through: 0, by: -1) {
        value = line[i] + carry[i] * value
        c[base + i] = Float(value)
      }
    }
  }

  /// Solves nx lines side by side, whose points lie `stride` apart from `base` on.
  private mutating func diffuse(
    _ fields: inout FieldStack,
    _ system: Elimination,
    _ base: Int,
    stride: Int
  ) {
    let nx = fields.shape.nx
    let count = system.inverse.count
    var plane = plane.mutableSpan
    var c = fields.concentration.mutableSpan
    for j in 0..<count {
      let inverse = system.inverse[j]
      let ratio = j == 0 ? 0 : system.ratio
      let here = j * nx
      let before = j == 0 ? 0 : here - nx
      let there = base + j * stride
      for i in 0..<nx {
        plane[here + i] = (Double(c[there + i]) + ratio * plane[before + i]) * inverse
      }
    }
    for j in Swift.stride(from: count - 1, through: 0, by: -1) {
      let carry = j == count - 1 ? 0 : system.carry[j]
      let here = j * nx
      let after = j == count - 1 ? here : here + nx
      let there = base + j * stride
      for i in 0..<nx {
        let value = plane[here + i] + carry * plane[after + i]
        plane[here + i] = value
        c[there + i] = Float(value)
      }
    }
  }
}
