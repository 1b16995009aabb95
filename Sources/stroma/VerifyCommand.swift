import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Substrate

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compares the solver and the laws with closed forms on this machine.",
    discussion:
      "Prints a table of measured values against theory, with tolerances and verdicts, in about a minute; the exit code "
      + "is 70 if a row misses. --out keeps it as verification.csv, with tables of the unit tests of PerMedCoE and "
      + "OpenVT.\n\nstroma verify\nstroma verify --only transport walk --out results/verification"
  )

  @Option(
    name: .customLong("only"),
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Groups of rows: \(Verification.Group.allCases.map(\.rawValue).joined(separator: ", ")) (default: all).",
      valueName: "group"
    )
  )
  var groups: [Verification.Group] = []

  @Option(
    help: ArgumentHelp("Directory for the tables (default: none is written).", valueName: "dir")
  )
  var out: String?

  @Flag(help: "Print the rows as JSON.")
  var json = false

  @OptionGroup var library: LibraryOptions

  @OptionGroup var work: WorkOptions

  func run() throws {
    let found = try library.find()
    if let out {
      try work.writing(into: out) { directory in
        let verification = try verify(found)
        try directory.write("verification.csv", verification.csv)
        for table in verification.tables { try directory.write(table.name, table.text) }
        try show(verification)
      }
    } else {
      try WorkOptions.saying { try show(try verify(found)) }
    }
  }

  private func verify(_ library: Library) throws -> Verification {
    do {
      return try Verification(
        groups.isEmpty ? Verification.Group.allCases : groups,
        library: library.path,
        workers: work.workers
      ) { Terminal.say($0.rawValue) }
    } catch let error as StoreError {
      Terminal.say(error.description)
      throw ExitCode(EX_IOERR)
    }
  }

  private func show(_ verification: Verification) throws {
    if json {
      try Terminal.show(json: verification.rows)
    } else {
      try Terminal.show(verification.table)
    }
    let missed = verification.rows.filter { !$0.passes }
    Terminal.say("\(verification.rows.count) rows, \(missed.count) missed")
    guard missed.isEmpty else { throw ExitCode(EX_SOFTWARE) }
  }
}

extension Verification.Group: ExpressibleByArgument {}
