import Body
import Laws
import Vocabulary

/// The keys of `product`.
enum ProductSchema {
  static func read(_ section: Section, factors: [Factor], vehicle standard: DefaultVehicle)
    -> Product
  {
    // The loader takes them; listed here, they are among the keys that messages list.
    for key in ["preset", "overlays"] { section.skip(key) }
    let name = section.text("name", "name of the product")
    _ = section.text("origin", "tissue the cells come from")
    let species: Species = section.choice("species", "species of the donor")
    let condition = condition(section, vehicle: standard)
    let traits = traits(section)
    let donor = donor(section)
    let efferocytosis = efferocytosis(section)
    let terms = CellTermsSchema.read(section, factors, areFrail: traits.frailtyVariation > 0)
    let secretion = perFactor(section, "secretion", factors) {
      Self.secretion($0, $1, factors, terms)
    }
    let uptake = perFactor(section, "uptake", factors) { Self.uptake($0, $1, factors, terms) }
    let procoagulance = procoagulance(section)
    let (priming, preconditioning) = section.section("priming") {
      LicensingSchema.read($0, factors, terms, donor.provenance)
    }
    return Product(
      name: name,
      species: species,
      condition: condition,
      traits: traits,
      donor: donor,
      clearance: Product.Clearance(procoagulance: procoagulance, efferocytosis: efferocytosis),
      terms: terms,
      priming: priming,
      preconditioning: preconditioning,
      secretion: secretion,
      uptake: uptake
    )
  }

  /// What thawed cells are suspended in where the product does not say it.
  struct DefaultVehicle {
    let vehicle: Vehicle
    /// Where it is the default.
    let condition: String
  }

  enum Vehicle: String, CaseIterable {
    case saline, protein
  }

  /// Reads the state of the cells when they are given.
  private static func condition(_ section: Section, vehicle standard: DefaultVehicle)
    -> Product.Condition
  {
    let handling: Product.Handling = section.choice(
      "handling",
      "what was done with the cells before they are given"
    )
    let vehicle: Vehicle = section.choice(
      "vehicle",
      default: standard.vehicle,
      when: standard.condition,
      source: "by definition of the setting: medium of a culture has serum",
      "what thawed cells are suspended in: saline, or a fluid with albumin or serum"
    )
    let viability = section.parameter(
      "viability",
      .fraction,
      case: handling.rawValue,
      when: "handling: \(handling.rawValue)",
      "share of cells alive when given; of a thawed product, at thaw"
    )
    let isThawed = handling == .thawed
    let damage = section.parameter(
      "damage",
      .rate,
      case: isThawed ? "thawed_in_\(vehicle.rawValue)" : handling.rawValue,
      when: "handling: \(handling.rawValue)" + (isThawed ? ", vehicle: \(vehicle.rawValue)" : ""),
      "damage of the cells when given; of a thawed product, at thaw"
    )
    let protection = section.parameter(
      "protection",
      .fraction,
      "share of the hazard by damage that the cells are spared"
    )
    var sinceThaw: Double?
    if handling != .fresh {
      sinceThaw = section.quantity(
        "time_since_thaw",
        .time,
        default: isThawed ? "0 h" : "24 h",
        when: "handling: \(handling.rawValue)",
        allowed: "0 to 1000 h",
        source: "by definition of the handling",
        "time from thawing to giving; a thawed product loses viability in it"
      )
    }
    return Product.Condition(
      handling: handling,
      viability: viability,
      damage: damage,
      protection: protection,
      sinceThaw: sinceThaw
    )
  }

  /// Reads the traits in which cells differ.
  private static func traits(_ section: Section) -> Product.Traits {
    let diameter = section.quantity("diameter", .length, allowed: "2 to 100 um", "mean diameter")
    let variation = section.parameter(
      "diameter_variation",
      .fraction,
      "coefficient of variation of the diameter, lognormal"
    )
    let receptor = section.parameter(
      "cxcr4_fraction",
      .fraction,
      "share of cells with working CXCR4"
    )
    let potency = section.parameter(
      "potency_variation",
      .fraction,
      "coefficient of variation of secretion between cells, lognormal"
    )
    var traits = Product.Traits(
      diameter: diameter,
      diameterVariation: variation,
      receptorFraction: receptor,
      potencyVariation: potency,
      frailtyVariation: section.quantity(
        "frailty_variation",
        .number,
        default: "0",
        allowed: "0 to 3",
        source: "by definition: damage does the same to all cells",
        "coefficient of variation between cells of the hazard by damage, lognormal"
      )
    )
    traits.areInert = section.flag(
      "inert",
      default: false,
      "whether these are bodies that neither deform nor live, as spheres of polystyrene, in place of cells"
    )
    section.section("ligands") { ligands in
      func ligand(of receptor: String) -> Double {
        ligands.quantity(
          receptor,
          .number,
          default: "1",
          allowed: "0.001 to 1000",
          source: "by definition: as cultured cells of marrow",
          "how well its cells bind this receptor of activated endothelium, relative to cultured cells of marrow"
        )
      }
      let selectins = (ligand(of: "p_selectin") + ligand(of: "e_selectin")) / 2
      traits.ligands = selectins * ligand(of: "vcam1")
    }
    return traits
  }

  /// Reads the donor, with what donors and culture make of the cells.
  private static func donor(_ section: Section) -> Product.Donor {
    let (number, isFixed) = number(ofDonor: section)
    return Product.Donor(
      number: number,
      isFixed: isFixed,
      provenance: ProvenanceSchema.read(section)
    )
  }

  /// Reads the number of the donor, and whether that donor is the same in all replicates.
  private static func number(ofDonor section: Section) -> (number: UInt32, isFixed: Bool) {
    let meaning =
      "number of the donor, whose potency is drawn anew in each replicate; 0 for the mean of all donors; 'fixed', or 'fixed' and a number, for one donor in all replicates"
    let largest = 1_000_000
    if let number = section.word("donor", after: "fixed", in: 1...largest, meaning) {
      return (UInt32(number), true)
    }
    let number = section.integer(
      "donor",
      default: 0,
      in: 0...largest,
      source: "by definition: the mean of all donors",
      meaning
    )
    return (UInt32(number), false)
  }

  /// Reads the effect of a corpse on macrophages.
  private static func efferocytosis(_ section: Section) -> Double {
    section.quantity(
      "efferocytosis",
      .fraction,
      default: "1",
      allowed: "0 to 1",
      source: "by definition: corpses of cells that died by apoptosis",
      "what a corpse is to a macrophage that eats it, as a share of an apoptotic one"
    )
  }

  /// Reads what they do to start clot.
  private static func procoagulance(_ section: Section) -> Double {
    section.quantity(
      "procoagulance",
      .number,
      default: "1",
      allowed: "0 to 100",
      source: "by definition: marrow, which carries least tissue factor",
      "tissue factor that the cells carry, relative to marrow cells: what they do to start clot"
    )
  }
}
