import Foundation
import Scenario
import Science
import Simulation
import Testing

/// The examples of the page on tissues.
@Suite("Page on tissues")
struct TissuePageTests {
  private static let text: String =
    (try? String(
      contentsOf: URL(fileURLWithPath: Scenarios.root).deletingLastPathComponent()
        .appendingPathComponent("Sources/stroma/Documentation.docc/Tissues.md"),
      encoding: .utf8
    )) ?? ""

  private static let examples = text.components(separatedBy: "```yaml\n").dropFirst()
    .compactMap { $0.components(separatedBy: "```").first }

  /// Every scenario of the page is read, and every block of it is what its lines say.
  @Test(arguments: examples.filter { $0.contains("duration:") })
  func scenarioIsRead(example: String) throws {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(example.utf8), "example.yaml")
    let scenario = try ResolvedScenario(path: path, library: Scenarios.root)
    #expect(scenario.experiments.allSatisfy { $0.tissues.count == 1 })
  }

  /// The preset of the page, in a library with the presets it builds on.
  @Test func presetIsRead() throws {
    let presets = Self.examples.filter { !$0.contains("duration:") }
    let preset = try #require(presets.first)
    #expect(presets.count == 1)
    let scratch = try ScratchLibrary()
    for folder in ["tissues", "kinds"] {
      try FileManager.default.copyItem(
        atPath: "\(Scenarios.root)/\(folder)",
        toPath: "\(scratch.library)/\(folder)"
      )
    }
    try scratch.write(Data(preset.utf8), "library/tissues/flare.yaml")
    let scenario = try scratch.resolve(
      """
      name: flare
      duration: 1 h
      host: mouse
      product: human-marrow-msc
      treatment: {route: intra-articular, dose: 1e4 cells}
      tissues: {knee: flare}
      """
    )
    #expect(scenario.experiments[0].tissues[0].matter?.start.injury.baseline == 0.5)
  }

  /// Every preset stands on the page.
  @Test func presetsAreNamed() throws {
    for file in try FileManager.default.contentsOfDirectory(atPath: "\(Scenarios.root)/tissues") {
      #expect(Self.text.contains("`\(file.dropLast(5))`"), "\(file)")
    }
  }
}
