import Campaign
import Foundation
import Scenario
import Testing

/// All inputs of a campaign are checked before its first run; every mistake is told with its place.
@Suite("Inputs of campaigns")
struct CampaignInputTests {
  private static func campaign(
    vary: String,
    design: String = "{method: grid}",
    more: String = ""
  ) -> String {
    "name: c\nscenario: blink.yaml\ndesign: \(design)\n\(more)vary:\n  \(vary)\n"
  }

  /// What is said of a campaign with overrides, and with a table of data beside it.
  private func said(
    _ text: String,
    _ overrides: [String] = [],
    data: String? = nil
  ) throws -> [String] {
    let bench = try CampaignBench()
    try bench.write(text, "c.yaml")
    if let data { try bench.write(data, "data.csv") }
    do {
      let sweep = try bench.sweep("c.yaml", overrides)
      return sweep.problems().map(\.description)
    } catch let error as ScenarioError {
      return error.diagnostics.map(\.description)
    }
  }

  /// A value that varies is given nowhere else: in itself, in what holds it, in a part of it or in an arm.
  @Test(arguments: [
    ("stress.lung.lumen=0.05 1/h", true), ("stress.lung={lumen: 0.05 1/h}", true),
    ("stress={lung: {lumen: 0.05 1/h}}", true), ("stress.lung.lumen.value=0.05 1/h", true),
    ("arms.thawed.stress.lung.lumen=0.05 1/h", true), ("stress.lung.tissue=0.05 1/h", false),
    ("stress={lung: {tissue: 0.05 1/h}}", false), ("host=rat", false),
  ])
  func settingsAgainstVariations(setting: String, isWrong: Bool) throws {
    let vary = "stress.lung.lumen: {values: [0.1 1/h, 0.2 1/h]}"
    let words =
      "c.yaml:5:3: vary.stress.lung.lumen: is varied, but is also set by '--set \(setting)'"
    let byOption = try said(Self.campaign(vary: vary), [setting])
    #expect(byOption.contains { $0.contains(words) } == isWrong, "\(byOption)")
    let inFile = try said(Self.campaign(vary: vary, more: "set: [\"\(setting)\"]\n"))
    #expect(
      inFile.contains { $0.contains("is varied, but is also set by 'set' (\(setting))") } == isWrong
    )
    if !isWrong { #expect(byOption.isEmpty && inFile.isEmpty, "\(byOption) \(inFile)") }
  }

  /// The range of a record may be wider than numbers can be drawn from.
  @Test(arguments: [
    ("1e-320 to 1e-2 1/h", true), ("1e-9 to 1e-2 1/h", false), ("0 to 1e-2 1/h", false),
  ])
  func rangesBeyondNumbers(range: String, isWrong: Bool) throws {
    let bench = try CampaignBench()
    let floor = "{value: 1e-3 1/h, range: \(range), source: assumed}"
    try bench.write(
      CampaignBench.scenario + "survival: {hazard_floor: \(floor)}\n",
      "wide.yaml"
    )
    let campaign = Self.campaign(
      vary: "survival.hazard_floor: range",
      design: "{method: latin-hypercube, points: 2}"
    )
    let said = bench.said(campaign.replacing("blink.yaml", with: "wide.yaml"))
    let words = "vary.survival.hazard_floor: has the range 1e-320 1/h to 1e-2 1/h in "
    #expect(said.contains { $0.contains(words) } == isWrong && said.isEmpty != isWrong, "\(said)")
  }

  /// Where many headings of a list are no paths, or are repeated, the first twenty are reported.
  @Test(arguments: ["stress.lung.lumne", ""]) func ofManyFaultyHeadingsTheFirstAreTold(name: String)
    throws
  {
    let bench = try CampaignBench()
    let names = (0..<200).map { name.isEmpty ? "duration" : "\(name)\($0)" }
    let values = names.map { _ in "1" }
    try bench.write(
      [names, values].map { $0.joined(separator: ",") }.joined(separator: "\n"),
      "points.csv"
    )
    let said = bench.said(
      "name: c\nscenario: blink.yaml\ndesign: {method: list, file: points.csv}\n"
    )
    #expect(said.count == 20 && said.allSatisfy { $0.contains("points.csv:1:") }, "\(said)")
  }

