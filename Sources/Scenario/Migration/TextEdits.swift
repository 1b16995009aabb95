/// Changes of a text by line and column; everything else of it stays as it is.
struct TextEdits {
  private struct Edit: Equatable {
    let line: Int, start: Int, end: Int
    let text: String
  }

  private let lines: [[Unicode.Scalar]]
  private var edits: [Edit] = []
  private var heading = ""
  /// Lines that are left out.
  private var removed: Set<Int> = []
  /// Comments that are put at the end of lines.
  private var comments: [Int: [String]] = [:]

  init(_ text: String) {
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(
      Array.init
    )
  }

  /// The text with all changes.
  var text: String {
    var lines = lines
    for edit in edits.sorted(by: { ($0.line, $0.start) > ($1.line, $1.start) }) {
      lines[edit.line].replaceSubrange(edit.start..<edit.end, with: Array(edit.text.unicodeScalars))
    }
    for (line, comments) in comments {
      let end = lines[line].count - (lines[line].last == "\r" ? 1 : 0)
      let text = "  \(comments.joined(separator: " "))"
      lines[line].insert(contentsOf: Array(text.unicodeScalars), at: end)
    }
    return heading
      + lines.indices.filter { !removed.contains($0) }
      .map { String(String.UnicodeScalarView(lines[$0])) }.joined(separator: "\n")
  }

  /// Puts a line before the first.
  mutating func begin(with line: String) { heading = line + "\n" }

  /// Replaces a word by another where it stands, in quotes or without; whether it stands there.
  mutating func replace(_ word: String, by new: String, at origin: Origin) -> Bool {
    guard let (line, column) = place(origin) else { return false }
    let start = column + (Self.isQuote(lines[line][column]) ? 1 : 0)
    let end = start + word.unicodeScalars.count
    guard end <= lines[line].count, lines[line][start..<end].elementsEqual(word.unicodeScalars)
    else { return false }
    add(Edit(line: line, start: start, end: end, text: new))
    return true
  }

  /// Makes a value that of a key, as `2e6 cells` in `{total: 2e6 cells}`; whether its end was found.
  mutating func wrap(_ node: Document, in key: String) -> Bool {
    guard let (line, start) = place(node.origin), let end = end(of: node, line, start) else {
      return false
    }
    add(Edit(line: line, start: start, end: start, text: "{\(key): "))
    add(Edit(line: line, start: end, end: end, text: "}"))
    return true
  }

  /// Adds keys to a mapping.
  ///
  /// - Parameters:
  ///   - entries: keys with their values, as `blood: 60 uM`.
  ///   - comments: comments that are put after them.
  ///   - node: the mapping.
  ///   - key: where its key stands; `nil` for the mapping of the whole text.
  /// - Returns: whether the mapping is empty, in braces on one line, or has a line for each key; else nothing is added.
  mutating func add(
    _ entries: [String],
    comments: [String] = [],
    to node: Document,
    of key: Origin?
  ) -> Bool {
    let flow = entries.joined(separator: ", ")
    switch node.content {
    case .scalar(""):
      guard let key, let (line, column) = place(key),
        let colon = lines[line][column...].firstIndex(of: ":"),
        Self.isEmpty(lines[line][(colon + 1)...])
      else { return false }
      add(Edit(line: line, start: colon + 1, end: colon + 1, text: " {\(flow)}"))
      add(comments, at: line)
    case .mapping(let own):
      guard !Self.isAlias(node, of: key), let (line, start) = place(node.origin) else {
        return false
      }
      if lines[line][start] == "{" {
        guard let end = end(of: node, line, start),
          let last = lines[line][..<(end - 1)].lastIndex(where: { $0 != " " })
        else { return false }
        let text = own.isEmpty ? flow : ", \(flow)"
        add(Edit(line: line, start: last + 1, end: last + 1, text: text))
        add(comments, at: line)
      } else {
        guard start == lines[line].firstIndex(where: { $0 != " " }) else { return false }
        let space = String(repeating: " ", count: start)
        let text = entries.joined(separator: "\n\(space)")
        let tail = comments.isEmpty ? "" : "  \(comments.joined(separator: " "))"
        add(Edit(line: line, start: start, end: start, text: "\(text)\(tail)\n\(space)"))
      }
    case .scalar, .sequence: return false
    }
    return true
  }

