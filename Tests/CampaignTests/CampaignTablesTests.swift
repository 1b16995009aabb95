import Body
import Campaign
import Files
import Foundation
import Recording
import Scenario
import Simulation
import Substrate
import Testing

/// Tables that a program reads: numbers in one unit, which the heading names, and no row that was not asked for.
@Suite("Tables of campaigns")
struct CampaignTablesTests {
  private func tables(_ bench: CampaignBench, _ file: String) throws -> [String: [String]] {
    let sweep = try bench.sweep(file)
    let store = try bench.store("\(file).sqlite")
    #expect(try sweep.run(.whole, into: store, on: Workers(count: 2)).failed == 0)
    return try bench.tables(sweep, store, "\(file)-out").mapValues {
      String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  /// The unit is the first one written; other units of the same dimension are converted, and texts stay texts.
  @Test func parametersAreNumbers() throws {
    let bench = try CampaignBench()
    try bench.write(
      """
      name: units
      scenario: blink.yaml
      endpoints: [viable_half_life]
      design: {method: grid}
      vary:
        treatment.dose: {values: [2e3 cells, 4000 cells]}
        clock.cell_step: {values: [30 min, 0.25 h]}
        product.viability: {values: [90 %]}
        treatment: {values: {vein: "{route: intravenous}", muscle: "{route: intramuscular}"}}

      """,
      "units.yaml"
    )
    let tables = try tables(bench, "units.yaml")
    let header =
      "point,treatment.dose [cells],clock.cell_step [min],product.viability [%],treatment,arm,"
    for name in ["runs.csv", "summary.csv"] {
      let lines = try #require(tables[name])
      #expect(lines[0].hasPrefix(header), "\(lines[0])")
      #expect(lines[1].hasPrefix("1,2000,30,90,vein,fresh,"), "\(lines[1])")
      #expect(lines.last?.hasPrefix("8,4000,15,90,muscle,thawed,") == true, "\(lines)")
    }
  }

  /// A list whose column has one dimension is one of numbers, any other one of texts.
  @Test func listsAreNumbers() throws {
    let bench = try CampaignBench()
    try bench.write(
      "stress.lung.lumen,treatment.dose\n0.5 1/h,2000 cells\n24 1/d,8e4 cells/kg\n",
      "points.csv"
    )
    try bench.write(
      "name: l\nscenario: blink.yaml\nendpoints: [viable_half_life]\ndesign: {method: list, file: points.csv}\n",
      "list.yaml"
    )
    let lines = try #require(try tables(bench, "list.yaml")["runs.csv"])
    #expect(lines[0].hasPrefix("point,stress.lung.lumen [1/h],treatment.dose,arm,"))
    #expect(
      lines[1].hasPrefix("1,0.5,2000 cells,fresh") && lines[3].hasPrefix("2,1,8e4 cells/kg,")
    )
  }

  /// posterior.csv has numbers and labels; calibration.csv the share of each listed value.
  @Test func posteriors() throws {
    let bench = try CampaignBench()
    try bench.write(
      "arm,endpoint,modality,time_h,value,error\nfresh,lung_viable_cells,,6,1000,1e6\n",
      "data.csv"
    )
    try bench.write(
      """
      name: fit
      scenario: blink.yaml
      calibration: {method: abc, data: data.csv, particles: 30, generations: 2}
      vary:
        stress.lung.lumen: range
        arms.fresh.product.handling: {values: [fresh, thawed]}

      """,
      "fit.yaml"
    )
    let calibration = try #require(Calibration(try bench.sweep("fit.yaml").description))
    let found = try calibration.posterior(
      in: try bench.store("fit.sqlite"),
      on: Workers(count: 2),
      until: Interruption()
    ) { _ in }
    let sets = found.posteriorCSV.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(sets[0] == ["stress.lung.lumen [1/h]", "arms.fresh.product.handling"])
    #expect(
      sets.dropFirst().allSatisfy { Double($0[0]) != nil && ["fresh", "thawed"].contains($0[1]) }
    )
    let rows = found.parametersCSV.split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let share = try #require(rows[0].firstIndex(of: "share"))
    #expect(
      rows.count == 4 && rows[1][1].isEmpty && rows[2][1] == "fresh" && rows[3][1] == "thawed"
    )
    let thawed = sets.dropFirst().count { $0[1] == "thawed" }
    #expect(Double(rows[3][share]) == Double(thawed) / 30)
    #expect(try #require(Double(rows[2][share])) + #require(Double(rows[3][share])) == 1)
  }

  /// What R and pandas take for a missing value, or strip, is quoted; numbers and empty fields are not.
  @Test func namesAreNoMissingValues() {
    var csv = CSV(columns: ["a"])
    _ = csv.take()
    csv.row(["NA", "nan", " x", "x ", "NAR", "", "1", "a,b", "null"])
    #expect(csv.text == "\"NA\",\"nan\",\" x\",\"x \",NAR,,1,\"a,b\",\"null\"\n")
  }

  /// Of observations a campaign keeps what a calibration reads, and everything where that is asked for.
  @Test func observationsAreKeptWhereTheyAreAskedFor() throws {
    let bench = try CampaignBench()
    try bench.write(CampaignBench.scenario + "observe: [bli, qpcr]\n", "blink.yaml")
    let campaign =
      "name: o\nscenario: blink.yaml\nendpoints: [viable_half_life]\ndesign: {method: grid}\nvary: {stress.lung.lumen: {values: [0.1 1/h]}}\n"
    try bench.write(campaign, "bare.yaml")
    #expect(Set(try tables(bench, "bare.yaml").keys) == ["runs.csv", "summary.csv"])
    try bench.write(campaign + "observations: true\n", "all.yaml")
    let kept = try #require(try tables(bench, "all.yaml")["observations.csv"])
    let organs = try bench.sweep("all.yaml").description.base.experiments[0].host.organs.count
    #expect(kept.count == 1 + 2 * 2 * 2 * (organs + 1))
    // A store without them does not serve a campaign that asks for them.
    let store = try bench.store("bare.yaml.sqlite")
    #expect(try bench.sweep("all.yaml").run(.whole, into: store, on: Workers(count: 1)).found == 0)
    try bench.write(CampaignBench.scenario, "blink.yaml")
    let said = bench.said(campaign + "observations: true\n")
    #expect(said.contains { $0.contains("observations: the scenario observes by no modality") })
  }

  /// A calibration keeps the rows that it reads and no others.
  @Test func calibrationsKeepWhatTheyRead() throws {
    let bench = try CampaignBench()
    try bench.write(CampaignBench.scenario + "observe: [bli, qpcr]\n", "blink.yaml")
    try bench.write(
      "arm,endpoint,modality,time_h,value,error,comparison,control_arm,control_time_h\nfresh,lung,bli,6,1,1,ratio,,12\n",
      "data.csv"
    )
    try bench.write(
      "name: fit\nscenario: blink.yaml\ncalibration: {method: abc, data: data.csv, particles: 10}\nvary: {stress.lung.lumen: range}\n",
      "fit.yaml"
    )
    let calibration = try #require(Calibration(try bench.sweep("fit.yaml").description))
    let store = try bench.store("fit.sqlite")
    guard
      case .told(let values) = try calibration.prediction(
        at: [0.5],
        in: store,
        until: Interruption()
      )
    else {
      Issue.record("it is not told")
      return
    }
    #expect(values[0] > 1)
    try store.release()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: store.path))
    // A place, and with its length the modality that reports it.
    func reports(_ place: String, _ modality: String) -> Int {
      let length = [1, UInt8(modality.utf8.count)] + [UInt8](repeating: 0, count: 7)
      return bytes.ranges(of: Data(place.utf8) + length + Data(modality.utf8)).count
    }
    #expect(reports("lung", "bli") >= 2)
    #expect(reports("lung", "qpcr") == 0 && reports("liver", "bli") == 0)
  }
}

