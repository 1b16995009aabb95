import Files
import Observations
import Simulation

/// `ledger-pools.csv`: where the host cells of every type off the grids came from and went to, by place.
///
///     initial + produced + came − died − removed − drawn = present
///
/// Cells since the start of the run. `came` is what came from other pools less what went to them, `removed` what a perturbation took,
/// and `drawn` what grids recruited, for all of the organ that they stand for.
public enum PoolLedgerRecorder: Recorder {
  /// Name of the file.
  public static let file = "ledger-pools.csv"
  /// Its columns.
  public static let columns = [
    "time_h", "place", "type", "initial", "produced", "came", "died", "removed", "drawn", "present",
    "residual",
  ]

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside _: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    for snapshot in trajectory.snapshots {
      for pool in snapshot.pools {
        let numbers = [
          pool.initial, pool.produced, pool.came, pool.died, pool.removed, pool.drawn, pool.cells,
          pool.residual,
        ]
        row(
          [CSV.number(snapshot.time / 60), pool.place, pool.type] + numbers.map { CSV.number($0) }
        )
      }
    }
  }
}
