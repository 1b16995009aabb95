import Body
import Campaign
import Fields
import Foundation
import Recording
import Scenario
import Simulation
import Substrate
import Testing
import Vocabulary

@Suite("Overrides")
struct OverrideTests {
  @Test func goOverEverythingElse() throws {
    let scratch = try ScratchLibrary()
    let resolved = try scratch.resolve(
      ScratchLibrary.text(),
      [
        "host.body_weight=25g", "treatment.dose=5e2 cells", "seed=7", "tissues.infarct.organ=lung",
        "seed=8",
      ]
    )
    let experiment = resolved.experiments[0]
    #expect(experiment.host.bodyWeight == 25)
    #expect(experiment.cells == 500)
    #expect(resolved.seed == 8)
    #expect(experiment.host.organs[experiment.tissues[1].organ].name == "lung")
    #expect(resolved.yaml.contains("dose: 5e2 cells  # command line; "))
  }

  @Test(arguments: [("20 g", 40_000), ("25g", 50_000), ("0.03 kg", 60_000)] as [(String, UInt32)])
  func doseFollowsWeight(weight: String, cells: UInt32) throws {
    let scratch = try ScratchLibrary()
    let text = ScratchLibrary.text(replacing: [7: "  dose: 2e6 cells/kg"])
    let resolved = try scratch.resolve(text, ["host.body_weight=\(weight)"])
    #expect(resolved.experiments[0].cells == cells)
  }

  @Test func nameOtherPresets() throws {
    let scratch = try ScratchLibrary()
    let resolved = try scratch.resolve(
      ScratchLibrary.text(replacing: [8: "factors: [cxcl12, pge2]", 15: ""]),
      ["label=in111", "factors=[tnfa]", "tissues.infarct.factors.tnfa.initial=1 nM"]
    )
    #expect(resolved.experiments[0].laws.remains.label != nil)
    #expect(resolved.experiments[0].tissues[1].fields.map(\.factor.name) == ["cxcl12", "tnfa"])
  }

  @Test(
    arguments: [
      ("abc", "expected key.path=value, as in host.body_weight=25g"),
      ("=25g", "expected key.path=value, as in host.body_weight=25g"),
      ("host..body_weight=25g", "a step of the key path is empty; expected key.path=value"),
      (".name=a", "a step of the key path is empty; expected key.path=value"),
      ("host.=25g", "a step of the key path is empty; expected key.path=value"),
      (
        "host.body_weigt=25g",
        "host.body_weigt: unknown key (did you mean 'body_weight'?); its keys are …"
      ),
      ("tretment.dose=1 cells", "tretment: unknown key (did you mean 'treatment'?); …"),
      ("duration=", "duration: has no value; expected a time, as in 25 min"),
      (
        "duration=7", "duration: found \"7\", a number without unit; expected a time, as in 25 min"
      ),
      ("duration=[7 h", "the value is not YAML: did not find expected ',' or ']'"),
      ("host=mouze", "host: there is no 'mouze' in LIBRARY/hosts (did you mean 'mouse'?); …"),
      ("treatment.dose.cells=5", "treatment.dose: found keys or a list; expected a number …"),
      ("treatment=5", "treatment: there is no '5' in LIBRARY/regimens; there are none"),
    ] as [(String, String)]
  )
  func saysWhatIsWrong(text: String, message: String) throws {
    let scratch = try ScratchLibrary()
    let said = scratch.diagnostics { try scratch.resolve(ScratchLibrary.text(), [text]) }
    #expect(agree(said, ["--set \(text): \(message)"]), "\(said.joined(separator: "\n"))")
  }
}

@Suite("Units")
struct UnitTests {
  /// An override, and what it makes of a number of the experiment, in base units.
  struct Reading: Sendable, CustomTestStringConvertible {
    let text: String
    let value: Double
    let read: @Sendable (Experiment) -> Double
    var testDescription: String { text }

    init(_ text: String, _ value: Double, _ read: @escaping @Sendable (Experiment) -> Double) {
      self.text = text
      self.value = value
      self.read = read
    }

    static let tnfa = "tissues.lung_block.factors.tnfa.given.baseline"

    static func baseline(_ experiment: Experiment) -> Double {
      guard case .given(let field) = experiment.tissues[0].fields[0].origin else { return .nan }
      return field.baseline
    }

    static func diffusivity(_ experiment: Experiment) -> Double {
      experiment.tissues[0].fields[0].factor.diffusivity
    }

    static func decay(_ experiment: Experiment) -> Double {
      experiment.tissues[0].fields[0].factor.decay
    }

