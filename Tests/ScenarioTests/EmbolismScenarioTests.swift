import Body
import Campaign
import Fields
import Foundation
import Laws
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// What cells do to the lung of an animal, and what occlusion does behind them.
@Suite("Embolism by cells")
struct EmbolismScenarioTests {
  private static func death(_ overrides: [String]) throws -> (chance: Double, clotted: Double) {
    let scenario = try Scenarios.load(
      "validation/lee-2009-mouse-iv.yaml",
      ["duration=12 h", "treatment.agents=2000"] + overrides
    )
    let run = try #require(try Scenarios.run(scenario).first)
    let last = try #require(run.snapshots.last)
    let law = run.experiment.laws.embolism
    return (
      law.death(resistance: last.largestResistance),
      run.snapshots.map { $0.clotted[run.experiment.host.lung] }.max() ?? 0
    )
  }

  /// Death follows dose and tissue factor; without either hardly any dies of what marrow cells occlude.
  @Test func deathFollowsDoseAndTissueFactor() throws {
    let doses = try ["5e5", "2e6", "5e6"].map {
      try Self.death(["product=human-adipose-msc", "treatment.dose=\($0) cells"]).chance
    }
    #expect(doses[0] < doses[1] && doses[1] < doses[2])
    #expect(doses[0] < 0.01 && doses[2] > 0.5)
    let marrow = try Self.death(["treatment.dose=5e6 cells"]).chance
    #expect(marrow < doses[2])
    // Uncultured cells of fat, which carry none, kill no mouse (Tatsumi 2013).
    let none = try Self.death(
      ["treatment.dose=5e6 cells", "product.procoagulance=0", "clot.dead=0"]
    )
    #expect(none.clotted == 0 && none.chance < 0.01)
  }

  @Test func clotIsSwitchedOffAndHeldBack() throws {
    let adipose = ["product=human-adipose-msc", "treatment.dose=3e6 cells"]
    let (free, heparin, off) = (
      try Self.death(adipose),
      try Self.death(adipose + ["host={preset: mouse, overlays: [heparin]}"]),
      try Self.death(adipose + ["without=[clot]"])
    )
    #expect(off.clotted == 0 && heparin.clotted < 0.1 * free.clotted)
    #expect(off.chance < heparin.chance && heparin.chance < free.chance)
  }

  /// Of three species, by dose: the occluded share is that of cells laid at random on as many segments as the lung has, which
  /// agree with published counts: alveoli of mouse, rat and man, and 2.8e11 segments in man.
  @Test(arguments: [("mouse", 4e6), ("rat", 2e7), ("human", 4.8e8)])
  func occlusionFollowsCountsOfVessels(host: String, alveoli: Double) throws {
    for perKilogram in ["1e5", "1e6", "1e7"] {
      let scenario = try Scenarios.load(
        "validation/lee-2009-mouse-iv.yaml",
        [
          "host=\(host)", "duration=1 h", "clock={cell_step: 5 min, output_every: 5 min}",
          "treatment.dose=\(perKilogram) cells/kg", "treatment.agents=2000", "without=[clot]",
        ]
      )
      let run = try #require(try Scenarios.run(scenario).first)
      let (body, lung) = (run.experiment.host, run.experiment.host.lung)
      let segments = body.organs[lung].microvessels
      #expect((3.0...3000).contains(segments / alveoli))
      if host == "human" { #expect((0.3...3).contains(segments / 2.8e11)) }
      let calibres = body.organs.map(\.calibre)
      let stopped = run.experiment.product.blocked(calibres: calibres, body.tree)[lung]
      for snapshot in run.snapshots.dropFirst() {
        let cells = Double(Observables(run.experiment).living(snapshot, organ: lung).lumen)
        let want = 1 - exp(-cells * stopped / segments)
        #expect(cells > 0 && (snapshot.occluded[lung] - want).magnitude < 1e-9)
      }
    }
  }

  /// Blood reaches tissue through the segments that are open: c = c0 exp(-(k (1 - o) + decay) t) behind spheres that stay.
  @Test(arguments: ["everywhere", "vessels"])
  func lessIsExchangedBehindOccludedVessels(exchange: String) throws {
    func level(_ segments: String) throws -> (pge2: Double, occluded: Double) {
      let scratch = try ScratchLibrary()
      let path = try scratch.write(
        Data(
          """
          name: muscle
          duration: 2 h
          clock: {cell_step: 5 min, output_every: 1 h}
          host: {preset: mouse, organs: {muscle: {segments: \(segments)}}}
          product: microspheres
          treatment: {route: intra-arterial, artery: muscle, dose: 1e5 cells, agents: 1000}
          factors: [pge2]
          tissues:
            block:
              organ: muscle
              voxels: 4 x 4 x 4
              spacing: 20 um
              factors: {pge2: {initial: 10 nM, exchange: 1 1/h}}
              state: {exchange: \(exchange)}
          """.utf8
        ),
        "muscle.yaml"
      )
      let scenario = try ResolvedScenario(path: path, library: Scenarios.root)
      let run = try Run(experiments: scenario.experiments, seed: 1, replicates: 1)
        .execute(on: Workers(count: 1))[0]
      let last = try #require(run.snapshots.last)
      let muscle = try #require(run.experiment.host.index(of: "muscle"))
      return (try #require(last.levels[0].first?.mean), last.occluded[muscle])
    }
    let (open, closed) = (try level("1e12"), try level("2e6"))
    #expect(open.occluded < 1e-4 && (0.2..<0.8).contains(closed.occluded))
    let ratio = closed.pge2 / open.pge2
    // Spheres reach muscle within minutes; the open share is rounded to 1/64.
    #expect((ratio / exp(2 * closed.occluded) - 1).magnitude < 0.06, "\(ratio) \(closed.occluded)")
  }
}
