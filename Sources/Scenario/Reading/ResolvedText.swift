import Simulation

/// Writes records as YAML, each value with a comment that says where it comes from.
enum ResolvedText {
  /// The key that says which program resolved it.
  static let revision = "revision"

  /// Keys that every resolved scenario has and that no other has all of; those of version 0.1.0 had no revision.
  private static let signs = [
    "question", "seed", "replicates", "clock", "licensing", "crawling", "differentiation",
    "transport",
  ]

  /// The revision of a resolved scenario; `nil` where a document is none.
  ///
  /// - Throws: `ScenarioError` for a revision that is no number.
  static func revision(of document: Document) throws(ScenarioError) -> Revision? {
    if let node = document[revision] {
      guard case .scalar(let text) = node.content, let number = Int(text.trimmed) else {
        throw ScenarioError(
          node.origin,
          path: revision,
          "expected the whole number that 'stroma check' writes; leave it out of a scenario of your own"
        )
      }
      return Revision(number)
    }
    return signs.allSatisfy { document[$0] != nil } ? Revision(nil) : nil
  }

  /// A whole scenario.
  static func write(_ records: [Record]) -> String { write(records, indent: 0) }

  /// Several arms: what they share, then under each what differs.
  static func write(arms: [(name: String, records: [Record])]) -> String {
    let shared = shared(arms.map(\.records))
    let first = arms.first?.records ?? []
    var text = write(first.filter { shared.contains($0.path) }) + "arms:\n"
    for (arm, records) in arms {
      let own = records.filter { !shared.contains($0.path) }
      text += "  \(quoted(arm)):\(own.isEmpty ? " {}" : "")\n" + write(own, indent: 2)
    }
    return text
  }

  /// Paths of the values that are the same in all arms.
  ///
  /// Below the top level the order of mappings has a meaning, that of organs and tissues: where the
  /// arms differ in the mappings themselves, these belong to each arm as a whole.
  private static func shared(_ arms: [[Record]], depth: Int = 0) -> Set<[String]> {
    let values = arms.map { records in
      Dictionary(
        records.filter { $0.path.count == depth + 1 }.map { ($0.path, $0.text) },
        uniquingKeysWith: { first, _ in first }
      )
    }
    let paths = values[0].filter { path, text in values.allSatisfy { $0[path] == text } }.keys
    let inner = arms.map { groups($0.filter { $0.path.count > depth + 1 }, depth: depth) }
    let parts = inner[0].compactMap { part -> Set<[String]>? in
      let each = inner.compactMap { groups in groups.first { $0.key == part.key }?.records }
      return each.count == arms.count ? shared(each, depth: depth + 1) : nil
    }
    let isOrdered = depth > 0
    let isWhole =
      inner.allSatisfy { $0.map(\.key) == inner[0].map(\.key) } && !parts.contains(where: \.isEmpty)
    return parts.reduce(into: Set(paths)) { if isWhole || !isOrdered { $0.formUnion($1) } }
  }

  private static func write(_ records: [Record], indent: Int) -> String {
    var text = ""
    var open: [String] = []
    for record in grouped(records) {
      let parents = Array(record.path.dropLast())
      let shared = zip(open, parents).prefix { $0 == $1 }.count
      for level in shared..<max(shared, parents.count) {
        text += pad(indent + level) + quoted(parents[level]) + ":\n"
      }
      open = parents
      let value = record.isList ? record.text : quoted(record.text)
      text +=
        pad(indent + parents.count)
        + "\(quoted(record.path.last ?? "")): \(value)  # \(comment(record))\n"
    }
    return text
  }

  /// Records with the same parents next to each other, in the order in which each parent first comes.
  private static func grouped(_ records: [Record], depth: Int = 0) -> [Record] {
    groups(records, depth: depth).flatMap { group in
      group.records.allSatisfy { $0.path.count == depth + 1 }
        ? group.records : grouped(group.records, depth: depth + 1)
    }
  }

  /// Records by one step of their path, in the order in which each first comes.
  private static func groups(_ records: [Record], depth: Int) -> [(key: String, records: [Record])]
  {
    var order: [String] = []
    var groups: [String: [Record]] = [:]
    for record in records {
      let key = record.path[depth]
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(record)
    }
    return order.map { ($0, groups[$0] ?? []) }
  }

  private static func comment(_ record: Record) -> String {
    var parts = [record.origin.words]
    if let source = record.source { parts.append(source) }
    if let range = record.range { parts.append("range \(range)") }
    if let allowed = record.allowed { parts.append("allowed \(allowed)") }
    parts.append(record.meaning)
    return parts.joined(separator: "; ").visible
  }

  private static func pad(_ level: Int) -> String { String(repeating: "  ", count: level) }

  /// Known of ASCII without the tables of Unicode.
  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: !scalar.isASCII && scalar.properties.isAlphabetic
    }
  }

  /// Plain where YAML reads it back as the same text, else in double quotes.
  private static func quoted(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy {
      isLetterOrDigit($0) || " ._/^%+-()".unicodeScalars.contains($0)
    }
    if plain, let first = text.unicodeScalars.first, isLetterOrDigit(first), text.trimmed == text {
      return text
    }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.isVisible: quoted.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return quoted + "\""
  }
}
