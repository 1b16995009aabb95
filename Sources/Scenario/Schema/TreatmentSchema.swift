import Body
import Files
import Laws
import Matter
import Simulation
import Vocabulary

/// The keys of `treatment` in a body.
enum TreatmentSchema {
  /// What is given, and how.
  struct Treatment: Sendable {
    var doses: [Dose]
    /// Name of the route.
    var route = ""
    var relation: Relation
    var content = Content()
    /// Volume of tissue that takes what is put into it, um³.
    var spread: Double?
    /// What the last doses depend on, whose grid is not known before the tissues.
    var question: Question?

    /// The same with what they depend on, on one of the grids; others are reported.
    func asked(_ tissues: [Tissue], _ top: Section) -> [Dose] {
      guard let question else { return doses }
      let followed = tissues.filter {
        question.share == .tumour ? $0.matter?.start.tumour != nil : $0.matter != nil
      }.map(\.name)
      guard let tissue = tissues.firstIndex(where: { $0.name == question.tissue }),
        followed.contains(question.tissue)
      else {
        top.report(
          "treatment",
          "repeat.in names \"\(question.tissue)\"\(Suggestion.text(for: question.tissue, among: followed)); expected a tissue with a '\(question.share == .tumour ? "tumour" : "state")'"
            + (followed.isEmpty ? "; there is none" : ": \(followed.joined(separator: ", "))")
        )
        return doses
      }
      return doses.enumerated().map { n, dose in
        guard n >= question.from else { return dose }
        var dose = dose
        dose.condition = Dose.Condition(
          tissue: tissue,
          share: question.share.rawValue,
          low: question.low,
          high: question.high,
          time: question.time
        )
        return dose
      }
    }

    /// Puts a formulation where the treatment goes; `false` where that is no tissue.
    func place(_ formulation: inout FormulationSchema.Reading?) -> Bool {
      guard formulation != nil, let dose = doses.first else { return true }
      guard let organ = dose.route.site else { return false }
      formulation?.law.organ = organ
      return true
    }
  }

  /// The condition on which the doses from a position onwards are given.
  struct Question: Sendable {
    enum Share: String, CaseIterable {
      case viable = "viable_share"
      case injured = "injured_share"
      case scar = "scar_share"
      case vessels = "vessel_density"
      case tumour = "tumour_share"
    }

    let tissue: String
    let share: Share
    let low: Double, high: Double, time: Double
    let from: Int
  }

  /// What is given of the cells of a dose: themselves, or what they left in medium.
  struct Content: Sendable {
    enum Part: String, CaseIterable {
      case cells, secretome, soluble, vesicles
    }

    var part = Part.cells
    /// Time the medium was on the cells, min.
    var collected = 0.0
    /// Vesicles where they are counted, nM um³: as the file gives them, and of all doses together.
    var counted: Portioned<Double>?
    var particles: Double?
    var vesicles: Vesicles?
  }

  /// Reads what is given of the cells of the dose.
  private static func content(_ section: Section, _ factors: [Factor]) -> Content {
    var content = Content()
    content.part = section.choice(
      "gives",
      default: .cells,
      source: "by definition",
      "what is given of the cells of the dose: themselves, all they leave in medium, what of it is soluble, or vesicles"
    )
    guard content.part != .cells else {
      refuse(
        ["collected"],
        section,
        "belongs to 'gives: secretome, soluble or vesicles'; leave it out"
      )
      refuse(["particles", "vesicles"], section, withVesicles)
      return content
    }
    content.collected = section.parameter(
      "collected",
      .time,
      isPositive: true,
      "time the medium was on the cells"
    )
    guard content.part != .soluble else {
      refuse(["particles", "vesicles"], section, withVesicles)
      return content
    }
    if section.has("particles") {
      content.counted = section.portioned("particles") { part, key in
        part.optionalQuantity(
          key,
          .particles,
          allowed: "1 to 1e20 particles",
          "vesicles given, where they are counted; without it as many as the cells left in the medium"
        )
      }
    }
    section.skip("particles")
    if !factors.contains(where: { $0.name == Vesicles.factor }) {
      section.report(
        "gives",
        "found \"\(content.part.rawValue)\", which has vesicles in it; add '\(Vesicles.factor)' to 'factors'"
      )
    }
    content.vesicles = section.section("vesicles") { vesicles in
      Vesicles(
        diameter: vesicles.parameter("diameter", .length, isPositive: true, "mean diameter"),
        variation: vesicles.parameter(
          "variation",
          .fraction,
          "coefficient of variation of the diameter, lognormal"
        ),
        cargo: ProductSchema.perFactor(vesicles, "cargo", factors) { _, cargo in
          cargo.quantity("molecules", .number, allowed: "0 to 1e6", "molecules that one carries")
        }
      )
    }
    return content
  }

