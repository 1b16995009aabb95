import Files
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

  /// The tables in the library, and their checksums, are those that the program gives.
  @Test func goldenTablesAreGiven() throws {
    let place = try Workplace()
    let golden = URL(filePath: "\(Program.library)/golden")
    let sums = try String(contentsOf: golden.appending(path: "SHA256SUMS"), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    let cases = try #require(CSVTable(path: "\(Program.library)/selftest/cases.csv")).rows
    var compared = 0
    for row in cases {
      let name = URL(filePath: row[0]).lastPathComponent
      let tables = sums.filter { $0[1].hasPrefix("\(name)/") }
      guard !tables.isEmpty else { continue }
      let settings = row[1].split(separator: "; ").flatMap { ["--set", String($0)] }
      let ending = try Program.run(
        ["run", "\(Program.library)/\(row[0]).yaml", "--out", name, "--quiet"] + settings
          + ["--library", Program.library],
        in: place.directory
      )
      #expect(ending.code == 0, "\(ending.errors)")
      for table in tables {
        let kept = try Data(contentsOf: golden.appending(path: String(table[1])))
        #expect(try place.bytes(String(table[1])) == kept, "\(table[1])")
        #expect(Digest.of(kept) == table[0])
        compared += 1
      }
    }
    #expect(compared == sums.count && compared > 10)
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
