import Substrate

/// The keys of `vary`: paths of the scenario, each with the law of its values.
struct VariationSchema {
  private enum Kind: String, CaseIterable {
    case values, uniform
    case logUniform = "log_uniform"
    case triangular, normal, lognormal
  }

  /// A number with its unit, the unit with the space before it.
  typealias Number = (value: Double, unit: String)

  /// Sizes that numbers of a law may have, beside 0: further from 1 its arithmetic leaves what a number can hold.
  private static let sizes = 1e-100...1e100

  /// The scenarios; empty where they could not be read, and that was reported.
  private let parts: [SweepDescription.Part]
  private let records: [[Record]]

  /// The keys of values that vary in any of some scenarios.
  init(_ parts: [SweepDescription.Part]) {
    self.parts = parts
    records = parts.map { $0.base.arms.flatMap(\.records) }
  }

  // MARK: - Paths

  /// What a path of the campaign is not, if it cannot vary: `nil` for one that can in some scenario.
  func problem(_ path: String) -> String? {
    let problems = parts.indices.map { problem(path, in: $0) }
    if problems.contains(nil) { return nil }
    return problems.first ?? nil
  }

  private func problem(_ path: String, in part: Int) -> String? {
    let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if steps.contains("") {
      return "a step of the path is empty; expected a path, as in host.body_weight"
    }
    if let said = Self.inert(steps) { return said }
    if steps[0] == "arms" {
      let arms = parts[part].base.arms.map(\.name)
      guard steps.count > 2 else {
        return "expected a value of an arm, as in arms.\(arms[0]).host.body_weight"
      }
      if arms.contains(steps[1]) { return nil }
      return
        "there is no arm '\(steps[1])' among those that are run\(Suggestion.text(for: steps[1], among: arms)); there are \(arms.joined(separator: ", "))"
    }
    let records = records[part]
    if records.contains(where: { $0.path.starts(with: Portion.plain(steps)) }) { return nil }
    if let rename = Rename.of(dotted: path) { return rename.words(in: nil) }
    let known = records.map { $0.path.joined(separator: ".") }
    return
      "\(parts.count > 1 ? "no scenario" : "the scenario") has \(parts.count > 1 ? "a" : "no") value of this path\(Suggestion.text(for: path, among: known)); 'stroma check' lists all"
  }

  /// Why a key changes no run, if it does not.
  private static func inert(_ steps: [String]) -> String? {
    let last = steps[0] == "arms" && steps.count > 2 ? steps[2] : steps[0]
    guard ResolvedScenario.inert.contains(last) else { return nil }
    return ["seed", "replicates"].contains(last)
      ? "cannot vary: chance differs between replicates; write 'replicates: 4' beside 'vary'"
      : "changes no run, so it cannot vary; leave it out"
  }

  /// Whether a path takes whole numbers only.
  func isWhole(_ path: String) -> Bool {
    let steps = path.split(separator: ".").map(String.init)
    let own = steps.first == "arms" ? Array(steps.dropFirst(2)) : steps
    return records.joined().contains { $0.path == own && $0.takes.hasPrefix("a whole number") }
  }

  // MARK: - A key and its law

  /// Reads a path and its law; `nil` where that cannot be, and was reported.
  func parameter(_ path: String, _ list: Section) -> SweepDescription.Parameter? {
    if let problem = problem(path) {
      list.report(key: path, problem)
      list.skip(path)
      return nil
    }
    var also: [String] = []
    let variation: Variation?
    if case .scalar(let word)? = list.node(path)?.content {
      if parts.isEmpty {
        variation = nil
      } else if word == "range" {
        variation = range(path, list)
      } else {
        list.report(path, "found \"\(word)\"; expected range, or a law as {uniform: [1 h, 3 h]}")
        variation = nil
      }
    } else {
      variation = list.section(path) { law in
        also = law.texts("also", "paths that take the same value")
        return Self.variation(law, list, path)
      }
      let problems = also.compactMap { path in problem(path).map { (path, $0) } }
      for (path, words) in problems { list.report(key: path, words) }
      guard problems.isEmpty else { return nil }
    }
    guard let variation else { return nil }
    for path in [path] + also where !variation.isWhole && !variation.isChoice && isWhole(path) {
      list.report(key: path, "expected whole numbers; add 'whole: true' to its law")
    }
    return SweepDescription.Parameter(
      path: path,
      also: also,
      variation: variation,
      isAssumed: records.joined().contains {
        ([path] + also).contains($0.path.joined(separator: ".")) && $0.isAssumed
      },
      origin: list.origin(of: path)
    )
  }

