import ArgumentParser
import Foundation
import Scenario
import Simulation
import Substrate

/// The options of every command that runs models and writes files.
struct WorkOptions: ParsableArguments {
  @Option(help: "Cores to use (default: all).")
  var threads: Int?

  @Flag(help: "Write into a directory that is not empty.")
  var overwrite = false

  func validate() throws {
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads is \(threads); it takes a number from 1 to 4096.")
    }
  }

  /// The cores to use.
  var workers: Workers {
    Workers(count: threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Runs `body` with the output directory; what goes wrong is said in a sentence and becomes the
  /// exit code.
  func writing(into path: String, _ body: (OutputDirectory) throws -> Void) throws {
    do {
      try body(try OutputDirectory(path, overwrite: overwrite))
    } catch let error as ScenarioError {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    } catch let error as MassError {
      Terminal.say(error.description)
      throw ExitCode(EX_SOFTWARE)
    } catch let error as OutputError {
      Terminal.say(error.description)
      throw ExitCode(error.isRefusal ? EX_CANTCREAT : EX_IOERR)
    }
  }
}
