import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// The published experiments with the default parameter set.
///
/// `Scenarios/validation/results.csv` is what `stroma validate` writes; `results-reduced.csv` is the
/// same with `--reduced`, which the test computes anew.
@Suite("Published targets")
struct PublishedTargetsTests {
  /// A row of the table.
  struct Published {
    let value, error: Double?
    let verdict: String
  }

  static let document = URL(fileURLWithPath: Scenarios.root).deletingLastPathComponent()
    .appendingPathComponent("Sources/Manual/Manual.docc/Validation.md").path

  static func table(_ file: String) throws -> [String: Published] {
    let text = try String(
      contentsOfFile: Scenarios.root + "/validation/\(file).csv",
      encoding: .utf8
    )
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let columns = try #require(lines.first).map(String.init)
    func field(_ line: [Substring], _ name: String) throws -> String {
      let index = try #require(columns.firstIndex(of: name))
      try #require(line.count == columns.count, "a comma in \(line[0])")
      return String(line[index])
    }
    var rows: [String: Published] = [:]
    for line in lines.dropFirst() {
      rows[try field(line, "row")] = Published(
        value: Double(try field(line, "value")),
        error: Double(try field(line, "standard_error")),
        verdict: try field(line, "verdict")
      )
    }
    return rows
  }

  /// The rows of the library.
  static func rows() throws -> [PublishedRow] {
    try PublishedRows(of: Library(given: Scenarios.root, scenario: "", program: "")).all
  }

  /// Names of the experiments; none where the rows cannot be read, which other tests tell.
  static let scenarios = Set(((try? rows()) ?? []).map(\.scenario)).sorted()

  /// A value stays within 4 standard errors of the table and on its side of the interval.
  @Test(arguments: scenarios)
  func valuesStandAsTheTableSays(scenario: String) throws {
    let table = try Self.table("results-reduced")
    let rows = try Self.rows().filter { $0.scenario == scenario }
    let experiments = try Validation.experiments(
      of: rows,
      library: Scenarios.root,
      isReduced: true
    )
    let validation = try Validation(rows, experiments, replicates: 4, workers: Workers(count: 2))
    for outcome in validation.outcomes {
      let published = try #require(table[outcome.row.name], "no row \(outcome.row.name)")
      let value = try #require(outcome.value)
      let want = try #require(published.value)
      let error = try #require(published.error)
      let found: Comment = "\(outcome.row.name): \(value), table \(want) ± \(error)"
      #expect((value - want).magnitude <= 4 * error + 1e-9 * want.magnitude, found)
      #expect(outcome.verdict == published.verdict, found)
    }
  }

  @Test func theTableHasEveryRow() throws {
    for file in ["results", "results-reduced"] {
      #expect(Set(try Self.table(file).keys) == Set(try Self.rows().map(\.name)))
    }
  }

  /// The documentation shows the table as it is.
  @Test func theDocumentationShowsTheTable() throws {
    let text = try String(contentsOfFile: Self.document, encoding: .utf8)
    for (name, row) in try Self.table("results") {
      let line = text.split(separator: "\n").first { $0.hasPrefix("| \(name) |") }
      let cells = try #require(line, "no line of \(name)").split(separator: "|").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      #expect(cells.last == row.verdict)
      if let value = row.value, let error = row.error, let shown = Double(cells[4]) {
        #expect((shown - value).magnitude <= max(error, 1e-3 * value.magnitude), "\(name)")
      }
    }
  }
}
