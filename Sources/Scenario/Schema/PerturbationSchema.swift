import Body
import Files
import Vocabulary

/// The keys of `systemic.perturbations`: what is done to host cells off the grids.
enum PerturbationSchema {
  static func read(
    _ name: String,
    _ section: Section,
    _ pools: [CellPools.Pool],
    duration: Double?
  ) -> Perturbation {
    let failures = section.reading.failures
    let start = start(section, duration)
    let end = section.optionalQuantity(
      "until",
      .time,
      allowed: "0 to 240000 h",
      "when it ends; left out where it does not"
    )
    if let end, end <= start { section.report("until", "is no later than 'at'") }
    let none = Perturbation(
      name: name,
      types: names(
        "cells",
        of: pools.map(\.type),
        "type of cell off the grids",
        section,
        "types of cells that it acts on; all if left out"
      ),
      places: names(
        "places",
        of: pools.map(\.place),
        "place of such cells",
        section,
        "places that it acts in; all outside marrow if left out"
      ),
      from: start,
      to: end
    )
    var perturbation = none
    change(&perturbation, section)
    guard section.reading.failures == failures else { return perturbation }
    check(perturbation, pools, section)
    if perturbation == none {
      section.reading.report(
        section.origin,
        section.path,
        "does nothing; give it 'share', 'rate', 'margin' or 'production'"
      )
    }
    return perturbation
  }

  /// Reports a perturbation for which there are no cells.
  private static func check(
    _ perturbation: Perturbation,
    _ pools: [CellPools.Pool],
    _ section: Section
  ) {
    let types = pools.filter { perturbation.actsOn(type: $0.type) }
    let places = Set(types.map(\.place)).sorted().joined(separator: ", ")
    if perturbation.share > 0 || perturbation.rate > 0,
      !types.contains(where: { perturbation.acts(on: $0) && $0.reference > 0 })
    {
      section.report(
        key: "places",
        "there are none of these cells; they are in \(places), those of the margin with those of blood"
      )
    }
    if perturbation.margin != 1, !types.contains(where: { $0.margin > 0 }) {
      section.report("margin", "none of these cells have a margin")
    }
  }

  /// Reads when something begins.
  private static func start(_ section: Section, _ duration: Double?) -> Double {
    let start = section.quantity(
      "at",
      .time,
      default: "0 h",
      allowed: "0 to 240000 h",
      source: "by definition: the start",
      "when it begins"
    )
    if let duration, start >= duration {
      section.report("at", "lies after the end of the run at \(CSV.number(duration / 60)) h")
    }
    return start
  }

  /// Reads a list of names that are known.
  private static func names(
    _ key: String,
    of known: [String],
    _ what: String,
    _ section: Section,
    _ meaning: String
  ) -> [String] {
    let each = known.indices.filter { known.firstIndex(of: known[$0]) == $0 }.map { known[$0] }
    let given = section.names(key, meaning)
    if section.has(key), given.isEmpty { section.report(key, "names none; leave it out for all") }
    for (n, name) in given.enumerated() where !known.contains(name) {
      section.report(
        key,
        item: n,
        "is no \(what)\(Suggestion.text(for: name, among: each)); expected some of \(each.joined(separator: ", "))"
      )
    }
    return Set(given).sorted()
  }

  /// Reads what a perturbation does.
  private static func change(_ perturbation: inout Perturbation, _ section: Section) {
    func share(_ key: String, _ standard: String, _ allowed: String, _ meaning: String) -> Double {
      section.quantity(
        key,
        .fraction,
        default: standard,
        allowed: allowed,
        source: "by definition: no effect",
        meaning
      )
    }
    perturbation.share = share(
      "share",
      "0",
      "0 to 1",
      "share of the cells that it takes away at once"
    )
    perturbation.margin = share("margin", "1", "0 to 10", "margin while it lasts, relative to rest")
    perturbation.production = share(
      "production",
      "1",
      "0 to 100",
      "production while it lasts, relative to rest"
    )
    perturbation.rate = section.quantity(
      "rate",
      .rate,
      default: "0 1/h",
      allowed: "0 to 1000 1/h",
      source: "by definition: none",
      "rate at which it takes cells away while it lasts"
    )
  }

  /// Reads what is put into blood beside the treatment; `nil` where something was reported.
  static func injection(_ section: Section, _ carried: [Factor], duration end: Double?)
    -> FactorDose?
  {
    let name = section.name(
      "factor",
      of: carried.map(\.name),
      "factor that is put into blood, one of 'factors' that plasma carries"
    )
    let mass = section.quantity("amount", .mass, allowed: "0 to 1 g", "mass of it")
    let start = start(section, end)
    let duration = section.quantity(
      "over",
      .time,
      default: "1 min",
      allowed: "1e-3 to 240000 h",
      source: "by definition: a bolus",
      "how long it takes"
    )
    guard let name, let factor = carried.first(where: { $0.name == name }) else { return nil }
    return FactorDose(
      route: .intravenous,
      start: start,
      duration: duration,
      amounts: [name: mass / factor.molarMass / Unit.molesPerBase],
      counted: [name]
    )
  }
}
