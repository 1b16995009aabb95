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
    for snapshot in trajectory.snapshots {
      let time = CSV.number(snapshot.time / 60)
      Quantities.timeseries(of: snapshot, in: trajectory.experiment) {
        row([time, $0, $1, CSV.number($2), $3])
      }
    }
  }
}
