import Foundation
import Observations
import Scenario
import Simulation
import Testing

/// Endpoints of every run are data.
@Suite("Endpoints of the library")
struct EndpointFileTests {
  private static let text = """
    name: small
    duration: 4 h
    host: mouse
    product: human-marrow-msc
    label: in111
    treatment: {route: intramuscular, dose: 2e3 cells}
    observe: {seen: {reads: viable, detection_limit: 1 cells}}
    factors: [tnfa]
    tissues:
      left: {organ: muscle, voxels: 8 x 8 x 8, spacing: 20 um, factors: {tnfa: {given: {baseline: 1 ng/mL}}}}
      right: {organ: muscle, voxels: 8 x 8 x 8, spacing: 20 um, factors: {tnfa: {given: {baseline: 1 ng/mL}}}}

    """

  private static let own = """
    TISSUE_tnf_at_3_h:
      meaning: TNF-a in TISSUE
      needs: a tissue with TNF-a
      of: tnfa_mean
      in: TISSUE
      at: 3 h
    liver_label_2_h:
      meaning: label in the liver
      needs: cells with a label
      of: label_cells
      in: liver
      at: 2 h
      as: share
      after: first dose
    pancreas_tnf:
      meaning: of a tissue that no scenario here has
      needs: a tissue 'islet'
      of: tnfa_mean
      in: islet
      as: maximum

    """

  private static func resolve(_ files: [String: String]) throws -> (
    ResolvedScenario, ScratchLibrary
  ) {
    let place = try ScratchLibrary()
    for (name, text) in files { try place.write(Data(text.utf8), "library/endpoints/\(name).yaml") }
    return (try place.resolve(text), place)
  }

  /// An endpoint that is added by data alone is in the summary of every run that has what it reads.
  @Test func areAddedByDataAlone() throws {
    let (plain, _) = try Self.resolve([:])
    let (scenario, place) = try Self.resolve(["7-own": Self.own])
    let before = try Scenarios.run(plain, workers: 2)
    let after = try Scenarios.run(scenario, workers: 2)
    let (old, new) = (Endpoints.all(before[0]), Endpoints.all(after[0]))
    #expect(Array(new.dropLast(3)) == old)
    #expect(
      new.suffix(3).map(\.name) == ["left_tnf_at_3_h", "right_tnf_at_3_h", "liver_label_2_h"]
    )
    #expect(new.suffix(3).map(\.unit) == ["nM", "nM", "fraction of dose"])
    let own = try place.resolve(
      Self.text
        + "endpoints: {a: {of: tnfa_mean, in: left, at: 3 h}, b: {of: label_cells, in: liver, at: 2 h, as: share}}\n"
    )
    let same = Endpoints.all(try Scenarios.run(own, workers: 2)[0])
    #expect(same.first { $0.name == "a" }?.value == new[new.count - 3].value)
    #expect(same.first { $0.name == "b" }?.value == new[new.count - 1].value)
    #expect(new[new.count - 1].value != nil)
    let listed = EndpointCatalogue(of: scenario).endpoints.first { $0.name == "right_tnf_at_3_h" }
    #expect(listed?.meaning == "TNF-a in right" && listed?.when == "at 3 h")
    #expect(listed?.needs == "a tissue with TNF-a")
    #expect(EndpointCatalogue(of: scenario).needs(of: "left_tnf_at_3_h") == "a tissue with TNF-a")
    #expect(scenario.files.contains { $0.path.hasSuffix("endpoints/7-own.yaml") })
  }

  /// They can be read after another dose, as any other endpoint.
  @Test func areReadUnderANameOfTheScenario() throws {
    let (_, place) = try Self.resolve(["7-own": Self.own])
    let scenario = try place.resolve(
      Self.text + "endpoints: {late: {read: liver_label_2_h, after: last dose}}\n"
    )
    #expect(Endpoints.all(of: scenario.experiments[0]).contains { $0.name == "late" })
  }

  /// Names of the scenario take the place of words in capitals, tissue by tissue and modality by modality.
  @Test func areReadForEveryNameInOrder() throws {
    let (scenario, _) = try Self.resolve([:])
    let names = Endpoints.all(of: scenario.experiments[0]).map(\.name)
    #expect(names.suffix(2) == ["seen_last_detected", "muscle_seen_last_detected"])
    #expect(names.contains("lung_label_1_h") && !names.contains { $0.hasPrefix("left_") })
  }

  @Test(
    arguments: [
      ("of: tnfa_mean", "off: tnfa_mean", "2:3: TISSUE_tnf_at_3_h.of: is missing; …"),
      (
        "as: share", "as: shares",
        "13:7: liver_label_2_h.as: found \"shares\" (did you mean 'share'?); …"
      ),
      ("  as: maximum\n", "", "16:3: pancreas_tnf.as: is missing; over a window, expected …"),
      (
        "  meaning: label in the liver\n", "",
        "8:3: liver_label_2_h.meaning: is missing; expected a text"
      ),
      (
        "of: label_cells", "read: survival_1_d",
        "10:9: liver_label_2_h.read: is for endpoints of a scenario; …"
      ),
      (
        "of: label_cells", "computed: luck",
        "10:13: liver_label_2_h.computed: found \"luck\"; expected one of …"
      ),
      ("liver_label_2_h", "survival_1_d", "8:3: survival_1_d: is an endpoint of another file too"),
    ]
  ) func whatIsWrongIsSaid(old: String, new: String, words: String) throws {
    let text = Self.own.replacing(old, with: new, maxReplacements: 1)
    let place = try ScratchLibrary()
    try place.write(Data(text.utf8), "library/endpoints/7-own.yaml")
    let said = place.diagnostics { try place.resolve(Self.text) }
      .map { $0.replacing("LIBRARY/endpoints/7-own.yaml:", with: "") }
    #expect(agree(Array(said.prefix(1)), [words]), "\(said)")
  }
}
