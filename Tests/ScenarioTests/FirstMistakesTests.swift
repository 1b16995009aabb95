import Foundation
import Scenario
import Testing

/// What is said to someone who writes a first scenario in the words of the field.
@Suite("First mistakes")
struct FirstMistakesTests {
  private static let rat = [
    "name: rat", "duration: 7 d", "host: rat", "product: rat-marrow-msc",
    "treatment: {route: intra-articular, dose: 2e6 cells}", "tissues: {knee: arthritic-joint}",
  ]

  private static func said(_ line: Int, _ text: String) throws -> [String] {
    let scratch = try ScratchLibrary()
    var lines = rat
    lines[line - 1] = text
    let path = try scratch.write(Data(lines.joined(separator: "\n").utf8), "rat.yaml")
    do {
      _ = try ResolvedScenario(path: path, library: Scenarios.root)
      return []
    } catch {
      return (error as? ScenarioError)?.diagnostics.map { "\($0.path): \($0.message)" } ?? []
    }
  }

  @Test(
    arguments: [
      (6, "tissues: {knee: arthritis}", "(did you mean 'arthritic-joint'?)"),
      (6, "tissues: {knee: rheumatoid-arthritis}", "(did you mean 'arthritic-joint'?)"),
      (6, "tissues: {lung: ARDS}", "(did you mean 'endotoxin-lung'?)"),
      (
        6, "tissues: arthritic-joint",
        "tissues: found \"arthritic-joint\"; expected names of your own, each with its preset or keys, as in {knee: arthritic-joint}"
      ),
      (
        6, "tissues: {knee: arthritic-joint}\nkinds: neutrophil",
        "kinds: found \"neutrophil\"; expected a list of names, as in [macrophage, neutrophil]"
      ),
      (5, "treatment: {route: vein, dose: 2e6 cells}", "(did you mean 'intravenous'?)"),
      (5, "treatment: {route: knee, dose: 2e6 cells}", "(did you mean 'intra-articular'?)"),
      (
        5, "treatment: {route: intra-articular, dose: 0 cells}",
        "; without: [cells] makes an arm without cells"
      ),
      (
        5, "treatment: {route: intra-articular, dose: 2e6 cells}\nwithout: cells",
        "without: found \"cells\"; expected a list of names, as in [cells]"
      ),
      (4, "product: rat-msc", "(did you mean 'rat-marrow-msc'?)"),
      (3, "host: arthritic rat", "and is not a path; there are: human, mouse, "),
    ]
  )
  func areMetWithWhatWasMeant(line: Int, text: String, words: String) throws {
    let said = try Self.said(line, text)
    #expect(said.contains { $0.contains(words) }, "\(said)")
  }
}
