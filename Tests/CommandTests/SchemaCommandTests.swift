import Foundation
import Testing

/// The JSON Schema of scenarios and campaigns, as editors read it.
///
/// Needs the Python packages jsonschema and PyYAML, which `.ci/run` installs; without them the test is skipped.
@Suite("Schema command")
struct SchemaCommandTests {
  static let canCheck =
    Program.python(["-c", "import jsonschema, yaml"], in: "/tmp")?.code == 0

  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Schema/check.py").path

  /// Every scenario, campaign and preset of the library passes, and each with a key misspelt fails.
  @Test(.enabled(if: canCheck)) func everyFilePassesAndEveryMisspeltKeyFails() throws {
    let place = try Workplace()
    let folders = [
      "factors", "formulations", "hosts", "kinds", "labels", "media", "modalities", "modifications",
      "overlays", "products", "regimens", "tissues",
    ]
    for kind in ["scenario", "campaign"] + folders {
      let ending = try Program.run(
        ["schema", kind, "--library", Program.library],
        in: place.directory
      )
      #expect(ending.code == 0, "\(ending.errors)")
      try place.write(ending.output, "\(kind).json")
    }
    let checked = try #require(
      Program.python(
        [Self.script, ".", Program.library],
        in: place.directory
      )
    )
    #expect(checked.code == 0, "\(checked.output)")
  }

  /// The page of the documentation is the one that the program writes.
  @Test func referenceIsWritten() throws {
    let place = try Workplace()
    let ending = try place.stroma("schema", "--reference")
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Manual/Manual.docc/Reference.md")
    #expect(
      ending.output == (try String(contentsOf: page, encoding: .utf8)),
      "write it again: stroma schema --reference > …/Reference.md"
    )
  }

  /// Completions are scripts of their shells, and every command has a manual page.
  @Test func setupInstalls() throws {
    let place = try Workplace()
    let ending = try Program.run(["setup", "--prefix", "here"], in: place.directory)
    #expect(ending.code == 0, "\(ending.errors)")
    let files = ending.output.split(separator: "\n").map(String.init)
    #expect(files.count > 30 && files.allSatisfy(place.has))
    let page = String(decoding: try place.bytes("here/share/man/man1/stroma-run.1"), as: UTF8.self)
    #expect(page.contains(".SH OPTIONS\n") && page.contains("\\fB\\-\\-checkpoint\\-every\\fR"))
    let refused = try Program.run(["setup", "--prefix", "/dev/null"], in: place.directory)
    #expect(
      refused.code == EX_IOERR && refused.errors.contains("cannot make the directory /dev/null")
    )
  }

  @Test func otherKindsAreRefused() throws {
    let place = try Workplace()
    let ending = try Program.run(["schema", "product"], in: place.directory)
    #expect(ending.code == 64)
    #expect(ending.errors.contains("did you mean 'products'?"))
  }
}
