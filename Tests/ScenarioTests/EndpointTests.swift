import Body
import Campaign
import Foundation
import Observations
import Recording
import Scenario
import Simulation
import Substrate
import Testing

/// Endpoints are read relative to a dose, from observations of their own, and say why where they cannot be read.
@Suite("Endpoints")
struct EndpointTests {
  /// A dose into the vein of a mouse: agents of ten cells each.
  static let vein = """
    name: vein
    duration: 8 d
    host: mouse
    product: human-adipose-msc
    treatment: {route: intravenous, dose: 2e5 cells, agents: 2e4}
    observe: [bli]

    """

  /// T cells in a well that divide, with a few MSC.
  static let well = "tutorials/culture-t-cell-suppression.yaml"
  static let small = [
    "culture.width=240um", "culture.depth=1.2mm", "treatment.dose=1e5cells/mL",
  ]

  /// Stress of lung under which more than a fifth of the cells live a day.
  private static let mild = "stress.lung.lumen=0.06 1/h"

  private static func resolve(_ overrides: [String], _ text: String = vein) throws
    -> ResolvedScenario
  {
    try InterventionTests.resolve(overrides, text)
  }

  private static func run(_ overrides: [String], _ text: String = vein) throws -> Trajectory {
    try Scenarios.run(resolve(overrides, text), workers: 2)[0]
  }

