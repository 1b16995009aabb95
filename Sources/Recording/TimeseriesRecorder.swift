import Files
import Observations
import Simulation

/// `timeseries.csv`: every quantity of every site at every observation, tidy.
///
/// An organ's rows include its blocks; `body` holds sums of counts and of fractions of dose.
public enum TimeseriesRecorder: Recorder {
  /// Name of the file.
  public static let file = "timeseries.csv"
  /// Its columns.
  public static let columns = ["time_h", "site", "quantity", "value", "unit"]

  /// Its places and times can be chosen.
  public static let isLong = true

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside _: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    let entries = Quantities(of: trajectory.experiment).timeseries
    for snapshot in trajectory.snapshots {
      let time = CSV.number(snapshot.time / 60)
      for entry in entries {
        let (name, value) = (entry.name, entry.value(snapshot, trajectory))
        row([time, name.site, name.quantity, CSV.number(value), name.unit])
      }
    }
  }
}
