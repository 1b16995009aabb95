import Body
import Laws
import Vocabulary

/// The keys of `organs` of a host.
enum OrganSchema {
  /// An organ whose blood flows on to another, by name.
  private typealias Drain = (organ: String, into: String, section: Section)

  /// Reads the organs of a host.
  ///
  /// - Parameters:
  ///   - section: the organs by name.
  ///   - scale: from the reference weight to that of the host.
  ///   - output: cardiac output, um³/min.
  ///   - vessels: from blood to microvessels.
  /// - Returns: the organs; where something was reported, as far as they could be read.
  static func read(_ section: Section, _ scale: HostSchema.Scale, output: Double, vessels: Vessels)
    -> [Organ]
  {
    let failures = section.reading.failures
    var drains: [Drain] = []
    var organs = section.sections { name, organ in
      read(name, organ, of: section, scale, output: output, vessels: vessels, &drains)
    }
    connect(drains, &organs)
    if section.reading.failures == failures { check(organs, section) }
    return organs
  }

  private static func read(
    _ name: String,
    _ section: Section,
    of list: Section,
    _ scale: HostSchema.Scale,
    output: Double,
    vessels: Vessels,
    _ drains: inout [Drain]
  ) -> Organ {
    let known = OrganVocabulary.names
    guard known.contains(name) else {
      list.report(
        key: name,
        "is no organ\(Suggestion.text(for: name, among: known)); organs are \(known.joined(separator: ", "))"
      )
      section.skipAll()
      return bloodless(name, .arterial, volume: 1)
    }
    let (supply, isSupplyRead): (Organ.Supply, Bool) = section.reading.whole {
      section.choice("supply", default: .arterial, "how blood reaches the organ")
    }
    let volume =
      scale.volume
      * section.quantity(
        "volume",
        .volume,
        allowed: "1e-6 to 1e6 mL",
        "volume with blood, at the reference weight"
      )
    let killers = section.parameter(
      "natural_killers",
      .fraction,
      "natural killer cells in it relative to lung, by volume"
    )
    if !isSupplyRead { section.skipAll() }
    var organ =
      supply == .cavity || !isSupplyRead
      ? bloodless(name, supply, volume: volume)
      : perfused(name, supply, section, scale, volume: volume, output: output, vessels: vessels)
    organ.naturalKillers = killers
    if supply == .arterial, isSupplyRead, section.node("drains_to") != nil {
      let into = section.text("drains_to", "organ its blood flows to before the veins")
      if !into.isEmpty { drains.append((name, into, section)) }
    }
    return organ
  }

  /// Reads an organ that blood flows through.
  private static func perfused(
    _ name: String,
    _ supply: Organ.Supply,
    _ section: Section,
    _ scale: HostSchema.Scale,
    volume: Double,
    output: Double,
    vessels: Vessels
  ) -> Organ {
    let blood =
      volume
      * section.quantity(
        "blood_fraction",
        .fraction,
        allowed: "1e-4 to 0.95",
        "share of the volume that is blood"
      )
    let flow =
      supply == .pulmonary
      ? output
      : scale.flow
        * section.quantity(
          "flow",
          .flow,
          allowed: "1e-6 to 1e5 mL/min",
          "arterial inflow, at the reference weight"
        )
    let bed = microvessels(section, blood: blood, vessels)
    let adhesion = section.parameter(
      "adhesion",
      .fraction,
      "adhesion of cells where all of its endothelium is activated"
    )
    let activation = section.has("activation") ? section.section("activation", activation) : nil
    section.skip("activation")
    let phagocytosis = section.parameter(
      "phagocytosis",
      .number,
      "share of blood-borne debris its phagocytes take up, relative to the other organs"
    )
    var organ = Organ(
      name: name,
      supply: supply,
      volume: volume,
      bloodVolume: blood,
      flow: flow,
      drainsTo: nil,
      calibre: bed.calibre,
      bypass: bed.bypass,
      microvessels: bed.count,
      adhesion: adhesion,
      phagocytosis: phagocytosis
    )
    organ.activation = activation
    return organ
  }

  /// Reads the vessels in which cells arrest.
  private static func microvessels(_ section: Section, blood: Double, _ vessels: Vessels) -> (
    calibre: Double, bypass: Double, count: Double
  ) {
    let calibre = section.quantity(
      "calibre",
      .length,
      allowed: "0.5 to 100 um",
      "calibre of the vessels in which cells arrest"
    )
    let bypass = section.parameter(
      "bypass",
      .fraction,
      "share of passes that meet no vessel of that calibre"
    )
    let derived = Occlusion.vessels(
      bloodVolume: blood,
      share: vessels.share,
      calibre: calibre,
      length: vessels.length / vessels.segments
    )
    let count =
      section.optionalQuantity(
        "segments",
        .number,
        allowed: "1 to 1e15",
        "number of segments of such vessels, of which a cell stops the flow through one or more"
      ) ?? derived
    return (calibre, bypass, count)
  }

  /// Reads how far disease activates endothelium.
  private static func activation(_ section: Section) -> Activation {
    Activation(
      peak: section.quantity(
        "peak",
        .fraction,
        allowed: "0 to 1",
        "share of the endothelium that disease activates"
      ),
      begun: section.quantity(
        "begun",
        .time,
        default: "0 h",
        allowed: "0 to 1e5 h",
        source: "by definition: disease begins with the run",
        "time from the beginning of the disease to the start of the run"
      ),
      rise: section.quantity(
        "rise",
        .time,
        default: "0 h",
        allowed: "0 to 1e4 h",
        source: "by definition: it is there at once",
        "time in which it rises"
      ),
      halfLife: section.has("half_life")
        ? section.quantity(
          "half_life",
          .time,
          or: "never",
          allowed: "0.01 to 1e5 h",
          "time in which it falls by half; never where it stays"
        ) : nothing(section)
    )
  }

  private static func nothing(_ section: Section) -> Double? {
    section.skip("half_life")
    return nil
  }

  /// Sets the organs that blood flows on to; reports those that are none, or drain on themselves.
  private static func connect(_ drains: [Drain], _ organs: inout [Organ]) {
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
  }

  /// Reports what all organs together lack.
  private static func check(_ organs: [Organ], _ section: Section) {
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
  }

  /// A cavity has no vessels of its own: cells get there by injection and leave by shedding.
  ///
  /// An organ whose name or supply could not be read stands in without vessels too.
  static func bloodless(_ name: String, _ supply: Organ.Supply, volume: Double) -> Organ {
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
      adhesion: 0,
      phagocytosis: 0
    )
  }
}