  /// Reports a start after the end of the run.
  private static func check(
    _ start: Double,
    _ section: Section,
    default standard: String,
    duration: Double?
  ) {
    guard let duration, start >= duration else { return }
    let found = section.found("at", default: standard)
    section.report(inScenario: "at", "\(found); expected a time before the end of the run")
  }

  /// Reads how many boluses there are, and how far apart (min; 0 for one); a series that begins at a time and
  /// does not end within the run is reported.
  private static func series(
    _ section: Section,
    from start: Double,
    over: Double,
    duration: Double?,
    _ meaning: String
  ) -> (count: Int, interval: Double) {
    let count = section.integer("boluses", default: 1, in: 1...100, meaning)
    guard count > 1 else {
      if let duration, start < duration, start + over > duration {
        let key = section.has("over") ? "over" : "at"
        let found = section.found(key, default: "0 h")
        section.report(
          inScenario: key,
          "\(found); expected a time by which all is given before the run ends"
        )
      }
      refuse(["interval"], section, "belongs to two 'boluses' or more; leave it out")
      return (count, 0)
    }
    let interval = section.quantity(
      "interval",
      .time,
      allowed: "0.001 to 24000 h",
      "time from the start of one to that of the next"
    )
    if interval < over {
      let found = section.found("interval", default: "")
      section.report("interval", "\(found); expected at least the 'over' of one bolus")
    }
    let last = start + Double(count - 1) * interval
    if let duration, start < duration, last + over > duration {
      let found = section.found("interval", default: "")
      section.report(
        inScenario: "interval",
        "\(found), so that the last of \(count) boluses would begin at \(Self.hours(last)) and the run ends at \(Self.hours(duration)); take fewer 'boluses', or a longer run"
      )
    }
    return (count, interval)
  }

  /// Reads how much tissue takes what is put into it.
  private static func spread(_ section: Section, _ route: Dose.Route, _ host: Host?) -> Double? {
    guard let site = route.site, let host else {
      if host != nil { refuse(["spread"], section, intoBlood) } else { section.skip("spread") }
      return nil
    }
    let organ = host.organs[site]
    let (spread, isRead) = section.reading.whole {
      section.optionalQuantity(
        "spread",
        .volume,
        allowed: "1e-6 to 1e5 mL",
        "volume of tissue about the injection that takes what stays; without it all of the organ"
      )
    }
    guard isRead else { return nil }
    if let spread, spread > organ.volume {
      let found = section.found("spread", default: "")
      section.report(
        "spread",
        "\(found); expected at most the \(millilitres(organ.volume)) of the \(organ.name)"
      )
    }
    return spread
  }

