import Foundation
import Science
import Simulation
import Substrate

/// What a run is expected to take, from a short run of a smaller one on the same machine.
public struct Plan: Sendable {
  /// Cells given, and agents that stand for them, over all models.
  public let cells: Double, agents: Double
  /// Voxels of all grids of a model, and values of factors on them.
  public let voxels: Double, values: Double
  /// Steps of a model.
  public let steps: Int
  /// Models, and how many run at once.
  public let models: Int, atOnce: Int
  /// Bytes of memory of all that run at once, and of the CSV files.
  public let memory: Double, disk: Double
  /// Time, s, and the time the calibration took.
  public let time: Double, calibration: Double

  /// Bytes of the program itself.
  private static let base = 4e7
  /// Agents and voxels along an edge that a model of the calibration has at most.
  private static let mostAgents: UInt32 = 1_000_000
  private static let mostEdge = 32
  /// Longest time that the calibration takes for an arm, s.
  private static let patience = 20.0

  /// Bytes of memory that a run takes at most.
  public static func memory(of run: Run, on workers: Workers) -> Double {
    let models = run.experiments.flatMap {
      [Double](repeating: Model.bytes($0), count: run.replicates)
    }
    var atOnce = models.sorted(by: >).prefix(workers.count).reduce(0, +)
    if run.experiments.count > 1, run.experiments[0].clock.fork > 0 {
      // The histories are kept, and copied as arms go on from them.
      atOnce += Double(run.replicates) * Model.bytes(run.experiments[0]) + atOnce
    }
    return base + atOnce + Double(models.count) * rows(run.experiments[0])
  }

  /// Bytes that what is seen of a model takes: in tables, and for endpoints alone.
  private static func rows(_ experiment: Experiment) -> Double {
    let outputs = experiment.clock.outputs.count
    let others = ObservationSchedule(experiment).count - outputs
    return Double((400 * outputs + 100 * others) * (Sites(experiment).count + 4))
  }

  /// Plans a run.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - workers: cores it is to use.
  /// - Throws: `MassError` where the calibration cannot account for the mass of a factor.
  public init(_ run: Run, on workers: Workers) throws(MassError) {
    let start = ContinuousClock.now
    models = run.experiments.count * run.replicates
    atOnce = min(models, workers.count)
    let each = run.experiments
    cells = each.reduce(0) { $0 + Double($1.cells) } * Double(run.replicates)
    agents = each.reduce(0) { $0 + Double($1.agents) } * Double(run.replicates)
    voxels = each[0].tissues.reduce(0) { $0 + Double($1.shape.count) }
    values = each[0].tissues.reduce(0) { $0 + Double($1.shape.count * $1.fields.count) }
    steps = each[0].clock.steps
    memory = Self.memory(of: run, on: workers)
    var time = 0.0
    var disk = 0.0
    let share = Workers(count: max(1, workers.count / models))
    for (arm, experiment) in each.enumerated() {
      let trial = try Trial(experiment, seed: run.seed, followed: run.followed, on: share)
      // Arms that part have the first one's history.
      let fork = arm > 0 ? experiment.clock.fork : 0
      let own = 1 - Double(fork) / Double(experiment.clock.steps)
      time += trial.time * own * Double(run.replicates)
      disk += trial.disk * Double(run.replicates)
    }
    self.time = time / Double(atOnce)
    self.disk = disk
    calibration = (ContinuousClock.now - start) / .seconds(1)
  }

  /// A smaller model run for a while, and what it says of the whole.
  private struct Trial {
    let time: Double
    let disk: Double

    init(_ experiment: Experiment, seed: UInt64, followed: Int, on workers: Workers)
      throws(MassError)
    {
      let small = Self.smaller(experiment)
      var model = Model(small, seed: seed, replicate: 1, sampled: followed)
      var snapshots: [Snapshot] = []
      let schedule = ObservationSchedule(small)
      // What a step takes whatever the number of cells.
      var least = Duration.seconds(1)
      let start = ContinuousClock.now
      while model.step < small.clock.steps,
        model.step < 64 || ContinuousClock.now - start < .seconds(Plan.patience)
      {
        let before = model.spent
        try model.advance(using: workers)
        least = min(least, model.spent.body - before.body)
        if let parts = schedule[model.step] {
          snapshots.append(model.observe(parts, using: workers))
        }
      }
      let whole = ContinuousClock.now - start
      let agents = Double(max(1, experiment.agents)) / Double(max(1, small.agents))
      func voxels(_ experiment: Experiment) -> Double {
        experiment.tissues.reduce(0) { $0 + Double($1.shape.count * $1.fields.count) }
      }
      let grid = voxels(small) > 0 ? voxels(experiment) / voxels(small) : 1
      let spent = model.spent
      let observing = whole - spent.body - spent.gridCells - spent.fields
      let left = Double(small.clock.steps) / Double(model.step)
      let always = least * model.step
      // Beyond the caches every look at a cell takes longer, by an eighth for ten times the cells (measured
      // from 1e6 to 1.4e8).
      let far = agents > 1 ? 1 + 0.125 * Elementary.log(agents) / Elementary.log(10) : 1
      time =
        left
        * (always / .seconds(1) + (spent.body - always) / .seconds(1) * agents * far
          + spent.gridCells / .seconds(1) * agents * grid
          + spent.fields / .seconds(1) * grid + observing / .seconds(1) * grid)
      let trajectory = Trajectory(
        experiment: small,
        replicate: 1,
        seed: seed,
        snapshots: snapshots
      )
      let text = Recorders.files([trajectory], followingCells: followed > 0)
        .reduce(0) { $0 + $1.text.utf8.count }
      let rows =
        Double(small.clock.outputs.count) / Double(max(1, trajectory.snapshots.count))
      disk = Double(text) * rows
    }

    /// The experiment with fewer agents and smaller grids of the same voxels.
    private static func smaller(_ experiment: Experiment) -> Experiment {
      var small = experiment
      let fold = Double(experiment.agents) / Double(Plan.mostAgents)
      if fold > 1 {
        small.doses = experiment.doses.map { dose in
          var dose = dose
          dose.agents = max(1, UInt32(Double(dose.agents) / fold))
          return dose
        }
      }
      for t in small.tissues.indices
      where small.tissues[t].region.isEmpty && small.tissues[t].planes == nil {
        let shape = small.tissues[t].shape
        small.tissues[t].shape = GridShape(
          nx: min(shape.nx, Plan.mostEdge),
          ny: min(shape.ny, Plan.mostEdge),
          nz: min(shape.nz, Plan.mostEdge),
          spacing: shape.spacing
        )
        let share = small.tissues[t].shape.volume / shape.volume
        for n in small.tissues[t].populations.indices {
          let cells = Double(small.tissues[t].populations[n].cells)
          small.tissues[t].populations[n].cells = Int(cells * share)
        }
      }
      return small
    }
  }
}
