import Agents
import Body
import Laws
import Vocabulary

/// The keys that say what a cell has beside those of its sort: `axes`, `followers` and `hazards` of a product and of a kind
/// of host cells, `stress` and `division` of a product.
struct CellTermsSchema {
  /// Whose cells these are.
  enum Owner {
    /// A product: its own axes stand beside STAT1 and NF-kB.
    case product
    /// A kind of host cells: its own axes stand beside activity.
    case kind

    /// Names of the axes that every cell has, and of all its numbers.
    fileprivate var axes: [String] {
      self == .product ? CellTerms.standardAxes : [HostKind.activityName]
    }

    fileprivate var names: [String] { self == .product ? Licensing.names : axes }

    /// What can be named by uses of the numbers of a cell.
    func levels(_ terms: CellTerms) -> [String] {
      self == .product ? terms.levels : axes + terms.addedLevels
    }

    fileprivate var signals: ResponseSchema.Other { self == .product ? .product : .contacts }
  }

  private static let rates = "0 to 1000 1/h"
  private let owner: Owner
  private let factors: [Factor]
  /// Names of the levels that axes may respond to.
  private let sensed: [String]

  private init(_ section: Section, owner: Owner, factors: [Factor]) {
    self.owner = owner
    self.factors = factors
    let own = owner == .product ? CellTerms.standardAxes + [Licensing.protein] : owner.axes
    let added = ["axes", "followers"].flatMap { key -> [String] in
      guard case .mapping(let entries) = section.node(key)?.content else { return [] }
      return entries.map(\.key)
    }
    sensed = own + added.filter { !own.contains($0) }
  }

  /// Reads what a product's cells have.
  static func read(_ section: Section, _ factors: [Factor], areFrail: Bool) -> CellTerms {
    let schema = CellTermsSchema(section, owner: .product, factors: factors)
    var terms = schema.levels(section, areFrail: areFrail).terms
    section.section("stress") { list in
      // Signals act together: where the scenario does not carry one that a preset names, the term does not act.
      terms.stress = list.sections { stress($1, factors) }.filter { !$0.responses.isEmpty }
      refuse(terms.stress.count, beyond: CellProgram.mostTerms - 2, "terms of stress", list)
    }
    terms.division = division(section, terms)
    section.section("shows") { shows in
      terms.shown = level("pd_l1", "brakes host cells on contact", terms, shows)
      terms.shield = level("hla_i", "spares it from natural killers", terms, shows)
    }
    let signals = Set(
      terms.stress.flatMap { $0.responses.flatMap(\.signals) }
        + (terms.axes + terms.standard).flatMap(\.signals).filter {
          !terms.names.contains($0) && $0 != CellProgram.stressName
        }
        + ["ifng", "tnfa", "il1b"]
        + CellProgram.nutrients
    )
    refuse(signals.count, beyond: CellProgram.mostSignals, "signals", section)
    return terms
  }

  private static func level(_ key: String, _ effect: String, _ terms: CellTerms, _ section: Section)
    -> String
  {
    section.name(
      key,
      of: terms.levels,
      default: Licensing.protein,
      source: "PD-L1 and HLA-I are proteins of the STAT1 axis",
      "axis, or what follows one, that tells how much a cell shows of what \(effect)"
    ) ?? Licensing.protein
  }

  /// Reads what cells of a kind have, and the levels of their axes when they come.
  static func read(_ section: Section, ofKindAmong factors: [Factor]) -> (
    terms: CellTerms, initial: [String: Double]
  ) {
    CellTermsSchema(section, owner: .kind, factors: factors).levels(section)
  }

