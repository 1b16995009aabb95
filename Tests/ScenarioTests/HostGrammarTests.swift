import Agents
import Body
import Foundation
import Laws
import Observations
import Scenario
import Simulation
import Testing

/// Kinds of host cells that have more than activity, and products that host cells act on: by files of a library alone.
@Suite("What a kind of host cells adds, as data")
struct HostGrammarTests {
  /// A library of its own, with two kinds more.
  private let scratch: ScratchLibrary

  init() throws {
    scratch = try ScratchLibrary(adding: Self.files)
  }

  private static let files = [
    // Exhausted by TNF-α, sooner with IL-10; what it then shows follows, kills it and holds its IFN-γ back.
    "kinds/effector": """
    # A T cell that is exhausted.
    activity: {initial: {value: 1, source: assumed}}
    axes:
      exhaustion:
        raise: {tnfa: {half: 1 ng/mL}}
        amplify: {il10: {half: 1 ng/mL, fold: 3}}
        rate: {value: 0.1 1/h, source: assumed}
        decay: {value: 0.05 1/h, source: assumed}
    followers: {pd1: {axis: exhaustion, half_life: 6 h}}
    secretion: {ifng: {active: {value: 10 molecules/cell/s, source: assumed}, folds: {exhaustion: 0.2}}}
    death: {rate: {value: 0 1/h, source: assumed}}

    """,
    "kinds/terminal": """
    # What it becomes.
    axes: {exhaustion: {rate: 0 1/h}}
    death: {rate: {value: 0 1/h, source: assumed}}

    """,
  ]

  private static func well(_ added: String, _ time: String = "24 h", more: String = "") -> String {
    """
    name: small
    duration: \(time)
    clock: {cell_step: 5 min, output_every: 2 h}
    culture:
      species: human
      width: 960 um
      depth: 2.4 mm
      spacing: 80 um
      cells: {effector: {density: 5e5 cells/mL}}
      changes: {on: {at: 0 h, add: {\(added)}}}
    medium: {}
    product: human-marrow-msc
    treatment: {dose: 2e5 cells/mL}
    kinds: {effector: effector, terminal: terminal\(more)}
    factors: [tnfa, il10, ifng, pge2]
    notes: {accept: {unsensed_factor: "not all is sensed"}}

    """
  }

  /// Nothing takes the factors away.
  private static let steady = [
    "factors.tnfa.medium_decay=0 1/h", "factors.il10.medium_decay=0 1/h",
    "factors.ifng.medium_decay=0 1/h",
  ]

  private func run(_ text: String, _ overrides: [String] = [], il10: Bool = true) throws
    -> Trajectory
  {
    let steady = il10 ? Self.steady : Self.steady.filter { !$0.contains("il10") }
    return try Scenarios.run(try scratch.resolve(text, steady + overrides), workers: 2)[0]
  }

  private func last(_ run: Trajectory) throws -> (cells: Double, levels: [Double], dead: Int) {
    let seen = try #require(run.snapshots.last).populations[0][0]
    let cells = Double(seen.summary.cells)
    return (cells, seen.summary.levels.map { $0 / cells }, seen.ledger.dead)
  }

  /// An axis beside activity rises as L = f a / (f a + d) (1 - exp(-(f a + d) t)), a signal amplifies it to
  /// x f / (1 + (x - 1) f), and what follows it lags: all to 1e-3.
  @Test(arguments: [("tnfa: 1 ng/mL", 0.5), ("tnfa: 1 ng/mL, il10: 1 ng/mL", 2 * 0.5 / 1.5)])
  func axesOfKindsRise(added: String, drive: Double) throws {
    let run = try run(Self.well(added), ["treatment.dose=500 cells/mL"])
    let (_, levels, _) = try last(run)
    let (rate, steady) = (drive * 0.1 + 0.05, drive * 0.1 / (drive * 0.1 + 0.05))
    #expect((levels[0] - steady * (1 - exp(-rate * 24))).magnitude < 1e-3)
    // dE/dt = k (L - E), by parts.
    let k = log(2.0) / 6
    let follows = steady * (1 - exp(-k * 24) - k / (k - rate) * (exp(-rate * 24) - exp(-k * 24)))
    #expect((levels[1] - follows).magnitude < 1e-3)
    let said = Quantities(of: run.experiment).names.map(\.quantity)
    #expect(said.contains("effector_exhaustion_activity") && said.contains("effector_pd1"))
  }

