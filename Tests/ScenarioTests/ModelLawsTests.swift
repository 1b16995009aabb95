import Agents
import Body
import Campaign
import Foundation
import KeptTables
import Observations
import Recording
import Scenario
import Simulation
import Substrate
import Testing
import Vocabulary

/// The scenarios of the project.
enum Scenarios {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Scenarios")
    .path

  /// What is said of a small scenario, `small.yaml`, whose lines from the sixth on are given.
  static func said(of more: String) throws -> [String] {
    let scratch = try ScratchLibrary()
    return scratch.diagnostics { try small(more, in: scratch) }
      .map { $0.replacing(root, with: "LIBRARY") }
  }

  /// A small scenario, `small.yaml`, whose lines from the sixth on are given.
  static func small(_ more: String, _ overrides: [String] = [], in scratch: ScratchLibrary? = nil)
    throws -> ResolvedScenario
  {
    let text = """
      name: small
      duration: 12 h
      host: mouse
      product: human-marrow-msc
      treatment: {route: intravenous, dose: 2e3 cells}
      \(more)

      """
    let scratch = try scratch ?? ScratchLibrary()
    let path = try scratch.write(Data(text.utf8), "small.yaml")
    return try ResolvedScenario(path: path, library: root, overrides: overrides)
  }

  /// Everything that can be run.
  static var all: [String] {
    ["tutorials", "studies", "validation"].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
    }
  }

  /// The arms of a scenario cut to a length (min), observed twice, and to a number of agents, or a well to a small
  /// column; a first dose that comes later comes at once.
  ///
  /// Where cells use up the oxygen of a grid the dose is cut as well: few agents for many cells would take it from
  /// single voxels faster than a step can follow cheaply.
  static func cut(
    _ name: String,
    to length: Double? = nil,
    agents: Int,
    replicates: Int? = nil
  ) throws
    -> Run
  {
    let whole = try load(name)
    if whole.experiments[0].setting == .culture {
      let clock = whole.experiments[0].clock
      let small = try load(
        name,
        [
          "culture.width=240um", "culture.depth=1.2mm", "treatment.dose=1e5cells/mL",
          "clock={cell_step: \(clock.step) min, output_every: \(clock.step * Double(clock.steps) / 2) min}",
        ]
      )
      return run(of: small.experiments, small, replicates)
    }
    let arms = whole.experiments.map { arm in
      var arm = arm
      let clock = arm.clock
      let steps = length.map { min(clock.steps, Int(($0 / clock.step).rounded())) } ?? clock.steps
      arm.clock = TimeAxis(step: clock.step, steps: steps, outputs: [steps / 2, steps])
      let isOxygenTaken = arm.tissues.flatMap(\.fields).contains {
        if case .solved = $0.origin { $0.factor.name == "oxygen" } else { false }
      }
      let first = arm.doses.map(\.start).min() ?? 0
      let parts = UInt32(max(1, arm.doses.count))
      for n in arm.doses.indices {
        if arm.doses[n].condition == nil { arm.doses[n].start -= first }
        if isOxygenTaken { arm.doses[n].cells = min(arm.doses[n].cells, 100_000 / parts) }
        arm.doses[n].agents = min(arm.doses[n].cells, arm.doses[n].agents, UInt32(agents) / parts)
      }
      let firstFactors = arm.factorDoses.map(\.start).min() ?? 0
      for n in arm.factorDoses.indices { arm.factorDoses[n].start -= firstFactors }
      return arm
    }
    return run(of: arms, whole, replicates)
  }

  private static func run(of arms: [Experiment], _ scenario: ResolvedScenario, _ replicates: Int?)
    -> Run
  {
    Run(experiments: arms, seed: scenario.seed, replicates: replicates ?? scenario.replicates)
  }

  static func load(_ name: String, _ overrides: [String] = []) throws -> ResolvedScenario {
    try ResolvedScenario(path: "\(root)/\(name)", overrides: overrides)
  }

  static func run(
    _ scenario: ResolvedScenario,
    workers: Int = 1,
    replicates: Int? = nil,
    followed: Int = 0
  ) throws -> [Trajectory] {
    try Run(
      experiments: scenario.experiments,
      seed: scenario.seed,
      replicates: replicates ?? scenario.replicates,
      followed: followed
    ).execute(on: Workers(count: workers))
  }

  static func csv(_ trajectories: [Trajectory], followingCells: Bool = false) -> [String] {
    Recorders.files(trajectories, followingCells: followingCells).map(\.text)
  }
}

