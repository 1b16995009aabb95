import ArgumentParser
import Foundation
import Scenario

/// The options of a command that looks into the library instead of running a scenario.
struct LibraryOptions: ParsableArguments {
  @Option(
    name: .customLong("library"),
    help: ArgumentHelp("Library directory (hosts, products, factors, …).", valueName: "dir")
  )
  var directory: String?

  /// Finds the library, or says that there is none and ends with exit code 65.
  func find() throws -> Library {
    do {
      return try found()
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
  }

  /// Finds the library.
  func found() throws(ScenarioError) -> Library {
    try Library(given: directory, scenario: "./Scenarios/x", program: ValueOptions.program)
  }

  /// Says what is wrong with files of the library and ends with exit code 65, where something is.
  static func end(with problems: [Diagnostic]) throws {
    guard !problems.isEmpty else { return }
    for problem in problems { Terminal.say(problem.description) }
    throw ExitCode(EX_DATAERR)
  }
}
