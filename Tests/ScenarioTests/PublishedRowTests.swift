import Body
import Campaign
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// Published rows are data: a file an experiment.
@Suite("Published rows")
struct PublishedRowTests {
  private static let scenario = """
    name: mine
    duration: 6 h
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 4e3 cells}
    arms:
      whole: {}
      half: {treatment: {dose: 2e3 cells}}

    """

  private static let file = """
    # What a user adds.
    scenario: ./mine.yaml
    source: Somebody 2024 doi 10.0/0
    rows:
      M1:
        role: validate
        observable: viable cells in lung at 6 h
        reads: {of: viable_cells, in: lung, at: 6 h, as: percent of dose, arm: whole}
        interval: 0 to 100
        unit: "% of dose"
      M2:
        role: calibrate
        observable: viable cells in lung and liver, whole over half
        reads: {of: viable_cells, in: lung, at: 6 h, arm: [whole, half]}
        combine: ratio
        interval: 0 to 1
        unit: fold
        source: Somebody else 2025 doi 10.0/1
      M3:
        role: validate
        observable: whether the lung holds most cells, in either arm
        reads: {of: viable_cells, in: lung, at: 6 h, arm: [whole, half], against: {in: [liver, heart], by: exceeds}}
        combine: least
        unit: true

    """

  private static func rows(_ text: String = file, in place: ScratchLibrary) throws -> [PublishedRow]
  {
    try place.write(Data(scenario.utf8), "mine.yaml")
    let path = try place.write(Data(text.utf8), "rows.yaml")
    let library = try Library(given: place.library, scenario: "", program: "")
    return try PublishedRows(of: library, and: [path]).all
  }

  private static func problems(_ text: String) throws -> [String] {
    let place = try ScratchLibrary()
    do {
      let rows = try rows(text, in: place)
      _ = try Validation.experiments(of: rows, library: place.library)
      return []
    } catch let error as ScenarioError {
      return error.diagnostics.map {
        $0.description.replacing(place.directory + "/", with: "").replacing("rows.yaml:", with: "")
      }
    }
  }

