import Campaign
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// Endpoints that compare arms, where one arm is taken apart or its parameters are varied.
@Suite("Endpoints that compare arms")
struct ComparedEndpointsTests {
  /// At the values of the scenario it is the mean over the replicates of what a run of both arms gives; its effects are
  /// not those of the arm alone.
  @Test func sensitivityReadsThem() throws {
    let bench = try CampaignBench()
    let read = "of: viable_cells, in: lung, at: 6 h"
    try bench.write(
      CampaignBench.scenario
        + "endpoints: {gap: {\(read), against: {arm: thawed, by: difference}}, own: {\(read)}}\n",
      "gap.yaml"
    )
    let effects = try OneAtATime(
      path: "\(bench.directory)/gap.yaml",
      library: CampaignBench.library,
      program: "",
      overrides: [],
      endpoints: ["gap", "own"],
      replicates: 2,
      workers: Workers(count: 2)
    ).effects
    let resolved = try ResolvedScenario(
      path: "\(bench.directory)/gap.yaml",
      library: CampaignBench.library
    )
    let runs = try Run(experiments: resolved.experiments, seed: resolved.seed, replicates: 2)
      .execute(on: Workers(count: 2))
    let means = ["fresh", "thawed"].map { arm -> Double in
      let own = runs.filter { $0.experiment.arm == arm }
      let values = own.compactMap { run in
        Endpoints.own(run).first { $0.name == "own" }?.value
      }
      #expect(values.count == 2)
      return values.reduce(0, +) / 2
    }
    let gap = try #require(effects.first { $0.endpoint == "gap" }?.base)
    #expect((gap - (means[0] - means[1])).magnitude <= 1e-9 * means[0])
    #expect(gap != 0)
    let changes = ["gap", "own"].map { name in
      effects.first { $0.endpoint == name && $0.parameter == "stress.lung.lumen" }?.change
    }
    #expect(changes[0] != nil && changes[0] != changes[1])
  }

  /// Without the cells the arm is its control, which it does not suppress at all.
  @Test func attributionReadsThem() throws {
    let scenario = try ResolvedScenario(
      path: "\(CampaignBench.library)/tutorials/culture-t-cell-suppression.yaml",
      library: CampaignBench.library,
      program: "",
      overrides: [
        "culture.width=160um", "culture.depth=1.2mm", "culture.cells.cd4.triggered=100 %",
        "culture.cells.cd8.triggered=100 %", "duration=72h", "clock.output_every=24h",
        "endpoints={held: {of: proliferation, in: well, at: 72 h, against: {arm: alone, by: suppression}}}",
      ]
    )
    let knockOuts = try KnockOuts(of: scenario, endpoint: "held", replicates: 2)
    #expect(knockOuts.arm == "one-to-ten" && knockOuts.unit == "%")
    #expect(knockOuts.run.experiments.last?.arm == "alone")
    let rows = try Attribution(knockOuts, workers: Workers(count: 2)).rows
    #expect(rows[0].mechanism == "cells" && rows[0].without == 0 && rows[0].with > 20)
    #expect(rows.count == knockOuts.mechanisms.count + 2)
  }
}
