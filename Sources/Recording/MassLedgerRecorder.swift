import Fields
import Files
import Observations
import Simulation

/// `ledger-mass.csv`: where the mass of every solved factor on every grid, and of those that plasma carries, came from and went to.
///
///     initial + added + secreted + boundary + exchanged − taken_up − decayed + repaired = final
///
/// Amounts in amol since the start of the run; each is summed on its own, and `residual` is what they
/// leave unexplained. Of plasma, what doses bring is added, what cells off the grids give is secreted, what blocks lose is exchanged,
/// and what organs extract is taken up.
public enum MassLedgerRecorder: Recorder {
  /// Name of the file.
  public static let file = "ledger-mass.csv"
  /// Its columns.
  public static let columns =
    ["time_h", "site", "factor"]
    + [
      "initial", "added", "secreted", "boundary", "exchanged", "taken_up", "decayed", "repaired",
      "final",
      "residual",
    ].map { $0 + "_amol" }

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside _: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    let sites = trajectory.experiment.tissues.map(\.name) + ["plasma"]
    for snapshot in trajectory.snapshots {
      let time = CSV.number(snapshot.time / 60)
      for (site, factors) in zip(sites, snapshot.masses) {
        for (factor, mass) in factors {
          let amounts = [
            mass.initial, mass.added, mass.secreted, mass.boundary, mass.exchanged, mass.takenUp,
            mass.decayed, mass.repaired, mass.final, mass.residual,
          ]
          row([time, site, factor] + amounts.map { CSV.number(MassBalance.amol($0)) })
        }
      }
    }
  }
}
