import Foundation
import Testing

/// The tutorial of the documentation, command by command.
@Suite("Tutorial")
struct TutorialTests {
  private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/stroma/Documentation.docc/Tutorial.md")

  /// Words of a command line, those in double quotes as one.
  private static func words(_ line: Substring) -> [String] {
    line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { n, part in
      n.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
    }
  }

  /// Every command of the page runs, in its order, and leaves what the page says.
  @Test(.timeLimit(.minutes(5))) func everyCommandRuns() throws {
    let place = try Workplace()
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let blocks = text.components(separatedBy: "```sh\n").dropFirst()
    let lines = blocks.flatMap { $0.components(separatedBy: "\n```")[0].split(separator: "\n") }
    #expect(lines.count >= 8)
    for line in lines {
      let words = Self.words(line)
      #expect(words.first == "stroma", "\(line)")
      let takesLibrary = !["diff"].contains(words[1])
      let ending = try Program.run(
        words.dropFirst() + (takesLibrary ? ["--library", Program.library] : []),
        in: place.directory
      )
      #expect(ending.code == (words[1] == "diff" ? 1 : 0), "\(line): \(ending.errors)")
    }
    for file in ["results/first/report.html", "results/first/slices.bin", "fate.json"] {
      #expect(FileManager.default.fileExists(atPath: "\(place.directory)/\(file)"), "\(file)")
    }
  }
}
