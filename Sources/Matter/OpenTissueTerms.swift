import Laws
import Substrate
import Vocabulary

/// What changes in a tissue besides, with the levels of its signals opened: one number per voxel.
public struct OpenTissueTerms: Sendable {
  /// A response, with the levels of its signal and of the antagonist of that.
  struct Term: Sendable {
    let effect: TissueTerms.Effect
    let law: Response
    let level: Slab<Float>, antagonist: Slab<Float>?
  }

  let terms: [Term]
  let recovery: Double, death: Double
  let hasRisk: Bool

  /// Terms whose signals have the levels that a closure finds by name; what is not there does not act.
  public init(_ terms: TissueTerms, _ level: (String) -> Slab<Float>?) {
    self.terms = TissueTerms.Effect.allCases.flatMap { effect in
      (terms.signals[effect] ?? []).compactMap { law in
        level(law.signal).map {
          Term(
            effect: effect,
            law: law,
            level: $0,
            antagonist: law.antagonist.flatMap { level($0.signal) }
          )
        }
      }
    }
    (recovery, death, hasRisk) = (terms.recovery, terms.death, terms.hasRisk)
  }
}

/// The same of some voxels, four at a time.
struct TermRows {
  private let terms:
    [(law: Response, effect: TissueTerms.Effect, level: FourLanes, other: FourLanes?)]
  private let least: TissueRates<SIMD4<Float>>

  init(_ open: OpenTissueTerms, _ voxels: Range<Int>) {
    func row(_ slab: Slab<Float>) -> FourLanes {
      slab.fourLanes(from: voxels.lowerBound, count: voxels.count)
    }
    terms = open.terms.map { ($0.law, $0.effect, row($0.level), $0.antagonist.map(row)) }
    var least = TissueRates<SIMD4<Float>>()
    least.recovers = .constant(open.recovery)
    least.kills = .constant(open.death)
    least.hasRisk = open.hasRisk
    self.least = least
  }

  func rates(_ position: Int, isLast: Bool) -> TissueRates<SIMD4<Float>> {
    var rates = least
    for term in terms {
      let level = term.level.read(position, isLast: isLast)
      var half = SIMD4<Float>.constant(term.law.response.halfSaturation)
      if let other = term.other, let antagonist = term.law.antagonist {
        let bound = other.read(position, isLast: isLast) / .constant(antagonist.halfSaturation)
        half *= 1 + bound
      }
      let share = level / (level + half)
      let rate = .constant(term.law.weight) * (term.law.actsByLack ? 1 - share : share)
      switch term.effect {
      case .stuns: rates.stuns += rate
      case .injures: rates.injures += rate
      case .kills: rates.kills += rate
      case .recovers: rates.recovers += rate
      case .heals: rates.heals += rate
      case .scars: rates.scars += rate
      case .dissolves: rates.dissolves += rate
      case .protects: rates.left *= 1 - rate
      case .regenerates: rates.fold *= 1 + rate
      case .sprouts: rates.sprouts += rate
      case .prunes: rates.prunes += rate
      case .activates: rates.activates += rate
      }
    }
    return rates
  }
}
