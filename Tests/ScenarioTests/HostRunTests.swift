import Agents
import Campaign
import Fields
import Laws
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// Runs with host cells: what holds of every run holds of them.
@Suite("Runs with host cells")
struct HostRunTests {
  static let names = [
    "tutorials/culture-t-cell-suppression.yaml", "tutorials/culture-ifng-licensing.yaml",
    "tutorials/gvhd-mouse.yaml", "tutorials/liver-injury-exposure.yaml",
    "validation/aggarwal-2005-secretion.yaml", "studies/culture-knockouts-mouse.yaml",
  ]

  /// An arm of a scenario, without a name the last in which cells are given; cut.
  static func experiment(_ name: String, arm: String? = nil) throws -> Experiment {
    try #require(
      Scenarios.cut(name, agents: 3000).experiments.last {
        arm == nil ? !$0.doses.isEmpty : $0.arm == arm
      }
    )
  }

  static func checkpoint(
    _ model: Model,
    _ experiment: Experiment,
    _ snapshots: [Snapshot] = []
  ) -> Checkpoint {
    Checkpoint(
      heading: .init(
        scenario: "",
        arm: experiment.arm,
        replicate: 1,
        seed: 7,
        followed: 0,
        time: model.time,
        layout: Layout(experiment, at: model.time)
      ),
      model: model,
      snapshots: snapshots
    )
  }

  static func csv(_ model: Model) -> [String] {
    Scenarios.csv([
      Trajectory(
        experiment: model.experiment,
        replicate: 1,
        seed: 7,
        snapshots: [model.observe()]
      )
    ])
  }

  /// A run that goes straight on, and one that is written down and read back now and then, with other workers.
  static func both(_ experiment: Experiment, steps: Int, stoppingEvery period: Int) throws
    -> (straight: Model, stopped: Model)
  {
    var straight = Model(experiment, seed: 7, replicate: 1)
    var stopped = straight
    var snapshots: [Snapshot] = []
    for step in 1...steps {
      try straight.advance(using: Workers(count: 1))
      try stopped.advance(using: Workers(count: step % 3 + 1))
      if experiment.clock.outputs.contains(step) { snapshots.append(stopped.observe()) }
      if step % period == 0 {
        stopped = try checkpoint(stopped, experiment, snapshots).continued(as: experiment).model
      }
    }
    return (straight, stopped)
  }

  /// Stopped at odd steps, written down and read back, a run ends with the same bytes, whatever the workers.
  @Test(arguments: names)
  func goesOnAsIfItHadNotStopped(name: String) throws {
    let experiment = try Self.experiment(name)
    let (straight, stopped) = try Self.both(experiment, steps: 140, stoppingEvery: 37)
    #expect(Self.csv(straight) == Self.csv(stopped))
    #expect(straight.observe().populations.allSatisfy { $0.allSatisfy { $0.ledger.present >= 0 } })
  }

  /// A checkpoint with other kinds of host cells, or without the tissue, is refused.
  @Test func otherKindsAreRefused() throws {
    let experiment = try Self.experiment("tutorials/gvhd-mouse.yaml")
    let model = Model(experiment, seed: 7, replicate: 1)
    var other = experiment
    other.kinds[0].name = "another"
    #expect(throws: CheckpointError.self) {
      try Self.checkpoint(model, experiment).continued(as: other)
    }
    other = experiment
    other.tissues[0].matter = nil
    #expect(throws: CheckpointError.self) {
      try Self.checkpoint(model, experiment).continued(as: other)
    }
  }

  /// Host cells and mass are accounted for at every step, and nothing is negative.
  @Test(arguments: names)
  func accountsForEveryCellAndMolecule(name: String) throws {
    let experiment = try Self.experiment(name)
    var model = Model(experiment, seed: 3, replicate: 1)
    for step in 1...144 {
      try model.advance(using: Workers(count: 2))
      guard step % 12 == 0 else { continue }
      let snapshot = model.observe()
      #expect(snapshot.residual == 0)
      for populations in snapshot.populations {
        #expect(populations.allSatisfy { $0.ledger.present == $0.summary.cells })
        #expect(
          populations.reduce(0) { $0 + $1.ledger.joined - $1.ledger.left } == 0
        )
        let kills = populations.reduce(0) { $0 + $1.ledger.kills }
        let deaths = snapshot.deaths.reduce(0) { $0 + $1.reduce(0, +) }
        // A kill and a meal at most for each that died.
        #expect(kills <= 2 * deaths)
      }
      for (factor, mass) in snapshot.masses.flatMap({ $0 }) {
        #expect(mass.relativeResidual < 1e-5, "\(factor)")
        #expect(mass.secreted >= 0 && mass.takenUp >= 0 && mass.decayed >= 0, "\(factor)")
      }
      #expect(snapshot.levels.allSatisfy { $0.allSatisfy { $0.mean >= 0 } })
      for shares in snapshot.tissue.compactMap({ $0 }) {
        #expect(shares.named.allSatisfy { (0...1).contains($0.value) })
      }
    }
  }

  /// Every cell of a dish that dies by killers on a grid is credited to one of them.
  @Test func killsAreCredited() throws {
    var experiment = try Self.experiment(
      "tutorials/culture-t-cell-suppression.yaml",
      arm: "one-to-ten"
    )
    for k in experiment.kinds.indices where experiment.kinds[k].killing > 0 {
      experiment.kinds[k].killing *= 100
      experiment.kinds[k].initialActivity = 1
    }
    let killer = try #require(experiment.kinds.firstIndex { $0.killing > 0 })
    experiment.tissues[0].populations.append(.init(kind: killer, cells: 300, triggered: 1))
    var model = Model(experiment, seed: 3, replicate: 1)
    for _ in 0..<144 { try model.advance(using: Workers(count: 1)) }
    let snapshot = model.observe()
    let killed = snapshot.deaths[Survival.Cause.killing.rawValue].reduce(0, +)
    let credited = snapshot.populations[0].reduce(0) { $0 + $1.ledger.kills }
    #expect(killed > 0 && killed == credited)
  }

  /// What is neutralised acts on nobody, tissue included.
  @Test func neutralisedFactorsDoNotInjure() throws {
    let experiment = try Self.experiment("tutorials/liver-injury-exposure.yaml")
    func injured(_ without: [String]) throws -> Double {
      var other = experiment
      for name in without { Mechanism.remove(name, from: &other) }
      var model = Model(other, seed: 3, replicate: 1)
      for _ in 0..<72 { try model.advance(using: Workers(count: 2)) }
      return try #require(model.observe().tissue[0]).injured
    }
    let all = try injured([])
    #expect(try injured(["ros"]) < all && injured(["tnfa", "il1b", "ros"]) < 0.99 * all)
  }

  /// Killers on a grid take the place of the host's own of their sort, and only where they are.
  @Test func killersOfTheHostStayWhereNoneAreCells() throws {
    let experiment = try Self.experiment("tutorials/liver-injury-exposure.yaml")
    let hazard = Killing.Hazard(natural: 1, tCells: 2, antibody: 4)
    let law = experiment.laws
    let chance = Chance(seed: 1, replicate: 1)
    let step = GridStep(
      LifeStep(
        law.survival,
        law.residence,
        killing: hazard.sum,
        number: 0,
        length: DamageStep(law.survival, time: 5),
        chance: chance,
        lastEntry: 0,
        entry: { _ in 0 },
        weight: { _ in 1 }
      ),
      CellProgram(law.licensing, law.survival),
      responsiveness: [],
      first: [],
      law.crawling,
      place: NicheStress(lumen: 0, tissue: 0),
      site: 0,
      killing: hazard
    )
    #expect(step.among([]).killing == 7 && step.among([.natural]).killing == 6)
    #expect(step.among([.mismatched]).killing == 5)
    #expect(step.among([.natural, .mismatched]).killing == 4)
  }
}
