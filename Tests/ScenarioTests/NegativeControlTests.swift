import Agents
import Body
import Campaign
import Fields
import Foundation
import Laws
import Observations
import Simulation
import Substrate
import Testing
import Vocabulary

/// What is given in place of cells, in every scenario with a dose into a vein.
@Suite("Negative controls")
struct NegativeControlTests {
  /// The first arm of a scenario that gives cells into a vein, cut to half a day.
  private static func arm(of name: String) throws -> (arm: Experiment, seed: UInt64)? {
    let run = try Scenarios.cut(name, to: 720, agents: 2000, replicates: 1)
    let arm = run.experiments.first { arm in
      arm.product.condition.viability > 0 && !arm.doses.isEmpty
        && arm.doses.allSatisfy { $0.route == .intravenous && $0.condition == nil }
    }
    return arm.map { ($0, run.seed) }
  }

  private static let ofVeins = Scenarios.all.filter { (try? arm(of: $0)) != nil }

  private static func run(_ arm: Experiment, _ seed: UInt64) throws -> Trajectory {
    try Run(experiments: [arm], seed: seed, replicates: 1, followed: 0)
      .execute(on: Workers(count: 1))[0]
  }

  /// What is seen of factors, host cells and tissue.
  private static func host(_ trajectory: Trajectory) -> [String] {
    trajectory.snapshots.map { "\($0.levels) \($0.populations) \($0.tissue)" }
  }

  @Test func thereAreSuchScenarios() { #expect(Self.ofVeins.count > 15) }

  /// A vehicle without cells is no treatment: cells that are given after the end change nothing, to the bit.
  @Test(arguments: ofVeins)
  func aVehicleIsNoTreatment(name: String) throws {
    let (arm, seed) = try #require(try Self.arm(of: name))
    var vehicle = arm
    Mechanism.remove("cells", from: &vehicle)
    var untreated = arm
    untreated.factorDoses = []
    untreated.formulation?.held = [:]
    for n in untreated.doses.indices {
      untreated.doses[n].start += arm.clock.step * Double(arm.clock.steps + 1)
    }
    let (one, other) = (try Self.run(vehicle, seed), try Self.run(untreated, seed))
    #expect(Self.host(one) == Self.host(other))
  }

  /// Rigid spheres as wide as the cells stay whole where they lodge, and act on no factor and no host cell, where there are so
  /// many vessels that the flow through them is what it was.
  @Test(arguments: ofVeins)
  func spheresOnlyLodge(name: String) throws {
    let (arm, seed) = try #require(try Self.arm(of: name))
    var spheres = arm
    spheres.product.traits.areInert = true
    for organ in spheres.host.organs.indices { spheres.host.organs[organ].microvessels = 1e15 }
    spheres.product.condition.viability = 1
    spheres.product.secretion = [:]
    spheres.product.uptake = [:]
    spheres.product.terms = .init()
    spheres.product.priming = .init()
    spheres.laws.licensing.naiveRate = 0
    spheres.laws.licensing.memoryRate = 0
    spheres.factorDoses = []
    spheres.formulation?.held = [:]
    var vehicle = spheres
    Mechanism.remove("cells", from: &vehicle)
    let run = try Self.run(spheres, seed)
    let last = try #require(run.snapshots.last)
    let given = Int(spheres.cells) - last.toBeGiven
    #expect(given > 0 && last.deaths.flatMap { $0 }.allSatisfy { $0 == 0 })
    #expect(last.living.reduce(0) { $0 + $1.all } == given && last.residual == 0)
    #expect(Self.host(run) == Self.host(try Self.run(vehicle, seed)))
  }

  /// Dead cells live nowhere, and all of them are accounted for.
  @Test(arguments: ofVeins)
  func deadCellsLiveNowhere(name: String) throws {
    let (arm, seed) = try #require(try Self.arm(of: name))
    var dead = arm
    dead.product.condition.viability = 0
    for snapshot in try Self.run(dead, seed).snapshots {
      #expect(snapshot.residual == 0 && snapshot.living.allSatisfy { $0.all == 0 })
      #expect(zip(snapshot.occluded, snapshot.clotted).allSatisfy { ($0 - $1).magnitude < 1e-12 })
    }
  }
}