  /// Reads the doses that are given again where the host answers in part.
  private static func repeats(
    _ section: Section,
    duration: Double?,
    over: Double,
    _ treatment: inout Treatment
  ) {
    if treatment.content.part != .cells {
      section.report("at", "belongs to doses of cells; leave 'repeat' out where others are given")
    }
    let start = section.quantity(
      "at",
      .time,
      allowed: "0 to 240000 h",
      "time at which the host is looked at and the first of these doses begins"
    )
    check(start, section, default: "", duration: duration)
    if let last = treatment.doses.last, start < last.start {
      let found = section.found("at", default: "")
      section.report("at", "\(found); expected a time after the start of the last dose before it")
    }
    let (count, interval) = series(
      section,
      from: start,
      over: over,
      duration: duration,
      "number of these doses"
    )
    func limit(_ key: String, _ standard: String, _ meaning: String) -> Double {
      section.quantity(
        key,
        .fraction,
        default: standard,
        allowed: "0 to 1",
        source: "by definition: no limit",
        meaning
      )
    }
    let (low, high) = (
      limit("above", "0", "smallest share at which they are given"),
      limit("below", "1", "largest share at which they are given")
    )
    if low > high {
      let found = section.found("above", default: "0")
      section.report("above", "\(found); expected at most what 'below' says")
    }
    treatment.question = Question(
      tissue: section.text("in", "tissue that is looked at"),
      share: section.choice("of", default: .injured, "share of the tissue that is looked at"),
      low: low,
      high: high,
      time: start,
      from: treatment.doses.count
    )
    guard let last = treatment.doses.last else { return }
    for n in 0..<count {
      var dose = last
      dose.start = start + Double(n) * interval
      treatment.doses.append(dose)
    }
  }

  /// Reports keys that belong to other treatments, in the given words; one that is emptied is not given.
  private static func refuse(_ keys: [String], _ section: Section, _ words: String) {
    for key in keys {
      if let node = section.node(key), case .scalar("") = node.content { continue }
      if section.has(key) { section.report(key, words) }
    }
  }

  /// What the doses of cells left in medium, as doses of factors.
  static func factorDoses(
    _ treatment: Treatment,
    _ product: Product,
    _ factors: [Factor]
  ) -> [FactorDose] {
    let content = treatment.content
    guard content.part != .cells else { return [] }
    let all = treatment.doses.reduce(0.0) { $0 + Double($1.cells) }
    return treatment.doses.map { dose in
      var amounts: [String: Double] = [:]
      var unlicensed: [String: Double] = [:]
      for factor in factors {
        let isVesicle = factor.name == Vesicles.factor
        guard content.part == .secretome || isVesicle == (content.part == .vesicles),
          let law = product.secretion[factor.name]
        else { continue }
        func amount(_ state: CellState) -> Double {
          FactorDose.amount(
            cells: Double(dose.cells) * product.condition.viability,
            law,
            decay: factor.mediumDecay,
            time: content.collected
          ) { Double(state[product.terms.knownRow(of: $0)]) }
        }
        amounts[factor.name] = amount(product.priming)
        unlicensed[factor.name] = amount(product.priming.unlicensed)
      }
      if let particles = content.particles {
        let part = particles * Double(dose.cells) / all
        amounts[Vesicles.factor] = part
        unlicensed[Vesicles.factor] = part
      }
      return FactorDose(
        route: dose.route,
        start: dose.start,
        duration: max(dose.duration, FactorDose.shortest),
        amounts: amounts,
        unlicensed: unlicensed,
        counted: content.particles == nil ? [] : [Vesicles.factor]
      )
    }
  }

  static func relation(_ section: Section, _ product: Product?, _ host: Host?) -> Relation {
    let alien = product?.species != host?.species
    let relation: Relation = section.choice(
      "relation",
      default: alien ? .xenogeneic : .allogeneic,
      when: "donor and host of \(alien ? "two" : "one") species",
      source: "from the species of donor and host",
      "how the donor relates to the host"
    )
    if let product, let host, alien != (relation == .xenogeneic) {
      section.report(
        inScenario: "relation",
        "found \"\(relation.rawValue)\" for \(product.species.rawValue) cells in a \(host.species.rawValue); only donors of another species are xenogeneic"
      )
    }
    return relation
  }

