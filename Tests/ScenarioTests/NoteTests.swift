import Campaign
import Foundation
import Scenario
import Testing

/// A scenario of the library's own presets that raises a note, and one like it that does not.
struct NoteCase: Sendable, CustomTestStringConvertible {
  let key: String
  /// What is laid over a scenario so that it raises the note, and so that it is just short of it.
  let raising: [String], near: [String]
  let base: String

  var testDescription: String { "\(key): \(raising.joined(separator: ", "))" }

  init(_ key: String, _ base: String, raising: [String], near: [String]) {
    self.key = key
    self.base = base
    self.raising = raising
    self.near = near
  }
}

/// Notes that are known before the run.
@Suite("Notes")
struct NoteTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL.path
  static let library = root + "/Scenarios"

  /// Human cells in a mouse whose inflamed lung is a block that blood washes.
  static let lung = """
    name: inflamed-lung
    duration: 24 h
    host: mouse
    product: mouse-marrow-msc
    treatment: {route: intravenous, dose: 1e5 cells}
    factors: [ifng, tnfa, il10, pge2]
    kinds: [macrophage]
    tissues:
      lung_block:
        organ: lung
        voxels: 10 x 10 x 10
        spacing: 20 um
        factors:
          ifng: {initial: 1 ng/mL, exchange: 0.03 1/min}
          tnfa: {initial: 1 ng/mL, exchange: 0.03 1/min}
          il10: {exchange: 0.03 1/min}
          pge2: {exchange: 0.2 1/min}
        cells:
          macrophage: {density: 1e7 cells/mL, triggered: 50 %}
        state: {injury: {baseline: 30 %}, exchange: everywhere}
    """

  /// Cells of a mouse in its muscle.
  static let muscle = """
    name: muscle
    duration: 24 h
    host: mouse
    product: mouse-marrow-msc
    treatment: {route: intramuscular, dose: 1e5 cells, retention: 0.95}
    factors: [tnfa]
    tissues:
      muscle_block:
        organ: muscle
        voxels: 10 x 10 x 10
        spacing: 20 um
        factors:
          tnfa: {given: {baseline: 0.1 ng/mL}}
    """

  /// Cells on the floor of a well.
  static let well = """
    name: well
    duration: 24 h
    culture: {species: human, cells: {macrophage: {density: 1e5 cells/mL}}}
    medium: rpmi
    product: human-marrow-msc
    treatment: {dose: 1e5 cells/mL}
    kinds: [macrophage]
    factors: [pge2]
    """

  /// Vesicles in place of cells, for a lung of which nothing but two factors is followed.
  static let vesicles = """
    name: vesicles
    duration: 24 h
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 5e5 cells, gives: vesicles}
    factors: [ev, hgf]
    tissues:
      lung_block:
        organ: lung
        voxels: 10 x 10 x 10
        spacing: 20 um
        factors:
          ev: {exchange: 1 1/h}
          hgf: {exchange: 1 1/h}
    """

  /// Cells into the joint of a mouse with arthritis.
  static let knee = """
    name: knee
    duration: 24 h
    host: mouse
    product: mouse-marrow-msc
    treatment: {route: intra-articular, dose: 1e5 cells}
    tissues: {knee: arthritic-joint}
    """

  static let cases = [
    NoteCase("unreached_block", knee, raising: ["treatment.route=intravenous"], near: []),
    NoteCase(
      "unreached_block",
      knee,
      raising: ["treatment.route=intra-arterial", "treatment.artery=muscle"],
      near: ["without=[cells]", "treatment.route=intravenous"]
    ),
    NoteCase(
      "closed_block",
      lung,
      raising: ["tissues.lung_block.factors.tnfa.exchange=0 1/min"],
      near: ["tissues.lung_block.factors.tnfa.exchange=0.001 1/min"]
    ),
    NoteCase(
      "closed_block",
      lung,
      raising: [
        "tissues.lung_block.factors.tnfa.exchange=0 1/min", "factors.tnfa.decay=0.069 1/min",
      ],
      near: ["tissues.lung_block.factors.tnfa.exchange=0 1/min", "factors.tnfa.decay=0.07 1/min"]
    ),
    NoteCase(
      "unsensed_factor",
      lung,
      raising: ["factors.il6.preset=il6", "tissues.lung_block.factors.il6.exchange=1 1/h"],
      near: ["factors.hgf.preset=hgf", "tissues.lung_block.factors.hgf.exchange=1 1/h"]
    ),
    NoteCase(
      "unsensed_dose",
      vesicles,
      raising: [],
      near: [
        "tissues.lung_block.state={injury: {baseline: 30 %}, exchange: everywhere}",
        "treatment.vesicles.cargo.hgf.molecules=10",
      ]
    ),
    NoteCase("inactive_ligand", lung, raising: ["product=human-marrow-msc"], near: []),
    NoteCase(
      "donor_drawn",
      lung,
      raising: ["product.donor=3", "replicates=2"],
      near: ["product.donor=3", "replicates=1"]
    ),
    NoteCase(
      "first_dose_only",
      lung,
      raising: [
        "treatment.boluses=2", "treatment.interval=12 h", "treatment.dose={total: 1e5 cells}",
      ],
      near: [
        "treatment.boluses=2", "treatment.interval=12 h", "treatment.dose={total: 1e5 cells}",
        "endpoints.late.read=lung_fraction_5_min", "endpoints.late.after=last dose",
      ]
    ),
    NoteCase(
      "inactive_ligand",
      lung,
      raising: ["product=human-marrow-msc", "factors.ifng.activity.mouse_on_human=9 %"],
      near: ["product=human-marrow-msc", "factors.ifng.activity.mouse_on_human=10 %"]
    ),
    NoteCase(
      "crowded_hosts",
      lung,
      raising: [
        "kinds.neutrophil.preset=neutrophil",
        "tissues.lung_block.cells.neutrophil.density=1e9 cells/mL",
      ],
      near: [
        "kinds.neutrophil.preset=neutrophil",
        "tissues.lung_block.cells.neutrophil.density=9.8e8 cells/mL",
      ]
    ),
    NoteCase(
      "crowded_deposit",
      muscle,
      raising: ["treatment.spread=5e-4 mL", "treatment.room=1"],
      near: ["treatment.spread=8e-4 mL", "treatment.room=1"]
    ),
    NoteCase(
      "coarse_agents",
      lung,
      raising: ["treatment.dose=3e5 cells", "treatment.agents=1e4"],
      near: ["treatment.dose=1e5 cells", "treatment.agents=1e4"]
    ),
    NoteCase(
      "few_agents",
      muscle,
      raising: ["factors.pge2.preset=pge2", "tissues.muscle_block.factors.pge2.exchange=1 1/h"],
      near: []
    ),
    NoteCase(
      "few_agents",
      lung,
      raising: ["treatment.agents=5e4"],
      near: ["treatment.agents=6e4"]
    ),
    NoteCase(
      "crowded_well",
      well,
      raising: ["treatment.dose=1e6 cells/mL"],
      near: []
    ),
    NoteCase(
      "washed_out",
      muscle,
      raising: ["treatment.retention=89 %"],
      near: ["treatment.retention=90 %"]
    ),
    NoteCase(
      "washed_out",
      muscle,
      raising: ["treatment.spread=1e-3 mL"],
      near: ["treatment.spread=2e-3 mL"]
    ),
    NoteCase(
      "occlusion_expected",
      lung,
      raising: ["treatment.dose=1e7 cells"],
      near: ["treatment.dose=1e6 cells"]
    ),
    NoteCase(
      "host_weight",
      lung,
      raising: ["host.body_weight=71 g"],
      near: ["host.body_weight=69 g"]
    ),
    NoteCase(
      "heavy_dose",
      lung,
      raising: ["treatment.dose=2.5e7 cells", "treatment.agents=1e5"],
      near: ["treatment.dose=2.2e7 cells", "treatment.agents=1e5"]
    ),
    NoteCase(
      "unused_priming",
      muscle,
      raising: ["product.overlays=[ifng-tnfa-primed]"],
      near: []
    ),
    NoteCase(
      "coarse_step",
      lung,
      raising: ["clock.cell_step=12 h", "clock.output_every=12 h"],
      near: []
    ),
  ]

  /// Resolves a scenario.
  static func resolve(_ text: String, _ settings: [String] = []) throws -> ResolvedScenario {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "notes-\(UUID().uuidString)"
    )
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("scenario.yaml")
    try Data(text.utf8).write(to: file)
    return try ResolvedScenario(path: file.path, library: library, overrides: settings)
  }

  @Test(arguments: cases) func isRaisedAndNotNearIt(_ test: NoteCase) throws {
    let raised = try Self.resolve(test.base, test.raising).notes()
    #expect(raised.contains { $0.key == test.key }, "\(raised)")
    let near = try Self.resolve(test.base, test.near).notes()
    #expect(!near.contains { $0.key == test.key }, "\(near)")
  }

  /// After a run the largest share among the replicates decides.
  @Test func occlusionOfTheLungIsNoted() throws {
    let resolved = try Self.resolve(Self.lung)
    func notes(_ shares: [Double]) throws -> [Note] {
      try resolved.notes(
        after: shares.enumerated().map { replicate, share in
          Outcome(
            arm: resolved.arms[0].name,
            species: "mouse",
            group: "\(replicate)",
            endpoints: ["embolic_death": share],
            fate: ""
          )
        }
      )
    }
    let raised = try notes([0.02, 0.06])
    #expect(raised.map(\.key) == ["occluded_lung"])
    #expect(raised.first?.sentence.contains("with a chance of 6 %") == true, "\(raised)")
    #expect(try notes([0.02, 0.04]).isEmpty)
  }

  @Test(arguments: [lung, muscle, well]) func basesRaiseNone(_ base: String) throws {
    #expect(try Self.resolve(base).notes().isEmpty)
  }

  /// Large numbers are written as in scenarios.
  @Test func saysLargeNumbersShortly() throws {
    let overrides = ["treatment.route=intravenous", "treatment.dose=2e6 cells"]
    let note = try #require(
      try Self.resolve(Self.knee, overrides).notes().first { $0.key == "unreached_block" }
    )
    #expect(
      note.sentence.hasPrefix(
        "2e6 cells are given into blood (more than 0), which carries none to the joint, a cavity: knee is the same as without cells"
      ),
      "\(note.sentence)"
    )
  }

  /// Numbers that have lost digits, below 2.2e-308, are as good as 0.
  @Test(.timeLimit(.minutes(15)), arguments: ["1e-310", "4.9e-324", "0"])
  func saysTheSmallestNumbers(_ share: String) throws {
    let overrides = ["product=human-marrow-msc", "factors.ifng.activity.mouse_on_human=\(share)"]
    let note = try #require(
      try Self.resolve(Self.lung, overrides).notes().first { $0.key == "inactive_ligand" }
    )
    #expect(note.sentence.contains(" 0 % of its strength"), "\(note.sentence)")
  }

  @Test func saysNumberThresholdPlaceAndRemedy() throws {
    let note = try #require(
      try Self.resolve(Self.muscle, ["treatment.retention=80 %"]).notes().first
    )
    #expect(
      note.description.hasPrefix(
        "note washed_out: treatment: 20 % of a dose does not stay in the muscle (more than 10 %), "
      )
    )
    #expect(note.path == "treatment" && note.accepted == nil && note.arms.isEmpty)
  }

  @Test func aReasonAcceptsANoteAndIsKept() throws {
    let accepting = Self.muscle + "\nnotes: {accept: {washed_out: \"as in the paper\"}}\n"
    let resolved = try Self.resolve(accepting, ["treatment.retention=80 %"])
    #expect(try resolved.notes().map(\.accepted) == ["as in the paper"])
    #expect(try resolved.acceptedInVain(resolved.notes(), afterRun: false).isEmpty)
    let again = try Self.resolve(resolved.yaml)
    #expect(try again.notes() == resolved.notes())
    let idle = try Self.resolve(accepting)
    #expect(try idle.acceptedInVain(idle.notes(), afterRun: false) == ["washed_out"])
  }

  @Test func anArmAcceptsForItselfOnly() throws {
    let arms = """

      arms:
        meant: {treatment: {retention: 80 %}, notes: {accept: {washed_out: meant}}}
        other: {treatment: {retention: 70 %}}
      """
    let notes = try Self.resolve(Self.muscle + arms).notes()
    #expect(notes.map(\.arms) == [["meant"], ["other"]])
    #expect(notes.map(\.accepted) == ["meant", nil])
  }

  @Test func acceptingWhatIsNoNoteIsAnError() throws {
    let text = Self.muscle + "\nnotes: {accept: {washd_out: meant}}\n"
    let error = try #require(throws: ScenarioError.self) { try Self.resolve(text) }
    #expect(
      error.description.contains(
        "notes.accept.washd_out: there is no such note (did you mean 'washed_out'?)"
      )
    )
  }

  /// A note on what is measured already is a file of the library.
  @Test func aNoteIsAddedByDataAlone() throws {
    let scratch = try ScratchLibrary()
    let rule = """
      meaning: A mouse that is light.
      measure: body_weight
      below: {value: 25 g, source: "assumed"}
      sentence: "the {species} weighs {value} ({side} {limit})"
      remedy: "take a heavier one"
      """
    try scratch.write(Data(rule.utf8), "library/notes/light_mouse.yaml")
    let notes = try scratch.resolve(ScratchLibrary.text()).notes()
    #expect(
      notes.map(\.description) == [
        "note light_mouse: host.body_weight: the mouse weighs 20 g (less than 25 g); take a heavier one"
      ]
    )
  }

  @Test(arguments: [
    ("measure: weight", "found \"weight\"; expected one of"),
    ("sentence: \"{specis}\"", "has {specis} (did you mean 'species'?)"),
    ("below: 25 g", "has no source"),
    ("below: {value: 25 mL, source: assumed}", "expected a mass"),
    (
      "below: {mosue: {value: 25 g, source: assumed}}", "is no species (did you mean 'mouse'?)"
    ),
  ]) func brokenRulesAreErrors(line: String, says: String) throws {
    let scratch = try ScratchLibrary()
    var lines = [
      "meaning: A mouse that is light.", "measure: body_weight",
      "below: {value: 25 g, source: \"assumed\"}", "sentence: \"{value}\"", "remedy: none",
    ]
    let key = line.prefix { $0 != ":" }
    lines = lines.map { $0.hasPrefix("\(key):") ? line : $0 }
    try scratch.write(Data(lines.joined(separator: "\n").utf8), "library/notes/light_mouse.yaml")
    let resolved = try scratch.resolve(ScratchLibrary.text())
    let error = try #require(throws: ScenarioError.self) { try resolved.notes() }
    #expect(error.description.contains(says), "\(error)")
  }

  /// Every scenario of the repository.
  static let scenarios: [String] = {
    [
      "Scenarios/tutorials", "Scenarios/studies", "Scenarios/validation", "Scenarios/sweeps",
      "Benchmarks/Scenarios",
    ]
    .flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".yaml") && $0 != "small-runs.yaml" }.sorted()
        .map { "\(folder)/\($0)" }
    }
  }()

  private static func isCampaign(_ file: String) -> Bool {
    (try? String(contentsOfFile: "\(root)/\(file)", encoding: .utf8))?.contains("\nvary:")
      ?? false
  }

  @Test(arguments: scenarios.filter(isCampaign))
  func everyNoteOfACampaignIsAccepted(campaign: String) throws {
    let description = try SweepDescription(
      path: "\(Self.root)/\(campaign)",
      library: Self.library,
      program: "",
      overrides: []
    )
    let notes =
      try description.calibration == nil
      ? Sweep(description).notes() : description.parts.flatMap { try $0.base.notes() }
    #expect(notes.open.isEmpty, "\(notes.open.map(\.description).joined(separator: "\n"))")
  }

  @Test(arguments: scenarios.filter { !isCampaign($0) })
  func everyNoteOfTheRepositoryIsAccepted(scenario: String) throws {
    let resolved = try ResolvedScenario(path: "\(Self.root)/\(scenario)", library: Self.library)
    let notes = try resolved.notes()
    #expect(notes.open.isEmpty, "\(notes.open.map(\.description).joined(separator: "\n"))")
    #expect(try resolved.acceptedInVain(notes, afterRun: false).isEmpty)
  }

  @Test func theDocumentationHasEveryNote() throws {
    let page = try String(
      contentsOfFile: Self.root + "/Sources/Manual/Manual.docc/Notes.md",
      encoding: .utf8
    )
    let library = try Library(given: Self.library, scenario: "", program: "")
    let rules = try NoteRule.all(of: library)
    #expect(!rules.isEmpty)
    for rule in rules {
      let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(rule.key)` |") }
      #expect(row != nil, "\(rule.key)")
      for limit in rule.limits { #expect(row?.contains(limit.limit.text) == true, "\(rule.key)") }
      for limit in rule.limits where limit.limit.source.contains("assumed") {
        #expect(limit.limit.range != nil, "\(rule.key)")
      }
      #expect(NoteTests.cases.contains { $0.key == rule.key } || !rule.measure.isKnownBefore)
    }
  }
}
