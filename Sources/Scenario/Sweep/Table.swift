import Files
import Foundation

/// A table of texts, as in a CSV file (RFC 4180): a heading, then rows.
///
/// What separates the fields is a comma, a semicolon or a tab, whichever the heading has most of.
struct Table: Sendable, Equatable {
  /// A place of the file: line and column from 1.
  struct Place: Sendable, Equatable {
    let line: Int, column: Int
  }

  /// What is wrong with a table, and where.
  struct Problem: Sendable, Equatable {
    let place: Place
    let words: String
  }

  /// The file.
  let path: String
  /// Names of the columns.
  let header: [String]
  /// The rows, each of as many texts as there are columns where nothing is wrong.
  let rows: [[String]]
  /// Everything that is wrong with it.
  let problems: [Problem]
  /// Whether a comma begins the decimals of its numbers: where no comma separates its fields and one of them is such a
  /// number.
  let hasDecimalCommas: Bool
  private let places: [[Place]]

  /// The table of a file; `nil` where it cannot be read or is empty.
  init?(path: String) {
    guard let data = InputFile.contents(path),
      let text = String(data: data, encoding: .utf8)
    else { return nil }
    self.init(text: text, path: path)
  }

  /// The table of a text; `nil` where it is empty.
  init?(text: String, path: String) {
    let separator = Self.separator(text)
    let (all, open) = Self.lines(text, separator)
    let lines = all.filter { $0.count > 1 || !$0[0].text.isEmpty }
    guard let first = lines.first else { return nil }
    self.path = path
    header = first.map(\.text.trimmed)
    rows = lines.dropFirst().map { $0.map(\.text.trimmed) }
    places = lines.map { $0.map(\.place) }
    problems =
      open.map { [Problem(place: $0, words: "a quote is opened here and not closed")] }
      ?? Self.problems(header, rows, places)
    hasDecimalCommas =
      separator != UInt8(ascii: ",")
      && rows.contains {
        $0.contains { $0.wholeMatch(of: /[<>]?\s*[+\-]?\d+,\d+([eE][+\-]?\d+)?/) != nil }
      }
  }

  /// Where a value stands; of the heading where there is no row.
  func place(column: Int, row: Int? = nil) -> Place { places[row.map { $0 + 1 } ?? 0][column] }

  /// Number of problems of a table, at most, that are reported.
  static let told = 20

  private static func problems(_ header: [String], _ rows: [[String]], _ places: [[Place]])
    -> [Problem]
  {
    var problems: [Problem] = []
    var names: Set<String> = []
    for (n, name) in header.enumerated() where problems.count < told {
      if name.isEmpty {
        problems.append(.init(place: places[0][n], words: "column \(n + 1) has no name"))
      } else if !names.insert(name).inserted {
        problems.append(
          .init(place: places[0][n], words: "has the column '\(name)' more than once")
        )
      }
    }
    if rows.isEmpty { problems.append(.init(place: places[0][0], words: "has no rows")) }
    for (n, row) in rows.enumerated() where row.count != header.count {
      let words = "the row has \(row.count) values, the header \(header.count)"
      problems.append(.init(place: places[n + 1][0], words: words))
      if problems.count >= told { break }
    }
    return problems
  }

  /// What separates the fields of a text.
  private static func separator(_ text: String) -> UInt8 {
    let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    var counts = [0, 0, 0]
    var isQuoted = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0A || byte == 0x0D, counts != [0, 0, 0] { break }
      if let n = separators.firstIndex(of: byte) { counts[n] += 1 }
    }
    return separators[counts.firstIndex(of: counts.max() ?? 0) ?? 0]
  }

  private struct Field {
    let text: String
    let place: Place
  }

  /// The fields of every line, quoted ones without their quotes, and where a quote is opened that is not closed.
  private static func lines(_ text: String, _ separator: UInt8) -> ([[Field]], open: Place?) {
    var lines: [[Field]] = []
    var fields: [Field] = []
    var bytes: [UInt8] = []
    var (line, column) = (1, 1)
    var start = Place(line: 1, column: 1)
    var isQuoted = false
    var opened = start
    func end() {
      fields.append(Field(text: String(decoding: bytes, as: UTF8.self), place: start))
      bytes.removeAll(keepingCapacity: true)
    }
    var rest = Array(text.utf8)[...]
    // The mark of byte order that spreadsheets begin a file with.
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while let byte = rest.popFirst() {
      if byte & 0xC0 != 0x80 { column += 1 }
      let isBreak = byte == 0x0A || byte == 0x0D
      if byte == 0x0D, rest.first == 0x0A { rest = rest.dropFirst() }
      if isBreak { (line, column) = (line + 1, 1) }
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && rest.first == byte:
        bytes.append(byte)
        rest = rest.dropFirst()
        column += 1
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        if isQuoted { opened = Place(line: line, column: max(1, column - 1)) }
      case separator where !isQuoted:
        end()
        start = Place(line: line, column: column)
      case _ where isBreak && !isQuoted:
        end()
        lines.append(fields)
        fields = []
        start = Place(line: line, column: column)
      default: bytes.append(isBreak ? 0x0A : byte)
      }
    }
    if !bytes.isEmpty || !fields.isEmpty {
      end()
      lines.append(fields)
    }
    return (lines, isQuoted ? opened : nil)
  }
}
