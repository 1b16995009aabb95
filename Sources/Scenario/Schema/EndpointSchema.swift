import Body
import Files
import Observations
import Simulation
import Vocabulary

/// The keys of endpoints that a scenario or a campaign defines: `NAME: {read: survival_1_d, after: last dose}`, or
/// `NAME: {of: tnfa_mean, in: lung_block, from: 24 h, to: 72 h, as: mean}`.
enum EndpointSchema {
  /// An endpoint as written in the file.
  struct Definition {
    let name: String
    /// What it reads; `nil` where that was reported.
    let content: Content?
    /// The mapping of its keys.
    let section: Section

    /// It as `key.path=value` texts.
    var settings: [String] {
      section.keys.flatMap { key in
        section.node(key)?.settings(at: "endpoints.\(name).\(key)") ?? []
      }
    }
  }

  /// What is read, as written in a file.
  enum Content {
    case endpoint(String, after: ReferenceDose?, against: QuantityEndpoint.Comparison?)
    case quantity(QuantityText)

    /// The other arm that it is compared with; `nil` for none.
    var control: String? {
      switch self {
      case .endpoint(_, _, let comparison): comparison?.arm
      case .quantity(let text): text.comparison?.arm
      }
    }
  }

  /// An endpoint of a quantity as written in the file, times in minutes.
  struct QuantityText {
    let of: String, place: String?
    let at: Double?, from: Double?, to: Double?, every: Double?
    let isAtEnd: Bool
    let statistic: QuantityEndpoint.Statistic?
    let threshold: String?
    let after: After?
    let comparison: QuantityEndpoint.Comparison?
  }

  /// Where times count from.
  enum After: String, CaseIterable {
    case start
    case first = "first dose"
    case last = "last dose"
    case each = "each dose"

    /// The dose; `nil` for the start of the run.
    var dose: ReferenceDose? { ReferenceDose(rawValue: rawValue) }
  }

  /// Reads a mapping of names to what they read.
  static func read(_ list: Section) -> [Definition] {
    list.sections { name, section in
      Definition(name: name, content: content(section), section: section)
    }
  }

  /// Reads what is read; `nil` where that was reported.
  static func content(_ section: Section) -> Content? {
    let isQuantity = section.has("of")
    if isQuantity == section.has("read") {
      section.report(
        isQuantity ? "read" : "of",
        isQuantity
          ? "is given beside 'of'; keep one of them"
          : "is missing; an endpoint takes 'of', a quantity as in viable_cells, or 'read', an endpoint as in survival_1_d"
      )
      section.skipAll()
      return nil
    }
    if isQuantity {
      section.skip("read")
      return .quantity(quantity(section))
    }
    for key in ["of", "in", "at", "from", "to", "every", "as", "above"] where !section.has(key) {
      section.skip(key)
    }
    let read = section.text("read", "endpoint of every run that it reads")
    let after: ReferenceDose? = choice(section, "dose after which it is read")
    let comparison = comparison(section)
    if let comparison, comparison.isWithinRun || comparison.arm == nil {
      section.report("against", "compares an endpoint of every run with another 'arm' only")
    }
    return .endpoint(read, after: after, against: comparison)
  }

