import Foundation
import Science
import Simulation
import Substrate
import Synchronization

/// All replicates of all arms of a scenario: one serial model per core, or fewer and wider where there
/// are more cores than models.
public struct Run: Sendable {
  /// The arms.
  public let experiments: [Experiment]
  /// Seed of chance, the same for all.
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
  ///   - interruption: when asked for, each model stops after its step; what it observed is kept.
  ///   - progress: called by every model after each of its steps.
  /// - Returns: the trajectories.
  /// - Throws: `MassError` of the first model that cannot account for the mass of a factor.
  public func execute(
    on workers: Workers,
    until interruption: Interruption = Interruption(),
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) throws(MassError) -> [Trajectory] {
    do throws(RunError) {
      return try execute(on: workers, until: interruption, leaving: nil, progress: progress)
    } catch {
      guard case .mass(let error) = error else { preconditionFailure("\(error)") }
      throw error
    }
  }

  /// Runs everything, leaving checkpoints and going on from those that are there.
  ///
  /// - Parameters:
  ///   - workers: cores to use.
  ///   - interruption: when asked for, each model leaves a checkpoint and stops after its step.
  ///   - checkpoints: where they are left, and how often.
  ///   - start: the history all arms go on from, where no checkpoint of their own is there.
  ///   - progress: called by every model after each of its steps.
  /// - Returns: the trajectories.
  /// - Throws: `RunError` of the first model that fails.
  public func execute(
    on workers: Workers,
    until interruption: Interruption = Interruption(),
    leaving checkpoints: Checkpoints?,
    from start: String? = nil,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) throws(RunError) -> [Trajectory] {
    let count = experiments.count * replicates
    let meter = Meter(
      models: count,
      minutes: experiments.map { $0.clock.step * Double($0.clock.steps) }.max() ?? 0
    )
    let share = Workers(count: max(1, workers.count / count))
    if start != nil, replicates > 1 {
      throw .checkpoint(.data("a checkpoint is of one replicate; the run has \(replicates)"))
    }
    let histories = try histories(on: workers, until: interruption, checkpoints, from: start)
    if let history = histories.first, history.model.step < experiments[0].clock.fork {
      // Stopped before the arms part: nothing is left to go on from.
      return (0..<count).map { index in
        Trajectory(
          experiment: experiments[index / replicates],
          replicate: index % replicates + 1,
          seed: seed,
          snapshots: []
        )
      }
    }
    let results = workers.map(count) { index -> Result<Trajectory, RunError> in
      do throws(RunError) {
        let history = histories.isEmpty ? nil : histories[index % replicates]
        var course = try begin(index, checkpoints, from: start, history)
        try course.go(on: share, until: interruption) {
          progress(meter.update(index, time: $0.time, alive: $0.alive))
        }
        return .success(course.trajectory)
      } catch {
        return .failure(error)
      }
    }
    var trajectories: [Trajectory] = []
    for result in results { trajectories.append(try result.get()) }
    return trajectories
  }

  /// The histories that the arms of each replicate have in common, where the scenario has them fork.
  private func histories(
    on workers: Workers,
    until interruption: Interruption,
    _ checkpoints: Checkpoints?,
    from start: String?
  ) throws(RunError) -> [Checkpoint] {
    let fork = experiments[0].clock.fork
    guard fork > 0, experiments.count > 1, start == nil else { return [] }
    let share = Workers(count: max(1, workers.count / replicates))
    let made = workers.map(replicates) { index -> Result<Checkpoint, RunError> in
      do throws(RunError) {
        var course = ModelCourse(fresh(experiments[0], replicate: index + 1, checkpoints), nil)
        try course.go(to: fork, on: share, until: interruption) { _ in }
        return .success(course.checkpoint)
      } catch {
        return .failure(error)
      }
    }
    var histories: [Checkpoint] = []
    for history in made { histories.append(try history.get()) }
    return histories
  }

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

  /// A model with what was seen of it, as far as it has come.
  private func begin(
    _ index: Int,
    _ checkpoints: Checkpoints?,
    from start: String?,
    _ history: Checkpoint?
  ) throws(RunError) -> ModelCourse {
    let experiment = experiments[index / replicates]
    let replicate = index % replicates + 1
    let own = checkpoints?.path(of: experiment, replicate: replicate, index: index)
    do throws(CheckpointError) {
      let checkpoint: Checkpoint
      if let own, access(own, F_OK) == 0 {
        let opened = try Checkpoint.Opened(own)
        let heading = opened.heading
        guard heading.scenario == checkpoints?.scenario, heading.seed == seed,
          heading.arm == experiment.arm, heading.replicate == replicate
        else { throw CheckpointError.data("\(own) belongs to another scenario") }
        checkpoint = try opened.read(as: experiment)
      } else if let start {
        let opened = try Checkpoint.Opened(start)
        guard opened.heading.seed == seed else {
          throw CheckpointError.data(
            "\(start) is of seed \(opened.heading.seed), the run of seed \(seed)"
          )
        }
        checkpoint = try opened.read(as: experiment)
      } else if let history {
        checkpoint = try history.continued(as: experiment)
      } else {
        checkpoint = fresh(experiment, replicate: replicate, checkpoints)
      }
      return ModelCourse(checkpoint, checkpoints, own)
    } catch {
      throw .checkpoint(error)
    }
  }
}

/// Why a run failed.
public enum RunError: Error, Sendable {
  /// The mass of a factor is not accounted for.
  case mass(MassError)
  /// A checkpoint cannot be written or gone on from.
  case checkpoint(CheckpointError)
}

/// A model on its way through a run.
private struct ModelCourse {
  private var model: Model
  private var snapshots: [Snapshot]
  private let heading: Checkpoint.Heading
  private let checkpoints: Checkpoints?
  private let path: String?

  init(_ start: Checkpoint, _ checkpoints: Checkpoints?, _ path: String? = nil) {
    model = start.model
    snapshots = start.snapshots
    var heading = start.heading
    heading.scenario = checkpoints?.scenario ?? heading.scenario
    heading.arm = start.model.experiment.arm
    self.heading = heading
    self.checkpoints = checkpoints
    self.path = path
  }

  /// What was seen of it.
  var trajectory: Trajectory {
    Trajectory(
      experiment: model.experiment,
      replicate: heading.replicate,
      seed: heading.seed,
      snapshots: snapshots
    )
  }

  /// Goes on to the end or to a step, or until it is stopped; `moved` is called after every step.
  mutating func go(
    to end: Int? = nil,
    on workers: Workers,
    until interruption: Interruption,
    moved: (Model) -> Void
  ) throws(RunError) {
    let clock = model.experiment.clock
    let outputs = Set(clock.outputs)
    while model.step < end ?? clock.steps {
      if interruption.isRequested { return try leave() }
      do throws(MassError) {
        try model.advance(using: workers)
      } catch {
        throw .mass(error)
      }
      if outputs.contains(model.step) { snapshots.append(model.observe(using: workers)) }
      moved(model)
      if checkpoints?.isDue(at: model.time, step: clock.step) == true { try leave() }
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
