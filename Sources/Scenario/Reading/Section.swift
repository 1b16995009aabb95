import Foundation
import Laws
import Vocabulary

/// A mapping of the scenario being read: the schema requests each key and states what is allowed.
///
/// Problems are collected, not thrown: a value that cannot be read is reported and stands in as the
/// schema's own or as a harmless number, so that one look tells everything that is wrong. Keys that
/// that were not requested are reported when the section ends.
final class Section {
  let path: [String]
  let origin: Origin
  /// Where the scenario itself, and not a preset, names it.
  let place: Origin
  let reading: Reading
  fileprivate let entries: [Document.Entry]
  /// Whether each entry was requested, and all keys that were, as often as they were.
  private var isAsked: [Bool]
  private var asked: [String] = []
  /// What the parameter set knows of its keys.
  private lazy var parameters = reading.parameters.part(at: path)

  /// Reads a mapping with `body`, then reports the keys that were not requested.
  ///
  /// A missing node reads as an empty mapping: every key then takes the schema's own value. Of a
  /// node that is no mapping only that is reported.
  @discardableResult
  static func read<Result>(
    _ node: Document?,
    _ path: [String],
    _ reading: Reading,
    at origin: Origin,
    place: Origin? = nil,
    _ body: (Section) -> Result
  ) -> Result {
    var entries: [Document.Entry] = []
    var reading = reading
    switch node?.content {
    case .mapping(let given)?: entries = given
    case .scalar("")?, nil: break
    case .scalar(let text)?:
      reading.report(node?.origin ?? origin, path, "found \"\(text)\"; expected keys and values")
      reading = Reading()
    case .sequence?:
      reading.report(node?.origin ?? origin, path, "found a list; expected keys and values")
      reading = Reading()
    }
    let section = Section(
      path: path,
      origin: node?.origin ?? origin,
      place: place ?? origin,
      reading: reading,
      entries: entries
    )
    let result = body(section)
    section.end()
    return result
  }

  private init(
    path: [String],
    origin: Origin,
    place: Origin,
    reading: Reading,
    entries: [Document.Entry]
  ) {
    self.path = path
    self.origin = origin
    self.place = place
    self.reading = reading
    self.entries = entries
    isAsked = entries.map {
      if case .scalar = $0.value.content { $0.key == "source" } else { false }
    }
  }

  private func end() {
    reading.collect(asked, at: path)
    let known = Set(asked).subtracting(["source"])
    let keys =
      known.isEmpty ? "expected no keys" : "its keys are \(known.sorted().joined(separator: ", "))"
    for (entry, isAsked) in zip(entries, isAsked) where !isAsked {
      // No more than the first are looked at closely.
      guard reading.failures < Reading.mostExplained else {
        reading.report(entry.origin, path + [entry.key], "unknown key")
        continue
      }
      if let rename = Rename.of(path + [entry.key]) {
        reading.report(
          entry.origin,
          path + [entry.key],
          rename.words(in: entry.origin.migratable)
        )
        continue
      }
      reading.report(
        entry.origin,
        path + [entry.key],
        "unknown key\(Self.hint(entry.key, known.union(["source"]))); \(keys)"
      )
    }
  }

  private static func hint(_ key: String, _ known: Set<String>) -> String {
    guard key.first?.isNumber == true, (try? Quantity(key)) != nil else {
      return Suggestion.text(for: key, among: known)
    }
    return
      " (a comma ends a value here; are these the decimals of the one before it? They follow a point)"
  }

  // MARK: - What is there

  /// The node of a key.
  func node(_ key: String) -> Document? {
    asked.append(key)
    guard let i = entries.firstIndex(where: { $0.key == key }) else { return nil }
    isAsked[i] = true
    return entries[i].value
  }

  /// Whether a key is given.
  func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

  /// Reports a problem with the value of a key.
  func report(_ key: String, _ message: String) {
    let node = entries.first { $0.key == key }
    reading.report(node?.value.origin ?? origin, path + [key], message)
  }

  /// Reports that the value of a key does not go with the rest of the scenario: where a preset gives it, at the place
  /// that names the preset.
  func report(inScenario key: String, _ message: String) {
    let origin = entries.first { $0.key == key }?.value.origin ?? origin
    guard origin.isPreset else { return reading.report(origin, path + [key], message) }
    reading.report(place, path + [key], "\(message) (the value is that of \(origin.place))")
  }

