import Campaign
import Files
import Foundation
import Scenario
import Substrate
import Testing

/// Rows predicted from the ranges of all parameters, and what they are for.
@Suite("Predictions of rows")
struct RowPredictionTests {
  private static let library = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Scenarios")
    .path

  private func predict(_ names: Set<String>, draws: Int, workers: Int) throws -> RowPrediction {
    let library = try Library(given: Self.library, scenario: "", program: "")
    let rows = try PublishedRows(of: library).all.filter { names.contains($0.name) }
    return RowPrediction(
      rows,
      try Validation.experiments(of: rows, library: Self.library, isReduced: true),
      roles: try TargetRoles(of: library),
      draws: ParameterDraws(draws, seed: 3),
      on: Workers(count: workers)
    )
  }

  /// Every published result of the library has a role, and rows find that of their target.
  @Test func rolesAreFixed() throws {
    let library = try Library(given: Self.library, scenario: "", program: "")
    let roles = try TargetRoles(of: library)
    #expect(
      Set((1...31).map { "T\($0 < 10 ? "0" : "")\($0)" }).allSatisfy { number in
        roles.targets.contains { $0.hasPrefix(number) }
      }
    )
    let rows = try PublishedRows(of: library).all
    func role(_ name: String) throws -> TargetRoles.Role {
      roles[try #require(rows.first { $0.name == name })]
    }
    #expect(try role("T11-iv") == .fit && role("T04a") == .fit && role("T22-high") == .fit)
    #expect(try role("T15-lung") == .predict && role("T04b-rat") == .predict)
    #expect(try role("T06c-early") == .predict)
    for row in rows {
      #expect(roles.targets.contains { row.name.hasPrefix($0) }, "\(row.name)")
      // What has set a default is never predicted.
      #expect(row.role != .calibrate || roles[row] == .fit, "\(row.name)")
    }
  }

  /// Draws are the same on any number of threads, spread over their ranges, and tell the row.
  @Test(.timeLimit(.minutes(15)))
  func drawsTellARow() throws {
    let one = try predict(["T07"], draws: 5, workers: 1)
    let two = try predict(["T07"], draws: 5, workers: 2)
    #expect(one.csv == two.csv)
    let outcome = try #require(one.outcomes.first)
    #expect(outcome.values.count + outcome.unread + outcome.refused == 5 && outcome.refused == 0)
    #expect(outcome.values == outcome.values.sorted() && Set(outcome.values).count > 1)
    #expect(one.drawn.contains("arrest.half_ratio") && one.drawn.count > 50)
    let p = try #require(outcome.probability)
    let inside = outcome.values.count { outcome.row.interval?.contains($0) == true }
    #expect((p - (Double(inside) + 0.5) / 6).magnitude < 1e-12)
    #expect(one.summary(role: .fit).hasPrefix("fit: ") && one.summary(role: .predict).isEmpty)
  }

  /// A fit moves the draws to where its rows agree, the same on any number of threads; what the rows do not tell stays as it was.
  @Test(.timeLimit(.minutes(15)))
  func aFitMovesTheDraws() throws {
    let library = try Library(given: Self.library, scenario: "", program: "")
    let rows = try PublishedRows(of: library).all.filter {
      ["T01", "T02", "T05-ratio"].contains($0.name)
    }
    func fit(_ workers: Int) throws -> JointFit {
      JointFit(
        rows,
        try Validation.experiments(
          of: rows,
          library: Self.library,
          overrides: ["treatment.agents=2000"],
          isReduced: false
        ),
        roles: try TargetRoles(of: library),
        draws: ParameterDraws(40, seed: 3),
        rounds: 2,
        on: Workers(count: workers)
      )
    }
    let one = try fit(1)
    let two = try fit(2)
    #expect(one.posterior == two.posterior && one.fitted.csv == two.fitted.csv)
    func width(_ path: String) throws -> Double {
      try #require(one.parameters.first { $0.path == path }).width
    }
    #expect(try width("stress.lung.lumen") < 0.9 && width("crawling.speed") == 1)
    #expect(one.prior.outcomes.count == rows.count && one.fitted.outcomes.count == rows.count)
    #expect(one.leftOut.allSatisfy { $0.low <= $0.high })
    // What is not identified is where it was.
    let table = try #require(CSVTable(Array(one.posterior.utf8)))
    func column(_ name: String) throws -> Int { try #require(table.position(of: name)) }
    let (low, after, verdict) = try (column("prior_low_90"), column("low_90"), column("verdict"))
    #expect(table.rows.count == one.parameters.count)
    for row in table.rows where row[verdict] != "identified" { #expect(row[low] == row[after]) }
  }

  /// Limits and intervals in the scale of a row, by its logarithm where it cannot be negative.
  @Test func intervalsHaveScales() {
    let two = RowScale(10...40)
    #expect((two(20) - log(20)).magnitude < 1e-12 && (two.value(two(33)) - 33).magnitude < 1e-9)
    #expect((two.innovation(of: two(20), error: 0)).magnitude < 1e-12)
    #expect(two.deviation > 0.42 && two.deviation < 0.43)
    let upper = RowScale(0...5)
    #expect(upper.innovation(of: upper(4), error: 0.1) == 0 && upper(0) == log(0.005))
    #expect((upper.innovation(of: upper(10), error: -0.1) + log(2) + 0.1).magnitude < 1e-12)
    let lower = RowScale(1.05...1e6)
    #expect(lower.innovation(of: lower(2), error: 0.1) == 0)
    #expect(lower.innovation(of: lower(1), error: 0) > 0)
    #expect(RowScale(1...1).deviation > 0 && RowScale(0...0).deviation > 0)
    let both = RowScale(-5...5)
    #expect(both(-3) == -3 && both.innovation(of: 1, error: 0) == -1)
  }
}
