import Body
import Laws
import Simulation
import Substrate
import Vocabulary

/// The laws of body and cells, with what the host, the product and the dose say of them.
enum LawsSchema {
  static func killing(_ section: Section, relation: Relation, host: Host, isForeign: Bool)
    -> Killing
  {
    var law: Killing = section.law()
    law.mismatch = relation.isOwn ? 0 : 1
    law.isForeign = isForeign
    law.sensitisation = host.immunity.sensitisation
    return law
  }

  static func survival(
    _ section: Section,
    _ factors: [Factor],
    relation: Relation,
    host: Host,
    product: Product
  ) -> Survival {
    var law: Survival = section.law(factors)
    law.protection = product.condition.protection
    law.fragility = product.donor.provenance.fragility
    law.frailtyVariation = product.traits.frailtyVariation
    law.expose(to: host.immunity.complement, isOwn: relation.isOwn)
    return law
  }

  static func remains(_ section: Section, label: Remains.Label?) -> Remains {
    var law: Remains = section.law()
    law.label = label
    return law
  }

  static func repair(_ section: Section, _ factors: [Factor], hasTumour: Bool) -> TissueRepair {
    var law: TissueRepair = section.law(factors)
    if hasTumour {
      law.tumour = section.section("tumour") { $0.law(factors) }
    } else if !section.has("tumour") {
      section.skip("tumour")
    }
    return law
  }

  /// What every organ and blood do to the cells in them.
  static func stress(_ top: Section, _ host: Host) -> (organs: [NicheStress], blood: PlaceStress) {
    let damage = byPlace(
      top,
      "stress",
      .rate,
      host,
      lumen: "damage that the lumen of its microvessels leads to",
      tissue: "damage that its tissue leads to in cells that have just come",
      blood: "damage that flowing blood leads to"
    )
    let pace = "how many times as fast as elsewhere damage builds up in"
    let filling = byPlace(
      top,
      "filling",
      .number,
      host,
      lumen: "\(pace) the lumen of its microvessels",
      tissue: "\(pace) its tissue",
      blood: "\(pace) flowing blood"
    )
    let organs = zip(damage.organs, filling.organs).map { damage, filling in
      var stress = NicheStress(lumen: damage.lumen, tissue: damage.tissue)
      stress.lumen.filling = filling.lumen
      stress.tissue.filling = filling.tissue
      return stress
    }
    return (organs, PlaceStress(damage: damage.blood, filling: filling.blood))
  }

  /// Reads a section whose parameters stand by place: lumen and tissue of every organ, and blood, each with its meaning.
  private static func byPlace(
    _ top: Section,
    _ key: String,
    _ kind: QuantityKind,
    _ host: Host,
    lumen: String,
    tissue: String,
    blood: String
  ) -> (organs: [(lumen: Double, tissue: Double)], blood: Double) {
    top.section(key) { section in
      let organs = host.organs.map { organ in
        section.section(organ.name) { place in
          (
            lumen: place.parameter("lumen", kind, lumen),
            tissue: place.parameter("tissue", kind, tissue)
          )
        }
      }
      return (organs, section.parameter("blood", kind, blood))
    }
  }

  static func label(_ section: Section) -> Remains.Label {
    let name = section.text("name", "name of the label")
    let halfLife = section.quantity(
      "physical_half_life",
      .time,
      or: "never",
      allowed: "1e-3 to 1e7 h",
      "half-life of the isotope; never for a label that does not decay"
    )
    return Remains.Label(
      name: name,
      decay: halfLife.map { Elementary.log(2) / $0 } ?? 0,
      leak: section.quantity(
        "leak",
        .rate,
        allowed: "0 to 1 1/h",
        "rate at which a live cell loses label"
      ),
      free: section.quantity(
        "free_at_injection",
        .fraction,
        allowed: "0 to 1",
        "share of label that is free or on dead material at injection"
      ),
      solubleUptake: section.quantity(
        "soluble_uptake",
        .fraction,
        allowed: "0 to 1",
        "share of soluble label that phagocytes take up"
      ),
      retained: section.optionalQuantity(
        "retained",
        .fraction,
        allowed: "0 to 1",
        "share of labelled debris kept by phagocytes of the same organ, instead of remains.retained"
      ),
      soluble: section.has("soluble") ? section.section("soluble", soluble) : nothing(section)
    )
  }

  private static func nothing(_ section: Section) -> Remains.Label.Soluble? {
    section.skip("soluble")
    return nil
  }

  /// Reads what becomes of soluble label.
  private static func soluble(_ section: Section) -> Remains.Label.Soluble {
    func halfLife(_ key: String, _ meaning: String) -> Double {
      section.quantity(key, .time, allowed: "0.01 to 1e6 h", meaning)
    }
    func share(_ section: Section, _ key: String, _ meaning: String) -> Double {
      section.quantity(key, .fraction, allowed: "0 to 1", meaning)
    }
    var organs: [String: Double] = [:]
    section.section("shares") { list in
      for name in OrganVocabulary.names {
        guard list.has(name) else {
          list.skip(name)
          continue
        }
        organs[name] = share(list, name, "share of the soluble label that the organ takes")
      }
    }
    let law = Remains.Label.Soluble(
      plasmaHalfLife: halfLife("plasma_half_life", "half-life of soluble label in plasma"),
      dissolved: share(section, "dissolved", "share of the label on debris that dissolves"),
      organs: organs,
      carcass: share(
        section,
        "carcass",
        "share of the soluble label that muscle, skeleton and skin take"
      ),
      organHalfLife: halfLife("organ_half_life", "half-life of soluble label in organs"),
      carcassHalfLife: halfLife("carcass_half_life", "half-life of soluble label in the carcass")
    )
    let sum = organs.values.reduce(law.carcass, +)
    if sum > 1 {
      section.report(
        "carcass",
        "the shares of organs and carcass add up to \(sum), which is more than all"
      )
    }
    return law
  }
}

/// How the donor relates to the host.
enum Relation: String, CaseIterable {
  case autologous, syngeneic, allogeneic, xenogeneic

  /// Whether the cells are compatible with the host's serum.
  var isOwn: Bool { self == .autologous || self == .syngeneic }
}
