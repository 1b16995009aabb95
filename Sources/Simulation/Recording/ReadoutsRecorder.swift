/// `readouts.csv`: what a laboratory reads from a well, at every observation.
///
/// Concentrations are those of the mixed medium. Each reading has one unit; what is compared with the arm that the
/// scenario names as `control` is a reading of its own, `proliferation_of_control`.
public enum ReadoutsRecorder: Recorder {
  /// Name of the file.
  public static let file = "readouts.csv"
  /// Its columns.
  public static let columns = ["time_h", "site", "readout", "value", "unit"]

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside other: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    let control = trajectory.experiment.control.flatMap(other)
    for tissue in trajectory.experiment.tissues.indices {
      for (n, snapshot) in trajectory.snapshots.enumerated() {
        let time = CSV.number(snapshot.time / 60)
        let against = control.flatMap { control in
          n < control.snapshots.count ? (run: control, snapshot: control.snapshots[n]) : nil
        }
        Quantities.readouts(of: tissue, snapshot, in: trajectory, against: against) {
          row([time, $0, $1, CSV.number($2), $3])
        }
      }
    }
  }
}
