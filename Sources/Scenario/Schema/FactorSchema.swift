import Vocabulary

/// The keys of one factor.
enum FactorSchema {
  static func read(_ name: String, _ section: Section) -> Factor {
    let mass = MolarMass.of(section)
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
      "half-life in plasma, where it is given into blood or 'systemic' lets plasma carry it and no organ extracts it"
    )
    let halfLives = section.numbers("plasma_half_lives", of: Species.allCases.map(\.rawValue)) {
      $0.quantity($1, .time, allowed: "1e-3 to 1e4 h", "half-life in plasma of the species")
    }
    let extraction = section.numbers("extraction", of: OrganVocabulary.names) {
      $0.quantity(
        $1,
        .fraction,
        allowed: "0 to 1",
        "share of what passes the organ in plasma that it extracts"
      )
    }
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
    var factor = Factor(
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
    for species in Species.allCases {
      factor.plasmaHalfLives[species] = halfLives[species.rawValue]
    }
    factor.extraction = extraction
    return factor
  }
}
