import Files
import Foundation
import Observations
import Recording
import Simulation
import Substrate
import Synchronization

/// All replicates of all arms of a scenario: one serial model per core, or fewer and wider where there
/// are more cores than models.
public struct Run: Sendable {
  /// The arms.
  public let experiments: [Experiment]
  /// Seed of the random numbers, the same for all.
  public let seed: UInt64
  /// Number of replicates of each arm.
  public let replicates: Int
  /// Cells to follow one by one in each.
  public let followed: Int

  /// A run of the given arms.
  public init(experiments: [Experiment], seed: UInt64, replicates: Int, followed: Int = 0) {
    self.experiments = experiments
    self.seed = seed
    self.replicates = replicates
    self.followed = followed
  }

  /// Runs everything and returns the trajectories by arm, then replicate, whatever the workers.
  ///
  /// - Parameters:
  ///   - workers: cores to use.
  ///   - interruption: when requested, each model stops after its step; what it observed is kept.
  ///   - progress: called by every model after each of its steps.
  /// - Returns: the trajectories.
  /// - Throws: `MassError` of the first model that cannot account for the mass of a factor.
  public func execute(
    on workers: Workers,
    until interruption: Interruption = Interruption(),
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) throws(MassError) -> [Trajectory] {
    do throws(RunError) {
      let outcome = try execute(on: workers, until: interruption, leaving: nil, progress: progress)
      if let failure = outcome.failure { throw failure }
      return outcome.trajectories
    } catch {
      guard case .mass(let error) = error else { preconditionFailure("\(error)") }
      throw error
    }
  }

  /// Runs everything, leaving checkpoints and going on from those that are there.
  ///
  /// - Parameters:
  ///   - workers: cores to use.
  ///   - interruption: when requested, each model leaves a checkpoint and stops after its step.
  ///   - checkpoints: where they are left, and how often.
  ///   - start: the history all arms continue from, where no checkpoint of their own is there.
  ///   - frames: where the grids are kept in full.
  ///   - progress: called by every model after each of its steps.
  /// - Returns: the trajectories; of a model that failed on its way, what it had observed.
  /// - Throws: `RunError` where a model cannot begin.
  public func execute(
    on workers: Workers,
    until interruption: Interruption = Interruption(),
    leaving checkpoints: Checkpoints?,
    from start: String? = nil,
    keeping frames: FrameFolder? = nil,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) throws(RunError) -> RunOutcome {
    let count = experiments.count * replicates
    let meter = Meter(
      models: count,
      minutes: experiments.map { $0.clock.step * Double($0.clock.steps) }.max() ?? 0
    )
    let share = Workers(count: max(1, workers.count / count))
    try check(start)
    let histories = try histories(on: workers, until: interruption, checkpoints, frames)
    if let fork, histories.contains(where: { $0.step < fork }) {
      // Stopped before the arms part: the histories are what there is to continue from.
      let trajectories = experiments.flatMap { experiment in
        histories.map { $0.trajectory(of: experiment) }
      }
      return RunOutcome(trajectories, failure: histories.lazy.compactMap(\.failure).first)
    }
    // One model is shown: the first replicate of the first arm that is given cells.
    let shown = (experiments.firstIndex { $0.cells > 0 } ?? 0) * replicates
    let results = workers.map(count) { index -> Result<ModelCourse, RunError> in
      do throws(RunError) {
        let history = histories.first { $0.replicate == index % replicates + 1 }
        let experiment = experiments[index / replicates]
        let replicate = index % replicates + 1
        var course = try begin(
          experiment,
          replicate: replicate,
          checkpoints,
          own: checkpoints?.path(of: experiment, replicate: replicate, index: index),
          from: start,
          history?.checkpoint
        )
        course.keep(frames, of: [index / replicates: experiment])
        course.go(on: share, until: interruption) { model, snapshot in
          var moved = meter.update(index, time: model.time, alive: model.alive)
          if index == shown, let snapshot { moved.seen = (model.experiment, snapshot) }
          progress(moved)
        }
        return .success(course)
      } catch {
        return .failure(error)
      }
    }
    var trajectories: [Trajectory] = []
    var failure: RunError?
    for result in results {
      let course = try result.get()
      trajectories.append(course.trajectory)
      failure = failure ?? course.failure
    }
    return RunOutcome(trajectories, failure: failure)
  }

