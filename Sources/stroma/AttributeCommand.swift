import ArgumentParser
import Campaign
import Files
import Foundation
import Observations
import Scenario
import Substrate

struct AttributeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribute",
    abstract: "Attributes an effect of the cells to mechanisms.",
    discussion: """
      Runs an arm without the cells, with all mechanisms, without each mechanism in turn, and without all of
      them, using the same random numbers throughout. The share of a mechanism is the fraction of the effect
      that is lost without it. Shares of mechanisms that depend on or compensate for each other do not add up
      to 1; the row 'together' has all of them switched off. Writes attribution.csv. Any endpoint of
      summary.csv that is defined without the cells may be named.

      stroma attribute Scenarios/tutorials/culture-t-cell-suppression.yaml --endpoint well_proliferation
      """
  )

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: "Endpoint.")
  var endpoint: String

  @Option(help: "Arm (default: the first arm in which cells are given).")
  var arm: String?

  @Option(help: ArgumentHelp("Output directory (default: results/attribution).", valueName: "dir"))
  var out: String = "results/attribution"

  @Option(help: "Number of replicates per arm (default: the scenario's, at least 4).")
  var replicates: Int?

  @OptionGroup var work: WorkOptions

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    if let replicates, !(2...1000).contains(replicates) {
      throw ValidationError("--replicates is \(replicates); expected a number from 2 to 1000.")
    }
  }

  func run() throws {
    let knockOuts: KnockOuts
    do {
      knockOuts = try KnockOuts(
        of: try scenario.resolve(),
        arm: arm,
        endpoint: endpoint,
        replicates: replicates
      )
    } catch let error as AttributionError {
      if error.isOfCommandLine { throw ValidationError(error.description) }
      throw Self.exit(error)
    }
    try Fit.check(knockOuts.run, on: work.workers)
    try work.writing(into: out) { directory in
      let line = ProgressLine(quiet: quiet)
      defer { line.end() }
      let attribution: Attribution
      do {
        attribution = try Attribution(knockOuts, workers: work.workers) { line.show($0) }
      } catch let error as AttributionError {
        throw Self.exit(error)
      }
      line.end()
      try directory.write("attribution.csv", attribution.csv)
      try Terminal.show(attribution.table)
    }
  }

  private static func exit(_ error: AttributionError) -> ExitCode {
    Terminal.say(error.description)
    return ExitCode(EX_DATAERR)
  }
}