  /// Puts a text in the place of a key and its value.
  ///
  /// Lines that are comments stay.
  ///
  /// - Returns: whether the value is in braces on the line of the key or has lines of its own; else nothing changes.
  mutating func replace(_ entry: Document.Entry, by text: String) -> Bool {
    guard let (line, start) = place(entry.origin), let (first, column) = place(entry.value.origin),
      !Self.isAlias(entry.value, of: entry.origin)
    else { return false }
    let colon = start + entry.key.unicodeScalars.count
    guard colon < lines[line].count, lines[line][start...].starts(with: entry.key.unicodeScalars),
      lines[line][colon] == ":"
    else { return false }
    if first == line {
      guard lines[line][column] == "{", let end = end(of: entry.value, line, column),
        lines[line][(colon + 1)..<column].allSatisfy({ $0 == " " })
      else { return false }
      add(Edit(line: line, start: start, end: end, text: text))
      return true
    }
    guard Self.isEmpty(lines[line][(colon + 1)...]), column > start else { return false }
    for n in (line + 1)..<lines.count where !Self.isEmpty(lines[n][...]) {
      guard let indent = lines[n].firstIndex(where: { $0 != " " }), indent > start else { break }
      removed.insert(n)
    }
    add(Edit(line: line, start: start, end: colon + 1, text: text))
    return true
  }

  /// Leaves out a key and its value; whether they stand alone on one line.
  mutating func remove(_ entry: Document.Entry) -> Bool {
    guard let (line, start) = place(entry.origin), let (last, column) = place(entry.value.origin),
      last == line, start == lines[line].firstIndex(where: { $0 != " " }),
      let end = end(of: entry.value, line, column), Self.isEmpty(lines[line][end...])
    else { return false }
    removed.insert(line)
    return true
  }

  /// The text of a value that stands on one line, and the comment after it; `nil` where its end was not found.
  func text(of node: Document) -> (text: String, comment: String?)? {
    guard let (line, start) = place(node.origin), let end = end(of: node, line, start) else {
      return nil
    }
    func text(_ part: ArraySlice<Unicode.Scalar>) -> String {
      String(String.UnicodeScalarView(part))
    }
    let rest = text(lines[line][end...]).trimmed
    return (text(lines[line][start..<end]), rest.hasPrefix("#") ? rest : nil)
  }

  /// Whether a value stands before its key, where an anchor is.
  static func isAlias(_ node: Document, of key: Origin?) -> Bool {
    guard let key else { return false }
    return (node.origin.line, node.origin.column) < (key.line, key.column)
  }

  /// Whether nothing but a comment is in a part of a line.
  private static func isEmpty(_ part: ArraySlice<Unicode.Scalar>) -> Bool {
    part.first { !" \t\r".unicodeScalars.contains($0) }.map { $0 == "#" } ?? true
  }

  private mutating func add(_ edit: Edit) {
    if !edits.contains(edit) { edits.append(edit) }
  }

  private mutating func add(_ comments: [String], at line: Int) {
    for comment in comments where self.comments[line]?.contains(comment) != true {
      self.comments[line, default: []].append(comment)
    }
  }

  private func place(_ origin: Origin) -> (line: Int, column: Int)? {
    let (line, column) = (origin.line - 1, origin.column - 1)
    guard lines.indices.contains(line), lines[line].indices.contains(column) else { return nil }
    return (line, column)
  }

  private static func isQuote(_ scalar: Unicode.Scalar) -> Bool { scalar == "\"" || scalar == "'" }

  /// Where a value that stands on one line ends.
  private func end(of node: Document, _ line: Int, _ start: Int) -> Int? {
    let rest = lines[line][start...]
    switch node.content {
    case .scalar(let text):
      if Self.isQuote(rest[start]) { return Self.end(ofQuotes: rest) }
      guard rest.starts(with: text.unicodeScalars), !text.contains(where: { "{}[],".contains($0) })
      else { return nil }
      return start + text.unicodeScalars.count
    case .mapping:
      guard rest[start] == "{" else { return nil }
      var depth = 0
      var i = start
      while i < rest.endIndex {
        if Self.isQuote(rest[i]), i > start, " {,:".unicodeScalars.contains(rest[i - 1]) {
          guard let end = Self.end(ofQuotes: rest[i...]) else { return nil }
          i = end
          continue
        }
        depth += rest[i] == "{" ? 1 : rest[i] == "}" ? -1 : 0
        i += 1
        if depth == 0 { return i }
      }
      return nil
    case .sequence: return nil
    }
  }

  /// Where a quoted word that begins here ends.
  private static func end(ofQuotes rest: ArraySlice<Unicode.Scalar>) -> Int? {
    guard let quote = rest.first else { return nil }
    var i = rest.startIndex + 1
    while i < rest.endIndex {
      let isEscaped =
        quote == "\""
        ? rest[i] == "\\" : rest[i] == quote && i + 1 < rest.endIndex && rest[i + 1] == quote
      if isEscaped {
        i += 2
      } else if rest[i] == quote {
        return i + 1
      } else {
        i += 1
      }
    }
    return nil
  }
}