  /// Reads axes, what follows them and hazards.
  private func levels(_ section: Section, areFrail: Bool = false) -> (
    terms: CellTerms, initial: [String: Double]
  ) {
    var terms = CellTerms()
    var initial: [String: Double] = [:]
    section.section("axes") { list in
      for (name, axis, level) in list.sections({ axis(named: $0, $1) }) {
        let isStandard = owner == .product && owner.axes.contains(name)
        guard isStandard || isNew(name, among: terms, list) else { continue }
        if isStandard { terms.standard.append(axis) } else { terms.axes.append(axis) }
        if level > 0 { initial[name] = level }
      }
      Self.refuse(
        terms.axes.count,
        beyond: CellProgram.mostAxes - owner.axes.count,
        "axes",
        list
      )
    }
    section.section("followers") { list in
      for follower in list.sections({ follower(named: $0, $1, terms) }) {
        guard let follower, isNew(follower.name, among: terms, list) else { continue }
        terms.followers.append(follower)
      }
      Self.refuse(terms.followers.count, beyond: CellProgram.mostAxes - 1, "followers", list)
    }
    // Where cells differ in frailty, it takes the room of one.
    let own = owner.names.count + (areFrail ? 1 : 0)
    Self.refuse(
      own + terms.added.count,
      beyond: CellState.most,
      "numbers that a cell carries, an axis, its memory and what follows it one each,",
      section
    )
    terms.hazards = hazards(section, terms)
    while own + terms.added.count > CellState.most {
      if terms.followers.popLast() == nil { terms.axes.removeLast() }
    }
    return (terms, initial)
  }

  /// Reports more of something than a cell has room for.
  static func refuse(_ count: Int, beyond most: Int, _ what: String, _ section: Section) {
    guard count > most else { return }
    section.reading.report(section.origin, section.path, "\(count) \(what); allowed are \(most)")
  }

  /// Reports a key that should be the name of a level of the cell.
  static func refuse(level name: String, among levels: [String], _ list: Section) {
    list.skip(name)
    list.report(
      key: name,
      "is no axis of the cell, nor what follows one\(Suggestion.text(for: name, among: levels)); expected one of \(levels.joined(separator: ", "))"
    )
  }

