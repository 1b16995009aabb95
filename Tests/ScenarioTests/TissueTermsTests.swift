import Foundation
import Laws
import Observations
import Scenario
import Simulation
import Testing

/// Tissues that heal otherwise than those of the library: by a file of a library alone.
@Suite("How a tissue differs, as data")
struct TissueTermsTests {
  private let scratch: ScratchLibrary

  init() throws {
    scratch = try ScratchLibrary(adding: ["tissues/stunned-heart": Self.heart])
  }

  private static let heart = """
    # Heart whose dead part scars and never regenerates, and whose stunned part recovers or dies.
    organ: heart
    voxels: 4 x 4 x 4
    spacing: 40 um
    factors:
      tgfb1: {given: {baseline: 10 ng/mL}}
      vegf: {given: {baseline: 1 ng/mL}}
    state:
      injury: {baseline: 0.2}
      at_risk: {baseline: 0.4}
      repair: {regeneration: 0 1/min, inflammatory_injury: 0 1/min, dissolution: 0 1/min}
      recovery: 0.02 1/h
      death: 0.005 1/h

    """

  private static let scenario = """
    name: small
    duration: 5 d
    clock: {cell_step: 5 min, output_every: 24 h}
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 100 cells}
    factors: [tgfb1, vegf]
    tissues: {heart_block: stunned-heart}

    """

  private func shares(_ overrides: [String] = []) throws -> [TissueShares<Double>] {
    let scenario = try scratch.resolve(Self.scenario, overrides)
    return try Scenarios.run(scenario, workers: 2)[0].snapshots.compactMap { $0.tissue[0] }
  }

  /// What is at risk falls as exp(-(r + d) t), a part d / (r + d) of it to the dead; what is dead only scars.
  @Test func theStunnedRecoverAndTheDeadScar() throws {
    let seen = try shares()
    let (first, last) = (seen[0], seen[seen.count - 1])
    let left = exp(-0.025 * 120)
    #expect((last.atRisk - 0.4 * left).magnitude < 1e-3)
    let died = 0.4 * (1 - left) * 0.2
    #expect((last.injured + last.scar - 0.2 - died).magnitude < 1e-3)
    #expect((last.viable - (first.viable + 0.4 * (1 - left) * 0.8)).magnitude < 2e-3)
    #expect(last.scar > 0.05)
    for (before, after) in zip(seen, seen.dropFirst()) {
      #expect(after.scar > before.scar && after.viable > before.viable)
      #expect(after.injured + after.scar >= before.injured + before.scar)
      #expect((after.viable + after.atRisk + after.injured + after.scar - 1).magnitude < 1e-6)
    }
  }

  /// Any factor may stun, kill, save, heal or scar.
  @Test func anyFactorActs() throws {
    let still = [
      "tissues.heart_block.state.recovery=0 1/h", "tissues.heart_block.state.death=0 1/h",
    ]
    func last(_ effect: String) throws -> TissueShares<Double> {
      let seen = try shares(
        still + ["tissues.heart_block.state.\(effect)={vegf: {half: 1 ng/mL, weight: 0.02 1/h}}"]
      )
      return seen[seen.count - 1]
    }
    // At the half-saturation the rate is 0.01 1/h, for 120 h.
    let left = exp(-1.2)
    #expect((try last("kills").atRisk - 0.4 * left).magnitude < 1e-3)
    #expect((try last("recovers").atRisk - 0.4 * left).magnitude < 1e-3)
    #expect(try last("recovers").viable > 0.67 && last("kills").viable < 0.401)
    #expect((try last("stuns").atRisk - (0.8 - 0.4 * left)).magnitude < 2e-3)
    let plain = try shares(still)
    let end = plain[plain.count - 1]
    #expect(try last("heals").injured < end.injured && last("heals").viable > end.viable)
    #expect(try last("scars").scar > end.scar && last("injures").injured > end.injured)
    // Vessels and progenitors begin at their own and move by what acts on them.
    #expect(try last("sprouts").vessels > end.vessels && last("prunes").vessels < end.vessels)
    #expect(try last("activates").progenitors > end.progenitors)
  }

  /// Only such a tissue has a share at risk, and its law leaves others alone.
  @Test func othersAreAsTheyWere() throws {
    let scenario = try scratch.resolve(Self.scenario)
    let names = Quantities(of: scenario.experiments[0]).names.map(\.quantity)
    #expect(names.contains("at_risk_share"))
    let law = try #require(scenario.experiments[0].laws.repair)
    #expect(
      law.regeneration > 0
        && scenario.experiments[0].tissues[0].matter?.terms.changed(law).regeneration == 0
    )
  }

  /// Shares stay in 0...1 and add up to 1 at any step, and each small step is near the differential equations.
  @Test func fourStatesStayShares() {
    var more = TissueRates<Double>()
    more.hasRisk = true
    (more.stuns, more.injures, more.kills, more.recovers) = (0.03, 0.01, 0.02, 0.05)
    (more.heals, more.scars, more.dissolves) = (0.004, 0.01, 0.002)
    (more.left, more.sprouts, more.prunes, more.activates) = (0.5, 0.03, 0.02, 0.01)
    var law = TissueRepair()
    (law.activationTime, law.divisionTime, law.differentiationTime) = (1, 1, 1)
    (law.sproutingTime, law.reperfusionTime, law.activatingInjury) = (1, 1, 0.1)
    var start = TissueShares<Double>.none
    (start.injured, start.scar, start.atRisk) = (0.2, 0.1, 0.3)
    (start.sprouts, start.vessels, start.progenitors) = (0.1, 0.6, 0.2)
    for step in [1e-4, 1, 1e3, 1e9] {
      let after = law.shares(after: start, TissueLevels(), besides: more, step: step)
      for share in [
        after.viable, after.atRisk, after.injured, after.scar, after.sprouts, after.vessels,
        after.progenitors,
      ] {
        #expect(share >= 0 && share <= 1)
      }
    }
    let step = 1e-5
    let after = law.shares(after: start, TissueLevels(), besides: more, step: step)
    let v = start.viable
    #expect(((after.atRisk - 0.3) / step - (0.015 * v - 0.06 * 0.3)).magnitude < 1e-5)
    #expect(
      ((after.injured - 0.2) / step - (0.005 * v + 0.01 * 0.3 - 0.014 * 0.2)).magnitude < 1e-5
    )
    // Sprouting takes 1 min and its own part none; a sprout is perfused in 1 min, and no injury takes vessels here.
    #expect(((after.sprouts - 0.1) / step - (0.03 * 0.3 - 0.1)).magnitude < 1e-5)
    #expect(((after.vessels - 0.6) / step - (0.1 - 0.02 * 0.6)).magnitude < 1e-5)
    #expect(((after.scar - 0.1) / step - (0.01 * 0.2 - 0.002 * 0.1)).magnitude < 1e-5)
  }
}
