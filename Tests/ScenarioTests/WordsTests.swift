import Foundation
import Scenario
import Testing

/// What a newcomer writes, and what is said to it: the name to use, the command to use, what to add.
@Suite("Words")
struct WordsTests {
  /// The only thing that is said of the base with some lines replaced.
  private func said(_ lines: [Int: String]) throws -> [String] {
    let library = try ScratchLibrary()
    return library.diagnostics { try library.resolve(ScratchLibrary.text(replacing: lines)) }
  }

  /// Other spellings of a name lead to the one that is written here.
  @Test(arguments: [
    ("IFN-γ", "ifng"), ("IFN-g", "ifng"), ("IFNgamma", "ifng"), ("interferon gamma", "ifng"),
    ("TNF-α", "tnfa"), ("TNFα", "tnfa"), ("TNF-alpha", "tnfa"), ("TNF", "tnfa"), ("PGE₂", "pge2"),
    ("prostaglandin E2", "pge2"), ("SDF-1", "cxcl12"), ("CXCL-12", "cxcl12"),
  ])
  func factorNames(written: String, name: String) throws {
    let said = try said([8: "factors: [tnfa, cxcl12, pge2, \"\(written)\"]"])
    #expect(said.count == 1 && said[0].contains("did you mean '\(name)'?"), "\(said)")
  }

  @Test(arguments: [
    ("i.v.", "intravenous"), ("IV", "intravenous"), ("i.p.", "intraperitoneal"),
    ("IM", "intramuscular"), ("s.c.", "subcutaneous"), ("intraarticular", "intra-articular"),
    ("Intravenous", "intravenous"),
  ])
  func routeNames(written: String, name: String) throws {
    let said = try said([6: "  route: \(written)"])
    #expect(said.count == 1 && said[0].contains("did you mean '\(name)'?"), "\(said)")
  }

  @Test(arguments: ["Mouse", "mice", "murine", "C57BL/6", "BALB/c"])
  func hostNames(written: String) throws {
    let said = try said([3: "host: \(written)"])
    #expect(said.count == 1 && said[0].contains("did you mean 'mouse'?"), "\(said)")
  }