  private static func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ section: Section,
    _ meaning: String
  ) -> Choice? {
    let after: Choice? = section.has("after") ? section.choice("after", meaning) : nil
    section.skip("after")
    return after
  }

  private static func quantity(_ section: Section) -> QuantityText {
    func text(_ key: String, _ meaning: String) -> String? {
      let text = section.has(key) ? section.text(key, meaning) : nil
      section.skip(key)
      return text
    }
    let allowed = "0 to 240000 h"
    let of = section.text("of", "quantity of timeseries.csv or readouts.csv, or a modality")
    let place = text("in", "place that it is read at")
    var at: Double?
    if section.has("at") {
      let meaning = "time that it is read at, or the end of the run"
      at = section.quantity("at", .time, or: "end", allowed: allowed, meaning)
    }
    section.skip("at")
    let from = section.optionalQuantity("from", .time, allowed: allowed, "start of its window")
    let to = section.optionalQuantity("to", .time, allowed: allowed, "end of its window")
    let every = section.optionalQuantity(
      "every",
      .time,
      allowed: "0.001 to 240000 h",
      "time between the observations of its window; without it an hour"
    )
    let statistic: QuantityEndpoint.Statistic? =
      section.has("as") ? section.choice("as", "what is taken of the values") : nil
    section.skip("as")
    let threshold = text("above", "threshold of what takes one, as 'time above' does")
    return QuantityText(
      of: of,
      place: place,
      at: at,
      from: from,
      to: to,
      every: every,
      isAtEnd: section.has("at") && at == nil,
      statistic: statistic,
      threshold: threshold,
      after: choice(section, "dose from which its times count, or the start of the run"),
      comparison: comparison(section)
    )
  }

  /// What it is compared with; `nil` for nothing.
  private static func comparison(_ section: Section) -> QuantityEndpoint.Comparison? {
    guard section.has("against") else {
      section.skip("against")
      return nil
    }
    return section.section("against") { section in
      func text(_ key: String, _ meaning: String) -> String? {
        let text = section.has(key) ? section.text(key, meaning) : nil
        section.skip(key)
        return text
      }
      let form: QuantityEndpoint.Comparison.Form = section.choice("by", "how they are compared")
      let comparison = QuantityEndpoint.Comparison(
        form,
        arm: text("arm", "arm that it is compared with"),
        quantity: text("of", "quantity that it is compared with"),
        place: text("in", "place that it is compared with"),
        time: section.optionalQuantity(
          "at",
          .time,
          allowed: "0 to 240000 h",
          "time that it is compared with"
        )
      )
      if comparison.arm == nil, !comparison.isWithinRun {
        section.report(
          "arm",
          "is missing; a comparison takes another 'arm', another time 'at', another place 'in', another quantity 'of' or several of them"
        )
      }
      return comparison
    }
  }

  /// Reads the list of a campaign: names of endpoints, or mappings of one name to what it reads.
  static func list(_ top: Section) -> (names: [String], defined: [Definition]) {
    guard let node = top.node("endpoints"), case .sequence(let items) = node.content,
      items.contains(where: { if case .mapping = $0.content { true } else { false } })
    else { return (top.names("endpoints", "endpoints that are analysed; without them all"), []) }
    var names: [String] = []
    var defined: [Definition] = []
    for item in items {
      if case .scalar(let name) = item.content {
        names.append(name.trimmed)
        continue
      }
      let found = Section.read(item, ["endpoints"], top.reading, at: item.origin) { read($0) }
      if found.count != 1 {
        top.report(
          "endpoints",
          "expected names, or mappings of one name as {late: {read: survival_1_d}}"
        )
      }
      names.append(found.first?.name ?? "")
      defined += found
    }
    return (names, defined)
  }

  /// The endpoints that definitions are, of an arm or of all arms of a scenario; what no run can read is reported.
  ///
  /// - Parameters:
  ///   - definitions: the definitions.
  ///   - experiments: the arms.
  /// - Returns: the endpoints that can be read.
  static func endpoints(_ definitions: [Definition], of experiments: [Experiment])
    -> [NamedEndpoint]
  {
    guard !definitions.isEmpty else { return [] }
    let check = EndpointCheck(experiments)
    return definitions.compactMap { definition in
      let section = definition.section
      if !definition.name.utf8.allSatisfy(isNamed) {
        report(section, "an endpoint has a name of letters, digits, - and _")
      } else if check.endpoints.contains(definition.name) {
        report(section, "is an endpoint of every run; choose another name")
      }
      guard let content = definition.content else { return nil }
      return check.content(of: content, section).map { NamedEndpoint(name: definition.name, $0) }
    }
  }

  private static func report(_ section: Section, _ words: String) {
    section.reading.report(section.origin, section.path, words)
  }

  /// Whether a byte is allowed in a name.
  static func isNamed(_ byte: UInt8) -> Bool {
    byte == 0x2d || byte == 0x5f || (0x30...0x39).contains(byte)
      || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }
}

