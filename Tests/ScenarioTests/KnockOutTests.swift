import Agents
import Campaign
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// What a well does when a mechanism is switched off: columns of 400 um, four replicates on the same chance.
@Suite("Knock-outs")
struct KnockOutTests {
  static let replicates = 4

  /// The trajectories of some arms of a study, by arm and replicate.
  static func run(_ name: String, _ arms: [String]) throws -> [String: [Trajectory]] {
    let scenario = try Scenarios.load("\(name).yaml", ["culture.width=400um"])
    let chosen = scenario.experiments.filter { arms.contains($0.arm) }
    try #require(chosen.count == arms.count)
    let trajectories = try Run(
      experiments: chosen,
      seed: scenario.seed,
      replicates: replicates
    ).execute(on: Workers(count: 2))
    return Dictionary(grouping: trajectories) { $0.experiment.arm }
  }

  /// Mean and standard error of a reading over the replicates.
  static func mean(_ trajectories: [Trajectory]?, _ read: (Snapshot) -> Double) throws
    -> (value: Double, error: Double)
  {
    let values = try #require(trajectories).map { read($0.snapshots[$0.snapshots.count - 1]) }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (n - 1) / n).squareRoot())
  }

  /// Mean and standard error of the paired differences of the division index.
  static func difference(_ trajectories: [Trajectory]?, _ others: [Trajectory]?) throws
    -> (value: Double, error: Double)
  {
    let pairs = zip(try #require(trajectories), try #require(others))
    let values = pairs.map { one, other in
      index(one.snapshots[one.snapshots.count - 1])
        - index(other.snapshots[other.snapshots.count - 1])
    }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (n - 1) / n).squareRoot())
  }

  static func index(_ snapshot: Snapshot) -> Double {
    Assay.divisionIndex(snapshot.populations[0]) ?? 0
  }

  static func regulatory(_ snapshot: Snapshot) -> Double {
    Double(snapshot.populations[0].first { $0.kind == "treg" }?.summary.cells ?? 0)
  }

  /// Without IFN-γ nothing is licensed, and with it all are.
  @Test func withoutInterferonNothingIsLicensed() throws {
    let runs = try Self.run("studies/culture-knockouts-human", ["contact", "without-ifng"])
    for trajectory in try #require(runs["without-ifng"]) {
      #expect(trajectory.snapshots.allSatisfy { $0.licensing[0].stat1 == 0 })
      #expect(trajectory.snapshots.allSatisfy { $0.licensing[0].protein == 0 })
    }
    #expect(try Self.mean(runs["contact"]) { $0.licensing[0].mean(\.stat1) ?? 0 }.value > 0.8)
  }

  /// IDO off and tryptophan in excess undo the same arrest where nobody senses kynurenine; where cells do,
  /// more of them become regulatory with tryptophan in excess.
  @Test func tryptophanUndoesTheArrestByIDO() throws {
    let runs = try Self.run(
      "studies/culture-knockouts-human",
      [
        "apart", "apart-without-ido", "apart-with-tryptophan", "apart-without-ido-or-kynurenine",
        "apart-with-tryptophan-without-kynurenine",
      ]
    )
    let off = try Self.mean(runs["apart-without-ido-or-kynurenine"], Self.index)
    let fed = try Self.mean(runs["apart-with-tryptophan-without-kynurenine"], Self.index)
    let error = (off.error * off.error + fed.error * fed.error).squareRoot()
    #expect((off.value - fed.value).magnitude < 4 * error + 0.01 * off.value)
    // Paired on the same chance; Student's t of 3 degrees for 95 %.
    let gain = try Self.difference(runs["apart-without-ido-or-kynurenine"], runs["apart"])
    #expect(gain.value > 3.18 * gain.error)
    let without = try Self.mean(runs["apart-without-ido"], Self.regulatory)
    let with = try Self.mean(runs["apart-with-tryptophan"], Self.regulatory)
    #expect(with.value > without.value + 4 * (with.error + without.error))
  }

  /// What a mouse's cells do they do by iNOS, what a man's apart from T cells do in part by IDO.
  @Test func speciesHaveTheirEffectors() throws {
    let mouse = try Self.run(
      "studies/culture-knockouts-mouse",
      ["alone", "contact", "without-inos", "without-ido"]
    )
    let (alone, contact) = (
      try Self.mean(mouse["alone"], Self.index), try Self.mean(mouse["contact"], Self.index)
    )
    let inos = try Self.mean(mouse["without-inos"], Self.index)
    #expect(contact.value < 0.1 * alone.value)
    #expect(inos.value > 0.5 * alone.value)
    #expect(try Self.mean(mouse["without-ido"], Self.index).value == contact.value)
  }

  /// Few unlicensed cells hardly suppress: blocking IFN-γ takes more than half of what a low dose does.
  @Test func aLowDoseNeedsInterferon() throws {
    let runs = try Self.run(
      "validation/di-nicola-2002-mlr",
      ["alone", "low", "low-blocked"]
    )
    /// Incorporation of thymidine at the end, mean over the replicates.
    func incorporation(_ arm: String) throws -> Double {
      let each = try #require(runs[arm]).map { trajectory in
        let last = trajectory.snapshots.count - 1
        return Assay.incorporation(trajectory, at: trajectory.snapshots[last], tissue: 0) ?? .nan
      }
      return each.reduce(0, +) / Double(each.count)
    }
    let alone = try incorporation("alone")
    let low = 1 - (try incorporation("low")) / alone
    let blocked = 1 - (try incorporation("low-blocked")) / alone
    #expect(low > 0.4)
    #expect(blocked < 0.5 * low)
  }
}
