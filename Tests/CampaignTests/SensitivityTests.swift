import Campaign
import Foundation
import Substrate
import Testing

/// Functions whose indices are known in closed form, over the unit cube.
enum Known {
  /// Ishigami & Homma 1990 with a = 7, b = 0.1 over −π...π.
  static func ishigami(_ u: [Double]) -> Double {
    let x = u.map { (2 * $0 - 1) * Double.pi }
    return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * x[2] * x[2] * x[2] * x[2] * sin(x[0])
  }

  static let ishigamiIndices: (first: [Double], total: [Double]) = {
    let p4 = Double.pi * Double.pi * Double.pi * Double.pi
    let v1 = 0.5 * (1 + 0.1 * p4 / 5) * (1 + 0.1 * p4 / 5)
    let v2 = 49.0 / 8
    let v13 = 0.01 * p4 * p4 * (1.0 / 18 - 1.0 / 50)
    let v = v1 + v2 + v13
    return ([v1 / v, v2 / v, 0], [(v1 + v13) / v, v2 / v, v13 / v])
  }()

  static let weights = [0, 1, 4.5, 9, 99, 99, 99, 99]

  /// Sobol's G (Saltelli & Sobol 1995) with the weights of the literature.
  static func g(_ u: [Double]) -> Double {
    zip(u, weights).reduce(1) { $0 * ((4 * $1.0 - 2).magnitude + $1.1) / (1 + $1.1) }
  }

  static let gIndices: (first: [Double], total: [Double]) = {
    let parts = weights.map { 1 / (3 * (1 + $0) * (1 + $0)) }
    let v = parts.reduce(1) { $0 * (1 + $1) } - 1
    return (
      parts.map { $0 / v }, parts.map { part in part * (v + 1) / (1 + part) / v }
    )
  }()

  static let slopes = (1...10).map(Double.init)

  static func linear(_ u: [Double]) -> Double { zip(slopes, u).reduce(0) { $0 + $1.0 * $1.1 } }

  static let linearIndices: (first: [Double], total: [Double]) = {
    let sum = slopes.reduce(0) { $0 + $1 * $1 }
    let shares = slopes.map { $0 * $0 / sum }
    return (shares, shares)
  }()

  static let all:
    [(name: String, f: @Sendable ([Double]) -> Double, indices: (first: [Double], total: [Double]))] =
      [
        ("Ishigami", { ishigami($0) }, ishigamiIndices), ("G", { g($0) }, gIndices),
        ("linear", { linear($0) }, linearIndices),
      ]
}

@Suite("Sensitivity")
struct SensitivityTests {
  static func indices(
    _ function: Int,
    points: Int,
    isSobol: Bool,
    seed: UInt64,
    resamples: Int = 400
  ) -> SobolIndices {
    let (_, f, known) = Known.all[function]
    let k = known.first.count
    let places = SaltelliDesign(points: points, dimensions: k, isSobol: isSobol, seed: seed).places
    let values = places.map(f)
    func column(_ n: Int) -> [Double] { (0..<points).map { values[$0 * (k + 2) + n] } }
    return SobolIndices(
      a: column(0),
      b: column(1),
      mixed: (0..<k).map { column(2 + $0) },
      resamples: resamples,
      seed: seed,
      on: Workers(count: 2)
    )
  }

  /// Every index within 0.02 at 2^14 points.
  @Test(arguments: 0..<3) func sobolIndicesAreExact(function: Int) {
    let known = Known.all[function].indices
    let found = Self.indices(function, points: 1 << 14, isSobol: true, seed: 3, resamples: 50)
    for (index, exact) in zip(found.first + found.total, known.first + known.total) {
      #expect((index.value - exact).magnitude <= 0.02, "\(index.value) for \(exact)")
    }
  }

