import Campaign
import Observations
import Scenario
import Simulation
import Substrate
import Testing

@Suite("Intervals of replicates")
struct EstimateTests {
  /// Against the tables, to their last digit.
  @Test(
    arguments: [
      (0.975, 1, 12.706), (0.975, 2, 4.303), (0.975, 3, 3.182), (0.975, 10, 2.228),
      (0.975, 30, 2.042), (0.975, 999, 1.962), (0.95, 2, 2.920), (0.995, 5, 4.032),
      (0.5, 4, 0),
    ]
  )
  func quantilesAreThoseOfTheTables(probability: Double, degrees: Int, value: Double) {
    let found = StudentT(degrees: degrees).quantile(probability)
    #expect((found - value).magnitude <= 0.0005)
  }

  /// One and two degrees of freedom have closed forms: P(|T| > 1) = ½ and 1 − 1/√3.
  @Test func tailsAreThoseOfTheClosedForms() {
    #expect((StudentT(degrees: 1).outside(1) - 0.5).magnitude < 1e-14)
    #expect((StudentT(degrees: 2).outside(1) - (1 - 1 / 3.0.squareRoot())).magnitude < 1e-14)
    #expect(StudentT(degrees: 7).outside(0) == 1)
  }

  /// ē = 3.5, s² = 5/3, n = 4: 3.5 ± 3.18245 √(5/12).
  @Test func meanHasItsInterval() throws {
    let estimate = Estimate.mean(of: [2, 4, 3, 5])
    let interval = try #require(estimate.interval)
    #expect(estimate.value == 3.5)
    #expect((interval.lowerBound - (3.5 - 2.05426026)).magnitude < 1e-7)
    #expect((interval.upperBound - (3.5 + 2.05426026)).magnitude < 1e-7)
  }

  /// By hand: ē = 3.5, d̄ = 10, s_ee = 5/3, s_ed = 8/3, s_dd = 14/3, t²/n = 2.531991, so that
  /// 88.18404 θ² − 2 · 28.24802 θ + 8.03001 ≤ 0.
  @Test func ratioHasTheIntervalOfFieller() throws {
    let estimate = Estimate.ratio(of: [2, 4, 3, 5], to: [8, 10, 9, 13])
    let interval = try #require(estimate.interval)
    #expect(estimate.value == 0.35)
    #expect((interval.lowerBound - 0.212851051).magnitude < 1e-8)
    #expect((interval.upperBound - 0.427809622).magnitude < 1e-8)
  }

  @Test func ratioToItselfIsOne() {
    let values = [3.1, 4.7, 2.9]
    #expect(Estimate.ratio(of: values, to: values) == Estimate(value: 1, interval: 1...1))
  }

  /// A denominator that is not told from zero bounds nothing; none at all has no ratio.
  @Test func ratioToNothingHasNoBounds() {
    #expect(
      Estimate.ratio(of: [1, 2, 3, 2], to: [1, -1, 2, -1]) == Estimate(value: 8, interval: nil)
    )
    #expect(
      Estimate.ratio(of: [1, 2, 3, 2], to: [0, 0, 0, 0]) == Estimate(value: nil, interval: nil)
    )
  }
}

@Suite("Attribution of an effect")
struct AttributionTests {
  static let scenario = "tutorials/culture-t-cell-suppression.yaml"
  /// A narrow well in which every T cell answers, so that there is an effect to see.
  static let small = [
    "culture.width=240um", "culture.depth=1.2mm", "culture.cells.cd4.triggered=100 %",
    "culture.cells.cd8.triggered=100 %", "duration=72h", "clock.output_every=24h",
  ]

  static func knockOuts(
    _ overrides: [String] = [],
    arm: String? = nil,
    endpoint: String = "well_divisions",
    replicates: Int? = 3
  ) throws -> KnockOuts {
    try KnockOuts(
      of: try Scenarios.load(scenario, small + overrides),
      arm: arm,
      endpoint: endpoint,
      replicates: replicates
    )
  }

  /// Rows by mechanism, the whole effect first; the same bytes on one worker and on two; without
  /// cells and with everything are what the arms of the scenario itself are.
  @Test func rowsAreThoseOfTheMechanisms() throws {
    let arms = try Self.knockOuts()
    #expect(arms.arm == "one-to-ten")
    #expect(
      arms.mechanisms == [
        "licensing", "ido", "contact", "killing", "pge2", "tgfb1", "hgf", "adenosine", "il10",
      ]
    )
    let one = try Attribution(arms, workers: Workers(count: 1))
    #expect(one.rows.map(\.mechanism) == ["cells"] + arms.mechanisms + ["together"])
    let cells = one.rows[0]
    #expect(cells.share == Estimate(value: 1, interval: 1...1))
    #expect(one.rows.allSatisfy { $0.change.interval != nil && $0.with == cells.with })
    #expect(one.rows.allSatisfy { $0.note.isEmpty })
    let lines = one.csv.split(separator: "\n")
    #expect(lines.count == 12)
    #expect(lines[1].hasPrefix("culture-t-cell-suppression,one-to-ten,well_divisions,cells,"))
    #expect(lines[1].hasSuffix(",1,1,1,3,"))