  /// Rows that no Swift knows are scored, and come to what the counts of cells say.
  @Test func rowsAreScoredByDataAlone() throws {
    let place = try ScratchLibrary()
    try place.write(
      Data(Self.file.replacing("./mine", with: "../../mine").utf8),
      "library/rows/a.yaml"
    )
    try place.write(Data(Self.scenario.utf8), "mine.yaml")
    let library = try Library(given: place.library, scenario: "", program: "")
    let rows = try PublishedRows(of: library).all
    let experiments = try Validation.experiments(of: rows, library: place.library)
    let validation = try Validation(rows, experiments, replicates: 3, workers: Workers(count: 2))
    let scenario = try ResolvedScenario(
      path: "\(place.directory)/mine.yaml",
      library: place.library
    )
    let runs = try Run(experiments: scenario.experiments, seed: scenario.seed, replicates: 3)
      .execute(on: Workers(count: 2))
    func lung(_ arm: String, _ replicate: Int) throws -> Double {
      let run = try #require(
        runs.first { $0.experiment.arm == arm && $0.replicate == replicate }
      )
      let organ = try #require(run.experiment.host.index(of: "lung"))
      let last = try #require(run.snapshots.last)
      return Double(Observables(run.experiment).living(last, organ: organ).all)
    }
    let shares = try (1...3).map { 100 * (try lung("whole", $0)) / 4000 }
    let ratios = try (1...3).map { try lung("whole", $0) / lung("half", $0) }
    let found = validation.outcomes
    #expect(found.map(\.row.name) == ["M1", "M2", "M3"])
    #expect(found[0].value == shares.reduce(0, +) / 3 && found[0].verdict == "in")
    #expect(found[1].value == ratios.reduce(0, +) / 3 && found[1].verdict == "out")
    #expect(found[2].value == 1 && found[2].verdict == "no interval")
    #expect(found.map(\.row.source.count) == [24, 29, 24])
    let lines = validation.csv.split(separator: "\n")
    #expect(lines.count == 4 && lines[1].hasPrefix("M1,validate,../../mine.yaml,1,"))
  }

  /// What an override takes away is said in the verdict, and ends nothing.
  @Test func whatOverridesTakeAwayIsNotRead() throws {
    let place = try ScratchLibrary()
    let rows = try Self.rows(in: place)
    let experiments = try Validation.experiments(
      of: rows,
      library: place.library,
      overrides: ["duration=5 h"]
    )
    let validation = try Validation(rows, experiments, replicates: 2, workers: Workers(count: 2))
    #expect(
      validation.outcomes[0].verdict
        == "not read: viable_cells of lung needs 6 h, the run ends at 5 h"
    )
    #expect(validation.outcomes[0].value == nil)
  }

  @Test(arguments: [
    (
      "role: calibrate", "role: fit",
      "12:11: rows.M2.role: found \"fit\"; expected one of calibrate, validate"
    ),
    (
      "combine: ratio\n", "combin: ratio\n",
      "15:5: rows.M2.combin: unknown key (did you mean 'combine'?); its keys are …"
    ),
    (
      "interval: 0 to 100", "interval: 100",
      "9:15: rows.M1.interval: found \"100\"; expected low to high in the unit of the row, as in 27 to 33.5"
    ),
    (
      "interval: 0 to 100", "interval: 5 to 1",
      "9:15: rows.M1.interval: found \"5 to 1\"; the lower end comes first"
    ),
    (
      "scenario: ./mine.yaml", "scenario: studies/human-vi",
      "2:11: scenario: there is no \"studies/human-vi\"; expected a scenario of the library, …"
    ),
    (
      "source: Somebody 2024 doi 10.0/0\n", "",
      "5:5: rows.M1.source: is missing; a row or its file has a source: …"
    ),
    (
      "of: viable_cells, in: lung, at: 6 h, as", "of: viable_cels, in: lung, at: 6 h, as",
      "8:17: rows.M1.reads.of: there is no quantity \"viable_cels\" (did you mean 'viable_cells'?); there are …"
    ),
    (
      "in: lung, at: 6 h, as", "in: lng, at: 6 h, as",
      "8:35: rows.M1.reads.in: found \"lng\" (did you mean 'lung'?); …"
    ),
    ("at: 6 h, as", "at: 7 h, as", "8:45: rows.M1.reads.at: lies after the end of the run at 6 h"),
    (
      "arm: whole}", "arm: hole}",
      "8:76: rows.M1.reads.arm: there is no arm \"hole\" (did you mean 'whole'?); there are whole, half"
    ),
    (", arm: whole}", "}", "8:12: rows.M1.reads.arm: is missing; there are whole, half"),
    (
      "unit: \"% of dose\"", "unit: cells",
      "10:11: rows.M1.unit: found \"cells\"; what is read is in % of dose"
    ),
    ("    combine: ratio\n", "", "12:5: rows.M2.combine: is missing; 2 readings come to one of …"),
    (
      "arm: [whole, half]}\n    combine", "arm: whole}\n    combine",
      "15:14: rows.M2.combine: found \"ratio\", of two readings; there is 1"
    ),
    ("  M2:", "  M1:", "5:3: has 'M1' more than once in the same place; keep one"),
    ("M3:", "M 3:", "20:5: rows.M 3: a row has a name of letters, digits, - and _"),
  ]) func whatIsWrongIsSaid(old: String, new: String, words: String) throws {
    let text = Self.file.replacing(old, with: new, maxReplacements: 1)
    try #require(text != Self.file)
    let said = try Self.problems(text)
    #expect(agree(Array(said.prefix(1)), [words]), "\(said)")
  }

  /// Every row of the library can be read of its scenario, and has the source of its interval.
  @Test func theLibraryHoldsTogether() throws {
    let rows = try PublishedTargetsTests.rows()
    #expect(rows.count > 50)
    for row in rows where row.role == .calibrate {
      #expect(row.interval != nil, "\(row.name) is fitted to an interval")
    }
    // Wells and small arms only: that the others can be read the table of results tells.
    let some = rows.filter { ["T16", "T17", "T18", "T19-day", "T07"].contains($0.name) }
    #expect(try Validation.experiments(of: some, library: Scenarios.root).count == 3)
  }
}

/// What endpoints and rows can take of a course.
@Suite("Statistics of quantities")
struct QuantityStatisticTests {
  private static func values(_ endpoints: [String]) throws -> ([String: Endpoint], Trajectory) {
    let lines = endpoints.map { "  \($0)\n" }.joined()
    let run = try Scenarios.run(
      InterventionTests.resolve([], QuantityEndpointTests.text + lines),
      workers: 2
    )[0]
    let found = Endpoints.all(run).map { ($0.name, $0) }
    return (Dictionary(uniqueKeysWithValues: found), run)
  }

