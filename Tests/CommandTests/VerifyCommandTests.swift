import Foundation
import Testing

/// `stroma verify`, cut to groups that take a moment.
@Suite("Verification on the command line", .serialized)
struct VerifyCommandTests {
  private struct Row: Decodable {
    let group: String, quantity: String
    let measured: Double, expected: Double, tolerance: Double
  }

  @Test func groupsAgreeAndAreKept() throws {
    let place = try Workplace()
    let ending = try place.stroma("verify", "--only", "licensing", "clocks", "--out", "out")
    #expect(ending.code == 0, "\(ending.output)\(ending.errors)")
    let lines = ending.output.split(separator: "\n")
    #expect(lines[0] == "| group | quantity | unit | measured | theory | tolerance | verdict |")
    // In the order of the groups, whatever that of the options.
    #expect(lines[2].hasPrefix("| clocks | deaths of cells off the grids"))
    #expect(lines.count == 2 + 3 + 4 && lines.dropFirst(2).allSatisfy { $0.hasSuffix(" ok |") })
    #expect(ending.errors == "clocks\nlicensing\n7 rows, 0 missed\n")
    #expect(place.names("out") == ["verification.csv"])
    let csv = String(decoding: try place.bytes("out/verification.csv"), as: UTF8.self)
    #expect(csv.hasPrefix("group,quantity,unit,measured,expected,tolerance,verdict,theory\n"))
    #expect(csv.split(separator: "\n").count == 1 + 7)
  }

  @Test func rowsAreJSON() throws {
    let place = try Workplace()
    let ending = try place.stroma("verify", "--only", "licensing", "--json")
    #expect(ending.code == 0, "\(ending.errors)")
    let rows = try JSONDecoder().decode([Row].self, from: Data(ending.output.utf8))
    #expect(rows.count == 4 && rows.allSatisfy { $0.group == "licensing" })
    #expect(rows.allSatisfy { abs($0.measured - $0.expected) <= $0.tolerance })
  }

  /// A library whose scenario does not do what theory says: some of the cells die.
  @Test func aRowThatMissesEndsWith70() throws {
    let place = try Workplace()
    try FileManager.default.copyItem(
      atPath: Program.library,
      toPath: place.directory + "/library"
    )
    let file = "library/verify/division.yaml"
    let text = String(decoding: try place.bytes(file), as: UTF8.self)
    try place.write(text.replacing("hazard_floor: 0 1/h", with: "hazard_floor: 0.005 1/h"), file)
    let ending = try Program.run(
      ["verify", "--only", "division", "--library", "library"],
      in: place.directory
    )
    #expect(ending.code == EX_SOFTWARE, "\(ending.errors)")
    #expect(ending.output.contains("| cells off the grids"))
    #expect(ending.output.split(separator: "\n").filter { $0.hasSuffix(" MISS |") }.count == 1)
    #expect(ending.errors.hasSuffix("2 rows, 1 missed\n"))
  }

  @Test func unknownGroupsAreRefused() throws {
    let place = try Workplace()
    let ending = try place.stroma("verify", "--only", "magic")
    #expect(ending.code == EX_USAGE && ending.errors.contains("magic"))
  }
}
