import Agents
import Laws
import Vocabulary

/// The keys of one kind of host cell.
enum KindSchema {
  private static let rates = "0 to 1000 1/h"

  /// Paths of the names of other kinds in a kind: what its daughters are, and what it becomes.
  static let others = [["division", "offspring"], ["change", "into"]]

  static func read(_ name: String, _ section: Section, factors: [Factor], kinds: [String])
    -> HostKind
  {
    var kind = HostKind(name: name)
    section.section("activity") { Self.activity($0, factors, &kind) }
    kind.activity.lower = ResponseSchema.read(section, "brakes", .share, .contacts, factors)
    (kind.terms, kind.initialLevels) = CellTermsSchema.read(section, ofKindAmong: factors)
    kind.primers = ResponseSchema.read(section, "primers", .rate, .contacts, factors)
    if section.has("division") {
      kind.proliferation = section.section("division") { proliferation($0, kinds) }
    }
    section.skip("division")
    section.section("death") { death in
      kind.death = death.quantity("rate", .rate, allowed: rates, "hazard of death")
      kind.killers = ResponseSchema.read(death, "raise", .rate, .contacts, factors)
    }
    if section.has("change") {
      kind.change = section.section("change") { change(kind, $0, factors, kinds) }
    }
    section.skip("change")
    if section.has("speed") {
      kind.wandering = Wandering(
        speed: section.quantity("speed", .speed, allowed: "1e-3 to 100 um/min", "speed"),
        persistence: section.parameter(
          "persistence",
          .time,
          isPositive: true,
          "time over which a direction is kept"
        )
      )
    }
    section.skip("speed")
    kind.secretion = ProductSchema.perFactor(section, "secretion", factors) {
      secretion($0, $1, factors, kind.levels)
    }
    kind.uptake = ProductSchema.perFactor(section, "uptake", factors) {
      uptake($0, $1, factors)
    }
    contactProcesses(section, &kind)
    if section.has("recruitment") {
      kind.recruitment = section.section("recruitment") { recruitment in
        HostKind.Recruitment(
          rate: recruitment.quantity(
            "rate",
            .arrivals,
            default: "0 cells/mL/h",
            allowed: "0 to 1e12 cells/mL/h",
            source: "by definition: none",
            "arrivals from blood without any signal"
          ),
          raise: ResponseSchema.read(recruitment, "raise", .arrivals, .contacts, factors),
          from: source(recruitment)
        )
      }
    }
    section.skip("recruitment")
    let signals = kind.program.signals.count
    if signals > CellProgram.mostSignals {
      section.reading.report(
        section.origin,
        section.path,
        "responds to \(signals) signals that the scenario carries; allowed are \(CellProgram.mostSignals)"
      )
    }
    return kind
  }

  /// Reads which cells in blood a kind comes from.
  private static func source(_ section: Section) -> String? {
    guard section.has("from") else {
      section.skip("from")
      return nil
    }
    return section.text(
      "from",
      "type of cells in blood that it comes from, where 'systemic' follows their pools"
    )
  }

  /// Reads what raises and lowers activity.
  private static func activity(_ section: Section, _ factors: [Factor], _ kind: inout HostKind) {
    func rate(_ key: String, _ meaning: String) -> Double {
      section.quantity(
        key,
        .rate,
        default: "0 1/h",
        allowed: rates,
        source: "by definition: none",
        meaning
      )
    }
    kind.initialActivity = section.quantity(
      "initial",
      .fraction,
      default: "0",
      allowed: "0 to 1",
      source: "by definition: at rest",
      "activity of cells that come"
    )
    kind.activity.always = rate("always", "rate at which any cell becomes active")
    kind.activity.triggered = rate("triggered", "rate that a triggered receptor adds")
    kind.activity.rates.decay = rate("fall", "rate at which activity falls")
    kind.activity.raise = ResponseSchema.read(section, "raise", .rate, .contacts, factors)
    kind.activity.hasten = ResponseSchema.read(section, "lower", .rate, .contacts, factors)
  }

  private static func contactProcesses(_ section: Section, _ kind: inout HostKind) {
    if section.has("killing") {
      section.section("killing") { killing in
        kind.killing = killing.quantity(
          "rate",
          .rate,
          allowed: rates,
          "rate at which an active cell kills what it touches"
        )
        kind.target = killing.choice("target", "which cells of the product it attacks")
      }
    }
    section.skip("killing")
    kind.eating = section.quantity(
      "eating",
      .rate,
      default: "0 1/min",
      allowed: "0 to 100 1/min",
      source: "by definition: does not eat",
      "rate at which it eats a corpse that it touches"
    )
    kind.polarises = section.flag(
      "polarises",
      default: true,
      "whether corpses that it eats shift its activity, as that of a macrophage between M1 (0) and M2 (1)"
    )
    kind.presents = section.flag(
      "presents_antigen",
      default: false,
      "whether active cells present antigen"
    )
  }

