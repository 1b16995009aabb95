import Foundation
import Scenario
import Testing

/// The table of renames.
@Suite("Renames")
struct RenameTests {
  private static let documentation = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Manual/Manual.docc/Scenarios.md")
    .standardizedFileURL

  /// Every entry names another key, stands in the documentation, and no new name is an old one.
  @Test func table() throws {
    let text = try String(contentsOf: Self.documentation, encoding: .utf8)
    for rename in Rename.all {
      #expect(rename.old != rename.new && !rename.since.isEmpty)
      #expect(text.contains("`\(rename.old.joined(separator: "."))`"), "\(rename.old)")
      #expect(!Rename.all.contains { $0.old == rename.new })
    }
  }
}
