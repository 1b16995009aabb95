import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// Rows predicted from the ranges of all parameters, and what they are for.
@Suite("Prior prediction")
struct PriorPredictionTests {
  private static let library = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Scenarios")
    .path

  private func predict(_ names: Set<String>, draws: Int, workers: Int) throws -> PriorPrediction {
    let library = try Library(given: Self.library, scenario: "", program: "")
    let rows = try PublishedRows(of: library).all.filter { names.contains($0.name) }
    return PriorPrediction(
      rows,
      try Validation.experiments(of: rows, library: Self.library, isReduced: true),
      roles: try TargetRoles(of: library),
      draws: draws,
      seed: 3,
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
}
