import Foundation
import Simulation

/// The keys of a file of published rows: `scenario`, `source`, and `rows`, each with what it reads and the interval
/// that counts as right.
enum RowSchema {
  /// Reads the rows of a file.
  static func rows(_ top: Section, in path: String, _ library: Library) -> [PublishedRow] {
    let name = top.text(
      "scenario",
      "scenario of the library, or a file from the folder of this one"
    )
    let file = file(of: name, in: path, library)
    if !name.isEmpty, !FileManager.default.fileExists(atPath: file) {
      let known = ["studies", "tutorials", "validation"].flatMap { folder in
        library.names(in: folder).map { "\(folder)/\($0)" }
      }
      top.report(
        "scenario",
        "there is no \"\(name)\"\(Suggestion.text(for: name, among: known)); expected a scenario of the library, as in studies/human-iv, or a file, as in ./mine.yaml"
      )
    }
    let rows = top.part("rows", "names with what each reads") { list in
      list.sections { row, section in
        list.node(row).flatMap { Self.row(row, section, $0, of: name, at: file) }
      }
    }
    if rows.isEmpty, top.reading.diagnostics.isEmpty {
      top.report("rows", "is empty; expected names with what each reads")
    }
    return rows.compactMap { $0 }
  }

  /// The file of a scenario: in the library, or beside the rows where its name ends as that of a file.
  private static func file(of scenario: String, in path: String, _ library: Library) -> String {
    guard scenario.hasSuffix(".yaml") else { return "\(library.path)/\(scenario).yaml" }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    return URL(fileURLWithPath: scenario, relativeTo: folder).standardizedFileURL.path
  }

  private static func row(
    _ name: String,
    _ section: Section,
    _ node: Document,
    of scenario: String,
    at file: String
  ) -> PublishedRow? {
    if !name.utf8.allSatisfy({ EndpointSchema.isNamed($0) }) {
      section.reading.report(
        section.origin,
        section.path,
        "a row has a name of letters, digits, - and _"
      )
    }
    let role: PublishedRow.Role = section.choice(
      "role",
      "whether parameters may have been set on it, or it is predicted"
    )
    let observable = section.text("observable", "what is read, in words")
    let unit = section.text("unit", "unit of the interval, which is that of the reading")
    let interval = interval(section)
    for item in items(section) { _ = text(item, section, section.reading) }
    _ = combination(section)
    guard let source = node.source else {
      section.report("source", "is missing; a row or its file has a source: author, year and doi")
      return nil
    }
    return PublishedRow(
      name: name,
      role: role,
      scenario: scenario,
      scenarioFile: file,
      observable: observable,
      unit: unit,
      interval: interval,
      source: source,
      node: node,
      path: section.path
    )
  }

  /// `27 to 33.5`, in the unit of the row.
  private static func interval(_ section: Section) -> ClosedRange<Double>? {
    guard section.has("interval") else {
      section.skip("interval")
      return nil
    }
    let words = "low to high in the unit of the row, as in 27 to 33.5"
    let text = section.text("interval", takes: words, "interval that counts as right")
    let ends = text.replacing(" to ", with: "\n").split(separator: "\n").map {
      Double(String($0).trimmed)
    }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low.isFinite, high.isFinite else {
      if !text.isEmpty { section.report("interval", "found \"\(text)\"; expected \(words)") }
      return nil
    }
    guard low <= high else {
      section.report("interval", "found \"\(text)\"; the lower end comes first")
      return nil
    }
    return low...high
  }

  private static func combination(_ section: Section) -> PublishedRow.Combination? {
    guard section.has("combine") else {
      section.skip("combine")
      return nil
    }
    return section.choice("combine", "what its readings come to")
  }

  // MARK: - Readings

  /// What a row reads of the arms of its scenario; `nil` where something is wrong, which was reported.
  static func readings(_ section: Section, of experiments: [Experiment], unit: String)
    -> PublishedRow.Readings?
  {
    for key in ["role", "observable", "unit", "interval"] { section.skip(key) }
    let combination = combination(section)
    let checks = Checks(experiments)
    let items = items(section)
    let readings = items.compactMap { item in
      text(item, section, section.reading).flatMap {
        checks.reading($0.arm, $0.content, $0.section)
      }
    }
    guard section.reading.diagnostics.isEmpty else { return nil }
    switch (combination, readings.count) {
    case (nil, 1): break
    case (nil, let count):
      section.report("combine", "is missing; \(count) readings come to \(words)")
    case (let given?, let count) where given.isOfTwo ? count != 2 : count < 2:
      section.report(
        "combine",
        "found \"\(given.rawValue)\", of \(given.isOfTwo ? "two" : "two or more") readings; there \(count == 1 ? "is 1" : "are \(count)")"
      )
    default: break
    }
    check(unit, of: readings, combination, checks, section)
    return section.reading.diagnostics.isEmpty
      ? PublishedRow.Readings(all: readings, combination: combination) : nil
  }

