import Campaign
import Foundation
import Scenario
import Testing

/// Measurement tables of PEtab, version 1.
@Suite("PEtab measurement tables")
struct MeasurementTableTests {
  /// Makes a table and checks it, by the package that defines the format.
  private static let script = """
    import sys
    import pandas
    from petab import v1 as petab
    columns = [petab.OBSERVABLE_ID, petab.SIMULATION_CONDITION_ID, petab.TIME, petab.MEASUREMENT,
               petab.NOISE_PARAMETERS, petab.REPLICATE_ID]
    rows = [
        ("lung_cells", "control", 6, 1000.5, "50", "m1"),
        ("half_life", "cold", 0, 3.5, "0.5", "m1"),
        ("photons", "control", 12, 2e5, "noise", "m2"),
    ]
    table = pandas.DataFrame([dict(zip(columns, row)) for row in rows])
    ids = ["lung_cells", "half_life", "photons"]
    observables = pandas.DataFrame({
        petab.OBSERVABLE_ID: ids,
        petab.OBSERVABLE_FORMULA: ["x"] * 3,
        petab.NOISE_FORMULA: ["noiseParameter1_" + name for name in ids],
    }).set_index(petab.OBSERVABLE_ID)
    petab.check_measurement_df(table, observables)
    petab.write_measurement_df(table, sys.argv[1])
    """

  private static func python(_ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private static let hasPackage = python(["-c", "import petab.v1"])

  private static let campaign = """
    name: fit
    scenario: blink.yaml
    calibration:
      method: abc
      data: measurements.tsv
      errors: {noise: {log_uniform: [0.05, 2]}}
      scales: {counts: {log_uniform: [1, 1e4]}}
      animals: 0.3
      petab:
        time: h
        animals: true
        observables:
          lung_cells: lung_viable_cells
          half_life: {endpoint: viable_half_life, timed: false}
          photons: {endpoint: lung, modality: bli, law: lognormal, scale: counts}
        conditions: {control: fresh, cold: thawed}
    vary: {stress.lung.lumen: range}

    """

  private func bench() throws -> CampaignBench {
    let bench = try CampaignBench()
    try bench.write(CampaignBench.scenario + "observe: [bli]\n", "blink.yaml")
    return bench
  }

  /// A table that the package makes and checks is read as it stands.
  @Test(.enabled(if: hasPackage, "needs python3 with its package petab: pip install petab"))
  func tablesOfThePackageAreRead() throws {
    let bench = try bench()
    #expect(Self.python(["-c", Self.script, "\(bench.directory)/measurements.tsv"]))
    try bench.write(Self.campaign, "fit.yaml")
    let found = try #require(try bench.sweep("fit.yaml").description.calibration).observations
    #expect(found.map(\.arm) == ["fresh", "thawed", "fresh"])
    #expect(found.map(\.endpoint) == ["lung_viable_cells", "viable_half_life", "lung"])
    #expect(found.map(\.time) == [6, nil, 12])
    #expect(
      found.map(\.measured.outcome) == [.number(1000.5), .number(3.5), .number(200_000)]
    )
    #expect(found.map(\.measured.error) == [.given(50), .given(0.5), .estimated(0)])
    #expect(found[2].measured.law == .lognormal && found[2].measured.scale == .estimated(1))
    #expect(found.map(\.measured.animal) == ["m1", "m1", "m2"])
  }

  /// One sentence for each thing that a run has not.
  @Test(arguments: [
    (
      "lung_cell\tcontrol\t6\t1\t1\t",
      "line 2: observableId is \"lung_cell\" (did you mean 'lung_cells'?); say what it is in 'petab: {observables: …}'"
    ),
    ("lung_cells\tother\t6\t1\t1\t", "line 2: simulationConditionId is \"other\""),
    ("lung_cells\tcontrol\tinf\t1\t1\t", "line 2: time is inf; a run has no steady state"),
    (
      "lung_cells\tcontrol\t6\t1\t1;2\t",
      "line 2: noiseParameters is \"1;2\"; expected one number or name"
    ),
    ("lung_cells\tcontrol\t6\t1\t1\tcontrol", "line 2: preequilibrationConditionId is given"),
    (
      "lung_cells\tcontrol\t6\t1\t\t",
      "line 2: error is \"\"; expected a number above 0, or one of noise"
    ),
  ])
  func saysWhatIsWrong(row: String, words: String) throws {
    let bench = try bench()
    try bench.write(
      "observableId\tsimulationConditionId\ttime\tmeasurement\tnoiseParameters\tpreequilibrationConditionId\n\(row)\n",
      "measurements.tsv"
    )
    let said = bench.said(Self.campaign)
    #expect(said.contains { $0.contains(words) }, "\(said)")
  }

  /// A table of PEtab without what its names mean, and what they mean without such a table.
  @Test func tablesAndMeaningsGoTogether() throws {
    let bench = try bench()
    try bench.write(
      "observableId\tsimulationConditionId\ttime\tmeasurement\nx\ty\t6\t1\n",
      "measurements.tsv"
    )
    let short =
      "name: fit\nscenario: blink.yaml\nvary: {stress.lung.lumen: range}\ncalibration: {method: abc, data: measurements.tsv}\n"
    #expect(
      bench.said(short).contains {
        $0.contains("say what its observables and conditions are in 'petab'")
      }
    )
    try bench.write("endpoint,value,error\nviable_half_life,1,1\n", "measurements.tsv")
    #expect(bench.said(Self.campaign).contains { $0.contains("leave out 'petab'") })
  }
}
