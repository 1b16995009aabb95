import Body
import Files
import Laws
import Vocabulary

/// The keys of `product`.
enum ProductSchema {
  /// What thawed cells are suspended in where the product does not say it.
  struct DefaultVehicle {
    let vehicle: Vehicle
    /// Where it is the default.
    let condition: String
  }

  static func read(_ section: Section, factors: [Factor], vehicle standard: DefaultVehicle)
    -> Product
  {
    // The loader takes them; listed here, they are among the keys that messages list.
    for key in ["preset", "overlays"] { section.skip(key) }
    let name = section.text("name", "name of the product")
    _ = section.text("origin", "tissue the cells come from")
    let species: Species = section.choice("species", "species of the donor")
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
        default: handling == .thawed ? "0 h" : "24 h",
        when: "handling: \(handling.rawValue)",
        allowed: "0 to 1000 h",
        source: "by definition of the handling",
        "time from thawing to giving; a thawed product loses viability in it"
      )
    }
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
    let donor = donor(section)
    let provenance = ProvenanceSchema.read(section)
    let efferocytosis = section.quantity(
      "efferocytosis",
      .fraction,
      default: "1",
      allowed: "0 to 1",
      source: "by definition: corpses of cells that died by apoptosis",
      "what a corpse is to a macrophage that eats it, as a share of an apoptotic one"
    )
    let secretion = perFactor(section, "secretion", factors) { mass, section in
      return Secretion(
        basal: section.molar(
          "basal",
          .cellularRate,
          allowed: "0 to 1e6 molecules/cell/s",
          molarMass: mass,
          "secretion of a naive cell"
        ),
        licensedFold: section.quantity(
          "licensed_fold",
          .number,
          default: "1",
          allowed: "0 to 1000",
          source: "assumed: not licensed",
          "fold of a fully licensed cell"
        ),
        axis: section.choice(
          "axis",
          default: .nfkb,
          source: "VEGF, PGE2 and TSG-6 follow NF-kB (Hegyi 2012)",
          "axis that licenses it"
        ),
        hypoxicFold: section.quantity(
          "hypoxic_fold",
          .number,
          default: "1",
          allowed: "0 to 100",
          source: "assumed: oxygen does not matter",
          "fold at 1.5 % oxygen over 21 %"
        ),
        oxygen: Hill(
          halfSaturation: section.parameter(
            "oxygen_half",
            .concentration,
            molarMass: MolarMass.of("oxygen", factors),
            "oxygen of half the response"
          )
        )
      )
    }
    let uptake = perFactor(section, "uptake", factors) { mass, section in
      if section.has("clearance") {
        return Uptake(
          clearance: section.quantity(
            "clearance",
            .clearance,
            allowed: "0 to 1e6 um^3/min",
            "volume that a cell clears of the factor, whatever its concentration"
          )
        )
      }
      section.skip("clearance")
      return Uptake(
        largest: section.molar(
          "largest",
          .cellularRate,
          default: section.has("enzyme") ? "0 molecules/cell/s" : nil,
          when: "with an enzyme",
          allowed: "0 to 1e9 molecules/cell/s",
          molarMass: mass,
          source: "by definition: the enzyme alone",
          "uptake of a cell where the factor saturates it"
        ),
        halfSaturation: section.molar(
          "half_saturation",
          .concentration,
          allowed: "1e-6 to 1e9 nM",
          molarMass: mass,
          "concentration of half that uptake"
        ),
        enzyme: section.molar(
          "enzyme",
          .cellularRate,
          default: "0 molecules/cell/s",
          allowed: "0 to 1e9 molecules/cell/s",
          molarMass: mass,
          source: "by definition: none",
          "uptake by an enzyme of a cell of full protein of the STAT1 axis besides"
        ),
        conversion: conversion(section, factors)
      )
    }
    let procoagulance = section.quantity(
      "procoagulance",
      .number,
      default: "1",
      allowed: "0 to 100",
      source: "by definition: marrow, which carries least tissue factor",
      "fold of the loss in blood, by the tissue factor that the cells carry"
    )
    var preconditioning: Preconditioning?
    let priming = section.section("priming") { priming in
      preconditioning = Self.preconditioning(priming, factors)
      func level(
        _ key: String,
        _ meaning: String,
        default standard: Double = 0,
        when condition: String? = nil,
        source: String = "by definition: a naive cell"
      ) -> Float {
        Float(
          priming.quantity(
            key,
            .fraction,
            default: CSV.number(standard),
            when: condition,
            allowed: "0 to 1",
            source: source,
            meaning
          )
        )
      }
      let stat1 = level("stat1", "activity of the STAT1 axis when given")
      return Licensing.State(
        stat1: stat1,
        stat1Memory: level("stat1_memory", "its memory"),
        nfkb: level("nfkb", "activity of the NF-kB axis when given"),
        nfkbMemory: level("nfkb_memory", "its memory"),
        protein: level(
          "stat1_protein",
          "proteins that follow the STAT1 axis (HLA-I and II, IDO, PD-L1) when given",
          default: Double(stat1),
          when: "stat1: \(CSV.number(Double(stat1)))",
          source: "by definition: as the axis, where that has stood so for days"
        )
      )
    }
    return Product(
      name: name,
      species: species,
      handling: handling,
      viability: viability,
      diameter: diameter,
      diameterVariation: variation,
      receptorFraction: receptor,
      potencyVariation: potency,
      donor: donor.number,
      provenance: provenance,
      isDonorFixed: donor.isFixed,
      damage: damage,
      protection: protection,
      sinceThaw: sinceThaw,
      priming: priming,
      preconditioning: preconditioning,
      procoagulance: procoagulance,
      efferocytosis: efferocytosis,
      secretion: secretion,
      uptake: uptake
    )
  }

  /// Reads the number of the donor, and whether that donor is one in all replicates.
  private static func donor(_ section: Section) -> (number: UInt32, isFixed: Bool) {
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

  /// Reads the medium that licenses cells before they are given, where there is one.
  private static func preconditioning(_ section: Section, _ factors: [Factor]) -> Preconditioning? {
    let keys = ["ifng", "tnfa", "il1b"]
    guard section.has("for") || keys.contains(where: section.has) else {
      for key in keys + ["for", "rest"] { section.skip(key) }
      return nil
    }
    func level(_ name: String, _ words: String) -> Double {
      section.molar(
        name,
        .concentration,
        default: "0 ng/mL",
        allowed: "0 to 1e4 nM",
        molarMass: MolarMass.of(name, factors),
        source: "by definition: none",
        words
      )
    }
    return Preconditioning(
      tnf: level("tnfa", "TNF-a in the medium that licenses the cells"),
      il1b: level("il1b", "IL-1b in the medium that licenses the cells"),
      ifn: level("ifng", "IFN-g in the medium that licenses the cells"),
      time: section.quantity(
        "for",
        .time,
        allowed: "0 to 1000 h",
        "time in the medium that licenses the cells"
      ),
      rest: section.quantity(
        "rest",
        .time,
        default: "0 h",
        allowed: "0 to 10000 h",
        source: "by definition: given at once",
        "time from its end to giving"
      )
    )
  }

  /// Reads what a factor that cells take is turned into; `nil` for nothing that the scenario carries.
  static func conversion(_ section: Section, _ factors: [Factor]) -> Conversion? {
    guard section.has("into") else {
      if section.has("yield") {
        section.report(key: "yield", "belongs to 'into'; say what the factor is turned into")
      }
      section.skip("into")
      section.skip("yield")
      return nil
    }
    func yield(_ section: Section) -> Double {
      section.quantity(
        "yield",
        .number,
        default: "1",
        allowed: "0 to 100",
        source: "by definition: one for one",
        "amount that comes out of an amount taken"
      )
    }
    guard let into = section.factor("into", "factor that cells make of it", factors) else {
      section.passOver(["yield"]) { _ = yield($0) }
      return nil
    }
    return Conversion(into: into, yield: yield(section))
  }

  /// Reads the entries of factors that the scenario carries.
  ///
  /// A preset may list others of the library; the scenario itself may not.
  static func perFactor<Law>(
    _ section: Section,
    _ key: String,
    _ factors: [Factor],
    _ body: (_ molarMass: Double, Section) -> Law
  ) -> [String: Law] {
    section.section(key) { list in
      var laws: [String: Law] = [:]
      for name in list.keys {
        guard let factor = factors.first(where: { $0.name == name }) else {
          list.passOver(name, known: factors.map(\.name)) { _ = body($0, $1) }
          continue
        }
        laws[name] = list.section(name) { body(factor.molarMass * Unit.molesPerBase, $0) }
      }
      return laws
    }
  }

  enum Vehicle: String, CaseIterable {
    case saline, protein
  }
}
