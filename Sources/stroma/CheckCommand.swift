import ArgumentParser
import Foundation
import Scenario

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Checks a scenario and prints every value with its origin and its source.",
    discussion: "stroma check Scenarios/studies/human-iv-cirrhosis.yaml --changed"
  )

  @OptionGroup var scenario: ScenarioOptions

  @Flag(
    help:
      "Print only values that differ from the defaults: path, value, default, origin and source."
  )
  var changed = false

  func run() throws {
    let resolved = try scenario.resolve()
    // With other values than the file's a note may be raised or not.
    if scenario.values.overrides.isEmpty {
      NoteOptions.say(
        acceptedInVain: try resolved.acceptedInVain(try resolved.notes(), afterRun: false)
      )
    }
    try Terminal.show(changed ? Self.table(try Changes(of: scenario.source())) : resolved.yaml)
    Terminal.say(resolved.dosesInWords)
  }

  /// The changes, a line each, in columns.
  private static func table(_ changes: Changes) -> String {
    let head = ["path", "value", "default", "set by"]
    let rows = changes.all.map { change in
      [
        change.path.visible, change.text.visible,
        (change.standard ?? "none").visible + (change.preset.map { " (\($0))" } ?? ""),
        (change.place + (change.source.map { "; \($0)" } ?? "")).visible,
      ]
    }
    let widths = head.indices.map { i in (rows + [head]).map { $0[i].count }.max() ?? 0 }
    return ([head] + rows).map { row in
      let cells = row.indices.map { i in
        i == row.count - 1
          ? row[i] : row[i].padding(toLength: widths[i], withPad: " ", startingAt: 0)
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }
}
