import Synchronization
import Vocabulary

/// A rule that raises a note: a file of `Scenarios/notes/`.
public struct NoteRule: Sendable {
  /// A threshold.
  public struct Limit: Sendable {
    /// Its text and unit, as given.
    public let text: String, unit: String
    /// The value in base units, and the size of its unit.
    let value: Double, scale: Double
    /// Where it is known to lie, as text, where that is given.
    public let range: String?
    /// Citation, or "assumed" and why.
    public let source: String

    /// A value in the unit of the threshold, to three digits.
    func text(of value: Double) -> String {
      guard value.isFinite else { return "infinite" }
      let shown = Self.rounded(value / scale)
      return unit.isEmpty ? shown : "\(shown) \(unit)"
    }

    /// A number to three digits, in full up to a million: `0.25`, `13300`, `2e6`; below 1e-300, where a number loses its
    /// digits, 0.
    static func rounded(_ value: Double) -> String {
      guard value.magnitude > 1e-300 else { return "0" }
      var scale = 1.0
      while value.magnitude * scale < 100 { scale *= 10 }
      while value.magnitude * scale >= 1000 { scale /= 10 }
      let number = (value * scale).rounded() / scale
      if number.magnitude >= 1e6 { return Words.number(number) }
      return number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
  }

  /// Its key.
  public let key: String
  /// What it is for, in a sentence.
  public let meaning: String
  /// What it looks at.
  public let measure: Measure
  /// Above and below which it is raised, by condition; the empty one holds for all others.
  public let above: [String: Limit], below: [String: Limit]
  /// What is said, with names in braces.
  let sentence: String
  /// What to write instead.
  public let remedy: String

  /// Its thresholds in order, each with its side and condition.
  public var limits: [(side: String, condition: String, limit: Limit)] {
    [("above", above), ("below", below)].flatMap { side, limits in
      limits.sorted { $0.key < $1.key }.map { (side, $0.key, $0.value) }
    }
  }

  /// The threshold that a finding passes, and its side in words.
  func passed(by finding: Measure.Finding) -> (limit: Limit, side: String)? {
    if let limit = above[finding.condition] ?? above[""], finding.value > limit.value {
      return (limit, "more than")
    }
    if let limit = below[finding.condition] ?? below[""], finding.value < limit.value {
      return (limit, "less than")
    }
    return nil
  }

  /// Reads all rules of a library, by key.
  ///
  /// - Throws: `ScenarioError` with everything that is wrong with their files.
  public static func all(of library: Library) throws(ScenarioError) -> [NoteRule] {
    var rules: [NoteRule] = []
    var problems: [Diagnostic] = []
    for key in library.names(in: folder) {
      do throws(ScenarioError) {
        rules.append(try NoteRule(key, of: library))
      } catch {
        problems += error.diagnostics
      }
    }
    guard problems.isEmpty else { throw ScenarioError(problems.inOrder) }
    return rules
  }

  /// The rules of a library, read when they are first asked for.
  final class Shared: Sendable {
    private let known = Mutex<[NoteRule]?>(nil)

    /// The rules, by key.
    ///
    /// - Throws: `ScenarioError` with everything that is wrong with their files.
    func all(of library: Library) throws(ScenarioError) -> [NoteRule] {
      if let known = known.withLock({ $0 }) { return known }
      let rules = try NoteRule.all(of: library)
      known.withLock { $0 = rules }
      return rules
    }
  }

  /// Folder of the library that holds the rules.
  static let folder = PresetFolders.notes

  private init(_ key: String, of library: Library) throws(ScenarioError) {
    let path = library.file(key, in: Self.folder)
    let layer = Origin.Layer.preset("\(Self.folder)/\(key)")
    let (_, text) = try Loader.text(path, layer: layer)
    let document = try Document.read(yaml: text, file: path, layer: layer)
    guard case .mapping = document.content else {
      throw ScenarioError(document.origin, "a file of the library is a mapping of keys to values")
    }
    let reading = Reading()
    let rule = Section.read(document, [], reading, at: document.origin) { NoteRule(key, $0) }
    guard let rule, reading.diagnostics.isEmpty else {
      throw ScenarioError(reading.diagnostics.inOrder)
    }
    self = rule
  }

  private init?(_ key: String, _ section: Section) {
    self.key = key
    meaning = section.text("meaning", "what the note is for, in a sentence")
    let name = section.text("measure", "what is looked at")
    sentence = section.text("sentence", "what is said, with names in braces")
    remedy = section.text("remedy", "what to write instead")
    let found = Measure.named(name)
    if found == nil, !name.isEmpty {
      let known = Measure.all.map(\.name)
      section.report(
        "measure",
        "found \"\(name)\"\(Suggestion.text(for: name, among: known)); expected one of \(known.listed)"
      )
    }
    guard let found else {
      section.skip("above")
      section.skip("below")
      return nil
    }
    measure = found
    above = Self.limits("above", section, found)
    below = Self.limits("below", section, found)
    if above.isEmpty, below.isEmpty {
      section.report("above", "is missing, and so is 'below'; a rule has a threshold")
    }
    let names = Set(["value", "limit", "side", "items"] + found.words)
    for name in Self.names(in: sentence) where !names.contains(name) {
      section.report(
        "sentence",
        "has {\(name)}\(Suggestion.text(for: name, among: names)); expected \(names.sorted().listed)"
      )
    }
  }

  /// Reads the thresholds of one side: one for all, or one for each species.
  private static func limits(_ key: String, _ section: Section, _ measure: Measure) -> [String:
    Limit]
  {
    guard let node = section.node(key) else { return [:] }
    func limit(_ key: String, _ section: Section) -> Limit? {
      _ = section.quantity(key, measure.kind, allowed: measure.allowed, measure.meaning)
      guard let record = section.reading.records.last, record.path == section.path + [key],
        let value = record.value
      else { return nil }
      guard let source = record.source else {
        section.report(
          key,
          "has no source; expected {value: …, source: …}, \"assumed\" with a range"
        )
        return nil
      }
      let unit = String(record.text.drop { "0123456789+-.eE".contains($0) }).trimmed
      return Limit(
        text: record.text,
        unit: unit,
        value: value,
        scale: (try? Unit.parse(unit).scale) ?? 1,
        range: record.range,
        source: source
      )
    }
    guard case .mapping = node.content, !node.isRecord else {
      return limit(key, section).map { ["": $0] } ?? [:]
    }
    return section.section(key) { list in
      var limits: [String: Limit] = [:]
      for key in list.keys {
        guard Species(rawValue: key) != nil else {
          let known = Species.allCases.map(\.rawValue)
          list.report(
            key: key,
            "is no species\(Suggestion.text(for: key, among: known)); expected one of \(known.listed)"
          )
          list.skip(key)
          continue
        }
        limits[key] = limit(key, list)
      }
      return limits
    }
  }

  /// The names in braces in a text.
  private static func names(in text: String) -> [String] {
    text.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
      .map { String($0.prefix { $0 != "}" }) }
  }

  /// The sentence with its names filled in.
  func sentence(_ words: [String: String]) -> String {
    words.reduce(sentence) { $0.replacing("{\($1.key)}", with: $1.value) }
  }
}