  /// The range that a record says its value is known to lie in: evenly, or by its logarithm from tenfold on.
  private func range(_ path: String, _ list: Section) -> Variation? {
    // Of each arm of each scenario its record, with where that is in words.
    let known = parts.flatMap { part in
      part.base.arms.flatMap { arm in
        arm.records.filter { $0.path.joined(separator: ".") == path }.map { record in
          let names = [part.base.arms.count > 1 ? arm.name : "", part.name].filter { !$0.isEmpty }
          return (place: names.joined(separator: " of "), record: record)
        }
      }
    }
    guard let first = known.first else {
      list.report(path, "is a block and has no range; expected a distribution")
      return nil
    }
    let law = "remove that, or give a distribution, as {uniform: [low, high]}"
    if let (_, record) = known.first(where: { $0.record.ends == nil }) {
      list.report(
        path,
        record.origin.isPreset || record.origin.layer == .standard
          ? "has no range in its record; expected a distribution, as {uniform: [low, high]}"
          : "is given without a range in \(record.origin.place); \(law)"
      )
      return nil
    }
    guard let ends = first.record.ends, let low = Self.number(ends.low),
      let high = Self.number(ends.high), low.unit == high.unit, low.value < high.value
    else {
      list.report(
        path,
        "has no range in its record; expected a distribution, as {uniform: [low, high]}"
      )
      return nil
    }
    if let (place, record) = known.first(where: {
      $0.record.ends?.low != ends.low || $0.record.ends?.high != ends.high
    }) {
      let words = record.ends.map { "\($0.low) to \($0.high)" } ?? "none"
      list.report(
        path,
        "has the range \(ends.low) to \(ends.high) in \(first.place) and \(words) in \(place); give its distribution"
      )
      return nil
    }
    if Self.size(low.value, ends.low) != nil || Self.size(high.value, ends.high) != nil {
      list.report(
        path,
        "has the range \(ends.low) to \(ends.high) in \(first.record.origin.place); allowed are 0, and numbers from 1e-100 to 1e100 in size: give a distribution, as {uniform: [low, high]}"
      )
      return nil
    }
    return Variation(rangeOf: first.record)
  }

  /// The law of a mapping that is the value of a key; `nil` where there is none, and that was reported.
  static func variation(_ section: Section, _ list: Section, _ path: String) -> Variation? {
    let kinds = Kind.allCases.filter { section.has($0.rawValue) }
    let isWhole = section.flag("whole", default: false, "whether only whole numbers are taken")
    for kind in Kind.allCases { section.skip(kind.rawValue) }
    guard kinds.count == 1, let kind = kinds.first else {
      section.skipAll()
      list.report(
        path,
        "expected one of \(Kind.allCases.map(\.rawValue).joined(separator: ", ")); range stands alone"
      )
      return nil
    }
    let law: (law: Variation.Law, unit: String)?
    switch kind {
    case .values:
      if section.has("whole") {
        section.report("whole", "applies to distributions; listed values are used unchanged")
      }
      return choices(section)
    case .normal, .lognormal: law = section.section(kind.rawValue) { moments($0, kind, isWhole) }
    case .uniform, .logUniform, .triangular: law = ends(section, kind, isWhole)
    }
    guard let law else { return nil }
    let variation = Variation(law.law, unit: law.unit, isWhole: isWhole)
    let quartiles = [0.25, 0.5, 0.75].map(variation.number)
    if !isWhole, quartiles[0] == quartiles[1] || quartiles[1] == quartiles[2] {
      section.report(
        kind.rawValue,
        "is so narrow that its values are equal to the last digit, as \(variation.text(at: 0.5)); widen it, or leave it out of 'vary'"
      )
      return nil
    }
    return variation
  }

  // MARK: - Laws between ends

