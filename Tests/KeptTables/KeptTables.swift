import Files
import Foundation
import Testing

/// The hash of every table of every scenario and campaign, cut as in the tests: `tables.csv` beside this file.
///
/// A change that is meant to move no result leaves them all. One that moves results writes the file again, with
/// `.ci/long tables`, and says why in its commit.
public enum KeptTables {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("tables.csv")

  /// Hash by name and table.
  private static let kept: [String: String] = {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    return Dictionary(uniqueKeysWithValues: rows.map { ("\($0[0]),\($0[1])", String($0[2])) })
  }()

  /// Compares the tables of a scenario or campaign with those that are kept.
  ///
  /// A table that differs is printed as a row of `tables.csv`.
  ///
  /// - Parameters:
  ///   - name: the path of the file in `Scenarios`, without its extension.
  ///   - tables: name and bytes of each table.
  public static func compare(_ name: String, _ tables: [(name: String, bytes: Data)]) {
    for table in tables {
      let key = "\(name),\(table.name)"
      let hash = Digest.of(table.bytes)
      if kept[key] == hash { continue }
      print("tables.csv: \(key),\(hash)")
      Issue.record("\(table.name) of \(name) is not the one that is kept")
    }
    let present = Set(tables.map { "\(name),\($0.name)" })
    for key in kept.keys where key.hasPrefix("\(name),") && !present.contains(key) {
      Issue.record("\(key) is kept and was not written")
    }
  }
}