@Suite("Every scenario")
struct EveryScenarioTests {
  /// Cut to 20,000 agents and a day, each runs, accounts for every cell at every observation, neither makes nor loses
  /// label, and writes the tables that are kept.
  @Test(arguments: Scenarios.all)
  func runsAndAccountsForEveryCell(name: String) throws {
    let runs = try Scenarios.cut(name, to: 1440, agents: 20000).execute(on: Workers(count: 1))
    KeptTables.compare(
      String(name.dropLast(".yaml".count)),
      Recorders.files(runs, followingCells: false).map { ($0.name, Data($0.text.utf8)) }
    )
    for trajectory in runs {
      #expect(trajectory.isComplete)
      let read = Observables(trajectory.experiment)
      let dose = Double(trajectory.experiment.cells)
      for snapshot in trajectory.snapshots {
        #expect(snapshot.residual == 0)
        if trajectory.experiment.laws.remains.label != nil {
          let given = dose - Double(snapshot.toBeGiven)
          let label = read.label(snapshot) + snapshot.excretedLabel
          #expect((label - given).magnitude <= 1e-9 * dose)
        }
        #expect(
          snapshot.levels.allSatisfy { $0.allSatisfy { $0.mean >= 0 && $0.largest.isFinite } }
        )
        #expect(
          snapshot.populations.allSatisfy {
            $0.allSatisfy { $0.ledger.present == $0.summary.cells && $0.summary.activity >= 0 }
          }
        )
      }
    }
  }

  /// The bytes of every scenario are the same on one worker and on three, which share the arms or, of a single arm, its grids.
  @Test(arguments: Scenarios.all)
  func sameBytesWhateverTheWorkers(name: String) throws {
    let run = try Scenarios.cut(name, to: 360, agents: 3001, replicates: 1)
    let one = Scenarios.csv(try run.execute(on: Workers(count: 1)))
    #expect(Scenarios.csv(try run.execute(on: Workers(count: 3))) == one)
  }

  /// Every value has a source, or says that it is assumed and where it may lie.
  @Test(arguments: Scenarios.all)
  func everyNumberHasASource(name: String) throws {
    for record in try Scenarios.load(name).records
    where record.value != nil && record.origin.layer != .scenario {
      let path = record.path.joined(separator: ".")
      if ["seed", "replicates", "treatment.boluses"].contains(path) { continue }
      let source = record.source ?? ""
      #expect(!source.isEmpty, "\(path) has no source")
      let defined =
        source.contains("by definition") || source.contains("assumed: none")
        || source.contains("assumed: at the start") || source.contains("assumed 0")
        || source.contains("assumed: not licensed")
        || source.contains("assumed: oxygen does not matter")
        || source.contains("assumed: endpoints move") || source.contains("by formula")
        || source.contains("by sequence")
      if source.contains("assumed"), !defined {
        #expect(record.range != nil, "\(path) is assumed without a range")
      }
    }
  }
}

@Suite("A run")
struct RunTests {
  static let small = [
    "duration=24h", "treatment.dose=30000cells", "tissues.lung_block.voxels=16 x 16 x 16",
    "tissues.infarct.voxels=12 x 12 x 12",
  ]

