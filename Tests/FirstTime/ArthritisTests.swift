import Campaign
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// A disease in a line: the sixth question, held against a calculation by hand (README.md beside).
@Suite("An arthritic rat")
struct ArthritisTests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Questions/6-arthritis.yaml").path

  @Test func isSaidInFifteenLines() throws {
    let text = try String(contentsOfFile: Self.file, encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.count <= 15)
    #expect(!lines.contains { $0.hasPrefix("factors:") || $0.hasPrefix("kinds:") })
    let scenario = try ResolvedScenario(path: Self.file)
    // That blood brings no cells to a joint is no finding, and is said.
    let notes = try scenario.notes()
    #expect(notes.map(\.key) == ["unreached_block"] && notes[0].arms == ["vein"], "\(notes)")
    #expect(scenario.experiments.dropFirst().map(\.cells) == [2_000_000, 2_000_000])
  }

  /// A tenth of the cells, for two days.
  @Test func cellsInTheKneeHealItAndThoseInTheVeinDoNot() throws {
    let scenario = try ResolvedScenario(
      path: Self.file,
      overrides: ["treatment.dose=2e5 cells", "duration=2 d"]
    )
    let runs = try Run(experiments: scenario.experiments, seed: scenario.seed, replicates: 1)
      .execute(on: Workers(count: 2))
    let arms = Dictionary(uniqueKeysWithValues: runs.map { ($0.experiment.arm, $0) })
    func value(_ arm: String, _ endpoint: String) throws -> Double {
      let run = try #require(arms[arm])
      return try #require(Endpoints.all(run).first { $0.name == endpoint }?.value)
    }
    let knee = try #require(arms["knee"])
    let first = try #require(knee.snapshots.first)
    let block = Sites(knee.experiment).organs
    let landed: Double = 2e5 * 0.95 * 0.9 * pow(12 * 20e-4, 3) / 0.05
    let found = Double(first.living[block].all)
    #expect((found - landed).magnitude < 4 * landed.squareRoot(), "\(found), by hand \(landed)")
    let injury = "knee_injury_exposure"
    #expect(try value("knee", injury) < value("untreated", injury))
    #expect(try value("vein", injury) == value("untreated", injury))
    #expect(try value("vein", "lung_fraction_5_min") > 0.9)
    #expect(try value("knee", "survival_1_d") > 1.5 * value("vein", "survival_1_d"))
  }
}
