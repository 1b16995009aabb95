import Files
import Foundation
import Observations
import Recording
import Scenario
import Simulation
import Substrate
import Synchronization

/// The runs of a campaign: every replicate of every arm at every point, or those of a shard of the points.
///
/// Points share random numbers: a replicate draws the same numbers at every point and in every arm; patients have
/// their own, the same in every arm. A run is looked for in the store before it is made, and what fails is kept with
/// its error.
public struct Sweep: Sendable {
  /// The campaign.
  public let description: SweepDescription
  /// Its points.
  public let points: Points
  private let keys = Keys()
  /// What a calibration reads of a run, by arm.
  private let kept: [String: Kept]

  /// What is read of a run beside what every run tells.
  struct Kept: Sendable {
    /// Quantities at times of their own, and what modalities report.
    let readings: [Quantities.Asked], observed: [CalibrationDescription.Observed]

    /// Of a run of which nothing else is read.
    static let none = Kept(readings: [], observed: [])

    /// It in words.
    var words: [String] {
      readings.map { "reading \($0.name) at \(CSV.number($0.time))" }
        + observed.map { "\($0.modality) of \($0.place) at \(CSV.number($0.time))" }
    }
  }

  /// Keys of the runs of points that were resolved, by arm, then replicate.
  private final class Keys: Sendable {
    private let known = Mutex<[Int: [[String]]]>([:])

    subscript(point: Int) -> [[String]]? {
      get { known.withLock { $0[point] } }
      set { known.withLock { $0[point] = newValue } }
    }
  }

  /// One of several parts of the points: those whose number leaves its own as the rest.
  public struct Shard: Sendable, Equatable {
    /// Number of the shard from 1, and how many there are.
    public let number: Int, count: Int

    /// A shard; numbers beyond the count are a bug.
    public init(number: Int, count: Int) {
      precondition(count >= 1 && (1...count).contains(number), "a shard of so many")
      self.number = number
      self.count = count
    }

    /// All points.
    public static let whole = Shard(number: 1, count: 1)
  }

  /// How far a campaign is.
  public struct Progress: Sendable {
    /// Runs that are done, of which so many were in the store before and so many failed.
    public var done = 0, found = 0, failed = 0
    /// All runs of the shard.
    public let all: Int
    /// Time that models took since the start, s.
    public var seconds = 0.0
  }

  /// A campaign.
  public init(_ description: SweepDescription) { self.init(description, kept: [:]) }

  /// A campaign, with what is read of its runs by arm.
  init(_ description: SweepDescription, kept: [String: Kept]) {
    self.description = description
    self.kept = kept
    points = Points(description)
  }

  /// Arms of the scenario.
  public var arms: [String] { description.base.arms.map(\.name) }

  /// Whether all that a laboratory reports of every run is kept.
  var keepsObservations: Bool { description.keepsObservations }

  /// What is kept of a run of an arm beside what every run tells, in words.
  private func words(of arm: String) -> [String] {
    (kept[arm] ?? .none).words + (keepsObservations ? ["observations"] : [])
  }

  /// Replicates of each arm at each point.
  public var replicates: Int { description.base.replicates }

  /// Number of all runs.
  public var runs: Int { points.count * arms.count * replicates }

  /// The arms in which a point is: all, but for patients that are in one each.
  func arms(of point: Int) -> [Int] {
    guard let trial = description.trial, !trial.isPaired else { return Array(arms.indices) }
    // Blocks of as many patients as arms have one in each, in random order.
    let block = point / arms.count
    let chance = Chance(seed: description.seed, replicate: 1)
    let order = Lattices.permutation(arms.count, chance, draw: UInt32(block))
    return [order[point % arms.count]]
  }

  /// The points of a shard.
  func points(of shard: Shard) -> [Int] {
    (0..<points.count).filter { $0 % shard.count == shard.number - 1 }
  }

  /// A point that has been resolved, with the keys of its runs.
  struct Resolved: Sendable {
    /// The scenario; what is wrong with it where it cannot be.
    let scenario: Result<ResolvedScenario, ScenarioError>
    /// The keys by arm, then replicate; empty for an arm in which the point is not.
    let keys: [[String]]

    /// The same with one replicate of each arm, by its position.
    func only(_ position: Int?) -> Resolved {
      guard let position else { return self }
      return Resolved(
        scenario: scenario,
        keys: keys.map { $0.isEmpty ? [] : [$0[position]] }
      )
    }
  }

