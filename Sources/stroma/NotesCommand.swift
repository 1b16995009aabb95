import ArgumentParser
import Foundation
import Scenario

struct NotesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notes",
    abstract: "Lists the notes that a scenario may raise, with their thresholds.",
    discussion: """
      A note points out something in a scenario that is valid but questionable according to the model; it changes \
      neither the results nor the exit code. 'notes: {accept: {KEY: "why"}}' in a scenario or campaign accepts a \
      note; --strict turns notes that are not accepted into errors.

      stroma notes
      """
  )

  @OptionGroup var library: LibraryOptions

  func run() throws {
    let library = try library.find()
    let rules: [NoteRule]
    do throws(ScenarioError) {
      rules = try NoteRule.all(of: library)
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    for rule in rules { try Terminal.show(Self.text(of: rule)) }
  }

  private static func text(of rule: NoteRule) -> String {
    var text = "\(rule.key)  \(rule.meaning)\n"
    for (side, condition, limit) in rule.limits {
      let words = condition.isEmpty ? "" : " for \(condition)"
      let range = limit.range.map { "; range \($0)" } ?? ""
      text += "  raised \(side) \(limit.text)\(words)\(range); \(limit.source)\n"
    }
    return text + "  known \(rule.measure.isKnownBefore ? "before" : "after") the run\n"
      + "  write instead: \(rule.remedy)\n"
  }
}
