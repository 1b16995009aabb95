import Files
import Observations
import Simulation
import Substrate

/// Writes one file of the output.
public protocol Recorder: Sendable {
  /// Name of the file.
  static var file: String { get }
  /// Its columns after `run`, `arm` and `replicate`.
  static var columns: [String] { get }
  /// Whether the places and times of its rows can be chosen.
  static var isLong: Bool { get }
  /// Calls `row` for every row of a trajectory, in order.
  ///
  /// - Parameters:
  ///   - trajectory: the trajectory.
  ///   - other: the same replicate of another arm; `nil` where it was not run.
  ///   - row: takes a row.
  static func record(
    _ trajectory: Trajectory,
    beside other: (String) -> Trajectory?,
    row: ([String]) -> Void
  )
}

extension Recorder {
  /// Whether the places and times of its rows can be chosen.
  public static var isLong: Bool { false }

  /// The whole file over all trajectories.
  static func text(_ trajectories: [Trajectory]) -> String {
    var csv = CSV(columns: ["run", "arm", "replicate"] + columns)
    for trajectory in trajectories {
      let key = [
        trajectory.experiment.name, trajectory.experiment.arm, String(trajectory.replicate),
      ]
      func other(_ arm: String) -> Trajectory? {
        trajectories.first { $0.experiment.arm == arm && $0.replicate == trajectory.replicate }
      }
      rows(trajectory, beside: other) { csv.row(key + $0) }
    }
    return csv.text
  }
}

/// A recorder whose rows are readings.
public protocol ReadingRecorder: Recorder {
  /// Calls `take` for every reading of a trajectory, in order.
  static func read(_ trajectory: Trajectory, _ take: (Quantities.Reading) -> Void)
  /// A reading as a row.
  static func fields(_ reading: Quantities.Reading) -> [String]
}

extension ReadingRecorder {
  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside _: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    read(trajectory) { row(fields($0)) }
  }

  /// The readings of a trajectory that its experiment records, in order.
  public static func recorded(_ trajectory: Trajectory) -> [Quantities.Reading] {
    let recorded = trajectory.experiment.recorded
    var readings: [Quantities.Reading] = []
    read(recorded.part(of: trajectory)) { reading in
      if recorded.holds(place: reading.site) { readings.append(reading) }
    }
    return readings
  }
}

/// The files of the output, in order: to add one, add its recorder here.
public enum Recorders {
  /// Those of any run.
  public static var every: [any Recorder.Type] {
    all(followingCells: true, hasHosts: true, hasPools: true, isCulture: true, isObserved: true)
  }

  /// The recorders of a run.
  ///
  /// - Parameters:
  ///   - followingCells: whether cells are followed.
  ///   - hasHosts: whether host cells live on a grid.
  ///   - hasPools: whether host cells off the grids are followed.
  ///   - isCulture: whether it takes place in a well.
  ///   - isObserved: whether it is observed by modalities.
  /// - Returns: the recorders, in order.
  public static func all(
    followingCells: Bool,
    hasHosts: Bool,
    hasPools: Bool,
    isCulture: Bool,
    isObserved: Bool
  ) -> [any Recorder.Type] {
    var recorders: [any Recorder.Type] = [
      TimeseriesRecorder.self, LedgerRecorder.self, MassLedgerRecorder.self,
      SummaryRecorder.self,
    ]
    if hasHosts { recorders.append(HostLedgerRecorder.self) }
    if hasPools { recorders.append(PoolLedgerRecorder.self) }
    if isCulture { recorders.append(ReadoutsRecorder.self) }
    if isObserved { recorders.append(ObservationsRecorder.self) }
    if followingCells { recorders.append(CellsRecorder.self) }
    return recorders
  }

  /// The text of every file over all trajectories.
  public static func files(_ trajectories: [Trajectory], followingCells: Bool)
    -> [(name: String, text: String)]
  {
    all(
      followingCells: followingCells,
      hasHosts: trajectories.contains { !$0.experiment.kinds.isEmpty },
      hasPools: trajectories.contains { $0.experiment.poolsAct != nil },
      isCulture: trajectories.contains { $0.experiment.setting == .culture },
      isObserved: trajectories.contains { !$0.experiment.modalities.isEmpty }
    ).map { ($0.file, $0.text(trajectories)) }
  }
}