  private static func values(_ run: Trajectory) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: Endpoints.all(run).compactMap { e in e.value.map { (e.name, $0) } }
    )
  }

  private static func missing(_ run: Trajectory) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: Endpoints.all(run).compactMap { e in e.missing.map { (e.name, $0) } }
    )
  }

  // MARK: - Invariance

  /// A dose is read alike whenever it is given, within four standard errors of the difference of two runs.
  ///
  /// Of n agents of which a share p lives the share has the variance p (1 - p) / n; a half-life of an exponential has
  /// the coefficient of variation 1 / (ln 2 √n).
  @Test(arguments: ["24 h", "30 h"])
  func isTheSameWheneverTheDoseIsGiven(at: String) throws {
    let early = Self.values(try Self.run([Self.mild]))
    let late = Self.values(
      try Self.run([Self.mild, "treatment.at=\(at)", "duration=9 d", "clock.output_every=12 h"])
    )
    #expect(early["survival_1_d"]! > 0.2)
    let n = 20_000.0
    for name in [
      "survival_1_d", "survival_3_d", "survival_7_d", "lung_fraction_5_min", "lung_survival_1_d",
      "lung_survival_3_d",
    ] {
      let (a, b) = (try #require(early[name]), try #require(late[name]))
      #expect((a - b).magnitude <= 4 * (2 * a * (1 - a) / n).squareRoot(), "\(name): \(a), \(b)")
    }
    for name in ["viable_half_life", "lung_dna_half_life_1_to_24_h"] {
      let (a, b) = (try #require(early[name]), try #require(late[name]))
      #expect((b / a - 1).magnitude <= 4 * (2 / n).squareRoot() / 0.693, "\(name): \(a), \(b)")
    }
  }

  /// A part of a scenario, and the times between its observations.
  struct Case: Sendable {
    let name: String, overrides: [String], every: [String], endpoint: String
  }

  static let cases = [
    Case(
      name: "vein",
      overrides: ["duration=3 d", "treatment.agents=2000"],
      every: ["30 min", "1 h", "2 h", "6 h", "12 h", "24 h"],
      endpoint: "lung_dna_half_life_1_to_24_h"
    ),
    Case(
      name: "muscle",
      overrides: ["treatment.agents=1000", "tissues.block.voxels=8 x 8 x 8", "observe=[bli]"],
      every: ["30 min", "1 h", "2 h", "6 h", "12 h", "24 h"],
      endpoint: "block_injury_exposure"
    ),
    Case(
      name: "well",
      overrides: small + ["duration=48 h"],
      every: ["30 min", "1 h", "6 h", "12 h", "24 h"],
      endpoint: "well_proliferation"
    ),
  ]

  /// No endpoint depends on when a run is observed.
  @Test(arguments: cases.indices)
  func isTheSameHoweverOftenItIsObserved(n: Int) throws {
    let test = Self.cases[n]
    var first: [Endpoint]?
    for every in test.every {
      let overrides = test.overrides + ["clock.output_every=\(every)"]
      let run =
        switch test.name {
        case "vein": try Self.run(overrides)
        case "muscle": try InterventionTests.run(overrides)
        default: try Scenarios.run(Scenarios.load(Self.well, overrides))[0]
        }
      let found = Endpoints.all(run)
      #expect(found.first { $0.name == test.endpoint }?.value != nil)
      #expect(found == first ?? found, "every \(every)")
      first = found
    }
  }

  /// Proliferation of a well is told at every output that has a whole pulse before it.
  @Test func proliferationIsToldAtEveryOutput() throws {
    func rows(_ every: String) throws -> [String] {
      let run = try Scenarios.run(
        Scenarios.load(Self.well, Self.small + ["duration=48 h", "clock.output_every=\(every)"])
      )
      let text = try #require(
        Recorders.files(run, followingCells: false).first { $0.name == "readouts.csv" }?.text
      )
      return text.split(separator: "\n").map(String.init).filter {
        $0.contains("proliferation,") && ($0.contains(",24,") || $0.contains(",48,"))
      }
    }
    let often = try rows("6 h")
    #expect(!often.isEmpty)
    #expect(try rows("24 h") == often)
  }

  /// What is looked at for endpoints is written to no other table, and changes none.
  @Test func whatIsReadForEndpointsIsWrittenNowhereElse() throws {
    func tables(_ every: String) throws -> [String: [String]] {
      let files = Recorders.files(
        [try Self.run(["duration=2 d", "clock={output_every: \(every)}"])],
        followingCells: false
      )
      return Dictionary(
        uniqueKeysWithValues: files.map {
          ($0.name, $0.text.split(separator: "\n").map(String.init).filter { $0.contains(",48,") })
        }
      )
    }
    let (often, seldom) = (try tables("1 h"), try tables("48 h"))
    #expect(often == seldom)
    let files = Recorders.files(
      [try Self.run(["duration=2 d", "clock={output_every: 48 h, also_at: []}"])],
      followingCells: false
    )
    let times = try #require(files.first { $0.name == "timeseries.csv" }).text.split(
      separator: "\n"
    )
    .dropFirst().map { $0.split(separator: ",")[3] }
    #expect(Set(times) == ["48"])
  }

  // MARK: - Checkpoints

  /// Stopped before, within and after what an endpoint reads, written down and gone on with, a run tells the same.
  @Test func outlivesACheckpoint() throws {
    let experiment = try Self.resolve([
      "treatment={at: 6 h, dose: {total: 2e5 cells}, boluses: 2, interval: 30 h, agents: 1000}",
      "duration=4 d",
      "clock.output_every=24 h",
      "endpoints={late: {read: survival_1_d, after: last dose}, each: {read: viable_half_life, after: each dose}}",
    ]).experiments[0]
    let schedule = ObservationSchedule(experiment)
    var straight: (model: Model, seen: [Snapshot]) = (Model(experiment, seed: 7, replicate: 1), [])
    var stopped = straight
    let directory = FileManager.default.temporaryDirectory.path + "/stroma-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let (hour, workers) = (12, Workers(count: 1))
    for step in 1...experiment.clock.steps {
      try straight.model.advance(using: workers)
      try stopped.model.advance(using: workers)
      if let parts = schedule[step] {
        straight.seen.append(straight.model.observe(parts))
        stopped.seen.append(stopped.model.observe(parts))
      }
      // Before the first dose, at its start, within and between what is read of both, and after.
      if [3 * hour, 6 * hour, 6 * hour + 1, 20 * hour, 36 * hour, 50 * hour, 80 * hour].contains(
        step
      ) {
        let path = "\(directory)/\(step)"
        try HostRunTests.checkpoint(stopped.model, experiment, stopped.seen).write(to: path)
        let again = try Checkpoint.Opened(path).read(as: experiment)
        stopped = (again.model, again.snapshots)
      }
    }
    let runs = [straight, stopped].map {
      Trajectory(experiment: experiment, replicate: 1, seed: 7, snapshots: $0.seen)
    }
    #expect(runs[0].isComplete && runs[0].seen.count > 60)
    #expect(Endpoints.all(runs[0]) == Endpoints.all(runs[1]))
    #expect(Self.values(runs[1])["late"] != nil && Self.values(runs[1])["each"] != nil)
  }

  /// Arms that part from one history tell what they tell apart, also where the first asks for less.
  @Test func outlivesAFork() throws {
    func arms(_ clock: String) throws -> [[Endpoint]] {
      let text =
        Self.vein + """
          clock: {output_every: 24 h\(clock)}
          arms:
            one: {observe: []}
            two: {treatment: {dose: {total: 4e5 cells}, boluses: 2, interval: 24 h, agents: 2000}, endpoints: {late: {read: survival_1_d, after: last dose}}}

          """
      let scenario = try Self.resolve(
        ["duration=3 d"],
        text.replacing("observe: [bli]\n", with: "").replacing("2e4", with: "1000")
      )
      return try Scenarios.run(scenario).map { Endpoints.all($0) }
    }
    let (forked, apart) = (try arms(", fork_at: 20 h"), try arms(""))
    #expect(forked == apart)
    #expect(forked[1].contains { $0.name == "late" && $0.value != nil })
  }

  // MARK: - Several doses

  /// Of several doses the first is read, the last or each where that is asked for; shares are of what was given by
  /// then.
  @Test func readsTheDoseThatIsMeant() throws {
    let run = try Self.run([
      "treatment={dose: {total: 4e5 cells}, boluses: 4, interval: 36 h, agents: 8000}",
      "duration=7 d",
      "endpoints={late: {read: survival_1_d, after: last dose}, mean: {read: survival_1_d, after: each dose}, alias: {read: survival_1_d}, peak: {read: peak_lung_occluded_fraction, after: each dose}}",
      "clock.output_every=1 h", Self.mild,
    ])
    let read = Observables(run.experiment)
    let shares = try (0..<4).map { n in
      let hours = Double(36 * n + 24)
      let snapshot = try #require(run.snapshots.first { $0.time == 60 * hours })
      return Double(read.living(snapshot).all) / Double(100_000 * (n + 1))
    }
    let values = Self.values(run)
    #expect(values["survival_1_d"] == shares[0] && values["alias"] == shares[0])
    #expect(values["late"] == shares[3])
    #expect(values["mean"] == shares.reduce(0, +) / 4)
    // A quarter and more of each dose lives a day: of the first share all, of the last those of earlier doses count as given.
    #expect(shares[0] > 0.2 && shares[3] < 0.7 * shares[0])
    let lung = try #require(run.experiment.host.index(of: "lung"))
    let peaks = (0..<4).map { n in
      let window = Double(36 * n * 60)..<Double((36 * n + 36) * 60)
      return run.snapshots.filter {
        $0.time > window.lowerBound && ($0.time <= window.upperBound || n == 3)
      }
      .map { $0.occluded[lung] }.max() ?? 0
    }
    let mean = peaks.reduce(0, +) / 4
    #expect(try (#require(values["peak"]) / mean - 1).magnitude < 0.2)
    #expect(try #require(values["peak_lung_occluded_fraction"]) >= peaks[0])
  }

  /// The lung is looked at 5 min after every dose, when most cells are in it.
  @Test func seesTheLungAfterEveryDose() throws {
    let run = try Self.run([
      "treatment={dose: {total: 2e5 cells}, boluses: 2, interval: 36 h, agents: 8000}",
      "duration=48 h", "clock.also_at=[5 min, 2165 min]",
    ])
    let lung = try #require(run.experiment.host.index(of: "lung"))
    let early = try [5.0, 36 * 60 + 5].map { time in
      try #require(run.snapshots.first { $0.time == time }).occluded[lung]
    }
    let peak = try #require(Self.values(run)["peak_lung_occluded_fraction"])
    #expect(peak >= early[0] && peak >= early[1])
    let unseen = try Self.run([
      "treatment={dose: {total: 2e5 cells}, boluses: 2, interval: 36 h, agents: 8000}",
      "duration=48 h", "clock.also_at=[]",
    ])
    #expect(Self.values(unseen)["peak_lung_occluded_fraction"] == peak)
  }

  /// Read after each dose, an endpoint is the mean over the doses after which the run goes on for long enough.
  @Test func leavesOutDosesThatCannotBeRead() throws {
    let run = try Self.run([
      "treatment={dose: {total: 2e5 cells}, boluses: 2, interval: 24 h, agents: 2000}",
      "duration=40 h",
      "endpoints={mean: {read: survival_1_d, after: each dose}, late: {read: survival_1_d, after: last dose}, none: {read: survival_3_d, after: each dose}}",
    ])
    let values = Self.values(run)
    #expect(values["mean"] == values["survival_1_d"] && values["mean"] != nil)
    let missing = Self.missing(run)
    #expect(missing["late"] == "needs 24 h after the dose at 24 h, the run ends at 40 h")
    #expect(missing["none"] == "needs 72 h after the dose, the run ends at 40 h")
  }

  /// A dose that the host's state refuses is not given: it is neither the last dose nor a part of what was given.
  @Test func aRefusedDoseIsNotGiven() throws {
    func values(_ range: String) throws -> [String: Double] {
      Self.values(
        try InterventionTests.run([
          "treatment.repeat={at: 12 h, in: block, \(range)}", "treatment.agents=2000",
          "tissues.block.voxels=8 x 8 x 8", "duration=40 h",
          "endpoints={late: {read: survival_1_d, after: last dose}}",
        ])
      )
    }
    let (refused, given) = (
      try values("above: 90 %, below: 100 %"), try values("above: 5 %, below: 90 %")
    )
    #expect(refused["cells_given"] == 200_000 && given["cells_given"] == 400_000)
    #expect(refused["late"] == refused["survival_1_d"] && refused["late"] != nil)
    #expect(given["late"] != given["survival_1_d"])
    // The second dose has begun by a day after the first, and counts as given.
    #expect(
      try (#require(given["survival_1_d"]) / #require(refused["survival_1_d"]) - 1).magnitude < 0.2
    )
  }

  /// The half-life of an infusion counts from its end, whenever the run is observed.
  @Test func anInfusionIsReadFromItsEnd() throws {
    let run = try Self.run([
      "treatment={over: 90 min, agents: 2000}", "duration=3 d", "clock.output_every=30 min",
    ])
    let read = Observables(run.experiment)
    let whole = try #require(run.snapshots.first { $0.time == 90 })
    #expect(whole.toBeGiven == 0 && read.living(whole).all > 0)
    let points = run.snapshots.filter {
      $0.time >= 90 && ($0.time == 90 || $0.time.remainder(dividingBy: 60) == 0)
    }
    .map {
      (time: $0.time / 60, share: Double(read.living($0).all) / Double(read.living(whole).all))
    }
    let n = try #require(points.firstIndex { $0.share < 0.5 })
    let (before, after) = (points[n - 1], points[n])
    let half =
      before.time + (before.share - 0.5) / (before.share - after.share) * (after.time - before.time)
    let found = try #require(Self.values(run)["viable_half_life"])
    #expect((found / (half - 1.5) - 1).magnitude < 1e-12)
    let seldom = try Self.run([
      "treatment={over: 90 min, agents: 2000}", "duration=3 d", "clock.output_every=24 h",
    ])
    #expect(Self.values(seldom) == Self.values(run))
  }

  // MARK: - Reasons

  /// What cannot be read says why.
  @Test func saysWhyItCannotBeRead() throws {
    let short = Self.missing(
      try Self.run(["duration=2 h", "treatment.agents=100", "clock.cell_step=10 min"])
    )
    #expect(short["survival_1_d"] == "needs 24 h after the dose, the run ends at 2 h")
    #expect(short["lung_fraction_5_min"] == "5 min after the dose lies between steps of 10 min")
    #expect(
      short["viable_half_life"]
        == "more than half of the cells live 2 h after the dose, when the run ends"
    )
    let dead = Self.missing(
      try Self.run([
        "duration=2 h", "treatment.dose=100 cells", "treatment.agents=100", "product.viability=1 %",
        "observe=[bli]",
      ])
    )
    #expect(dead["bli_last_detected"] == "is not detected at any observation")
    let well = Self.missing(
      try Scenarios.run(
        Scenarios.load(Self.well, Self.small + ["duration=12 h", "clock.output_every=12 h"])
      )[0]
    )
    #expect(well["well_proliferation"] == "needs 18 h, the run ends at 12 h")
    let scenario = try Self.resolve(["treatment.agents=100", "duration=2 d"])
    let stop = Interruption()
    let stopped = try Run(experiments: scenario.experiments, seed: 1, replicates: 1)
      .execute(on: Workers(count: 1), until: stop) { if $0.time >= 1500 { stop.request() } }[0]
    #expect(Self.values(stopped)["survival_1_d"] != nil)
    #expect(
      Self.missing(stopped)["peak_licensed_fraction"]?.hasPrefix("the run was stopped at ") == true
    )
    let row = try #require(
      Scenarios.csv([stopped]).first { $0.contains("endpoint,value,unit,missing") }
    )
    #expect(
      row.contains(
        "survival_3_d,,fraction of dose,\"needs 72 h after the dose, the run ends at 48 h\""
      )
    )
  }

  /// One clear sentence, with its place, for an endpoint that cannot be defined.
  @Test(arguments: [
    (
      "endpoints={late: {read: survival_1d, after: last dose}}",
      "endpoints.late.read: there is no endpoint \"survival_1d\" (did you mean 'survival_1_d'?); there are "
    ),
    (
      "endpoints={late: {read: survival_1_d, after: lst dose}}",
      "endpoints.late.after: found \"lst dose\" (did you mean 'last dose'?); expected one of first dose, last dose, each dose"
    ),
    (
      "endpoints={late: {read: cells_per_agent, after: last dose}}",
      "endpoints.late.after: cells_per_agent is not read after a dose; leave 'after' out"
    ),
    ("endpoints={late: {after: last dose}}", "endpoints.late.of: is missing"),
    (
      "endpoints={survival_1_d: {read: survival_3_d}}",
      "endpoints.survival_1_d: is an endpoint of every run; choose another name"
    ),
    (
      "endpoints={late: {read: survival_1_d, dose: last}}", "endpoints.late.dose: unknown key"
    ),
    ("endpoints={\"a,b\": {read: survival_1_d}}", "an endpoint has a name of letters"),
    ("endpoints=[survival_1_d]", "endpoints: found a list; expected keys and values"),
  ])
  func saysWhatIsWrong(override: String, words: String) {
    let said = BrokenIntervention.said([override], Self.vein)
    #expect(said.count == 1 && said.first?.contains(words) == true, "\(said)")
  }

  /// An arm without cells has no rows of endpoints that are read after a dose, and what it says resolves again.
  @Test func anArmWithoutCellsHasNoneOfThem() throws {
    let scenario = try Self.resolve(
      ["duration=2 h", "treatment.agents=100"],
      Self.vein + """
        arms: {cells: {}, none: {without: [cells]}}
        endpoints: {late: {read: lung_fraction_5_min, after: last dose}}

        """
    )
    #expect(
      scenario.experiments.map { Endpoints.all(of: $0).contains { $0.name == "late" } } == [
        true, false,
      ]
    )
    let again = try Self.resolve([], scenario.yaml)
    #expect(again.experiments[0].endpoints == scenario.experiments[0].endpoints)
    #expect(again.yaml.contains("after: last dose"))
  }
}
