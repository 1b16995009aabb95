import Files
import Observations
import Simulation

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
    for entries in Quantities(of: trajectory.experiment).readouts {
      for (n, snapshot) in trajectory.snapshots.enumerated() {
        let time = CSV.number(snapshot.time / 60)
        for entry in entries {
          let (name, value) = (entry.name, entry.value(snapshot, trajectory))
          let isCompared = Quantities.compared.contains(name.quantity)
          guard value != nil || !isCompared else { continue }
          row([time, name.site, name.quantity, CSV.number(value), name.unit])
          guard isCompared, let value, let control, n < control.snapshots.count,
            let other = entry.value(control.snapshots[n], control), other > 0
          else { continue }
          let compared = CSV.number(100 * value / other)
          row([time, name.site, "\(name.quantity)_of_control", compared, "%"])
        }
      }
    }
  }
}
