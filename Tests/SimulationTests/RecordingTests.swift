import Files
import Foundation
import Testing

@Suite("CSV")
struct CSVTests {
  @Test func quotesWhatNeedsIt() {
    var csv = CSV(columns: ["a", "b"])
    csv.row(["plain", "with, comma"])
    csv.row(["with \"quote\"", "two\nlines"])
    #expect(csv.text == "a,b\nplain,\"with, comma\"\n\"with \"\"quote\"\"\",\"two\nlines\"\n")
  }

  /// Headings may be paths with names that users gave.
  @Test func headingsReadBack() throws {
    let columns = ["arms.a, b.dose", "the \"late\" one", "two\nlines"]
    var csv = CSV(columns: columns)
    csv.row(["1", "2", "3"])
    let table = try #require(CSVTable(Array(csv.text.utf8)))
    #expect(table.columns == columns && table.rows == [["1", "2", "3"]])
  }

  @Test(arguments: [0, 1, -3, 0.1, 1e-300, 1.0 / 3, 123_456_789_012, 6.02e23, 2.3e-308])
  func numbersReadBack(value: Double) {
    #expect(Double(CSV.number(value)) == value)
  }

  @Test func noNumberIsEmpty() {
    #expect(CSV.number(nil) == "" && CSV.number(.nan) == "")
  }
}

@Suite("Digest")
struct DigestTests {
  @Test func knownAnswer() {
    #expect(
      Digest.of(Data("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    var parts = Digest()
    parts.add("a")
    parts.add("bc")
    #expect(parts.hexadecimal == Digest.of(Data("abc".utf8)))
  }
}

@Suite("Output directory")
struct OutputDirectoryTests {
  let base = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

  @Test func writesWholeFilesAndLeavesNothingElse() throws {
    defer { try? FileManager.default.removeItem(atPath: base) }
    let directory = try OutputDirectory(base + "/deep/er", overwrite: false)
    try directory.write("a.csv", "one\n")
    try directory.write("a.csv", "two\n")
    #expect(try String(contentsOfFile: base + "/deep/er/a.csv", encoding: .utf8) == "two\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: base + "/deep/er") == ["a.csv"])
    try directory.remove("a.csv")
    try directory.remove("a.csv")
    #expect(try FileManager.default.contentsOfDirectory(atPath: base + "/deep/er").isEmpty)
  }

  @Test func refusesWhatIsNotEmpty() throws {
    defer { try? FileManager.default.removeItem(atPath: base) }
    try OutputDirectory(base, overwrite: false).write("mine", "x")
    let refusal = #expect(throws: OutputError.self) { try OutputDirectory(base, overwrite: false) }
    #expect(refusal?.isRefusal == true)
    #expect(refusal?.description.contains("--overwrite") == true)
    _ = try OutputDirectory(base, overwrite: true)
  }

  @Test func saysWhatTheSystemSays() throws {
    defer { try? FileManager.default.removeItem(atPath: base) }
    let directory = try OutputDirectory(base, overwrite: false)
    try FileManager.default.removeItem(atPath: base)
    let vanished = #expect(throws: OutputError.self) { try directory.write("a.csv", "x") }
    #expect(vanished?.description == "cannot write \(base)/a.csv: No such file or directory")
    let blocked = #expect(throws: OutputError.self) {
      try OutputDirectory("/dev/null/x", overwrite: false)
    }
    #expect(blocked?.description.contains("Not a directory") == true)
  }
}
