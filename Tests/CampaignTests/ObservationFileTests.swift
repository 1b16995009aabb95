import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// Tables of what was observed, as laboratories and spreadsheets write them.
@Suite("Files of observations")
struct ObservationFileTests {
  private typealias Observation = CalibrationDescription.Observation

  /// The calibration of a table.
  ///
  /// - Parameters:
  ///   - table: the bytes of the file.
  ///   - keys: further keys of `calibration`.
  /// - Returns: what it describes.
  /// - Throws: `ScenarioError`.
  private func read(_ table: String, _ keys: String = "") throws -> CalibrationDescription {
    let bench = try CampaignBench()
    try bench.write(CampaignBench.scenario + "observe: [bli]\n", "blink.yaml")
    try bench.write(table, "data.csv")
    try bench.write(Self.campaign(keys), "fit.yaml")
    return try #require(try bench.sweep("fit.yaml").description.calibration)
  }

  private static func campaign(_ keys: String) -> String {
    """
    name: fit
    scenario: blink.yaml
    calibration: {method: abc, data: data.csv, particles: 20\(keys.isEmpty ? "" : ", \(keys)")}
    vary: {stress.lung.lumen: range}

    """
  }

  private func said(_ table: String, _ keys: String = "") throws -> [String] {
    let bench = try CampaignBench()
    try bench.write(CampaignBench.scenario + "observe: [bli]\n", "blink.yaml")
    try bench.write(table, "data.csv")
    return bench.said(Self.campaign(keys))
  }

  /// Where many rows cannot be read, the first twenty are reported, and that there may be more.
  @Test func ofManyFaultyRowsTheFirstAreTold() throws {
    let row = "fresh,lung_viabel_cells,,6,1,1\n"
    let said = try said(
      "arm,endpoint,modality,time_h,value,error\n" + String(repeating: row, count: 2000)
    )
    #expect(said.count == 21, "\(said.count)")
    #expect(said.last?.contains("line 21: there may be further rows") == true, "\(said)")
  }

  /// Columns in any order and number; a spreadsheet's semicolons, decimal commas, mark of byte order and line ends; the same
  /// with tabs.
  @Test func spellings() throws {
    let plain = try read(
      "arm,endpoint,modality,time_h,value,error\nfresh,lung_viable_cells,,6,1000.5,50\nthawed,viable_half_life,,,3.5,0.5\n"
    ).observations
    #expect(plain.map(\.measured.outcome) == [.number(1000.5), .number(3.5)])
    let excel =
      "\u{FEFF}error;value;time_h;endpoint;arm\r\n50;1000,5;6;lung_viable_cells;fresh\r\n0,5;3,5;;viable_half_life;thawed\r\n"
    #expect(try read(excel).observations == plain)
    #expect(try read(excel.replacing(";", with: "\t")).observations == plain)
  }

  /// Units of headings and of a column are those of the model's readings.
  @Test func units() throws {
    let inHeading = try read(
      "endpoint,time (d),value [%],error [%]\nlung_dna_fraction,0.25,30,5\n"
    ).observations[0]
    #expect(inHeading.time == 6 && inHeading.measured.outcome == .number(0.3))
    #expect(inHeading.measured.error == .given(0.05))
    let inColumn = try read(
      "endpoint,time_min,value,error,unit\nlung_viable_cells,360,1000,10,cells\nviable_half_life,,3,1,d\n"
    ).observations
    #expect(inColumn[0].time == 6 && inColumn[1].measured.outcome == .number(72))
    #expect(inColumn[1].measured.error == .given(24))
  }