  /// Runs one replicate of some arms, one after the other.
  ///
  /// - Parameters:
  ///   - number: number of the replicate, from 1.
  ///   - arms: positions of the arms.
  ///   - workers: cores that share a model.
  ///   - interruption: when requested, what was not finished is given up.
  /// - Returns: the trajectory or the error of each of the arms, in their order; `nil` where it was given up.
  func replicate(
    _ number: Int,
    arms: [Int],
    on workers: Workers,
    until interruption: Interruption
  ) -> [Result<Trajectory, RunError>]? {
    do throws(RunError) {
      var history: Checkpoint?
      if let fork {
        var course = try begin(experiments[0], replicate: number, nil, own: nil, isHistory: true)
        course.go(to: fork, on: workers, until: interruption) { _, _ in }
        if let failure = course.failure { throw failure }
        history = course.checkpoint
      }
      var results: [Result<Trajectory, RunError>] = []
      for arm in arms {
        if interruption.isRequested { return nil }
        do throws(RunError) {
          var course = try begin(
            experiments[arm],
            replicate: number,
            nil,
            own: nil,
            from: nil,
            history
          )
          course.go(on: workers, until: interruption) { _, _ in }
          if let failure = course.failure { throw failure }
          guard course.trajectory.isComplete else { return nil }
          results.append(.success(course.trajectory))
        } catch {
          results.append(.failure(error))
        }
      }
      return results
    } catch {
      return arms.map { _ in .failure(error) }
    }
  }

  /// Step up to which the arms have one history; `nil` where each runs from the start.
  private var fork: Int? {
    let fork = experiments[0].clock.fork
    return fork > 0 && experiments.count > 1 ? fork : nil
  }

  /// Checks what arms are to continue from, before anything runs.
  private func check(_ start: String?) throws(RunError) {
    do throws(CheckpointError) {
      let first = experiments[0]
      if let start {
        guard replicates == 1 else {
          throw .data("a checkpoint is of one replicate; the run has \(replicates)")
        }
        guard fork == nil else {
          throw .data("the arms go on from a checkpoint: leave out clock.fork_at")
        }
        let heading = try Checkpoint.Opened(start).heading
        guard heading.seed == seed else {
          throw .data("\(start) is of seed \(heading.seed), the run of seed \(seed)")
        }
        guard heading.replicate == 1 else {
          throw .data("\(start) is of replicate \(heading.replicate); arms go on from the first")
        }
        guard heading.followed == followed else {
          throw .data(
            "\(start) was recorded with \(heading.followed == 0 ? "no cells" : "cells:\(heading.followed)"), the run is with \(followed == 0 ? "none" : "cells:\(followed)")"
          )
        }
        for experiment in experiments { try heading.layout.check(experiment, at: heading.time) }
      } else if fork != nil, followed > 0 {
        for experiment in experiments where experiment.agents != first.agents {
          throw .data(
            "the arm '\(experiment.arm)' has other agents than the history: cells cannot be recorded one by one"
          )
        }
      }
    } catch {
      throw .checkpoint(error)
    }
  }

  /// The histories that the arms have in common, of each replicate whose arms have not all gone on from it.
  private func histories(
    on workers: Workers,
    until interruption: Interruption,
    _ checkpoints: Checkpoints?,
    _ frames: FrameFolder?
  ) throws(RunError) -> [ModelCourse] {
    guard let fork else { return [] }
    let left = (1...replicates).filter { replicate in
      !experiments.indices.allSatisfy { arm in
        checkpoints.map {
          access(
            $0.path(of: experiments[arm], replicate: replicate, index: index(arm, replicate)),
            F_OK
          )
            == 0
        } ?? false
      }
    }
    let share = Workers(count: max(1, workers.count / max(1, left.count)))
    let made = workers.map(left.count) { n -> Result<ModelCourse, RunError> in
      do throws(RunError) {
        let path = checkpoints?.path(ofHistory: left[n])
        var course = try begin(
          experiments[0],
          replicate: left[n],
          checkpoints,
          own: path,
          isHistory: true
        )
        course.keep(
          frames,
          of: Dictionary(uniqueKeysWithValues: experiments.enumerated().map { ($0, $1) })
        )
        course.go(to: fork, on: share, until: interruption) { _, _ in }
        return .success(course)
      } catch {
        return .failure(error)
      }
    }
    var histories: [ModelCourse] = []
    for history in made { histories.append(try history.get()) }
    return histories
  }