  private static func ends(_ section: Section, _ kind: Kind, _ isWhole: Bool) -> (
    law: Variation.Law, unit: String
  )? {
    let words =
      kind == .triangular
      ? "low end, mode and high end, as in [1 h, 2 h, 5 h]" : "two ends, as in [1 h, 3 h]"
    let texts = section.texts(kind.rawValue, words)
    let found = texts.map(number)
    guard found.count == (kind == .triangular ? 3 : 2), found.allSatisfy({ $0 != nil }) else {
      section.report(kind.rawValue, "expected \(words), each a number with its unit")
      return nil
    }
    let numbers = found.compactMap { $0 }
    guard numbers.allSatisfy({ $0.unit == numbers[0].unit }) else {
      section.report(kind.rawValue, "expected \(words), all in one unit")
      return nil
    }
    let values = numbers.map(\.value)
    for (text, value) in zip(texts, values) {
      if let problem = size(value, text) ?? whole(value, text, isWhole) {
        section.report(kind.rawValue, problem)
        return nil
      }
    }
    guard zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) else {
      section.report(kind.rawValue, "expected numbers that rise")
      return nil
    }
    switch kind {
    case .logUniform:
      guard values[0] > 0 else {
        section.report(kind.rawValue, "expected positive numbers")
        return nil
      }
      return (.logUniform(low: values[0], high: values[1]), numbers[0].unit)
    case .triangular:
      return (.triangular(low: values[0], mode: values[1], high: values[2]), numbers[0].unit)
    default: return (.uniform(low: values[0], high: values[1]), numbers[0].unit)
    }
  }

  fileprivate static func size(_ value: Double, _ text: String) -> String? {
    value == 0 || sizes.contains(value.magnitude)
      ? nil : "found \"\(text)\"; expected 0, or numbers from 1e-100 to 1e100 in size"
  }

  private static func whole(_ value: Double, _ text: String, _ isWhole: Bool) -> String? {
    isWhole && (value != value.rounded() || value.magnitude > 1e15)
      ? "found \"\(text)\"; with 'whole: true' ends and bounds are whole numbers" : nil
  }

  // MARK: - Laws by mean and spread

  /// Coefficients of variation that a lognormal law may have.
  private static let variations = 1e-6...1e6

  private static func moments(_ section: Section, _ kind: Kind, _ isWhole: Bool) -> (
    law: Variation.Law, unit: String
  )? {
    func value(_ key: String, _ words: String) -> Number? {
      let text = section.text(key, words)
      guard !text.isEmpty else { return nil }
      guard let found = number(text) else {
        section.report(key, "found \"\(text)\"; expected a number with its unit")
        return nil
      }
      if let problem = size(found.value, text) {
        section.report(key, problem)
        return nil
      }
      return found
    }
    func bound(_ key: String, _ words: String) -> Number? {
      guard section.has(key) else {
        section.skip(key)
        return nil
      }
      let found = value(key, words)
      if let found, let problem = whole(found.value, "\(found.value)", isWhole) {
        section.report(key, problem)
      }
      return found
    }
    let (spread, word) =
      kind == .normal ? ("sd", "standard deviation") : ("cv", "coefficient of variation")
    let mean = value("mean", "mean, without bounds")
    let deviation = value(spread, word)
    let low = bound("low", "end that no value is below")
    let high = bound("high", "end that no value is above")
    guard let mean, let deviation, (low != nil) == section.has("low"),
      (high != nil) == section.has("high")
    else { return nil }
    let others =
      kind == .normal ? [spread: deviation, "low": low, "high": high] : ["low": low, "high": high]
    for (key, other) in others.sorted(by: { $0.key < $1.key }) {
      guard let other, other.unit != mean.unit else { continue }
      section.report(
        key,
        "expected the unit of the mean,\(mean.unit.isEmpty ? " none" : mean.unit)"
      )
      return nil
    }
    guard deviation.value > 0 else {
      section.report(spread, "expected a positive number")
      return nil
    }
    if let low, let high, low.value >= high.value {
      section.report("low", "expected a number below 'high'")
      return nil
    }
    return law(section, kind, mean, deviation, (low?.value, high?.value))
  }

  /// The law of a mean, a spread and bounds; `nil` where there is none, and that was reported.
  private static func law(
    _ section: Section,
    _ kind: Kind,
    _ mean: Number,
    _ spread: Number,
    _ bounds: (low: Double?, high: Double?)
  ) -> (law: Variation.Law, unit: String)? {
    let law: Variation.Law
    if kind == .normal {
      law = .normal(
        mean: mean.value,
        deviation: spread.value,
        low: bounds.low ?? -.infinity,
        high: bounds.high ?? .infinity
      )
    } else {
      guard mean.value > 0 else {
        section.report("mean", "expected a positive number")
        return nil
      }
      guard spread.unit.isEmpty, variations.contains(spread.value) else {
        section.report("cv", "expected a number without unit from 1e-6 to 1e6")
        return nil
      }
      law = .lognormal(
        mean: mean.value,
        variation: spread.value,
        low: bounds.low ?? 0,
        high: bounds.high ?? .infinity
      )
    }
    guard law.normal != nil else {
      section.report(
        bounds.low == nil ? "high" : "low",
        "the bounds hold no probability: less than \(TruncatedNormal.leastProbability) of the law without them lies between"
      )
      return nil
    }
    return (law, mean.unit)
  }

  // MARK: - Listed values

  /// A list of texts, or labels with texts.
  private static func choices(_ section: Section) -> Variation? {
    let words = "texts that the key takes, as in [1e5 cells, 1e6 cells], or labels with texts"
    let found: [Variation.Choice]
    switch section.node("values")?.content {
    case .sequence?:
      found = section.texts("values", words).map { Variation.Choice(label: $0, text: $0) }
    case .mapping(let entries)?:
      section.list("values", entries.map(\.key), section.origin(of: "values"), words)
      found = entries.compactMap { entry in
        if case .scalar(let text) = entry.value.content {
          return Variation.Choice(label: entry.key, text: text)
        }
        section.report("values", "\(entry.key) takes its text in quotes")
        return nil
      }
    default: found = []
    }
    guard !found.isEmpty else {
      section.report("values", "expected \(words)")
      return nil
    }
    for (n, choice) in found.enumerated()
    where found[..<n].contains(where: { $0.text == choice.text }) {
      section.report("values", "lists \"\(choice.text)\" more than once; keep one")
    }
    return Variation(.choice(found))
  }

  /// A number and its unit, the unit with the space before it; `nil` for a text that is no such product.
  static func number(_ text: String) -> Number? {
    let digits = text.prefix { "0123456789+-.eE".contains($0) }
    guard let value = Double(digits), value.isFinite, let whole = try? Quantity(text) else {
      return nil
    }
    let unit = String(text[digits.endIndex...]).trimmed
    if unit.isEmpty { return (value, "") }
    // Where digits are written in another way, what follows them is no unit.
    guard let one = try? Quantity("1 " + unit), one.dimension == whole.dimension,
      (one.value * value - whole.value).magnitude <= 1e-12 * whole.value.magnitude
    else { return nil }
    return (value, " " + unit)
  }
}

