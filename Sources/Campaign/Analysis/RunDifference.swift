import Files
import Foundation
import Recording
import Simulation

/// Where two runs first differ.
public struct RunDifference: Sendable, Equatable {
  /// Time, h; `nil` where the file has none.
  public let time: Double?
  /// File it is in.
  public let file: String
  /// What the row is of, as `site lung, quantity viable_cells`.
  public let what: String
  /// The column that differs, and both sides.
  public let column: String, left: String, right: String

  /// Files in the order in which they are compared at the same time, and how many columns identify a row.
  private static let files: [(name: String, keys: Int)] = [
    (TimeseriesRecorder.file, 6), (CellsRecorder.file, 5), (LedgerRecorder.file, 6),
    (MassLedgerRecorder.file, 6), (ObservationsRecorder.file, 6), (SummaryRecorder.file, 5),
  ]

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
    for (file, keys) in files {
      let texts = (read(left, file), read(right, file))
      isAnyThere = (isAnyThere.left || texts.0 != nil, isAnyThere.right || texts.1 != nil)
      guard let here = first(in: file, keys: keys, texts.0, texts.1) else { continue }
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
    InputFile.contents("\(directory)/\(file)")
  }

  private static func first(in file: String, keys: Int, _ left: Data?, _ right: Data?)
    -> RunDifference?
  {
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
    let (here, there) = (rows(left), rows(right))
    let columns = fields(here.first ?? Data())
    var pairs: [(Data?, Data?)] = []
    if here.count == there.count, zip(here, there).allSatisfy({ isSameKey($0, $1, keys) }) {
      pairs = zip(here, there).map { ($0, $1) }
    } else {
      // Rows of one side alone lie between: each is paired with the row that is of the same.
      var others: [ArraySlice<String>: Data] = [:]
      for row in there { others[fields(row).prefix(keys)] = row }
      pairs = here.map { ($0, others.removeValue(forKey: fields($0).prefix(keys))) }
      pairs += there.filter { others[fields($0).prefix(keys)] != nil }.map { (nil, $0) }
    }
    var found: RunDifference?
    for (a, b) in pairs where a != b {
      let difference = difference(file, columns, keys: keys, a.map(fields), b.map(fields))
      if found.map({ difference.isBefore($0) }) ?? true { found = difference }
    }
    return found
  }

  private static func isSameKey(_ left: Data, _ right: Data, _ keys: Int) -> Bool {
    left == right || fields(left).prefix(keys) == fields(right).prefix(keys)
  }

  private static func difference(
    _ file: String,
    _ columns: [String],
    keys: Int,
    _ left: [String]?,
    _ right: [String]?
  ) -> RunDifference {
    let either = left ?? right ?? []
    let time = columns.firstIndex(of: "time_h")
    let what = columns.indices.filter { $0 < keys && $0 != time && $0 < either.count }
      .map { "\(columns[$0]) \(either[$0])" }.joined(separator: ", ")
    let at: Int?
    if let left, let right, left.count == right.count, left.count == columns.count {
      at = left.indices.first { left[$0] != right[$0] }
    } else {
      at = nil
    }
    func side(_ row: [String]?) -> String {
      guard let row else { return "no row" }
      return at.map { row[$0] } ?? row.dropFirst(keys).joined(separator: ",")
    }
    return RunDifference(
      time: time.flatMap { $0 < either.count ? Double(either[$0]) : nil },
      file: file,
      what: what,
      column: at.map { columns[$0] } ?? "row",
      left: side(left),
      right: side(right)
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