  /// Reports a problem with an item of a list of texts.
  func report(_ key: String, item: Int, _ message: String) {
    guard case .sequence(let items)? = node(key)?.content, items.indices.contains(item),
      case .scalar(let text) = items[item].content
    else { return report(key, message) }
    reading.report(items[item].origin, path + [key], "found \"\(text)\"; \(message)")
  }

  /// Reports a problem with a key, where the key stands.
  func report(key: String, _ message: String) {
    let entry = entries.first { $0.key == key }
    reading.report(entry?.origin ?? origin, path + [key], message)
  }

  /// Where a key stands; where it is not given, where the section does.
  func origin(of key: String) -> Origin { entries.first { $0.key == key }?.origin ?? origin }

  /// `found "x"` or, where a key is not given, `the default "x"`, for messages.
  func found(_ key: String, default standard: String) -> String {
    let node = entries.first { $0.key == key }?.value
    guard case .scalar(let text)? = (node?["value"] ?? node)?.content else {
      return "the default \"\(standard)\""
    }
    return "found \"\(text.trimmed)\""
  }

  // MARK: - Sections

  /// Reads the mapping of a key; a missing one is empty.
  func section<Result>(_ key: String, _ body: (Section) -> Result) -> Result {
    Section.read(node(key), path + [key], reading, at: origin, place: place(of: key), body)
  }

  /// Where the scenario itself names a key, or else what this is.
  private func place(of key: String) -> Origin {
    guard let entry = entries.first(where: { $0.key == key }), !entry.origin.isPreset else {
      return place
    }
    return entry.origin
  }

  /// Reads the mapping of a key that must be given; where there is none, only that is reported.
  func part<Result>(_ key: String, _ words: String, _ body: (Section) -> Result) -> Result {
    let node = node(key)
    if case .mapping? = node?.content { return section(key, body) }
    if reading.isUnread(key) {
      reading.fail()
    } else {
      switch node?.content {
      case nil: report(key, "is missing; expected \(words)")
      case .scalar("")?: report(key, "has no value; expected \(words)")
      case .scalar(let text)?: report(key, "found \"\(text)\"; expected \(words)")
      default: report(key, "found a list; expected \(words)")
      }
    }
    return Section.read(nil, path + [key], Reading(), at: origin, body)
  }

  /// Reads the mapping of every key of this section, in order.
  func sections<Result>(_ body: (String, Section) -> Result) -> [Result] {
    entries.indices.filter { entries[$0].key != "source" }.map { i in
      let entry = entries[i]
      isAsked[i] = true
      asked.append(entry.key)
      return Section.read(
        entry.value,
        path + [entry.key],
        reading,
        at: entry.origin,
        place: place(of: entry.key)
      ) { body(entry.key, $0) }
    }
  }

  // MARK: - Values

  /// A word or text.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - standard: the schema's own text; without one the key must be given.
  ///   - words: what it takes.
  ///   - meaning: what it means.
  /// - Returns: the text; an empty one where it could not be read, which was reported.
  func text(
    _ key: String,
    default standard: String? = nil,
    takes words: String = "a text",
    _ meaning: String
  ) -> String {
    guard let given = scalar(key, standard, words) else { return standard ?? "" }
    refuseRange(given, key)
    add(key, given, meaning: meaning)
    return given.text
  }

