import ArgumentParser
import Campaign
import Files
import Foundation
import Simulation

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Finds where two runs first differ.",
    discussion: """
      Compares the CSV files of two directories and prints the earliest difference in simulated time: file,
      arm, replicate, site, quantity or cell, and both values. The exit code is 0 if the runs are identical
      and 1 if they differ.

      stroma diff results/low results/many
      """
  )

  @Argument(help: "Directory of a run.", completion: .directory)
  var left: String

  @Argument(help: "Directory of another run.", completion: .directory)
  var right: String

  func run() throws {
    let found: RunDifference?
    do {
      found = try RunDifference.first(left, right)
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_NOINPUT)
    }
    guard let found else { return try Terminal.show("identical\n") }
    let time = found.time.map { " at \(CSV.number($0)) h" } ?? ""
    try Terminal.show(
      """
      first difference\(time), in \(found.file)
      \(found.what)
      \(found.column) in \(left): \(found.left)
      \(found.column) in \(right): \(found.right)

      """
    )
    throw ExitCode(1)
  }
}
