import ArgumentParser
import Foundation
import Scenario
import Simulation

/// The options that say where presets are and which values are others than the file's.
struct ValueOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Library directory (hosts, products, factors, …).", valueName: "dir"))
  var library: String?

  @Option(
    name: .customLong("set"),
    parsing: .singleValue,
    help: ArgumentHelp(
      "Override a value of the scenario, as in host.body_weight=25g. May be repeated.",
      valueName: "key.path=value"
    )
  )
  var overrides: [String] = []

  /// Path of the program, near which presets may be.
  static var program: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }
}

/// The options that name a scenario, the same for every command.
struct ScenarioOptions: ParsableArguments {
  @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml"]))
  var file: String

  @OptionGroup var values: ValueOptions

  @OptionGroup var notes: NoteOptions

  @Flag(
    help:
      "Simulate one of 8 parts alike (or of 4 or 2); each of its cells and voxels stands for as many."
  )
  var reduced = false

  /// Reads the scenario and prints its notes, or says what is wrong with it and ends with exit code 65.
  func resolve(adding more: [String] = []) throws -> ResolvedScenario {
    let source = try source(adding: more)
    let resolved: ResolvedScenario
    do {
      resolved = try source.resolved()
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    try notes.say(resolved.notes)
    return resolved
  }

  /// Reads the file of the scenario, or says what is wrong with it and ends with exit code 65.
  func source(adding more: [String] = []) throws -> ScenarioSource {
    let source = try read(more)
    guard reduced, let given = try? source.resolved(),
      given.experiments.contains(where: { $0.parts == 1 }),
      let whole = try? read(more + ["reduced=1"]).resolved()
    else { return source }
    let parts: Int
    do {
      parts = try whole.mostParts()
    } catch {
      Terminal.say("\(file) cannot be reduced: \(error.words)")
      throw ExitCode(EX_DATAERR)
    }
    return try read(more + ["reduced=\(parts)"])
  }

  private func read(_ more: [String]) throws -> ScenarioSource {
    do {
      return try ScenarioSource(
        path: file,
        library: values.library,
        program: ValueOptions.program,
        overrides: values.overrides + more
      )
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
  }
}
