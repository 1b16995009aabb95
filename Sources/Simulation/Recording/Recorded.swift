import Body

/// Which places and times the long tables hold: `timeseries.csv`, `observations.csv` and `ledger.csv`.
///
/// What is left out is observed all the same: endpoints do not depend on it.
public struct Recorded: Sendable, Equatable {
  /// The places, as their rows name them; `nil` for all.
  public var places: Set<String>?
  /// Time between the observations that are held, min; `nil` for all.
  ///
  /// The last one is always held.
  public var every: Double?

  /// Everything.
  public static let all = Recorded()

  /// Some places and times.
  public init(places: Set<String>? = nil, every: Double? = nil) {
    self.places = places
    self.every = every
  }

  /// The places that rows of the long tables may name.
  public static func places(of experiment: Experiment) -> [String] {
    let sites = Sites(experiment)
    guard experiment.setting == .organism else {
      return experiment.tissues.map(\.name) + ["product"]
    }
    var places = ["body"] + experiment.host.organs.map(\.name)
    for name in sites.names + ["excreted", "product"] where !places.contains(name) {
      places.append(name)
    }
    return places
  }

  func holds(place: String) -> Bool { places?.contains(place) ?? true }

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