  /// One of the names of an enumeration.
  func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String,
    default standard: Choice? = nil,
    when condition: String? = nil,
    source: String? = nil,
    _ meaning: String
  ) -> Choice {
    guard let fallback = standard ?? Choice.allCases.first else {
      preconditionFailure("a choice has alternatives")
    }
    let name = name(
      key,
      of: Choice.allCases.map(\.rawValue),
      default: standard?.rawValue,
      when: condition,
      source: source,
      meaning
    )
    return name.flatMap { Choice(rawValue: $0) } ?? fallback
  }

  /// One of several names; `nil` where it is none of them, and was reported.
  func name(
    _ key: String,
    of names: [String],
    default standard: String? = nil,
    when condition: String? = nil,
    source: String? = nil,
    _ meaning: String
  ) -> String? {
    let words = "one of \(names.joined(separator: ", "))"
    guard let given = scalar(key, standard, words) else { return nil }
    guard names.contains(given.text) else {
      reading.report(
        given.origin,
        path + [key],
        "found \"\(given.text)\"\(Suggestion.text(for: given.text, among: names)); expected \(words)"
      )
      return nil
    }
    refuseRange(given, key)
    add(key, given, source: source, condition: condition, meaning: meaning)
    return given.text
  }

  /// A list of names that may be left out.
  func names(_ key: String, _ meaning: String) -> [String] {
    guard let node = node(key) else { return [] }
    let words = "a list of names, as in [ido, contact]"
    guard case .sequence(let items) = node.content else {
      let own = node.scalar.map { "found \"\($0)\"; expected a list of names, as in [\($0)]" }
      reading.report(node.origin, path + [key], own ?? "expected \(words)")
      return []
    }
    let names = items.map { item in
      if case .scalar(let text) = item.content { text.trimmed } else { "" }
    }
    let list = Given(
      text: "[\(names.joined(separator: ", "))]",
      origin: node.origin,
      takes: words,
      standard: nil
    )
    add(key, list, meaning: meaning, isList: true)
    return names
  }

  /// A list of texts that may be left out.
  func texts(_ key: String, _ meaning: String) -> [String] {
    guard let node = node(key) else { return [] }
    guard case .sequence(let items) = node.content else {
      report(key, "expected a list of \(meaning)")
      return []
    }
    let texts = items.compactMap { item -> String? in
      if case .scalar(let text) = item.content { return text }
      report(key, "expected a list of \(meaning)")
      return nil
    }
    list(key, texts, node.origin, meaning)
    return texts
  }

  /// Where each text of a list stands.
  func origins(_ key: String) -> [String: Origin] {
    guard case .sequence(let items)? = entries.first(where: { $0.key == key })?.value.content else {
      return [:]
    }
    let placed = items.compactMap { item -> (String, Origin)? in
      if case .scalar(let text) = item.content { (text, item.origin) } else { nil }
    }
    return Dictionary(placed) { first, _ in first }
  }

  /// Keeps a record of a list of texts.
  func list(_ key: String, _ texts: [String], _ origin: Origin, _ meaning: String) {
    let given = Given(
      text: "[\(texts.joined(separator: ", "))]",
      origin: origin,
      takes: "a list of texts",
      standard: nil
    )
    add(key, given, meaning: meaning, isList: true)
  }

  /// A whole number within a range.
  func integer(
    _ key: String,
    default standard: Int? = nil,
    in allowed: ClosedRange<Int>,
    range: String? = nil,
    source: String? = nil,
    _ meaning: String
  )
    -> Int
  {
    let words = "a whole number from \(allowed.lowerBound) to \(allowed.upperBound)"
    guard let given = scalar(key, standard.map { "\($0)" }, words) else {
      return allowed.lowerBound
    }
    guard let value = Int(given.text), allowed.contains(value) else {
      reading.report(given.origin, path + [key], "found \"\(given.text)\"; expected \(words)")
      return allowed.lowerBound
    }
    let bounds = Bounds(low: Double(allowed.lowerBound), high: Double(allowed.upperBound))
    check(
      given,
      key,
      Double(value),
      within: bounds,
      "\(allowed.lowerBound) to \(allowed.upperBound)"
    )
    add(
      key,
      given,
      value: Double(value),
      allowed: "\(allowed.lowerBound) to \(allowed.upperBound)",
      range: range,
      source: source,
      meaning: meaning
    )
    return value
  }

  /// True or false.
  func flag(
    _ key: String,
    default standard: Bool? = nil,
    when condition: String? = nil,
    _ meaning: String
  ) -> Bool {
    guard let given = scalar(key, standard.map { "\($0)" }, "true or false") else { return false }
    guard given.text == "true" || given.text == "false" else {
      reading.report(given.origin, path + [key], "found \"\(given.text)\"; expected true or false")
      return false
    }
    refuseRange(given, key)
    add(key, given, condition: condition, meaning: meaning)
    return given.text == "true"
  }

  /// A quantity in base units.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - kind: what sort of quantity it is.
  ///   - standard: the schema's own value; without one the key must be given.
  ///   - condition: where that is the schema's own value, where it depends on other values.
  ///   - allowed: what is allowed, as `low to high unit`.
  ///   - range: where the schema's value is known to lie.
  ///   - source: citation of the schema's value, or "assumed" and why.
  ///   - meaning: what it means.
  /// - Returns: the value; for `concentration` and `cellularRate` see `molar`.
  func quantity(
    _ key: String,
    _ kind: QuantityKind,
    default standard: String? = nil,
    when condition: String? = nil,
    allowed: String,
    range: String? = nil,
    source: String? = nil,
    _ meaning: String
  ) -> Double {
    dimensioned(
      key,
      kind,
      default: standard,
      when: condition,
      allowed: allowed,
      range: range,
      source: source,
      meaning
    )?.value ?? 1
  }

  /// A parameter in base units, with the value, the ranges and the source that the parameter set gives it.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - kind: what sort of quantity it is.
  ///   - name: the case that holds, where the parameter set has a record for each of several.
  ///   - condition: that case in words.
  ///   - molarMass: of the factor, where a concentration or rate may be given by mass, g per nM um³.
  ///   - isPositive: whether it is above 0.
  ///   - meaning: what it means.
  /// - Returns: the value; amounts where it is given by mass.
  func parameter(
    _ key: String,
    _ kind: QuantityKind,
    case name: String? = nil,
    when condition: String? = nil,
    molarMass: Double? = nil,
    isPositive: Bool = false,
    _ meaning: String
  ) -> Double {
    guard let entry = parameters.entry(of: key, case: name) else {
      skip(key)
      reading.report(origin, path + [key], "the parameter set of the library has no record of it")
      return 1
    }
    // Where a factor may be given by mass, its molar mass counts, which a scenario may set.
    let isSound =
      molarMass == nil
      ? reading.isSound(entry, as: kind, isPositive: isPositive) {
        self.isSound(entry, key, kind, isPositive: isPositive, molarMass: nil)
      }
      : self.isSound(entry, key, kind, isPositive: isPositive, molarMass: molarMass)
    guard isSound else {
      skip(key)
      return 1
    }
    let found = dimensioned(
      key,
      kind,
      default: entry.value,
      when: condition,
      allowed: entry.allowed,
      range: entry.range,
      source: entry.source,
      molarMass: molarMass,
      meaning
    )
    guard let found else { return 1 }
    guard let molarMass, found.dimension.mass != 0 else { return found.value }
    return found.value / molarMass
  }

  /// A whole number, with the value, the range and the source that the parameter set gives it.
  func wholeParameter(_ key: String, in allowed: ClosedRange<Int>, _ meaning: String) -> Int {
    let entry = parameters.entry(of: key)
    return integer(
      key,
      default: entry?.value.flatMap { Int($0) },
      in: allowed,
      range: entry?.range,
      source: entry?.source,
      meaning
    )
  }

  /// A law of the parameters that stand in this section.
  func law<Read: Law>(_ factors: [Factor] = []) -> Read {
    var law = Read()
    for parameter in Read.parameters {
      law[keyPath: parameter.property] = self.parameter(
        parameter.key,
        QuantityKind(parameter.kind),
        molarMass: parameter.kind.factor.map { MolarMass.of($0, factors) },
        isPositive: parameter.isPositive,
        parameter.meaning
      )
    }
    return law
  }

  /// The parameters of a law that this section gives, by key, in base units; each within what the parameter set allows.
  func changes<Read: Law>(of law: Read.Type, _ factors: [Factor]) -> [String: Double] {
    let path = LawSections.all.first { $0.law == law }?.path ?? []
    let records = reading.parameters.part(at: path)
    var found: [String: Double] = [:]
    for parameter in Read.parameters where has(parameter.key) {
      guard let entry = records.entry(of: parameter.key) else { continue }
      let kind = QuantityKind(parameter.kind)
      found[parameter.key] =
        parameter.kind.factor.map {
          molar(
            parameter.key,
            kind,
            allowed: entry.allowed,
            molarMass: MolarMass.of($0, factors),
            range: entry.range,
            parameter.meaning
          )
        }
        ?? quantity(
          parameter.key,
          kind,
          allowed: entry.allowed,
          range: entry.range,
          parameter.meaning
        )
    }
    for parameter in Read.parameters { skip(parameter.key) }
    return found
  }

  /// Whether the record of a parameter is one of the kind; else it is reported, where it stands.
  private func isSound(
    _ entry: ParameterSet.Entry,
    _ key: String,
    _ kind: QuantityKind,
    isPositive: Bool,
    molarMass: Double?
  ) -> Bool {
    func report(_ message: String) -> Bool {
      reading.report(entry.origin, path + [key], message)
      return false
    }
    guard let bounds = reading.bounds(entry.allowed), bounds.low <= bounds.high,
      kind.dimension(of: bounds.dimension) != nil
    else {
      return report("allowed is \"\(entry.allowed)\"; expected low to high of \(kind.words)")
    }
    guard bounds.low > 0 || bounds.low == 0 && !isPositive else {
      let least = isPositive ? "above 0" : "of at least 0"
      return report("allowed is \"\(entry.allowed)\"; expected a low end \(least)")
    }
    guard let text = entry.value else { return true }
    guard let value = try? reading.quantity(text),
      let number = bounds.comparable(value.value, value.dimension, molarMass: molarMass),
      number >= bounds.low, number <= bounds.high
    else {
      return report("the value is \"\(text)\"; expected \(kind.words), in \(entry.allowed)")
    }
    guard let known = entry.range else { return true }
    guard let range = reading.bounds(known),
      let own = range.comparable(value.value, value.dimension, molarMass: molarMass)
    else { return report("the range is \"\(known)\"; expected low to high of \(kind.words)") }
    // Units may round the last digits.
    let slack = 1e-9 * max(range.low.magnitude, range.high.magnitude)
    guard own >= range.low - slack, own <= range.high + slack else {
      return report("the range \"\(known)\" does not hold the value \(text)")
    }
    return true
  }

  /// A quantity in base units, or a word in its place; `nil` for the word.
  func quantity(
    _ key: String,
    _ kind: QuantityKind,
    or word: String,
    allowed: String,
    _ meaning: String
  ) -> Double? {
    let either = QuantityKind(
      name: "\(kind.name), or '\(word)'",
      dimensions: kind.dimensions,
      example: kind.example
    )
    if let node = node(key), case .scalar(let text) = (node["value"] ?? node).content,
      text.trimmed == word, let given = scalar(key, nil, either.name)
    {
      refuseRange(given, key)
      add(key, given, source: given.source, meaning: meaning)
      return nil
    }
    return quantity(key, either, allowed: allowed, meaning)
  }

  /// A number from 1 on after a word, as in `fixed 3`; 1 for the word alone, `nil` for another text.
  func word(_ key: String, after word: String, in allowed: ClosedRange<Int>, _ meaning: String)
    -> Int?
  {
    guard let text = node(key)?.plainText, text.hasPrefix(word) else { return nil }
    let rest = String(text.dropFirst(word.count)).trimmed
    let takes =
      "'\(word)', or '\(word)' and a whole number from \(allowed.lowerBound) to \(allowed.upperBound)"
    guard let given = scalar(key, nil, takes) else { return nil }
    guard let number = rest.isEmpty ? allowed.lowerBound : Int(rest), allowed.contains(number)
    else {
      reading.report(given.origin, path + [key], "found \"\(text)\"; expected \(takes)")
      return allowed.lowerBound
    }
    add(key, given, meaning: meaning)
    return number
  }

  /// A quantity that may be left out.
  func optionalQuantity(_ key: String, _ kind: QuantityKind, allowed: String, _ meaning: String)
    -> Double?
  {
    guard has(key) else {
      asked.append(key)
      return nil
    }
    return quantity(key, kind, allowed: allowed, meaning)
  }

  /// A list of quantities in base units; the schema's own where the key is not given.
  func quantities(
    _ key: String,
    _ kind: QuantityKind,
    default standard: [String],
    allowed: String,
    _ meaning: String
  ) -> [Double] {
    let words = "a list of \(kind.name), as in [\(kind.example)]"
    let own = standard.isEmpty ? nil : "[\(standard.joined(separator: ", "))]"
    guard let node = node(key) else {
      guard let own else { return [] }
      let list = Given(text: own, origin: .standard, takes: words, standard: own)
      add(key, list, allowed: allowed, meaning: meaning, isList: true)
      return standard.compactMap { try? Quantity($0).value }
    }
    guard case .sequence(let items) = node.content, let bounds = reading.bounds(allowed) else {
      reading.report(node.origin, path + [key], "expected a list, as in [\(kind.example)]")
      return []
    }
    var texts: [String] = []
    var values: [Double] = []
    for item in items {
      guard case .scalar(let text) = item.content else {
        reading.report(item.origin, path + [key], "expected \(words)")
        continue
      }
      let given = Given(text: text.trimmed, origin: item.origin, takes: words, standard: nil)
      guard let quantity = parse(given, key, kind) else { continue }
      if quantity.value < bounds.low || quantity.value > bounds.high {
        reading.report(item.origin, path + [key], "found \"\(text)\"; allowed is \(allowed)")
        continue
      }
      texts.append(given.text)
      values.append(quantity.value)
    }
    let list = Given(
      text: "[\(texts.joined(separator: ", "))]",
      origin: node.origin,
      takes: words,
      standard: own
    )
    add(key, list, allowed: allowed, meaning: meaning, isList: true)
    return values
  }

  /// An amount or mass per volume, or per cell and time, as an amount: nM, or nM um³/min per cell.
  ///
  /// Takes what `quantity` takes, and the molar mass of the factor in base units (g per nM um³).
  func molar(
    _ key: String,
    _ kind: QuantityKind,
    default standard: String? = nil,
    when condition: String? = nil,
    allowed: String,
    molarMass: Double,
    range: String? = nil,
    source: String? = nil,
    _ meaning: String
  ) -> Double {
    guard
      let given = dimensioned(
        key,
        kind,
        default: standard,
        when: condition,
        allowed: allowed,
        range: range,
        source: source,
        molarMass: molarMass,
        meaning
      )
    else { return 1 }
    return given.dimension.mass == 0 ? given.value : given.value / molarMass
  }

  /// The name of a factor that the scenario carries.
  ///
  /// A preset may name another one of the library, which is passed over.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - meaning: what it means.
  ///   - carried: the factors that the scenario carries.
  /// - Returns: the name; `nil` for one that is passed over.
  func factor(_ key: String, _ meaning: String, _ carried: [Factor]) -> String? {
    func isCarried(_ name: String) -> Bool {
      reading.isUnread("factors") || carried.contains { $0.name == name }
    }
    let given = node(key).flatMap { ($0["value"] ?? $0).scalar }
    if let given, isFromPreset(key), !isCarried(given) {
      if let library = reading.library, !library.contains(given) {
        report(key, "the library has no factor '\(given)'\(library.suggestion(for: given))")
      }
      return nil
    }
    let (name, isRead) = reading.whole { text(key, meaning) }
    if isRead, !isCarried(name) {
      let known = carried.map(\.name)
      report(
        key,
        "the scenario carries no factor '\(name)'\(Suggestion.text(for: name, among: known)); add it to 'factors' or remove it here"
      )
    }
    return name
  }

  // MARK: - Reading a scalar

  private struct Given {
    let text: String
    let origin: Origin
    /// The node of its range, where its record has one.
    var range: Document?
    var source: String?
    let takes: String
    /// The schema's own value, whether it holds or not.
    let standard: String?

    var isStandard: Bool { origin.layer == .standard }
  }

  private func scalar(_ key: String, _ standard: String?, _ words: String) -> Given? {
    guard let node = node(key) else {
      if let standard {
        return Given(text: standard, origin: .standard, takes: words, standard: standard)
      }
      reading.report(origin, path + [key], "is missing; expected \(words)")
      return nil
    }
    switch node.content {
    case .scalar(let text):
      if text.trimmed.isEmpty {
        reading.report(node.origin, path + [key], "has no value; expected \(words)")
        return nil
      }
      return Given(
        text: text.trimmed,
        origin: node.origin,
        source: node.source,
        takes: words,
        standard: standard
      )
    case .mapping where node.isRecord:
      return Section.read(node, path + [key], reading, at: node.origin) { record in
        let value = record.scalar("value", nil, words)
        let range = record.node("range")
        let source = record.optionalText("source")
        guard let value else { return nil }
        return Given(
          text: value.text,
          origin: value.origin,
          range: range,
          source: source ?? node.source,
          takes: words,
          standard: standard
        )
      }
    case .mapping, .sequence:
      reading.report(node.origin, path + [key], "found keys or a list; expected \(words)")
      return nil
    }
  }

  private func optionalText(_ key: String) -> String? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let text) = node.content else {
      reading.report(node.origin, path + [key], "expected a text")
      return nil
    }
    return text
  }

  private func dimensioned(
    _ key: String,
    _ kind: QuantityKind,
    default standard: String?,
    when condition: String? = nil,
    allowed: String,
    range: String?,
    source: String?,
    molarMass: Double? = nil,
    _ meaning: String
  ) -> Quantity? {
    guard let given = scalar(key, standard, kind.words) else {
      return nil
    }
    guard let quantity = parse(given, key, kind) else { return nil }
    guard let bounds = reading.bounds(allowed) else {
      preconditionFailure("bounds of \(key): \(allowed)")
    }
    guard let value = bounds.comparable(quantity.value, quantity.dimension, molarMass: molarMass)
    else { preconditionFailure("\(key) takes \(given.text) and allows \(allowed)") }
    if value < bounds.low || value > bounds.high {
      reading.report(given.origin, path + [key], "found \"\(given.text)\"; allowed is \(allowed)")
      return nil
    }
    check(given, key, value, within: bounds, allowed, molarMass: molarMass)
    add(
      key,
      given,
      value: quantity.value,
      allowed: allowed,
      range: range,
      source: source,
      condition: condition,
      meaning: meaning,
      printed: kind.printed
    )
    return quantity
  }

  /// Reports a range that is not one of what is allowed, or that its value lies outside of.
  ///
  /// - Parameters:
  ///   - given: the value.
  ///   - key: its key.
  ///   - value: the value in the unit of the bounds.
  ///   - bounds: what is allowed.
  ///   - allowed: the same as text.
  ///   - molarMass: of the factor, where that turns moles into grams.
  private func check(
    _ given: Given,
    _ key: String,
    _ value: Double,
    within bounds: Bounds,
    _ allowed: String,
    molarMass: Double? = nil
  ) {
    guard let node = given.range else { return }
    var found = "found keys or a list"
    var problem = "expected low to high and unit, as in \(allowed)"
    if case .scalar(let text) = node.content {
      found = "found \"\(text.trimmed)\""
      let range = reading.bounds(text.trimmed)
      let ends = range.flatMap { range in
        bounds.comparable(range.low, range.dimension, molarMass: molarMass).flatMap { low in
          bounds.comparable(range.high, range.dimension, molarMass: molarMass).map { (low, $0) }
        }
      }
      if let (low, high) = ends {
        // Units may round the last digits.
        let slack = 1e-9 * max(low.magnitude, high.magnitude)
        if low > high {
          problem = "the lower end comes first"
        } else if low < bounds.low - slack || high > bounds.high + slack {
          problem = "allowed is \(allowed)"
        } else if value < low - slack || value > high + slack {
          problem = "the value \(given.text) lies outside"
        } else {
          return
        }
      }
    }
    reading.report(node.origin, path + [key, "range"], "\(found); \(problem)")
  }

  /// Reports a range of what has none.
  private func refuseRange(_ given: Given, _ key: String) {
    guard let range = given.range else { return }
    reading.report(range.origin, path + [key, "range"], "belongs to numbers; leave it out")
  }

  /// A quantity of several dimensions, without bounds of its own.
  func count(_ key: String, _ kind: QuantityKind, _ meaning: String) -> Quantity? {
    guard let given = scalar(key, nil, kind.words),
      let quantity = parse(given, key, kind)
    else { return nil }
    let all = Bounds(low: 0, high: .greatestFiniteMagnitude, dimension: quantity.dimension)
    check(given, key, quantity.value, within: all, "0 to 4e9 cells")
    add(key, given, value: quantity.value, meaning: meaning, printed: kind.printed)
    return quantity
  }

  private func parse(_ given: Given, _ key: String, _ kind: QuantityKind) -> Quantity? {
    do throws(Quantity.Problem) {
      let quantity = try reading.quantity(given.text)
      if let dimension = kind.dimension(of: quantity.dimension) {
        return Quantity(value: quantity.value, dimension: dimension)
      }
      let ratio = "a ratio of two quantities of one kind"
      let plain = given.text.contains("/") ? ratio : "a number without unit"
      let found = quantity.dimension == .one ? plain : quantity.dimension.words
      reading.report(
        given.origin,
        path + [key],
        "found \"\(given.text)\", \(found); expected \(kind.words)"
      )
    } catch {
      let unit: String
      switch error {
      case .notANumber: unit = ""
      case .beyondNumbers: unit = ", beyond what a number can hold"
      case .unknownUnit(let symbol):
        let known = symbol.contains("/") ? [] : Unit.known(for: kind)
        unit = " with the unknown unit '\(symbol)'\(Suggestion.text(for: symbol, among: known))"
      case .named(let words):
        reading.report(given.origin, path + [key], "found \"\(given.text)\", which \(words)")
        return nil
      }
      reading.report(
        given.origin,
        path + [key],
        "found \"\(given.text)\"\(unit); expected \(kind.words)"
      )
    }
    return nil
  }

  /// Keeps a record of a value; range and source are those of the schema's own.
  private func add(
    _ key: String,
    _ given: Given,
    value: Double? = nil,
    allowed: String? = nil,
    range: String? = nil,
    source: String? = nil,
    condition: String? = nil,
    meaning: String,
    printed: [String] = [],
    isList: Bool = false
  ) {
    reading.add(
      Record(
        path: path + [key],
        text: given.text,
        value: value,
        allowed: allowed,
        range: given.isStandard ? range : given.range?.scalar,
        source: given.isStandard ? source : given.source,
        meaning: meaning,
        takes: given.takes,
        printed: printed,
        standard: given.standard.map {
          Standard(text: $0, range: range, source: source, condition: condition)
        },
        origin: given.origin,
        isList: isList
      )
    )
  }
}

