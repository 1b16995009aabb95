import Scenario
import Testing

@Suite("What a scenario changes")
struct ChangesTests {
  private func changes(_ text: String, _ overrides: [String] = []) throws -> [String] {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(.init(text.utf8), "small.yaml")
    let source = try ScenarioSource(path: path, library: scratch.library, overrides: overrides)
    return try Changes(of: source).all.map { change in
      let standard = (change.standard ?? "none") + (change.preset.map { " (\($0))" } ?? "")
      let place = change.place.replacing(scratch.directory + "/", with: "")
      return "\(change.path) = \(change.text), \(standard), \(place), \(change.source ?? "-")"
    }
  }

  @Test func areWhatNeitherSchemaNorPresetsGive() throws {
    let found = try changes(
      ScratchLibrary.text(replacing: [
        3: "host: {preset: mouse, body_weight: 25 g}"
      ])
        + """
        survival: {damage_relaxation: {value: 0.05 1/h, source: Lee 2009}, hazard_floor: 0.0001 1/h}
        """
    )
    #expect(found.contains("host = mouse, none, small.yaml:3, -"), "\(found)")
    #expect(found.contains("host.body_weight = 25 g, 20 g (hosts/mouse), small.yaml:3, -"))
    #expect(
      found.contains("survival.damage_relaxation = 0.05 1/h, 0.03 1/h, small.yaml:23, Lee 2009")
    )
    #expect(found.contains("duration = 12 h, none, small.yaml:2, -"))
    #expect(!found.contains { $0.hasPrefix("survival.hazard_floor") })
    #expect(!found.contains { $0.hasPrefix("name") || $0.hasPrefix("host.organs") })
  }

  /// A value written in another unit is no change; one of `--set` is.
  @Test func areValuesAndNotSpellings() throws {
    let text = ScratchLibrary.text(replacing: [3: "host: {preset: mouse, body_weight: 0.02 kg}"])
    let found = try changes(
      text,
      ["survival.damage_relaxation=0.5e-3 1/min", "arrest.half_ratio=1.2"]
    )
    #expect(!found.contains { $0.hasPrefix("host.body_weight") || $0.hasPrefix("survival") })
    #expect(
      found.contains { $0.hasPrefix("arrest.half_ratio = 1.2, 0.8, --set arrest.half_ratio=1.2") },
      "\(found)"
    )
  }

  @Test func ofArmsAreThoseOfEach() throws {
    let text =
      ScratchLibrary.text() + """
        arms:
          fresh: {}
          thawed: {product: {handling: thawed}, survival: {damage_relaxation: 0.03 1/h}}
        """
    let found = try changes(text)
    #expect(
      found.contains(
        "arms.thawed.product.handling = thawed, fresh (products/human-marrow-msc), small.yaml:25, -"
      ),
      "\(found)"
    )
    #expect(found.filter { $0.hasPrefix("arms.") }.count == 1)
    #expect(found.filter { $0.hasPrefix("duration") }.count == 1)
  }

  /// What an overlay lays over a host is a change of the host.
  @Test func ofOverlaysAreChanges() throws {
    let scratch = try ScratchLibrary()
    try scratch.write(
      .init("body_weight: {value: 30 g, source: Kim 2003}\n".utf8),
      "library/overlays/heavy.yaml"
    )
    let text = ScratchLibrary.text(replacing: [3: "host: {preset: mouse, overlays: [heavy]}"])
    let path = try scratch.write(.init(text.utf8), "small.yaml")
    let all = try Changes(of: ScenarioSource(path: path, library: scratch.library)).all
    let weight = try #require(all.first { $0.path == "host.body_weight" })
    #expect(weight.text == "30 g" && weight.standard == "20 g" && weight.preset == "hosts/mouse")
    #expect(weight.place == "preset overlays/heavy, line 1" && weight.source == "Kim 2003")
    #expect(all.contains { $0.path == "host.overlays" && $0.text == "[heavy]" })
  }
}