  /// Cells die at the hazard that what follows an axis adds, within 4 standard errors, and give what is left by the fold.
  @Test func axesOfKindsKillAndHoldBack() throws {
    let overrides = [
      "kinds.effector.axes.exhaustion.initial=0.5", "kinds.effector.axes.exhaustion.rate=0 1/h",
      "kinds.effector.axes.exhaustion.decay=0 1/h", "treatment.dose=500 cells/mL",
    ]
    let plain = try run(Self.well("tnfa: 1 ng/mL"), overrides)
    let fresh = try run(
      Self.well("tnfa: 1 ng/mL"),
      overrides + ["kinds.effector.axes.exhaustion.initial=0"]
    )
    func ifng(_ run: Trajectory) throws -> Double {
      try #require(run.snapshots.last?.levels[0].first { $0.factor == "ifng" }).mean
    }
    #expect((try ifng(plain) / ifng(fresh) - 0.6).magnitude < 1e-3)
    let dying = try run(
      Self.well("tnfa: 1 ng/mL"),
      overrides + ["kinds.effector.hazards={exhaustion: 0.04 1/h}"]
    )
    let (cells, _, dead) = try last(dying)
    let expected = exp(-0.04 * 0.5 * 24)
    let all = cells + Double(dead)
    let share = cells / all
    #expect((share - expected).magnitude < 4 * (expected * (1 - expected) / all).squareRoot())
  }

  /// A change in proportion to an axis goes as the integral of it, within 4 standard errors, and the cell keeps the level.
  @Test func changesFollowAnAxis() throws {
    let run = try run(
      Self.well("tnfa: 1 ng/mL"),
      [
        "kinds.effector.axes.exhaustion.initial=0.5", "kinds.effector.axes.exhaustion.rate=0 1/h",
        "kinds.effector.axes.exhaustion.decay=0 1/h",
        "kinds.effector.change={into: terminal, rate: 0.05 1/h, needs: exhaustion}",
      ]
    )
    let seen = try #require(run.snapshots.last).populations[0]
    let all = Double(seen[0].ledger.initial)
    let left = Double(seen[0].summary.cells) / all
    let expected = exp(-0.05 * 0.5 * 24)
    #expect((left - expected).magnitude < 4 * (expected * (1 - expected) / all).squareRoot())
    #expect(seen[1].summary.cells == seen[0].ledger.left)
    #expect(seen[1].summary.levels == [0.5 * Double(seen[1].summary.cells)])
  }

  /// A signal that hastens the decay of an axis of the product adds to d, and a brake takes its share of a secretion.
  @Test func productsAreBrakedBySignals() throws {
    let axis = "product.axes={alarm: {always: 0.5, rate: 0.1 1/h, decay: 0.05 1/h"
    let plain = try run(Self.well("tnfa: 1 ng/mL"), [axis + "}}"])
    let hastened = try run(
      Self.well("tnfa: 1 ng/mL"),
      [axis + ", hasten_decay: {tnfa: {half: 1 ng/mL, weight: 0.2 1/h}}}}"]
    )
    for (run, decay) in [(plain, 0.05), (hastened, 0.15)] {
      let row = try #require(run.experiment.product.terms.row(of: "alarm"))
      let level = try #require(run.snapshots.last?.licensing[0].mean(row: row))
      let rate = 0.05 + decay
      #expect((level - 0.05 / rate * (1 - exp(-rate * 24))).magnitude < 1e-3)
    }
    func pge2(_ run: Trajectory) throws -> Double {
      try #require(run.snapshots.last?.levels[0].first { $0.factor == "pge2" }).mean
    }
    let braked = try run(
      Self.well("tnfa: 1 ng/mL"),
      [axis + "}}", "product.secretion.pge2.brakes={tnfa: {half: 1 ng/mL, weight: 0.8}}"]
    )
    #expect((try pge2(braked) / pge2(plain) - 0.6).magnitude < 1e-3)
  }

