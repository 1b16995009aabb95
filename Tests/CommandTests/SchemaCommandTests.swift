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

  @Test func otherKindsAreRefused() throws {
    let place = try Workplace()
    let ending = try Program.run(["schema", "product"], in: place.directory)
    #expect(ending.code == 64)
    #expect(ending.errors.contains("did you mean 'products'?"))
  }
}
