import Foundation
import Scenario
import Testing

@Suite("Catalogue of parameters")
struct CatalogueTests {
  private typealias Parameter = Catalogue.Parameter

  /// The one parameter of a name.
  private func parameter(_ name: String, _ catalogue: Catalogue) throws -> Parameter {
    let found = catalogue.parameters(named: name)
    #expect(found.count == 1, "\(found.map(\.name))")
    return try #require(found.first)
  }

  /// A library with scenarios, by folder and name.
  private func catalogue(_ files: [String: String]) throws -> (Catalogue, ScratchLibrary) {
    let scratch = try ScratchLibrary()
    for (name, text) in files { try scratch.write(Data(text.utf8), "library/\(name).yaml") }
    return (Catalogue(of: try Library(given: scratch.library, scenario: "", program: "")), scratch)
  }

  // MARK: - A library

  @Test func saysWhatTheSchemaSays() throws {
    let (catalogue, _) = try catalogue(["tutorials/small": ScratchLibrary.text()])
    #expect(catalogue.problems.isEmpty)
    let relaxation = try parameter("survival.damage_relaxation", catalogue)
    #expect(
      relaxation.meanings.map(\.text) == [
        "rate at which damage builds up under stress and is repaired without it"
      ]
    )
    #expect(relaxation.meanings[0].takes == "a rate, as in 0.03 1/h")
    #expect(relaxation.meanings[0].unit == "1/h")
    #expect(relaxation.meanings[0].allowed == "1e-4 to 10 1/h")
    #expect(relaxation.standards.map(\.text) == ["0.03 1/h"])
    #expect(relaxation.standards[0].range == "0.013 to 0.06 1/h")
    #expect(relaxation.standards[0].source == "trial fit to the survival targets")
    #expect(relaxation.settings.isEmpty)
    #expect(try parameter("arrest.half_ratio", catalogue).meanings.map(\.unit) == [nil])
    #expect(try parameter("product.diameter", catalogue).standards.isEmpty)
    let route = try parameter("treatment.route", catalogue)
    #expect(route.meanings[0].takes.hasPrefix("one of intravenous, intra-arterial, "))
  }

  /// All of the project's library can be read; a dose is another thing in a dish than in a body.
  @Test func gathersTheWholeLibrary() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Scenarios").standardizedFileURL.path
    let catalogue = Catalogue(of: try Library(given: path, scenario: "", program: ""))
    #expect(catalogue.problems.isEmpty)
    #expect(catalogue.parameters.count > 1000)
    let dose = try parameter("treatment.dose", catalogue)
    #expect(
      dose.meanings.map(\.text) == [
        "cells of the product per volume of medium, alive or not",
        "number of cells given, alive or not",
      ]
    )
    #expect(dose.summary == dose.meanings.map(\.text).joined(separator: "; or "))
    #expect(dose.settings.count > 30)
  }

  @Test func saysWhoSetsAnotherValue() throws {
    let arms = """
      arms:
        slow: {survival: {damage_relaxation: {value: 0.02 1/h, range: 0.01 to 0.03 1/h, source: Lee 2009}}}
        fast: {survival: {damage_relaxation: 0.05 1/h}}
        same: {survival: {damage_relaxation: 0.03 1/h}}

      """
    let (catalogue, _) = try catalogue([
      "tutorials/all": ScratchLibrary.text() + "survival: {damage_relaxation: 0.04 1/h}\n",
      "studies/arms": ScratchLibrary.text() + arms,
      "validation/same": ScratchLibrary.text() + "survival: {damage_relaxation: 0.5e-3 1/min}\n",
      "elsewhere/other": ScratchLibrary.text() + "survival: {damage_relaxation: 0.06 1/h}\n",
      "products/small-cells": "# Used by none.\ndiameter: {value: 9 um, source: Ray 2001}\n",
      "overlays/heavy": "source: Kim 2003\nbody_weight: 30 g\n",
    ])
    #expect(catalogue.problems.isEmpty)
    func told(_ name: String) throws -> [String] {
      try parameter(name, catalogue).settings.map {
        "\($0.by) \($0.arms) \($0.text), \($0.range ?? "-"), \($0.source ?? "-")"
      }
    }
    #expect(
      try told("survival.damage_relaxation") == [
        "studies/arms [\"slow\"] 0.02 1/h, 0.01 to 0.03 1/h, Lee 2009",
        "studies/arms [\"fast\"] 0.05 1/h, -, -",
        "tutorials/all [] 0.04 1/h, -, -",
      ]
    )
    #expect(
      agree(
        try told("product.diameter"),
        [
          "products/human-marrow-msc [] 20 um, 16 to 24 um, assumed…",
          "products/small-cells [] 9 um, -, Ray 2001",
        ]
      )
    )
    #expect(
      agree(
        try told("host.body_weight"),
        ["hosts/mouse [] 20 g, -, …", "overlays/heavy [] 30 g, -, Kim 2003"]
      )
    )
    #expect(try told("factors.tnfa.decay").map { $0.prefix(15) } == ["factors/tnfa []"])
  }

  /// Names that each scenario gives are one parameter; those of factors are not.
  @Test func namesOfAScenarioAreOne() throws {
    let (catalogue, _) = try catalogue(["tutorials/small": ScratchLibrary.text()])
    let spacing = try parameter("tissues.lung_block.spacing", catalogue)
    #expect(spacing.name == "tissues.*.spacing")
    #expect(spacing.settings.map(\.text) == ["20 um", "40 um"])
    #expect(
      catalogue.parameters(named: "factors.*.decay").map(\.name) == [
        "factors.cxcl12.decay", "factors.pge2.decay", "factors.tnfa.decay",
      ]
    )
  }

  @Test func goesOnPastBrokenFiles() throws {
    let (catalogue, scratch) = try catalogue([
      "tutorials/small": ScratchLibrary.text(),
      "studies/broken": ScratchLibrary.text(replacing: [2: "duration: soon"]),
      "hosts/broken": "organs: [\n",
    ])
    #expect(
      agree(
        catalogue.problems.map { $0.description.replacing(scratch.library + "/", with: "") },
        [
          "hosts/broken.yaml:2:1: is not YAML: …",
          "studies/broken.yaml:2:11: duration: found \"soon\"; expected a time, as in 25 min",
        ]
      )
    )
    #expect(try parameter("duration", catalogue).settings.map(\.by) == ["tutorials/small"])
  }

  @Test(
    arguments: [
      ("arrest.half_ratio", ["arrest.half_ratio"]),
      ("half_ratio", ["arrest.half_ratio"]),
      ("secretion.pge2.basal", ["product.secretion.pge2.basal"]),
      ("damage_relaxation", ["survival.damage_relaxation"]),
      ("clock", ["clock.also_at", "clock.cell_step", "clock.output_every"]),
      ("clock.*", ["clock.also_at", "clock.cell_step", "clock.output_every"]),
      (
        "cxcl12.given",
        ["amplitude", "baseline", "onset", "width"].map { "tissues.*.factors.cxcl12.given.\($0)" }
      ),
      ("ratio", []), ("half", []), ("arrest.half_ratio.more", []), ("", []), (".", []),
    ]
  )
  func isSearchedByPartsOfPaths(name: String, found: [String]) throws {
    let (catalogue, _) = try catalogue(["tutorials/small": ScratchLibrary.text()])
    #expect(catalogue.parameters(named: name).map(\.name) == found)
  }

  @Test(
    arguments: [
      ("half_ration", "half_ratio"), ("arest.half_ratio", "arrest.half_ratio"),
      ("arest", "arrest"), ("secretion.pge2.basel", "secretion.pge2.basal"),
    ]
  )
  func suggestsWhatWasMeant(name: String, meant: String) throws {
    let (catalogue, _) = try catalogue(["tutorials/small": ScratchLibrary.text()])
    #expect(catalogue.parameters(named: name).isEmpty)
    #expect(catalogue.suggestion(for: name) == " (did you mean '\(meant)'?)")
    #expect(catalogue.suggestion(for: "nothing_of_the_kind").isEmpty)
  }

  // MARK: - One scenario

  @Test func saysWhichValueHoldsAndWhere() throws {
    let scratch = try ScratchLibrary()
    let text =
      ScratchLibrary.text(replacing: [7: "  dose: 2e3 cells\n  relation: xenogeneic"]) + """
        arms:
          still: {}
          fast: {survival: {damage_relaxation: 0.05 1/h}}

        """
    let catalogue = Catalogue(of: try scratch.resolve(text, ["arrest.half_ratio=1.2"]))
    func told(_ name: String) throws -> [String] {
      try parameter(name, catalogue).settings.map {
        "\($0.text), \($0.by.replacing(scratch.directory + "/", with: "")), \($0.arms)"
      }
    }
    #expect(try told("tissues.infarct.spacing") == ["40 um, small.yaml:21, []"])
    #expect(try told("host.body_weight") == ["20 g, preset hosts/mouse, line 8, []"])
    #expect(try told("arrest.half_ratio") == ["1.2, --set arrest.half_ratio=1.2, []"])
    #expect(
      try told("survival.damage_relaxation") == [
        "0.03 1/h, default, [\"still\"]", "0.05 1/h, small.yaml:26, [\"fast\"]",
      ]
    )
    #expect(
      try parameter("survival.damage_relaxation", catalogue).settings.map(\.isStandard) == [
        true, false,
      ]
    )
    // What is known of the schema's own value is not known of one that is given.
    let relation = try parameter("treatment.relation", catalogue)
    #expect(relation.settings.map(\.source) == [nil])
    #expect(relation.standards.map(\.source) == ["from the species of donor and host"])
  }
}
