import Foundation
import Testing

/// What the program says of itself.
@Suite("Help")
struct HelpTests {
  /// The help of every command shows how the command is used.
  @Test func everyHelpHasAnExample() throws {
    let place = try Workplace()
    let overview = try Program.run(["--help"], in: place.directory).output
    let list = try #require(overview.firstRange(of: "SUBCOMMANDS:"))
    // The list ends where a blank line follows it.
    let lines = overview[list.upperBound...].split(
      separator: "\n",
      omittingEmptySubsequences: false
    ).dropFirst().prefix { !$0.isEmpty }
    let names = lines.compactMap { line -> String? in
      guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
      return line.split(separator: " ").first.map(String.init)
    }
    #expect(names.count > 30)
    for name in names where name != "help" {
      let help = try Program.run([name, "--help"], in: place.directory).output
      #expect(help.contains("\nstroma \(name)"), "\(name)")
    }
  }
}
