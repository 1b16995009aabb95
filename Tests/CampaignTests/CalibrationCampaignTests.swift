import Agents
import Campaign
import Foundation
import KeptTables
import Observations
import Scenario
import Simulation
import Substrate
import Testing
import Vocabulary

/// What is observed, how it is compared, and fits of it that go on after they were stopped.
@Suite("Calibration campaigns")
struct CalibrationCampaignTests {
  /// The calibration of the project, cut: the same posterior after it was stopped again and again.
  @Test func theCalibrationRunsAndGoesOn() throws {
    let bench = try CampaignBench()
    let folder = "\(CampaignBench.library)/sweeps"
    let text = try String(
      contentsOfFile: "\(folder)/lung-survival-calibration.yaml",
      encoding: .utf8
    )
    .replacing("scenario: ", with: "scenario: \(folder)/")
    .replacing("data: ", with: "data: \(folder)/")
    .replacing("particles: 200", with: "particles: 20")
    try bench.write(text, "cut.yaml")
    let calibration = try #require(
      Calibration(try bench.sweep("cut.yaml", ["treatment.agents=300"]).description)
    )
    let straight = try calibration.posterior(
      in: try bench.store("straight.sqlite"),
      on: Workers(count: 2),
      until: Interruption()
    ) { _ in }
    #expect(straight.posterior.places.count == 20)
    KeptTables.compare(
      "sweeps/lung-survival-calibration",
      [("posterior.csv", Data(straight.posteriorCSV.utf8))]
    )
    #expect(straight.predictiveCSV.split(separator: "\n").count == 3)
    var after = 0
    let store = try bench.store("stopped.sqlite")
    while true {
      after += 31
      let interruption = Interruption()
      let limit = after
      do {
        let found = try calibration.posterior(
          in: store,
          on: Workers(count: 2),
          until: interruption
        ) { if $0 >= limit { interruption.request() } }
        #expect(found.posteriorCSV == straight.posteriorCSV)
        break
      } catch Calibration.Failure.interrupted {}
    }
  }

  /// The one of several experiments, cut: endpoints, readings and what a modality shows are fitted together.
  @Test func theCalibrationOfSeveralExperimentsRuns() throws {
    let bench = try CampaignBench()
    let folder = "\(CampaignBench.library)/sweeps"
    let text = try String(contentsOfFile: "\(folder)/fate-calibration.yaml", encoding: .utf8)
      .replacing("scenario: ", with: "scenario: \(folder)/")
      .replacing("data: ", with: "data: \(folder)/")
      .replacing("points: 160", with: "points: 16").replacing(
        "refinements: 80",
        with: "refinements: 4"
      )
      .replacing("agents=1e5", with: "agents=1e4").replacing("agents=5e4", with: "agents=5e3")
    try bench.write(text, "cut.yaml")
    let description = try bench.sweep("cut.yaml").description
    #expect(description.parts.map(\.name) == ["lung", "rats", "passage", "heart", "infarct"])
    // Stress of the lung counts nowhere else but where cells live that long; T08 rests on the law of arrest alone.
    #expect(description.parameters.count == 11 && description.positions(in: 4).count == 11)
    #expect(!description.part(0).parameters.map(\.path).contains("arms.bcl2.product.protection"))
    let calibration = try #require(Calibration(description))
    let found = try calibration.posterior(
      in: try bench.store("store.sqlite"),
      on: Workers(count: 2),
      until: Interruption()
    ) { _ in }
    // Fewer live in the heart at 96 h than at 24 h.
    #expect(found.posterior.predictions.allSatisfy { $0.count == 10 && $0[7] > $0[8] })
    #expect(found.parametersCSV.contains("\nlaboratories,"))
    KeptTables.compare(
      "sweeps/fate-calibration",
      [
        ("posterior.csv", Data(found.posteriorCSV.utf8)),
        ("calibration.csv", Data(found.parametersCSV.utf8)),
      ]
    )
  }

  /// A campaign of a well, fitted to a table.
  private static let well = """
    name: fit
    scenario: well.yaml
    calibration: {method: emulator, data: data.csv, points: 8, refinements: 0}
    vary:
      kinds.cd4.brakes.contact.weight: {uniform: [0.3, 0.9], also: [kinds.cd8.brakes.contact.weight]}

    """

  private static let scenario = """
    name: well
    duration: 48 h
    clock: {cell_step: 10 min, output_every: 6 h}
    control: alone
    culture:
      species: human
      width: 160 um
      cells: {cd4: {density: 6e5 cells/mL, triggered: 70 %}, cd8: {density: 4e5 cells/mL, triggered: 70 %}}
    medium: rpmi
    product: human-marrow-msc
    treatment: {dose: 1e5 cells/mL}
    kinds: [cd4, cd8, cd4_effector, cd8_effector, treg]
    factors: [ifng, tnfa, pge2, il10, tgfb1, tryptophan, kynurenine]
    arms:
      alone: {without: [cells]}
      donor-1: {product: {donor: 1}}
      donor-2: {product: {donor: 2}}

    """

  private func bench(_ rows: String) throws -> CampaignBench {
    let bench = try CampaignBench()
    try bench.write(Self.scenario, "well.yaml")
    try bench.write(
      "arm,endpoint,modality,time_h,value,error,comparison,control_arm,control_time_h,across\n"
        + rows,
      "data.csv"
    )
    return bench
  }

  /// Readings and their comparisons are those of the run itself.
  @Test func readingsAreThoseOfTheRun() throws {
    let bench = try bench(
      """
      donor-1,well_pge2,,24,1,1,,,,
      donor-1,well_pge2,,24,1,1,ratio,donor-2,48,
      donor-1,well_proliferation,,48,1,1,suppression,alone,,
      donor-*,well_division_index,,48,1,1,suppression,alone,,least
      donor-*,well_division_index,,48,1,1,difference,alone,,most
      donor-*,well_cd4_cells,,24,1,1,ratio,,48,mean
      donor-2,well_division_index,,,1,1,,,,

      """
    )
    try bench.write(Self.well, "fit.yaml")
    let sweep = try bench.sweep("fit.yaml")
    let calibration = try #require(Calibration(sweep.description))
    let place = [0.25]
    let store = try bench.store("store.sqlite")
    guard
      case .told(let found) = try calibration.prediction(
        at: place,
        in: store,
        until: Interruption()
      )
    else {
      Issue.record("it is not told")
      return
    }
    // The same, read by hand.
    let number = calibration.numbers(of: place, count: 1)[0]
    let scenario = try sweep.description.source.resolved(
      with: sweep.description.parameters[0].settings("0.45")
    )
    let made = try scenario.experiments.map { experiment in
      var model = Model(experiment, seed: scenario.seed, replicate: number)
      var snapshots: [Snapshot] = []
      for step in 1...experiment.clock.steps {
        try model.advance(using: Workers(count: 1))
        if experiment.clock.outputs.contains(step) { snapshots.append(model.observe()) }
      }
      return Trajectory(
        experiment: experiment,
        replicate: number,
        seed: scenario.seed,
        snapshots: snapshots
      )
    }
    func at(_ hours: Double, _ arm: Int) throws -> Snapshot {
      try #require(made[arm].snapshots.first { $0.time == 60 * hours })
    }
    func pge2(_ hours: Double, _ arm: Int) throws -> Double {
      let level = try #require(try at(hours, arm).levels[0].first { $0.factor == "pge2" })
      let factor = try #require(
        made[arm].experiment.tissues[0].fields.first { $0.factor.name == "pge2" }
      ).factor
      return Assay.reported(level.mean, of: factor).value
    }
    func index(_ arm: Int) throws -> Double {
      try #require(Assay.divisionIndex(try at(48, arm).populations[0]))
    }
    func incorporated(_ arm: Int) throws -> Double {
      let n = try #require(made[arm].snapshots.firstIndex { $0.time == 60 * 48 })
      return try #require(Assay.incorporation(made[arm], at: made[arm].snapshots[n], tissue: 0))
    }
    func cells(_ hours: Double, _ arm: Int) throws -> Double {
      let population = try #require(
        try at(hours, arm).populations[0].first { $0.kind == "cd4" }
      )
      return Double(population.summary.cells)
    }
    let alone = try index(0)
    #expect(
      found == [
        try pge2(24, 1), try pge2(24, 1) / pge2(48, 2),
        100 * (1 - (try incorporated(1)) / (try incorporated(0))),
        try [1, 2].map { 100 * (1 - (try index($0)) / alone) }.min(),
        try [1, 2].map { (try index($0)) - alone }.max(),
        try [1, 2].map { try cells(24, $0) / cells(48, $0) }.reduce(0, +) / 2,
        try index(2),
      ]
    )
    #expect(found[0] > 0 && found[3] > 0 && found[4] < 0)
  }

  /// One sentence for each mistake in the data.
  @Test(arguments: [
    ("donr-1,well_pge2,,24,1,1,,,,", "there is no arm \"donr-1\" (did you mean 'donor-1'?)"),
    (
      "donor-1,well_pge,,24,1,1,,,,", "there is no reading \"well_pge\" (did you mean 'well_pge2'?)"
    ),
    (
      "donor-1,well_pge2,,25,1,1,,,,",
      "time_h is 25; expected a time at which donor-1 is observed: 6, 12, 18, 24, 30, 36, 42, 48"
    ),
    ("donor-1,well_pge2,,soon,1,1,,,,", "time_h is \"soon\"; expected a number of hours"),
    ("donor-1,well_pge2,,,1,1,,,,", "there is no endpoint \"well_pge2\" of donor-1"),
    ("alone,survival_1_d,,,1,1,,,,", "there is no endpoint \"survival_1_d\" of alone"),
    (
      "donor-1,survival_1_d,,,1,1,ratio,alone,,", "there is no endpoint \"survival_1_d\" of alone"
    ),
    ("donor-1,well_pge2,,24,x,1,,,,", "value is \"x\"; expected a number"),
    ("donor-1,well_pge2,,24,1,0,,,,", "error is \"0\"; expected a number above 0"),
    (
      "donor-1,well_pge2,,24,1,1,ration,alone,,",
      "comparison is \"ration\" (did you mean 'ratio'?)"
    ),
    (
      "donor-1,well_pge2,,24,1,1,ratio,,,", "a comparison takes control_arm, control_time_h or both"
    ),
    (
      "donor-1,well_pge2,,24,1,1,,alone,,", "a comparison takes control_arm, control_time_h or both"
    ),
    ("donor-1,well_pge2,,24,1,1,ratio,donor-1,,", "compares donor-1 with itself at the same time"),
    ("donor-1,well_pge2,,24,1,1,ratio,,24,", "compares donor-1 with itself at the same time"),
    (
      "donor-*,well_pge2,,24,1,1,ratio,donor-2,,least",
      "compares donor-2 with itself at the same time"
    ),
    ("donor-1,well_pge2,,24,1,1,,,,most", "across takes an arm of several, as in donor-*"),
    ("donor-1,well_divisions,,,1,1,ratio,alone,24,", "an endpoint has its own time"),
    ("donor-1,well_proliferation,,12,1,1,,,,", "proliferation is read over 18 h"),
    ("donor-1,body,bli,24,1,1,,,,", "the scenario observes by no modality \"bli\""),
  ])
  func saysWhatIsWrong(row: String, words: String) throws {
    let bench = try bench(row + "\n")
    let said = bench.said(Self.well)
    #expect(said.contains { $0.contains("data.csv, line 2: \(words)") }, "\(said)")
  }

  /// Columns that nothing reads are an error.
  @Test func unknownColumnsAreRefused() throws {
    let bench = try bench("")
    try bench.write("arm,endpoint,modality,time_h,value,error,weight\n,x,,,1,1,1\n", "data.csv")
    #expect(bench.said(Self.well).contains { $0.contains("optionally comparison, control_arm") })
  }

  /// Data in another order, or fewer, make no run anew but of arms that read something else.
  @Test func runsOutliveTheOrderOfTheData() throws {
    let rows = [
      "donor-1,well_pge2,,24,1,1,,,,", "donor-2,well_pge2,,24,1,1,,,,",
      "donor-1,well_cd4_cells,,24,1,1,,,,",
    ]
    let bench = try bench("")
    let store = try bench.store("store.sqlite")
    try bench.write(Self.well, "fit.yaml")
    func runs(_ rows: [String]) throws -> Int {
      let header =
        "arm,endpoint,modality,time_h,value,error,comparison,control_arm,control_time_h,across"
      try bench.write(([header] + rows).map { $0 + "\n" }.joined(), "data.csv")
      let calibration = try #require(Calibration(try bench.sweep("fit.yaml").description))
      _ = try calibration.prediction(at: [0.5], in: store, until: Interruption())
      try store.flush()
      return try store.count()
    }
    #expect(try runs(rows) == 2)
    #expect(try runs(rows.reversed()) == 2)
    #expect(try runs([rows[0], rows[2]]) == 2)
    #expect(try runs([rows[0], rows[1]]) == 3)
  }

  /// What is compared with nothing is not told, and why is said.
  @Test func comparisonsWithNothing() throws {
    let bench = try bench("donor-1,well_pge2,,24,1,1,ratio,alone,,\n")
    try bench.write(Self.well, "fit.yaml")
    let calibration = try #require(Calibration(try bench.sweep("fit.yaml").description))
    let store = try bench.store("store.sqlite")
    #expect(
      try calibration.prediction(at: [0.5], in: store, until: Interruption())
        == .untold("well_pge2 at 24 h of alone is 0")
    )
    do {
      _ = try calibration.posterior(in: store, on: Workers(count: 2), until: Interruption()) { _ in
      }
      Issue.record("a posterior of nothing")
    } catch Calibration.Failure.fails(let words) {
      #expect(words == "well_pge2 at 24 h of alone is 0")
    }
  }

  /// Every further calibration of the project, cut: every datum is told at every place.
  @Test(arguments: ["licensing", "secretion", "suppression", "donors"])
  func everyCalibrationRuns(name: String) throws {
    let bench = try CampaignBench()
    let folder = "\(CampaignBench.library)/sweeps"
    var text = try String(contentsOfFile: "\(folder)/\(name)-calibration.yaml", encoding: .utf8)
    for key in ["scenario", "data"] {
      text = text.replacing("\(key): ", with: "\(key): \(folder)/")
    }
    text = text.replacing(
      try Regex("method: [a-z]+"),
      with: "method: emulator"
    )
    text = text.replacing(try Regex("(points|particles): [0-9]+"), with: "points: 8")
    text = text.replacing(try Regex("(refinements|generations): [0-9]+"), with: "refinements: 0")
    try bench.write(text, "cut.yaml")
    let sweep = try bench.sweep("cut.yaml", ["culture.width=160 um"])
    let calibration = try #require(Calibration(sweep.description))
    let found = try calibration.posterior(
      in: try bench.store("store.sqlite"),
      on: Workers(count: 2),
      until: Interruption()
    ) { _ in }
    let data = try #require(sweep.description.calibration).observations.count
    #expect(found.predictiveCSV.split(separator: "\n").count == data + 1)
    #expect(!found.posterior.notes.contains { $0.contains("do not tell") })
  }
}
