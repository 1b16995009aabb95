import Campaign
import Files
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// What a run gives is a function of the scenario and of `Model.revision`: stores of campaigns rest on it.
@Suite("Revision")
struct RevisionTests {
  /// The digest of small runs of every kind at this revision.
  ///
  /// Where it changes, raise `Model.revision` and write the new one here: runs of stores made before are then made
  /// anew.
  static let digests = [18: "de298e82ef37d00e67bb5039c6afc536c98c7a690d208de64e0cac318bb53faf"]

  /// Endpoints that were added at this revision: they change nothing that runs of stores tell already.
  private static let added: Set<String> = []

  @Test func resultsChangeWithTheRevisionOnly() throws {
    var digest = Digest()
    for (file, overrides) in [
      (
        "tutorials/mouse-iv",
        [
          "duration=12 h", "clock={cell_step: 5 min, output_every: 6 h}", "treatment.agents=2000",
          "tissues.lung_block.voxels=8 x 8 x 8", "tissues.infarct.voxels=8 x 8 x 8",
        ]
      ),
      (
        "tutorials/muscle-gel-and-repeat",
        ["clock.output_every=48 h", "treatment.dose=4e3 cells", "tissues.block.voxels=8 x 8 x 8"]
      ),
      (
        "tutorials/culture-t-cell-suppression",
        ["culture.width=240um", "culture.depth=1.2mm", "treatment.dose=1e5cells/mL"]
      ),
    ] {
      let scenario = try ResolvedScenario(
        path: "\(CampaignBench.library)/\(file).yaml",
        library: CampaignBench.library,
        overrides: overrides
      )
      let runs = try Run(experiments: scenario.experiments, seed: scenario.seed, replicates: 1)
        .execute(on: Workers(count: 2))
      for run in runs {
        for endpoint in Endpoints.all(run) where !Self.added.contains(endpoint.name) {
          digest.add("\(endpoint.name),\(CSV.number(endpoint.value))\n")
        }
      }
    }
    #expect(Self.digests[Model.revision] == digest.hexadecimal)
  }
}
