import Vocabulary

/// Molar masses of factors.
enum MolarMass {
  /// Factors that cells sense by name, with a molar mass (kDa) for laws of scenarios without them.
  static let sensed: [String: Double] = [
    "ifng": 16.8, "tnfa": 17.35, "il1b": 17.4, "cxcl12": 8, "oxygen": 0.032, "glucose": 0.18,
    "ros": 0.034, "hgf": 85, "il10": 18.6, "vegf": 45, "tgfb1": 25,
  ]

  /// Molar mass in base units, g per nM um³.
  static func of(_ name: String, _ factors: [Factor]) -> Double {
    let grams = factors.first { $0.name == name }?.molarMass ?? 1000 * (sensed[name] ?? 20)
    return grams * Unit.molesPerBase
  }

  /// Molar mass that a factor gives, in base units, g per nM um³.
  static func of(_ section: Section) -> Double {
    section.quantity("molar_mass", .molarMass, allowed: "0.001 to 1e6 kDa", "molar mass")
  }
}
