import Fields
import Foundation
import Substrate
import Testing
import Vocabulary

/// Solutions made up first, the sources that lead to them after: orders in space and time where
/// diffusivity varies and masks cut the grid.
///
///     c = 3 + cos(π ξ) cos(2π y/L) sin(ω t),   ξ(x) = ∫₀ˣ dx'/D / ∫₀ᴸ dx'/D
///     s = ∂c/∂t − ∇·(D ∇c) + k c
///
/// The flux D ∂c/∂x is continuous wherever D jumps, and no flux crosses x = 0, x = L, nor any y that is a
/// multiple of L/2.
@Suite("Transport: manufactured solutions")
struct ManufacturedSolutionTests {
  static let length = 320.0
  static let decay = 0.02
  static let omega = 0.1

  /// What is made up, on a kind of grid.
  struct Problem {
    /// Diffusivity of the quarters of the x axis, um²/min.
    var diffusivity: [Double]
    /// Whether the half of large y is shut.
    var isMasked: Bool

    /// D at a place, um²/min.
    func diffusivity(_ x: Double) -> Double { diffusivity[min(3, Int(4 * x / length))] }

    /// ∫₀ᴸ dx/D.
    var resistance: Double { diffusivity.reduce(0) { $0 + length / 4 / $1 } }

    /// ξ at a place.
    func share(_ x: Double) -> Double {
      var sum = 0.0
      for (quarter, d) in diffusivity.enumerated() {
        let from = Double(quarter) * length / 4
        sum += max(0, min(x, from + length / 4) - from) / d
      }
      return sum / resistance
    }

    func concentration(_ x: Double, _ y: Double, _ t: Double) -> Double {
      3 + Foundation.cos(.pi * share(x)) * Foundation.cos(2 * .pi * y / length)
        * Foundation.sin(omega * t)
    }

    func source(_ x: Double, _ y: Double, _ t: Double) -> Double {
      let wave = Foundation.cos(.pi * share(x)) * Foundation.cos(2 * .pi * y / length)
      let d = diffusivity(x)
      let along = Double.pi / resistance
      let across = 2 * Double.pi / length
      return wave * omega * Foundation.cos(omega * t)
        + wave * Foundation.sin(omega * t) * (along * along / d + d * across * across)
        + decay * concentration(x, y, t)
    }

    /// The largest error after a time on n × n voxels, in steps of a length.
    func run(_ n: Int, step: Double, until end: Double) -> (error: Double, fields: [Double]) {
      let shape = GridShape(nx: n, ny: n, nz: 1, spacing: length / Double(n))
      func place(_ v: Int) -> (x: Double, y: Double) {
        ((Double(v % n) + 0.5) * shape.spacing, (Double(v / n) + 0.5) * shape.spacing)
      }
      let isOpen = (0..<shape.count).map { !isMasked || place($0).y < length / 2 }
      let factor = FieldProblem.factor(diffusivity[0], decay: decay)
      var fields = FieldStack(
        shape: shape,
        factors: [factor],
        media: [Medium(diffusivity: diffusivity + [0], exchange: Array(repeating: 0, count: 5))],
        region: (0..<shape.count).map { v in
          isOpen[v] ? UInt8(min(3, Int(4 * place(v).x / length))) : 4
        }
      )
      for v in 0..<shape.count where isOpen[v] {
        fields.concentration[v] = Float(concentration(place(v).x, place(v).y, 0))
      }
      fields.openBalance(of: 0)
      var transport = FieldTransport(tolerance: 1e-6)
      let steps = Int((end / step).rounded())
      for turn in 0..<steps {
        let middle = (Double(turn) + 0.5) * step
        for v in 0..<shape.count where isOpen[v] {
          fields.source[v] = Float(source(place(v).x, place(v).y, middle))
        }
        transport.advance(&fields, factors: [0], by: step, using: Workers(count: 1))
      }
      var worst = 0.0
      for v in 0..<shape.count where isOpen[v] {
        let exact = concentration(place(v).x, place(v).y, end)
        worst = max(worst, (Double(fields.concentration[v]) - exact).magnitude)
      }
      return (worst, fields.concentration.map(Double.init))
    }
  }

  static let problems = [
    Problem(diffusivity: [600, 600, 600, 600], isMasked: true),
    Problem(diffusivity: [600, 300, 1200, 150], isMasked: false),
    Problem(diffusivity: [600, 300, 1200, 150], isMasked: true),
  ]

  /// The error falls with the square of the spacing, behind masks and across jumps of diffusivity.
  @Test(arguments: 0..<3)
  func secondOrderInSpace(problem: Int) {
    let problem = Self.problems[problem]
    let coarse = problem.run(16, step: 0.25, until: 8).error
    let fine = problem.run(32, step: 0.25, until: 8).error
    let order = Foundation.log2(coarse / fine)
    #expect((1.7...2.3).contains(order), "\(order)")
  }

  /// What sources that change leave wrong falls with the square of the step: they are taken at its middle.
  @Test(arguments: 0..<3)
  func secondOrderInTime(problem: Int) {
    let problem = Self.problems[problem]
    let exact = problem.run(16, step: 0.25, until: 24).fields
    func error(_ step: Double) -> Double {
      zip(problem.run(16, step: step, until: 24).fields, exact).map { ($0 - $1).magnitude }.max()!
    }
    let order = Foundation.log2(error(4) / error(2))
    #expect((1.8...2.3).contains(order), "\(order)")
  }
}