    static let all: [Reading] = [
      .init("treatment.dose=2e6 cells/kg", 40_000) { Double($0.cells) },
      .init("treatment.dose=3cells", 3) { Double($0.cells) },
      .init("host.body_weight=25g", 25) { $0.host.bodyWeight },
      .init("host.body_weight=0.025 kg", 25) { $0.host.bodyWeight },
      .init("treatment.over=25 min", 25) { $0.doses[0].duration },
      .init("treatment.over=90 s", 1.5) { $0.doses[0].duration },
      .init("treatment.over=0.5 d", 720) { $0.doses[0].duration },
      .init("factors.tnfa.diffusivity=75 um^2/s", 4500, diffusivity),
      .init("factors.tnfa.diffusivity=75 µm²/s", 4500, diffusivity),
      .init("factors.tnfa.diffusivity=7.5e-7 cm^2/s", 4500, diffusivity),
      .init("factors.tnfa.decay=6 1/h", 0.1, decay),
      .init("factors.tnfa.decay=6 h^-1", 0.1, decay),
      .init("product.viability=30 %", 0.3) { $0.product.condition.viability },
      .init("product.viability=0.3", 0.3) { $0.product.condition.viability },
      .init("tissues.lung_block.spacing=0.03 mm", 30) { $0.tissues[0].shape.spacing },
      .init("\(tnfa)=2 nM", 2, baseline),
      .init("\(tnfa)=2000 pM", 2, baseline),
      .init("\(tnfa)=34.7 ng/mL", 2, baseline),
      .init("\(tnfa)=34.7 ug/L", 2, baseline),
      .init("\(tnfa)=2e-15 mol/mm^3", 2, baseline),
    ]
  }

  @Test(arguments: Reading.all) func baseUnits(reading: Reading) throws {
    let scratch = try ScratchLibrary()
    let resolved = try scratch.resolve(ScratchLibrary.text(), [reading.text])
    let value = reading.read(resolved.experiments[0])
    #expect((value / reading.value - 1).magnitude < 1e-12, "\(value)")
  }
}

/// The resolved scenario is a scenario: reading it gives the same again, whatever the arms differ in.
@Suite("Resolved scenarios")
struct ResolvedScenarioTests {
  static let scenarios: [[Int: String]] = [
    [:],
    [3: "host: mouse\narms: {low: {treatment: {dose: 1e3 cells}}, high: }"],
    [3: "host: mouse\narms: {thawed: {product: {handling: thawed}}, fresh: {}}"],
    [3: "host: mouse\narms: {labelled: {label: in111}, plain: {}}"],
    [3: "host: mouse\narms: {heavy: {host: {body_weight: 30 g}}, light: {}}"],
    [
      3: """
      host: mouse
      arms:
        kidney:
          tissues:
            k: {organ: kidney, voxels: 4 x 4 x 4, spacing: 20 um, factors: {tnfa: {}}}
        none: {}
      """
    ],
    [
      3: """
      host: mouse
      arms:
        given: {tissues: {lung_block: {factors: {pge2: {given: {baseline: 1 nM}}}}}}
        solved: {}
      """
    ],
    [3: "host: mouse\narms: {\"a: b\": {clock: {also_at: [5 min, 10 min]}}, \"#c\": {}}"],
    [1: "name: \"a\\e[31m \\u0085\\r\\n\\u2028 \\\"b\\\" \\\\c # d: e\""],
    [
      7:
        "  dose: {value: 2e3 cells, source: \"first line\\nname: second\", range: 1e3 to 4e3 cells}"
    ],
  ]

  @Test(arguments: scenarios) func readBackTheSame(lines: [Int: String]) throws {
    let scratch = try ScratchLibrary()
    let first = try scratch.resolve(ScratchLibrary.text(replacing: lines))
    let second = try scratch.resolve(first.yaml)
    #expect(values(first.yaml) == values(second.yaml))
    #expect(first.experiments.map(\.name) == second.experiments.map(\.name))
    #expect(first.experiments.map(\.arm) == second.experiments.map(\.arm))
    try #expect(tables(first) == tables(second))
  }

  private func values(_ yaml: String) -> [String] {
    yaml.split(separator: "\n").map { $0.split(separator: "  # ").first.map(String.init) ?? "" }
  }

  private func tables(_ scenario: ResolvedScenario) throws -> [String] {
    let run = Run(
      experiments: scenario.experiments,
      seed: scenario.seed,
      replicates: scenario.replicates
    )
    return Recorders.files(try run.execute(on: Workers(count: 1)), followingCells: false).map(
      \.text
    )
  }
}