  /// Whether a name is free, or reports that it is taken: by another number of a cell, by a key of `priming`, by a factor, or
  /// by a quantity of every product.
  private func isNew(_ name: String, among terms: CellTerms, _ list: Section) -> Bool {
    guard !name.isEmpty,
      name.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLowercase || $0.isNumber) })
    else {
      list.report(key: name, "is no name; expected lower-case letters, digits and _")
      return false
    }
    let others = [CellProgram.stressName, "cells", "both", "for", "rest", "hla_ii_positive"]
    let names = owner.names + terms.added
    let contacts = Response.Contact.allCases.map(\.rawValue)
    let taken =
      names + names.map(Axis.memory) + owner.axes + others + contacts + factors.map(\.name)
      + ["ifng", "tnfa", "il1b"]
    guard
      taken.contains(name) || names.contains(Axis.memory(of: name))
        || name.hasSuffix("_activity") || name.hasSuffix("_cells")
    else { return true }
    list.report(
      key: name,
      "is taken, by what a cell has already, a factor or a key of 'priming', or ends in '_activity' or '_cells'; choose another name"
    )
    return false
  }

  private func axis(named name: String, _ section: Section) -> (String, Axis, level: Double) {
    let isStandard = owner == .product && owner.axes.contains(name)
    func responses(_ key: String, _ use: ResponseSchema.Use) -> [Response] {
      ResponseSchema.read(section, key, use, owner.signals, factors, levels: sensed)
    }
    var axis = Axis(
      name,
      raise: responses("raise", .drive),
      amplifiers: responses("amplify", .gain),
      lower: responses("lower", .share),
      hasten: responses("hasten_decay", .rate),
      rate: 0,
      decay: 0
    )
    guard !isStandard else {
      // What licensing has of its own takes some room.
      let most = HostKind.mostResponses - 2
      for (key, count) in [("raise", axis.raise.count), ("amplify", axis.amplifiers.count)] {
        Self.refuse(count, beyond: most, "signals under '\(key)'", section)
      }
      return (name, axis, 0)
    }
    if section.flag("needs_all", default: false, "whether all that raises it must act") {
      axis.combination = .all
      // A preset may name factors that the scenario does not carry: these do not act.
      if axis.raise.count < Self.names(under: "raise", section) { axis.raise = [] }
    }
    for key in ["amplify", "needs_all"] where section.has(key) && !section.has("raise") {
      section.report(key: key, "acts on what raises the axis, and nothing does; add 'raise'")
    }
    axis.always = drive("always", "drive without any signal", section)
    Self.readRates(of: &axis, section)
    guard owner == .kind else {
      readTraitsOfProduct(&axis, section)
      return (name, axis, 0)
    }
    axis.triggered = drive("triggered", "drive that a triggered receptor adds", section)
    let level = section.quantity(
      "initial",
      .fraction,
      default: "0",
      allowed: "0 to 1",
      source: "by definition: at rest",
      "level in cells that come"
    )
    return (name, axis, level)
  }

  private func drive(_ key: String, _ meaning: String, _ section: Section) -> Double {
    section.quantity(
      key,
      .fraction,
      default: "0",
      allowed: "0 to 1",
      source: "by definition: none",
      meaning
    )
  }

  private func readTraitsOfProduct(_ axis: inout Axis, _ section: Section) {
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

  private func follower(named name: String, _ section: Section, _ terms: CellTerms) -> Follower? {
    let axis = section.name(
      "axis",
      of: owner.axes + terms.axes.map(\.name),
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

  /// How many signals are listed under a key, whether the scenario carries them or not.
  private static func names(under key: String, _ section: Section) -> Int {
    guard case .mapping(let entries) = section.node(key)?.content else { return 0 }
    return entries.count { $0.key != "source" }
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
    let signals = ResponseSchema.read(section, "signals", .drive, .none, factors)
    return CellTerms.Stress(
      weight: section.quantity(
        "damage",
        .rate,
        allowed: rates,
        "damage added where all of its signals act fully"
      ),
      signals.count < names(under: "signals", section) ? [] : signals
    )
  }

  /// Reads the hazards at full activity of axes, or of what follows them.
  private func hazards(_ section: Section, _ terms: CellTerms) -> [String: Double] {
    let levels = owner.levels(terms)
    return section.section("hazards") { list in
      var found: [String: Double] = [:]
      for name in list.keys {
        guard levels.contains(name) else {
          Self.refuse(level: name, among: levels, list)
          continue
        }
        found[name] = list.quantity(
          name,
          .rate,
          allowed: Self.rates,
          "hazard of death that it adds where it is full"
        )
      }
      Self.refuse(found.count, beyond: CellProgram.mostTerms - 1, "hazards", list)
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

  /// Reads the folds of a secretion of the product: that of the axis that licenses it, and further ones.
  static func licensedFolds(_ section: Section, _ terms: CellTerms) -> [Secretion.Fold] {
    let fold = section.quantity(
      "licensed_fold",
      .number,
      default: "1",
      allowed: "0 to 1000",
      source: "assumed: not licensed",
      "fold of a fully licensed cell"
    )
    let standard = CellTerms.standardAxes
    let axis = section.name(
      "axis",
      of: ["stat1", "nfkb", "both"] + terms.levels.filter { !standard.contains($0) },
      default: "nfkb",
      source: "VEGF, PGE2 and TSG-6 follow NF-kB (Hegyi 2012)",
      "axis that licenses it"
    )
    let licensed = axis.map { $0 == "both" ? standard : [$0] } ?? ["nfkb"]
    return [Secretion.Fold(fold, at: licensed)] + folds(section, among: terms.levels, room: 1)
  }

  /// Reads folds of a secretion by levels of the cell, where some of the room for them is taken.
  static func folds(_ section: Section, among levels: [String], room taken: Int = 0)
    -> [Secretion.Fold]
  {
    let found = section.section("folds") { list in
      list.keys.compactMap { name -> Secretion.Fold? in
        guard levels.contains(name) else {
          refuse(level: name, among: levels, list)
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
    refuse(found.count, beyond: CellProgram.mostTerms - taken, "folds", section)
    return found
  }
}