  private static func proliferation(_ section: Section, _ kinds: [String]) -> Proliferation {
    Proliferation(
      first: section.quantity(
        "first",
        .time,
        allowed: "1 to 1000 h",
        "mean time from the trigger to the first division"
      ),
      later: section.quantity(
        "later",
        .time,
        allowed: "1 to 1000 h",
        "mean time from one division to the next"
      ),
      variation: section.parameter(
        "variation",
        .fraction,
        "coefficient of variation of these times, lognormal"
      ),
      tail: section.parameter("tail", .time, "end of the cycle that no brake holds"),
      deepening: section.parameter(
        "deepening",
        .rate,
        "rate at which a braked cell sinks into rest"
      ),
      lifting: section.parameter("lifting", .rate, "rate at which rest lifts without a brake"),
      most: UInt32(
        section.wholeParameter("most", in: 1...60, "divisions after which the trigger is spent")
      ),
      offspring: section.has("offspring")
        ? section.name("offspring", of: kinds, "kind that daughters are of") : nothing(section)
    )
  }

  private static func nothing(_ section: Section) -> String? {
    section.skip("offspring")
    return nil
  }

  private static func change(
    _ kind: HostKind,
    _ section: Section,
    _ factors: [Factor],
    _ kinds: [String]
  ) -> HostKind.Change? {
    let into = section.name("into", of: kinds.filter { $0 != kind.name }, "kind it becomes")
    let rate = section.quantity(
      "rate",
      .rate,
      default: "0 1/h",
      allowed: rates,
      source: "by definition: none",
      "rate without any signal"
    )
    let raise = ResponseSchema.read(section, "raise", .rate, .contacts, factors)
    let needs = level(thatChangeNeeds: section, among: kind.levels)
    return into.map { HostKind.Change(into: $0, rate: rate, raise: raise, needs: needs) }
  }

  /// Reads what the rate of a change is in proportion to.
  private static func level(thatChangeNeeds section: Section, among levels: [String]) -> String? {
    if section.has("needs") {
      if section.has("needs_activity") {
        section.report(key: "needs_activity", "is said by 'needs' already; leave one of them out")
      }
      section.skip("needs_activity")
      return section.name(
        "needs",
        of: levels,
        "axis, or what follows one, in proportion to which cells change"
      )
    }
    section.skip("needs")
    let needsActivity = section.flag(
      "needs_activity",
      default: true,
      "whether the rate is multiplied by the activity"
    )
    return needsActivity ? HostKind.activityName : nil
  }

  private static func secretion(
    _ molarMass: Double,
    _ section: Section,
    _ factors: [Factor],
    _ levels: [String]
  ) -> Secretion {
    func amount(_ key: String, _ meaning: String) -> Double {
      section.molar(
        key,
        .cellularRate,
        default: "0 molecules/cell/s",
        allowed: "0 to 1e9 molecules/cell/s",
        molarMass: molarMass,
        source: "by definition: none",
        meaning
      )
    }
    let activity = HostKind.activityName
    let provoked = section.section("provoked") { list in
      list.keys.compactMap { name -> Secretion.Amount? in
        guard levels.contains(name) else {
          CellTermsSchema.refuse(level: name, among: levels, list)
          return nil
        }
        return .init(
          list.molar(
            name,
            .cellularRate,
            allowed: "0 to 1e9 molecules/cell/s",
            molarMass: molarMass,
            "secretion of a cell in which the level is full besides"
          ),
          at: name
        )
      }
    }
    CellTermsSchema.refuse(
      provoked.count,
      beyond: CellProgram.mostTerms - 2,
      "levels under 'provoked'",
      section
    )
    return Secretion(
      basal: amount("always", "secretion of any cell"),
      amounts: [
        .init(amount("active", "secretion of an active cell besides"), at: activity),
        .init(
          amount("inactive", "secretion of an inactive cell besides"),
          at: activity,
          isOfLack: true
        ),
      ] + provoked,
      folds: CellTermsSchema.folds(section, among: levels),
      brakes: ResponseSchema.read(section, "brakes", .share, .contacts, factors)
    )
  }

  private static func uptake(_ molarMass: Double, _ section: Section, _ factors: [Factor])
    -> Uptake
  {
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
    func amount(_ key: String, _ meaning: String) -> Double {
      section.molar(
        key,
        .cellularRate,
        default: "0 molecules/cell/s",
        allowed: "0 to 1e9 molecules/cell/s",
        molarMass: molarMass,
        source: "by definition: none",
        meaning
      )
    }
    return Uptake(
      largest: amount("always", "uptake of any cell where the factor saturates it"),
      halfSaturation: section.molar(
        "half_saturation",
        .concentration,
        allowed: "1e-6 to 1e9 nM",
        molarMass: molarMass,
        "concentration of half that uptake"
      ),
      enzyme: amount("active", "uptake of an active cell besides"),
      enzymeLevel: HostKind.activityName,
      conversion: ProductSchema.conversion(section, factors)
    )
  }
}
