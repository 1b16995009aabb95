import Foundation
import Simulation

/// Where two runs first differ.
public struct RunDifference: Sendable, Equatable {
  /// Time, h; `nil` where the file has none.
  public let time: Double?
  /// File it is in.
  public let file: String
  /// What differs: the columns before the first that does, as `site lung, quantity viable_cells`.
  public let what: String
  /// The column that differs, and both sides.
  public let column: String, left: String, right: String

  /// Files in the order in which they are asked at the same time.
  private static let files =
    [TimeseriesRecorder.file, CellsRecorder.file, LedgerRecorder.file, MassLedgerRecorder.file]
    + [SummaryRecorder.file]

  /// The first difference of the CSV files of two directories: the earliest in time, among those the first
  /// file, and in it the first row; `nil` where they are identical.
  ///
  /// - Parameters:
  ///   - left: directory of a run.
  ///   - right: directory of another.
  /// - Returns: the first difference.
  /// - Throws: `CheckpointError` where one of them holds no run.
  public static func first(_ left: String, _ right: String) throws(CheckpointError)
    -> RunDifference?
  {
    var found: RunDifference?
    var isAnyThere = (left: false, right: false)
    for file in files {
      let texts = (read(left, file), read(right, file))
      isAnyThere = (isAnyThere.left || texts.0 != nil, isAnyThere.right || texts.1 != nil)
      guard let here = first(in: file, texts.0, texts.1) else { continue }
      if found.map({ here.isBefore($0) }) ?? true { found = here }
    }
    for (isThere, directory) in [(isAnyThere.left, left), (isAnyThere.right, right)] where !isThere
    {
      throw .data("there is no run in \(directory)")
    }
    return found
  }

  private func isBefore(_ other: RunDifference) -> Bool {
    (time ?? .infinity) < (other.time ?? .infinity)
  }

  private static func read(_ directory: String, _ file: String) -> Data? {
    FileManager.default.contents(atPath: "\(directory)/\(file)")
  }

  private static func first(in file: String, _ left: Data?, _ right: Data?) -> RunDifference? {
    guard left != right else { return nil }
    guard let left, let right else {
      return RunDifference(
        time: nil,
        file: file,
        what: "the whole file",
        column: file,
        left: left == nil ? "not there" : "there",
        right: right == nil ? "not there" : "there"
      )
    }
    let rows = (rows(left), rows(right))
    let columns = fields(rows.0.first ?? Data())
    var found: RunDifference?
    for i in 0..<max(rows.0.count, rows.1.count) {
      let a = i < rows.0.count ? rows.0[i] : nil
      let b = i < rows.1.count ? rows.1[i] : nil
      guard a != b else { continue }
      let here = difference(file, columns, a.map(fields), b.map(fields))
      if found.map({ here.isBefore($0) }) ?? true { found = here }
    }
    return found
  }

  private static func difference(
    _ file: String,
    _ columns: [String],
    _ left: [String]?,
    _ right: [String]?
  ) -> RunDifference {
    let time = columns.firstIndex(of: "time_h")
    let times = [left, right].compactMap { row -> Double? in
      guard let row, let time, time < row.count else { return nil }
      return Double(row[time])
    }
    guard let left, let right, left.count == right.count, left.count == columns.count else {
      return RunDifference(
        time: times.min(),
        file: file,
        what: "a row",
        column: "row",
        left: left?.joined(separator: ",") ?? "no row",
        right: right?.joined(separator: ",") ?? "no row"
      )
    }
    let at = left.indices.first { left[$0] != right[$0] } ?? 0
    let keys = columns.indices.filter { $0 < at && $0 != time }
    return RunDifference(
      time: times.min(),
      file: file,
      what: keys.map { "\(columns[$0]) \(left[$0])" }.joined(separator: ", "),
      column: columns[at],
      left: left[at],
      right: right[at]
    )
  }

  private static func rows(_ data: Data) -> [Data] { data.split(separator: 10) }

  /// Fields of a row without line breaks in it.
  private static func fields(_ row: Data) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    for byte in row {
      switch byte {
      case 34: isQuoted.toggle()
      case 44 where !isQuoted:
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      default: field.append(byte)
      }
    }
    return fields + [String(decoding: field, as: UTF8.self)]
  }
}
