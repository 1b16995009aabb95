import Scenario
import Testing

/// What `stroma check --changed` says of tissues that build on presets.
@Suite("What a scenario changes in its tissues")
struct TissueChangesTests {
  private static let rat = """
    name: rat
    duration: 1 d
    host: rat
    product: rat-marrow-msc
    treatment: {route: intra-articular, dose: 1e3 cells}
    kinds: {macrophage: {recruitment: {rate: 3e4 cells/mL/h}}}
    tissues:
      knee:
        preset: arthritic-joint
        state: {injury: {baseline: 0.5}}
      infarct: infarct
    arms:
      inflamed: {}
      healthy: {tissues: {knee: healthy-joint}}

    """

  private func changes() throws -> [Changes.Change] {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(.init(Self.rat.utf8), "rat.yaml")
    return try Changes(of: ScenarioSource(path: path, library: Scenarios.root)).all
  }

  @Test func nameThePresetOfEachTissue() throws {
    let found = try changes().filter { $0.path.contains("tissues") && $0.standard == nil }
    #expect(
      found.map { "\($0.path) \($0.text)" } == [
        "tissues.infarct infarct", "arms.inflamed.tissues.knee arthritic-joint",
        "arms.healthy.tissues.knee healthy-joint",
      ]
    )
    #expect(found.map { $0.place.suffix(11) } == ["rat.yaml:11", "/rat.yaml:9", "rat.yaml:14"])
  }

  @Test func areWhatIsLaidOverThePreset() throws {
    let found = try changes()
    let injury = try #require(
      found.first { $0.path == "arms.inflamed.tissues.knee.state.injury.baseline" }
    )
    #expect(
      injury.text == "0.5" && injury.standard == "0.3"
        && injury.preset == "tissues/arthritic-joint"
    )
    #expect(!found.contains { $0.path.hasPrefix("tissues.infarct.") })
  }

  /// The default of what a kind takes from the preset of a tissue is that of the preset.
  @Test func ofKindsNameTheTissueThatBroughtThem() throws {
    let rate = try #require(
      try changes().first { $0.path.hasSuffix("kinds.macrophage.recruitment.rate") }
    )
    #expect(rate.text == "3e4 cells/mL/h")
    #expect(rate.preset == "tissues/healthy-joint" || rate.preset == "tissues/infarct")
  }
}