/// `low to high unit`, both ends allowed.
struct Bounds: Sendable {
  let low, high: Double
  let dimension: Dimension

  init(low: Double, high: Double, dimension: Dimension = .one) {
    (self.low, self.high, self.dimension) = (low, high, dimension)
  }

  init?(_ text: String) {
    guard let separator = text.range(of: " to "),
      let high = try? Quantity(String(text[separator.upperBound...])),
      let unit = text[separator.upperBound...].firstIndex(of: " ").map({ text[$0...] })
        ?? Optional(""),
      let low = try? Quantity(String(text[..<separator.lowerBound]) + unit)
    else { return nil }
    self.low = low.value
    self.high = high.value
    dimension = high.dimension
  }

  /// A value of some dimension in the unit of the bounds, by the molar mass (base units) where one is in moles and
  /// the other in grams; `nil` where they cannot be compared.
  func comparable(_ value: Double, _ other: Dimension, molarMass: Double?) -> Double? {
    if other == dimension { return value }
    guard let molarMass else { return nil }
    let exchanged = Dimension(mass: 1, amount: -1)
    if other == dimension * exchanged { return value / molarMass }
    if other == dimension / exchanged { return value * molarMass }
    return nil
  }
}

extension Section {
  /// The keys that are given.
  var keys: [String] { entries.map(\.key).filter { $0 != "source" } }

