import Fields
import Reference
import Substrate
import Vocabulary

/// What a field problem may hold besides diffusion, decay, sources and first-order uptake.
enum Ingredient: CaseIterable { case faces, regions, saturation }

/// Field problems for the tests of transport.
enum FieldProblem {
  /// A factor of a diffusivity (um²/min) and a decay (1/min).
  static func factor(_ diffusivity: Double, decay: Double = 0) -> Factor {
    Factor(name: "f", molarMass: 20_000, diffusivity: diffusivity, decay: decay, activity: [:])
  }

  /// Empty fields of one kind of tissue.
  static func plain(
    _ shape: GridShape,
    _ factors: [(diffusivity: Double, decay: Double)],
    faces: [Medium.Face] = Array(repeating: .closed, count: 6),
    blood: Double = 0
  ) -> FieldStack {
    FieldStack(
      shape: shape,
      factors: factors.map { factor($0.diffusivity, decay: $0.decay) },
      media: factors.map {
        Medium(diffusivity: [$0.diffusivity], exchange: [0], blood: blood, faces: faces)
      }
    )
  }

  /// Three factors of 10, 40 and 140 um²/s on a rough start, a tenth of the voxels secreting, a fifth
  /// taking up, and what else is asked for.
  ///
  /// Region 1 is a tenth as diffusive as region 0 and perfused, region 2 is shut.
  static func rough(_ shape: GridShape, _ ingredients: Set<Ingredient> = []) -> FieldStack {
    let hasRegions = ingredients.contains(.regions)
    let shares = hasRegions ? [1, 0.1, 0] : [1]
    let chance = draws(of: shape.count, stream: 9)
    let factors = [(600.0, 0.05), (2400, 0.01), (8400, 0.002)]
    var fields = FieldStack(
      shape: shape,
      factors: factors.map { factor($0.0, decay: $0.1) },
      media: factors.map { factor in
        Medium(
          diffusivity: shares.map { $0 * factor.0 },
          exchange: hasRegions ? [0, 0.2, 0] : [0],
          blood: 0.4,
          faces: ingredients.contains(.faces)
            ? [.fixed(0.8), .closed, .blood(permeability: 30), .fixed(0), .closed, .closed]
            : Array(repeating: .closed, count: 6)
        )
      },
      region: hasRegions ? chance.map { $0 < 0.6 ? 0 : $0 < 0.9 ? 1 : 2 } : [],
      halfSaturation: ingredients.contains(.saturation) ? [0.1, 0.5, 2] : []
    )
    fields.concentration = draws(of: fields.source.count, stream: 0).map { Float($0) }
    for f in factors.indices { fields.openBalance(of: f) }
    exchange(&fields, stream: 1)
    return fields
  }

  /// Sources and uptake elsewhere than before.
  static func exchange(_ fields: inout FieldStack, stream: UInt32) {
    let draws = draws(of: fields.source.count, stream: stream)
    for (v, draw) in draws.enumerated() {
      fields.source[v] = draw < 0.1 ? Float(3 * draw) : 0
      fields.sink[v] = draw > 0.8 ? Float(draw - 0.8) : 0
      if !fields.capacity.isEmpty { fields.capacity[v] = draw > 0.4 && draw < 0.5 ? 0.3 : 0 }
    }
  }

  /// The terms of a balance.
  static var terms: [(name: String, of: KeyPath<MassBalance, Double>)] {
    [
      ("secreted", \.secreted), ("boundary", \.boundary), ("exchanged", \.exchanged),
      ("taken up", \.takenUp), ("decayed", \.decayed), ("final", \.final),
    ]
  }

  /// Reproducible numbers in 0..<1.
  static func draws(of count: Int, stream: UInt32) -> [Double] {
    let chance = Chance(seed: 3, replicate: 1)
    return (0..<count).map { chance.block(.lodging, cell: UInt32($0), draw: stream).uniform }
  }
}

extension FieldStack {
  /// All factors.
  var all: [Int] { Array(factors.indices) }

  /// The fields after a step of the transport.
  func advanced(
    by step: Double,
    steps: Int = 1,
    tolerance: Double = 1e-3,
    workers: Int = 1
  ) -> FieldStack {
    var fields = self
    var transport = FieldTransport(tolerance: tolerance)
    for _ in 0..<steps {
      transport.advance(&fields, factors: all, by: step, using: Workers(count: workers))
    }
    return fields
  }

  /// Largest difference of a factor from another account of it, as a share of the largest value.
  func error(of f: Int, against exact: [Double]) -> Double {
    let range = range(of: f)
    let worst = range.map { (Double(concentration[$0]) - exact[$0]).magnitude }.max() ?? 0
    return worst / max(exact[range].max() ?? 0, .leastNormalMagnitude)
  }

  /// Largest share of a balance that is not accounted for.
  var residual: Double { balance.map(\.relativeResidual).max() ?? 0 }

  /// Whether a field may hold these values.
  var isSound: Bool { concentration.allSatisfy { $0.isFinite && $0 >= 0 } }
}
