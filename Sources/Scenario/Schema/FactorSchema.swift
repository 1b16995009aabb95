import Vocabulary

/// The keys of one factor.
enum FactorSchema {
  /// Factors that cells sense by name, with a molar mass (kDa) for laws of scenarios without them.
  static let sensed: [String: Double] = [
    "ifng": 16.8, "tnfa": 17.35, "il1b": 17.4, "cxcl12": 8, "oxygen": 0.032, "glucose": 0.18,
    "ros": 0.034, "hgf": 85, "il10": 18.6, "vegf": 45, "tgfb1": 25,
  ]

  /// Molar mass in base units, g per nM um³.
  static func molarMass(_ name: String, _ factors: [Factor]) -> Double {
    let grams = factors.first { $0.name == name }?.molarMass ?? 1000 * (sensed[name] ?? 20)
    return grams * Unit.molesPerBase
  }

  /// Molar mass that a factor gives, in base units, g per nM um³.
  static func molarMass(_ section: Section) -> Double {
    section.quantity("molar_mass", .molarMass, allowed: "0.001 to 1e6 kDa", "molar mass")
  }

  static func read(_ name: String, _ section: Section) -> Factor {
    let mass = molarMass(section)
    let diffusivity = section.quantity(
      "diffusivity",
      .diffusivity,
      allowed: "0 to 5000 um^2/s",
      "diffusivity in tissue"
    )
    let decay = section.quantity("decay", .rate, allowed: "0 to 100 1/min", "decay in tissue")
    let mediumDiffusivity = section.parameter(
      "medium_diffusivity",
      .diffusivity,
      "diffusivity in culture medium"
    )
    let mediumDecay = section.parameter("medium_decay", .rate, "decay in culture medium")
    let plasma = section.optionalQuantity(
      "plasma_half_life",
      .time,
      allowed: "1e-3 to 1e4 h",
      "half-life in plasma, where it is given into blood"
    )
    let readout: Factor.Readout = section.choice(
      "readout",
      default: .mass,
      source: "by custom",
      "how a laboratory reports it: mass, in pg/mL, or molar, in uM"
    )
    let activity = section.section("activity") { matrix in
      var activity: [Species: [Species: Double]] = [:]
      for ligand in Species.allCases {
        for receptor in Species.allCases where ligand != receptor {
          activity[ligand, default: [:]][receptor] = matrix.parameter(
            "\(ligand.rawValue)_on_\(receptor.rawValue)",
            .fraction,
            "strength with which the ligand of one species acts on cells of another"
          )
        }
      }
      return activity
    }
    return Factor(
      name: name,
      molarMass: mass / Unit.molesPerBase,
      diffusivity: diffusivity,
      decay: decay,
      mediumDiffusivity: mediumDiffusivity,
      mediumDecay: mediumDecay,
      plasmaHalfLife: plasma,
      readout: readout,
      activity: activity
    )
  }
}