  private func index(_ arm: Int, _ replicate: Int) -> Int { arm * replicates + replicate - 1 }

  /// A model that has not begun.
  private func fresh(_ experiment: Experiment, replicate: Int, _ checkpoints: Checkpoints?)
    -> Checkpoint
  {
    Checkpoint(
      heading: .init(
        scenario: checkpoints?.scenario ?? "",
        arm: experiment.arm,
        replicate: replicate,
        seed: seed,
        followed: followed,
        time: 0,
        layout: Layout(experiment, at: 0)
      ),
      model: Model(experiment, seed: seed, replicate: replicate, sampled: followed),
      snapshots: []
    )
  }

  /// A model with what was seen of it, as far as it has come: from its own checkpoint, else from what it
  /// starts from, else from nothing.
  ///
  /// A history that arms have in common is observed for all of them.
  private func begin(
    _ experiment: Experiment,
    replicate: Int,
    _ checkpoints: Checkpoints?,
    own: String?,
    from start: String? = nil,
    _ history: Checkpoint? = nil,
    isHistory: Bool = false
  ) throws(RunError) -> ModelCourse {
    do throws(CheckpointError) {
      let checkpoint: Checkpoint
      if let own, access(own, F_OK) == 0 {
        let opened = try Checkpoint.Opened(own)
        let heading = opened.heading
        guard heading.scenario == checkpoints?.scenario, heading.seed == seed,
          heading.arm == experiment.arm, heading.replicate == replicate,
          heading.followed == followed
        else { throw CheckpointError.data("\(own) belongs to another scenario") }
        checkpoint = try opened.read(as: experiment)
      } else if let start {
        checkpoint = try Checkpoint.Opened(start).read(as: experiment)
      } else if let history {
        checkpoint = try history.continued(as: experiment)
      } else {
        checkpoint = fresh(experiment, replicate: replicate, checkpoints)
      }
      let others = isHistory ? experiments.dropFirst() : []
      // Slices are kept of the first replicate of what has a directory of its own.
      let slices =
        checkpoints != nil && replicate == 1 ? SlicePlan(of: experiment, among: experiments) : .none
      let schedule = ObservationSchedule(experiment, with: others, slices: slices)
      return ModelCourse(checkpoint, schedule, checkpoints, own)
    } catch {
      throw .checkpoint(error)
    }
  }
}

/// What a run came to.
public struct RunOutcome: Sendable {
  /// What was seen of each model, by arm, then replicate.
  public let trajectories: [Trajectory]
  /// Why the first model that failed on its way did; `nil` where none did.
  public let failure: RunError?

  init(_ trajectories: [Trajectory], failure: RunError?) {
    self.trajectories = trajectories
    self.failure = failure
  }
}

/// Why a run failed.
public enum RunError: Error, Sendable, CustomStringConvertible {
  /// The mass of a factor is not accounted for.
  case mass(MassError)
  /// A checkpoint cannot be written or gone on from.
  case checkpoint(CheckpointError)
  /// A frame cannot be written.
  case output(OutputError)

  /// What went wrong, in a sentence.
  public var description: String {
    switch self {
    case .mass(let error): error.description
    case .checkpoint(let error): error.description
    case .output(let error): error.description
    }
  }
}

/// A model on its way through a run.
private struct ModelCourse: Sendable {
  /// The error that ended it early; `nil` if it was completed or interrupted on request.
  private(set) var failure: RunError?
  private var model: Model
  private var snapshots: [Snapshot]
  private let schedule: ObservationSchedule
  private let heading: Checkpoint.Heading
  private let checkpoints: Checkpoints?
  private let path: String?
  private var frames: (folder: FrameFolder, arms: [Int: Experiment])?

  init(
    _ start: Checkpoint,
    _ schedule: ObservationSchedule,
    _ checkpoints: Checkpoints?,
    _ path: String? = nil
  ) {
    model = start.model
    snapshots = start.snapshots
    self.schedule = schedule
    var heading = start.heading
    heading.scenario = checkpoints?.scenario ?? heading.scenario
    heading.arm = start.model.experiment.arm
    self.heading = heading
    self.checkpoints = checkpoints
    self.path = path
  }

  /// Keeps its grids in full, as those of some arms by their position among all.
  mutating func keep(_ folder: FrameFolder?, of arms: [Int: Experiment]) {
    frames = folder.map { ($0, arms) }
  }

