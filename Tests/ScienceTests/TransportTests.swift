import Foundation
import Reference
import Science
import Substrate
import Testing

@Suite("Transport")
struct TransportTests {
  static func factor(_ diffusivity: Double, _ decay: Double) -> Factor {
    Factor(name: "f", molarMass: 20_000, diffusivity: diffusivity, decay: decay, activity: [:])
  }

  static func stack(_ shape: GridShape, diffusivity: Double, decay: Double = 0) -> FieldStack {
    FieldStack(shape: shape, factors: [factor(diffusivity, decay)])
  }

  /// A reproducible rough field with values in 0...1.
  static func rough(_ shape: GridShape) -> [Double] {
    let chance = Chance(seed: 3, replicate: 1)
    return (0..<shape.count).map { chance.block(.lodging, cell: UInt32($0)).uniform }
  }

  /// Seven days of one-minute steps without cells: what is there stays there.
  @Test(arguments: [2400.0, 102_000, 300])
  func massIsKeptInSinglePrecision(diffusivity: Double) {
    let shape = GridShape(nx: 16, ny: 12, nz: 10, spacing: 20)
    var fields = Self.stack(shape, diffusivity: diffusivity)
    for (v, value) in Self.rough(shape).enumerated() { fields.concentration[v] = Float(value) }
    let before = fields.amount(of: 0)
    var scheme = ImplicitSplitting(step: 1)
    for _ in 0..<7 * 1440 { scheme.advance(&fields, factors: [0]) }
    #expect((fields.amount(of: 0) / before - 1).magnitude < 1e-5)
  }

  @Test func massIsKeptByTheOracle() {
    let shape = GridShape(nx: 7, ny: 5, nz: 4, spacing: 20)
    var oracle = ExplicitDiffusion(shape, Self.rough(shape))
    let before = oracle.concentration.reduce(0, +)
    let step = 1.0 / 40
    oracle.advance(diffusivity: 40 * 60, decay: 0, step: step, steps: 7 * 1440 * 40)
    #expect((oracle.concentration.reduce(0, +) / before - 1).magnitude < 1e-11)
  }

  /// What sources give, less what decays and is taken, is what is there, step by step.
  @Test func massBalanceOfAStep() {
    let shape = GridShape(nx: 9, ny: 8, nz: 7, spacing: 20)
    var fields = Self.stack(shape, diffusivity: 2400, decay: 0.01)
    for (v, value) in Self.rough(shape).enumerated() {
      fields.source[v] = Float(value)
      fields.sink[v] = v % 3 == 0 ? Float(value) : 0
    }
    var scheme = ImplicitSplitting(step: 5)
    for _ in 0..<20 {
      let before = fields.concentration
      scheme.advance(&fields, factors: [0])
      var expected = 0.0
      for v in 0..<shape.count {
        let middle =
          (Double(before[v]) + Double(fields.source[v]) * 5)
          / (1 + (0.01 + Double(fields.sink[v])) * 5)
        expected += middle
      }
      expected *= shape.voxelVolume
      #expect((fields.amount(of: 0) / expected - 1).magnitude < 1e-6)
    }
  }

  /// First order in time: the error against a fine reference halves with the step.
  @Test func convergesToTheOracle() {
    let shape = GridShape(nx: 10, ny: 9, nz: 8, spacing: 20)
    let start = Self.rough(shape)
    let source = start.enumerated().map { $0.offset % 7 == 0 ? 0.2 : 0 }
    let sink = start.enumerated().map { $0.offset % 5 == 0 ? 0.1 : 0 }
    var oracle = ExplicitDiffusion(shape, start)
    oracle.advance(
      diffusivity: 600,
      decay: 0.01,
      source: source,
      sink: sink,
      step: 1.0 / 64,
      steps: 20 * 64
    )
    let largest = oracle.concentration.max() ?? 1
    let errors = [1.0, 0.5, 0.25].map { (step: Double) -> Double in
      var fields = Self.stack(shape, diffusivity: 600, decay: 0.01)
      for v in 0..<shape.count {
        fields.concentration[v] = Float(start[v])
        fields.source[v] = Float(source[v])
        fields.sink[v] = Float(sink[v])
      }
      var scheme = ImplicitSplitting(step: step)
      for _ in 0..<Int(20 / step) { scheme.advance(&fields, factors: [0]) }
      var worst = 0.0
      for v in 0..<shape.count {
        worst = max(worst, (Double(fields.concentration[v]) - oracle.concentration[v]).magnitude)
      }
      return worst / largest
    }
    #expect(errors[0] < 0.05)
    #expect(errors[0] / errors[1] > 1.7 && errors[0] / errors[1] < 2.3)
    #expect(errors[1] / errors[2] > 1.6 && errors[1] / errors[2] < 2.4)
  }

