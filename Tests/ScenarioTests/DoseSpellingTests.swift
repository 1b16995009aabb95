import Body
import Foundation
import Scenario
import Simulation
import Testing

/// With several doses a number is that of each of them or of all together, and the file says which.
@Suite("Dose of each or in total")
struct DoseSpellingTests {
  /// A patient of 70 kg, four weekly doses.
  static let weekly = """
    name: weekly
    duration: 28 d
    host: human
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 2e6 cells/kg, boluses: 4, interval: 7 d, agents: 4e4}

    """

  private static func resolve(_ overrides: [String], _ text: String = weekly) throws
    -> ResolvedScenario
  {
    try InterventionTests.resolve(overrides, text)
  }

  private static func said(_ overrides: [String], _ text: String = weekly) -> [String] {
    BrokenIntervention.said(overrides, text)
  }

  private static func given(_ overrides: [String], _ text: String = weekly) throws -> [UInt32] {
    try resolve(overrides, text).experiments[0].doses.map(\.cells)
  }

  /// A plain number beside several doses is refused, and both ways to write it are said with their numbers.
  @Test func aPlainDoseOfSeveralIsRefused() {
    let said = Self.said([])
    #expect(said.count == 1)
    #expect(
      said[0].contains(
        "5:39: treatment.dose: found \"2e6 cells/kg\" with 4 boluses; "
          + "write dose: {each: 2e6 cells/kg} for 4 x 1.4e8 = 5.6e8 cells, "
          + "or dose: {total: 2e6 cells/kg} for 4 x 3.5e7 = 1.4e8 cells"
      ),
      "\(said)"
    )
    let record = Self.said(["treatment.dose={value: 1e6 cells, range: 5e5 to 2e6 cells}"])
    #expect(record.count == 1 && record[0].contains("{each: 1e6 cells} for 4 x 1e6 = 4e6 cells"))
  }

  /// Each and total are what they say, with a record or without.
  @Test(arguments: [
    ("{each: 2e6 cells/kg}", 140_000_000), ("{total: 2e6 cells/kg}", 35_000_000),
    ("{each: 1e6 cells}", 1_000_000), ("{total: 1e6 cells}", 250_000),
    ("{each: {value: 1e6 cells, range: 5e5 to 2e6 cells, source: a trial}}", 1_000_000),
    ("{total: 1e6 cells, source: a trial}", 250_000),
  ])
  func eachAndTotal(dose: String, cells: UInt32) throws {
    let scenario = try Self.resolve(["treatment.dose=\(dose)"])
    #expect(scenario.experiments[0].doses.map(\.cells) == .init(repeating: cells, count: 4))
    let record = scenario.records.first { $0.path.starts(with: ["treatment", "dose"]) }
    #expect(record?.path.count == 3)
    if dose.contains("source") { #expect(record?.source == "a trial") }
    if dose.contains("range") { #expect(record?.range == "5e5 to 2e6 cells") }
    // What is resolved is read again as the same.
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(scenario.yaml.utf8), "again.yaml")
    let again = try ResolvedScenario(path: path, library: Scenarios.root)
    #expect(again.experiments[0].doses == scenario.experiments[0].doses)
  }

  /// With one dose all three are the same.
  @Test func oneDoseIsEachAndTotal() throws {
    for dose in ["2e6 cells/kg", "{each: 2e6 cells/kg}", "{total: 2e6 cells/kg}"] {
      let text = Self.weekly.replacing(", boluses: 4, interval: 7 d", with: "")
      #expect(try Self.given(["treatment.dose=\(dose)"], text) == [140_000_000])
    }
  }

  /// Cells per body weight are to within one cell, whatever the weight, and all of them together to the cell.
  @Test func weightsThatDoNotDivide() throws {
    let light = ["host.body_weight=23.4567891 kg"]
    let each = try Self.given(light + ["treatment.dose.each=2e6 cells/kg"])
    let total = try Self.given(light + ["treatment.dose.total=8e6 cells/kg"])
    #expect(each == total)
    #expect(each.allSatisfy { (Double($0) - 2e6 * 23.4567891).magnitude <= 1 })
    #expect(Double(each.reduce(0, +)) == (8e6 * 23.4567891).rounded())
  }

  /// Of what is laid over another the later one holds: a scenario over its regimen, an arm over the scenario, an
  /// override over all.
  @Test func theLaterOneHolds() throws {
    let text = """
      name: regimen
      duration: 28 d
      host: {preset: human, body_weight: 20 kg}
      product: remestemcel-l
      treatment: ryoncil
      arms:
        label: {}
        total: {treatment: {dose: {total: 8e6 cells/kg}, agents: 8000}}
        each: {treatment: {dose: {each: {value: 5e5 cells/kg, source: an arm}}, agents: {each: 1000}}}

      """
    func cells(_ overrides: [String]) throws -> [UInt32] {
      try Self.resolve(overrides, text).experiments.map { $0.doses[0].cells }
    }
    #expect(try cells([]) == [40_000_000, 20_000_000, 10_000_000])
    #expect(
      try cells(["treatment.dose.each=1e6 cells/kg"]) == [20_000_000, 20_000_000, 20_000_000]
    )
    #expect(try cells(["treatment.dose.total=8e6 cells"]) == [1_000_000, 1_000_000, 1_000_000])
    #expect(
      try cells(["treatment.dose.total=8e6 cells", "treatment.dose.each=2e6 cells"]).allSatisfy {
        $0 == 2_000_000
      }
    )
    let agents = try Self.resolve([], text).experiments.map { $0.doses.map(\.agents) }
    #expect(agents.allSatisfy { Set($0).count == 1 })
    #expect(agents.map { $0[0] } == [100_000, 1000, 1000])
    // A plain dose of the file over a regimen of eight is asked about.
    let plain = Self.said(["treatment.dose=2e6 cells/kg"], text)
    #expect(plain.count == 1 && plain[0].contains("with 8 boluses"), "\(plain)")
  }

  /// One sentence for what cannot be.
  @Test(arguments: [
    ("{each: 1e6 cells, total: 4e6 cells}", "treatment.dose.total: is given beside 'each'"),
    ("{each: 1e6 cells, range: 1 to 2 cells}", "treatment.dose.range: belongs to the number"),
    ("{value: 1e6 cells, total: 4e6 cells}", "treatment.dose.value: belongs to the number"),
    ("{each: 2.5 cells}", "found \"2.5 cells\", in all 10.0 cells; expected a whole number"),
    ("{each: 2e9 cells}", "expected a whole number of cells from 1 to 4e9"),
    ("{each: 2e6 kg}", "treatment.dose.each: found \"2e6 kg\", a mass"),
    ("{eech: 2e6 cells}", "treatment.dose: found keys or a list"),
    ("{each: }", "treatment.dose.each: has no value"),
  ])
  func saysWhatIsWrong(dose: String, words: String) {
    let said = Self.said(["treatment.dose=\(dose)"])
    #expect(said.contains { $0.contains(words) }, "\(said)")
    #expect(said.allSatisfy { $0.contains("treatment.dose") }, "\(said)")
  }

  /// Agents of each dose are at most its cells, and a plain number is that of all doses.
  @Test func agentsOfEach() throws {
    func agents(_ text: String) throws -> [UInt32] {
      try Self.resolve(["treatment.dose.each=1e6 cells", "treatment.agents=\(text)"])
        .experiments[0].doses.map(\.agents)
    }
    #expect(try agents("{each: 1000}") == [1000, 1000, 1000, 1000])
    #expect(try agents("{total: 1000}") == [250, 250, 250, 250])
    #expect(try agents("1000") == [250, 250, 250, 250])
    let many = Self.said(["treatment.dose.each=100 cells", "treatment.agents={each: 101}"])
    #expect(many.count == 1 && many[0].contains("at most the 100 cells of each dose"), "\(many)")
  }

  /// Counted vesicles are a dose as cells are; medium is that of the cells of each dose.
  @Test func inPlaceOfCells() throws {
    let gives = ["treatment.gives=vesicles", "treatment.boluses=3", "treatment.interval=3 h"]
    func vesicles(_ more: [String]) throws -> [Double] {
      try InterventionTests.resolve(gives + more).experiments[0].factorDoses.map {
        $0.amounts["ev"] ?? 0
      }
    }
    let each = try vesicles(["treatment.dose.each=1e5 cells"])
    let total = try vesicles(["treatment.dose.total=3e5 cells"])
    #expect(each == total && Set(each).count == 1)
    let dose = "treatment.dose.each=1e5 cells"
    let counted = try vesicles([dose, "treatment.particles={each: 1e9 particles}"])
    #expect(counted == (try vesicles([dose, "treatment.particles={total: 3e9 particles}"])))
    let plain = BrokenIntervention.said(gives + [dose, "treatment.particles=3e9 particles"])
    #expect(
      plain.count == 1
        && plain[0].contains("{each: 3e9 particles} for 3 x 3e9 = 9e9 particles"),
      "\(plain)"
    )
  }

  /// Doses that are repeated where the host answers in part are as large as each before; a total is none of theirs.
  @Test func repeatsAreOfEach() throws {
    let again = "treatment.repeat={at: 1 d, in: block, boluses: 2, interval: 6 h}"
    let cells = try InterventionTests.resolve([again, "treatment.dose.each=1e5 cells"])
      .experiments[0].doses.map(\.cells)
    #expect(cells == [100_000, 100_000, 100_000])
    let said = BrokenIntervention.said([again, "treatment.dose.total=1e5 cells"])
    #expect(said.count == 1 && said[0].contains("found a total beside 'repeat'"), "\(said)")
  }

  /// A well is given one dose, which is each and total.
  @Test func wells() throws {
    func cells(_ dose: String) throws -> [UInt32] {
      try Scenarios.load(
        "tutorials/culture-t-cell-suppression.yaml",
        ["treatment.dose=\(dose)"]
      ).experiments[1].doses.map(\.cells)
    }
    #expect(try cells("{each: 1e5 cells/mL}") == cells("1e5 cells/mL"))
    #expect(try cells("{total: 1e5 cells/mL}") == cells("1e5 cells/mL"))
  }
}

