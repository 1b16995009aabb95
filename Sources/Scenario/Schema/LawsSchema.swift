import Body
import Laws
import Simulation
import Substrate
import Vocabulary

/// The laws of body and cells, with what the host, the product and the dose say of them.
enum LawsSchema {
  static func killing(_ section: Section, relation: Relation, host: Host) -> Killing {
    var law: Killing = section.law()
    law.mismatch = relation.isOwn ? 0 : 1
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
    law.frailtyVariation = product.traits.frailtyVariation
    law.expose(
      to: host.immunity.complement,
      procoagulance: product.clearance.procoagulance,
      isOwn: relation.isOwn
    )
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

  /// D∞ of every organ and of blood.
  static func stress(_ section: Section, _ host: Host) -> (
    organs: [Experiment.Stress], blood: Double
  ) {
    let organs = host.organs.map { organ in
      section.section(organ.name) { place in
        Experiment.Stress(
          lumen: place.parameter(
            "lumen",
            .rate,
            "damage that the lumen of its microvessels leads to"
          ),
          tissue: place.parameter("tissue", .rate, "damage that its tissue leads to")
        )
      }
    }
    return (organs, section.parameter("blood", .rate, "damage that flowing blood leads to"))
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
      )
    )
  }
}

/// How the donor relates to the host.
enum Relation: String, CaseIterable {
  case autologous, syngeneic, allogeneic, xenogeneic

  /// Whether the cells are compatible with the host's serum.
  var isOwn: Bool { self == .autologous || self == .syngeneic }
}
