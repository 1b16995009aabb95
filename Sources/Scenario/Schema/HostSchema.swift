import Body
import Laws
import Substrate
import Vocabulary

/// The keys of `host`.
enum HostSchema {
  static func read(_ section: Section, vessels: Vessels) -> Host {
    // The loader takes them; listed here, they are among the keys that messages list.
    for key in ["preset", "overlays"] { section.skip(key) }
    let name = section.text("name", "name of the host")
    let species: Species = section.choice(
      "species",
      "species whose ligands and receptors it carries"
    )
    let reference = section.quantity(
      "reference_weight",
      .mass,
      allowed: "1 to 1e6 g",
      "body weight the volumes and flows below belong to"
    )
    let weight = section.quantity("body_weight", .mass, allowed: "1 to 1e6 g", "body weight")
    let scale = weight / reference
    let flowScale = scale.squareRoot() * scale.squareRoot().squareRoot()
    let (referenceOutput, isOutputRead) = section.reading.whole {
      section.quantity(
        "cardiac_output",
        .flow,
        allowed: "0.1 to 1e5 mL/min",
        "cardiac output at the reference weight; scales with weight to the 3/4"
      )
    }
    let output = flowScale * referenceOutput
    let large =
      scale
      * section.quantity(
        "large_vessel_blood",
        .volume,
        allowed: "1e-3 to 1e5 mL",
        "blood outside organs at the reference weight; scales with weight"
      )
    let arterial = section.quantity(
      "arterial_share",
      .fraction,
      allowed: "0.01 to 0.99",
      "share of that blood on the arterial side"
    )
    let plasma = section.parameter(
      "plasma_share",
      .fraction,
      "plasma as a share of body weight, at 1 g/mL"
    )
    let immunity = section.section("immunity") { killers in
      Immunity(
        naturalKillers: killers.parameter(
          "natural_killers",
          .fraction,
          "activity of natural killer cells"
        ),
        tCells: killers.parameter("t_cells", .fraction, "activity of cytotoxic T cells"),
        complement: killers.parameter("complement", .fraction, "activity of complement"),
        sensitisation: killers.parameter(
          "sensitisation",
          .fraction,
          "share of hosts that a first mismatched dose sensitises"
        ),
        species: killers.has("species")
          ? killers.choice("species", "species of its immune cells, where another than the body's")
          : nothing(killers)
      )
    }
    let (organs, areOrgansRead) = section.reading.whole {
      section.section("organs") { organs in
        read(organs, scale: scale, flowScale: flowScale, output: output, vessels: vessels)
      }
    }
    let fed = organs.filter { $0.supply == .arterial }.reduce(0) { $0 + $1.flow }
    if isOutputRead, areOrgansRead, (fed / output - 1).magnitude > 0.02 {
      section.report(
        inScenario: "cardiac_output",
        "the arterial flows of the organs add up to \(rounded(100 * fed / output)) % of it; allowed is 98 to 102 %"
      )
    }
    return Host(
      name: name,
      species: species,
      bodyWeight: weight,
      cardiacOutput: output,
      venousBlood: large * (1 - arterial),
      arterialBlood: large * arterial,
      plasma: plasma * weight * Unit.millilitre,
      immunity: immunity,
      organs: organs
    )
  }

  private static func nothing(_ section: Section) -> Species? {
    section.skip("species")
    return nil
  }

