import Campaign
import Fields
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// Fields that are held over cell steps, and the whole mouse dose cut to seconds.
@Suite("Held fields and whole doses")
struct HeldFieldsTests {
  static let dose = "../Benchmarks/Scenarios/mouse-dose.yaml"
  static let cut = [
    "duration=24 h", "treatment.dose=1e5 cells", "tissues.lung_block.voxels=16 x 16 x 16",
    "tissues.injured_block.voxels=24 x 24 x 24",
  ]

  /// The mean of a factor at every observation.
  private func means(_ trajectory: Trajectory, _ factor: String) -> [Double] {
    trajectory.snapshots.map { $0.levels[1].first { $0.factor == factor }?.mean ?? 0 }
  }

  /// A field that is held is behind by no more than the tolerance, and its mass is accounted for.
  @Test(arguments: ["tnfa", "tgfb1"])
  func lagIsWithinTheTolerance(factor: String) throws {
    let coarse = try Scenarios.run(Scenarios.load(Self.dose, Self.cut))[0]
    let fine = try Scenarios.run(
      Scenarios.load(Self.dose, Self.cut + ["transport.tolerance=1e-5"])
    )[0]
    let (a, b) = (means(coarse, factor), means(fine, factor))
    let scale = b.max() ?? 0
    #expect(a.count == b.count && scale > 0)
    for (a, b) in zip(a, b) { #expect((a - b).magnitude < 0.01 * scale) }
    #expect(a != b)
    for snapshot in coarse.snapshots {
      for mass in snapshot.masses.joined() { #expect(mass.balance.relativeResidual < 1e-6) }
    }
  }

  /// Who looks more often sees the same, though fields are held in between.
  @Test func lookingChangesNothing() throws {
    let often = try Scenarios.run(
      Scenarios.load(Self.dose, Self.cut + ["clock.output_every=7 min", "duration=1260 min"])
    )[0]
    let seldom = try Scenarios.run(
      Scenarios.load(Self.dose, Self.cut + ["clock.output_every=1260 min", "duration=1260 min"])
    )[0]
    let last = try #require(often.snapshots.last)
    #expect(often.snapshots.count > 100)
    func rows(_ snapshot: Snapshot) -> [String] {
      Scenarios.csv([
        Trajectory(experiment: seldom.experiment, replicate: 1, seed: 1, snapshots: [snapshot])
      ])
    }
    #expect(try rows(last) == rows(#require(seldom.snapshots.last)))
  }

  /// The mouse dose, reduced: the same bytes on 1, 2, 3 and 8 workers.
  @Test func bytesDoNotDependOnWorkers() throws {
    let scenario = try Scenarios.load(Self.dose, Self.cut)
    let one = Scenarios.csv(try Scenarios.run(scenario, followed: 50), followingCells: true)
    for workers in [2, 3, 8] {
      let other = try Scenarios.run(scenario, workers: workers, followed: 50)
      #expect(Scenarios.csv(other, followingCells: true) == one)
    }
  }

  /// Every scenario of the benchmarks is one.
  @Test(arguments: ["mouse-dose", "human-dose", "tissue-hour", "oxygen-hour"])
  func benchmarksAreScenarios(name: String) throws {
    let scenario = try Scenarios.load("../Benchmarks/Scenarios/\(name).yaml")
    #expect(scenario.experiments.count == 1 && scenario.experiments[0].clock.step == 1)
  }

  /// The human dose, reduced to a hundred thousand agents and two hours, accounts for every cell.
  @Test func humanDoseRuns() throws {
    let scenario = try Scenarios.load(
      "../Benchmarks/Scenarios/human-dose.yaml",
      [
        "duration=2 h", "treatment.agents=1e5", "tissues.lung_block.voxels=8 x 8 x 8",
        "tissues.injured_block.voxels=8 x 8 x 8",
      ]
    )
    let trajectory = try Scenarios.run(scenario)[0]
    #expect(trajectory.isComplete && trajectory.snapshots.allSatisfy { $0.residual == 0 })
    #expect(trajectory.snapshots.last?.dose == 140_000_000)
  }
}
