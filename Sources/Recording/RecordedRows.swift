import Observations
import Simulation

extension Recorded {
  /// A trajectory with the observations that are held.
  func part(of trajectory: Trajectory) -> Trajectory {
    guard let every else { return trajectory }
    let end = trajectory.snapshots.last?.time
    return Trajectory(
      experiment: trajectory.experiment,
      replicate: trajectory.replicate,
      seed: trajectory.seed,
      snapshots: trajectory.snapshots.filter { snapshot in
        let count = snapshot.time / every
        return (count - count.rounded()).magnitude < 1e-9 * max(1, count) || snapshot.time == end
      }
    )
  }
}

extension Recorder {
  /// Calls `row` for every row of a trajectory that the experiment records, in order.
  public static func rows(
    _ trajectory: Trajectory,
    beside other: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    let recorded = trajectory.experiment.recorded
    guard isLong, recorded != .all, let place = columns.firstIndex(of: "site") else {
      return record(trajectory, beside: other, row: row)
    }
    record(recorded.part(of: trajectory), beside: other) { fields in
      if recorded.holds(place: fields[place]) { row(fields) }
    }
  }
}