  static func read(
    _ section: Section,
    _ host: Host?,
    _ product: Product?,
    _ factors: [Factor],
    formulation: FormulationSchema.Reading?,
    duration: Double?
  ) -> Treatment {
    // The loader takes it; listed here, it is among the keys that messages list.
    section.skip("preset")
    let route = RouteSchema.read(section, host, washOut: formulation?.washOut ?? 1)
    var content = content(section, factors)
    let given = section.dose("dose")
    let start = section.quantity(
      "at",
      .time,
      default: "0 h",
      allowed: "0 to 240000 h",
      source: "by definition",
      "time of giving"
    )
    let over = section.parameter("over", .time, "time the infusion takes")
    let relation = relation(section, product, host)
    let agents = agents(section)
    check(start, section, default: "0 h", duration: duration)
    let (boluses, interval) = series(
      section,
      from: start,
      over: over,
      duration: duration,
      "number of doses of the series"
    )
    let known = given.flatMap { Self.cells($0, section, doses: boluses, weight: host?.bodyWeight) }
    if let agents, let known { check(agents, of: known, section, doses: boluses) }
    if let particles = content.counted {
      let amount = particles.value / Unit.particle
      section.requirePortion("particles", particles, amount, of: boluses, unit: " particles")
      content.particles = particles.total(of: boluses)
    }
    let cells = known ?? Double(boluses)
    if Double(boluses) > cells {
      let found = section.found("boluses", default: "1")
      section.report("boluses", "\(found); expected at most the \(Int(cells)) cells of the dose")
      return Treatment(doses: [], relation: relation, content: content)
    }
    let spread = spread(section, route, host)
    let limited = limited(
      route,
      section,
      (host, product, formulation, spread),
      cells: content.part == .cells ? cells : nil,
      doses: boluses
    )
    let asked = agents?.total(of: boluses) ?? min(cells, 5e6)
    let whole = max(Double(boluses), min(asked, cells))
    var treatment = Treatment(
      doses: (0..<boluses).map { part in
        Dose(
          route: limited,
          cells: share(of: UInt32(cells), part, boluses),
          agents: share(of: UInt32(whole), part, boluses),
          start: start + Double(part) * interval,
          duration: over
        )
      },
      route: section.node("route")?.plainText ?? "",
      relation: relation,
      content: content,
      spread: spread
    )
    series(section, given, duration: duration, over: over, &treatment)
    return treatment
  }

  /// Makes a series of the doses where `repeat` is given, and reports more agents in it than the model can hold.
  private static func series(
    _ section: Section,
    _ given: Portioned<Quantity>?,
    duration: Double?,
    over: Double,
    _ treatment: inout Treatment
  ) {
    if section.has("repeat") {
      if let given, given.portion == .total {
        section.report(
          "dose",
          "found a total beside 'repeat', whose doses are given or not; write what {each: …} is"
        )
      }
      section.section("repeat") {
        repeats($0, duration: duration, over: over, &treatment)
      }
    }
    section.skip("repeat")
    let all = treatment.doses.reduce(0.0) { $0 + Double($1.agents) }
    if all > 4e9 {
      section.report(
        "repeat",
        "makes \(all) agents in all doses; allowed are 4e9: give fewer 'agents'"
      )
    }
  }

  /// Reads the number of agents; `nil` where none is given.
  private static func agents(_ section: Section) -> Portioned<Double>? {
    guard section.has("agents") else {
      section.skip("agents")
      return nil
    }
    return section.portioned("agents") { part, key in
      part.optionalQuantity(
        key,
        .wholeNumber,
        allowed: "1 to 4e9",
        "number of agents that stand for the cells of all doses, or of each; without it one per cell up to 5e6"
      )
    }
  }

  /// Reports agents that are no whole number, or more than the cells (in all) that they stand for.
  private static func check(
    _ agents: Portioned<Double>,
    of cells: Double,
    _ section: Section,
    doses: Int
  ) {
    let limit = agents.portion == .each ? (cells / Double(doses)).rounded(.down) : cells
    guard agents.value != agents.value.rounded() || agents.value > limit else { return }
    section.report(
      inScenario: "agents",
      "found \"\(agents.text)\"; expected a whole number of at most the \(Int(limit)) cells of \(agents.portion == .each && doses > 1 ? "each dose" : "the dose")"
    )
  }

