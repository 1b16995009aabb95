import ArgumentParser
import Foundation
import Scenario

/// The options that name a scenario, the same for every command.
struct ScenarioOptions: ParsableArguments {
  @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml"]))
  var file: String

  @Option(help: ArgumentHelp("Directory of hosts, products and factors.", valueName: "dir"))
  var library: String?

  @Option(
    name: .customLong("set"),
    parsing: .singleValue,
    help: ArgumentHelp(
      "Override a value, as in host.body_weight=25g. May be repeated.",
      valueName: "key.path=value"
    )
  )
  var overrides: [String] = []

  /// Reads the scenario, or says what is wrong with it and ends with exit code 65.
  func resolve(adding more: [String] = []) throws -> ResolvedScenario {
    let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    do {
      return try ResolvedScenario(
        path: file,
        library: library,
        program: program,
        overrides: overrides + more
      )
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
  }
}