  @Test func agreeWithSingleReadings() throws {
    let singles = [2, 5, 8, 11].map { "at\($0): {of: dead_cells, in: lung, at: \($0) h}" }
    let (found, run) = try Self.values(
      singles + [
        "sum: {of: dead_cells, in: lung, from: 2 h, to: 12 h, every: 3 h, as: sum}",
        "rise: {of: dead_cells, in: lung, from: 2 h, to: 12 h, every: 3 h, as: rise time, above: 60 %}",
        "share: {of: viable_cells, at: 8 h, as: share}",
        "percent: {of: viable_cells, at: 8 h, as: percent of dose}",
        "all: {of: viable_cells, at: 8 h}",
        "part: {of: viable_cells, in: lung, at: 8 h, against: {in: body, by: percent}}",
        "lung: {of: viable_cells, in: lung, at: 8 h}",
        "more: {of: viable_cells, in: lung, at: 8 h, against: {in: liver, by: exceeds}}",
        "less: {of: viable_cells, in: liver, at: 8 h, against: {in: lung, by: exceeds}}",
        "flow: {of: tissue_cells, in: body, at: 8 h, against: {of: viable_cells, by: difference}}",
        "stay: {of: tnfa_mean, in: lung_block, every: 1 h, as: persistence, above: 250 pg/mL}",
        "never: {of: tnfa_mean, in: lung_block, every: 1 h, as: persistence, above: 5 ng/mL}",
        "dna: {of: dna_cells, in: lung, at: 8 h}",
      ]
    )
    func value(_ name: String) throws -> Double {
      try #require(found[name]?.value, "\(name): \(found[name]?.missing ?? "")")
    }
    let deaths = try [2, 5, 8, 11].map { try value("at\($0)") }
    #expect(try value("sum") == deaths.reduce(0, +))
    let reached = try #require(deaths.firstIndex { $0 >= 0.6 * deaths[3] })
    #expect(try value("rise") == 3 * Double(reached) && found["rise"]?.unit == "h")
    #expect(try value("percent") == 100 * value("all") / 4e5)
    #expect(try (value("percent") - 100 * value("share")).magnitude < 1e-12)
    #expect(try value("part") == 100 * value("lung") / value("all") && found["part"]?.unit == "%")
    #expect(try value("more") == 1 && value("less") == 0)
    #expect(try value("flow") < 0)
    // An exponential that falls by half every 6 h; the field that a step saw is that of its start.
    #expect(try (value("stay") - (0.5 + 5.0 / 1440)).magnitude < 1e-4 && found["stay"]?.unit == "d")
    #expect(try value("never") == 0)
    let organ = try #require(run.experiment.host.index(of: "lung"))
    let then = try #require(run.snapshots.first { $0.time == 480 })
    #expect(try value("dna") == Observables(run.experiment).dna(then, organ: organ))
  }

  @Test(arguments: [
    ("of: viable_cells, every: 1 min, as: mean", "every: is shorter than a step of 5 min"),
    ("of: viable_cells, at: 1 d, every: 1 h", "at: is given beside a window"),
    (
      "of: viable_cells, at: 1 d, against: {of: tnfa_mean, in: lung_block, by: ratio}",
      "against: tnfa_mean is in nM, viable_cells in cells"
    ),
    (
      "of: viable_cells, at: 1 d, against: {in: lug, by: ratio}",
      "against: viable_cells is not read at \"lug\" (did you mean 'lung'?)"
    ),
    (
      "of: viable_cells, as: rise time, above: 1 h",
      "above: found \"1 h\"; expected a threshold in %"
    ),
    (
      "read: survival_1_d, against: {at: 2 h, by: ratio}",
      "against: compares an endpoint of every run with another 'arm' only"
    ),
  ]) func whatIsWrongIsSaid(keys: String, words: String) throws {
    let error = try #require(throws: ScenarioError.self) { try Self.values(["x: {\(keys)}"]) }
    #expect(error.description.contains("endpoints.x.\(words)"), "\(error)")
  }

  /// An endpoint of every run can be compared with another arm.
  @Test func endpointsOfEveryRunCompareArms() throws {
    let text =
      QuantityEndpointTests.text + "  gain: {read: survival_1_d, against: {arm: a, by: change}}\n"
    let runs = try Scenarios.run(
      InterventionTests.resolve(
        ["arms={a: {}, b: {treatment: {dose: 2e5 cells, agents: 2e4}}}"],
        text
      ),
      workers: 2
    )
    func read(_ name: String, _ arm: Int) -> Endpoint? {
      Endpoints.all(runs[arm]) { arm in runs.first { $0.experiment.arm == arm } }
        .first { $0.name == name }
    }
    let (a, b) = (
      try #require(read("survival_1_d", 0)?.value), try #require(read("survival_1_d", 1)?.value)
    )
    let gain = try #require(read("gain", 1))
    #expect(gain.value == 100 * (b / a - 1) && gain.unit == "%")
    #expect(read("gain", 0)?.missing == "is compared with a itself")
  }
}