  /// Limits, what is below detection, shares of animals, and rows without a value.
  @Test func outcomes() throws {
    let found = try read(
      """
      endpoint,time_h,value,error,limit,law,event
      lung_viable_cells,6,<1000,0.3,,lognormal,
      lung_viable_cells,6,> 5,1,,,
      lung_viable_cells,6,ND,10,200,,
      lung_viable_cells,6,below detection,0.2,200,proportional,
      lung_viable_cells,6,7/10,,,,>100
      lung_dna_fraction,6,3 of 8,,,,
      lung_viable_cells,6,NA,,,,
      lung_viable_cells,6,,,,,

      """
    )
    #expect(
      found.observations.map(\.measured.outcome) == [
        .below(1000), .above(5), .below(200), .below(200), .share(7, of: 10), .share(3, of: 8),
      ]
    )
    #expect(
      found.observations.map(\.measured.law) == [
        .lognormal, .normal, .normal, .proportional, .normal, .normal,
      ]
    )
    #expect(found.observations[4].event == .above(100) && found.observations[5].event == nil)
    #expect(found.remarks == ["data.csv: 2 rows have no value and are not used: lines 8, 9"])
  }

  /// Errors, scales and the variation between animals are given or fitted; columns are left out on request.
  @Test func namedNumbers() throws {
    let found = try read(
      "lab,endpoint,modality,time_h,value,error,law,scale,animal,unit\nA,lung,bli,6,3e5,signal,lognormal,photons,m1,photons/s\nB,lung,bli,12,2e5,signal,lognormal,photons,m1,photons/s\nB,lung_viable_cells,,6,900,0.2,lognormal,2,,\n",
      "ignore: [lab], errors: {signal: {log_uniform: [0.05, 2]}}, scales: {photons: {log_uniform: [1, 1e4]}}, animals: 0.4"
    )
    #expect(found.nuisances.map(\.path) == ["errors.signal", "scales.photons"])
    #expect(found.animals == .given(0.4))
    let first = found.observations[0].measured
    #expect(first.error == .estimated(0) && first.scale == .estimated(1) && first.animal == "m1")
    #expect(found.observations[2].measured.scale == .given(2))
  }

  /// With a scale, numbers and errors are in the unit of the datum, whatever its name.
  @Test func scaledUnits() throws {
    let found = try read(
      "endpoint,modality,time_h,value [photons/s],error [photons/s],scale\nlung,bli,6,3e5,1e4,30\n"
    ).observations[0].measured
    #expect(found.outcome == .number(3e5) && found.error == .given(1e4))
  }

  /// One sentence for each mistake, with its line.
  @Test(arguments: [
    (
      "endpoint,value,error,lab,who\nviable_half_life,1,1,A,B\n", "",
      "line 1: unknown columns lab, who; list them in 'ignore'"
    ),
    (
      "endpoint,value,error\nviable_half_life,1,1\n", "ignore: [lab]",
      "line 1: has no column 'lab', which is listed in 'ignore'"
    ),
    (
      "value,error\n1,1\n", "",
      "line 1: has the columns value, error; expected endpoint, value, and optionally comparison"
    ),
    (
      "endpoint,time,value,error\nlung_viable_cells,6,1,1\n", "",
      "line 1: time has no unit; write time_h, or time (d)"
    ),
    (
      "endpoint,time_h,time_d,value,error\nlung_viable_cells,6,,1,1\n", "",
      "line 1: has the column 'time' more than once"
    ),
    (
      "endpoint,value (h),unit,error\nviable_half_life,1,h,1\n", "",
      "line 1: value has the unit h in its heading"
    ),
    (
      "endpoint,value (mL),error\nviable_half_life,1,1\n", "",
      "line 2: the unit is \"mL\"; the unit of the model is h"
    ),
    (
      "endpoint;value;error\nviable_half_life;1,5;0.5\n", "",
      "line 2: found \"0.5\" where other numbers of the file have decimals after a comma"
    ),
    (
      "endpoint,value,error\nviable_half_life,6,\"1\nviable_half_life,7,1\n", "",
      "line 2: a quote is opened here and not closed"
    ),
    (
      "endpoint;value;error\nviable_half_life;150.000;1\n", "",
      "line 2: value is \"150.000\", which may be thousands or not"
    ),
    (
      "endpoint,value,error\nviable_half_life,ND,1\n", "",
      "line 2: value is \"ND\"; expected the limit of detection"
    ),
    (
      "endpoint,value,error\nviable_half_life,about 5,1\n", "",
      "line 2: value is \"about 5\"; expected a number, as it is or after < or >"
    ),
    (
      "endpoint,value,error,law\nviable_half_life,0,1,lognormal\n", "",
      "line 2: value is \"0\"; a lognormal error takes numbers above 0"
    ),
    ("endpoint,value,error,law\nviable_half_life,1,1,log\n", "", "line 2: law is \"log\""),
    (
      "endpoint,value,error\nviable_half_life,11/10,\n", "",
      "line 2: value is \"11/10\"; expected so many of at most 10000 animals"
    ),
    (
      "endpoint,value,error\nviable_half_life,7/10,1\n", "",
      "line 2: error is \"1\"; a share of animals errs by their number"
    ),
    (
      "endpoint,value,error,event\nviable_half_life,7,1,>3\n", "",
      "line 2: event is \">3\"; it belongs to a share of animals"
    ),
    (
      "endpoint,value,event\nviable_half_life,7/10,some\n", "",
      "line 2: event is \"some\"; expected a number after < or >"
    ),
    (
      "endpoint,value,error\nviable_half_life,1,pcr\n", "errors: {qpcr: 1}",
      "line 2: error is \"pcr\" (did you mean 'qpcr'?); expected a number above 0, or one of qpcr"
    ),
    (
      "endpoint,value,error,scale\nviable_half_life,1,1,photons\n", "",
      "line 2: scale is \"photons\"; expected a number above 0, or a name in 'scales'"
    ),
    (
      "endpoint,value,error,animal\nviable_half_life,1,1,m1\n", "",
      "line 2: names an animal; say how much animals vary by 'animals'"
    ),
    (
      "endpoint,value,error\nviable_half_life,1,1\n", "animals: 0.3",
      "no row of the data names an animal"
    ),
    (
      "endpoint,value,error\nviable_half_life,1,1\n", "errors: {pcr: 0.3}",
      "no row of the data names 'pcr'"
    ),
    ("endpoint,value,error\nviable_half_life,NA,1\n", "", "data.csv has no row with a value"),
    (
      "endpoint,value,error\nviable_half_life,1,x\n", "errors: {x: {uniform: [0, 1]}}",
      "errors.x: expected a number above 0, or a law to fit it in"
    ),
    (
      "endpoint,value,error\nviable_half_life,1,x\n", "errors: {x: -1}",
      "errors.x: found \"-1\"; expected a number above 0"
    ),
  ])
  func saysWhatIsWrong(table: String, keys: String, words: String) throws {
    let said = try said(table, keys)
    #expect(said.contains { $0.contains(words) }, "\(said)")
  }

  /// Every kind of datum comes through to the tables.
  @Test func tables() throws {
    let bench = try CampaignBench()
    try bench.write(CampaignBench.scenario + "observe: [bli]\n", "blink.yaml")
    try bench.write(
      """
      endpoint,modality,time_h,value,error,law,scale,animal,event
      lung,bli,6,4e4,signal,lognormal,photons,m1,
      lung,bli,12,2e4,signal,lognormal,photons,m1,
      lung,bli,6,5e4,signal,lognormal,photons,m2,
      liver,bli,12,<1e5,0.5,lognormal,,,
      lung,bli,6,9/10,,,,,>10

      """,
      "data.csv"
    )
    let keys =
      "errors: {signal: {log_uniform: [0.05, 2]}}, scales: {photons: {log_uniform: [1, 1e4]}}, animals: {log_uniform: [0.05, 1]}"
    for method in ["method: abc, particles: 30", "method: emulator, points: 8, refinements: 2"] {
      try bench.write(
        Self.campaign(keys).replacing("method: abc", with: method)
          .replacing(", particles: 20", with: ""),
        "fit.yaml"
      )
      let calibration = try #require(Calibration(try bench.sweep("fit.yaml").description))
      let found = try calibration.posterior(
        in: try bench.store("store-\(method.count).sqlite"),
        on: Workers(count: 2),
        until: Interruption()
      ) { _ in }
      let rows = found.predictiveCSV.split(separator: "\n")
      #expect(
        rows.count == 6 && rows[4].contains(",<100000,0.5,") && rows[5].contains(",9 of 10,,")
      )
      #expect(rows[1].hasSuffix(",lognormal,m1,,") && rows[5].hasSuffix(",binomial,,,"))
      let fitted = found.parametersCSV.split(separator: "\n").map {
        $0.prefix { $0 != "," }
      }
      #expect(
        fitted == ["parameter", "stress.lung.lumen", "errors.signal", "scales.photons", "animals"]
      )
      #expect(found.fit.verdict != .notFitted, "\(found.fit.words)")
    }
  }
}
