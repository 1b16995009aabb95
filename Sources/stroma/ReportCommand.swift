import ArgumentParser
import Campaign
import Files
import Foundation
import Report
import Scenario

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes the report of a run or a campaign: one HTML file that needs no network.",
    discussion: """
      Writes DIR/report.html from the tables in DIR: the question and its answer, time courses, the fate of the dose, slices
      through the grids, methods with equations, every value with its source, ledgers, and how to make it again.

      stroma report results/mouse-iv
      stroma report results/low results/high
      """
  )

  @Argument(
    help: ArgumentHelp("Directories of runs and campaigns.", valueName: "dir"),
    completion: .directory
  )
  var directories: [String]

  @Option(help: ArgumentHelp("Library directory (hosts, products, factors, …).", valueName: "dir"))
  var library: String?

  @Flag(help: "Do not print the path of each report.")
  var quiet = false

  func run() throws {
    var failure: ExitCode?
    for directory in directories {
      do {
        let path = try Self.write(directory, library: library)
        if !quiet { try Terminal.show(path + "\n") }
      } catch let error as ExitCode {
        // The others are written all the same.
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// What the option does that writes the report with the results.
  static let help: ArgumentHelp = "Also write the report, DIR/report.html."

  /// Writes the report of a directory and prints its path.
  static func say(_ directory: String, library: String?) throws {
    Terminal.say("report: \(try write(directory, library: library))")
  }

  /// Writes the report of a directory and returns its path.
  ///
  /// What goes wrong is said in a sentence and becomes the exit code.
  static func write(_ directory: String, library: String?) throws -> String {
    do {
      let html = try Reports.html(of: directory, library: library, program: ValueOptions.program)
      try OutputDirectory(directory, overwrite: true).write(RunOutput.report, html)
      return "\(directory)/\(RunOutput.report)"
    } catch let error as ReportError {
      Terminal.say(error.description)
      throw ExitCode(EX_NOINPUT)
    } catch let error as OutputError {
      Terminal.say(error.description)
      throw ExitCode(EX_IOERR)
    }
  }
}