  /// Resolves a point, for some replicates: without them those of the campaign.
  func resolve(_ point: Points.Point, arms wanted: [Int], replicates numbers: [Int]) -> Resolved {
    let scenario: Result<ResolvedScenario, ScenarioError>
    do throws(ScenarioError) {
      scenario = .success(try description.source.resolved(with: point.settings))
    } catch {
      scenario = .failure(error)
    }
    let keys = arms.indices.map { arm -> [String] in
      guard wanted.contains(arm) else { return [] }
      switch scenario {
      case .success(let scenario):
        let key = RunKey(scenario, arm: arm, kept: words(of: arms[arm]))
        return numbers.map { key.key(seed: scenario.seed, replicate: $0) }
      case .failure(let error):
        let values = point.settings.map { "\($0.path)=\($0.text)\n" }.joined()
        return numbers.map {
          "error-"
            + Digest.of(Data("\(arms[arm]) \($0)\n\(values)\(error.description)".utf8)).prefix(34)
        }
      }
    }
    return Resolved(scenario: scenario, keys: keys)
  }

  /// The replicates of a point: the same as at every other point, or those of the patient, since random numbers
  /// differ between patients.
  func numbers(of point: Int) -> [Int] {
    guard case .patients = description.design else { return Array(1...replicates) }
    return (1...replicates).map { point * replicates + $0 }
  }

  /// Resolves a point of the campaign.
  private func resolve(_ point: Int) -> Resolved {
    let resolved = resolve(points[point], arms: arms(of: point), replicates: numbers(of: point))
    keys[point] = resolved.keys
    return resolved
  }

  /// Keys of the runs of a point, by arm, then replicate; none for an arm in which it is not.
  func keys(of point: Int) -> [[String]] { keys[point] ?? resolve(point).keys }

  /// Takes the runs of a shard over that another store has and its own does not.
  ///
  /// - Parameters:
  ///   - path: the other store.
  ///   - shard: the shard.
  ///   - store: its own store.
  ///   - workers: cores to use.
  /// - Returns: how many were taken over.
  /// - Throws: `StoreError` where one of the two cannot be used.
  @discardableResult
  public func takeOver(
    from path: String,
    _ shard: Shard,
    into store: RunStore,
    on workers: Workers
  ) throws(StoreError) -> Int {
    let own = points(of: shard)
    let found = workers.map(own.count) { keys(of: own[$0]) }
    return try store.merge(path, only: found.flatMap { $0.joined() })
  }

