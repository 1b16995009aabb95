import Science
import Substrate

/// What can be read of a run at its observations, by name: `lung_viable_cells`, `well_pge2`.
///
/// A name is a site and a quantity of `timeseries.csv`, or a readout of `readouts.csv`.
public enum Readings {
  /// A number that is read at a time.
  public struct Reading: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Time of an observation, h.
    public let time: Double

    /// A name at a time (h).
    public init(name: String, time: Double) {
      self.name = name
      self.time = time
    }
  }

  /// Names that can be read of the runs of an experiment.
  public static func names(of experiment: Experiment) -> [String] {
    let start = Model(experiment, seed: 1, replicate: 1).observe()
    let empty = Trajectory(experiment: experiment, replicate: 1, seed: 1, snapshots: [start])
    var names: [String] = []
    for (_, name, _) in rows(empty) where !names.contains(name) {
      names.append(name)
      // It cannot be read at the start.
      if name.hasSuffix("_division_index") {
        names.append(name.replacing("division_index", with: "proliferation"))
      }
    }
    return names
  }

  /// What a run tells of some readings; what it does not tell is left out.
  public static func values(_ trajectory: Trajectory, of readings: [Reading]) -> [(
    reading: Reading, value: String
  )] {
    // Incorporation is read from what was there when the pulse began.
    let times = readings.flatMap { [60 * $0.time, 60 * $0.time - Assay.pulse] }
    let step = trajectory.experiment.clock.step
    let seen = trajectory.seen.filter { snapshot in
      times.contains { ($0 - snapshot.time).magnitude <= step / 2 }
    }
    let part = Trajectory(
      experiment: trajectory.experiment,
      replicate: trajectory.replicate,
      seed: trajectory.seed,
      snapshots: seen
    )
    var values: [(reading: Reading, value: String)] = []
    for row in rows(part) {
      guard
        let reading = readings.first(where: {
          $0.name == row.name && ($0.time - row.time).magnitude < 1e-6
        }), !values.contains(where: { $0.reading == reading })
      else { continue }
      values.append((reading, row.value))
    }
    return values
  }

  private static func rows(_ trajectory: Trajectory) -> [(
    time: Double, name: String, value: String
  )] {
    let recorders: [any Recorder.Type] =
      trajectory.experiment.setting == .culture
      ? [ReadoutsRecorder.self, TimeseriesRecorder.self] : [TimeseriesRecorder.self]
    var rows: [(time: Double, name: String, value: String)] = []
    for recorder in recorders {
      recorder.record(trajectory, against: nil) { row in
        guard let time = Double(row[0]) else { preconditionFailure("a row begins with its time") }
        rows.append((time, "\(row[1])_\(row[2])", row[3]))
      }
    }
    return rows
  }
}
