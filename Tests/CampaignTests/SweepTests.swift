import Campaign
import Files
import Foundation
import KeptTables
import Observations
import Scenario
import Substrate
import Testing

/// A directory of its own with campaigns over a scenario that runs in a blink.
final class CampaignBench {
  static let library = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scenarios").standardizedFileURL.path

  static let scenario = """
    name: blink
    duration: 12 h
    clock: {cell_step: 30 min, output_every: 6 h}
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 2e3 cells, agents: 200}
    arms:
      fresh: {}
      thawed: {product: {handling: thawed}}
    control: fresh

    """

  static let grid = """
    name: grid
    scenario: blink.yaml
    replicates: 3
    endpoints: [viable_half_life, peak_lung_occluded_fraction]
    timeseries: true
    design: {method: grid}
    vary:
      stress.lung.lumen: {values: [0.1 1/h, 0.2 1/h]}
      treatment: {values: {vein: "{route: intravenous}", muscle: "{route: intramuscular}"}}

    """

  let directory: String

  init() throws {
    directory =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/stroma-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try write(Self.scenario, "blink.yaml")
    try write(Self.grid, "grid.yaml")
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
  }

  func sweep(_ name: String = "grid.yaml", _ overrides: [String] = []) throws -> Sweep {
    Sweep(
      try SweepDescription(
        path: "\(directory)/\(name)",
        library: Self.library,
        program: "",
        overrides: overrides
      )
    )
  }

  func store(_ name: String) throws -> RunStore { try RunStore("\(directory)/\(name)") }

  /// The bytes of all tables of a campaign.
  func tables(_ sweep: Sweep, _ store: RunStore, _ name: String) throws -> [String: Data] {
    let output = try OutputDirectory("\(directory)/\(name)", overwrite: true)
    let results = try SweepResults(sweep, from: store, on: Workers(count: 2))
    #expect(results.missing == 0)
    try results.write(to: output)
    var tables: [String: Data] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: output.path) {
      tables[file] = try Data(contentsOf: URL(fileURLWithPath: "\(output.path)/\(file)"))
    }
    return tables
  }

  /// What is said of a campaign that cannot be.
  func said(_ text: String) -> [String] {
    do {
      try write(text, "broken.yaml")
      _ = try sweep("broken.yaml")
      return []
    } catch let error as ScenarioError {
      return error.diagnostics.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }
}

@Suite("Campaigns")
struct SweepTests {
  /// Workers, shards, their order and a store that has some already leave not a byte.
  @Test func tablesAreAFunctionOfTheCampaign() throws {
    let bench = try CampaignBench()
    let sweep = try bench.sweep()
    #expect(sweep.runs == 4 * 2 * 3)
    let one = try bench.store("one.sqlite")
    let progress = try sweep.run(.whole, into: one, on: Workers(count: 1))
    #expect(progress.done == 24 && progress.found == 0 && progress.failed == 0)
    let straight = try bench.tables(sweep, one, "one")
    #expect(Set(straight.keys) == ["runs.csv", "summary.csv", "timeseries.csv"])
    let two = try bench.store("two.sqlite")
    try sweep.run(.whole, into: two, on: Workers(count: 3))
    #expect(try bench.tables(sweep, two, "two") == straight)
    let merged = try bench.store("merged.sqlite")
    for number in [3, 1, 2] {
      let shard = Sweep.Shard(number: number, count: 3)
      let store = try bench.store("shard-\(number).sqlite")
      try sweep.run(shard, into: store, on: Workers(count: 1))
    }
    for number in 1...3 { try merged.merge("\(bench.directory)/shard-\(number).sqlite") }
    #expect(try bench.tables(sweep, merged, "merged") == straight)
  }

  /// A campaign makes what an own run of each point makes.
  @Test func aPointIsARun() throws {
    let bench = try CampaignBench()
    let sweep = try bench.sweep()
    let store = try bench.store("store.sqlite")
    try sweep.run(.whole, into: store, on: Workers(count: 2))
    let results = try SweepResults(sweep, from: store, on: Workers(count: 1))
    for (n, run) in results.runs.enumerated() where run.point == 2 {
      let settings = sweep.points[2].settings.map { "\($0.path)=\($0.text)" }
      let scenario = try ResolvedScenario(
        path: "\(bench.directory)/blink.yaml",
        library: CampaignBench.library,
        overrides: settings + ["replicates=3"]
      )
      let own = try Run(
        experiments: scenario.experiments,
        seed: scenario.seed,
        replicates: 3
      ).execute(on: Workers(count: 1))[run.arm * 3 + run.replicate - 1]
      let expected = sweep.description.endpoints.map { name in
        Endpoints.all(own).first { $0.name == name }?.value
      }
      #expect(results.values[n] == expected)
    }
  }

