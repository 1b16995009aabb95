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
    let count = experiments.count * replicates
    let meter = Meter(
      models: count,
      minutes: experiments.map { $0.clock.step * Double($0.clock.steps) }.max() ?? 0
    )
    let share = Workers(count: max(1, workers.count / count))
    let results = workers.map(count) { index -> Result<Trajectory, MassError> in
      let experiment = experiments[index / replicates]
      let replicate = index % replicates + 1
      var model = Model(experiment, seed: seed, replicate: replicate, sampled: followed)
      var snapshots: [Snapshot] = []
      for output in experiment.clock.outputs {
        while model.step < output, !interruption.isRequested {
          do throws(MassError) {
            try model.advance(using: share)
          } catch {
            return .failure(error)
          }
          progress(meter.update(index, time: model.time, alive: model.alive))
        }
        if interruption.isRequested { break }
        snapshots.append(model.observe(using: share))
      }
      return .success(
        Trajectory(
          experiment: experiment,
          replicate: replicate,
          seed: seed,
          snapshots: snapshots
        )
      )
    }
    var trajectories: [Trajectory] = []
    for result in results { trajectories.append(try result.get()) }
    return trajectories
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
