import Campaign
import Files
import Foundation
import Observations
import Scenario
import Substrate
import Testing

/// Endpoints that a campaign or a scenario defines, and what cannot be read, in the tables of campaigns.
@Suite("Endpoints of campaigns")
struct EndpointCampaignTests {
  static let scenario = """
    name: weekly
    duration: 9 d
    clock: {cell_step: 1 h, output_every: 24 h}
    host: mouse
    product: human-adipose-msc
    treatment: {route: intravenous, dose: {total: 4e4 cells}, boluses: 2, interval: 7 d, agents: 400}

    """

  static func campaign(_ endpoints: String) -> String {
    """
    name: late
    scenario: weekly.yaml
    replicates: 2
    endpoints: \(endpoints)
    design: {method: grid}
    vary:
      stress.lung.lumen: {values: [0.05 1/h, 0.1 1/h]}

    """
  }

  private static func bench(_ endpoints: String) throws -> CampaignBench {
    let bench = try CampaignBench()
    try bench.write(scenario, "weekly.yaml")
    try bench.write(campaign(endpoints), "late.yaml")
    return bench
  }

  private static func said(_ endpoints: String) throws -> [String] {
    let bench = try bench(endpoints)
    do {
      _ = try bench.sweep("late.yaml")
      return []
    } catch let error as ScenarioError {
      return error.diagnostics.map(\.description)
    }
  }

  /// What a campaign defines is read at every point as a scenario reads it; what no run tells says why.
  @Test func aCampaignReadsWhatItDefines() throws {
    let bench = try Self.bench(
      "[survival_1_d, {late: {read: survival_1_d, after: last dose}}, {last: {read: survival_3_d, after: last dose}}]"
    )
    let sweep = try bench.sweep("late.yaml")
    #expect(sweep.description.endpoints == ["survival_1_d", "late", "last"])
    let store = try bench.store("store.sqlite")
    try sweep.run(.whole, into: store, on: Workers(count: 2))
    let results = try SweepResults(sweep, from: store, on: Workers(count: 1))
    let own = try ResolvedScenario(
      path: "\(bench.directory)/weekly.yaml",
      library: CampaignBench.library,
      overrides: [
        "endpoints.late={read: survival_1_d, after: last dose}", "stress.lung.lumen=0.1 1/h",
      ]
    )
    let runs = try Run(experiments: own.experiments, seed: own.seed, replicates: 2)
      .execute(on: Workers(count: 1))
    for (n, run) in results.runs.enumerated() where run.point == 1 {
      let found = Endpoints.all(runs[run.replicate - 1])
      for (e, name) in ["survival_1_d", "late"].enumerated() {
        #expect(results.values[n][e] == found.first { $0.name == name }?.value)
        #expect(results.values[n][e] != nil)
      }
      let why = "needs 72 h after the dose at 168 h, the run ends at 216 h"
      #expect(results.values[n][2] == nil && results.unread[n] == [2: why])
    }
    let directory = try OutputDirectory("\(bench.directory)/out", overwrite: false)
    try results.write(to: directory)
    for file in ["runs.csv", "summary.csv"] {
      let text = try String(contentsOfFile: "\(directory.path)/\(file)", encoding: .utf8)
      #expect(text.contains("needs 72 h after the dose at 168 h, the run ends at 216 h"))
      #expect(text.split(separator: "\n")[0].hasSuffix(",missing"))
    }
  }

  /// One sentence with its place for each mistake.
  @Test(arguments: [
    ("[survival_1d]", "there is no such endpoint (did you mean 'survival_1_d'?)"),
    (
      "[{late: {read: survival_1d}}]",
      "endpoints.late.read: there is no endpoint \"survival_1d\" (did you mean 'survival_1_d'?)"
    ),
    (
      "[{late: {read: survival_1_d, after: lst dose}}]",
      "endpoints.late.after: found \"lst dose\" (did you mean 'last dose'?)"
    ),
    (
      "[{survival_3_d: {read: survival_1_d}}]",
      "endpoints.survival_3_d: is an endpoint of every run"
    ),
    (
      "[{late: {read: cells_per_agent, after: each dose}}]",
      "endpoints.late.after: cells_per_agent is not read after a dose"
    ),
    (
      "[{a: {read: survival_1_d}, b: {read: survival_1_d}}]",
      "endpoints: expected names, or mappings of one name"
    ),
  ])
  func saysWhatIsWrong(endpoints: String, words: String) throws {
    let said = try Self.said(endpoints)
    #expect(said.count == 1 && said.first?.contains(words) == true, "\(said)")
    #expect(said.first?.contains("late.yaml:4:") == true, "\(said)")
  }
}
