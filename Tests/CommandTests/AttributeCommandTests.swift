import Foundation
import Testing

@Suite("Attribution on the command line", .serialized)
struct AttributeCommandTests {
  static let scenario = "\(Program.library)/tutorials/culture-t-cell-suppression.yaml"
  static let small = [
    "--set", "culture.width=240um", "--set", "culture.depth=1.2mm", "--set", "duration=36h",
  ]

  private func attribute(_ place: Workplace, _ more: String...) throws -> Program.Ending {
    try Program.run(
      ["attribute", Self.scenario, "--out", "out", "--replicates", "2", "--quiet"] + Self.small
        + more,
      in: place.directory
    )
  }

  @Test func writesATableAndSaysIt() throws {
    let place = try Workplace()
    let ending = try attribute(place, "--endpoint", "well_proliferation")
    #expect(ending.code == 0)
    #expect(ending.errors.isEmpty, "\(ending.errors)")
    #expect(
      ending.output.hasPrefix("well_proliferation (divisions in 18 h) of one-to-ten, 2 replicates")
    )
    #expect(ending.output.contains("\n| cells | "))
    #expect(place.names("out") == ["attribution.csv"])
    let text = String(decoding: try place.bytes("out/attribution.csv"), as: UTF8.self)
    let rows = text.split(separator: "\n")
    #expect(
      rows[0] == """
        run,arm,endpoint,mechanism,with_mechanism,without_mechanism,change,change_low,change_high,\
        share,share_low,share_high,replicates,note
        """
    )
    #expect(rows.count == 12)
    #expect(
      rows.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 14 }
    )
  }

  @Test(
    arguments: [
      (
        ["--endpoint", "well_prolifration"], 64,
        "Error: There is no endpoint 'well_prolifration' (did you mean 'well_proliferation'?); there are well_division_index, "
      ),
      (
        ["--endpoint", "well_divisions", "--arm", "one-to-tem"], 64,
        "Error: There is no arm 'one-to-tem' (did you mean 'one-to-ten'?); there are alone, "
      ),
      (
        ["--endpoint", "well_divisions", "--arm", "alone"], 65,
        "no cells are given in the arm 'alone', so that there is no effect to attribute; choose "
      ),
      (
        [
          "--endpoint", "well_divisions", "--set", "arms.one-to-ten.without=[cells]", "--set",
          "arms.one-to-ten-apart.without=[cells]",
        ], 65,
        "no cells are given in any arm, so that there is no effect to attribute; give a treatment"
      ),
      (
        ["--endpoint", "well_divisions", "--replicates", "1"], 64,
        "Error: --replicates is 1; expected a number from 2 to 1000."
      ),
      ([], 64, "Error: Missing expected argument '--endpoint <endpoint>'"),
    ]
  )
  func mistakesAreSaidAndLeaveNothing(arguments: [String], code: Int32, message: String) throws {
    let place = try Workplace()
    let ending = try Program.run(
      ["attribute", Self.scenario, "--out", "out"] + Self.small + arguments,
      in: place.directory
    )
    #expect(ending.code == code)
    #expect(ending.errors.hasPrefix(message), "\(ending.errors)")
    #expect(ending.output.isEmpty)
    #expect(!place.has("out"))
  }

  @Test func anEndpointWithoutValueEndsWith65() throws {
    let place = try Workplace()
    let ending = try attribute(place, "--endpoint", "well_treg_activity")
    #expect(ending.code == 65)
    #expect(
      ending.errors.hasPrefix(
        "the endpoint 'well_treg_activity' has no value in the arm 'one-to-ten without cells', replicate 1: "
      ),
      "\(ending.errors)"
    )
    #expect(place.names("out").isEmpty)
  }
}
