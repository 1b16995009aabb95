import Campaign
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// What a run says at its end, against the same numbers worked out by hand from its endpoints.
@Suite("Answer of a run")
struct AnswerTests {
  private static func runs(_ replicates: Int, _ overrides: [String] = []) throws -> [Trajectory] {
    let scenario = try ResolvedScenario(
      path: "\(CampaignBench.library)/tutorials/culture-t-cell-suppression.yaml",
      library: CampaignBench.library,
      overrides: [
        "culture.width=240um", "culture.depth=1.2mm", "clock.output_every=24 h",
        "replicates=\(replicates)",
      ] + overrides
    )
    return try Run(experiments: scenario.experiments, seed: scenario.seed, replicates: replicates)
      .execute(on: Workers(count: 2))
  }

  /// Values of an endpoint by arm, then replicate.
  private static func values(_ name: String, _ runs: [Trajectory]) -> [String: [Double]] {
    Dictionary(grouping: runs) { $0.experiment.arm }.mapValues { runs in
      runs.compactMap { run in Endpoints.all(run).first { $0.name == name }?.value }
    }
  }

  /// t of Student that 95 % lie within, on two degrees of freedom.
  private static let t = 4.302652729911275

  @Test func meansAndDifferencesAreThoseOfTheReplicates() throws {
    let runs = try Self.runs(3)
    let answer = Answer(runs)
    #expect(answer.replicates == 3)
    let row = try #require(answer.rows.first { $0.endpoint == "well_proliferation" })
    let values = Self.values("well_proliferation", runs)
    let control = try #require(values["alone"])
    for arm in row.arms {
      let own = try #require(values[arm.name])
      let (mean, error) = Self.moments(own)
      #expect(arm.mean == mean && arm.replicates == 3 && arm.missing == nil)
      let low = try #require(arm.low)
      #expect((low - (mean - Self.t * error)).magnitude <= 1e-9 * mean.magnitude)
      #expect(arm.control == (arm.name == "alone" ? nil : "alone"))
      guard arm.name != "alone" else {
        #expect(arm.difference == nil && arm.pairing == nil && arm.needed == nil)
        continue
      }
      let (change, spread) = Self.moments(zip(own, control).map { $0 - $1 })
      #expect(arm.difference == change)
      let high = try #require(arm.differenceHigh)
      #expect((high - (change + Self.t * spread)).magnitude <= 1e-9 * change.magnitude)
      let apart = error * error + Self.moments(control).error * Self.moments(control).error
      #expect((try #require(arm.pairing) - apart / (spread * spread)).magnitude < 1e-9 * apart)
    }
    // What cells of the product do, the control does not have.
    let survival = try #require(answer.rows.first { $0.endpoint == "survival_1_d" })
    #expect(survival.arms[0].mean == nil && survival.arms[0].missing != nil)
    #expect(survival.arms[1].mean != nil && survival.arms[1].difference == nil)
  }

  /// Where a difference is not settled, so many replicates would settle it in four cases of five, and one fewer would not.
  @Test func replicatesThatWouldSettleADifference() throws {
    let runs = try Self.runs(4, ["arms.one-to-ten.treatment.dose=2e4 cells/mL"])
    let answer = Answer(runs)
    var open = 0
    for row in answer.rows {
      let values = Self.values(row.endpoint, runs)
      for arm in row.arms {
        guard let difference = arm.difference, let low = arm.differenceLow,
          let high = arm.differenceHigh
        else { continue }
        guard low <= 0, high >= 0, let needed = arm.needed else {
          #expect(arm.needed == nil)
          continue
        }
        open += 1
        let own = try #require(values[arm.name])
        let control = try #require(values["alone"])
        let deviation = Self.moments(zip(own, control).map { $0 - $1 }).error * 4.0.squareRoot()
        func half(_ n: Int) -> Double {
          let t = StudentT(degrees: n - 1)
          return (t.quantile(0.975) + t.quantile(0.8)) * deviation / Double(n).squareRoot()
        }
        #expect(needed > 4 && half(needed) <= difference.magnitude)
        #expect(half(needed - 1) > difference.magnitude)
        #expect(answer.table.contains("not settled; about \(needed) replicates would settle"))
      }
    }
    #expect(open > 0)
  }

  /// One replicate has no interval, and the answer says how to come by one.
  @Test func oneReplicateHasNoInterval() throws {
    let answer = Answer(try Self.runs(1))
    for arm in answer.rows.flatMap(\.arms) {
      #expect(arm.low == nil && arm.differenceLow == nil && arm.needed == nil)
    }
    #expect(answer.table.contains("One replicate shows no spread"))
  }

  /// A scenario that defines endpoints is answered by these alone.
  @Test func ownEndpointsComeFirst() throws {
    let own = "endpoints={late: {of: ifng_mean, in: well, at: 24 h, as: value}}"
    #expect(Answer(try Self.runs(2, [own])).rows.map(\.endpoint) == ["late"])
  }

  private static func moments(_ values: [Double]) -> (mean: Double, error: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return (mean, (variance / n).squareRoot())
  }
}
