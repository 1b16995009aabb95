import Observations
import Scenario
import Simulation
import Testing

/// A dish in which licensing does not fall, which the parameter set allows.
@Suite("A dish without decay of licensing")
struct LicensingWithoutDecayTests {
  /// Cells that IFN-γ licensed in a day remain licensed when it is washed out.
  @Test func licensedCellsRemainSo() throws {
    let scenario = try Scenarios.load(
      "tutorials/culture-ifng-licensing.yaml",
      ["licensing.decay=0 1/h"]
    )
    let run = try Scenarios.run(scenario, workers: 2)[0]
    let read = Observables(run.experiment)
    for snapshot in run.snapshots where snapshot.time >= 24 * 60 {
      let living = read.living(snapshot)
      #expect(living.all > 0 && living.licensed == living.all)
    }
  }
}
