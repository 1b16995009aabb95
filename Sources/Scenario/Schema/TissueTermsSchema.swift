import Laws
import Vocabulary

/// The keys of the `state` of a tissue that say how it differs from other tissue: `repair`, what signals do to it, and
/// the fate of what is at risk.
enum TissueTermsSchema {
  static func read(_ section: Section, _ factors: [Factor]) -> TissueTerms {
    var terms = TissueTerms()
    terms.changes = changes(section, factors)
    for effect in TissueTerms.Effect.allCases where section.has(effect.rawValue) {
      terms.signals[effect] = ResponseSchema.read(
        section,
        effect.rawValue,
        use(of: effect),
        .none,
        factors
      )
    }
    for effect in TissueTerms.Effect.allCases { section.skip(effect.rawValue) }
    terms.hasRisk =
      section.has("at_risk") || section.has("recovery") || section.has("death")
      || [.stuns, .kills, .recovers].contains { terms.signals[$0] != nil }
    func rate(_ key: String, _ meaning: String) -> Double {
      guard terms.hasRisk else {
        section.skip(key)
        return 0
      }
      return section.quantity(
        key,
        .rate,
        default: "0 1/h",
        allowed: "0 to 1000 1/h",
        source: "by definition: none",
        meaning
      )
    }
    terms.recovery = rate("recovery", "rate at which tissue at risk recovers without any signal")
    terms.death = rate("death", "rate at which tissue at risk dies without any signal")
    return terms
  }

  private static func use(of effect: TissueTerms.Effect) -> ResponseSchema.Use {
    switch effect {
    case .protects: .share
    case .regenerates: .gain
    case .stuns, .injures, .kills, .recovers, .heals, .scars, .dissolves, .sprouts, .prunes,
      .activates:
      .rate
    }
  }

  /// Reads the parameters of the law of repair that the tissue has of its own.
  private static func changes(_ section: Section, _ factors: [Factor]) -> [String: Double] {
    guard section.has("repair") else {
      section.skip("repair")
      return [:]
    }
    return section.section("repair") { list in list.changes(of: TissueRepair.self, factors) }
  }
}
