import Files
import Observations
import Simulation

/// `timeseries.csv`: every quantity of every site at every observation, tidy.
///
/// An organ's rows include its blocks; `body` holds sums of counts and of fractions of dose.
public enum TimeseriesRecorder: ReadingRecorder {
  /// Name of the file.
  public static let file = "timeseries.csv"
  /// Its columns.
  public static let columns = ["time_h", "site", "quantity", "value", "unit"]

  /// Its places and times can be chosen.
  public static let isLong = true

  /// Calls `take` for every reading of a trajectory.
  public static func read(_ trajectory: Trajectory, _ take: (Quantities.Reading) -> Void) {
    let entries = Quantities(of: trajectory.experiment).timeseries
    for snapshot in trajectory.snapshots {
      for entry in entries {
        take(
          Quantities.Reading(
            time: snapshot.time / 60,
            site: entry.name.site,
            quantity: entry.name.quantity,
            value: entry.value(snapshot, trajectory),
            unit: entry.name.unit
          )
        )
      }
    }
  }

  /// A reading as a row.
  public static func fields(_ reading: Quantities.Reading) -> [String] {
    [
      CSV.number(reading.time), reading.site, reading.quantity, CSV.number(reading.value),
      reading.unit,
    ]
  }
}