  /// Stopped at odd steps, written down and read back, a run in which kinds have axes ends with the same bytes, on one
  /// worker and on two.
  @Test func goesOnAsIfItHadNotStopped() throws {
    let text = Self.well("tnfa: 1 ng/mL")
    let change = ["kinds.effector.change={into: terminal, rate: 0.05 1/h, needs: pd1}"]
    let scenario = try scratch.resolve(text, change)
    let (straight, stopped) = try HostRunTests.both(
      scenario.experiments[0],
      steps: 288,
      stoppingEvery: 67
    )
    #expect(HostRunTests.csv(stopped) == HostRunTests.csv(straight))
    let one = try Scenarios.run(scenario, workers: 1)
    #expect(try Scenarios.csv(one) == Scenarios.csv(Scenarios.run(scenario, workers: 2)))
  }

  /// An axis of the product rises where host cells present antigen, and only there: by less than
  /// 1 - exp(-a t), which a drive of 1 would make.
  @Test func productsSenseAntigen() throws {
    let axis = "product.axes={seen: {raise: {antigen: {half: 0.2}}, rate: 0.1 1/h}}"
    func seen(_ overrides: [String]) throws -> Double {
      let run = try run(Self.well("tnfa: 1 ng/mL"), [axis] + overrides)
      let row = try #require(run.experiment.product.terms.row(of: "seen"))
      return try #require(run.snapshots.last?.licensing[0].mean(row: row))
    }
    let none = "contact.alloantigen=0"
    #expect(try seen([none]) == 0)
    let presented = try seen([none, "kinds.effector.presents_antigen=true"])
    #expect(presented > 0.01 && presented < 1 - exp(-2.4))
  }

  /// Where all signals must act, an axis does not rise without one of them: neither where the scenario does not carry it nor
  /// where it is neutralised.
  @Test(arguments: ["factors", "without"])
  func whatMustActTogetherIsAllThere(by way: String) throws {
    try scratch.write(
      Data(
        """
        # A cell in which two signals act together.
        axes: {alarm: {raise: {tnfa: {half: 1 ng/mL}, il10: {half: 1 ng/mL}}, needs_all: true, rate: 0.1 1/h}}
        death: {rate: {value: 0 1/h, source: assumed}}

        """.utf8
      ),
      "library/kinds/effector.yaml"
    )
    let text = Self.well(way == "factors" ? "tnfa: 1 ng/mL" : "tnfa: 1 ng/mL, il10: 1 ng/mL")
    let run =
      way == "factors"
      ? try self.run(
        text.replacing("[tnfa, il10, ifng, pge2]", with: "[tnfa, ifng, pge2]"),
        il10: false
      )
      : try self.run(text, ["without=[tnfa]"])
    #expect(try last(run).levels[0] == 0)
  }

  /// What is wrong with such files is said with its place.
  @Test(arguments: [
    (
      "kinds.effector.hazards={exhausted: 0.1 1/h}",
      "kinds.effector.hazards.exhausted: is no axis of the cell"
    ),
    ("kinds.effector.axes={activity: {rate: 1 1/h}}", "kinds.effector.axes.activity: is taken"),
    ("kinds.effector.axes={cells: {rate: 1 1/h}}", "kinds.effector.axes.cells: is taken"),
    (
      "kinds.effector.axes={a: {rate: 1 1/h, half_passage: 3}}",
      "kinds.effector.axes.a.half_passage: "
    ),
    (
      "kinds.effector.change={into: terminal, needs: exhaustion, needs_activity: true}",
      "kinds.effector.change.needs_activity: is said by 'needs'"
    ),
    ("kinds.effector.change={into: terminal, needs: pd2}", "kinds.effector.change.needs: "),
    ("product.axes={a: {rate: 1 1/h, initial: 0.5}}", "product.axes.a.initial: "),
    (
      "product.axes={a: {amplify: {tnfa: {half: 1 nM, fold: 2}}, rate: 1 1/h}}",
      "product.axes.a.amplify: acts on what raises"
    ),
    (
      "kinds.effector.followers={a_cells: {axis: exhaustion, half_life: 1 h}}",
      "kinds.effector.followers.a_cells: is taken"
    ),
    (
      "kinds={effector: effector, terminal: terminal, effector_exhaustion: terminal}",
      "kinds: exhaustion of effector is reported as effector_exhaustion"
    ),
    (
      "product.axes={a: {raise: {contact: {half: 0.1}}, rate: 1 1/h}}",
      "product.axes.a.raise.contact: "
    ),
  ])
  func mistakesAreSaid(override: String, words: String) {
    let said = scratch.diagnostics { try scratch.resolve(Self.well("tnfa: 1 ng/mL"), [override]) }
    #expect(said.contains { $0.contains(words) }, "\(said)")
  }
}