  /// Stopped at any moment a campaign makes exactly what is missing, and comes to the same tables.
  @Test func onlyWhatIsMissingIsMade() throws {
    let bench = try CampaignBench()
    let sweep = try bench.sweep()
    let straight = try bench.store("straight.sqlite")
    try sweep.run(.whole, into: straight, on: Workers(count: 2))
    let store = try bench.store("stopped.sqlite")
    var made = 0
    var rounds = 0
    while rounds < 100 {
      rounds += 1
      let interruption = Interruption()
      let progress = try sweep.run(.whole, into: store, on: Workers(count: 1), until: interruption)
      {
        if $0.done > $0.found { interruption.request() }
      }
      made += progress.done - progress.found
      if progress.done == progress.all { break }
    }
    #expect(made == 24 && rounds > 2)
    #expect(try bench.tables(sweep, store, "stopped") == bench.tables(sweep, straight, "straight"))
  }

  /// What one arm says changes the runs of that arm only; names, more replicates and more points make none anew.
  @Test func changesTouchOnlyWhatTheyChange() throws {
    let bench = try CampaignBench()
    let store = try bench.store("store.sqlite")
    func made(_ change: (String) -> String, _ grid: (String) -> String = { $0 }) throws -> Int {
      try bench.write(change(CampaignBench.scenario), "blink.yaml")
      try bench.write(grid(CampaignBench.grid), "grid.yaml")
      let progress = try bench.sweep().run(.whole, into: store, on: Workers(count: 2))
      return progress.done - progress.found
    }
    #expect(try made { $0 } == 24)
    #expect(try made { $0.replacing("name: blink", with: "name: other\nquestion: why?") } == 0)
    #expect(try made { $0.replacing("fresh: {}", with: "fresh: {}  # as before") } == 0)
    #expect(try made { $0.replacing("thawed: {product:", with: "chilled: {product:") } == 0)
    #expect(
      try made { $0.replacing("{handling: thawed}", with: "{handling: thawed, viability: 70 %}") }
        == 12
    )
    #expect(try made({ $0 }) { $0.replacing("replicates: 3", with: "replicates: 4") } == 8)
    #expect(try made({ $0 }) { $0.replacing("0.2 1/h]", with: "0.2 1/h, 0.3 1/h]") } == 12)
    #expect(try made { $0.replacing("12 h", with: "18 h") } == 24)
    #expect(try made({ $0 }) { $0.replacing("timeseries: true", with: "timeseries: false") } == 0)
  }

  /// A time series that is asked for later is made; what has one serves where none is asked for.
  @Test func timeseriesAreMadeWhereTheyAreAskedFor() throws {
    let bench = try CampaignBench()
    let store = try bench.store("store.sqlite")
    try bench.write(CampaignBench.grid.replacing("timeseries: true\n", with: ""), "grid.yaml")
    let bare = try bench.sweep().run(.whole, into: store, on: Workers(count: 2))
    #expect(bare.found == 0)
    try bench.write(CampaignBench.grid, "grid.yaml")
    let whole = try bench.sweep().run(.whole, into: store, on: Workers(count: 2))
    #expect(whole.found == 0)
  }

  /// A run that fails is kept with its error, and the others are made; it is made anew when that is asked for.
  @Test func failuresAreKept() throws {
    let bench = try CampaignBench()
    // A dose after the end: neither value is wrong alone, and no row with the least or largest of one has both.
    try bench.write(
      """
      duration,treatment.at
      12 h,0 h
      6 h,0 h
      7 h,10 h
      12 h,11 h

      """,
      "points.csv"
    )
    try bench.write(
      "name: l\nscenario: blink.yaml\nset: [\"clock.output_every=1 h\"]\nreplicates: 3\ndesign: {method: list, file: points.csv}\n",
      "grid.yaml"
    )
    let sweep = try bench.sweep()
    let store = try bench.store("store.sqlite")
    let progress = try sweep.run(.whole, into: store, on: Workers(count: 2))
    #expect(progress.done == 24 && progress.failed == 6)
    let results = try SweepResults(sweep, from: store, on: Workers(count: 1))
    #expect(results.errors.count == 6 && results.missing == 0)
    #expect(results.errors.values.allSatisfy { $0.contains("treatment.at") }, "\(results.errors)")
    #expect(try sweep.run(.whole, into: store, on: Workers(count: 2)).found == 24)
    try store.forgetFailures()
    #expect(try sweep.run(.whole, into: store, on: Workers(count: 2)).found == 18)
  }

  /// Arms that part from one history do so at every point.
  @Test func forksAreOneHistory() throws {
    let bench = try CampaignBench()
    let forked = """
      name: forked
      duration: 12 h
      clock: {cell_step: 30 min, output_every: 6 h, fork_at: 6 h}
      host: mouse
      product: human-marrow-msc
      treatment: {route: intravenous, dose: 2e3 cells, agents: 200}
      arms:
        straight: {}
        leaky: {remains: {dna_half_life: 1 h}}

      """
    try bench.write(forked, "blink.yaml")
    try bench.write(
      CampaignBench.grid.replacing("viable_half_life", with: "dna_six_organs_1_d").replacing(
        "      treatment: {values: {vein: \"{route: intravenous}\", muscle: \"{route: intramuscular}\"}}\n",
        with: ""
      ),
      "grid.yaml"
    )
    let sweep = try bench.sweep()
    let store = try bench.store("store.sqlite")
    #expect(try sweep.run(.whole, into: store, on: Workers(count: 2)).failed == 0)
    let part = try bench.store("part.sqlite")
    for number in [2, 1] {
      try sweep.run(.init(number: number, count: 2), into: part, on: Workers(count: 1))
    }
    #expect(try bench.tables(sweep, store, "a") == bench.tables(sweep, part, "b"))
  }

  /// One sentence for each mistake, with its place.
  @Test(arguments: [
    ("scenario: blink.yaml", "scenario: blnk.yaml", "there is no such file"),
    ("method: grid", "method: gird", "design.method: found \"gird\" (did you mean 'grid'?)"),
    ("replicates: 3", "replicate: 3", "replicate: unknown key (did you mean 'replicates'?)"),
    (
      "endpoints: [viable_half_life,", "endpoints: [viable_halflife,",
      "endpoints: found \"viable_halflife\"; there is no such endpoint (did you mean 'viable_half_life'?)"
    ),
    (
      "stress.lung.lumen:", "stress.lung.lumens:",
      "vary.stress.lung.lumens: the scenario has no value of this path (did you mean 'stress.lung.lumen'?)"
    ),
    (
      "{values: [0.1 1/h, 0.2 1/h]}", "{uniform: [0.1 1/h, 0.2 1/h]}",
      "design.method: is a grid, which needs 'values'; stress.lung.lumen has a distribution"
    ),
    (
      "{values: [0.1 1/h, 0.2 1/h]}", "{uniform: [0.1 1/h, 0.2 1/d]}",
      "vary.stress.lung.lumen.uniform: expected two ends"
    ),
    (
      "{values: [0.1 1/h, 0.2 1/h]}", "{uniform: [2 1/h, 1 1/h]}",
      "uniform: expected numbers that rise"
    ),
    (
      "{values: [0.1 1/h, 0.2 1/h]}", "ragne",
      "vary.stress.lung.lumen: found \"ragne\"; expected range"
    ),
    (
      "method: grid", "method: saltelli, points: 8",
      "design.method: varies numbers, and treatment has listed"
    ),
    ("method: grid", "method: grid, points: 8", "design.points: unknown key"),
    (
      "design: {method: grid}",
      "design: {method: grid}\ntrial: {control: fresh, endpoint: viable_half_life}",
      "trial: belongs to 'design: {method: patients}'"
    ),
    (
      "design: {method: grid}", "design: {method: patients, patients: 4}",
      "trial: is missing; a design of patients needs it to define the analysis"
    ),
    (
      "{values: [0.1 1/h, 0.2 1/h]}",
      "{values: [0.1 1/h, 0.2 1/h], also: [stress.lung.tissue, stress.lung.lumen]}",
      "vary.stress.lung.lumen: is varied twice, also with stress.lung.lumen; list it only once"
    ),
    (
      "{values: [0.1 1/h, 0.2 1/h]}",
      "{values: [0.1 1/h, 0.2 1/h], also: [stress.lung.tisue]}",
      "vary.stress.lung.tisue: the scenario has no value of this path (did you mean 'stress.lung.tissue'?)"
    ),
    (
      "design: {method: grid}", "design: {method: list, file: none.csv}",
      "design.file: found \"none.csv\""
    ),
  ])
  func saysWhatIsWrong(text: String, with other: String, words: String) throws {
    let bench = try CampaignBench()
    let said = bench.said(CampaignBench.grid.replacing(text, with: other))
    #expect(said.contains { $0.contains(words) }, "\(said)")
  }

  /// Patients do not share chance: two alike differ; each is the same in every arm.
  @Test func patientsHaveChanceOfTheirOwn() throws {
    let bench = try CampaignBench()
    try bench.write(
      """
      name: alike
      scenario: blink.yaml
      set: ["arms.thawed={product: {handling: fresh}}"]
      design: {method: patients, patients: 6}
      vary: {host.body_weight: {uniform: [25 g, 25.000001 g]}}
      trial: {control: fresh, endpoint: survival_1_d}

      """,
      "alike.yaml"
    )
    let sweep = try bench.sweep("alike.yaml", ["duration=24 h"])
    let store = try bench.store("store.sqlite")
    try sweep.run(.whole, into: store, on: Workers(count: 2))
    let results = try SweepResults(sweep, from: store, on: Workers(count: 1))
    let e = try #require(sweep.description.endpoints.firstIndex(of: "survival_1_d"))
    let (fresh, other) = (results.values(of: e, arm: 0), results.values(of: e, arm: 1))
    #expect(Set(fresh.joined().compactMap { $0 }).count > 3)
    #expect(fresh == other)
  }

  /// What waits to be written is never as much as a second of work.
  @Test func littleWaits() throws {
    let store = try CampaignBench().store("store.sqlite")
    for n in 1...40 {
      try store.add([
        RunRecord(
          key: "\(n)",
          error: nil,
          endpoints: [],
          timeseries: nil,
          observations: [],
          seconds: 0.15
        )
      ])
      #expect(Double(n - (try store.count())) * 0.15 < 1)
    }
    #expect(try store.count() > 30)
  }

  /// What several stores have of a run is taken over by what it is: a result before an error, one with its time
  /// series before one without; settled, a store can be read while another reads it.
  @Test func storesAreMergedByWhatIsMore() throws {
    let bench = try CampaignBench()
    func record(_ key: String, error: String? = nil, timeseries: [Quantities.Reading]? = nil)
      -> RunRecord
    {
      RunRecord(
        key: key,
        error: error,
        endpoints: [Endpoint(name: "x", value: 0.1 + 0.2, unit: key, missing: nil)],
        timeseries: timeseries,
        observations: [],
        seconds: 1
      )
    }
    let series = [
      Quantities.Reading(time: 1.0 / 3, site: "lung", quantity: "x", value: nil, unit: "cells"),
      Quantities.Reading(
        time: .leastNonzeroMagnitude,
        site: "body",
        quantity: "bli",
        value: -0.0,
        unit: "",
        isDetected: false
      ),
    ]
    let other = try bench.store("other.sqlite")
    try other.add([
      record("new"), record("failed-here"), record("failed-there", error: "e"),
      record("bare-here", timeseries: series), record("bare-there"),
    ])
    let busy = try bench.store("busy.sqlite")
    #expect(throws: StoreError.self) { try busy.merge(other.path) }
    try other.release()
    let store = try bench.store("store.sqlite")
    try store.add([
      record("failed-here", error: "e"), record("failed-there"), record("bare-here"),
      record("bare-there", timeseries: series),
    ])
    try store.flush()
    let path = other.path
    #expect(try store.merge(path, only: ["new", "unknown"]) == 1)
    #expect(try store.merge(path) == 2)
    #expect(try store.merge(path) == 0)
    for key in ["new", "failed-here", "failed-there"] {
      #expect(try store.run(key) == record(key))
    }
    for key in ["bare-here", "bare-there"] {
      #expect(try store.run(key) == record(key, timeseries: series))
    }
  }

  /// A store of something else is not touched.
  @Test func strangeStoresAreRefused() throws {
    let bench = try CampaignBench()
    // The file of another program: an empty table of SQLite, without a mark.
    let foreign = "\(bench.directory)/foreign.sqlite"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import sqlite3; sqlite3.connect('\(foreign)').execute('CREATE TABLE runs (x)')",
    ]
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus == 0 {
      let before = try Data(contentsOf: URL(fileURLWithPath: foreign))
      #expect(throws: StoreError.self) { try bench.store("foreign.sqlite") }
      #expect(try Data(contentsOf: URL(fileURLWithPath: foreign)) == before)
    }
    try bench.write("no store at all, but a text of some length\n", "text.sqlite")
    #expect(throws: StoreError.self) { try bench.store("text.sqlite") }
    let first = try bench.store("used.sqlite")
    #expect(throws: StoreError.self) { try bench.store("used.sqlite") }
    #expect(try first.count() == 0)
    // Settled, it is left to others.
    try first.release()
    #expect(try bench.store("used.sqlite").count() == 0)
  }

  /// Tables of points are runs of their rows.
  @Test func listsAreTables() throws {
    let bench = try CampaignBench()
    try bench.write(
      "stress.lung.lumen,treatment.dose\n0.1 1/h,1000 cells\n0.2 1/h,\"3000 cells\"\n",
      "points.csv"
    )
    try bench.write(
      "name: l\nscenario: blink.yaml\ndesign: {method: list, file: points.csv}\n",
      "list.yaml"
    )
    let sweep = try bench.sweep("list.yaml")
    #expect(sweep.points.count == 2 && sweep.points[1].labels == ["0.2 1/h", "3000 cells"])
    let store = try bench.store("store.sqlite")
    #expect(try sweep.run(.whole, into: store, on: Workers(count: 2)).failed == 0)
  }

  /// A trial of patients in every arm, and of patients in one each; the reader finds what was put in.
  @Test(arguments: ["paired", "parallel"]) func trials(analysis: String) throws {
    let bench = try CampaignBench()
    try bench.write(
      """
      name: trial
      scenario: blink.yaml
      design: {method: patients, patients: 24}
      vary:
        host.body_weight: {normal: {mean: 25 g, sd: 3 g, low: 18 g, high: 35 g}}
        stress.lung.lumen: {lognormal: {mean: 0.12 1/h, cv: 0.2}}
      trial: {control: fresh, endpoint: survival_1_d, analysis: \(analysis), doses: {thawed: 1}}
      """,
      "trial.yaml"
    )
    let sweep = try bench.sweep("trial.yaml", ["duration=24 h"])
    let store = try bench.store("store.sqlite")
    #expect(try sweep.run(.whole, into: store, on: Workers(count: 2)).failed == 0)
    let results = try SweepResults(sweep, from: store, on: Workers(count: 1))
    let trial = try #require(TrialAnalysis(results))
    let thawed = trial.arms[1]
    #expect(trial.arms.map(\.patients) == (analysis == "paired" ? [24, 24] : [12, 12]))
    #expect(try #require(thawed.difference) < 0 && (try #require(thawed.chance)) < 0.05)
    #expect(try #require(thawed.needed80) < 24)
  }

  /// Every campaign of the project, its numbers cut; its tables are those that are kept.
  @Test(arguments: [
    "dose-by-route", "embolism", "priming-window", "survival-sensitivity", "fistula-trial",
    "gvhd-trial",
  ])
  func everyCampaignRuns(name: String) throws {
    let bench = try CampaignBench()
    let file = "\(CampaignBench.library)/sweeps/\(name).yaml"
    var text = try String(contentsOfFile: file, encoding: .utf8)
    text = text.replacing("scenario: ", with: "scenario: \(CampaignBench.library)/sweeps/")
    for (key, few) in [("points", 2), ("patients", 2), ("replicates", 1)] {
      text = text.replacing(try Regex("\(key): [0-9]+"), with: "\(key): \(few)")
    }
    try bench.write(text, "cut.yaml")
    let cuts = [
      "priming-window": ["treatment.agents=500", "tissues.lung_block.voxels=6 x 6 x 6"],
      "gvhd-trial": ["treatment.agents=800", "tissues.gut_block.voxels=4 x 4 x 4"],
      "fistula-trial": ["treatment.agents=500", "tissues.wall.voxels=6 x 6 x 6", "duration=14 d"],
    ]
    let sweep = try bench.sweep(
      "cut.yaml",
      cuts[name] ?? ["treatment.agents=500", "duration=2 d"]
    )
    let store = try bench.store("store.sqlite")
    let progress = try sweep.run(.whole, into: store, on: Workers(count: 2))
    #expect(progress.failed == 0 && progress.done == progress.all)
    KeptTables.compare(
      "sweeps/\(name)",
      try bench.tables(sweep, store, "out").sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    )
  }
}
