import Simulation
import Substrate

/// One replicate of one arm, run to its end or stopped.
public struct Trajectory: Sendable {
  /// What was simulated.
  public let experiment: Experiment
  /// Number of the replicate, from 1, and the seed of the run.
  public let replicate: Int, seed: UInt64
  /// The observations that are written to tables, in order of time.
  public let snapshots: [Snapshot]
  /// These, and what was looked at for endpoints and read-outs only, in order of time.
  public let seen: [Snapshot]
  /// How its endpoints are read, where that was made for its observations.
  let rules: EndpointRules?

  /// Whether the run got to its last observation.
  public var isComplete: Bool { snapshots.count == experiment.clock.outputs.count }

  /// Source of the random numbers.
  public var chance: Chance { Chance(seed: seed, replicate: UInt32(replicate)) }

  /// A trajectory of the given observations, in order of time; those that are whole are written to tables.
  public init(
    experiment: Experiment,
    replicate: Int,
    seed: UInt64,
    snapshots: [Snapshot],
    rules: EndpointRules? = nil
  ) {
    self.experiment = experiment
    self.replicate = replicate
    self.seed = seed
    self.rules = rules
    self.snapshots = snapshots.filter(\.isWhole)
    seen = snapshots
  }

  /// What was seen after a step; `nil` where the run was not looked at.
  func seen(after step: Int) -> Snapshot? {
    let time = Double(step) * experiment.clock.step
    var (low, high) = (0, seen.count)
    while low < high {
      let middle = (low + high) / 2
      if seen[middle].time < time { low = middle + 1 } else { high = middle }
    }
    return low < seen.count && seen[low].time == time ? seen[low] : nil
  }
}
