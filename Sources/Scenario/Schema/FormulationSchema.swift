import Body
import Simulation
import Vocabulary

/// The keys of `formulation`: what cells or factors are put into tissue in.
enum FormulationSchema {
  /// What a formulation says.
  struct Reading {
    /// What it does to cells; its organ is not known before the route, nor its grid before the tissues.
    var law: Formulation
    /// Name of the tissue that it lies in, where the scenario says.
    let block: String?
    /// Share of what would wash out that still does.
    let washOut: Double
    /// Diffusivity within it, as a share of that in tissue, and exchange with blood, 1/min.
    let diffusivity: Double, exchange: Double
  }

  /// Puts a formulation into one of the tissues; what cannot be is reported.
  static func place(_ reading: Reading, in tissues: [Tissue], _ top: Section) -> Formulation {
    var law = reading.law
    let blocks = tissues.indices.filter { tissues[$0].organ == law.organ }
    let names = blocks.map { tissues[$0].name }
    if let block = reading.block {
      guard let n = names.firstIndex(of: block) else {
        top.report(
          "formulation",
          "block names \"\(block)\"\(Suggestion.text(for: block, among: names)); expected a tissue of the organ that is injected"
            + (names.isEmpty ? "; there is none" : ": \(names.joined(separator: ", "))")
        )
        return law
      }
      law.tissue = blocks[n]
    } else if law.isLocal {
      law.tissue = blocks.first
      if blocks.isEmpty, !law.held.isEmpty {
        top.report(
          "formulation",
          "contains factors, but no tissue could receive them; add a tissue of the injected organ, or remove 'holds'"
        )
      }
      if blocks.count > 1 {
        top.report(
          "formulation",
          "must be in one tissue of the organ; choose it with 'block': \(names.joined(separator: ", "))"
        )
      }
    }
    return law
  }

  static func read(_ section: Section, factors: [Factor]) -> Reading {
    _ = section.text("name", "name of the formulation")
    func share(_ key: String, _ standard: String, _ meaning: String) -> Double {
      section.quantity(
        key,
        .fraction,
        default: standard,
        allowed: "0 to 1",
        source: "by definition: as in suspension",
        meaning
      )
    }
    let washOut = share(
      "wash_out",
      "1",
      "share of what would not stay at the site that still leaves"
    )
    let matrix = share("matrix", "0", "share of the stress of the place that its matrix spares")
    let contact = share("contact", "1", "share of contact with host cells that it leaves")
    let mobility = share("mobility", "1", "share of the speed of crawling that it leaves")
    let region = section.quantity(
      "share",
      .fraction,
      default: "0",
      allowed: "0 to 0.5",
      source: "by definition: it takes no room",
      "share of a block of the organ that it takes, a sphere at its centre"
    )
    let diffusivity = section.quantity(
      "diffusivity",
      .fraction,
      default: "1",
      allowed: "0.01 to 10",
      source: "by definition: as in tissue",
      "diffusivity of factors within it, as a share of that in tissue"
    )
    let exchange = section.quantity(
      "exchange",
      .rate,
      default: "0 1/min",
      allowed: "0 to 1000 1/min",
      source: "by definition: no vessels",
      "exchange of factors with blood within it"
    )
    let held = ProductSchema.perFactor(section, "holds", factors) { molarMass, inner in
      Formulation.Held(
        level: inner.molar(
          "level",
          .concentration,
          allowed: "0 to 1e9 nM",
          molarMass: molarMass,
          "what the formulation holds of it when given, per its volume"
        ),
        release: inner.quantity(
          "release",
          .rate,
          allowed: "0 to 1000 1/min",
          "rate at which the formulation lets it go"
        )
      )
    }
    let block = section.has("block") ? section.text("block", "tissue that it lies in") : nil
    section.skip("block")
    return Reading(
      law: Formulation(
        organ: 0,
        matrix: matrix,
        contact: contact,
        mobility: mobility,
        share: region,
        held: held
      ),
      block: block,
      washOut: washOut,
      diffusivity: diffusivity,
      exchange: exchange
    )
  }
}
