import Foundation
import Testing

/// What commands do with notes.
@Suite("Notes of commands", .serialized)
struct NoteCommandTests {
  /// Few cells in muscle, most of which do not stay, and arms that come to the same.
  private static let leaky = """
    name: leaky
    duration: 12 h
    host: mouse
    product: mouse-marrow-msc
    treatment: {route: intramuscular, dose: 1e3 cells, retention: 50 %}
    arms:
      one: {}
      again: {}

    """

  private static let campaign = """
    name: retention
    scenario: leaky.yaml
    arms: [one]
    design: {method: grid}
    vary:
      treatment.retention: {values: [95 %, 50 %]}

    """

  private struct Manifest: Decodable {
    struct Note: Decodable {
      let key: String, sentence: String, path: String, remedy: String, accepted: String?
    }
    let notes: [Note]
  }

  private func notes(of run: String, in place: Workplace) throws -> [Manifest.Note] {
    try JSONDecoder().decode(Manifest.self, from: place.bytes("\(run)/manifest.json")).notes
  }

  private func keys(_ errors: String) -> [String] {
    errors.split(separator: "\n").filter { $0.hasPrefix("note ") }.map {
      String($0.dropFirst(5).prefix { $0 != ":" })
    }
  }

  @Test func areSaidAndKeptAndChangeNoResult() throws {
    let place = try Workplace()
    try place.write(Self.leaky, "leaky.yaml")
    let checked = try place.stroma("check", "leaky.yaml")
    #expect(checked.code == 0 && keys(checked.errors) == ["washed_out"])
    let run = try place.stroma("run", "leaky.yaml", "--out", "run", "--quiet")
    #expect(run.code == 0 && keys(run.errors) == ["washed_out", "identical_arms"], "\(run.errors)")
    #expect(try notes(of: "run", in: place).map(\.key) == ["washed_out", "identical_arms"])

    let reasons = "notes: {accept: {washed_out: as published, identical_arms: on purpose}}\n"
    try place.write(Self.leaky + reasons, "meant.yaml")
    let meant = try place.stroma("run", "meant.yaml", "--out", "meant", "--quiet", "--strict")
    #expect(meant.code == 0 && meant.errors.isEmpty, "\(meant.errors)")
    #expect(
      try notes(of: "meant", in: place).map(\.accepted) == ["as published", "on purpose"]
    )
    #expect(try place.tables("run") == place.tables("meant"))
    let again = try place.stroma(
      "run",
      "meant/scenario.resolved.yaml",
      "--out",
      "again",
      "--quiet",
      "--strict"
    )
    #expect(again.code == 0 && again.errors.isEmpty, "\(again.errors)")
  }

  @Test func strictStopsBeforeAnythingIsWrittenOrAfterTheTables() throws {
    let place = try Workplace()
    try place.write(Self.leaky, "leaky.yaml")
    let before = try place.stroma("run", "leaky.yaml", "--out", "before", "--strict")
    #expect(before.code == 65 && !place.has("before"), "\(before.errors)")
    let after = try place.stroma(
      "run",
      "leaky.yaml",
      "--out",
      "after",
      "--strict",
      "--set",
      "treatment.retention=95 %"
    )
    #expect(after.code == 65 && keys(after.errors) == ["identical_arms"], "\(after.errors)")
    #expect(place.has("after/timeseries.csv") && place.has("after/manifest.json"))
  }

  @Test func ofASweepNameThePoint() throws {
    let place = try Workplace()
    try place.write(Self.leaky.replacing("50 %", with: "95 %"), "leaky.yaml")
    try place.write(Self.campaign, "campaign.yaml")
    let sweep = try place.stroma("sweep", "campaign.yaml", "--out", "sweep", "--quiet")
    #expect(sweep.code == 0)
    let said = sweep.errors.split(separator: "\n").filter { $0.hasPrefix("note washed_out: ") }
    #expect(
      said.count == 1 && said[0].contains("at point 2 of the design (treatment.retention 50 %)"),
      "\(said)"
    )
    let reason = "notes: {accept: {washed_out: as published}}\n"
    try place.write(Self.campaign + reason, "meant.yaml")
    let meant = try place.stroma("sweep", "meant.yaml", "--out", "meant", "--quiet", "--strict")
    #expect(meant.code == 0 && keys(meant.errors).isEmpty, "\(meant.errors)")
    let strict = try place.stroma("sweep", "campaign.yaml", "--out", "strict", "--strict")
    #expect(strict.code == 65 && !place.has("strict"))
  }

  @Test func areListedWithThresholdAndSource() throws {
    let place = try Workplace()
    let listed = try place.stroma("notes")
    #expect(listed.code == 0 && listed.errors.isEmpty)
    #expect(listed.output.contains("washed_out  A considerable part of a dose"))
    #expect(listed.output.contains("raised above 10 %; range 5 to 50 %; assumed"))
  }
}
