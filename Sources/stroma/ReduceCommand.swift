import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Simulation

struct ReduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reduce",
    abstract: "Compares a scenario with one of its parts alike.",
    discussion: """
      Runs a scenario whole and reduced, and compares all endpoints. What is reduced simulates one of 8 parts alike (of
      4 or 2, where there are no 8): of the host, the doses, the host cells and the grids, so that densities, concentrations
      and times stay, and counts what it holds as often. Grids are divided where they are the same everywhere, and
      halved where they are symmetric. Other commands simulate the part with --reduced, or with 'reduced: 8' in a scenario.

      Writes reduction.csv, and names the endpoints that differ by more than the replicate error. The exit code is 0 if
      all agree and 1 if some do not.

      stroma reduce Scenarios/studies/gvhd-acute.yaml
      stroma calibrate my-fit.yaml --set reduced=8
      """
  )

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: "Number of parts (default: that of the scenario, else the most of 8, 4 and 2).")
  var parts: Int?

  @Option(help: ArgumentHelp("Output directory (default: results/reduction).", valueName: "dir"))
  var out: String = "results/reduction"

  @Option(help: "Number of replicates per arm.")
  var replicates = 6

  @OptionGroup var work: WorkOptions

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    guard (2...1000).contains(replicates) else {
      throw ValidationError("--replicates is \(replicates); expected a number from 2 to 1000.")
    }
    if let parts, !(2...4096).contains(parts) {
      throw ValidationError("--parts is \(parts); expected a number from 2 to 4096.")
    }
    if scenario.reduced {
      throw ValidationError("--reduced is what 'reduce' compares with; choose --parts.")
    }
  }

  func run() throws {
    let given = try scenario.resolve()
    let parts = parts ?? given.experiments.map(\.parts).max() ?? 1
    let resolved = try scenario.source(adding: ["reduced=1"]).resolved()
    let run = Run(
      experiments: resolved.experiments,
      seed: resolved.seed,
      replicates: replicates
    )
    try Fit.check(run, on: work.workers)
    var agrees = true
    try work.writing(into: out) { directory in
      let line = ProgressLine(quiet: quiet)
      defer { line.end() }
      let check: ReductionCheck
      do {
        check = try ReductionCheck(
          of: resolved,
          parts: parts > 1 ? parts : resolved.mostParts(),
          replicates: replicates,
          on: work.workers
        ) { line.show($0) }
      } catch let error as NoPart {
        Terminal.say("\(scenario.file) cannot be reduced: \(error.words)")
        throw ExitCode(EX_DATAERR)
      }
      line.end()
      try directory.write("reduction.csv", check.csv)
      try Terminal.show(check.summary)
      agrees = check.agrees
    }
    if !agrees { throw ExitCode(1) }
  }
}