extension Variation {
  /// The range that a record says its value is known to lie in: evenly, or by its logarithm from tenfold on; `nil` where it
  /// says none, or one that no number can be drawn from.
  public init?(rangeOf record: Record) {
    guard let ends = record.ends, let low = VariationSchema.number(ends.low),
      let high = VariationSchema.number(ends.high), low.unit == high.unit, low.value < high.value,
      VariationSchema.size(low.value, ends.low) == nil,
      VariationSchema.size(high.value, ends.high) == nil
    else { return nil }
    let isWide = low.value > 0 && high.value >= 10 * low.value
    self.init(
      isWide
        ? .logUniform(low: low.value, high: high.value)
        : .uniform(low: low.value, high: high.value),
      unit: low.unit,
      isWhole: record.takes.hasPrefix("a whole number")
    )
  }
}

/// Reads many numbers, each unit once.
struct NumberReader {
  private var units: [String: String?] = [:]

  /// A number and its unit, as `VariationSchema.number` reads it.
  mutating func number(_ text: String) -> VariationSchema.Number? {
    let digits = text.prefix { "0123456789+-.eE".contains($0) }
    let rest = String(text[digits.endIndex...])
    if units[rest] == nil { units[rest] = .some(VariationSchema.number("1" + rest)?.unit) }
    guard let known = units[rest], let unit = known, let value = Double(digits), value.isFinite
    else { return nil }
    return (value, unit)
  }
}
