import Campaign
import Fields
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// What the exchange of factors with blood goes with.
@Suite("Exchange with blood")
struct ExchangeTests {
  /// A block of muscle with a fifth of its vessels, and PGE2 that blood takes away.
  private static let muscle = """
    name: muscle
    duration: 1 h
    clock: {cell_step: 5 min, output_every: 1 h}
    host: mouse
    product: mouse-marrow-msc
    treatment: {route: intramuscular, dose: 1e3 cells}
    factors: [pge2]
    tissues:
      block:
        organ: muscle
        voxels: 4 x 4 x 4
        spacing: 20 um
        regions:
          vessel: {shape: box, from: [0 um, 0 um, 0 um], to: [20 um, 20 um, 20 um], exchange: 3 1/h}
          gel: {shape: box, from: [40 um, 40 um, 40 um], to: [60 um, 60 um, 60 um]}
        factors:
          pge2: {initial: 10 nM, exchange: 1 1/h}
        state:
          vessels: {baseline: 0.2}
          exchange: vessels
    without: [cells]
    """

  private static func resolve(_ text: String = muscle, _ overrides: [String] = []) throws
    -> ResolvedScenario
  {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(text.utf8), "muscle.yaml")
    return try ResolvedScenario(path: path, library: Scenarios.root, overrides: overrides)
  }

  private static func said(_ text: String) -> [String] {
    do {
      _ = try resolve(text)
      return []
    } catch {
      return (error as? ScenarioError)?.diagnostics.map { "\($0.path): \($0.message)" } ?? [
        "\(error)"
      ]
    }
  }

  /// Rates of the tissue go with its vessels; a region's own rate holds, and a region without one has no further rate.
  @Test func goesWithVesselsOrNot() throws {
    let vessels = try Self.resolve().experiments[0].tissues[0]
    let everywhere = try Self.resolve(Self.muscle, ["tissues.block.state.exchange=everywhere"])
      .experiments[0].tissues[0]
    let (one, three): (Double, Double) = (1.0 / 60, 3.0 / 60)
    let perfused = vessels.matter?.perfusion.map(\.rate)
    #expect(perfused == [one])
    let besides: [Double] = vessels.fields[0].medium.exchange
    #expect(besides == [0, three, 0])
    #expect(everywhere.matter?.perfusion.isEmpty == true)
    let rates: [Double] = everywhere.fields[0].medium.exchange
    #expect(rates == [one, three, one])
  }

  /// With a fifth of the vessels a fifth is exchanged: c = c0 exp(-(k v + decay) t).
  @Test func aFifthOfTheVesselsExchangesAFifth() throws {
    let plain = Self.muscle.replacing(#/ +regions:\n.*\n.*\n/#, with: "")
    let levels = try ["vessels", "everywhere"].map { word in
      let scenario = try Self.resolve(plain, ["tissues.block.state.exchange=\(word)"])
      let run = try Run(experiments: scenario.experiments, seed: 1, replicates: 1)
        .execute(on: Workers(count: 1))[0]
      return try #require(run.snapshots.last?.levels[0].first?.mean)
    }
    let ratio = levels[0] / levels[1]
    // The steps of the two are not of one kind, and vessels grow a little within the hour.
    #expect((ratio / exp(0.8) - 1).magnitude < 0.02, "\(ratio)")
  }

  @Test func whatIsMissingOrOldIsSaid() {
    let missing = Self.muscle.replacing("      exchange: vessels\n", with: "")
    #expect(
      Self.said(missing) == [
        "tissues.block.state.exchange: is missing: factors are exchanged with blood, and vessels may grow or be lost; expected vessels (the rates are those at the vessel density of healthy tissue) or everywhere (the rates hold at any density)"
      ]
    )
    let old = Self.muscle.replacing(", exchange: 1 1/h}", with: "}")
      .replacing("exchange: vessels", with: "perfusion: {pge2: {rate: 1 1/h}}")
    let said = Self.said(old)
    #expect(said.count == 1)
    #expect(
      said[0].hasPrefix(
        "tissues.block.state.perfusion: is called 'tissues.*.factors.*.exchange' since 0.2.0; it is rewritten by: stroma migrate "
      ),
      "\(said)"
    )
  }
}
