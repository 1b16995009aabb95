/// Writes records as YAML, each value with a comment that says where it comes from.
enum ResolvedText {
  /// A whole scenario.
  static func write(_ records: [Record]) -> String { write(records, indent: 0) }

  /// The list of arms with the first, whose values stand above.
  static func write(firstArm name: String) -> String { "arms:\n  \(quoted(name)): {}\n" }

  /// A further arm: the values that differ from the first.
  static func write(arm: String, _ records: [Record], differingFrom first: [Record]) -> String {
    var texts: [[String]: String] = [:]
    for record in first { texts[record.path] = record.text }
    let different = records.filter { texts[$0.path] != $0.text }
    return "  \(quoted(arm)):\(different.isEmpty ? " {}" : "")\n" + write(different, indent: 2)
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
    var order: [String] = []
    var groups: [String: [Record]] = [:]
    for record in records {
      let key = record.path[depth]
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(record)
    }
    return order.flatMap { key -> [Record] in
      let group = groups[key] ?? []
      return group.allSatisfy { $0.path.count == depth + 1 }
        ? group : grouped(group, depth: depth + 1)
    }
  }

  private static func comment(_ record: Record) -> String {
    var parts = [record.origin.words]
    if let source = record.source { parts.append(source) }
    if let range = record.range { parts.append("range \(range)") }
    parts.append(record.meaning)
    return parts.joined(separator: "; ")
  }

  private static func pad(_ level: Int) -> String { String(repeating: "  ", count: level) }

  /// Plain where YAML reads it back as the same text, else in double quotes.
  private static func quoted(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || " ._/^%+-()".unicodeScalars.contains($0)
    }
    if plain, let first = text.unicodeScalars.first,
      first.properties.isAlphabetic || ("0"..."9").contains(first),
      text.trimmed == text
    {
      return text
    }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
