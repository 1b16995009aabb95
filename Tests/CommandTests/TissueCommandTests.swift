import Foundation
import Testing

@Suite("Tissues on the command line", .serialized)
struct TissueCommandTests {
  /// Each preset with its organ, a sentence, and the source of what has none of its own.
  @Test func areListed() throws {
    let place = try Workplace()
    let ending = try place.stroma("tissues")
    #expect(ending.code == 0 && ending.errors.isEmpty, "\(ending.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(Program.library)/tissues")
    let lines = ending.output.split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != " " } } == files.map { $0.dropLast(5) }.sorted())
    for line in lines { #expect(line.hasSuffix("]") && line.contains(". ["), "\(line)") }
    let infarct = try #require(lines.first { $0.hasPrefix("infarct ") })
    #expect(infarct.contains("  heart            A block of a heart with a fresh infarct"))
    // The organ is that of the preset it builds on.
    let joint = try #require(lines.first { $0.hasPrefix("arthritic-joint ") })
    #expect(joint.contains("  joint            A block of a joint with inflammatory arthritis"))
  }

  /// A preset where a scenario is asked for.
  @Test func aPresetIsNoScenario() throws {
    let place = try Workplace()
    let ending = try place.stroma("check", "\(Program.library)/tissues/infarct.yaml")
    #expect(ending.code == 65)
    #expect(
      ending.errors.contains(
        "is not a scenario but a preset of 'tissues'; a scenario refers to it, as in tissues: [infarct]"
      ),
      "\(ending.errors)"
    )
  }
}
