import Campaign
import Foundation
import Matter
import Recording
import Scenario
import Simulation
import Substrate
import Testing
import Vocabulary

/// Tissues by their presets, and what comes with these.
@Suite("Presets of tissues")
struct TissuePresetTests {
  private static let presets: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(Scenarios.root)/tissues")) ?? [])
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()

  /// Those without host cells.
  private static let withoutCells: Set = [
    "ischaemic-muscle", "lung-tumour", "perfused-muscle", "skin-tumour",
  ]

  /// A scenario without `factors` and `kinds`, but for what is added to it.
  private static func text(_ tissues: String, and more: String = "") -> String {
    """
    name: preset
    duration: 1 h
    clock: {cell_step: 20 min, output_every: 1 h}
    host: mouse
    product: mouse-marrow-msc
    treatment: {route: intravenous, dose: 2e4 cells}
    tissues: \(tissues)
    \(more)
    """
  }

  /// A file of its own, read with the library of the project.
  private static func resolve(_ text: String, _ overrides: [String] = []) throws -> ResolvedScenario
  {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(text.utf8), "small.yaml")
    return try ResolvedScenario(path: path, library: Scenarios.root, overrides: overrides)
  }

  private static func said(_ text: String, _ overrides: [String] = []) -> [String] {
    do {
      _ = try resolve(text, overrides)
      return []
    } catch let error as ScenarioError {
      return error.diagnostics.map { diagnostic in
        let words = diagnostic.description.replacing(Scenarios.root, with: "LIBRARY")
        return words.firstRange(of: "small.yaml").map { String(words[$0.lowerBound...]) } ?? words
      }
    } catch {
      return ["\(error)"]
    }
  }

  private static func value(_ path: String, _ scenario: ResolvedScenario) -> Record? {
    scenario.records.first { $0.path.joined(separator: ".") == path }
  }

  /// The long tables and the summary of every arm.
  private static func tables(_ scenario: ResolvedScenario) throws -> [[String]] {
    let trajectories = try Run(
      experiments: scenario.experiments,
      seed: scenario.seed,
      replicates: 1
    ).execute(on: Workers(count: 2))
    let recorders: [any Recorder.Type] = [
      TimeseriesRecorder.self, LedgerRecorder.self, SummaryRecorder.self,
    ]
    return trajectories.flatMap { trajectory -> [[String]] in
      recorders.flatMap { recorder -> [[String]] in
        var rows: [[String]] = []
        recorder.rows(trajectory, beside: { _ in nil }) { rows.append($0) }
        return rows
      }
    }
  }

  /// The name of a preset is all that a scenario needs, and what it resolves to is a scenario that gives the same tables.
  @Test(arguments: presets) func bringsAllItNeeds(preset: String) throws {
    let scenario = try Self.resolve(Self.text("{block: \(preset)}"))
    let tissue = try #require(scenario.experiments[0].tissues.first)
    #expect(tissue.name == "block" && !tissue.fields.isEmpty)
    #expect(tissue.populations.isEmpty == Self.withoutCells.contains(preset))
    let again = try Self.resolve(scenario.yaml)
    #expect(scenario.records.map(\.path) == again.records.map(\.path))
    #expect(scenario.records.map(\.text) == again.records.map(\.text))
    #expect(try Self.tables(scenario) == Self.tables(again))
  }

  /// Each value tells which preset gave it; those of the scenario and of `--set` go over it.
  @Test func scenarioIsLaidOver() throws {
    let scenario = try Self.resolve(
      Self.text(
        "{lung_block: {preset: bacterial-lung, voxels: 10 x 10 x 10, state: {injury: {baseline: 0.1}}}}",
        and: "factors: {ros: {decay: 2 1/min}}"
      ),
      ["tissues.lung_block.cells.macrophage.density=2e7 cells/mL"]
    )
    func expect(_ path: String, _ text: String, _ layer: Origin.Layer) {
      let record = Self.value(path, scenario)
      #expect(record?.text == text && record?.origin.layer == layer, "\(path): \(record as Any)")
    }
    let block = "tissues.lung_block"
    expect("\(block).organ", "lung", .preset("tissues/healthy-lung"))
    expect("\(block).factors.ifng.given.amplitude", "5 ng/mL", .preset("tissues/endotoxin-lung"))
    expect("\(block).factors.ifng.given.half_life", "72 h", .preset("tissues/bacterial-lung"))
    expect("\(block).voxels", "10 x 10 x 10", .scenario)
    expect("\(block).state.injury.baseline", "0.1", .scenario)
    expect("\(block).cells.macrophage.density", "2e7 cells/mL", .commandLine)
    expect("factors.ros.decay", "2 1/min", .scenario)
    #expect(Self.value("factors.tnfa.decay", scenario)?.origin.layer == .preset("factors/tnfa"))
    let kinds = scenario.experiments[0].kinds.map(\.name)
    #expect(kinds == ["macrophage", "neutrophil"])
  }

  /// A kind that a preset changes is the changed one, and the scenario may change it again or take another.
  @Test func kindsAreLaidOver() throws {
    let rate = "kinds.macrophage.recruitment.rate"
    let preset = try Self.resolve(Self.text("{knee: osteoarthritic-joint}"))
    #expect(Self.value(rate, preset)?.origin.layer == .preset("tissues/healthy-joint"))
    let own = try Self.resolve(
      Self.text("{knee: osteoarthritic-joint}"),
      ["\(rate)=2e4 cells/mL/h"]
    )
    #expect(Self.value(rate, own)?.text == "2e4 cells/mL/h")
    #expect(own.records.map(\.path) == preset.records.map(\.path))
    let mouse = try Self.resolve(
      Self.text("{gut: gvhd-gut}", and: "kinds: {cd4: mouse_cd4, cd4_effector: mouse_cd4_effector}")
    )
    let division = Self.value("kinds.cd4.division.first", mouse)
    #expect(division?.origin.layer == .preset("kinds/mouse_cd4"))
    #expect(Self.value("kinds.cd4.recruitment.rate", mouse)?.text == "50000 cells/mL/h")
  }

  /// What a preset brings is no change of the scenario; what the scenario lays over it is.
  @Test func onlyWhatIsLaidOverIsAChange() throws {
    let scratch = try ScratchLibrary()
    let text = Self.text(
      "{knee: {preset: arthritic-joint, state: {injury: {baseline: 0.5}}}}",
      and: "kinds: {macrophage: {recruitment: {rate: 2e4 cells/mL/h}}}"
    )
    let path = try scratch.write(Data(text.utf8), "small.yaml")
    let changes = try Changes(of: ScenarioSource(path: path, library: Scenarios.root)).all
    let laid = changes.filter { $0.path.contains(".") && $0.standard != nil }
      .filter { ["factors", "kinds", "tissues"].contains($0.path.prefix { $0 != "." }) }
    #expect(
      laid.map { "\($0.path): \($0.standard ?? "") -> \($0.text)" }.sorted() == [
        "kinds.macrophage.recruitment.rate: 1.2e4 cells/mL/h -> 2e4 cells/mL/h",
        "tissues.knee.state.injury.baseline: 0.3 -> 0.5",
      ],
      "\(changes.map(\.path))"
    )
    #expect(!changes.contains { $0.path.hasPrefix("factors.") })
  }

  /// Arms may take other presets.
  @Test func armsTakeOthers() throws {
    let scenario = try Self.resolve(
      Self.text(
        "{knee: healthy-joint}",
        and: "arms: {healthy: {}, sick: {tissues: {knee: arthritic-joint}}}"
      )
    )
    let injury = scenario.experiments.map { $0.tissues[0].matter?.start.injury.baseline }
    #expect(injury == [0, 0.3])
    #expect(scenario.experiments.map(\.kinds.count) == [1, 2])
    let list = try Self.resolve(Self.text("[healthy-joint]"))
    #expect(list.experiments[0].tissues.map(\.name) == ["healthy-joint"])
  }

  /// In tables ORGAN is the whole organ, so that a block under that key is called ORGAN_block.
  @Test func aBlockMayStandUnderItsOrgan() throws {
    let scenario = try Self.resolve(
      Self.text("{lung: {preset: endotoxin-lung, voxels: 10 x 10 x 10}}"),
      ["tissues.lung.spacing=30 um"]
    )
    let tissue = scenario.experiments[0].tissues[0]
    #expect(tissue.name == "lung_block" && tissue.shape.spacing == 30)
    #expect(
      Sites(scenario.experiments[0]).names.filter { $0.hasPrefix("lung") } == [
        "lung_remainder", "lung_block",
      ]
    )
    let twice = "{lung: endotoxin-lung, lung_block: endotoxin-lung}"
    #expect(
      Self.said(Self.text(twice)) == [
        "small.yaml:7:10: tissues: lung and lung_block are both called lung_block in tables; rename one of them"
      ]
    )
    let other = Self.said(Self.text("{heart: endotoxin-lung}"))
    #expect(
      other.count == 1 && other[0].contains("a tissue may not be called like another organ"),
      "\(other)"
    )
  }

  /// A run has one kind of a name: where two presets give it otherwise, the scenario says what holds.
  @Test func presetsThatDisagree() throws {
    let both = Self.text("{lung: endotoxin-lung, knee: osteoarthritic-joint}")
    #expect(
      Self.said(both) == [
        "small.yaml:7:10: kinds: the presets of lung and knee give different values of macrophage.recruitment, but a run has one kind of that name; give the value under 'kinds'"
      ]
    )
    let settled = ["kinds.macrophage.recruitment.rate=2e4 cells/mL/h"]
    #expect(Self.said(both, settled).isEmpty)
    #expect(Self.said(Self.text("{muscle: injured-muscle, skin: healthy-skin}")).isEmpty)
  }

  @Test(
    arguments: [
      (
        "{knee: artritic-joint}", "",
        "small.yaml:7:17: tissues.knee: there is no 'artritic-joint' in LIBRARY/tissues (did you mean 'arthritic-joint'?); there are: …"
      ),
      (
        "{knee: {preset: healthy-joint, kinds: [neutrophil]}}", "",
        "small.yaml:7:41: tissues.knee.kinds: unknown key; its keys are …"
      ),
      (
        "{knee: {preset: healthy-joint, factors: {oxygen: {}}}}", "",
        "small.yaml:7:51: tissues.knee.factors.oxygen: the scenario carries no factor 'oxygen'; add it to 'factors'"
      ),
      (
        "{knee: healthy-joint}", "kinds: [neutrofil]",
        "small.yaml:8:9: kinds.neutrofil: there is no 'neutrofil' in …"
      ),
      (
        "{knee: healthy-joint}", "factors: [oxygen]",
        "small.yaml:8:11: factors.oxygen: is not used in any tissue; add it to one under 'tissues' or remove it"
      ),
    ]
  )
  func mistakesAreSaid(tissues: String, more: String, problem: String) {
    let said = Self.said(Self.text(tissues, and: more))
    #expect(agree(said, [problem]), "\(said)")
  }

  /// What a preset brings is read where it stands.
  @Test(
    arguments: [
      ("preset: two\norgan: lung\n", ["circular reference between presets: one → two → one"]),
      ("organ: lung\nfactors: {tnfx: {}}\n", ["there is no 'tnfx' in LIBRARY/factors", "tnfx"]),
      ("organ: lung\nkinds: [macrofage]\n", ["there is no 'macrofage' in LIBRARY/kinds"]),
      ("organ: lung\nvoxel: 8 x 8 x 8\n", ["unknown key (did you mean 'voxels'?)"]),
    ]
  )
  func mistakesOfPresetsAreSaid(text: String, problems: [String]) throws {
    let scratch = try ScratchLibrary()
    try scratch.write(Data(text.utf8), "library/tissues/one.yaml")
    try scratch.write(Data("preset: one\n".utf8), "library/tissues/two.yaml")
    let macrophage = try Data(
      contentsOf: URL(fileURLWithPath: "\(Scenarios.root)/kinds/macrophage.yaml")
    )
    try scratch.write(macrophage, "library/kinds/macrophage.yaml")
    let said = scratch.diagnostics {
      try scratch.resolve(
        Self.text("{block: one}").replacing("mouse-marrow-msc", with: "human-marrow-msc")
      )
    }
    for problem in problems {
      #expect(
        said.contains { $0.contains(problem) && $0.contains("LIBRARY/tissues/") },
        "\(said)"
      )
    }
  }
}