  /// Intervals of points of chance hold the index as often as they say: 95 % of 60 x 10 or more, within four standard
  /// deviations of a share of so many independent designs.
  @Test(arguments: 0..<3) func intervalsHold(function: Int) {
    let known = Known.all[function].indices
    var held = 0
    var all = 0
    let designs = 60
    for seed in 0..<designs {
      let found = Self.indices(
        function,
        points: 512,
        isSobol: false,
        seed: UInt64(seed),
        resamples: 100
      )
      for (index, exact) in zip(found.first + found.total, known.first + known.total)
      where exact > 0 {
        all += 1
        if (index.low...index.high).contains(exact) { held += 1 }
      }
    }
    let share = Double(held) / Double(all)
    // Indices of one design go together: as if only the designs counted.
    #expect((share - 0.95).magnitude < 4 * (0.95 * 0.05 / Double(designs)).squareRoot(), "\(share)")
  }

  /// The result does not depend on the workers, nor on the order of resampling.
  @Test func resamplingIsAFunctionOfTheSeed() {
    let places = SaltelliDesign(points: 64, dimensions: 3, isSobol: true, seed: 1).places
    let values = places.map(Known.ishigami)
    func indices(_ workers: Int) -> SobolIndices {
      func column(_ n: Int) -> [Double] { (0..<64).map { values[$0 * 5 + n] } }
      return SobolIndices(
        a: column(0),
        b: column(1),
        mixed: (0..<3).map { column(2 + $0) },
        seed: 9,
        on: Workers(count: workers)
      )
    }
    #expect(indices(1).first == indices(3).first && indices(1).total == indices(3).total)
  }

  /// Of a linear function every elementary effect is its slope; x₃ of Ishigami's has effects that cancel.
  @Test func elementaryEffects() throws {
    func effects(_ f: ([Double]) -> Double, _ k: Int, _ trajectories: Int) -> ElementaryEffects {
      let design = MorrisDesign(trajectories: trajectories, levels: 8, dimensions: k, seed: 5)
      return ElementaryEffects(values: design.places.map(f), steps: design.steps, parameters: k)
    }
    let linear = effects(Known.linear, 10, 20)
    for (effect, slope) in zip(linear.effects, Known.slopes) {
      let effect = try #require(effect)
      #expect((effect.mean - slope).magnitude < 1e-9 && (effect.size - slope).magnitude < 1e-9)
      #expect(effect.spread < 1e-9 && effect.count == 20)
    }
    // 7.66, 7.875 and 6.25 are published for levels of 4 (Saltelli 2008, Global Sensitivity Analysis); here the order.
    let ishigami = effects(Known.ishigami, 3, 400)
    let third = try #require(ishigami.effects[2])
    #expect(third.size > 1 && third.mean.magnitude < 4 * third.spread / 20)
    let g = effects(Known.g, 8, 400).effects.compactMap { $0?.size }
    #expect(g[0] > g[1] && g[1] > g[2] && g[2] > g[3] && g[3] > g[4])
  }

  /// Chance that all points share is no noise of their differences; chance of their own is, as large as it was put in.
  @Test func noiseIsWhatPointAndReplicateLeave() throws {
    let chance = Chance(seed: 6, replicate: 1)
    let (points, replicates) = (400, 5)
    func values(shared: Double, own: Double) -> [[Double?]] {
      (0..<points).map { p in
        (0..<replicates).map { r in
          Double(p) + shared * chance.block(.design, cell: 1, step: UInt32(r)).normal
            + own * chance.block(.design, cell: UInt32(p + 2), step: UInt32(r)).normal
        }
      }
    }
    #expect(try #require(SweepSensitivity.noise(values(shared: 3, own: 0))) < 1e-20)
    // The variance of a mean of five of variance 4 is 0.8, within four standard errors of so many degrees of freedom.
    let noise = try #require(SweepSensitivity.noise(values(shared: 3, own: 2)))
    let error = 0.8 * (2.0 / Double((points - 1) * (replicates - 1))).squareRoot()
    #expect((noise - 0.8).magnitude < 4 * error)
    #expect(SweepSensitivity.noise([[1], [2]]) == nil)
  }

