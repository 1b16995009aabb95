import Fields
import Foundation
import Reference
import Substrate
import Testing
import Vocabulary

/// Grids behind closed, fixed and permeable faces: the ledger closes and the field is what it should be.
@Suite("Transport: faces")
struct FaceTests {
  /// A factor as tissue has it: diffusivity (um²/min), decay (1/min), a level (nM), and what cells take of it at
  /// most (nM/min) with the level of half that (nM), 0 where uptake is of first order.
  struct Carried: Sendable {
    let name: String
    let diffusivity, decay, level: Double
    var most = 0.0, half = 0.0
  }

  /// A grid to be carried on.
  struct Case: Sendable, CustomStringConvertible {
    let face: Medium.Face
    let factor: Carried
    let edges: [Int]
    /// Concentration at the start as a share of the level, and length of a step, min.
    let start, step: Double
    let hasCells: Bool

    var description: String {
      "\(factor.name), \(face), \(edges), from \(start), \(step) min\(hasCells ? ", cells" : "")"
    }
  }

  static let factors = [
    Carried(name: "oxygen", diffusivity: 102_000, decay: 0, level: 4e4, most: 2e5, half: 8e3),
    Carried(name: "glucose", diffusivity: 18_000, decay: 0, level: 5e6, most: 2e5, half: 5e5),
    Carried(name: "pge2", diffusivity: 12_000, decay: 0.01, level: 1),
    Carried(name: "tryptophan", diffusivity: 12_000, decay: 0, level: 5e4, most: 5e3, half: 1.5e4),
    Carried(name: "tnfa", diffusivity: 2400, decay: 0.01, level: 0.01),
    Carried(name: "ccl2", diffusivity: 2400, decay: 0.01, level: 0.2),
  ]

  /// Every face, factor, grid, start, step, with cells and without.
  static let all: [Case] = {
    var cases: [Case] = []
    for factor in factors {
      for face in [Medium.Face.fixed(factor.level), .blood(permeability: 300), .closed] {
        for edges in [[2, 2, 2], [5, 5, 5], [16, 16, 16], [32, 32, 32], [64, 64, 2]] {
          for start in [0, 1, 2.0] {
            for step in [1.0 / 6, 5, 180] {
              for hasCells in [false, true] {
                cases.append(
                  Case(
                    face: face,
                    factor: factor,
                    edges: edges,
                    start: start,
                    step: step,
                    hasCells: hasCells
                  )
                )
              }
            }
          }
        }
      }
    }
    return cases
  }()

  /// Some of them: a stride that shares no factor with their numbers, and of the largest grids few.
  static let some: [Case] = stride(from: 0, to: all.count, by: 17).map { all[$0] }.filter {
    $0.edges[0] < 32 || $0.step < 180
  }

  /// The fields of a case: one face is open; where there are cells, a fiftieth of the voxels gives and another takes.
  static func fields(_ of: Case) -> FieldStack {
    let factor = of.factor
    var faces = Array(repeating: Medium.Face.closed, count: 6)
    faces[0] = of.face
    var fields = FieldStack(
      shape: GridShape(nx: of.edges[0], ny: of.edges[1], nz: of.edges[2], spacing: 20),
      factors: [FieldProblem.factor(factor.diffusivity, decay: factor.decay)],
      media: [
        Medium(
          diffusivity: [factor.diffusivity],
          exchange: [0],
          blood: factor.level,
          faces: faces
        )
      ],
      halfSaturation: of.hasCells && factor.most > 0 ? [factor.half] : []
    )
    fields.fill(0, with: Float(of.start * factor.level))
    guard of.hasCells else { return fields }
    for (v, draw) in FieldProblem.draws(of: fields.shape.count, stream: 4).enumerated() {
      if draw < 0.02 || v == 0 { fields.source[v] = Float(factor.level / 20) }
      guard draw > 0.98 || v == 1 else { continue }
      if factor.most > 0 {
        fields.capacity[v] = Float(factor.most)
      } else {
        fields.sink[v] = 0.5
      }
    }
    return fields
  }

  @Test(arguments: some) func ledgerCloses(of: Case) {
    let after = Self.fields(of).advanced(by: of.step, steps: 4, tolerance: 1e-2)
    #expect(after.residual <= 1e-5, "\(after.balance[0])")
    #expect(after.isSound)
  }

  /// However many workers: the same bits, those of the ledger too.
  @Test func workersDoNotMatter() {
    let start = Case(
      face: .fixed(1),
      factor: Self.factors[2],
      edges: [32, 32, 32],
      start: 0,
      step: 5,
      hasCells: true
    )
    let one = Self.fields(start).advanced(by: 5, steps: 2, tolerance: 1e-2, workers: 1)
    let two = Self.fields(start).advanced(by: 5, steps: 2, tolerance: 1e-2, workers: 2)
    #expect(one.concentration == two.concentration)
    #expect(one.balance == two.balance)
    #expect(one.residual <= 1e-5)
  }

