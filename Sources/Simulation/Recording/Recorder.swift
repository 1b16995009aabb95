import Science

/// One replicate of one arm, run to its end or stopped.
public struct Trajectory: Sendable {
  /// What was simulated.
  public let experiment: Experiment
  /// Number of the replicate, from 1, and the seed of the run.
  public let replicate: Int, seed: UInt64
  /// The observations, in order of time.
  public let snapshots: [Snapshot]

  /// Whether the run got to its last observation.
  public var isComplete: Bool { snapshots.count == experiment.clock.outputs.count }

  /// A trajectory of the given observations.
  public init(experiment: Experiment, replicate: Int, seed: UInt64, snapshots: [Snapshot]) {
    self.experiment = experiment
    self.replicate = replicate
    self.seed = seed
    self.snapshots = snapshots
  }
}

/// Writes one file of the output.
public protocol Recorder: Sendable {
  /// Name of the file.
  static var file: String { get }
  /// Its columns after `run`, `arm` and `replicate`.
  static var columns: [String] { get }
  /// Calls `row` for every row of a trajectory, in order.
  static func record(_ trajectory: Trajectory, row: ([String]) -> Void)
}

extension Recorder {
  /// The whole file over all trajectories.
  static func text(_ trajectories: [Trajectory]) -> String {
    var csv = CSV(columns: ["run", "arm", "replicate"] + columns)
    for trajectory in trajectories {
      let key = [
        trajectory.experiment.name, trajectory.experiment.arm, String(trajectory.replicate),
      ]
      record(trajectory) { csv.row(key + $0) }
    }
    return csv.text
  }
}

/// The files of the output, in order: to add one, add its recorder here.
public enum Recorders {
  /// The recorders of a run; with the cells that are followed where asked for.
  public static func all(followingCells: Bool) -> [any Recorder.Type] {
    let always: [any Recorder.Type] = [
      TimeseriesRecorder.self, LedgerRecorder.self, MassLedgerRecorder.self,
      SummaryRecorder.self,
    ]
    return followingCells ? always + [CellsRecorder.self] : always
  }

  /// The text of every file over all trajectories.
  public static func files(_ trajectories: [Trajectory], followingCells: Bool)
    -> [(name: String, text: String)]
  {
    all(followingCells: followingCells).map { ($0.file, $0.text(trajectories)) }
  }
}
