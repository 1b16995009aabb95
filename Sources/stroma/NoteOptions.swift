import ArgumentParser
import Foundation
import Scenario

/// What becomes of notes.
struct NoteOptions: ParsableArguments {
  @Flag(help: "Treat every note that is not accepted as an error (exit code 65).")
  var strict = false

  /// Prints the notes that are not accepted, a line each; with `--strict` it ends with exit code 65 where there are
  /// some.
  func say(_ find: () throws(ScenarioError) -> [Note]) throws {
    let open: [Note]
    do throws(ScenarioError) {
      open = try find().open
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    for note in open { Terminal.say(note.description) }
    guard strict, let first = open.first else { return }
    Terminal.say(
      "--strict: \(open.count == 1 ? "a note is" : "\(open.count) notes are") not accepted; "
        + "change the scenario, or accept the note: notes: {accept: {\(first.key): \"why\"}}"
    )
    throw ExitCode(EX_DATAERR)
  }

  /// Says which notes are accepted and not raised.
  static func say(acceptedInVain keys: [String]) {
    for key in keys {
      Terminal.say("notes.accept.\(key): the note is not raised; remove the entry")
    }
  }
}