  /// Trees of values are compared leaf by leaf.
  @Test func treesAgainstVariations() throws {
    let vary =
      "treatment: {values: {vein: \"{route: intravenous}\", muscle: \"{route: intramuscular}\"}}"
    #expect(try said(Self.campaign(vary: vary), ["treatment.agents=100"]).isEmpty)
    let lost = try said(Self.campaign(vary: vary), ["treatment.route=intravenous"])
    #expect(
      lost.contains { $0.contains("vary.treatment: is varied, but is also set by") },
      "\(lost)"
    )
  }

  /// Of each dose and in total are two ways to give one number.
  @Test func portionsAgainstVariations() throws {
    let vary = "treatment.dose: {values: [1e3 cells, 2e3 cells]}"
    for portion in ["each", "total"] {
      let said = try said(Self.campaign(vary: vary), ["treatment.dose.\(portion)=1e3 cells"])
      #expect(
        said.contains { $0.contains("vary.treatment.dose: is varied, but is also set by") },
        "\(said)"
      )
      let portioned = Self.campaign(
        vary: "treatment.dose.\(portion): {values: [1e3 cells, 2e3 cells]}"
      )
      #expect(try self.said(portioned).isEmpty)
    }
  }

  /// Two keys that vary the same value, one that an arm gives, and keys that change no run.
  @Test(arguments: [
    (
      "stress.lung: {values: [\"{lumen: 0.1 1/h}\"]}\n  stress.lung.lumen: {values: [0.2 1/h]}",
      "vary.stress.lung.lumen: is varied, and so is stress.lung"
    ),
    (
      "product.damage: {values: [0.1 1/h]}\n  arms.thawed.product.damage: {values: [0.2 1/h]}",
      "vary.arms.thawed.product.damage: is varied, and so is product.damage"
    ),
    (
      "product.handling: {values: [fresh, thawed]}",
      "vary.product.handling: is varied, but is also set in the arm 'thawed'; vary arms.thawed"
    ),
    ("arms.thawed.product.handling: {values: [fresh, thawed]}", ""),
    ("replicates: {values: [1, 2]}", "vary.replicates: cannot vary: chance differs"),
    ("seed: {values: [1, 2]}", "vary.seed: cannot vary: chance differs"),
    ("name: {values: [a, b]}", "vary.name: changes no run"),
    ("arms.thawed.name: {values: [a, b]}", "vary.arms.thawed.name: changes no run"),
    ("arms: {values: [a]}", "vary.arms: expected a value of an arm"),
    (
      "arms.thawd.product.damage: {values: [0.1 1/h]}",
      "there is no arm 'thawd' among those that are run (did you mean 'thawed'?)"
    ),
    ("stress.lung.lumen: {values: [0.1 1/h, 0.1 1/h]}", "lists \"0.1 1/h\" more than once"),
    ("stress.lung.lumen: {values: [0.1 1/h], whole: true}", "whole: applies to distributions"),
  ])
  func overlapsAndInertKeys(vary: String, words: String) throws {
    let said = try said(Self.campaign(vary: vary))
    #expect(words.isEmpty ? said.isEmpty : said.contains { $0.contains(words) }, "\(said)")
  }

  /// What is wrong with a value that holds at every point is said where it stands, in a campaign of one scenario and of
  /// several; with one of the command line, by its text.
  @Test func settingsAreReadWhereTheyStand() throws {
    let vary = "stress.lung.lumen: {values: [0.1 1/h]}"
    let set = "set: [\"duration=6 h\", \"treatemnt.agents=100\"]\n"
    let words = "treatemnt: unknown key (did you mean 'treatment'?)"
    let inFile = try said(Self.campaign(vary: vary, more: set))
    #expect(inFile.contains { $0.contains("c.yaml:4:23: \(words)") }, "\(inFile)")
    let byOption = try said(Self.campaign(vary: vary), ["treatemnt.agents=100"])
    #expect(byOption.contains { $0.hasPrefix("--set treatemnt.agents=100: \(words)") })
    let several = """
      name: c
      scenarios:
        one: {scenario: blink.yaml, data: data.csv, set: ["treatemnt.agents=100"]}
      calibration: {method: emulator, points: 8, refinements: 0, laboratories: 0.2}
      vary: {stress.lung.lumen: {uniform: [0.05 1/h, 0.3 1/h]}}

      """
    let data = "arm,endpoint,time_h,value,error\nfresh,lung_viable_cells,12,900,100\n"
    let said = try said(several, data: data)
    #expect(said.contains { $0.contains("c.yaml:3:53: \(words)") }, "\(said)")
  }

  /// The key `replicates` and what is set say a thing once.
  @Test func settingsAreGivenOnce() throws {
    let vary = "stress.lung.lumen: {values: [0.1 1/h]}"
    for more in [
      "replicates: 2\nset: [\"replicates=3\"]\n", "set: [\"duration=6 h\", \"duration=7 h\"]\n",
    ] {
      let said = try said(Self.campaign(vary: vary, more: more))
      #expect(
        said.contains { $0.contains("set: found") && $0.contains("is given twice") },
        "\(said)"
      )
    }
    let twice = try said(
      Self.campaign(vary: vary, more: "endpoints: [viable_half_life, viable_half_life]\n")
    )
    #expect(twice.contains { $0.contains("is listed more than once") }, "\(twice)")
  }

  /// Numbers that laws cannot work with are told at their key.
  @Test(arguments: [
    ("{lognormal: {mean: 0.03 1/h, cv: 1e300}}", "lognormal.cv: found \"1e300\""),
    (
      "{lognormal: {mean: 0.03 1/h, cv: 1e99}}", "lognormal.cv: expected a number without unit from"
    ),
    (
      "{lognormal: {mean: 1e308 1/h, cv: 1}}", "lognormal.mean: found \"1e308 1/h\"; expected 0, or"
    ),
    ("{lognormal: {mean: -1 1/h, cv: 1}}", "lognormal.mean: expected a positive number"),
    ("{lognormal: {mean: 1 1/h, cv: 1, high: 0 1/h}}", "lognormal.high: the bounds hold no"),
    ("{normal: {mean: 1 1/h, sd: 0 1/h}}", "normal.sd: expected a positive number"),
    ("{normal: {mean: 1 1/h, sd: 1e-300 1/h}}", "normal.sd: found \"1e-300 1/h\""),
    ("{normal: {mean: 1 1/h, sd: 1e-30 1/h}}", "normal: is so narrow that its values are equal"),
    ("{normal: {mean: 1 1/h, sd: 1 1/d}}", "normal.sd: expected the unit of the mean, 1/h"),
    (
      "{normal: {mean: 1 1/h, sd: 1 1/h, low: 2 1/h, high: 2 1/h}}",
      "normal.low: expected a number below"
    ),
    (
      "{normal: {mean: 1 1/h, sd: 0.01 1/h, low: 2 1/h}}",
      "normal.low: the bounds hold no probability"
    ),
    ("{uniform: [0 1/h, 1e308 1/h]}", "uniform: found \"1e308 1/h\""),
    ("{uniform: [1 1/h, 1 1/h]}", "uniform: expected numbers that rise"),
    ("{uniform: [0.5 1/h, 2 1/h], whole: true}", "uniform: found \"0.5 1/h\"; with 'whole: true'"),
    ("{triangular: [1 1/h, 2 1/h, 2 1/d]}", "triangular: expected low end, mode and high end"),
    ("{uniform: [-1 1/h, 1 1/h]}", "lumen: may become -1 1/h, which the scenario does not accept"),
    ("{uniform: [1 h, 2 h]}", "lumen: may become 1 h, which the scenario does not accept"),
  ])
  func laws(law: String, words: String) throws {
    let text = Self.campaign(
      vary: "stress.lung.lumen: \(law)",
      design: "{method: latin-hypercube, points: 4}"
    )
    let said = try said(text)
    #expect(said.contains { $0.contains("c.yaml:5:") && $0.contains(words) }, "\(said)")
  }

  /// A key of whole numbers takes a law of whole numbers.
  @Test func wholeNumbers() throws {
    func law(_ more: String) -> String {
      Self.campaign(
        vary: "treatment.agents: {uniform: [100, 200]\(more)}",
        design: "{method: sobol, points: 4}"
      )
    }
    let said = try said(law(""))
    #expect(said.contains { $0.contains("expected whole numbers; add 'whole: true'") }, "\(said)")
    #expect(try self.said(law(", whole: true")).isEmpty)
  }

  /// Values that no law passes alone, but that the scenario does not take where a design puts them together.
  @Test func corners() throws {
    let said = try said(
      """
      name: c
      scenario: blink.yaml
      set: ["clock.output_every=1 h"]
      design: {method: latin-hypercube, points: 40}
      vary:
        duration: {uniform: [2 h, 12 h], whole: true}
        treatment.at: {uniform: [0 h, 11 h]}

      """
    )
    #expect(!said.isEmpty && said.allSatisfy { $0.contains("it is so at point ") }, "\(said)")
  }

  // MARK: - Lists

  private func list(_ rows: String) throws -> [String] {
    let bench = try CampaignBench()
    try bench.write(rows, "points.csv")
    return bench.said("name: l\nscenario: blink.yaml\ndesign: {method: list, file: points.csv}\n")
  }

  /// A mistake in a table is told with line and column of the table.
  @Test(arguments: [
    (
      "stress.lung.lumen\n0.1 1/h\n99 1/h\n",
      "points.csv:3:1: stress.lung.lumen: found \"99 1/h\"; allowed"
    ),
    (
      "treatment.dose,stress.lung.lumen\n1e3 cells,0.1 1/h\n1e3 cells,\"0.1 mL\"\n",
      "points.csv:3:11: stress.lung.lumen: found \"0.1 mL\""
    ),
    (
      "treatment.dose,stress.lung.lumen\n1e3 cells,0.1 1/h\n1e3 cells,\n",
      "points.csv:3:11: stress.lung.lumen: has no value"
    ),
    ("stress.lung.lumen\n0.1 1/h\nNA\n", "points.csv:3:1: stress.lung.lumen: found \"NA\""),
    (
      "treatment.agents\n100\n100.5\n",
      "points.csv:3:1: treatment.agents: found \"100.5\"; expected a whole"
    ),
    ("stress.lung.lumen,\n0.1 1/h,1\n", "points.csv:1:19: column 2 has no name"),
    ("stress.lung.lumen,stress.lung.lumen\n1 1/h,1 1/h\n", "points.csv:1:19: has the column"),
    ("stress.lung.lumen\n0.1 1/h,2\n", "points.csv:2:1: the row has 2 values, the header 1"),
    (
      "stress.lung.lumens\n0.1 1/h\n",
      "points.csv:1:1: stress.lung.lumens: the scenario has no value"
    ),
    ("stress.lung.lumen,replicates\n0.1 1/h,2\n", "points.csv:1:19: replicates: cannot vary"),
    ("arms.fresh.product.handling\nfrozen\n", "points.csv:2:1: product.handling: "),
    (
      "stress.lung,stress.lung.lumen\n\"{lumen: 1 1/h}\",2 1/h\n",
      "points.csv:1:13: stress.lung.lumen: is varied, and so is stress.lung"
    ),
  ])
  func listsOfValues(rows: String, words: String) throws {
    let said = try list(rows)
    #expect(said.contains { $0.contains(words) }, "\(said)")
  }

  /// Every row with a value beyond its range is told, up to twenty; none is resolved that lies between two that fit.
  @Test func longLists() throws {
    var rows = "stress.lung.lumen,treatment.dose\n"
    for n in 0..<100_000 { rows += "\(Double(n) / 20_000) 1/h,\(1000 + n) cells\n" }
    #expect(try list(rows).isEmpty)
    for n in 0..<3 { rows += "\(11 + n) 1/h,1000 cells\n" }
    let said = try list(rows)
    #expect(said.count == 3 && said[0].contains("points.csv:100002:1: "), "\(said)")
  }

  /// Rows whose values fit only together are taken.
  @Test func rowsAreTakenWhole() throws {
    #expect(try list("duration,treatment.at\n24 h,18 h\n12 h,0 h\n").isEmpty)
  }
}
