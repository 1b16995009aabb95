import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// Campaigns over several scenarios: one set of parameters, each scenario with its data, arms and changes.
@Suite("Campaigns of several scenarios")
struct SeveralScenariosTests {
  private static let campaign = """
    name: fit
    replicates: 1
    calibration: {method: emulator, points: 8, refinements: 0, laboratories: 0.2}
    vary:
      stress.lung.lumen: {uniform: [0.05 1/h, 0.3 1/h]}
      arms.thawed.product.damage: {uniform: [0 1/h, 0.02 1/h]}
    scenarios:
      first:
        scenario: blink.yaml
        data: first.csv
      second:
        scenario: blink.yaml
        set: ["treatment.dose=4e3 cells"]
        arms: [fresh]
        data: second.csv

    """

  private func bench(_ campaign: String = campaign) throws -> CampaignBench {
    let bench = try CampaignBench()
    try bench.write(campaign, "fit.yaml")
    try bench.write(
      "arm,endpoint,time_h,value,error\nfresh,lung_viable_cells,12,900,100\nthawed,lung_viable_cells,6,1100,100\n",
      "first.csv"
    )
    try bench.write("endpoint,time_h,value,error\nlung_viable_cells,6,2500,100\n", "second.csv")
    return bench
  }

  private func calibration(_ bench: CampaignBench) throws -> Calibration {
    try #require(Calibration(try bench.sweep("fit.yaml").description))
  }

  private func prediction(_ bench: CampaignBench, _ place: [Double], _ store: RunStore) throws
    -> [Double]
  {
    let made = try calibration(bench).prediction(at: place, in: store, until: Interruption())
    guard case .told(let values) = made else {
      Issue.record("\(made)")
      return []
    }
    return values
  }

  /// Of every scenario the prediction is that of the scenario alone, at the values that it has.
  @Test func theyPredictWhatEachDoesAlone() throws {
    let place = [0.3, 0.8]
    let together = try prediction(try bench(), place, try bench().store("together.sqlite"))
    let description = try bench().sweep("fit.yaml").description
    #expect(description.positions(in: 0) == [0, 1] && description.positions(in: 1) == [0])
    var alone: [Double] = []
    for (name, rows) in [("first", 0..<2), ("second", 2..<3)] {
      let other = name == "first" ? "second" : "first"
      let bench = try bench()
      let lines = Self.campaign.split(separator: "\n", omittingEmptySubsequences: false)
      let start = try #require(lines.firstIndex { $0.hasPrefix("  \(other):") })
      let end = lines[(start + 1)...].firstIndex { !$0.hasPrefix("    ") } ?? lines.endIndex
      var kept = Array(lines[..<start] + lines[end...])
      // The second has no thawed arm, so that nothing of it may vary alone.
      if name == "second" { kept.removeAll { $0.contains("arms.thawed") } }
      try bench.write(kept.joined(separator: "\n"), "fit.yaml")
      let own = name == "second" ? Array(place[..<1]) : place
      let values = try prediction(bench, own, try bench.store("\(name).sqlite"))
      #expect(values.count == rows.count)
      alone += values
    }
    #expect(together.count == 3)
    #expect(Array(together[..<2]) == Array(alone[..<2]))
    // Its random numbers are a function of the whole place, so that the third is another sample.
    #expect((together[2] - alone[2]).magnitude < 0.1 * alone[2])
  }

  /// Arms of the same values share their runs, whatever their data read of them.
  @Test func scenariosThatAgreeShareTheirRuns() throws {
    let agreeing = Self.campaign.replacing("    set: [\"treatment.dose=4e3 cells\"]\n", with: "")
    for (campaign, runs) in [(agreeing, 2), (Self.campaign, 3)] {
      let bench = try bench(campaign)
      let store = try bench.store("store.sqlite")
      _ = try prediction(bench, [0.3, 0.8], store)
      try store.flush()
      #expect(try store.count() == runs)
    }
  }

