import Body
import Fields
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// Factors that plasma carries between organs, in runs.
@Suite("Plasma of a body")
struct SystemicTests {
  private static let cut = ["treatment.agents=2000", "duration=12 h", "arms={mouse: {}}"]

  private func run(_ overrides: [String] = []) throws -> Trajectory {
    try Scenarios.run(Scenarios.load("studies/plasma-of-a-dose.yaml", Self.cut + overrides))[0]
  }

  private func level(_ factor: String, _ run: Trajectory, _ snapshot: Snapshot) throws -> Double {
    let f = try #require(run.experiment.circulating.firstIndex { $0.name == factor })
    return snapshot.levels[run.experiment.tissues.count][f].mean
  }

  /// Of cells that lie in the lung the level in arteries is that of a pool that fills with what they give and empties with the
  /// half-life of the factor: q N T / (V ln 2), here to 5 %, for cells die while it fills.
  @Test func thePoolFillsAndEmpties() throws {
    let run = try run([
      "survival.hazard_floor=0 1/h", "stress.lung.lumen=0 1/h", "killing.natural_killers=0 1/h",
      "product.damage=0 1/h", "survival.blood_loss=0", "product.viability=1",
      "licensing.decay=1e-6 1/h", "factors={tsg6: tsg6}", "endpoints={}",
    ])
    let experiment = run.experiment
    let last = try #require(run.snapshots.last)
    let law = try #require(experiment.product.secretion["tsg6"])
    let cells = Double(Observables(experiment).living(last).all)
    let rate = law.basal * 20 * cells
    let volume = experiment.host.plasma
    let want = rate * 30 / (Elementary.log(2) * volume)
    #expect((try level("tsg6", run, last) / want - 1).magnitude < 0.05)
  }

  /// What enters plasma is what is lost of it and what is left.
  @Test func theLedgerCloses() throws {
    let run = try run()
    let last = try #require(run.snapshots.last)
    let masses = try #require(last.masses.last)
    #expect(masses.map(\.factor) == run.experiment.circulating.map(\.name))
    for (factor, balance) in masses {
      #expect(balance.secreted > 0, "\(factor)")
      #expect(balance.relativeResidual < 1e-9, "\(factor)")
    }
  }

  /// The lung takes 96 % of the prostaglandin that passes it: arteries have a twenty-fifth of what its vessels have.
  @Test func theLungKeepsProstaglandin() throws {
    let run = try run()
    let last = try #require(run.snapshots.last)
    let f = try #require(run.experiment.circulating.firstIndex { $0.name == "pge2" })
    let level = try #require(last.levels.last)[f]
    #expect((level.mean / level.largest - 0.04).magnitude < 0.004)
  }

  /// What blocks lose comes to plasma, for all of their organ, and plasma brings it to blocks elsewhere.
  @Test func sitesTalk() throws {
    let blocks = [
      "factors=[il6]", "endpoints={}", "kinds=[]", "product.secretion.il6.basal=0 pg/cell/d",
      "tissues={near: {organ: lung, voxels: 4 x 4 x 4, spacing: 20 um, factors: {il6: {initial: 1 ng/mL, exchange: 0.1 1/min}}}, far: {organ: muscle, voxels: 4 x 4 x 4, spacing: 20 um, factors: {il6: {exchange: 0.1 1/min}}}}",
    ]
    let run = try run(blocks)
    let (first, last) = (try #require(run.snapshots.first), try #require(run.snapshots.last))
    let experiment = run.experiment
    let exchanged = zip(experiment.tissues, last.masses).map { tissue, masses in
      -masses[0].balance.exchanged * experiment.host.organs[tissue.organ].volume
        / tissue.shape.volume
    }
    let plasma = last.masses[2][0].balance
    #expect((plasma.exchanged / exchanged.reduce(0, +) - 1).magnitude < 1e-3)
    #expect(exchanged[0] > 0 && exchanged[1] < 0)
    #expect(first.levels[1][0].mean == 0 && last.levels[1][0].mean > 0)
    #expect(plasma.relativeResidual < 1e-9)
  }

  /// Cells off the grids sense what plasma brings: TNF-a of a muscle activates cells in the lung.
  @Test(arguments: [0, 0.1]) func cellsOffTheGridsSensePlasma(exchange: Double) throws {
    let run = try run([
      "product=mouse-marrow-msc", "factors=[tnfa]", "endpoints={}", "kinds=[]",
      "tissues={far: {organ: muscle, voxels: 4 x 4 x 4, spacing: 20 um, factors: {tnfa: {initial: 1000 ng/mL, exchange: \(exchange) 1/min}}}}",
    ])
    let last = try #require(run.snapshots.last)
    let lung = Observables(run.experiment).living(last, organ: run.experiment.host.lung)
    #expect(lung.all > 0)
    #expect((lung.activated > 0) == (exchange > 0))
  }

  static let mistakes: [(more: String, says: [String])] = [
    (
      "factors: [oxygen]\nsystemic: {plasma: true}",
      [
        "small.yaml:7:20: systemic.plasma: carries nothing: no factor of 'factors' has a 'plasma_half_life' or an 'extraction'"
      ]
    ),
    (
      "factors: [tsg6]\nsystemic: {plasma: yes}",
      ["small.yaml:7:20: systemic.plasma: found \"yes\"; expected true or false"]
    ),
    (
      "factors: [tsg6]\nsystemic: {plasm: true}",
      ["small.yaml:7:12: systemic.plasm: unknown key (did you mean 'plasma'?)…"]
    ),
  ]

  @Test(arguments: mistakes) func mistakesTeach(more: String, says: [String]) throws {
    let text = """
      name: small
      duration: 12 h
      host: mouse
      product: human-marrow-msc
      treatment: {route: intravenous, dose: 2e3 cells}
      \(more)

      """
    let scratch = try ScratchLibrary()
    let said = scratch.diagnostics {
      let path = try scratch.write(Data(text.utf8), "small.yaml")
      return try ResolvedScenario(path: path, library: Scenarios.root)
    }
    #expect(agree(said, says), "\(said.joined(separator: "\n"))")
  }
}
