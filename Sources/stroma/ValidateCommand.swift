import ArgumentParser
import Campaign
import Foundation
import Scenario
import Simulation
import Substrate

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Runs published experiments and says which the model reproduces.",
    discussion:
      "Writes validation.csv. Rows marked 'calibrate' may have set parameters; rows marked "
      + "'validate' are predicted. A miss does not change the exit code: it is a result."
  )

  @Argument(help: "Rows to run, as in T01 or T06 for all of its parts (default: all).")
  var rows: [String] = []

  @Option(help: ArgumentHelp("Directory of the library with its scenarios.", valueName: "dir"))
  var library: String?

  @Option(help: ArgumentHelp("Output directory (default: results/validation).", valueName: "dir"))
  var out: String = "results/validation"

  @Option(help: "Replicates of each experiment.")
  var replicates: Int = 4

  @Flag(help: "Cut doses to 50,000 agents and wells to columns of 400 um.")
  var reduced = false

  @OptionGroup var work: WorkOptions

  @Option(
    name: .customLong("set"),
    parsing: .singleValue,
    help: ArgumentHelp("Override a value in every experiment.", valueName: "key.path=value")
  )
  var overrides: [String] = []

  func validate() throws {
    guard (2...1000).contains(replicates) else {
      throw ValidationError("--replicates is \(replicates); it takes a number from 2 to 1000.")
    }
    for row in rows where !PublishedRows.all.contains(where: { matches($0, row) }) {
      if FileManager.default.fileExists(atPath: row) {
        throw ValidationError(
          "'\(row)' is a file; validate takes rows of published experiments, as in T01. A scenario is run with: stroma run \(row)"
        )
      }
      let known = PublishedRows.all.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no row '\(row)'; there are \(known).")
    }
  }

  private func matches(_ row: ValidationRow, _ name: String) -> Bool {
    row.name == name || row.name.hasPrefix(name + "-")
      || (row.name.hasPrefix(name) && row.name.dropFirst(name.count).first?.isLetter == true)
  }

  func run() throws {
    let program = ValueOptions.program
    let chosen = PublishedRows.all.filter { row in
      rows.isEmpty || rows.contains { matches(row, $0) }
    }
    let scenarios: [String: ResolvedScenario]
    do {
      let library = try Library(given: library, scenario: "./Scenarios/x", program: program)
      scenarios = try Validation.scenarios(
        of: chosen,
        library: library.path,
        overrides: overrides,
        isReduced: reduced
      )
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    try work.writing(into: out) { directory in
      let validation = try Validation(
        chosen,
        scenarios,
        replicates: replicates,
        workers: work.workers
      ) { Terminal.say($0) }
      try directory.write("validation.csv", validation.csv)
      for role in [ValidationRow.Role.calibrate, .validate] {
        try Terminal.show("\(role.rawValue)\n\n\(validation.table(role: role))\n")
      }
    }
  }
}