  /// Where all voxels are alike, so is their rounding: it adds up, and the ledger still closes.
  @Test func ledgerClosesWhereAllVoxelsRoundAlike() {
    for n in 0..<40 {
      var fields = FieldProblem.plain(
        GridShape(nx: 8, ny: 8, nz: 8, spacing: 20),
        [(diffusivity: 2400, decay: 0.01)]
      )
      for v in fields.source.indices {
        fields.source[v] = 1e-3 * (1 + Float(n) / 40)
        fields.sink[v] = 0.01
      }
      let after = fields.advanced(by: 30, steps: 1, tolerance: 1e-2)
      #expect(after.residual <= 1e-5, "source \(fields.source[0])")
    }
  }

  /// Sixteen voxels behind a face of 1 nM, 320 um deep.
  private static func slab(_ diffusivity: Double, decay: Double, face: Medium.Face) -> FieldStack {
    var faces = Array(repeating: Medium.Face.closed, count: 6)
    faces[0] = face
    return FieldProblem.plain(
      GridShape(nx: 16, ny: 2, nz: 2, spacing: 20),
      [(diffusivity: diffusivity, decay: decay)],
      faces: faces,
      blood: 1
    )
  }

  private static func depth(_ i: Int) -> Double { (Double(i) + 0.5) * 20 }

  /// c = cosh((L − x)/λ) / cosh(L/λ), λ² = D/k; behind a wall of permeability P, as a share of 1 + (D/λP) tanh(L/λ).
  @Test(arguments: [1.0 / 6, 5, 180], [nil, 30.0])
  func steadySlabWithDecay(step: Double, wall: Double?) {
    for factor in Self.factors where factor.decay > 0 {
      let face = wall.map { Medium.Face.blood(permeability: $0) } ?? .fixed(1)
      let slab = Self.slab(factor.diffusivity, decay: factor.decay, face: face)
      let steps = max(8, Int(1500 / step))
      let after = slab.advanced(by: step, steps: steps, tolerance: 1e-2)
      let length = (factor.diffusivity / factor.decay).squareRoot()
      let behind = wall.map { 1 + factor.diffusivity / (length * $0) * tanh(320 / length) } ?? 1
      for i in 0..<16 {
        let exact = cosh((320 - Self.depth(i)) / length) / cosh(320 / length) / behind
        #expect(abs(Double(after.concentration[i]) / exact - 1) <= 2e-3, "\(factor.name), \(i)")
      }
      #expect(after.residual <= 1e-5)
    }
  }

  /// c = 1 − Σ 4/((2n+1)π) sin((2n+1)πx/2L) exp(−((2n+1)π/2L)² D t).
  @Test func slabThatFills() {
    let (diffusivity, time) = (2400.0, 10.0)
    let after = Self.slab(diffusivity, decay: 0, face: .fixed(1)).advanced(
      by: time / 4,
      steps: 4,
      tolerance: 1e-3
    )
    for i in 0..<16 {
      var exact = 1.0
      for n in 0..<60 {
        let k = (2 * Double(n) + 1) * Double.pi / 640
        exact -= 2 / (k * 320) * sin(k * Self.depth(i)) * exp(-k * k * diffusivity * time)
      }
      #expect(abs(Double(after.concentration[i]) - exact) <= 2e-3, "\(i)")
    }
    #expect(after.residual <= 1e-5)
  }

  /// Against many small steps in double precision, from where the ledger asks for care, with all that a grid may hold.
  @Test(arguments: [[], [.regions], [.saturation], [.regions, .saturation]] as [Set<Ingredient>])
  func followsTheOracle(with: Set<Ingredient>) {
    var fields = FieldProblem.rough(
      GridShape(nx: 9, ny: 6, nz: 5, spacing: 20),
      with.union([.faces])
    )
    for f in fields.all { fields.fill(f, with: 0) }
    var exact = fields
    var oracle = ExplicitTransport(fields)
    oracle.advance(&exact, factors: fields.all, by: 5, using: Workers(count: 1))
    let after = fields.advanced(by: 5, tolerance: 1e-3)
    for f in fields.all {
      #expect(after.error(of: f, against: oracle.concentration) <= 2e-3)
      for (name, term) in FieldProblem.terms {
        let (found, sought) = (after.balance[f][keyPath: term], oracle.balance[f][keyPath: term])
        let scale = oracle.balance[f].turnover
        #expect(abs(found - sought) <= 2e-3 * scale, "\(name) of \(f)")
      }
    }
    #expect(after.residual <= 1e-5)
  }
}
