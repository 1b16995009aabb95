import Foundation
import Matter
import Scenario
import Simulation
import Testing

/// What the page on tissues says of presets; its scenarios are checked as those of every page.
@Suite("Page on tissues")
struct TissuePageTests {
  private static let text: String =
    (try? String(
      contentsOf: URL(fileURLWithPath: Scenarios.root).deletingLastPathComponent()
        .appendingPathComponent("Sources/Manual/Manual.docc/Tissues.md"),
      encoding: .utf8
    )) ?? ""

  /// The preset of the page, in a library with the presets it builds on.
  @Test func presetIsRead() throws {
    let parts = Self.text.components(separatedBy: "```text\n").dropFirst()
    #expect(parts.count == 1)
    let preset = try #require(parts.first?.components(separatedBy: "```").first)
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
