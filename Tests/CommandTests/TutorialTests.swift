import Foundation
import Testing

/// The tutorial and the answers to common questions in the documentation, command by command.
@Suite("Tutorial")
struct TutorialTests {
  private static let pages = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Manual/Manual.docc")

  /// Words of a command line, those in double quotes as one.
  private static func words(_ line: Substring) -> [String] {
    line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { n, part in
      n.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
    }
  }

  /// Every command of a page runs, in its order, and leaves what the page says.
  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      ("Tutorial", ["results/first/report.html", "results/first/slices.bin", "fate.json"]),
      ("HowTo", ["results/space/report.html", "results/space/vtk", "results/space/zarr"]),
    ]
  )
  func everyCommandRuns(page: String, leaves: [String]) throws {
    let place = try Workplace()
    let url = Self.pages.appendingPathComponent("\(page).md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let blocks = text.components(separatedBy: "```sh\n").dropFirst()
    let lines = blocks.flatMap { $0.components(separatedBy: "\n```")[0].split(separator: "\n") }
    #expect(lines.count >= 8)
    for line in lines {
      let words = Self.words(line)
      #expect(words.first == "stroma", "\(line)")
      let takesLibrary = !["diff", "export"].contains(words[1])
      let ending = try Program.run(
        words.dropFirst() + (takesLibrary ? ["--library", Program.library] : []),
        in: place.directory
      )
      let differs = words[1] == "diff" && page == "Tutorial"
      #expect(ending.code == (differs ? 1 : 0), "\(line): \(ending.errors)")
    }
    for file in leaves {
      #expect(FileManager.default.fileExists(atPath: "\(place.directory)/\(file)"), "\(file)")
    }
  }
}