  /// Partial rank correlations are those of what a regression of the ranks on all others leaves.
  @Test func partialRankCorrelations() throws {
    let chance = Chance(seed: 4, replicate: 1)
    let (n, k) = (60, 4)
    func u(_ i: Int, _ j: Int) -> Double {
      chance.block(.design, cell: UInt32(i), step: UInt32(j)).uniform
    }
    // Ties in one parameter, as listed values have them.
    let parameters = (0..<k).map { j in (0..<n).map { j == 3 ? (3 * u($0, j)).rounded() : u($0, j) }
    }
    let values = (0..<n).map { i in
      exp(3 * parameters[0][i]) - 2 * parameters[1][i] + parameters[0][i] * parameters[3][i]
        + u(i, 9)
    }
    let found = try #require(PartialRankCorrelation(parameters: parameters, values: values))
    func ranks(_ values: [Double]) -> [Double] {
      values.map { value in
        Double(values.filter { $0 < value }.count) + Double(values.filter { $0 == value }.count + 1)
          / 2
      }
    }
    let x = parameters.map(ranks)
    let y = ranks(values)
    for i in 0..<k {
      let others = [[Double](repeating: 1, count: n)] + (0..<k).filter { $0 != i }.map { x[$0] }
      let (a, b) = (Self.residual(x[i], others), Self.residual(y, others))
      let rho =
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        / (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }).squareRoot()
      #expect((found.coefficients[i] - rho).magnitude < 1e-9)
    }
    #expect(found.chances[0] < 1e-6 && found.chances[2] > 0.01)
    #expect(PartialRankCorrelation(parameters: [y, y], values: y) == nil)
  }

  /// What a regression on some columns leaves of a column: Gram and Schmidt, twice.
  static func residual(_ column: [Double], _ others: [[Double]]) -> [Double] {
    var basis: [[Double]] = []
    func project(_ v: [Double]) -> [Double] {
      var v = v
      for _ in 0..<2 {
        for b in basis {
          let dot = zip(v, b).reduce(0) { $0 + $1.0 * $1.1 }
          for n in v.indices { v[n] -= dot * b[n] }
        }
      }
      return v
    }
    for other in others {
      let rest = project(other)
      let norm = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      basis.append(rest.map { $0 / norm })
    }
    return project(column)
  }
}

@Suite("Designs")
struct DesignTests {
  /// Of 2^m points of the Sobol sequence every 2^m-th of every axis holds one, and every box of 2^-a by 2^-(m-a) of
  /// the first two axes.
  @Test func sobolPointsAreEven() {
    let points = (0..<256).map(SobolSequence(dimensions: 64, seed: 8).point)
    for d in 0..<64 {
      #expect(Set(points.map { Int($0[d] * 256) }).count == 256, "axis \(d)")
    }
    for a in 0...8 {
      let (wide, high) = (Double(1 << a), Double(1 << (8 - a)))
      #expect(Set(points.map { [Int($0[0] * wide), Int($0[1] * high)] }).count == 256)
    }
    #expect(points != (0..<256).map(SobolSequence(dimensions: 64, seed: 9).point))
  }

  /// A Latin hypercube has one point in every part of every axis.
  @Test func latinHypercubes() {
    let points = Lattices.latin(50, dimensions: 7, seed: 2)
    for d in 0..<7 { #expect(Set(points.map { Int($0[d] * 50) }) == Set(0..<50)) }
    #expect(Set(points.map { $0[0] < 0.5 ? $0[1] < 0.5 : $0[1] >= 0.5 }).count == 2)
  }

  /// Trajectories stay in the cube on their levels, and change every coordinate once.
  @Test func trajectories() {
    let design = MorrisDesign(trajectories: 30, levels: 4, dimensions: 6, seed: 3)
    #expect(design.places.count == 30 * 7)
    for (t, steps) in design.steps.enumerated() {
      #expect(Set(steps.map(\.coordinate)) == Set(0..<6))
      for n in 0..<7 {
        #expect(
          design.places[t * 7 + n].allSatisfy { ($0 * 3 - ($0 * 3).rounded()).magnitude < 1e-9 }
        )
      }
    }
    #expect(design.places.joined().allSatisfy { (0...1).contains($0) })
  }

  /// Every combination, each once.
  @Test func grids() {
    let grid = Lattices.grid([2, 3, 1])
    #expect(grid.count == 6 && Set(grid).count == 6)
  }
}
