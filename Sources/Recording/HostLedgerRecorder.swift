import Agents
import Files
import Observations
import Simulation

/// `ledger-hosts.csv`: where the host cells of every kind on every grid came from and went to.
///
///     initial + recruited + born + joined − dead − left = present
///
/// Whole numbers since the start of the run. `joined` and `left` are changes from one kind to another; `kills`
/// are cells of the product that the kind killed or ate.
public enum HostLedgerRecorder: Recorder {
  /// Name of the file.
  public static let file = "ledger-hosts.csv"
  /// Its columns.
  public static let columns = [
    "time_h", "site", "kind", "initial", "recruited", "born", "joined", "dead", "left", "present",
    "residual", "divisions", "kills",
  ]

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside _: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    for snapshot in trajectory.snapshots {
      for (tissue, populations) in zip(trajectory.experiment.tissues, snapshot.populations) {
        for population in populations {
          let ledger = population.ledger
          let numbers = [
            ledger.initial, ledger.recruited, ledger.born, ledger.joined, ledger.dead, ledger.left,
            population.summary.cells, ledger.present - population.summary.cells, ledger.divisions,
            ledger.kills,
          ]
          row(
            [CSV.number(snapshot.time / 60), tissue.name, population.kind]
              + numbers.map(String.init)
          )
        }
      }
    }
  }
}