    #expect(try Attribution(arms, workers: Workers(count: 2)).csv == one.csv)

    let runs = try Scenarios.run(
      try Scenarios.load(Self.scenario, Self.small),
      workers: 2,
      replicates: 3
    )
    for run in runs {
      let known = Endpoints.all(of: run.experiment)
      #expect(known.map(\.name) == Endpoints.all(run).map(\.name))
      #expect(known.filter { $0.name.hasPrefix("well_") }.allSatisfy { $0.value == nil })
    }
    func mean(_ arm: String) -> Double {
      runs.filter { $0.experiment.arm == arm }.reduce(0) { sum, run in
        let divisions = Endpoints.all(run).first {
          $0.name == "well_divisions"
        }
        return sum + (divisions?.value ?? .nan)
      } / 3
    }
    #expect(cells.without == mean("alone"))
    #expect(cells.with == mean("one-to-ten"))
  }

  /// What an arm lacks already is not taken from it again; with nothing left the cells do nothing,
  /// and a share of nothing is not told.
  @Test func cellsWithoutAnyMechanismDoNothing() throws {
    let off = "licensing, ido, contact, killing, pge2, tgfb1, hgf, adenosine, il10"
    let some = try Self.knockOuts(["arms.one-to-ten.without=[licensing, killing, pge2]"])
    #expect(some.mechanisms == ["ido", "contact", "tgfb1", "hgf", "adenosine", "il10"])
    let arms = try Self.knockOuts(["duration=48h", "arms.one-to-ten.without=[\(off)]"])
    #expect(arms.mechanisms.isEmpty)
    let rows = try Attribution(arms, workers: Workers(count: 2)).rows
    #expect(rows.map(\.mechanism) == ["cells"])
    #expect(rows[0].change == Estimate(value: 0, interval: 0...0))
    #expect(rows[0].share == Estimate(value: nil, interval: nil))
    #expect(rows[0].note == "effect not told from none")
  }

  /// At least four replicates, where nobody says how many; from the start, whatever the arms share.
  @Test func armsAreReplicatedEnoughAndRunFromTheStart() throws {
    #expect(try Self.knockOuts(replicates: nil).run.replicates == 4)
    #expect(try Self.knockOuts(["replicates=6"], replicates: nil).run.replicates == 6)
    let shared = ["arms.alone.without=[ido]", "clock.fork_at=24h"]
    let clock = try Scenarios.load(Self.scenario, Self.small + shared).experiments[1].clock
    let runs = try Self.knockOuts(shared).run.experiments
    #expect(clock.fork > 0)
    #expect(runs.allSatisfy { $0.clock.fork == 0 && $0.clock.outputs == clock.outputs })
    #expect(runs[0].doses.isEmpty && runs.dropFirst().allSatisfy { !$0.doses.isEmpty })
  }

  @Test(
    arguments: [
      ("one-to-ten", "well_division", true, "did you mean 'well_divisions'?"),
      ("one-to-ten", "survival_3_d", true, "is read from the cells given"),
      ("one-to-tem", "well_divisions", true, "did you mean 'one-to-ten'?"),
      ("alone", "well_divisions", false, "with --arm: one-to-ten, one-to-ten-apart"),
    ]
  )
  func mistakesAreToldBeforeAnythingRuns(
    arm: String,
    endpoint: String,
    isOfCommandLine: Bool,
    words: String
  ) throws {
    let error = try #require(throws: AttributionError.self) {
      try Self.knockOuts(arm: arm, endpoint: endpoint)
    }
    #expect(error.isOfCommandLine == isOfCommandLine)
    #expect(error.description.contains(words), "\(error.description)")
  }

  /// Without the cells no T cell becomes a regulatory one, so that there is no activity to be read.
  @Test func endpointWithoutValueNamesTheArm() throws {
    let arms = try Self.knockOuts(["duration=24h"], endpoint: "well_treg_activity", replicates: 2)
    let error = try #require(throws: AttributionError.self) {
      try Attribution(arms, workers: Workers(count: 2))
    }
    guard case .noValue("well_treg_activity", "one-to-ten without cells", 1, let missing) = error
    else {
      Issue.record("\(error)")
      return
    }
    #expect(missing == "no treg is left")
  }
}
