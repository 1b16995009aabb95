import Foundation
import Scenario
import Testing

/// What is said of mistakes in wells, kinds of cells and tissue.
@Suite("Broken cultures")
struct BrokenCultureTests {
  private static let culture = """
    name: dish
    duration: 24 h
    clock: {cell_step: 10 min, output_every: 6 h}
    culture: CULTURE
    medium: rpmi
    product: human-marrow-msc
    treatment: TREATMENT
    kinds: KINDS
    factors: [ifng, pge2, tryptophan]
    """

  private static func said(
    culture: String = "{width: 240 um, cells: {cd4: {density: 1e5 cells/mL}}}",
    treatment: String = "{dose: 1e5 cells/mL}",
    kinds: String = "[cd4, cd4_effector, treg]",
    more: String = ""
  ) throws -> [String] {
    let text = Self.culture.replacing("CULTURE", with: culture)
      .replacing("TREATMENT", with: treatment).replacing("KINDS", with: kinds)
    let place = try ScratchLibrary()
    let path = try place.write(Data((text + "\n" + more + "\n").utf8), "dish.yaml")
    do {
      _ = try ResolvedScenario(path: path, library: Scenarios.root)
      return []
    } catch {
      return error.diagnostics.map { "\($0.path): \($0.message)" }
    }
  }

  @Test func aDishIsRead() throws { #expect(try Self.said() == []) }

  @Test func aHostIsNoPartOfADish() throws {
    let said = try Self.said(more: "host: mouse")
    #expect(said.contains { $0.hasPrefix("host: unknown key") })
  }

  @Test func aRouteIsNoPartOfADish() throws {
    let said = try Self.said(treatment: "{dose: 1e5 cells/mL, route: intravenous}")
    #expect(said.contains { $0.hasPrefix("treatment.route: unknown key") })
  }

  @Test func aDoseIsPerVolume() throws {
    let said = try Self.said(treatment: "{dose: 1e5 cells}")
    #expect(
      said == [
        "treatment.dose: found \"1e5 cells\", a number of cells; expected a number of cells per volume, as in 1e6 cells/mL"
      ]
    )
  }

  @Test func kindsAreNamed() throws {
    let said = try Self.said(culture: "{cells: {cd5: {density: 1e5 cells/mL}}}")
    #expect(
      said == [
        "culture.cells.cd5: the scenario has no kind of cells 'cd5' (did you mean 'cd4'?); add it to 'kinds'"
      ]
    )
  }

  @Test func offspringIsAKind() throws {
    let said = try Self.said(kinds: "[cd4]")
    let needs = "cd4 needs cd4_effector, cd4_effector needs treg"
    #expect(said.contains { $0.hasPrefix("kinds: \(needs); give all of ") }, "\(said)")
  }

  @Test func changesLieInTheRun() throws {
    let said = try Self.said(
      culture: "{cells: {cd4: {density: 1e5 cells/mL}}, changes: {late: {at: 30 h, wash: true}}}"
    )
    #expect(said.contains { $0.hasPrefix("culture.changes.late.at: expected a whole number") })
    let none = try Self.said(
      culture: "{cells: {cd4: {density: 1e5 cells/mL}}, changes: {idle: {at: 3 h}}}"
    )
    #expect(none.contains { $0.contains("nothing is done then") })
    let unknown = try Self.said(
      culture:
        "{cells: {cd4: {density: 1e5 cells/mL}}, changes: {on: {at: 0 h, add: {ifgn: 1 ng/mL}}}}"
    )
    #expect(unknown.contains { $0.contains("did you mean 'ifng'?") })
  }

  @Test func mechanismsAreKnown() throws {
    let said = try Self.said(more: "without: [idoo]")
    #expect(said.contains { $0.contains("did you mean 'ido'?") && $0.hasPrefix("without:") })
  }

  @Test func theControlIsAnArm() throws {
    let said = try Self.said(more: "control: aloone\narms: {alone: {without: [cells]}, with: {}}")
    #expect(said.contains { $0.hasPrefix("control: found \"aloone\" (did you mean 'alone'?)") })
  }

  @Test func anInsertHangsInTheMedium() throws {
    let said = try Self.said(culture: "{depth: 1.2 mm, insert: {height: 3 mm}}")
    #expect(said.contains { $0.hasPrefix("culture.insert: hangs above the medium") })
  }

  @Test func anInsertIsOutOfReach() throws {
    let said = try Self.said(culture: "{insert: {height: 100 um}}")
    #expect(said.contains { $0.hasPrefix("culture.insert: hangs less than two voxels") })
  }

  @Test func sizesAreWholeVoxels() throws {
    let said = try Self.said(culture: "{depth: 130 um}")
    #expect(said.contains { $0.hasPrefix("culture.depth: expected a whole number of voxels") })
  }

  @Test func kindsHaveAGrid() throws {
    let said = try Self.said(culture: "{width: 240 um}")
    #expect(said == ["kinds: no grid holds such cells; give them to one under 'cells'"])
  }

  @Test(arguments: ["arrest: {half_ratio: 1}", "label: tc99m", "remains: {retained: 0.1}"])
  func aWellHasNoBody(more: String) throws {
    let key = more.prefix { $0 != ":" }
    #expect(try Self.said(more: more).contains { $0.hasPrefix("\(key): unknown key") })
  }
}
