import Agents
import Benchmark
import Body
import Campaign
import Foundation
import Laws
import Scenario
import Simulation
import Substrate

/// The main job, and what its kernels work on.
enum MainJob {
  /// The scenario of the first 24 h of two hundred thousand cells.
  static func scenario() throws(ScenarioError) -> ResolvedScenario {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 1...4 { root.deleteLastPathComponent() }
    return try ResolvedScenario(
      path: root.appendingPathComponent("Scenarios/tutorials/mouse-iv.yaml").path,
      overrides: ["duration=24 h", "treatment.dose=2e5 cells"]
    )
  }

  /// Its only arm.
  static let experiment: Experiment = {
    do throws(ScenarioError) {
      return try scenario().experiments[0]
    } catch {
      fatalError(error.description)
    }
  }()

  /// Its chance.
  static let chance = Chance(seed: 1, replicate: 1)

  /// A cell as it enters the body.
  static func fresh(_ identity: UInt32) -> Cell {
    Cell(
      identity: identity,
      episode: 0,
      damage: Float(experiment.product.condition.damage),
      budget: Float(chance.block(.hazard, cell: identity).exponential),
      licensing: .init()
    )
  }

  /// The length of its steps.
  static let length = DamageStep(experiment.laws.survival, time: experiment.clock.step)

  /// Hazard by killers before T cells answer, 1/min.
  static let killing = experiment.laws.killing.hazard(
    in: experiment.host.immunity,
    sinceFirstDose: 0,
    isSensitised: false,
    isMetAgain: false
  ).sum

  /// What all cells share in the step of a number.
  static func life(_ number: UInt32, entry: @escaping @Sendable (UInt32) -> Double) -> LifeStep {
    let laws = experiment.laws
    return LifeStep(
      laws.survival,
      laws.residence,
      endothelium: laws.arrest.endothelialTNF,
      killing: killing,
      number: number,
      length: length,
      chance: chance,
      lastEntry: 0,
      entry: entry,
      weight: { _ in 1 }
    )
  }

  /// Its tissue with the most factors.
  static let infarct: Tissue = {
    guard let tissue = experiment.tissues.first(where: { $0.name == "infarct" }) else {
      fatalError("the main job has an infarct")
    }
    return tissue
  }()
}

/// Times the main job from the scenario file to its trajectories.
func mainJobBenchmark() {
  let reading = BenchmarkMetric.time("of which reading the scenario")
  let cells = BenchmarkMetric.rate("Cells given")
  Benchmark(
    "Main job: mouse-iv, 24 h of 2e5 cells, one worker",
    configuration: .kernel(
      seconds: 30,
      iterations: 5,
      alongside: [.peakMemoryResident],
      [reading, cells]
    )
  ) { benchmark in
    try benchmark.timed(MainJob.experiment.cells, per: cells) {
      let start = ContinuousClock.now
      let scenario = try MainJob.scenario()
      benchmark.record(reading, ContinuousClock.now - start)
      let run = Run(
        experiments: scenario.experiments,
        seed: scenario.seed,
        replicates: scenario.replicates
      )
      blackHole(try run.execute(on: Workers(count: 1)))
    }
  }
}