  /// Whether the value of a key comes from a preset.
  func isFromPreset(_ key: String) -> Bool {
    entries.first { $0.key == key }?.value.origin.isPreset == true
  }

  /// The value of a key as a quantity in base units, without asking for it.
  func peek(_ key: String, default standard: String) -> Double? {
    guard let value = entries.first(where: { $0.key == key })?.value else {
      return try? Quantity(standard).value
    }
    guard case .scalar(let text) = value.content else { return nil }
    return try? Quantity(text).value
  }

  /// Passes over a key that is not used here.
  func skip(_ key: String) { _ = node(key) }

  /// Passes over the entry of a factor that the scenario does not carry.
  ///
  /// A preset may list those of the library, and what it says of them is checked; the scenario itself may not.
  ///
  /// - Parameters:
  ///   - name: the key, name of the factor.
  ///   - known: names that the key takes here.
  ///   - body: reads the entry, with the molar mass of the factor (g per nM um³).
  func passOver(_ name: String, known: [String], _ body: (Double, Section) -> Void) {
    guard !reading.isUnread("factors"), let node = node(name) else { return skip(name) }
    guard isFromPreset(name) else {
      return report(
        name,
        "the scenario carries no factor '\(name)'\(Suggestion.text(for: name, among: known)); add it to 'factors' or remove it here"
      )
    }
    guard let library = reading.library else { return }
    guard library.contains(name) else {
      return report(
        key: name,
        "the library has no factor '\(name)'\(library.suggestion(for: name)); a preset names factors of the library"
      )
    }
    guard let molarMass = library.molarMass(of: name) else { return }
    reading.check(node) { trial in
      Section.read(node, path + [name], trial, at: node.origin) { body(molarMass, $0) }
    }
  }

  /// Passes over keys that the run does not use; what they say is checked.
  ///
  /// - Parameters:
  ///   - keys: the keys.
  ///   - body: reads them.
  func passOver(_ keys: [String], _ body: (Section) -> Void) {
    for key in keys { skip(key) }
    let part = Document(.mapping(entries.filter { keys.contains($0.key) }), origin)
    reading.check(part) { trial in Section.read(part, path, trial, at: origin) { body($0) } }
  }

  /// Passes over all keys, where the section itself has been reported.
  func skipAll() { for key in keys { skip(key) } }
}