  /// A comma between digits ends a value where keys stand on one line.
  @Test func decimalCommaAmongKeys() throws {
    let said = try said([5: "treatment: {route: intravenous, dose: 2,5e3 cells}", 6: "", 7: ""])
    #expect(
      said.contains {
        $0.contains("treatment.5e3 cells: unknown key (a comma ends a value here")
      },
      "\(said)"
    )
  }

  @Test func tab() throws {
    #expect(
      try said([7: "\tdose: 2e3 cells"]) == [
        "small.yaml:7:1: is indented by a tab; indent by spaces"
      ]
    )
  }

  @Test func armsAreAmongTheKeys() throws {
    let said = try said([2: "duration: 12 h\narmz: {}"])
    #expect(
      said.count == 1 && said[0].contains("(did you mean 'arms'?); its keys are arms, arrest, "),
      "\(said)"
    )
    #expect(
      try self.said([2: "duration: 12 h\narms: {a: {arms: {}}}"])
        == ["small.yaml:3:12: arms: an arm has no arms of its own"]
    )
  }

  /// A campaign or preset in the place of a scenario, and the other way round, is said to be one.
  @Test func filesOfAnotherKind() throws {
    let library = try ScratchLibrary()
    try library.write(Data(ScratchLibrary.text().utf8), "small.yaml")
    func said(_ name: String, _ text: String) throws -> [String] {
      let path = try library.write(Data(text.utf8), name)
      return library.diagnostics { try ResolvedScenario(path: path, library: library.library) }
    }
    let head = "name: many\nscenario: small.yaml\n"
    let (sweep, fit) = ("\(library.directory)/c.yaml", "\(library.directory)/f.yaml")
    #expect(
      try said("c.yaml", head + "design: {method: grid}\nvary: {duration: {values: [1 h]}}\n")
        == ["c.yaml:1:1: is a campaign; the command is: stroma sweep \(sweep)"].map {
          $0.replacing(library.directory + "/", with: "")
        }
    )
    #expect(
      try said(
        "f.yaml",
        head + "calibration: {method: abc, data: d.csv}\nvary: {survival.hazard_floor: range}\n"
      )
        == [
          "f.yaml:1:1: is a campaign that is fitted to data; the command is: stroma calibrate \(fit)"
        ].map {
          $0.replacing(library.directory + "/", with: "")
        }
    )
    let product = library.diagnostics {
      try ResolvedScenario(
        path: library.library + "/products/human-marrow-msc.yaml",
        library: library.library
      )
    }
    #expect(
      product.count == 1
        && product[0].hasSuffix(
          "is not a scenario but a preset of 'products'; a scenario refers to it, as in product: human-marrow-msc"
        ),
      "\(product)"
    )
    #expect(throws: ScenarioError.self) {
      try SweepDescription(
        path: library.scenario,
        library: library.library,
        program: "",
        overrides: []
      )
    }
    do {
      _ = try SweepDescription(
        path: library.scenario,
        library: library.library,
        program: "",
        overrides: []
      )
    } catch {
      #expect(
        error.description.hasSuffix(
          "is a scenario, not a campaign; the command is: stroma run \(library.scenario)"
        )
      )
    }
  }

  /// Whatever preset of the library a small scenario names, no diagnostic points into the library: what the
  /// scenario lacks or gives amiss is said of the scenario.
  @Test func libraryIsNotBlamed() throws {
    let library = try ScratchLibrary()
    let presets = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Scenarios").standardizedFileURL.path
    func problems(_ text: String) throws -> [Diagnostic] {
      let path = try library.write(Data(text.utf8), "small.yaml")
      do {
        _ = try ResolvedScenario(path: path, library: presets)
        return []
      } catch {
        return error.diagnostics
      }
    }
    let base = [
      "host": "mouse", "product": "human-marrow-msc",
      "treatment": "{route: intravenous, dose: 10 cells}",
    ]
    let uses: [(folder: String, use: (String) -> [String: String])] = [
      ("kinds", { ["kinds": "[\($0)]"] }), ("factors", { ["factors": "[\($0)]"] }),
      ("hosts", { ["host": $0] }), ("products", { ["product": $0] }),
      ("regimens", { ["treatment": $0] }),
      ("labels", { ["label": $0] }), ("modalities", { ["observe": "[\($0)]"] }),
      (
        "formulations",
        { ["formulation": $0, "treatment": "{route: intramuscular, dose: 10 cells}"] }
      ),
      ("overlays", { ["host": "{preset: mouse, overlays: [\($0)]}"] }),
      ("modifications", { ["product": "{preset: human-marrow-msc, overlays: [\($0)]}"] }),
    ]
    for (folder, use) in uses {
      for file in try FileManager.default.contentsOfDirectory(atPath: "\(presets)/\(folder)")
      where file.hasSuffix(".yaml") {
        let parts = base.merging(use(String(file.dropLast(5)))) { _, new in new }
        let text =
          "name: small\nduration: 1 h\n"
          + parts.map { "\($0.key): \($0.value)\n" }.sorted().joined()
        for problem in try problems(text) {
          #expect(problem.file == library.scenario, "\(folder)/\(file): \(problem)")
        }
      }
    }
    let said = try problems(
      "name: small\nduration: 1 h\nhost: mouse\nproduct: human-marrow-msc\nkinds: [cd4]\ntreatment: {route: intravenous, dose: 10 cells}\n"
    )
    #expect(
      said.map(\.message) == [
        "cd4 needs cd4_effector, cd4_effector needs treg; give all of [cd4, cd4_effector, treg]"
      ]
    )
    #expect(said[0].line == 5)
  }
}
