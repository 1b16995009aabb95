import Foundation

/// A comma-separated table that has been read (RFC 4180).
public struct CSVTable: Sendable {
  /// Names of the columns.
  public let columns: [String]
  /// The rows, each with a field for every column.
  public let rows: [[String]]

  /// A table of the given columns and rows.
  public init(columns: [String], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  /// Reads a table; `nil` where it is empty, or where a row has another number of fields than the heading.
  public init?(_ bytes: [UInt8]) {
    var lines: [[String]] = []
    var line: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    func end(_ field: inout [UInt8], _ line: inout [String]) {
      line.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
    }
    var wasQuote = false
    for byte in bytes {
      // Two quotes within quotes are one.
      if byte == 34, !isQuoted, wasQuote { field.append(34) }
      wasQuote = byte == 34
      switch byte {
      case 34: isQuoted.toggle()
      case 44 where !isQuoted: end(&field, &line)
      case 10 where !isQuoted:
        end(&field, &line)
        lines.append(line)
        line.removeAll(keepingCapacity: true)
      default: field.append(byte)
      }
    }
    if !line.isEmpty || !field.isEmpty {
      end(&field, &line)
      lines.append(line)
    }
    guard let heading = lines.first, lines.allSatisfy({ $0.count == heading.count }) else {
      return nil
    }
    columns = heading
    rows = Array(lines.dropFirst())
  }

  /// Reads the table of a file; `nil` where there is none that can be read.
  public init?(path: String) {
    guard let data = InputFile.contents(path) else { return nil }
    self.init([UInt8](data))
  }

  /// Position of a column; `nil` where there is none of the name.
  public func position(of column: String) -> Int? { columns.firstIndex(of: column) }

  /// The table as text.
  public var text: String {
    var csv = CSV(columns: columns)
    for row in rows { csv.row(row) }
    return csv.text
  }
}
