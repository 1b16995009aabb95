import Foundation
import Observations
import Scenario
import Simulation
import Testing

@Suite("Listing of endpoints")
struct EndpointListingTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL.path

  private func library() throws -> Library {
    try Library(given: Self.root + "/Scenarios", scenario: "", program: "")
  }

  @Test func saysOfEveryEndpointWhatItIsAndNeeds() throws {
    let endpoints = try EndpointCatalogue(of: library()).endpoints
    #expect(endpoints.count > 35)
    #expect(Set(endpoints.map(\.name)).count == endpoints.count)
    for endpoint in endpoints {
      #expect(
        !endpoint.meaning.isEmpty && !endpoint.unit.isEmpty && endpoint.needs != nil,
        "\(endpoint)"
      )
      #expect(!endpoint.when.isEmpty && !endpoint.meaning.hasPrefix("defined"), "\(endpoint)")
    }
    let names = endpoints.map(\.name)
    for name in [
      "cells_given", "host_sensitised", "survival_1_d", "TISSUE_KIND_cells", "TISSUE_injured_fold",
      "MODALITY_last_detected", "ORGAN_MODALITY_last_detected", "liver_label_10_d",
    ] {
      #expect(names.contains(name), "\(name)")
    }
  }

  /// The table of Output.md is that of the listing, row by row.
  @Test func theTableOfTheDocumentationIsTheListing() throws {
    let page = try String(
      contentsOfFile: Self.root + "/Sources/Manual/Manual.docc/Output.md",
      encoding: .utf8
    )
    let lines = page.split(separator: "\n").map(String.init)
    let head = try #require(lines.firstIndex { $0.hasPrefix("| endpoint |") })
    let rows = lines[(head + 2)...].prefix { $0.hasPrefix("|") }
    let listed = try EndpointCatalogue(of: library()).endpoints.map { endpoint in
      "| `\(endpoint.name)` | \(endpoint.unit) | \(endpoint.meaning) | \(endpoint.when) | \(endpoint.needs ?? "") |"
    }
    #expect(Array(rows) == listed)
  }

  /// Every endpoint of every scenario of the library is one of the listing, with the same unit and time.
  @Test(arguments: ["tutorials", "studies"])
  func everyEndpointOfTheLibraryIsListed(folder: String) throws {
    let catalogue = try EndpointCatalogue(of: library())
    for name in try library().names(in: folder) {
      let scenario = try ResolvedScenario(
        path: "\(Self.root)/Scenarios/\(folder)/\(name).yaml",
        library: Self.root + "/Scenarios"
      )
      for endpoint in EndpointCatalogue(of: scenario).endpoints where endpoint.needs != nil {
        let found = catalogue.endpoints(named: endpoint.name)
        #expect(
          found.contains { $0.unit == endpoint.unit && $0.when == endpoint.when },
          "\(name): \(endpoint.name)"
        )
      }
    }
  }

  /// Of an endpoint that a scenario does not have, the error says what it needs.
  @Test(
    arguments: [
      ("cells_given", "cells_given needs a dose with a condition (treatment.repeat)"),
      ("host_sensitised", "needs a dose after the onset of killing by T cells (killing.onset)"),
      ("liver_label_1_d", "needs cells that are given with a label"),
      ("bli_last_detected", "needs cells that are given, and the modality in observe"),
      ("wall_injured_fold", "needs a tissue of that name that has state"),
      (
        "wall_macrophage_cells",
        "needs a tissue of that name (well of a culture) that has cells, and the kind"
      ),
    ]
  )
  func whatAnEndpointNeedsIsSaid(name: String, words: String) throws {
    let scratch = try ScratchLibrary()
    let said = scratch.diagnostics {
      try scratch.resolve(
        ScratchLibrary.text().replacing("label: in111\n", with: "")
          + "endpoints: {own: {read: \(name)}}\n"
      )
    }
    #expect(said.count == 1 && said[0].contains(words), "\(said)")
    try scratch.resolve(ScratchLibrary.text()).experiments.forEach { experiment in
      #expect(!Endpoints.all(of: experiment).contains { $0.name == name })
    }
    let campaign = """
      name: c
      scenario: small.yaml
      endpoints: [\(name)]
      design: {method: grid}
      vary: {arrest.half_ratio: {values: [1, 1.1]}}

      """
    let path = try scratch.write(Data(campaign.utf8), "campaign.yaml")
    let error = #expect(throws: ScenarioError.self) {
      try SweepDescription(path: path, library: scratch.library, program: "", overrides: [])
    }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func aNameThatIsNearIsMeant() {
    #expect(
      Suggestion.endpoint("survival_1_day", among: ["survival_1_d"], of: .none)
        == " (did you mean 'survival_1_d'?)"
    )
    #expect(Suggestion.endpoint("nothing", among: ["survival_1_d"], of: .none) == "")
  }
}