  /// Steps taken, and number of the replicate.
  var step: Int { model.step }
  var replicate: Int { heading.replicate }

  /// What was seen of it.
  var trajectory: Trajectory {
    Trajectory(
      experiment: model.experiment,
      replicate: heading.replicate,
      seed: heading.seed,
      snapshots: snapshots,
      rules: schedule.rules
    )
  }

  /// What was seen of it, as an arm that it is the history of saw it.
  func trajectory(of experiment: Experiment) -> Trajectory {
    Trajectory(
      experiment: experiment,
      replicate: heading.replicate,
      seed: heading.seed,
      snapshots: snapshots.map { $0.of(experiment) }
    )
  }

  /// Goes on to the end or to a step, or until it is stopped or fails; `moved` is called after every step, with the last that was
  /// seen.
  mutating func go(
    to end: Int? = nil,
    on workers: Workers,
    until interruption: Interruption,
    moved: (Model, Snapshot?) -> Void
  ) {
    do throws(RunError) {
      try advance(to: end, on: workers, until: interruption, moved: moved)
    } catch {
      failure = error
    }
  }

  private mutating func advance(
    to end: Int?,
    on workers: Workers,
    until interruption: Interruption,
    moved: (Model, Snapshot?) -> Void
  ) throws(RunError) {
    let clock = model.experiment.clock
    while model.step < end ?? clock.steps {
      if interruption.isRequested { return try leave() }
      do throws(MassError) {
        try model.advance(using: workers)
      } catch {
        throw .mass(error)
      }
      if let parts = schedule[model.step] {
        snapshots.append(model.observe(parts, shrink: schedule.shrink, using: workers))
      }
      try keepFrames(on: workers)
      moved(model, snapshots.last)
      if checkpoints?.isDue(at: model.time, step: clock.step) == true { try leave() }
    }
    // What has ended need not run again.
    if checkpoints?.keepsEnds == true { try leave() }
  }

  private func keepFrames(on workers: Workers) throws(RunError) {
    guard let (folder, arms) = frames else { return }
    let recorded = model.experiment.recorded
    let parts = recorded.frames(after: model.step, of: model.experiment.clock)
    if parts.isEmpty { return }
    do {
      for (n, frame) in model.frames(parts, using: workers).enumerated() {
        for (arm, experiment) in arms {
          try folder.write(
            FrameFile(
              run: experiment.name,
              arm: experiment.arm,
              replicate: heading.replicate,
              frame
            ),
            arm: arm,
            grid: n / parts.count,
            step: model.step
          )
        }
      }
    } catch let error as OutputError {
      throw .output(error)
    } catch {
      preconditionFailure("the header of a frame is JSON: \(error)")
    }
  }

  /// It as it stands.
  var checkpoint: Checkpoint {
    var heading = heading
    heading.time = model.time
    heading.layout = Layout(model.experiment, at: model.time)
    return Checkpoint(heading: heading, model: model, snapshots: snapshots)
  }

  private func leave() throws(RunError) {
    guard let path else { return }
    do throws(CheckpointError) {
      try checkpoint.write(to: path)
    } catch {
      throw .checkpoint(error)
    }
  }
}

/// How far a run is.
public struct RunProgress: Sendable {
  /// Simulated time of the model that moved, min, and of the whole run.
  public let time: Double, duration: Double
  /// Cells alive in the model that moved.
  public let alive: Int
  /// Share of all simulated time that is done, 0...1.
  public let done: Double
  /// Models that are done, and all.
  public let finished: Int, models: Int
  /// What was seen last of the first model that is given cells, where it is this one that moved.
  public internal(set) var seen: (experiment: Experiment, snapshot: Snapshot)?
}

/// Adds up how far the models of a run are.
private final class Meter: Sendable {
  private let minutes: Double
  private let times: Mutex<(each: [Double], sum: Double, finished: Int)>
  private let models: Int

  init(models: Int, minutes: Double) {
    self.models = models
    self.minutes = minutes
    times = Mutex((Array(repeating: 0, count: models), 0, 0))
  }

  func update(_ model: Int, time: Double, alive: Int) -> RunProgress {
    times.withLock { times in
      times.sum += time - times.each[model]
      times.each[model] = time
      if time >= minutes { times.finished += 1 }
      return RunProgress(
        time: time,
        duration: minutes,
        alive: alive,
        done: times.sum / (minutes * Double(models)),
        finished: times.finished,
        models: models
      )
    }
  }
}
