import Agents
import Body
import Laws
import Vocabulary

/// The keys of a product that say what its cells have beside those of other products: `axes`, `followers`, `stress`,
/// `hazards` and `division`.
enum CellTermsSchema {
  private static let rates = "0 to 1000 1/h"
  private static let standard = CellTerms.standardAxes

  static func read(_ section: Section, _ factors: [Factor]) -> CellTerms {
    var terms = CellTerms()
    section.section("axes") { list in
      for (name, axis) in list.sections({ ($0, axis(named: $0, $1, factors)) }) {
        guard standard.contains(name) || isNew(name, among: terms, factors, list) else { continue }
        if standard.contains(name) { terms.standard.append(axis) } else { terms.axes.append(axis) }
      }
      refuse(terms.axes.count, beyond: CellProgram.mostAxes - standard.count, "axes", list)
    }
    section.section("followers") { list in
      for follower in list.sections({ follower(named: $0, $1, terms) }) {
        guard let follower, isNew(follower.name, among: terms, factors, list) else { continue }
        terms.followers.append(follower)
      }
      refuse(terms.followers.count, beyond: CellProgram.mostAxes - 1, "followers", list)
    }
    refuse(
      terms.names.count,
      beyond: Licensing.State.most,
      "numbers that a cell carries, an axis, its memory and what follows it one each,",
      section
    )
    while terms.names.count > Licensing.State.most {
      if terms.followers.popLast() == nil { terms.axes.removeLast() }
    }
    section.section("stress") { list in
      // What a preset says of factors that the scenario does not carry is left out.
      terms.stress = list.sections { stress($1, factors) }.filter { !$0.responses.isEmpty }
      refuse(terms.stress.count, beyond: CellProgram.mostTerms - 2, "terms of stress", list)
    }
    terms.hazards = hazards(section, terms)
    terms.division = division(section, terms)
    let signals = Set(
      terms.stress.flatMap { $0.responses.flatMap(\.signals) }
        + (terms.axes + terms.standard).flatMap(\.signals) + ["ifng", "tnfa", "il1b"]
        + CellProgram.nutrients
    )
    refuse(signals.count, beyond: CellProgram.mostSignals, "signals", section)
    return terms
  }

  /// Reports more of something than a cell has room for.
  private static func refuse(_ count: Int, beyond most: Int, _ what: String, _ section: Section) {
    guard count > most else { return }
    section.reading.report(section.origin, section.path, "\(count) \(what); allowed are \(most)")
  }

  /// Reports a key that should be the name of a level of the cell.
  private static func refuse(level name: String, _ terms: CellTerms, _ list: Section) {
    list.skip(name)
    list.report(
      key: name,
      "is no axis of the product, nor what follows one\(Suggestion.text(for: name, among: terms.levels)); expected one of \(terms.levels.joined(separator: ", "))"
    )
  }