/// Number, size and time of every dose, in words.
@Suite("Doses in words")
struct DoseWordsTests {
  private static func words(_ overrides: [String], _ text: String) throws -> String {
    try InterventionTests.resolve(overrides, text).dosesInWords
  }

  /// Series in blood: number, size by itself and by weight, product, way, times, agents.
  @Test func series() throws {
    #expect(
      try Self.words(["treatment.dose.total=2e6 cells/kg"], DoseSpellingTests.weekly)
        == "given: 4 doses of 3.5e7 cells (5e5 cells/kg) of human-marrow-msc, intravenous, at 0, 7, 14 and 21 d, followed by 10000 agents each"
    )
    let infusions = [
      "treatment={dose: {each: 1e6 cells}, boluses: 12, interval: 2 d, over: 90 min, agents: {each: 500}}"
    ]
    #expect(
      try Self.words(infusions, DoseSpellingTests.weekly)
        == "given: 12 doses of 1e6 cells (14290 cells/kg) of human-marrow-msc, intravenous, every 2 d, 0 to 22 d over 1.5 h each, followed by 500 agents each"
    )
  }

  /// Doses that may be refused, what is given in place of cells, and nothing.
  @Test func conditionsAndOtherDoses() throws {
    let text = InterventionTests.muscle
    let cells = "of human-marrow-msc, intramuscular, at"
    #expect(
      try Self.words(["treatment.repeat={at: 1 d, in: block, above: 5 %, below: 50 %}"], text)
        == "given: 1 dose of 2e5 cells (1e7 cells/kg) \(cells) 0 h, followed cell by cell; then, where injured_share of block is 5 to 50 % at 1 d, 1 dose of 2e5 cells (1e7 cells/kg) \(cells) 1 d, followed cell by cell"
    )
    #expect(
      try Self.words(["treatment.gives=secretome"], text)
        == "given: 1 dose of all that 2e5 cells (1e7 cells/kg) of human-marrow-msc left in medium in 2 d, intramuscular, at 0 h"
    )
    #expect(
      try Self.words(["treatment={gives: vesicles, particles: 5e9 particles}"], text)
        == "given: 1 dose of 5e9 vesicles of human-marrow-msc, intramuscular, at 0 h"
    )
    #expect(try Self.words(["without=[cells]"], text) == "given: nothing")
  }

  /// A well, and arms: those that are given the same stand together.
  @Test func wellsAndArms() throws {
    let scenario = try Scenarios.load("tutorials/culture-t-cell-suppression.yaml")
    #expect(
      scenario.dosesInWords == """
        given in alone: nothing
        given in one-to-ten and one-to-ten-apart: 399 cells (99910 cells/mL) of human-marrow-msc, into the well, at 0 h, followed cell by cell
        """
    )
    #expect(scenario.doses.map(\.arms) == [["alone"], ["one-to-ten", "one-to-ten-apart"]])
  }

  /// Every scenario of the library says something of each of its arms.
  @Test(arguments: Scenarios.all)
  func everyScenario(name: String) throws {
    let scenario = try Scenarios.load(name)
    #expect(Set(scenario.doses.flatMap(\.arms)) == Set(scenario.arms.map(\.name)))
    for (given, experiment) in scenario.doses.flatMap({ given in
      scenario.experiments.filter { given.arms.contains($0.arm) }.map { (given, $0) }
    }) {
      let isNone = experiment.doses.isEmpty && experiment.factorDoses.isEmpty
      #expect((given.texts == ["nothing"]) == isNone, "\(experiment.arm): \(given.texts)")
    }
  }
}
