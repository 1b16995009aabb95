import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Simulation
import Substrate

/// The options of every command that runs models and writes files.
struct WorkOptions: ParsableArguments {
  static let threadsHelp: ArgumentHelp =
    "Number of cores to use (default: as allowed by CPU affinity, control group and Slurm)."

  @Option(name: .customLong("threads"), help: threadsHelp)
  var asked: Int?

  @Flag(help: "Allow an output directory that is not empty.")
  var overwrite = false

  func validate() throws { try Self.check(threads: asked) }

  static func check(threads: Int?) throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads is \(threads); expected a number from 1 to 4096.")
    }
  }

  /// The cores to use, and why.
  var threads: Threads { Threads(asked: asked).startable }

  /// The cores to use.
  var workers: Workers { Workers(count: threads.count) }

  /// Runs `body` with the output directory; what goes wrong is said in a sentence and becomes the
  /// exit code.
  func writing(into path: String, _ body: (OutputDirectory) throws -> Void) throws {
    try Self.writing(into: path, overwrite: overwrite, body)
  }

  static func writing(
    into path: String,
    overwrite: Bool,
    _ body: (OutputDirectory) throws -> Void
  ) throws {
    try saying { try body(try OutputDirectory(path, overwrite: overwrite)) }
  }

  /// Runs `body`; what goes wrong is said in a sentence and becomes the exit code.
  static func saying(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ScenarioError {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    } catch let error as MassError {
      Terminal.say(error.description)
      throw ExitCode(EX_SOFTWARE)
    } catch let error as RunError {
      Terminal.say(error.description)
      throw exit(error)
    } catch let error as CheckpointError {
      Terminal.say(error.description)
      throw exit(.checkpoint(error))
    } catch let error as OutputError {
      Terminal.say(error.description)
      throw ExitCode(error.isRefusal ? EX_CANTCREAT : EX_IOERR)
    }
  }

  /// The exit code of a run that failed.
  static func exit(_ error: RunError) -> ExitCode {
    switch error {
    case .mass: ExitCode(EX_SOFTWARE)
    case .checkpoint(let error): ExitCode(error.isData ? EX_DATAERR : EX_IOERR)
    case .output(let error): ExitCode(error.isRefusal ? EX_CANTCREAT : EX_IOERR)
    }
  }
}
