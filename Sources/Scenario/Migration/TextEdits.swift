/// Changes of single words in a text by their line and column; everything else of it stays as it is.
struct TextEdits {
  private struct Edit {
    let line: Int, start: Int, end: Int
    let text: String
  }

  private let lines: [[Unicode.Scalar]]
  private var edits: [Edit] = []
  private var heading = ""

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
    return heading + lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
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

  private mutating func add(_ edit: Edit) {
    let isThere = edits.contains {
      $0.line == edit.line && $0.start == edit.start && $0.end == edit.end
    }
    if !isThere { edits.append(edit) }
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