  /// A fit that was stopped comes to the same posterior; its tables name scenario and laboratory.
  @Test func theyGoOn() throws {
    let bench = try bench()
    let calibration = try calibration(bench)
    let straight = try calibration.posterior(
      in: try bench.store("straight.sqlite"),
      on: Workers(count: 2),
      until: Interruption()
    ) { _ in }
    let rows = straight.predictiveCSV.split(separator: "\n")
    #expect(rows[1].hasSuffix(",first,first") && rows[3].hasSuffix(",second,second"))
    let store = try bench.store("stopped.sqlite")
    let interruption = Interruption()
    #expect(throws: Calibration.Failure.self) {
      _ = try calibration.posterior(in: store, on: Workers(count: 1), until: interruption) {
        if $0 >= 3 { interruption.request() }
      }
    }
    let after = try calibration.posterior(
      in: store,
      on: Workers(count: 2),
      until: Interruption()
    ) { _ in }
    #expect(after.posteriorCSV == straight.posteriorCSV)
  }

  @Test(arguments: [
    (", laboratories: 0.2", "", "calibration.laboratories: is missing"),
    ("laboratories: 0.2", "laboratories: -1", "calibration.laboratories: found \"-1\""),
    (
      "replicates: 1\n", "replicates: 1\nscenario: blink.yaml\n",
      "scenario: must be given in each of"
    ),
    (
      "laboratories: 0.2", "laboratories: 0.2, data: first.csv",
      "calibration.data: must be given in"
    ),
    ("replicates: 1\n", "replicates: 1\nset: [\"replicates=4\"]\n", "is given twice; keep one"),
    ("stress.lung.lumen:", "stress.lung.lumn:", "vary.stress.lung.lumn: no scenario has a value"),
    (
      "arms.thawed.product", "arms.frozen.product",
      "vary.arms.frozen.product.damage: there is no arm"
    ),
    ("dose=4e3 cells", "dose=4e3 minutes", "treatment.dose"),
    (
      "set: [\"treatment.dose=4e3 cells\"]", "set: [\"stress.lung.lumen=0.2 1/h\"]",
      "is varied, but is also set by 'set'"
    ),
    ("    data: second.csv\n", "", "scenarios.second.data: is missing"),
    (
      "    data: second.csv\n", "    data: second.csv\n    design: {}\n",
      "scenarios.second.design: unknown key"
    ),
  ])
  func saysWhatIsWrong(what: String, by: String, words: String) throws {
    #expect(Self.campaign.contains(what))
    let bench = try bench(Self.campaign.replacing(what, with: by))
    do {
      _ = try bench.sweep("fit.yaml")
      Issue.record("it is read")
    } catch let error as ScenarioError {
      #expect(error.description.contains(words), "\(error)")
    }
  }

  /// A range that scenarios do not share is no law.
  @Test func rangesOfScenariosThatDifferAreNotTaken() throws {
    let bench = try bench(
      Self.campaign.replacing("{uniform: [0.05 1/h, 0.3 1/h]}", with: "range")
        .replacing("scenario: blink.yaml\n    set", with: "scenario: other.yaml\n    set")
    )
    try bench.write(
      CampaignBench.scenario
        + "stress: {lung: {lumen: {value: 0.2 1/h, range: 0.1 to 0.4 1/h, source: assumed}}}\n",
      "other.yaml"
    )
    let error = #expect(throws: ScenarioError.self) { _ = try bench.sweep("fit.yaml") }
    #expect(
      error?.description.contains("in fresh of first and 0.1 1/h to 0.4 1/h in second") == true,
      "\(error as Any)"
    )
  }

  /// Nor is one that the arms of a scenario do not share.
  @Test func rangesOfArmsThatDifferAreNotTaken() throws {
    let bench = try bench()
    try bench.write(
      CampaignBench.scenario.replacing(
        "{product: {handling: thawed}}",
        with: "{product: {overlays: [thawed]}}"
      ),
      "blink.yaml"
    )
    try bench.write(
      "name: s\nscenario: blink.yaml\ndesign: {method: sobol, points: 2}\nvary: {product.damage: range}\n",
      "fit.yaml"
    )
    let error = #expect(throws: ScenarioError.self) { _ = try bench.sweep("fit.yaml") }
    let words =
      "vary.product.damage: has the range 0 1/h to 0.02 1/h in fresh and 0.06 1/h to 0.14 1/h in thawed; give its distribution"
    #expect(error?.description.contains(words) == true, "\(error as Any)")
  }
}
