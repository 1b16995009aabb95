import ArgumentParser
import Scenario

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Reads a scenario and prints it resolved: every value, where it comes from, its source."
  )

  @OptionGroup var scenario: ScenarioOptions

  func run() throws {
    let resolved = try scenario.resolve()
    // With other values than the file's a note may be raised or not.
    if scenario.values.overrides.isEmpty {
      NoteOptions.say(
        acceptedInVain: try resolved.acceptedInVain(try resolved.notes(), afterRun: false)
      )
    }
    try Terminal.show(resolved.yaml)
    Terminal.say(resolved.dosesInWords)
  }
}
