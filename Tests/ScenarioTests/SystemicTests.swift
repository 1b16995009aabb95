import Body
import Fields
import Laws
import Observations
import Reference
import Scenario
import Simulation
import Substrate
import Testing
import Vocabulary

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

  /// In mouse, rat and man every factor of the library comes to the level that its equations have, solved by elimination, and on
  /// the way to it follows them.
  @Test(arguments: ["mouse", "rat", "human"]) func everyFactorKeepsItsEquations(host: String) throws
  {
    let experiment = try Scenarios.load(
      "studies/plasma-of-a-dose.yaml",
      [
        "arms={one: {}}", "host=\(host)", "endpoints={}",
        "factors=[tsg6, pge2, hgf, vegf, il1ra, il6, il10, ccl2, tnfa, il1b, ifng, tgfb1, cxcl12, stc1, chi3l1, ev]",
      ]
    ).experiments[0]
    #expect(experiment.circulating.count == 16)
    for factor in experiment.circulating {
      let loss = PlasmaCircuit.Loss(
        halfLife: factor.plasmaHalfLife(in: experiment.host.species),
        extraction: factor.extraction
      )
      let circuit = PlasmaCircuit(experiment.host, loss, step: 5)
      let equations = PlasmaEquations(circuit, experiment.host, loss)
      var sources = circuit.volume.map { _ in 0.0 }
      sources[try #require(circuit.places[experiment.host.lung])] = 1e9
      var levels = PlasmaCircuit.Levels(places: sources.count)
      circuit.advance(&levels, sources: sources)
      let soon = equations.after(5, from: sources.map { _ in 0 }, sources: sources, steps: 5000)
      for (found, want) in zip(levels.concentration, soon) {
        #expect((found / want - 1).magnitude < 1e-3, "\(factor.name)")
      }
      for _ in 0..<1000 { circuit.advance(&levels, sources: sources) }
      for (found, want) in zip(levels.concentration, equations.steady(sources: sources)) {
        #expect((found / want - 1).magnitude < 1e-6, "\(factor.name)")
      }
    }
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
    let plasma = try #require(last.masses[2].first { $0.factor == "il6" }).balance
    // What was given in the last hour, while fields were held, is on its way.
    let turnover = exchanged.reduce(0) { $0 + $1.magnitude }
    #expect((plasma.exchanged - exchanged.reduce(0, +)).magnitude < 0.1 * turnover)
    #expect(exchanged[0] > 0 && exchanged[1] < 0)
    #expect(first.levels[1][0].mean == 0 && last.levels[1][0].mean > 0)
    #expect(plasma.relativeResidual < 1e-9)
  }

  /// A muscle that takes much of what plasma has takes it all the same in steps of any length, and no level falls below zero.
  @Test(arguments: [0.05, 0.2]) func tissueTakesWithoutRecoil(exchange: Double) throws {
    func end(_ step: String) throws -> (level: Double, least: Double) {
      let run = try run([
        "factors=[il6]", "endpoints={}", "kinds=[]",
        "clock={cell_step: \(step), output_every: 1 h}",
        "tissues={far: {organ: muscle, voxels: 4 x 4 x 4, spacing: 20 um, factors: {il6: {exchange: \(exchange) 1/min}}}}",
      ])
      let levels = try run.snapshots.map { try level("il6", run, $0) }
      return (try #require(levels.last), levels.min() ?? 0)
    }
    let (fine, coarse) = (try end("5 min"), try end("15 min"))
    #expect(fine.least >= 0 && coarse.least >= 0)
    #expect((coarse.level / fine.level - 1).magnitude < 0.1)
  }

  /// Plasma stopped, written down and read back goes on with the same bits, with exchange along vessels.
  @Test func goesOnAsIfItHadNotStopped() throws {
    var experiment = try HostRunTests.experiment("tutorials/liver-injury-exposure.yaml")
    experiment.circulating = experiment.tissues.flatMap(\.fields).map(\.factor).filter {
      $0.plasmaHalfLife != nil
    }
    #expect(!experiment.circulating.isEmpty)
    let (straight, stopped) = try HostRunTests.both(experiment, steps: 100, stoppingEvery: 17)
    let (a, b) = (straight.observe(), stopped.observe())
    let (left, right) = (try #require(a.masses.last), try #require(b.masses.last))
    #expect(left.map(\.balance) == right.map(\.balance))
    #expect(left.contains { $0.balance.exchanged != 0 })
    #expect(a.levels.last?.map(\.mean) == b.levels.last?.map(\.mean))
  }

  /// An antibody to a factor takes it from cells off the grids too, and plasma can be switched off.
  @Test(arguments: ["tnfa", "plasma"]) func canBeSwitchedOff(mechanism: String) throws {
    let run = try run([
      "product=mouse-marrow-msc", "factors=[tnfa]", "endpoints={}", "kinds=[]",
      "without=[\(mechanism)]",
      "tissues={far: {organ: muscle, voxels: 4 x 4 x 4, spacing: 20 um, factors: {tnfa: {initial: 1000 ng/mL, exchange: 0.1 1/min}}}}",
    ])
    let last = try #require(run.snapshots.last)
    #expect(
      Observables(run.experiment).living(last, organ: run.experiment.host.lung).activated == 0
    )
    #expect((last.masses.count == 1) == (mechanism == "plasma"))
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

  /// An organ that blood does not flow through, or that the host lacks, extracts nothing: the half-life counts.
  @Test(arguments: ["joint: 0.9", "stomach: 0.9", "liver: 0"]) func whatExtractsNothingIsNoLoss(
    extraction: String
  ) throws {
    let plain = try run(["factors={il6: il6}", "endpoints={}"])
    let other = try run([
      "factors={il6: {preset: il6, extraction: {\(extraction)}}}", "endpoints={}",
    ])
    let (a, b) = (try #require(plain.snapshots.last), try #require(other.snapshots.last))
    #expect(try level("il6", plain, a) == level("il6", other, b))
  }

  static let mistakes: [(more: String, says: [String])] = [
    (
      "factors: [oxygen]\nsystemic: {plasma: true}",
      [
        "small.yaml:6:11: factors.oxygen: is not used in any tissue; add it to one under 'tissues' or remove it",
        "small.yaml:7:20: systemic.plasma: carries nothing: no factor of 'factors' has a 'plasma_half_life' or an 'extraction'",
      ]
    ),
    (
      "factors: [tsg6]\nsystemic: {plasma: yes}",
      [
        "small.yaml:6:11: factors.tsg6: is not used in any tissue; add it to one under 'tissues' or remove it",
        "small.yaml:7:20: systemic.plasma: found \"yes\"; expected true or false",
      ]
    ),
    (
      "factors: [tnfa]\nsystemic: {plasma: true}\ntissues: {leg: {organ: muscle, voxels: 4 x 4 x 4, spacing: 20 um, factors: {tnfa: {exchange: 0.1 1/min, blood: 5 ng/mL}}}}",
      [
        "small.yaml:8:10: tissues: leg states the level of tnfa in blood, which plasma carries: its level is computed; remove 'blood', or leave out 'systemic'"
      ]
    ),
    (
      "factors: [tsg6]\nsystemic: {plasm: true}",
      [
        "small.yaml:6:11: factors.tsg6: is not used in any tissue; add it to one under 'tissues' or remove it",
        "small.yaml:7:12: systemic.plasm: unknown key (did you mean 'plasma'?)…",
      ]
    ),
  ]

  @Test(arguments: mistakes) func mistakesTeach(more: String, says: [String]) throws {
    let said = try Scenarios.said(of: more)
    #expect(agree(said, says), "\(said.joined(separator: "\n"))")
  }
}