/// Checks endpoints against what the arms of a scenario have.
struct EndpointCheck {
  private let experiments: [Experiment]
  /// The endpoints of every run, and those of them that are read after a dose.
  let endpoints: [String]
  private let afterDose: Set<String>
  /// The quantities of all arms.
  private let names: [Quantities.Name]
  /// Modalities and the places that they read.
  private let modalities: [String], places: [String]

  init(_ experiments: [Experiment]) {
    self.experiments = experiments
    let readable = experiments.flatMap { Endpoints.readable(of: $0) }
    var known: Set<String> = []
    endpoints = readable.map(\.name).filter { known.insert($0).inserted }
    afterDose = Set(readable.filter(\.isAfterDose).map(\.name))
    var found: Set<Quantities.Name> = []
    names = experiments.flatMap { Quantities(of: $0).names }.filter { found.insert($0).inserted }
    modalities = Set(experiments.flatMap { $0.modalities.map(\.name) }).sorted()
    places = experiments.first.map { Laboratory.places(of: $0).map(\.name) } ?? []
  }

  /// What is read; `nil` where no run can read it, which was reported.
  func content(of content: EndpointSchema.Content, _ section: Section) -> NamedEndpoint.Content? {
    switch content {
    case .endpoint("", _, _): return nil
    case .endpoint(let read, let after, let comparison):
      guard endpoints.contains(read) else {
        section.report(
          "read",
          "there is no endpoint \"\(read)\"\(Suggestion.endpoint(read, among: endpoints, of: experiments.first?.everyRun ?? .none)); there are \(endpoints.joined(separator: ", "))"
        )
        return nil
      }
      if after != nil, !afterDose.contains(read) {
        section.report("after", "\(read) is not read after a dose; leave 'after' out")
      }
      return .endpoint(read, after: after ?? .first, against: comparison)
    case .quantity(let text):
      return endpoint(of: text, section).map { .quantity($0) }
    }
  }

  /// The unit of what is read, as compared.
  func unit(of content: NamedEndpoint.Content) -> String {
    switch content {
    case .quantity(let quantity): return quantity.unitAsCompared
    case .endpoint(let read, _, let comparison):
      let unit = experiments.lazy.flatMap { Endpoints.all(of: $0) }.first { $0.name == read }?.unit
      return comparison.map { $0.form.unit(of: unit ?? "") } ?? unit ?? ""
    }
  }

  private func endpoint(of text: EndpointSchema.QuantityText, _ section: Section)
    -> QuantityEndpoint?
  {
    let isModality = modalities.contains(text.of)
    guard let source = isModality ? modality(text, section) : quantity(text, section),
      let when = when(text, section)
    else { return nil }
    let isOnce = !when.isWindow
    guard let statistic = text.statistic(isOnce: isOnce, section) else { return nil }
    if statistic == .lastDetected, !isModality {
      section.report("as", "last detected is read by a modality of 'observe'; take 'last above'")
      return nil
    }
    if statistic.isOfDose, source.unit != "cells" {
      section.report("as", "a share is one of cells; \(text.of) is in \(source.unit)")
      return nil
    }
    guard let threshold = threshold(text, statistic, source.unit, section),
      isComparable(text, with: source, isModality, isOnce: isOnce, section),
      isSettled(text, section)
    else { return nil }
    return QuantityEndpoint(
      of: text.of,
      isModality: isModality,
      in: source.place,
      unit: source.unit,
      when,
      after: text.after?.dose,
      as: statistic,
      above: threshold,
      against: text.comparison
    )
  }

  // MARK: - What and where

  /// The place that is meant where none is named: the body, or the well.
  private var standard: String { places.first ?? "body" }