  private static var words: String {
    "one of \(PublishedRow.Combination.allCases.map(\.rawValue).joined(separator: ", "))"
  }

  /// What a unit may be called.
  private static let synonyms = ["ratio": ["fold", "fraction"], "1 for yes": ["true"]]

  /// Reports a unit that is not that of the readings.
  private static func check(
    _ unit: String,
    of readings: [PublishedRow.Reading],
    _ combination: PublishedRow.Combination?,
    _ checks: Checks,
    _ section: Section
  ) {
    let units = readings.map { checks.unit(of: $0) }
    guard let first = units.first else { return }
    if let other = units.first(where: { $0 != first }) {
      section.report("reads", "has readings in \(first) and in \(other); they take one unit")
      return
    }
    let own = combination?.unit(of: first) ?? first
    let known = [own] + (synonyms[own] ?? [])
    if !known.contains(unit) {
      section.report(
        "unit",
        "found \"\(unit)\"; what is read is in \(known.joined(separator: ", or "))"
      )
    }
  }

  /// The mappings of `reads`: one or a list, where a list of arms or places stands for one mapping each.
  private static func items(_ section: Section) -> [Document] {
    guard let node = section.node("reads") else {
      section.report("reads", "is missing; expected {of: a quantity, …} or {read: an endpoint}")
      return []
    }
    let items: [Document]
    switch node.content {
    case .mapping: items = [node]
    case .sequence(let list): items = list
    case .scalar(let text):
      section.report("reads", "found \"\(text)\"; expected {of: a quantity, …} or a list of them")
      return []
    }
    if items.isEmpty { section.report("reads", "is an empty list") }
    return items.flatMap { item in
      spread(item, over: "arm").flatMap { spread($0, over: "in") }.flatMap { item in
        item["against"].map { spread($0, over: "in") }?.map { other in
          item.changing("against") { _ in other }
        } ?? [item]
      }
    }
  }

  /// The mappings that one with a list under a key stands for.
  private static func spread(_ node: Document, over key: String) -> [Document] {
    guard case .sequence(let items)? = node[key]?.content, !items.isEmpty else { return [node] }
    return items.map { item in node.changing(key) { _ in item } }
  }

  /// A reading as written in the file; `nil` where that was reported.
  private static func text(_ node: Document, _ row: Section, _ reading: Reading) -> (
    arm: String?, content: EndpointSchema.Content, section: Section
  )? {
    Section.read(node, row.path + ["reads"], reading, at: node.origin) { section in
      let arm = section.has("arm") ? section.text("arm", "arm that is read") : nil
      section.skip("arm")
      return EndpointSchema.content(section).map { (arm, $0, section) }
    }
  }

  /// What the arms of a scenario have.
  private struct Checks {
    private let experiments: [Experiment]
    private let byArm: [String: EndpointCheck]

    init(_ experiments: [Experiment]) {
      self.experiments = experiments
      byArm = Dictionary(
        experiments.map { ($0.arm, EndpointCheck([$0])) },
        uniquingKeysWith: { first, _ in first }
      )
    }

    private func check(of arm: String?) -> EndpointCheck? {
      (arm ?? (experiments.count == 1 ? experiments[0].arm : nil)).flatMap { byArm[$0] }
    }

    /// The unit of a reading.
    func unit(of reading: PublishedRow.Reading) -> String {
      check(of: reading.arm)?.unit(of: reading.content) ?? ""
    }

    /// A reading of an arm; `nil` where that was reported.
    func reading(_ arm: String?, _ content: EndpointSchema.Content, _ section: Section)
      -> PublishedRow.Reading?
    {
      let arms = experiments.map(\.arm)
      func isKnown(_ arm: String, _ section: Section, _ key: String) -> Bool {
        if arms.contains(arm) { return true }
        section.report(
          key,
          "there is no arm \"\(arm)\"\(Suggestion.text(for: arm, among: arms)); there are \(arms.joined(separator: ", "))"
        )
        return false
      }
      if let arm, !isKnown(arm, section, "arm") { return nil }
      guard let check = check(of: arm) else {
        section.report("arm", "is missing; there are \(arms.joined(separator: ", "))")
        return nil
      }
      if let other = content.control {
        guard isKnown(other, section, "against") else { return nil }
        if other == arm ?? arms[0] {
          section.report("against", "compares \(other) with itself")
          return nil
        }
      }
      return check.content(of: content, section).map { PublishedRow.Reading(arm: arm, content: $0) }
    }
  }
}
