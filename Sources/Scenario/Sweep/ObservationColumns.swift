import Foundation

/// A row of what was observed: texts by column, and the units of those that are numbers.
struct ObservationRow {
  var texts: [String: String]
  var units: [String: String]
  /// Whether a comma begins the decimals of its numbers.
  let hasDecimalCommas: Bool

  /// The text of a column; empty where there is none.
  subscript(_ name: String) -> String { texts[name] ?? "" }

  /// A number of a column; `nil` for a text that is none.
  func number(_ text: String) throws(ObservationProblem) -> Double? {
    guard hasDecimalCommas else { return Double(text).flatMap { $0.isFinite ? $0 : nil } }
    let number = Double(text.replacing(",", with: ".")).flatMap { $0.isFinite ? $0 : nil }
    if number != nil, text.contains(".") {
      throw ObservationProblem(
        words: "found \"\(text)\" where other numbers of the file have decimals after a comma"
      )
    }
    return number
  }
}

/// The columns of a table of what was observed, in any order, with the units of their headings.
///
/// A unit stands in brackets after the name, as in `value (ng/mL)`; of times also after a low line, as in `time_d`.
struct ObservationColumns {
  /// Columns that a table has, and that it may have.
  struct Names {
    let needed: [String], others: [String]
    /// Of these the ones whose heading may have a unit, and those that are times.
    let measured: [String], times: [String]
  }

  /// Those of a table of observations.
  static let names = Names(
    needed: ["endpoint", "value"],
    others: [
      "comparison", "control_arm", "control_time", "across", "arm", "modality", "time", "error",
      "law", "limit", "unit", "animal", "laboratory", "scale", "event",
    ],
    measured: ["value", "error", "limit"],
    times: ["time", "control_time"]
  )

  private let table: Table
  /// The name and unit of every column; no name for one that is ignored.
  private let columns: [(name: String, unit: String)]

  /// Reads the header of a table.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - ignored: headings of columns that are not read.
  ///   - names: the columns that are known.
  /// - Throws: `ObservationProblem` for a column that is missing, not known or without its unit.
  init(_ table: Table, ignored: [String], names: Names) throws(ObservationProblem) {
    self.table = table
    let others = names.others.map { names.times.contains($0) ? "\($0)_h" : $0 }
    let takes =
      "expected \(names.needed.joined(separator: ", ")), and optionally \(others.joined(separator: ", "))"
    for name in ignored where !table.header.contains(name) {
      throw ObservationProblem(words: "has no column '\(name)', which is listed in 'ignore'")
    }
    var columns: [(name: String, unit: String)] = []
    var unknown: [String] = []
    for heading in table.header {
      if ignored.contains(heading) {
        columns.append(("", ""))
      } else if let column = Self.column(heading, names) {
        if columns.contains(where: { $0.name == column.name }) {
          throw ObservationProblem(words: "has the column '\(column.name)' more than once")
        }
        columns.append(column)
      } else {
        unknown.append(heading)
      }
    }
    if !unknown.isEmpty {
      throw ObservationProblem(
        words:
          "unknown column\(unknown.count == 1 ? "" : "s") \(unknown.joined(separator: ", ")); list \(unknown.count == 1 ? "it" : "them") in 'ignore' or remove \(unknown.count == 1 ? "it" : "them"); \(takes)"
      )
    }
    for name in names.needed where !columns.contains(where: { $0.name == name }) {
      throw ObservationProblem(
        words: "has the columns \(table.header.joined(separator: ", ")); \(takes)"
      )
    }
    for column in columns where names.times.contains(column.name) && column.unit.isEmpty {
      throw ObservationProblem(
        words: "\(column.name) has no unit; write \(column.name)_h, or \(column.name) (d)"
      )
    }
    if columns.contains(where: { $0.name == "unit" }),
      let twice = columns.first(where: { $0.name == "value" && !$0.unit.isEmpty })
    {
      throw ObservationProblem(
        words:
          "value has the unit \(twice.unit) in its heading, and there is a column 'unit'; keep one"
      )
    }
    self.columns = columns
  }

  /// The name and unit of a heading; `nil` for one that is not known.
  private static func column(_ heading: String, _ names: Names) -> (name: String, unit: String)? {
    if (names.needed + names.others).contains(heading) { return (heading, "") }
    for name in names.times where heading.hasPrefix("\(name)_") {
      let unit = String(heading.dropFirst(name.count + 1))
      if (try? Quantity("1 \(unit)"))?.dimension == .times { return (name, unit) }
    }
    for name in names.measured + names.times where heading.hasPrefix(name) {
      let rest = String(heading.dropFirst(name.count)).trimmed
      guard let first = rest.first, let last = rest.last,
        first == "(" && last == ")" || first == "[" && last == "]"
      else { continue }
      return (name, String(rest.dropFirst().dropLast()).trimmed)
    }
    return nil
  }

  /// The texts of a row.
  func row(_ n: Int) -> ObservationRow {
    var row = ObservationRow(texts: [:], units: [:], hasDecimalCommas: table.hasDecimalCommas)
    for (column, text) in zip(columns, table.rows[n]) where !column.name.isEmpty {
      row.texts[column.name] = text
      row.units[column.name] = column.unit
    }
    if let unit = row.texts["unit"] { row.units["value"] = unit }
    return row
  }
}