  /// Makes the runs of a shard that the store does not have.
  ///
  /// - Parameters:
  ///   - shard: the shard.
  ///   - store: where runs are looked for and kept.
  ///   - workers: cores to use; one model per core, or fewer and wider where memory says so.
  ///   - interruption: when requested, models stop and what is not finished is given up.
  ///   - progress: called after every part of a point.
  /// - Returns: how far it came.
  /// - Throws: `StoreError` where the store cannot be used; what it has is kept.
  @discardableResult
  public func run(
    _ shard: Shard,
    into store: RunStore,
    on workers: Workers,
    until interruption: Interruption = Interruption(),
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws(StoreError) -> Progress {
    let own = points(of: shard)
    let atOnce = modelsAtOnce(on: workers)
    let share = Workers(count: max(1, workers.count / atOnce))
    // Replicates of a point stay together, save where there are too few points to go round.
    let isSplit = own.count < 8 * atOnce && replicates > 1
    let parts = isSplit ? replicates : 1
    let meter = Mutex(Progress(all: own.reduce(0) { $0 + arms(of: $1).count } * replicates))
    let failure = Mutex<StoreError?>(nil)
    _ = Workers(count: atOnce).map(own.count * parts) { unit -> Bool in
      guard !interruption.isRequested, failure.withLock({ $0 == nil }) else { return false }
      let point = own[unit / parts]
      let all = numbers(of: point)
      let numbers = isSplit ? [all[unit % parts]] : all
      do throws(StoreError) {
        let done = try make(
          resolve(point).only(isSplit ? unit % parts : nil),
          numbers,
          store,
          share,
          interruption
        )
        let now = meter.withLock { meter in
          meter.done += done.done
          meter.found += done.found
          meter.failed += done.failed
          meter.seconds += done.seconds
          return meter
        }
        progress(now)
        return true
      } catch {
        failure.withLock { $0 = $0 ?? error }
        return false
      }
    }
    try store.flush()
    if let failure = failure.withLock({ $0 }) { throw failure }
    return meter.withLock { $0 }
  }

  /// Makes the replicates of a point that the store does not have.
  ///
  /// - Parameters:
  ///   - resolved: the point, with the keys of these replicates.
  ///   - numbers: the replicates.
  ///   - store: where runs are looked for and kept.
  ///   - workers: cores that share a model.
  ///   - interruption: when requested, what is not finished is given up.
  /// - Returns: what was done.
  /// - Throws: `StoreError`.
  func make(
    _ resolved: Resolved,
    _ numbers: [Int],
    _ store: RunStore,
    _ workers: Workers,
    _ interruption: Interruption
  ) throws(StoreError) -> Progress {
    let wanted = numbers.indices.flatMap { n in
      resolved.keys.compactMap { $0.isEmpty ? nil : $0[n] }
    }
    var progress = Progress(all: wanted.count)
    let known = try store.known(wanted, withTimeseries: description.keepsTimeseries)
    progress.found = wanted.filter(known.contains).count
    progress.done = progress.found
    let scenario: ResolvedScenario
    switch resolved.scenario {
    case .failure(let error):
      let missing = wanted.filter { !known.contains($0) }
      try store.add(missing.map { Self.failed($0, error.description) })
      progress.done += missing.count
      progress.failed += missing.count
      return progress
    case .success(let found): scenario = found
    }
    let plan = Run(
      experiments: scenario.experiments,
      seed: scenario.seed,
      replicates: replicates
    )
    for (n, number) in numbers.enumerated() {
      let missing = arms.indices.filter { arm in
        !resolved.keys[arm].isEmpty && !known.contains(resolved.keys[arm][n])
      }
      // Arms that part from one history are made together, others one by one: what has ended is kept.
      let isForked = scenario.experiments[0].clock.fork > 0 && scenario.experiments.count > 1
      for part in isForked ? [missing] : missing.map({ [$0] }) where !part.isEmpty {
        let start = ContinuousClock.now
        let made = plan.replicate(number, arms: part, on: workers, until: interruption)
        guard let made else { return progress }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let records = zip(part, made).map { arm, result in
          record(resolved.keys[arm][n], result, seconds / Double(part.count))
        }
        try store.add(records)
        progress.done += records.count
        progress.failed += records.filter { $0.error != nil }.count
        progress.seconds += seconds
      }
    }
    return progress
  }

  private static func failed(_ key: String, _ error: String, seconds: Double = 0) -> RunRecord {
    RunRecord(
      key: key,
      error: error,
      endpoints: [],
      timeseries: nil,
      observations: [],
      seconds: seconds
    )
  }

  /// What is kept of a run.
  private func record(_ key: String, _ result: Result<Trajectory, RunError>, _ seconds: Double)
    -> RunRecord
  {
    let trajectory: Trajectory
    switch result {
    case .success(let made): trajectory = made
    case .failure(let error): return Self.failed(key, error.description, seconds: seconds)
    }
    let endpoints = Endpoints.own(trajectory).map { endpoint in
      Endpoint(
        name: endpoint.name,
        value: endpoint.value.flatMap { $0.isFinite ? $0 : nil },
        unit: endpoint.unit,
        missing: endpoint.missing
      )
    }
    return RunRecord(
      key: key,
      error: nil,
      endpoints: endpoints,
      timeseries: description.keepsTimeseries ? TimeseriesRecorder.recorded(trajectory) : nil,
      observations: observations(trajectory),
      seconds: seconds
    )
  }

  /// What a laboratory reports of a run, where that is kept or a calibration reads it, and what else a calibration
  /// reads.
  private func observations(_ trajectory: Trajectory) -> [Quantities.Reading] {
    let kept = kept[trajectory.experiment.arm] ?? .none
    let observed =
      keepsObservations
      ? ObservationsRecorder.recorded(trajectory) : Self.observations(kept.observed, trajectory)
    guard !kept.readings.isEmpty else { return observed }
    return observed
      + Quantities.readings(of: trajectory, asked: kept.readings).map { asked, reading in
        Quantities.Reading(
          time: asked.time,
          site: asked.name,
          quantity: "",
          value: reading.value,
          unit: reading.unit
        )
      }
  }

  /// What modalities report that a calibration reads.
  private static func observations(
    _ observed: [CalibrationDescription.Observed],
    _ trajectory: Trajectory
  ) -> [Quantities.Reading] {
    guard !observed.isEmpty else { return [] }
    let wanted = Set(observed)
    var readings: [Quantities.Reading] = []
    ObservationsRecorder.read(trajectory) { reading in
      let place = CalibrationDescription.Observed(
        time: reading.time,
        place: reading.site,
        modality: reading.quantity
      )
      if wanted.contains(place) { readings.append(reading) }
    }
    return readings
  }

  /// Bytes of memory that one model at a time takes.
  public var memory: Double { 1.5e8 + 2 * largestModel }

  /// Bytes that the largest model of a run takes at most.
  public var largestModel: Double { description.base.experiments.map(Model.bytes).max() ?? 0 }

  /// Models that run at once: one per core, or as many as memory has room for.
  private func modelsAtOnce(on workers: Workers) -> Int {
    let arms =
      description.base.experiments.count > 1 && description.base.experiments[0].clock.fork > 0
    let each = largestModel * (arms ? 2 : 1)
    guard let available = Memory.available, each > 0 else { return workers.count }
    return max(1, min(workers.count, Int(0.9 * available / each)))
  }
}