  /// The cells of all doses of a series: a whole number that the model can hold; `nil` where the weight (g) is not
  /// known or the number is none, which is reported.
  ///
  /// Cells per body weight are rounded for the series, so that each dose is theirs to within one cell.
  private static func cells(
    _ given: Portioned<Quantity>,
    _ section: Section,
    doses: Int,
    weight: Double?
  ) -> Double? {
    let isPerWeight = given.value.dimension.mass != 0
    let unit = isPerWeight ? weight : 1
    section.requirePortion(
      "dose",
      given,
      unit.map { given.value.value * $0 },
      of: doses,
      unit: " cells"
    )
    guard let unit else { return nil }
    let exact = given.value.value * (given.portion == .each ? Double(doses) : 1) * unit
    let cells = exact.rounded()
    let isWhole = isPerWeight || given.value.value == given.value.value.rounded()
    guard cells >= 1, cells <= 4e9, isWhole else {
      let made = isPerWeight || given.portion == .each && doses > 1 ? ", in all \(exact) cells" : ""
      let none = cells == 0 && exact == 0 ? "; without: [cells] makes an arm without cells" : ""
      section.report(
        inScenario: "dose",
        "found \"\(given.text)\"\(made); expected a whole number of cells from 1 to 4e9\(none)"
      )
      return nil
    }
    return cells
  }

  /// The route of doses of so many cells in all, where the tissue or formulation that takes them has room.
  ///
  /// - Parameters:
  ///   - route: the route, whatever the room.
  ///   - section: the treatment.
  ///   - place: host, product and formulation, and the volume (um³) that an injection reaches.
  ///   - cells: cells of all doses; `nil` where others than cells are given.
  ///   - doses: number of doses.
  /// - Returns: the route, with no more kept than there is room for.
  private static func limited(
    _ route: Dose.Route,
    _ section: Section,
    _ place: (
      host: Host?, product: Product?, formulation: FormulationSchema.Reading?, spread: Double?
    ),
    cells: Double?,
    doses: Int
  ) -> Dose.Route {
    guard let host = place.host, let product = place.product else {
      section.skip("room")
      return route
    }
    guard let organ = route.site else {
      refuse(["room"], section, intoBlood)
      return route
    }
    guard let cells else {
      refuse(["room"], section, "belongs to cells; leave it out")
      return route
    }
    let share = roomShare(section)
    let part = place.formulation.map { $0.law.share > 0 ? $0.law.share : 1 } ?? 1
    let room = part * (place.spread ?? host.organs[organ].volume)
    let volume = cells * product.cellVolume
    if volume > room {
      section.report(
        inScenario: "dose",
        "makes \(millilitres(volume)) of cells; "
          + (part < 1
            ? "the formulation"
            : place.spread == nil
              ? "the \(host.organs[organ].name)" : "what the injection reaches")
          + " has room for \(millilitres(room))"
      )
    }
    return route.retaining(atMost: share * room, of: volume / Double(doses))
  }

  private static func roomShare(_ section: Section) -> Double {
    section.parameter(
      "room",
      .fraction,
      "share of the volume about the injection, or of that of the formulation, that cells can take; more wash out"
    )
  }

  private static let withVesicles = "belongs to 'gives: secretome or vesicles'; leave it out"
  private static let intoBlood = "belongs to a route into tissue; leave it out"

  /// A time (min) in hours, to a thousandth.
  private static func hours(_ time: Double) -> String {
    "\(CSV.number((time / 60 * 1000).rounded() / 1000)) h"
  }

  /// A volume (um³) in mL, to three digits.
  private static func millilitres(_ volume: Double) -> String {
    let value = volume / Unit.millilitre
    let scale = value >= 1 ? 100.0 : 1e6
    return "\((value * scale).rounded() / scale) mL"
  }

  /// One of equal parts of a number; the first are greater by one where it does not divide.
  private static func share(of number: UInt32, _ part: Int, _ parts: Int) -> UInt32 {
    number / UInt32(parts) + (UInt32(part) < number % UInt32(parts) ? 1 : 0)
  }
}

extension Section {
  /// A number of cells, or of cells per body weight; `nil` where it could not be read.
  fileprivate func dose(_ key: String) -> Portioned<Quantity>? {
    portioned(key) { $0.count($1, .dose, "number of cells given, alive or not") }
  }
}
