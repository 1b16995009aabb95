import ArgumentParser
import Campaign
import Foundation
import Scenario
import Simulation
import Substrate

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a scenario and writes CSV files.",
    discussion: """
      Writes timeseries.csv, ledger.csv, ledger-mass.csv, summary.csv, manifest.json and
      scenario.resolved.yaml; with --record cells:N also cells.csv. The same scenario and seed give
      the same bytes in every CSV, whatever --threads is.
      """
  )

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: ArgumentHelp("Output directory (default: results/<file name>).", valueName: "dir"))
  var out: String?

  @Option(help: "Seed of chance; overrides the scenario's.")
  var seed: UInt64?

  @Option(help: "Number of replicates of each arm; overrides the scenario's.")
  var replicates: Int?

  @OptionGroup var work: WorkOptions

  @Option(
    help: ArgumentHelp(
      "Also record sampled cells one by one, as in cells:100.",
      valueName: "what:N"
    )
  )
  var record: Sampling?

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    if let replicates, !(1...100_000).contains(replicates) {
      throw ValidationError("--replicates is \(replicates); it takes a number from 1 to 100000.")
    }
    if let seed, seed > UInt64(Int.max) {
      throw ValidationError("--seed is \(seed); it takes a number from 0 to \(Int.max).")
    }
  }

  func run() throws {
    let settings = seed.map { ["seed=\($0)"] } ?? []
    let resolved = try scenario.resolve(
      adding: settings + (replicates.map { ["replicates=\($0)"] } ?? [])
    )
    let path =
      out ?? "results/"
      + URL(fileURLWithPath: scenario.file).deletingPathExtension().lastPathComponent
    try work.writing(into: path) { try run(resolved, into: $0) }
  }

  private func run(_ resolved: ResolvedScenario, into directory: OutputDirectory) throws {
    let workers = work.workers
    let followed = record?.cells ?? 0
    let plan = Run(
      experiments: resolved.experiments,
      seed: resolved.seed,
      replicates: resolved.replicates,
      followed: followed
    )
    let interruption = Interruption()
    let started = Date()
    let clock = ContinuousClock()
    let start = clock.now
    let line = ProgressLine(quiet: quiet)
    let trajectories = try interruption.whileListening {
      try plan.execute(on: workers, until: interruption) { line.show($0) }
    }
    line.end()
    let manifest = try RunOutput.write(
      trajectories,
      scenario: resolved,
      path: scenario.file,
      command: CommandLine.arguments,
      threads: workers.count,
      followed: followed,
      started: started,
      wallTime: (clock.now - start) / .seconds(1),
      to: directory
    )
    if !quiet {
      let seconds = (manifest.wallTime * 10).rounded() / 10
      Terminal.say(
        "\(directory.path): \((manifest.csvFiles).joined(separator: ", ")) after \(seconds) s"
      )
    }
    if !manifest.complete {
      Terminal.say(
        "stopped; every run reached \(manifest.reachedHours) h, and what each had observed is written"
      )
      throw ExitCode(130)
    }
  }
}

/// What `--record` takes.
struct Sampling: ExpressibleByArgument {
  let cells: Int

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "cells", let cells = Int(parts[1]),
      (1...1_000_000).contains(cells)
    else { return nil }
    self.cells = cells
  }
}
