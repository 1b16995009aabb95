import Body
import Foundation
import Laws
import Scenario
import Simulation
import Testing
import Vocabulary

/// `stroma migrate` and the sensitisation of the host.
@Suite("Migration of sensitisation")
struct SensitisationMigrationTests {
  private static let head = """
    name: again
    duration: 1 h
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 1e3 cells}

    """

  /// How the host may be given, and what it is once the value is a part of it.
  @Test(arguments: [
    ("host: mouse\n", "host: {preset: mouse, immunity: {sensitisation: 0.3}}\n"),
    (
      "host: {preset: mouse, body_weight: 25 g}\n",
      "host: {preset: mouse, body_weight: 25 g, immunity: {sensitisation: 0.3}}\n"
    ),
    (
      "host:\n  preset: mouse\n  immunity:\n    t_cells: 0.5\n",
      "host:\n  preset: mouse\n  immunity:\n    sensitisation: 0.3\n    t_cells: 0.5\n"
    ),
  ])
  func moves(before: String, after: String) throws {
    let scratch = try ScratchLibrary()
    let old = Self.head + before + "killing:\n  sensitisation: 0.3\n  onset: 5 d\n"
    let path = try scratch.write(Data(old.utf8), "old.yaml")
    let found = try Migration.of(path, library: scratch.library, program: "")
    #expect(found[0].new == Self.head + after + "killing:\n  onset: 5 d\n")
    #expect(found[0].byHand.isEmpty)
    let resolved = try scratch.resolve(found[0].new)
    #expect(resolved.experiments[0].host.immunity.sensitisation == 0.3)
    #expect(resolved.experiments[0].laws.killing.sensitisation == 0.3)
  }

  /// Where it does not stand on a line of its own the file stays, and what to write is said.
  @Test func isLeftWhereItCannotBeMoved() throws {
    let scratch = try ScratchLibrary()
    let old = Self.head + "host: mouse\nkilling: {sensitisation: 0.3}\n"
    let path = try scratch.write(Data(old.utf8), "old.yaml")
    let found = try Migration.of(path, library: scratch.library, program: "")
    #expect(!found[0].isNeeded)
    #expect(found[0].byHand.map(\.path) == ["killing.sensitisation"])
    #expect(found[0].byHand[0].message.contains("write it under 'immunity' of the host"))
  }
}