  private static func read(
    _ section: Section,
    scale: Double,
    flowScale: Double,
    output: Double,
    vessels: Vessels
  ) -> [Organ] {
    let failures = section.reading.failures
    var drains: [(organ: String, into: String, section: Section)] = []
    var organs = section.sections { name, organ in
      let known = OrganVocabulary.names
      guard known.contains(name) else {
        section.report(
          key: name,
          "is no organ\(Suggestion.text(for: name, among: known)); organs are \(known.joined(separator: ", "))"
        )
        organ.skipAll()
        return bloodless(name, .arterial, volume: 1)
      }
      let (supply, isSupplyRead): (Organ.Supply, Bool) = organ.reading.whole {
        organ.choice("supply", default: .arterial, "how blood reaches the organ")
      }
      let volume =
        scale
        * organ.quantity(
          "volume",
          .volume,
          allowed: "1e-6 to 1e6 mL",
          "volume with blood, at the reference weight"
        )
      if !isSupplyRead { organ.skipAll() }
      if supply == .cavity || !isSupplyRead { return bloodless(name, supply, volume: volume) }
      let blood =
        volume
        * organ.quantity(
          "blood_fraction",
          .fraction,
          allowed: "1e-4 to 0.95",
          "share of the volume that is blood"
        )
      let flow =
        supply == .pulmonary
        ? output
        : flowScale
          * organ.quantity(
            "flow",
            .flow,
            allowed: "1e-6 to 1e5 mL/min",
            "arterial inflow, at the reference weight"
          )
      if supply == .arterial, organ.node("drains_to") != nil {
        let into = organ.text("drains_to", "organ its blood flows to before the veins")
        if !into.isEmpty { drains.append((name, into, organ)) }
      }
      let calibre = organ.quantity(
        "calibre",
        .length,
        allowed: "0.5 to 100 um",
        "calibre of the vessels in which cells arrest"
      )
      let bypass = organ.parameter(
        "bypass",
        .fraction,
        "share of passes that meet no vessel of that calibre"
      )
      let derived = Occlusion.vessels(
        bloodVolume: blood,
        share: vessels.share,
        calibre: calibre,
        length: vessels.length
      )
      let microvessels =
        organ.optionalQuantity(
          "microvessels",
          .number,
          allowed: "1 to 1e15",
          "number of such vessels side by side"
        ) ?? derived
      let adhesive = organ.flag(
        "adhesive",
        default: supply == .arterial,
        when: supply == .arterial ? "an organ with arterial supply" : "another supply",
        "whether inflamed endothelium holds cells by adhesion"
      )
      let phagocytosis = organ.parameter(
        "phagocytosis",
        .number,
        "share of blood-borne debris its phagocytes take up, relative to the other organs"
      )
      return Organ(
        name: name,
        supply: supply,
        volume: volume,
        bloodVolume: blood,
        flow: flow,
        drainsTo: nil,
        calibre: calibre,
        bypass: bypass,
        microvessels: microvessels,
        adhesive: adhesive,
        phagocytosis: phagocytosis
      )
    }
    let names = organs.map(\.name)
    for entry in drains {
      guard let from = names.firstIndex(of: entry.organ) else { continue }
      let others = organs.filter { $0.supply == .arterial && $0.name != entry.organ }.map(\.name)
      guard others.contains(entry.into), let into = names.firstIndex(of: entry.into) else {
        entry.section.report(
          "drains_to",
          "found \"\(entry.into)\"\(Suggestion.text(for: entry.into, among: others)); expected one of \(others.joined(separator: ", "))"
        )
        continue
      }
      organs[from].drainsTo = into
    }
    for (i, organ) in organs.enumerated() {
      if let into = organ.drainsTo, organs[into].drainsTo != nil || i == into {
        drains.first { $0.organ == organ.name }?.section.report(
          "drains_to",
          "leads to an organ that drains on; only one organ can lie between an organ and the veins"
        )
        organs[i].drainsTo = nil
      }
    }
    guard section.reading.failures == failures else { return organs }
    if organs.filter({ $0.supply == .pulmonary }).count != 1 {
      section.reading.report(
        section.origin,
        section.path,
        "a host has exactly one organ of supply 'pulmonary', the lung"
      )
    }
    if !organs.isEmpty, organs.allSatisfy({ $0.phagocytosis == 0 }) {
      section.reading.report(
        section.origin,
        section.path,
        "at least one organ needs 'phagocytosis' above 0 to take up debris"
      )
    }
    return organs
  }

  /// A cavity has no vessels of its own: cells get there by injection and leave by shedding.
  ///
  /// An organ whose name or supply could not be read stands in without vessels too.
  private static func bloodless(_ name: String, _ supply: Organ.Supply, volume: Double) -> Organ {
    Organ(
      name: name,
      supply: supply,
      volume: volume,
      bloodVolume: 0,
      flow: 0,
      drainsTo: nil,
      calibre: 1,
      bypass: 0,
      microvessels: 1,
      adhesive: false,
      phagocytosis: 0
    )
  }

  private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}

/// What turns the blood of an organ into a number of microvessels.
struct Vessels {
  let share, length: Double

  static func read(_ section: Section) -> Vessels {
    Vessels(
      share: section.parameter(
        "capillary_share",
        .fraction,
        "share of an organ's blood that lies in the vessels in which cells arrest"
      ),
      length: section.parameter(
        "vessel_length",
        .length,
        "length of a microvessel from arteriole to venule"
      )
    )
  }
}
