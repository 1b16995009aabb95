import Body
import Fields
import Foundation
import Observations
import Scenario
import Simulation
import Testing
import Vocabulary

/// What a scenario gives of a factor, over what the preset of a tissue says of it.
@Suite("What is given over a preset")
struct GivenOverPresetTests {
  private static func text(_ factors: String, treatment: String = "dose: 2e5 cells, spread: 20 uL")
    -> String
  {
    """
    name: given
    duration: 2 h
    clock: {cell_step: 10 min, output_every: 1 h}
    host: mouse-scid
    product: mouse-marrow-msc
    treatment: {route: intramuscular, \(treatment)}
    tissues: {block: {preset: injured-muscle, voxels: 8 x 8 x 8, factors: {\(factors)}}}

    """
  }

  private static func resolve(_ text: String) throws -> ResolvedScenario {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(text.utf8), "given.yaml")
    return try ResolvedScenario(path: path, library: Scenarios.root)
  }

  private static func field(_ factor: String, _ tissue: Tissue) throws -> Tissue.Field {
    try #require(tissue.fields.first { $0.factor.name == factor })
  }

  /// A factor that is given is not solved: what the preset says of its exchange, and of what tissue gives, is passed over.
  @Test func aGivenLevelHoldsOverExchange() throws {
    let plain = try Self.resolve(Self.text("")).experiments[0].tissues[0]
    let scenario = try Self.resolve(Self.text("tnfa: {given: {baseline: 1 ng/mL}}"))
    let tissue = scenario.experiments[0].tissues[0]
    guard case .given(let level) = try Self.field("tnfa", tissue).origin else {
      Issue.record("TNF-a is solved")
      return
    }
    #expect(level.baseline > 0)
    func perfused(_ tissue: Tissue) -> [String] {
      (tissue.matter?.perfusion ?? []).map { tissue.fields[$0.factor].factor.name }
    }
    #expect(perfused(plain).contains("tnfa"))
    #expect(perfused(tissue) == perfused(plain).filter { $0 != "tnfa" })
    #expect(!scenario.records.contains { $0.path.suffix(2) == ["tnfa", "exchange"] })
    #expect(!scenario.records.contains { $0.path.contains("gives") && $0.path.contains("tnfa") })
    #expect(try Scenarios.run(scenario).count == 1)
  }

  /// `initial` has a factor solved that the preset gives.
  @Test func aStartHoldsOverAGivenLevel() throws {
    let text = Self.text("ifng: {initial: 2 ng/mL, exchange: 0.03 1/min}")
    let tissue = try Self.resolve(text).experiments[0].tissues[0]
    guard case .solved(let initial) = try Self.field("ifng", tissue).origin else {
      Issue.record("IFN-g is given")
      return
    }
    let given = try Self.resolve(Self.text("ifng: {given: {baseline: 2 ng/mL}}"))
    guard case .given(let level) = try Self.field("ifng", given.experiments[0].tissues[0]).origin
    else {
      Issue.record("IFN-g is solved")
      return
    }
    #expect(initial == level.baseline)
    let position = tissue.fields.firstIndex { $0.factor.name == "ifng" }
    #expect(tissue.matter?.perfusion.contains { $0.factor == position } == true)
  }

  /// What the scenario itself says twice is said.
  @Test func bothAreAnError() throws {
    func said(_ factors: String) -> [String] {
      do {
        _ = try Self.resolve(Self.text(factors))
        return []
      } catch {
        return (error as? ScenarioError)?.diagnostics.map { "\($0.path): \($0.message)" } ?? []
      }
    }
    let words =
      "belongs to a factor that is solved from 'initial' on, and this one is given; leave out"
    #expect(
      said("tnfa: {given: {baseline: 1 ng/mL}, exchange: 1 1/h}") == [
        "tissues.block.factors.tnfa.exchange: \(words) 'exchange' or 'given'"
      ]
    )
    #expect(
      said("ifng: {exchange: 1 1/h}") == [
        "tissues.block.factors.ifng.exchange: \(words) 'exchange' or 'given'"
      ]
    )
  }

  /// A dose of factors is added to the block, and blood takes them at the rate of the preset.
  @Test func aDoseOfFactorsKeepsTheExchangeOfThePreset() throws {
    let treatment = "dose: 2e5 cells, spread: 20 uL, gives: secretome"
    let scenario = try Self.resolve(Self.text("", treatment: treatment))
    let rate = try #require(
      scenario.records.first { $0.path.suffix(2) == ["hgf", "exchange"] }
    )
    #expect(rate.text == "0.03 1/min" && rate.origin.layer == .preset("tissues/healthy-muscle"))
    let closed = try Self.resolve(Self.text("hgf: {exchange: 0 1/min}", treatment: treatment))
    let experiment = scenario.experiments[0]
    let dose = try #require(experiment.factorDoses.first?.amounts["hgf"])
    let part = 0.9 * experiment.tissues[0].shape.volume / (try #require(experiment.spread))
    func balance(_ scenario: ResolvedScenario) throws -> MassBalance {
      let last = try #require(try Scenarios.run(scenario)[0].snapshots.last)
      return try #require(last.masses[0].first { $0.factor == "hgf" }?.balance)
    }
    let (open, kept) = (try balance(scenario), try balance(closed))
    #expect((open.added / (dose * part) - 1).magnitude < 1e-5)
    #expect(open.added == kept.added)
    // k c is taken and d c decays: k / (k + d) (1 - exp(-(k + d) t)) of the dose, k by half the vessels.
    let (k, d, t): (Double, Double, Double) = (0.03 * 0.5, 0.010, 120)
    let share = k / (k + d) * (1 - exp(-(k + d) * t))
    let byVessels = (open.takenUp - kept.takenUp).magnitude
    #expect((byVessels / open.added / share - 1).magnitude < 0.05, "\(open), \(kept)")
  }
}