  /// Second order in space: a cosine decays at D q² of the continuum.
  @Test func secondOrderInSpace() {
    let length = 320.0
    let q = Double.pi / length
    let diffusivity = 600.0
    let errors = [16, 32].map { (n: Int) -> Double in
      let shape = GridShape(nx: n, ny: 1, nz: 1, spacing: length / Double(n))
      let start = (0..<n).map { 1 + Foundation.cos(q * (Double($0) + 0.5) * shape.spacing) }
      var oracle = ExplicitDiffusion(shape, start)
      let steps = 64_000
      let time = 20.0
      oracle.advance(diffusivity: diffusivity, decay: 0, step: time / Double(steps), steps: steps)
      let left = Foundation.exp(-diffusivity * q * q * time)
      var worst = 0.0
      for i in 0..<n {
        let exact = 1 + left * (start[i] - 1)
        worst = max(worst, (oracle.concentration[i] - exact).magnitude)
      }
      return worst
    }
    #expect(errors[0] / errors[1] > 3.6 && errors[0] / errors[1] < 4.4)
  }

  /// Any step, any shape: finite and never negative.
  @Test(arguments: [0.0, 10, 2400, 180_000], [0.01, 1, 30])
  func staysPositive(diffusivity: Double, step: Double) {
    for (nx, ny, nz) in [(1, 1, 1), (7, 1, 1), (1, 7, 1), (1, 1, 7), (5, 3, 1), (11, 7, 5)] {
      let shape = GridShape(nx: nx, ny: ny, nz: nz, spacing: 5)
      var fields = Self.stack(shape, diffusivity: diffusivity, decay: 10)
      fields.concentration[shape.count / 2] = 1000
      fields.sink[0] = 50
      fields.source[shape.count - 1] = 1e-6
      var scheme = ImplicitSplitting(step: step)
      for _ in 0..<10 { scheme.advance(&fields, factors: [0]) }
      #expect(fields.concentration.allSatisfy { $0.isFinite && $0 >= 0 })
    }
  }

  /// A mirror image of the start gives the mirror image of the end.
  @Test func mirrorsMirror() {
    let shape = GridShape(nx: 6, ny: 5, nz: 4, spacing: 20)
    let start = Self.rough(shape)
    func run(_ values: [Double]) -> [Float] {
      var fields = Self.stack(shape, diffusivity: 2400)
      for (v, value) in values.enumerated() { fields.concentration[v] = Float(value) }
      var scheme = ImplicitSplitting(step: 1)
      for _ in 0..<5 { scheme.advance(&fields, factors: [0]) }
      return fields.concentration
    }
    let forward = run(start)
    let mirrored = Array(run(start.reversed()).reversed())
    for (a, b) in zip(forward, mirrored) { #expect((a - b).magnitude <= 2e-6 * a.magnitude) }
  }

  /// A source in decay settles to s/k.
  @Test func settlesToSourceOverDecay() {
    let shape = GridShape(nx: 4, ny: 4, nz: 4, spacing: 20)
    var fields = Self.stack(shape, diffusivity: 2400, decay: 0.01)
    for v in 0..<shape.count { fields.source[v] = 0.03 }
    var scheme = ImplicitSplitting(step: 30)
    for _ in 0..<500 { scheme.advance(&fields, factors: [0]) }
    #expect(fields.concentration.allSatisfy { ($0 - 3).magnitude < 1e-4 })
  }

  @Test func givenFieldsFollowTheirLaw() {
    let shape = GridShape(nx: 9, ny: 9, nz: 9, spacing: 20)
    let given = GivenField(baseline: 1, amplitude: 4, width: 50, onset: 60, rise: 30, halfLife: 120)
    var fields = Self.stack(shape, diffusivity: 0)
    let pattern = given.pattern(on: shape)
    given.fill(&fields, factor: 0, pattern: pattern, time: 0)
    #expect(fields.concentration.allSatisfy { $0 == 1 })
    given.fill(&fields, factor: 0, pattern: pattern, time: 180)
    let centre = fields.concentration[shape.voxel(x: 90, y: 90, z: 90)]
    let want = 1 + 4 * (1 - Foundation.exp(-4)) * 0.5
    #expect((Double(centre) - want).magnitude < 1e-6)
    let beside = fields.concentration[shape.voxel(x: 130, y: 90, z: 90)]
    #expect((Double(beside) - 1 - (want - 1) * Foundation.exp(-1600.0 / 5000)).magnitude < 1e-6)
  }
}
