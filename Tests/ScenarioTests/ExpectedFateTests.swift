import Body
import Campaign
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// The jump process against the circulation solved as a Markov chain.
@Suite("The chain")
struct ExpectedFateTests {
  /// Five seeds fixed beforehand, in each species: where cells arrest agrees with the chain, by
  /// chi-square over the organs, p above 1e-3.
  @Test(arguments: ["mouse", "rat", "human"], [11, 23, 37, 41, 59])
  func jumpsAgreeWithTheChain(host: String, seed: Int) throws {
    let scenario = try Self.bare(host, cells: 200_000, ["seed=\(seed)"])
    let fate = try #require(ExpectedFate(scenario.experiments[0]))
    let run = try Scenarios.run(scenario, workers: 1)[0]
    let read = Observables(run.experiment)
    let last = try #require(run.snapshots.last)
    let alive = Double(read.living(last).all)
    var expected: [Double] = []
    var found: [Double] = []
    for organ in fate.organs.indices {
      let share = fate.arrested[organ] * alive
      let cells = Double(read.living(last, organ: organ).lumen)
      if share >= 5 || expected.isEmpty {
        expected.append(share)
        found.append(cells)
      } else {
        expected[0] += share
        found[0] += cells
      }
    }
    let square = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
    #expect(read.living(last).circulating == 0)
    #expect(ChiSquare.upperTail(square, degrees: expected.count - 1) > 1e-3)
  }

  /// By artery, from a portal organ and with small cells: shares of every organ, and the first pass.
  @Test(arguments: [
    ("rat", ["product.diameter=7um"], "lung"),
    ("rat", ["treatment.route=intra-arterial", "treatment.artery=muscle"], "muscle"),
    ("mouse", ["treatment.route=intraportal"], "liver"),
    (
      "mouse",
      [
        "treatment.route=intratissue", "treatment.into=spleen", "treatment.retention=0.3",
        "treatment.shed=0.1",
      ], "liver"
    ),
  ])
  func otherWaysIn(host: String, overrides: [String], first: String) throws {
    let scenario = try Self.bare(host, cells: 100_000, ["seed=71"] + overrides)
    let fate = try #require(ExpectedFate(scenario.experiments[0]))
    #expect(fate.firstOrgan == first)
    let total = fate.arrested.reduce(0, +) + fate.retained.reduce(0, +) + fate.shed
    #expect((total - 1).magnitude < 1e-9)
    let run = try Scenarios.run(scenario)[0]
    let read = Observables(run.experiment)
    let last = try #require(run.snapshots.last)
    for organ in fate.organs.indices {
      let share = fate.arrested[organ]
      let found = Double(read.living(last, organ: organ).lumen)
      #expect((found - share * 1e5).magnitude < 5 * (share * (1 - share) * 1e5).squareRoot() + 3)
    }
    if first != "lung" {
      let index = try #require(run.experiment.host.index(of: first))
      let inBlood = 1 - fate.shed - fate.retained.reduce(0, +)
      #expect(fate.arrested[index] >= inBlood * (fate.firstPass ?? 1) - 1e-12)
    }
  }

  /// Blood in the stretches of the loop times the visits: cells that never arrest but in one organ
  /// spend V/Q per round.
  @Test func occupancyIsBloodOverFlow() throws {
    let scenario = try Self.bare("mouse", cells: 1000, ["product.diameter=20um"])
    let experiment = scenario.experiments[0]
    let fate = try #require(ExpectedFate(experiment))
    let veins = experiment.host.venousBlood / experiment.host.cardiacOutput
    #expect(fate.timeInLargeVessels > veins && fate.timeInLargeVessels < 1.01 * veins)
  }

  @Test func depositsStayWashOutOrAreShed() throws {
    let scenario = try Self.bare(
      "mouse",
      cells: 100_000,
      ["treatment.route=intramyocardial", "treatment.retention=0.2", "treatment.shed=0.25"]
    )
    let fate = try #require(ExpectedFate(scenario.experiments[0]))
    let run = try Scenarios.run(scenario)[0]
    let read = Observables(run.experiment)
    let heart = try #require(run.experiment.host.index(of: "heart"))
    let lung = try #require(run.experiment.host.index(of: "lung"))
    let last = try #require(run.snapshots.last)
    #expect((fate.shed - 0.2).magnitude < 1e-12)
    #expect((fate.retained[heart] - 0.2).magnitude < 1e-12)
    func near(_ cells: Int, _ share: Double) -> Bool {
      (Double(cells) - share * 100_000).magnitude < 5 * (share * (1 - share) * 100_000).squareRoot()
    }
    #expect(near(last.shed, fate.shed))
    #expect(near(read.living(last, organ: heart).tissue, fate.retained[heart]))
    #expect(near(read.living(last, organ: lung).lumen, fate.arrested[lung]))
  }

  /// A scenario of small cells with nothing of what the chain leaves out.
  static func bare(_ host: String, cells: Int, _ overrides: [String]) throws -> ResolvedScenario {
    try Scenarios.load(
      "validation/lee-2009-mouse-iv.yaml",
      [
        "host=\(host)", "product.species=\(host)", "duration=2h", "clock.cell_step=1min",
        "treatment.dose=\(cells)cells", "treatment.relation=autologous", "product.diameter=9um",
        "product.diameter_variation=0.1", "arrest.saturation=0", "residence.release_rate=0 1/h",
        "survival.blood_loss=0", "survival.hazard_floor=0 1/h", "product.damage=0 1/h",
        "product.protection=1", "product.viability=1", "treatment.over=1s",
      ] + overrides
    )
  }
}

/// The chi-square distribution, by the series and the continued fraction of the incomplete gamma
/// function.
enum ChiSquare {
  /// Chance of a value above `x` with a number of degrees of freedom.
  static func upperTail(_ x: Double, degrees: Int) -> Double {
    let a = Double(degrees) / 2
    let z = x / 2
    let front = Foundation.exp(a * Foundation.log(z) - z - Foundation.lgamma(a))
    if z < a + 1 {
      var term = 1 / a
      var sum = term
      var n = a
      while term > 1e-15 * sum {
        n += 1
        term *= z / n
        sum += term
      }
      return 1 - front * sum
    }
    var b = z + 1 - a
    var c = 1e300
    var d = 1 / b
    var h = d
    for i in 1...500 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (an * d + b)
      c = b + an / c
      h *= d * c
    }
    return front * h
  }
}

@Suite("Chi-square")
struct ChiSquareTests {
  /// Critical values of the tables.
  @Test(arguments: [(3.841, 1, 0.05), (18.307, 10, 0.05), (29.588, 10, 0.001), (9.342, 10, 0.5)])
  func knownAnswers(x: Double, degrees: Int, p: Double) {
    #expect((ChiSquare.upperTail(x, degrees: degrees) / p - 1).magnitude < 2e-3)
  }
}
