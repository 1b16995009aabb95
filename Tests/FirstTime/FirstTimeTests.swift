import Agents
import Campaign
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// Five first questions, each held against a calculation by hand; the arithmetic stands in the file README.md beside.
@Suite("First questions")
struct FirstTimeTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let library = folder.deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scenarios").path

  /// A question that was run: its arms, and what was read of each.
  private struct Answer {
    let trajectories: [String: Trajectory]

    func trajectory(_ arm: String) throws -> Trajectory { try #require(trajectories[arm]) }

    func value(_ arm: String, _ endpoint: String) throws -> Double {
      let all = Endpoints.all(try trajectory(arm))
      return try #require(all.first { $0.name == endpoint }?.value, "\(arm), \(endpoint)")
    }

    /// The mean of a factor on the only grid at a time (min).
    func level(_ arm: String, _ factor: String, at time: Double) throws -> Double {
      let snapshot = try #require(
        try trajectory(arm).snapshots.first { ($0.time - time).magnitude < 1e-6 }
      )
      return try #require(snapshot.levels[0].first { $0.factor == factor }).mean
    }

    /// Host cells of a kind on the only grid at the first observation.
    func cells(_ arm: String, _ kind: String) throws -> Int {
      let first = try #require(try trajectory(arm).snapshots.first)
      return try #require(first.populations[0].first { $0.kind == kind }).summary.cells
    }
  }

  /// Runs a question, with its notes before and after the run: only those given are raised, and each is accepted.
  private static func run(_ name: String, notes expected: [String] = []) throws -> Answer {
    let scenario = try ResolvedScenario(
      path: folder.appendingPathComponent("Questions/\(name).yaml").path,
      library: library,
      overrides: []
    )
    let trajectories = try Run(
      experiments: scenario.experiments,
      seed: scenario.seed,
      replicates: 1
    ).execute(on: Workers(count: 2))
    let notes = try scenario.notes() + scenario.notes(after: Outcome.all(of: trajectories))
    #expect(notes.map(\.key) == expected, "\(notes)")
    #expect(notes.allSatisfy { $0.accepted != nil }, "\(notes)")
    return Answer(
      trajectories: Dictionary(uniqueKeysWithValues: trajectories.map { ($0.experiment.arm, $0) })
    )
  }

  /// The share that lives in the vessels of the lung after some hours, from the damage (1/h) at the start.
  private static func living(after t: Double, damage: Double = 0.003) -> Double {
    let fading = (1 - exp(-0.09 * t)) / 0.09
    return exp(-(0.10 * (t - fading) + damage * fading + 0.0041 * t))
  }

  /// The share that lives after some hours where cells leave the vessels of the lung at 0.045 1/h (0.03 1/h, five times where
  /// endothelium holds them, adhesion 0.3) for tissue, summed up in steps of 0.01 h.
  private static func livingWithExit(after t: Double) -> Double {
    let step = 0.01
    let steps = Int((t / step).rounded())
    var (inVessels, damage, alive) = (1.0, 0.003, 0.0)
    for n in 0..<steps {
      let left = t - Double(n) * step
      let fading = (1 - exp(-0.03 * left)) / 0.03
      alive +=
        0.045 * step * inVessels * exp(-(0.04 * (left - fading) + damage * fading + 0.0041 * left))
      inVessels *= exp(-(0.045 + 0.0041 + damage) * step)
      damage += 0.09 * (0.10 - damage) * step
    }
    return alive + inVessels
  }

  /// The share that lives in a joint after some hours.
  private static func livingInJoint(after t: Double) -> Double {
    let fading = (1 - exp(-0.03 * t)) / 0.03
    let settling = 96 * (1 - exp(-t / 96))
    let passing = 0.8 * 0.035 * 0.03 / (0.03 - 1.0 / 96) * (settling - fading)
    return exp(-(0.2 * 0.035 * (t - fading) + passing + 0.003 * fading + 0.0003 * t))
  }

  /// Four standard errors of a share of some agents.
  private static func tolerance(_ share: Double, agents: Double) -> Double {
    4 * (share * (1 - share) / agents).squareRoot()
  }

  private static func expect(
    _ found: Double,
    _ byHand: Double,
    within tolerance: Double,
    _ what: String,
    at place: SourceLocation = #_sourceLocation
  ) {
    #expect(
      (found - byHand).magnitude <= tolerance,
      "\(what): \(found), by hand \(byHand) within \(tolerance)",
      sourceLocation: place
    )
  }

  @Test func primingTellsNothingWhereNothingReadsIt() throws {
    let answer = try Self.run("1-priming", notes: ["identical_arms"])
    for kind in ["macrophage", "neutrophil"] {
      let cells = 5e7 * pow(10 * 20e-4, 3)
      Self.expect(Double(try answer.cells("naive", kind)), cells, within: 0.05 * cells, kind)
    }
    // Between what lives where no cell leaves the vessels and where all endothelium is activated from the start.
    let alive = try answer.value("naive", "survival_1_d")
    let share: Double = 0.95 * 0.9 * 76 / 85
    let most = share * Self.livingWithExit(after: 24)
    #expect(alive > share * Self.living(after: 24) - 0.02 && alive < most + 0.02, "\(most)")
    let first = try #require(try answer.trajectory("naive").snapshots.first)
    let site = Sites(try answer.trajectory("naive").experiment).organs
    let landed = 1e6 * 0.95 * 8e-6 / 0.1457
    Self.expect(
      Double(first.living[site].all),
      landed,
      within: 4 * landed.squareRoot(),
      "cells in the block"
    )
    let injury = "lung_block_injury_exposure"
    #expect(try answer.value("primed", injury) == answer.value("naive", injury))
    #expect(try answer.value("naive", injury) < answer.value("untreated", injury))
    #expect(try answer.value("primed", "peak_licensed_fraction") == 1)
    #expect(try answer.value("naive", "peak_licensed_fraction") == 0)
  }

  @Test func cellsStayAndLiveInTheKneeAndNotFromTheVein() throws {
    let answer = try Self.run("2-route")
    for (day, hours) in [(1, 24.0), (3, 72), (7, 168)] {
      let byHand = 0.95 * 0.9 * Self.livingInJoint(after: hours)
      let knee = try answer.value("knee", "survival_\(day)_d")
      Self.expect(knee, byHand, within: Self.tolerance(byHand, agents: 4000), "knee, \(day) d")
      #expect(try knee > 1.5 * answer.value("vein", "survival_\(day)_d"))
    }
    let vein = 0.95 * 0.9 * Self.living(after: 24)
    Self.expect(
      try answer.value("vein", "survival_1_d"),
      vein,
      within: Self.tolerance(vein, agents: 4000),
      "vein, 1 d"
    )
    Self.expect(
      try answer.value("vein", "lung_fraction_5_min"),
      0.95,
      within: Self.tolerance(0.95, agents: 4000),
      "lung, 5 min"
    )
    #expect(try answer.value("knee", "lung_fraction_5_min") == 0)
    #expect(
      try answer.value("vein", "lung_survival_1_d") > 0.95 * answer.value("vein", "survival_1_d")
    )
  }

  @Test func latePassageSuppressesLess() throws {
    let answer = try Self.run("3-passage")
    let volume = 0.04 * 0.04 * 0.624
    #expect(try answer.trajectory("early").snapshots[0].dose == Int((1e5 * volume).rounded()))
    let cells = 1e6 * volume
    Self.expect(Double(try answer.cells("alone", "cd4")), cells, within: 0.01 * cells, "T cells")
    let end = 96.0 * 60
    let lost = try 25_000 - answer.level("early", "tryptophan", at: end)
    let formed = try answer.level("early", "kynurenine", at: end)
    Self.expect(formed, lost, within: 0.03 * lost, "kynurenine for tryptophan (nM)")
    let index = try ["alone", "late", "early"].map { try answer.value($0, "well_division_index") }
    #expect(index[1] < 0.5 * index[0])
    #expect(index[2] < 0.5 * index[1])
  }

  @Test func everyWeeklyDoseLivesAsTheFirst() throws {
    let answer = try Self.run("4-weekly")
    for (arm, viable, damage) in [("fresh", 0.95, 0.003), ("thawed", 0.9295, 0.10)] {
      let last = try #require(try answer.trajectory(arm).snapshots.last)
      #expect(last.dose == 560_000_000)
      #expect(last.entered.reduce(0, +) == 4 * 2_000_000 * 70)
      let byHand = viable * 0.9 * Self.living(after: 24, damage: damage)
      let first = try answer.value(arm, "survival_1_d")
      let error = Self.tolerance(byHand, agents: 2000)
      Self.expect(first, byHand, within: error, "\(arm), first dose")
      let afterLast = try answer.value(arm, "after_last")
      Self.expect(4 * afterLast, first, within: 2.squareRoot() * error, "\(arm), last dose")
      // Of the mean (S1 + S2/2 + S3/3 + S4/4) / 4, less 0.521 S1, the later doses and S1 vary each for itself.
      let rest = 1.0 / 2 + 1.0 / 3 + 1.0 / 4
      let spread = (rest * rest + 1.0 / 4 + 1.0 / 9 + 1.0 / 16).squareRoot() / 4
      Self.expect(
        try answer.value(arm, "after_each"),
        first * (1 + rest) / 4,
        within: spread * error,
        "\(arm), each dose"
      )
    }
    #expect(
      try answer.value("thawed", "survival_1_d") < 0.5 * answer.value("fresh", "survival_1_d")
    )
  }

  @Test func cellsDoMoreThanWhatTheyLeftInMedium() throws {
    let answer = try Self.run("5-cellfree")
    let inMedium: Double = (1 - exp(-0.48)) / 0.01
    let vesicles: Double = 0.95e6 * 3000 / 24 * inMedium
    let litres = 0.045 * 20e-3
    let plasma: Double = vesicles / 6.022e23 / litres * 1e9
    let fall = Foundation.log(2.0) * 60 / 7
    let lost = 0.1 + 0.12
    let difference: Double = exp(-lost) - exp(-fall)
    let byHand: Double = 0.1 * plasma * difference / (fall - lost)
    let level = try answer.level("vesicles", "ev", at: 60)
    Self.expect(level, byHand, within: 0.05 * byHand, "vesicles at 1 h (nM)")
    let left = try answer.level("vesicles", "ev", at: 11 * 60) / level
    Self.expect(left, exp(-10 * lost), within: 0.02 * exp(-10 * lost), "left after 10 h")
    let injury = try ["cells", "medium", "vesicles", "untreated"].map {
      try answer.value($0, "lung_block_injury_exposure")
    }
    for (better, worse) in zip(injury, injury.dropFirst()) { #expect(better < worse) }
    #expect(1 - injury[0] / injury[3] > 5 * (1 - injury[1] / injury[3]))
  }
}
