import Science
import Simulation
import Substrate
import Synchronization

/// A published experiment, what is read from it, and the interval that counts as right.
public struct ValidationRow: Sendable {
  /// Whether parameters may be set on the row, or it is predicted.
  public enum Role: String, Sendable {
    case calibrate, validate
  }

  /// Name of the row; rows of one experiment share what stands before a dash.
  public let name: String
  /// Its role.
  public let role: Role
  /// The scenario, by folder and name in the library.
  public let scenario: String
  /// What is read, and its unit.
  public let observable: String, unit: String
  /// The interval that counts as right; none where the paper gives none.
  public let interval: ClosedRange<Double>?
  /// Where the interval comes from.
  public let source: String
  /// Reads the value from one replicate of all arms.
  public let read: @Sendable (Replicate) -> Double

  init(
    _ name: String,
    _ role: Role,
    _ scenario: String,
    _ observable: String,
    _ interval: ClosedRange<Double>?,
    _ unit: String,
    _ source: String,
    read: @escaping @Sendable (Replicate) -> Double
  ) {
    self.name = name
    self.role = role
    self.scenario = scenario
    self.observable = observable
    self.unit = unit
    self.interval = interval
    self.source = source
    self.read = read
  }
}

/// One replicate of all arms of an experiment, as its rows read it.
///
/// What overrides have taken away cannot be read: something else stands in for it, and `lacks` says what it was.
public struct Replicate: Sendable {
  let arms: [String: Trajectory]
  private let missing = Missing()

  init(arms: [String: Trajectory]) {
    precondition(
      arms.values.allSatisfy { !$0.snapshots.isEmpty } && !arms.isEmpty,
      "a run that ended"
    )
    self.arms = arms
  }

  private final class Missing: Sendable {
    let words = Mutex<String?>(nil)
  }

  /// What was asked for and is not there; `nil` where all was.
  var lacks: String? { missing.words.withLock { $0 } }

  private func note(_ words: String) { missing.words.withLock { $0 = $0 ?? words } }

  /// What a row reads, or what it cannot for the lack of.
  func value(of row: ValidationRow) -> (value: Double, lacks: String?) {
    let replicate = Replicate(arms: arms)
    let value = row.read(replicate)
    return replicate.lacks.map { (.nan, $0) } ?? (value, nil)
  }

  /// The trajectory of an arm; without a name, of the only one.
  func trajectory(_ arm: String?) -> Trajectory {
    let only = arms.keys.sorted()[0]
    if let arm, arms[arm] == nil { note("there is no arm \(arm)") }
    guard let found = arm.flatMap({ arms[$0] }) ?? arms[only] else {
      preconditionFailure("a replicate of some arm")
    }
    return found
  }

  func organ(_ name: String, _ arm: String?) -> Int {
    if let index = trajectory(arm).experiment.host.index(of: name) { return index }
    note("the host has no \(name)")
    return 0
  }

  func snapshot(_ hours: Double, _ arm: String?) -> Snapshot {
    let snapshots = trajectory(arm).snapshots
    if let found = snapshots.first(where: { ($0.time - 60 * hours).magnitude < 1e-6 }) {
      return found
    }
    note("nothing is observed at \(hours) h")
    return snapshots[snapshots.count - 1]
  }

  private func observables(_ arm: String?) -> Observables {
    Observables(trajectory(arm).experiment)
  }

  /// Viable cells in an organ, or anywhere, at a time (h).
  func viable(_ organ: String? = nil, at hours: Double, arm: String? = nil) -> Double {
    let read = observables(arm)
    let snapshot = snapshot(hours, arm)
    guard let organ else { return Double(read.living(snapshot).all) }
    return Double(read.living(snapshot, organ: self.organ(organ, arm)).all)
  }

  /// Cells in blood at a time (h).
  func circulating(at hours: Double, arm: String? = nil) -> Double {
    Double(observables(arm).living(snapshot(hours, arm)).circulating)
  }

  /// The same as per cent of the dose.
  func viablePercent(_ organ: String? = nil, at hours: Double, arm: String? = nil) -> Double {
    100 * viable(organ, at: hours, arm: arm) / Double(trajectory(arm).experiment.cells)
  }

  /// Label in an organ at a time (h), per cent of the dose.
  func labelPercent(_ organ: String, at hours: Double, arm: String? = nil) -> Double {
    let read = observables(arm)
    return 100 * read.label(snapshot(hours, arm), organ: self.organ(organ, arm))
      / Double(trajectory(arm).experiment.cells)
  }

  /// Last time (d) at which more than a number of cells are alive anywhere: between observations on
  /// a straight line of the logarithm.
  func lastTime(above cells: Double, arm: String? = nil) -> Double {
    let read = observables(arm)
    let counts = trajectory(arm).snapshots.map {
      (time: $0.time / 1440, cells: Double(read.living($0).all))
    }
    guard let last = counts.lastIndex(where: { $0.cells > cells }) else { return 0 }
    guard last + 1 < counts.count, counts[last + 1].cells > 0 else { return counts[last].time }
    let (before, after) = (counts[last], counts[last + 1])
    let share =
      Elementary.log(before.cells / cells) / Elementary.log(before.cells / after.cells)
    return before.time + share * (after.time - before.time)
  }

  /// Exposure of an organ to donor DNA up to a time (h): the sum over the observations.
  func exposure(_ organ: String, until hours: Double, arm: String?) -> Double {
    let read = observables(arm)
    let index = self.organ(organ, arm)
    return trajectory(arm).snapshots.filter { $0.time <= 60 * hours + 1e-6 }
      .reduce(0) { $0 + read.dna($1, organ: index) }
  }

  /// The same of the whole body.
  func exposure(until hours: Double, arm: String?) -> Double {
    let read = observables(arm)
    return trajectory(arm).snapshots.filter { $0.time <= 60 * hours + 1e-6 }
      .reduce(0) { $0 + read.dna($1) }
  }

  /// An endpoint of the summary.
  func endpoint(_ name: String, arm: String? = nil) -> Double {
    Endpoints.all(trajectory(arm)).first { $0.name == name }?.value ?? .nan
  }

  /// Share (%) of the cells in blood that have arrested in an organ by a time (h).
  func arrestedPercent(_ organ: String, at hours: Double, arm: String? = nil) -> Double {
    let snapshot = snapshot(hours, arm)
    let read = observables(arm)
    let here = read.living(snapshot, organ: self.organ(organ, arm)).lumen
    let alive = read.living(snapshot).all
    return alive == 0 ? .nan : 100 * Double(here) / Double(alive)
  }

  /// Share of the cells in blood that pass the first organ, by the chain: it has no noise, and the
  /// jump process agrees with it.
  func firstPassage(arm: String? = nil) -> Double {
    1 - (ExpectedFate(trajectory(arm).experiment)?.firstPass ?? 0)
  }
}
