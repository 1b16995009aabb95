import Files
import Foundation
import Simulation
import Testing

/// Files that version 0.1.0 made, as a user finds them again.
@Suite("Old files")
struct OldFilesTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fixtures/0.1.0").standardizedFileURL.path

  private static let refusal =
    "of revision 1 (stroma 0.1.0); this program is of revision \(Model.revision) (stroma 0.2.0) and takes no other"

  /// A directory with the old files in it.
  private func place() throws -> Workplace {
    let place = try Workplace()
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.fixtures) {
      try FileManager.default.copyItem(
        atPath: "\(Self.fixtures)/\(name)",
        toPath: "\(place.directory)/\(name)"
      )
    }
    return place
  }

  @Test func checkpoint() throws {
    let ending = try place().stroma("run", "kept.yaml", "--from", "kept.checkpoint", "--out", "out")
    #expect(ending.code == EX_DATAERR)
    #expect(
      ending.errors.contains("kept.checkpoint is a checkpoint \(Self.refusal)\n"),
      "\(ending.errors)"
    )
  }

  @Test func store() throws {
    let place = try place()
    let directory = place.directory + "/out"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      atPath: place.directory + "/runs.sqlite",
      toPath: directory + "/runs.sqlite"
    )
    let before = try place.bytes("out/runs.sqlite")
    let ending = try place.stroma("sweep", "campaign.yaml", "--out", "out")
    #expect(ending.code == EX_DATAERR)
    #expect(
      ending.errors.contains("out/runs.sqlite is a store of runs \(Self.refusal)\n"),
      "\(ending.errors)"
    )
    #expect(try place.bytes("out/runs.sqlite") == before)
  }

  @Test func unfinishedRun() throws {
    let place = try place()
    let unfinished = """
      {"version": "0.1.0", "command": [], "scenario": "kept.yaml", "followed": 0,
       "scenarioSHA256": "\(Digest.of(try place.bytes("scenario.resolved.yaml")))",
       "started": "2026-01-01T00:00:00Z"}
      """
    try place.write(unfinished, "unfinished.json")
    let ending = try place.stroma("resume", ".")
    #expect(ending.code == EX_DATAERR)
    #expect(ending.errors == "the run in . is one \(Self.refusal)\n")
  }

  /// A resolved scenario is refused, and taken once it is rewritten; rewriting it again changes nothing.
  @Test func resolvedScenario() throws {
    let place = try place()
    let name = "scenario.resolved.yaml"
    let ending = try place.stroma("run", name, "--out", "out")
    #expect(ending.code == EX_DATAERR)
    #expect(
      ending.errors
        == "\(name):1:1: is a resolved scenario \(Self.refusal): run the scenario that it was made of, or have it rewritten by: stroma migrate \(name)\n"
    )
    let written = try place.stroma("migrate", name, "--write")
    #expect(written.code == 0, "\(written.errors)")
    let once = try place.bytes(name)
    #expect(try place.stroma("migrate", name, "--write").output == "")
    #expect(try place.bytes(name) == once)
    let checked = try place.stroma("check", name)
    #expect(checked.code == 0, "\(checked.errors)")
    #expect(checked.output.hasPrefix("revision: \(Model.revision)  # "))
    #expect(checked.output.contains("\n  damage_relaxation: 0.03 1/h  # line "))
  }

  /// A resolved scenario of this program is one that it takes.
  @Test func ownResolvedScenario() throws {
    let place = try place()
    let checked = try place.stroma("check", "tiny.yaml")
    #expect(checked.output.hasPrefix("revision: \(Model.revision)  # "))
    try place.write(checked.output, "own.yaml")
    #expect(try place.stroma("check", "own.yaml").code == 0)
    try place.write(
      checked.output.replacing("revision: \(Model.revision)", with: "revision: 99"),
      "later.yaml"
    )
    let later = try place.stroma("check", "later.yaml")
    #expect(later.code == EX_DATAERR && later.errors.contains("of revision 99 (a later stroma)"))
  }
}

/// `stroma migrate`: what is called otherwise is rewritten where it stands, and nothing else.
@Suite("Migrate")
struct MigrateTests {
  private static let scenario = """
    # A mouse, twice.
    name: old   # kept
    duration: 48 h
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 2e3 cells}   # the dose
    survival:
      "repair": {value: 0.04 1/h, source: "Lee, 2009"}   # slow
      hazard_floor:   1e-4 1/h
    arms:
      fast: {survival: {repair: 0.05 1/h}, treatment: {boluses: 2, interval: 24 h}}
      once: {treatment: {dose: 1e3 cells}}
      twice: {treatment: {boluses: 2, interval: 24 h, dose: {value: 4e3 cells, source: "a {b}"}}}

    """

  private static let migrated = """
    # A mouse, twice.
    name: old   # kept
    duration: 48 h
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: {total: 2e3 cells}}   # the dose
    survival:
      "damage_relaxation": {value: 0.04 1/h, source: "Lee, 2009"}   # slow
      hazard_floor:   1e-4 1/h
    arms:
      fast: {survival: {damage_relaxation: 0.05 1/h}, treatment: {boluses: 2, interval: 24 h}}
      once: {treatment: {dose: 1e3 cells}}
      twice: {treatment: {boluses: 2, interval: 24 h, dose: {total: {value: 4e3 cells, source: "a {b}"}}}}

    """

  private static let campaign = """
    name: old
    scenario: old.yaml
    set: ["survival.repair=0.03 1/h", 'duration=36 h']
    design: {method: list, file: points.csv}   # the points

    """

