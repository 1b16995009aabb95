import Foundation
import Testing

/// The examples of the documentation of the library: each is compiled and run as it stands there.
@Suite("Examples of the library")
struct ExampleTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static var library: String { root.appendingPathComponent("Scenarios").path }

  /// The blocks of Swift of the page are the files that are compiled here.
  @Test func pageShowsWhatIsCompiled() throws {
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("Sources/Library/Documentation.docc/Stroma.md"),
      encoding: .utf8
    )
    let blocks = page.components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let compiled = try ["RunAScenario", "ChangeAParameter", "StepAModel"].map {
      try String(
        contentsOf: Self.root.appendingPathComponent("Tests/LibraryTests/\($0).swift"),
        encoding: .utf8
      )
    }
    #expect(blocks == compiled)
  }

  @Test func scenarioIsRun() throws {
    let survival = try runAScenario(library: Self.library)
    #expect(!survival.isEmpty)
    #expect(survival.values.allSatisfy { (0.01...0.9).contains($0) }, "\(survival)")
  }

  /// More stress leaves fewer cells.
  @Test func parameterIsChanged() throws {
    let found = try changeAParameter(library: Self.library)
    #expect(found.map(\.stress) == ["0.05 1/h", "0.2 1/h"])
    #expect(try #require(found[0].survival) > (try #require(found[1].survival)))
  }

  /// The law alone leaves as many as the model within its error: some cells are in other organs, and 4000 agents have a
  /// standard error of 0.008.
  @Test func modelIsStepped() throws {
    let (alive, expected) = try stepAModel(library: Self.library)
    #expect((alive - expected).magnitude < 0.05, "\(alive) \(expected)")
  }
}