  /// The bytes do not depend on the number of workers, nor on whether cells are followed.
  @Test func sameBytesWhateverTheWorkers() throws {
    let scenario = try Scenarios.load("tutorials/mouse-iv.yaml", Self.small)
    let one = Scenarios.csv(try Scenarios.run(scenario, workers: 1, replicates: 4))
    for workers in [2, 3, 8] {
      #expect(Scenarios.csv(try Scenarios.run(scenario, workers: workers, replicates: 4)) == one)
    }
    #expect(
      Scenarios.csv(try Scenarios.run(scenario, workers: 2, replicates: 4, followed: 50)) == one
    )
  }

  @Test func theSeedMatters() throws {
    let scenario = try Scenarios.load("tutorials/mouse-iv.yaml", Self.small)
    let other = try Scenarios.load("tutorials/mouse-iv.yaml", Self.small + ["seed=2"])
    #expect(Scenarios.csv(try Scenarios.run(scenario)) != Scenarios.csv(try Scenarios.run(other)))
  }

  /// Arms share chance: an arm that changes nothing is the same, and one that changes little keeps
  /// most cells alive that were.
  @Test func armsShareChance() throws {
    let scenario = try Scenarios.load(
      "tutorials/mouse-iv.yaml",
      Self.small + ["arms={a: {}, b: {}, c: {product: {protection: 0.01}}}"]
    )
    let runs = try Scenarios.run(scenario)
    #expect(runs.map(\.experiment.arm) == ["a", "b", "c"])
    let living = runs.map { Observables($0.experiment).living($0.snapshots.last!).all }
    #expect(living[0] == living[1])
    #expect(living[2] > living[0] && living[2] < living[0] + 30_000 / 50)
  }

  /// Halving the step moves survival by less than its replicate error.
  @Test func theStepMovesSurvivalByLessThanItsError() throws {
    let overrides = [
      "duration=7d", "treatment.dose=50000cells", "tissues.lung_block.voxels=10 x 10 x 10",
      "tissues.infarct.voxels=8 x 8 x 8", "clock.output_every=24h",
    ]
    func survival(_ step: String, hours: Double) throws -> [Double] {
      let scenario = try Scenarios.load(
        "tutorials/mouse-iv.yaml",
        overrides + ["clock.cell_step=\(step)"]
      )
      return try Scenarios.run(scenario, workers: 2, replicates: 6).map { trajectory in
        let snapshot = trajectory.snapshots.first { $0.time == hours * 60 }!
        return Double(Observables(trajectory.experiment).living(snapshot).all)
      }
    }
    for hours in [24.0, 72, 168] {
      let coarse = try survival("5 min", hours: hours)
      let fine = try survival("2.5 min", hours: hours)
      let n = Double(coarse.count)
      let mean = (coarse.reduce(0, +) / n, fine.reduce(0, +) / n)
      let variance = coarse.map { ($0 - mean.0) * ($0 - mean.0) }.reduce(0, +) / (n - 1)
      #expect((mean.0 - mean.1).magnitude <= max(variance, mean.0).squareRoot())
    }
  }

  /// Cells land in the block of an organ in proportion to its share of the organ.
  @Test func theBlockReceivesItsShare() throws {
    let scenario = try Scenarios.load(
      "tutorials/mouse-iv.yaml",
      ["duration=5min", "treatment.dose=200000cells", "clock.output_every=5min"]
    )
    let run = try Scenarios.run(scenario)[0]
    let sites = Sites(run.experiment)
    let snapshot = run.snapshots[0]
    let block = Double(snapshot.living[sites.organs].all)
    let lung = Double(Observables(run.experiment).living(snapshot, organ: 0).all)
    let share = run.experiment.tissues[0].shape.volume / run.experiment.host.organs[0].volume
    #expect((block - lung * share).magnitude < 5 * (lung * share).squareRoot())
  }

  /// No IFN-γ that acts, no licensing: human cells in a mouse; mouse cells in the same mouse are.
  @Test func licensingNeedsACytokineThatCrosses() throws {
    let lungIFN = Self.small + ["tissues.lung_block.factors.ifng={given: {baseline: 5 ng/mL}}"]
    func peak(_ product: String) throws -> Double {
      let run = try Scenarios.run(
        try Scenarios.load("tutorials/mouse-iv.yaml", lungIFN + ["product=\(product)"])
      )[0]
      return Endpoints.all(run).first {
        $0.name == "peak_licensed_fraction"
      }?.value ?? -1
    }
    #expect(try peak("human-marrow-msc") == 0)
    #expect(try peak("mouse-marrow-msc") > 0.5)
  }

  /// Agents that stand for several cells: the ledger stays exact, whatever the remainder, and the
  /// fates are those of the cells within the noise of the agents.
  @Test func agentsStandForCellsExactly() throws {
    let overrides = ["duration=24h", "clock.output_every=6h"]
    let each = try Scenarios.load(
      "tutorials/mouse-iv.yaml",
      Self.small + overrides + ["treatment.dose=100003cells"]
    )
    let weighted = try Scenarios.load(
      "tutorials/mouse-iv.yaml",
      Self.small + overrides + ["treatment.dose=100003cells", "treatment.agents=7001"]
    )
    #expect(each.experiments[0].agents == 100_003)
    let dose = weighted.experiments[0].doses[0]
    #expect((0..<dose.agents).reduce(0) { $0 + dose.weight(of: $1) } == 100_003)
    let alive = try [each, weighted].map { scenario -> Double in
      let run = try Scenarios.run(scenario)[0]
      #expect(run.snapshots.allSatisfy { $0.residual == 0 && $0.dose == 100_003 })
      return Double(Observables(run.experiment).living(run.snapshots[3]).all) / 100_003
    }
    let error = (alive[0] * (1 - alive[0]) / 7001).squareRoot()
    #expect((alive[0] - alive[1]).magnitude < 5 * error)
  }

  /// Cells outside two blocks of an organ sense the mean of both, whatever their order.
  @Test func blocksOfAnOrganShareTheirMean() throws {
    func peak(_ first: String, _ second: String) throws -> Double {
      func block(_ level: String) -> String {
        "{organ: lung, voxels: 8 x 8 x 8, spacing: 20 um, "
          + "factors: {ifng: {given: {baseline: \(level)}}}}"
      }
      let scenario = try Scenarios.load(
        "validation/lee-2009-mouse-iv.yaml",
        [
          "product=mouse-marrow-msc", "factors=[ifng]", "treatment.agents=2000",
          "tissues={a: \(block(first)), b: \(block(second))}",
        ]
      )
      let run = try Scenarios.run(scenario)[0]
      let last = try #require(run.snapshots.last)
      let lung = last.living[0]
      return Double(lung.licensed) / Double(lung.all)
    }
    #expect(try peak("10 ng/mL", "0 ng/mL") == peak("0 ng/mL", "10 ng/mL"))
    #expect(try peak("10 ng/mL", "0 ng/mL") == peak("5 ng/mL", "5 ng/mL"))
  }

  /// A thawed product loses viability while it waits: 93, 80 and 48 (34 to 62) % at 0, 1.5 and 6.4 h
  /// in Ringer (Nguyen 2024, doi 10.15419/bmrat.v11i9.917).
  @Test(arguments: [("0 h", 0.92, 0.94), ("1.5 h", 0.78, 0.83), ("6.4 h", 0.34, 0.63)])
  func waitingAfterThawCosts(wait: String, low: Double, high: Double) throws {
    let product = try Scenarios.load(
      "validation/lee-2009-mouse-iv.yaml",
      ["product.handling=thawed", "product.time_since_thaw=\(wait)"]
    ).experiments[0].product
    let viability = product.condition.viability
    #expect(viability > low && viability < high)
  }

  /// Agents secrete as many times as the cells they stand for.
  @Test func agentsSecreteForTheirCells() throws {
    let overrides = [
      "duration=6h", "treatment.dose=400000cells", "tissues.infarct.voxels=4 x 4 x 4",
    ]
    let means = try ["400000", "40000"].map { agents -> Double in
      let scenario = try Scenarios.load(
        "tutorials/mouse-iv.yaml",
        overrides + ["treatment.agents=\(agents)"]
      )
      let last = try #require(try Scenarios.run(scenario)[0].snapshots.last)
      return try #require(last.levels[0].first { $0.factor == "pge2" }).mean
    }
    // Some 70 agents lie on the block with weights, 700 without.
    #expect((means[1] / means[0] - 1).magnitude < 5 * (1.0 / 70 + 1.0 / 700).squareRoot())
  }

  /// Two boluses pass the lung better than one (Fischer 2009, doi 10.1089/scd.2008.0253), and are
  /// counted exactly.
  @Test func twoBolusesPassBetter() throws {
    let scenario = try Scenarios.load(
      "studies/rat-iv-boluses.yaml",
      ["treatment.dose.total=4000001cells"]
    )
    #expect(scenario.experiments[1].doses.map(\.cells) == [2_000_001, 2_000_000])
    let passed = try Scenarios.run(scenario, workers: 2).map { run -> Double in
      let read = Observables(run.experiment)
      let last = run.snapshots[run.snapshots.count - 1]
      return Double(read.living(last).all - read.living(last, organ: 0).all)
    }
    #expect(passed[1] > passed[0])
  }

  /// Complement acts for an hour from entry, whatever the step.
  @Test func complementActsForAnHour() throws {
    func dead(_ step: String) throws -> Double {
      let scenario = try Scenarios.load(
        "studies/human-iv.yaml",
        [
          "duration=3h", "clock={cell_step: \(step), output_every: 3 h, also_at: [3 h]}",
          "treatment.agents=50000", "survival.blood_loss=0.3", "product.protection=1",
          "survival.hazard_floor=0 1/h", "product.viability=1", "killing.natural_killers=0 1/h",
        ]
      )
      let last = try #require(try Scenarios.run(scenario)[0].snapshots.last)
      return Double(last.deaths.reduce(0) { $0 + $1.reduce(0, +) }) / Double(last.dose)
    }
    for step in ["1 min", "15 min"] {
      #expect((try dead(step) - 0.3).magnitude < 5 * (0.3 * 0.7 / 50_000).squareRoot())
    }
  }

  /// An infusion gives its cells over its time, and says which are still to come.
  @Test func infusionsTakeTheirTime() throws {
    let scenario = try Scenarios.load(
      "tutorials/mouse-iv.yaml",
      Self.small + ["treatment.over=4h", "treatment.at=1h"]
    )
    let run = try Scenarios.run(scenario)[0]
    let waiting = run.snapshots.map(\.toBeGiven)
    let times = run.snapshots.map(\.time)
    #expect(waiting[times.firstIndex(of: 60)!] == 30_000)
    #expect(waiting[times.firstIndex(of: 180)!] == 15_000)
    #expect(waiting.last == 0)
  }

  @Test func interruptedRunsKeepWhatIsComplete() throws {
    let scenario = try Scenarios.load("tutorials/mouse-iv.yaml", Self.small)
    let interruption = Interruption()
    let runs = try Run(experiments: scenario.experiments, seed: 1, replicates: 1).execute(
      on: Workers(count: 1),
      until: interruption
    ) { if $0.time >= 600 { interruption.request() } }
    #expect(!runs[0].isComplete)
    #expect(runs[0].snapshots.last?.time == 540 || runs[0].snapshots.last?.time == 600)
  }

  /// Followed cells: as many as asked for, each somewhere at every observation after it was given.
  @Test func followedCellsAreNeverLost() throws {
    let scenario = try Scenarios.load("tutorials/mouse-iv.yaml", Self.small)
    let run = try Scenarios.run(scenario, followed: 40)[0]
    for snapshot in run.snapshots {
      #expect(snapshot.followed.count == 40)
      #expect(Set(snapshot.followed.map(\.cell)).count == 40)
    }
  }
}