/// Which places and times the long tables hold.
@Suite("Recorded places and times")
struct RecordedTests {
  private func run(_ more: String) throws -> [String: [[String]]] {
    let bench = try CampaignBench()
    try bench.write(CampaignBench.scenario + "observe: [bli, qpcr]\n" + more, "run.yaml")
    let scenario = try ResolvedScenario(
      path: "\(bench.directory)/run.yaml",
      library: CampaignBench.library
    )
    let made = try Run(experiments: scenario.experiments, seed: 1, replicates: 1)
      .execute(on: Workers(count: 1))
    let files = Recorders.files(made, followingCells: false)
    return Dictionary(
      uniqueKeysWithValues: files.map { file in
        (
          file.name,
          file.text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
          }
        )
      }
    )
  }

  /// The rows that are held are those of the whole tables; all other files are the same.
  @Test func rowsAreThoseOfTheWhole() throws {
    let whole = try run("")
    let part = try run("record: {places: [body, lung], every: 12 h}\n")
    for (name, lines) in whole {
      let place = lines[0].firstIndex(of: "site")
      let isLong = ["timeseries.csv", "observations.csv", "ledger.csv"].contains(name)
      let expected = lines.enumerated().filter { n, line in
        n == 0 || !isLong || ["body", "lung"].contains(line[place ?? 0]) && line[3] == "12"
      }.map(\.element)
      #expect(part[name] == expected, "\(name)")
    }
  }

  /// What cannot be is told with what can.
  @Test(arguments: [
    (
      "{places: [body, lungs]}",
      "there is no such place (did you mean 'lung'?); there are body, lung"
    ),
    ("{places: []}", "record.places: is empty"),
    ("{every: 5 h}", "record.every: found \"5 h\"; expected a multiple of clock.output_every"),
    ("{every: 24 h}", "expected a multiple of clock.output_every, at most the duration"),
    ("{evry: 6 h}", "record.evry: unknown key (did you mean 'every'?)"),
  ])
  func saysWhatIsWrong(record: String, words: String) throws {
    let bench = try CampaignBench()
    try bench.write(CampaignBench.scenario + "record: \(record)\n", "run.yaml")
    #expect {
      try ResolvedScenario(path: "\(bench.directory)/run.yaml", library: CampaignBench.library)
    } throws: { error in
      (error as? ScenarioError)?.description.contains(words) == true
    }
  }

  /// Without the key nothing is written of it.
  @Test func silenceIsEverything() throws {
    let scenario = try ResolvedScenario(
      path: "\(CampaignBench.library)/tutorials/mouse-iv.yaml",
      library: CampaignBench.library
    )
    #expect(scenario.experiments[0].recorded == .all && !scenario.yaml.contains("record:"))
  }

  /// Less than one genome is none: a polymerase has nothing to copy.
  @Test func lessThanAGenomeIsNone() {
    let modality = Modality(name: "qpcr", quantity: .dna, limit: 0.1)
    let chance = Chance(seed: 1, replicate: 1)
    func read(_ cells: Double) -> Modality.Reading {
      modality.reading(of: cells, activity: 1, place: 0, step: 1, chance)
    }
    #expect(read(0.7) == Modality.Reading(value: 0, isDetected: false))
    #expect(read(1.5) == Modality.Reading(value: 1.5, isDetected: true))
  }
}
