import Campaign
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// What is more than a model can hold is an error of one sentence, or is held.
@Suite("Limits of scenarios")
struct LimitTests {
  private static let well = """
    name: well
    duration: 6 h
    clock: {cell_step: 10 min, output_every: 6 h}
    culture: {species: human, width: 240 um, depth: 1.2 mm, cells: {macrophage: {density: 2e5 cells/mL}}}
    medium: rpmi
    product: human-marrow-msc
    treatment: {dose: 1e4 cells/mL}
    kinds: {macrophage: {preset: macrophage}}
    factors: [ifng, tnfa, il10, il1b]

    """

  private static func said(_ text: String) throws -> [String] {
    let scratch = try ScratchLibrary()
    return scratch.diagnostics {
      let path = try scratch.write(Data(text.utf8), "small.yaml")
      return try ResolvedScenario(path: path, library: Scenarios.root)
    }
  }

  private static func resolve(_ text: String, _ overrides: [String] = []) throws -> ResolvedScenario
  {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(text.utf8), "small.yaml")
    return try ResolvedScenario(path: path, library: Scenarios.root, overrides: overrides)
  }

  /// As many observations as a run may have steps are read, each once and in order, as are the rows of the long tables.
  @Test func asManyObservationsAsSteps() throws {
    let body = """
      name: body
      duration: 500 h
      clock: {cell_step: 1e-4 h, output_every: 1e-4 h, also_at: [1 h, 400 h]}
      host: mouse
      product: human-marrow-msc
      treatment: {route: intravenous, dose: 2e3 cells}
      record: {every: 2e-4 h}

      """
    let experiment = try Self.resolve(body).experiments[0]
    #expect(experiment.clock.outputs.elementsEqual(1...5_000_000))
    #expect(experiment.recorded.every == 0.012)
    let coarse = try Self.resolve(
      body.replacing("record: {every: 2e-4 h}", with: ""),
      ["clock.output_every=150 h", "clock.also_at=[150 h, 1 h, 0.01 h]"]
    )
    #expect(
      coarse.experiments[0].clock.outputs == [
        100, 10_000, 1_500_000, 3_000_000, 4_500_000, 5_000_000,
      ]
    )
  }

  /// As many brakes as cells have room for are taken, and of one more it is said which.
  @Test func brakesBeyondTheRoomOfACellAreSaid() throws {
    let factors = [
      "il6", "ccl2", "stc1", "hgf", "vegf", "pge2", "tgfb1", "tsg6", "chi3l1", "il1ra", "adenosine",
      "kynurenine", "lactate",
    ]
    func text(_ count: Int) -> String {
      let brakes = factors.prefix(count).map { "      \($0): {half: 1 nM, weight: 0.1}\n" }.joined()
      return Self.well.replacing("{macrophage: {preset: macrophage}}", with: "")
        .replacing("[ifng, tnfa, il10, il1b]", with: "[\(factors.joined(separator: ", "))]")
        .replacing(
          "kinds: \n",
          with: "kinds:\n  macrophage:\n    preset: macrophage\n    brakes:\n\(brakes)"
        )
    }
    #expect(try Self.said(text(12)) == [])
    let said = try Self.said(text(13))
    #expect(
      said == [
        "small.yaml:24:7: kinds.macrophage.brakes.lactate: is one signal too many that the scenario carries; allowed are 12"
      ],
      "\(said)"
    )
  }

  /// A unit that no number can hold is said to be one, on the way to it too.
  @Test(
    arguments: [
      "0 1/h*mol^6*mol^6*mol^6/mol^6/mol^6/mol^6", "5 1/h/mol^6/mol^6/mol^6*mol^6*mol^6*mol^6",
      "1e300 1/h*mol^6/molecules^6",
    ]
  )
  func unitsBeyondNumbersAreSaid(text: String) throws {
    let said = try Self.said(Self.well + "survival: {damage_relaxation: \(text)}\n")
    #expect(
      said == [
        "small.yaml:10:31: survival.damage_relaxation: found \"\(text)\", beyond what a number can hold; expected a rate, as in 0.03 1/h"
      ],
      "\(said)"
    )
  }

  /// One region too many is said once; as many as are allowed lie in the tissue.
  @Test func regionsBeyondTheLimitAreSaid() throws {
    func text(_ count: Int) -> String {
      let shape = "{shape: sphere, centre: [60 um, 60 um, 60 um], radius: 41 um, diffusivity: 0.4}"
      let regions = (0..<count).map { "      r\($0): \(shape)\n" }.joined()
      return """
        name: regions
        duration: 1 h
        host: mouse
        product: human-marrow-msc
        treatment: {route: intravenous, dose: 10 cells}
        factors: [pge2]
        tissues:
          t:
            organ: lung
            voxels: 4 x 4 x 4
            spacing: 40 um
            factors: {pge2: {}}
            regions:

        """ + regions
    }
    #expect(try Self.said(text(254)) == [])
    for count in [255, 256, 300] {
      let said = try Self.said(text(count))
      #expect(
        said == [
          "small.yaml:268:7: tissues.t.regions.r254: is one of \(count) regions; allowed are at most 254"
        ],
        "\(said)"
      )
    }
  }

  /// An antibody against what is not there changes nothing: what acts by the lack of it acts as before.
  @Test func neutralisingNothingChangesNothing() throws {
    let text =
      Self.well + "arms: {quiet: {without: [cells]}, neutralised: {without: [cells, ifng]}}\n"
    let arms = try Scenarios.run(Self.resolve(text), workers: 2)
    let (quiet, neutralised) = (arms[0].snapshots, arms[1].snapshots)
    #expect(quiet.count == 1 && quiet.count == neutralised.count)
    for (a, b) in zip(quiet, neutralised) {
      let (x, y) = (a.levels[0].map(\.mean), b.levels[0].map(\.mean))
      #expect(x == y && x.contains { $0 > 0 })
    }
  }

  /// Cells that may come from blood are in what a model takes, as many as live at a time.
  @Test func recruitmentTakesMemory() throws {
    func bytes(_ rate: String, _ more: String = "") throws -> Double {
      let recruited = "{macrophage: {preset: macrophage, recruitment: {rate: \(rate)}\(more)}}"
      let text = Self.well.replacing("{macrophage: {preset: macrophage}}", with: recruited)
      return Model.bytes(try Self.resolve(text).experiments[0])
    }
    let none = try bytes("0 cells/mL/h")
    // 6.9e-5 mL, 6 h and at least 96 bytes a cell.
    #expect(try bytes("1e12 cells/mL/h") > none + 1e12 * 6.9e-5 * 6 * 96 * 0.9)
    let brief = try bytes("1e12 cells/mL/h", ", death: {rate: 6 1/h}")
    #expect(brief < none + 1e12 * 6.9e-5 * 96 * 8 && brief > none + 1e12 * 6.9e-5 / 6 * 96)
  }

  /// Agents of all doses are counted together.
  @Test func agentsOfAllDosesAreCounted() throws {
    let text = """
      name: repeats
      duration: 30 d
      host: human
      product: human-marrow-msc
      treatment:
        route: intratissue
        into: muscle
        dose: 4e9 cells
        agents: 4e9
        repeat: {at: 2 d, in: block, boluses: 2, interval: 1 d}
      factors: [pge2]
      tissues:
        block: {organ: muscle, voxels: 4 x 4 x 4, spacing: 40 um, factors: {pge2: {}}, state: {injury: {baseline: 0.5}}}

      """
    let said = try Self.said(text)
    #expect(
      said.contains {
        $0.contains("treatment.repeat: makes 12000000000.0 agents in all doses; allowed are 4e9")
      },
      "\(said)"
    )
  }
}