  private func modality(_ text: EndpointSchema.QuantityText, _ section: Section) -> (
    place: String, unit: String
  )? {
    let place = text.place ?? standard
    guard places.contains(place) else {
      section.report(
        "in",
        "found \"\(place)\"\(Suggestion.text(for: place, among: places)); \(text.of) reads \(places.joined(separator: ", "))"
      )
      return nil
    }
    return (place, "cells")
  }

  private func quantity(_ text: EndpointSchema.QuantityText, _ section: Section) -> (
    place: String, unit: String
  )? {
    let found = names.filter { $0.quantity == text.of }
    guard !found.isEmpty else {
      let known = Set(names.map(\.quantity)).union(modalities)
      section.report(
        "of",
        "there is no quantity \"\(text.of)\"\(Suggestion.text(for: text.of, among: known)); there are \(known.sorted().joined(separator: ", "))"
      )
      return nil
    }
    let place = text.place ?? standard
    guard let name = found.first(where: { $0.site == place }) else {
      let sites = found.map(\.site)
      section.report(
        "in",
        "\(text.place == nil ? "is missing" : "found \"\(place)\"")\(Suggestion.text(for: place, among: sites)); \(text.of) is read at \(sites.joined(separator: ", "))"
      )
      return nil
    }
    return (place, name.unit)
  }

  /// Whether what it is compared with can be read, in the same unit.
  private func isComparable(
    _ text: EndpointSchema.QuantityText,
    with source: (place: String, unit: String),
    _ isModality: Bool,
    isOnce: Bool,
    _ section: Section
  ) -> Bool {
    guard let comparison = text.comparison, comparison.isWithinRun else { return true }
    if comparison.time != nil, !isOnce {
      section.report("against", "compares with another time, which takes 'at' in place of a window")
      return false
    }
    let (quantity, place) = (comparison.quantity ?? text.of, comparison.place ?? source.place)
    guard isModality else {
      let sites = names.filter { $0.quantity == quantity }
      let found = sites.first { $0.site == place }
      if let found, found.unit == source.unit { return true }
      let known = Set(names.map(\.quantity))
      let words =
        sites.isEmpty
        ? "there is no quantity \"\(quantity)\"\(Suggestion.text(for: quantity, among: known)); there are \(known.sorted().joined(separator: ", "))"
        : found.map { "\(quantity) is in \($0.unit), \(text.of) in \(source.unit)" }
          ?? "\(quantity) is not read at \"\(place)\"\(Suggestion.text(for: place, among: sites.map(\.site))); it is read at \(sites.map(\.site).joined(separator: ", "))"
      section.report("against", words)
      return false
    }
    if modalities.contains(quantity), places.contains(place) { return true }
    section.report(
      "against",
      "a modality is compared with a modality, of \(modalities.joined(separator: ", ")), at one of \(places.joined(separator: ", "))"
    )
    return false
  }

  // MARK: - When

  private func when(_ text: EndpointSchema.QuantityText, _ section: Section)
    -> QuantityEndpoint.When?
  {
    let end = experiments.map { $0.clock.step * Double($0.clock.steps) }.max() ?? .infinity
    for (key, time) in [("at", text.at), ("from", text.from), ("to", text.to)] {
      guard let time, time > end + 1e-6 else { continue }
      section.report(key, "lies after the end of the run at \(CSV.number(end / 60)) h")
      return nil
    }
    if text.at != nil || text.isAtEnd {
      if text.from != nil || text.to != nil || text.every != nil {
        section.report("at", "is given beside a window; keep 'at', or 'from', 'to' and 'every'")
        return nil
      }
      return text.at.map { .at($0) } ?? .end
    }
    let step = experiments.map(\.clock.step).max() ?? 0
    if let every = text.every, every < step - 1e-9 {
      section.report("every", "is shorter than a step of \(CSV.number(step)) min")
      return nil
    }
    if let from = text.from, let to = text.to, from >= to {
      section.report("to", "is not after 'from'")
      return nil
    }
    return .window(from: text.from ?? 0, to: text.to, every: text.every)
  }

  /// Whether it is said, or does not matter, what times count from.
  private func isSettled(_ text: EndpointSchema.QuantityText, _ section: Section) -> Bool {
    guard text.after == nil else { return true }
    guard let late = experiments.first(where: { !$0.doses.isEmpty && $0.firstDose > 0 }) else {
      return true
    }
    section.report(
      "after",
      "is missing: the first dose is given at \(CSV.number(late.firstDose / 60)) h, so that times may count from it or from the start of the run; expected start, first dose, last dose or each dose"
    )
    return false
  }

  // MARK: - Thresholds

  /// A threshold in the unit of the values; 0 where none is taken, `nil` where it was reported.
  private func threshold(
    _ text: EndpointSchema.QuantityText,
    _ statistic: QuantityEndpoint.Statistic,
    _ unit: String,
    _ section: Section
  ) -> Double? {
    guard statistic.takesThreshold else {
      guard text.threshold == nil else {
        let taking = QuantityEndpoint.Statistic.allCases.filter(\.takesThreshold)
          .map { "'as: \($0.rawValue)'" }.joined(separator: ", ")
        section.report("above", "belongs to \(taking); leave it out")
        return nil
      }
      return 0
    }
    let unit = statistic == .riseTime ? "% of the largest value" : unit
    guard let given = text.threshold else {
      section.report("above", "is missing; \(statistic.rawValue) takes a threshold in \(unit)")
      return nil
    }
    if let quantity = try? Quantity(given), let value = value(quantity, of: text.of, in: unit) {
      return value
    }
    section.report("above", "found \"\(given)\"; expected a threshold in \(unit)")
    return nil
  }

  /// The value of a quantity in the unit of a table; `nil` where it is of another kind.
  private func value(_ quantity: Quantity, of name: String, in unit: String) -> Double? {
    let molar = Dimension.amounts / .volumes
    let mass = Dimension.masses / .volumes
    // Base units are nM and g/um^3.
    let scales: [String: (dimension: Dimension, scale: Double)] = [
      "nM": (molar, 1), "uM": (molar, 1e-3), "pg/mL": (mass, 1e24), "cells": (.counts, 1),
    ]
    guard let (dimension, scale) = scales[unit] else {
      return quantity.dimension == .one ? quantity.value : nil
    }
    if unit == "cells", quantity.dimension == .one { return quantity.value }
    let factor = name.replacing("_mean", with: "").replacing("_max", with: "")
    let molarMass = experiments.lazy.flatMap(\.tissues).flatMap(\.fields).map(\.factor)
      .first { $0.name == factor }.map { $0.molarMass * Unit.molesPerBase }
    let bounds = Bounds(low: 0, high: 0, dimension: dimension)
    return bounds.comparable(quantity.value, quantity.dimension, molarMass: molarMass)
      .map { $0 * scale }
  }
}

extension EndpointSchema.QuantityText {
  /// What is taken of one time, or of a window; `nil` where that was reported.
  func statistic(isOnce: Bool, _ section: Section) -> QuantityEndpoint.Statistic? {
    if let statistic = statistic ?? (isOnce ? .value : nil), statistic.isOfOneTime == isOnce {
      return statistic
    }
    let taken = QuantityEndpoint.Statistic.allCases.filter { $0.isOfOneTime == isOnce }
      .map(\.rawValue).joined(separator: ", ")
    section.report(
      "as",
      "\(section.has("as") ? "found \"\(statistic?.rawValue ?? "")\"" : "is missing"); \(isOnce ? "at one time" : "over a window"), expected \(taken)"
    )
    return nil
  }
}

extension Document {
  /// It as `key.path=value` texts.
  fileprivate func settings(at path: String) -> [String] {
    switch content {
    case .scalar(let text): return ["\(path)=\(text)"]
    case .mapping(let entries):
      return entries.flatMap { $0.value.settings(at: "\(path).\($0.key)") }
    case .sequence: return []
    }
  }
}
