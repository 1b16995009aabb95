import Files
import Laws
import Observations
import Simulation

/// `cells.csv`: sampled cells, one by one, over time.
public enum CellsRecorder: Recorder {
  /// Name of the file.
  public static let file = "cells.csv"
  /// Its columns.
  public static let columns = [
    "time_h", "cell", "cells", "site", "state", "x_um", "y_um", "z_um", "damage_per_h", "stat1",
    "stat1_memory", "nfkb", "nfkb_memory",
  ]

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside _: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    let sites = Sites(trajectory.experiment)
    func number(_ value: Float?) -> String { value.map { "\($0)" } ?? "" }
    for snapshot in trajectory.snapshots {
      for cell in snapshot.followed {
        row([
          CSV.number(snapshot.time / 60), String(cell.cell), String(cell.cells),
          sites.names[cell.site], cell.state,
          number(cell.place?.x), number(cell.place?.y), number(cell.place?.z),
          CSV.number(cell.damage.map { $0 * 60 }), number(cell.licensing?.stat1),
          number(cell.licensing?.stat1Memory), number(cell.licensing?.nfkb),
          number(cell.licensing?.nfkbMemory),
        ])
      }
    }
  }
}
