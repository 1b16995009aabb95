import Foundation
import Testing

/// Whether the build that is tested gives the published results, as a user asks it.
@Suite("Self-test")
struct SelftestCommandTests {
  @Test func thisProgramGivesThePublishedResults() throws {
    let place = try Workplace()
    let ending = try place.stroma("selftest")
    #expect(ending.code == 0, "\(ending.output)")
    #expect(ending.output.contains("random numbers  same\n"))
    #expect(ending.output.contains("gives the published results of revision "))
  }

  /// Another hash is a difference, another preset is not held against the program, and another revision is said.
  @Test(arguments: [
    (column: 4, "does not give the published results", "differs"),
    (column: 3, "The library is not the published one", "the library was changed"),
    (column: 2, "The library is of another revision", "known of another revision only"),
  ])
  func differencesAreSaid(column: Int, conclusion: String, verdict: String) throws {
    let place = try Workplace()
    let copy = "\(place.directory)/library"
    try FileManager.default.copyItem(atPath: Program.library, toPath: copy)
    let lines = String(decoding: try place.bytes("library/selftest/cases.csv"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    // One case, of whose hashes or revision one is another.
    var fields = try #require(lines.first { $0.hasPrefix("studies/human-iv,") })
      .split(separator: ",").map(String.init)
    fields[column] = column == 2 ? "1" : String(fields[column].reversed())
    try place.write(
      [lines[0], fields.joined(separator: ",")].joined(separator: "\n") + "\n",
      "library/selftest/cases.csv"
    )
    let ending = try Program.run(["selftest", "--library", copy], in: place.directory)
    #expect(ending.code == EX_SOFTWARE)
    #expect(ending.output.contains("studies/human-iv  \(verdict)\n"), "\(ending.output)")
    #expect(ending.output.contains(conclusion))
    try place.write("no table\n", "library/selftest/cases.csv")
    let broken = try Program.run(["selftest", "--library", copy], in: place.directory)
    #expect(broken.code == EX_DATAERR && broken.errors.contains("the library is not whole"))
  }
}