  private func text(_ name: String, _ place: Workplace) throws -> String {
    String(decoding: try place.bytes(name), as: UTF8.self)
  }

  @Test func scenario() throws {
    let place = try Workplace()
    try place.write(Self.scenario, "old.yaml")
    let before = try place.stroma("check", "old.yaml")
    #expect(before.code == EX_DATAERR)
    #expect(
      before.errors.contains(
        "old.yaml:8:3: survival.repair: is called 'survival.damage_relaxation' since 0.2.0; it is rewritten by: stroma migrate old.yaml\n"
      ),
      "\(before.errors)"
    )
    let shown = try place.stroma("migrate", "old.yaml")
    #expect(shown.code == 1)
    #expect(shown.output.hasPrefix("--- old.yaml\n+++ old.yaml\n@@ -6 +6 @@\n-treatment: "))
    #expect(try text("old.yaml", place) == Self.scenario)
    #expect(try place.stroma("migrate", "old.yaml", "--write").code == 0)
    #expect(try text("old.yaml", place) == Self.migrated)
    let again = try place.stroma("migrate", "old.yaml")
    #expect(again.code == 0 && again.output.isEmpty)
    let after = try place.stroma("check", "old.yaml")
    #expect(after.code == 0, "\(after.errors)")
  }

  @Test func campaignWithItsTable() throws {
    let place = try Workplace()
    try place.write(Self.migrated, "old.yaml")
    try place.write(Self.campaign, "campaign.yaml")
    try place.write("survival.repair,treatment.dose\n0.03 1/h,2e3 cells\n", "points.csv")
    #expect(try place.stroma("migrate", "campaign.yaml", "--write").code == 0)
    #expect(
      try text("campaign.yaml", place)
        == Self.campaign.replacing("repair", with: "damage_relaxation")
    )
    #expect(
      try text("points.csv", place)
        == "survival.damage_relaxation,treatment.dose.total\n0.03 1/h,2e3 cells\n"
    )
    #expect(try place.stroma("migrate", "campaign.yaml").code == 0)
  }

  @Test func variedKeys() throws {
    let place = try Workplace()
    let text = """
      name: old
      scenario: tiny.yaml
      design: {method: grid}
      vary:
        survival.repair: {values: [0.03 1/h], also: [arms.fresh.survival.repair]}
        treatment.dose: {values: [1e3 cells]}

      """
    try place.write(text, "campaign.yaml")
    let said = try place.stroma("sweep", "campaign.yaml", "--out", "out")
    #expect(said.code == EX_DATAERR)
    #expect(
      said.errors.contains("survival.repair: is called 'survival.damage_relaxation' since 0.2.0")
    )
    #expect(try place.stroma("migrate", "campaign.yaml", "--write").code == 0)
    // One dose is no total of several.
    #expect(
      try self.text("campaign.yaml", place) == text.replacing("repair", with: "damage_relaxation")
    )
  }

  @Test func commandLineAndExplanation() throws {
    let place = try Workplace()
    let set = try place.stroma("check", "tiny.yaml", "--set", "survival.repair=0.04 1/h")
    #expect(
      set.errors
        == "--set survival.repair=0.04 1/h: survival.repair: is called 'survival.damage_relaxation' since 0.2.0\n"
    )
    let explained = try place.stroma("explain", "survival.repair", "tiny.yaml")
    #expect(explained.code == EX_USAGE)
    #expect(explained.errors.contains("is called 'survival.damage_relaxation' since 0.2.0"))
  }

  @Test func presetsAndWhatCannotBeRead() throws {
    let place = try Workplace()
    for folder in ["hosts", "regimens"] {
      try FileManager.default.createDirectory(
        atPath: "\(place.directory)/library/\(folder)",
        withIntermediateDirectories: true
      )
    }
    try place.write(
      "route: intravenous\ndose: 2e6 cells/kg # each?\nboluses: 4\ninterval: 7 d\n",
      "library/regimens/own.yaml"
    )
    #expect(try place.stroma("migrate", "library/regimens/own.yaml", "--write").code == 0)
    #expect(
      try text("library/regimens/own.yaml", place)
        == "route: intravenous\ndose: {total: 2e6 cells/kg} # each?\nboluses: 4\ninterval: 7 d\n"
    )
    // Over several lines a value has no end that could be found on its own.
    let block =
      "name: x\nhost: mouse\ntreatment:\n  boluses: 2\n  dose:\n    value: 2e3 cells\n    source: own\n"
    try place.write(block, "block.yaml")
    let ending = try place.stroma("migrate", "block.yaml")
    #expect(ending.code == EX_DATAERR)
    #expect(
      ending.errors
        == "block.yaml:6:5: treatment.dose: write dose: {total: …}, as it meant all doses\n"
    )
    #expect(try place.stroma("migrate", "none.yaml").code == EX_DATAERR)
    #expect(try text("block.yaml", place) == block)
  }

  /// Nothing of the library is of an older version.
  @Test func libraryIsUpToDate() throws {
    let place = try Workplace()
    var files: [String] = []
    for folder in try FileManager.default.contentsOfDirectory(atPath: Program.library) {
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: "\(Program.library)/\(folder)")) ?? []
      files += names.filter { $0.hasSuffix(".yaml") }.map { "\(Program.library)/\(folder)/\($0)" }
    }
    #expect(files.count > 100)
    let ending = try Program.run(["migrate"] + files.sorted(), in: place.directory)
    #expect(ending.code == 0 && ending.output.isEmpty, "\(ending.output)\(ending.errors)")
  }
}
