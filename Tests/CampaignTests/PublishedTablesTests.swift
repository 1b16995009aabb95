import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// Published tables with limits, shares of patients and counts of a scanner, fitted end to end.
@Suite("Published tables")
struct PublishedTablesTests {
  /// Every campaign, cut: all data are told, and the verdict is that of the whole one.
  @Test(arguments: [
    ("limits", GoodnessOfFit.Verdict.fitted, ["treatment.agents=2e4"]),
    ("detection", .notFitted, ["treatment.agents=2000"]),
    ("retention", .fitted, ["treatment.agents=2000"]),
  ])
  func everyTableIsFitted(
    name: String,
    verdict: GoodnessOfFit.Verdict,
    settings: [String]
  ) throws {
    let bench = try CampaignBench()
    let folder = "\(CampaignBench.library)/sweeps"
    var text = try String(contentsOfFile: "\(folder)/\(name)-calibration.yaml", encoding: .utf8)
    for key in ["scenario", "data"] {
      text = text.replacing("\(key): ", with: "\(key): \(folder)/")
    }
    text = text.replacing(try Regex("points: [0-9]+"), with: "points: 8")
    text = text.replacing(try Regex("refinements: [0-9]+"), with: "refinements: 0")
    text = text.replacing(try Regex("\"treatment.agents=[0-9e]+\", "), with: "")
    text = text.replacing(try Regex(", \"treatment.agents=[0-9e]+\""), with: "")
    try bench.write(text, "cut.yaml")
    let sweep = try bench.sweep("cut.yaml", settings)
    let calibration = try #require(Calibration(sweep.description))
    let found = try calibration.posterior(
      in: try bench.store("store.sqlite"),
      on: Workers(count: 2),
      until: Interruption()
    ) { _ in }
    #expect(found.fit.failed == 0 && found.fit.verdict == verdict, "\(found.fit.words)")
  }
}