  /// Whether a name is free, or reports that it is taken: by another number of a cell, by a key of `priming`, by a factor, or
  /// by a quantity of every product.
  private static func isNew(
    _ name: String,
    among terms: CellTerms,
    _ factors: [Factor],
    _ list: Section
  ) -> Bool {
    guard !name.isEmpty,
      name.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLowercase || $0.isNumber) })
    else {
      list.report(key: name, "is no name; expected lower-case letters, digits and _")
      return false
    }
    let others = [CellProgram.stressName, "both", "for", "rest", "hla_ii_positive"]
    let taken =
      terms.names + terms.names.map(CellTerms.memory) + standard + others + factors.map(\.name)
      + ["ifng", "tnfa", "il1b"]
    guard
      taken.contains(name) || terms.names.contains(CellTerms.memory(of: name))
        || name.hasSuffix("_activity")
    else { return true }
    list.report(
      key: name,
      "is taken, by what a cell has already, a factor or a key of 'priming', or ends in '_activity'; choose another name"
    )
    return false
  }

  private static func axis(named name: String, _ section: Section, _ factors: [Factor]) -> Axis {
    let isStandard = standard.contains(name)
    var axis = Axis(
      name,
      raise: ResponseSchema.read(section, "raise", .drive, .stress, factors),
      needsAll: isStandard
        ? false
        : section.flag("needs_all", default: false, "whether all that raises it must act"),
      amplifiers: ResponseSchema.read(section, "amplify", .gain, .stress, factors),
      lower: ResponseSchema.read(section, "lower", .share, .stress, factors),
      rate: 0,
      decay: 0
    )
    if isStandard {
      // What licensing has of its own takes some room.
      let most = HostKind.mostResponses - 2
      for (key, count) in [("raise", axis.raise.count), ("amplify", axis.amplifiers.count)] {
        refuse(count, beyond: most, "signals under '\(key)'", section)
      }
    } else {
      readRates(of: &axis, section)
    }
    return axis
  }

  private static func readRates(of axis: inout Axis, _ section: Section) {
    axis.rates.naive = section.quantity(
      "rate",
      .rate,
      allowed: rates,
      "activation of a cell without memory under full drive"
    )
    axis.rates.decay = section.quantity(
      "decay",
      .rate,
      default: "0 1/h",
      allowed: rates,
      source: "by definition: what is active stays so",
      "fall of activity without drive"
    )
    axis.recovers = section.flag(
      "recovers_after_thaw",
      default: false,
      "whether thawed cells must recover before it answers"
    )
    if section.has("half_passage") {
      axis.halfPassage = section.quantity(
        "half_passage",
        .number,
        allowed: "1 to 100",
        "passage of the culture at which it is half active when cells are given"
      )
    }
    section.skip("half_passage")
    guard section.has("memory") else { return section.skip("memory") }
    axis.remembers = true
    section.section("memory") { memory in
      axis.rates.memory = memory.quantity(
        "rate",
        .rate,
        allowed: rates,
        "activation that full memory adds"
      )
      axis.rates.gain = memory.quantity(
        "gain",
        .rate,
        allowed: rates,
        "rate at which activity lays down memory"
      )
      axis.rates.loss = memory.quantity("loss", .rate, allowed: rates, "loss of memory")
    }
  }

  private static func follower(named name: String, _ section: Section, _ terms: CellTerms)
    -> Follower?
  {
    let axis = section.name(
      "axis",
      of: standard + terms.axes.map(\.name),
      "axis that it follows"
    )
    let halfLife = section.quantity(
      "half_life",
      .time,
      allowed: "0.01 to 10000 h",
      "half-life with which it follows"
    )
    return axis.map { Follower(name, axis: $0, halfLife: halfLife) }
  }

  private static func stress(_ section: Section, _ factors: [Factor]) -> CellTerms.Stress {
    let isEmpty =
      if case .mapping(let entries) = section.node("signals")?.content { entries.isEmpty } else {
        true
      }
    if isEmpty {
      section.reading.report(
        section.origin,
        section.path + ["signals"],
        "is missing; expected the signals that act together, as in {lactate: {half: 10 mM}}"
      )
    }
    return CellTerms.Stress(
      weight: section.quantity(
        "damage",
        .rate,
        allowed: rates,
        "damage added where all of its signals act fully"
      ),
      ResponseSchema.read(section, "signals", .drive, .none, factors)
    )
  }

  /// Reads the hazards at full activity of axes, or of what follows them.
  private static func hazards(_ section: Section, _ terms: CellTerms) -> [String: Double] {
    section.section("hazards") { list in
      var found: [String: Double] = [:]
      for name in list.keys {
        guard terms.levels.contains(name) else {
          refuse(level: name, terms, list)
          continue
        }
        found[name] = list.quantity(
          name,
          .rate,
          allowed: rates,
          "hazard of death that it adds where it is full"
        )
      }
      refuse(found.count, beyond: CellProgram.mostTerms - 1, "hazards", list)
      return found
    }
  }

  private static func division(_ section: Section, _ terms: CellTerms) -> CellTerms.Division? {
    guard section.has("division") else {
      section.skip("division")
      return nil
    }
    return section.section("division") { division in
      let rate = division.quantity(
        "rate",
        .rate,
        allowed: rates,
        "rate at which a cell divides, where what it needs is full"
      )
      guard division.has("needs") else {
        division.skip("needs")
        return CellTerms.Division(rate: rate)
      }
      let level = division.name(
        "needs",
        of: terms.levels,
        "axis, or what follows one, in proportion to which it divides"
      )
      return CellTerms.Division(rate: rate, level: level)
    }
  }

  /// Reads the folds of a secretion by levels of the cell: that of the axis that licenses it, and further ones.
  static func folds(_ section: Section, _ terms: CellTerms) -> [Secretion.Fold] {
    let fold = section.quantity(
      "licensed_fold",
      .number,
      default: "1",
      allowed: "0 to 1000",
      source: "assumed: not licensed",
      "fold of a fully licensed cell"
    )
    let axis = section.name(
      "axis",
      of: ["stat1", "nfkb", "both"] + terms.levels.filter { !standard.contains($0) },
      default: "nfkb",
      source: "VEGF, PGE2 and TSG-6 follow NF-kB (Hegyi 2012)",
      "axis that licenses it"
    )
    let others = section.section("folds") { list in
      list.keys.compactMap { name -> Secretion.Fold? in
        guard terms.levels.contains(name) else {
          refuse(level: name, terms, list)
          return nil
        }
        let fold = list.quantity(
          name,
          .number,
          allowed: "0 to 1000",
          "fold of a cell in which it is full"
        )
        return Secretion.Fold(fold, at: [name])
      }
    }
    refuse(others.count, beyond: CellProgram.mostTerms - 1, "folds", section)
    let licensed = axis.map { $0 == "both" ? standard : [$0] } ?? ["nfkb"]
    return [Secretion.Fold(fold, at: licensed)] + others
  }
}
