import ArgumentParser
import Campaign
import Files
import Foundation
import Observations
import Recording
import Scenario
import Substrate

/// A run into a directory, from its start or from where it was stopped.
struct Job {
  let resolved: ResolvedScenario
  /// The scenario as it was resolved first.
  let yaml: String
  let terms: Unfinished
  let quiet: Bool
  /// Whether the answer is written as JSON.
  var json = false
  /// Whether the report is written.
  var reports = false
  /// Library of the scenario; `nil` for the one near the program.
  let library: String?
  let notes: NoteOptions
  /// Whether the scenario is as its file has it: with other values notes may be raised or not.
  let isAsWritten: Bool

  private var plan: Run {
    Run(
      experiments: resolved.experiments,
      seed: resolved.seed,
      replicates: resolved.replicates,
      followed: terms.followed
    )
  }

  /// Ends with exit code 69 where the run does not fit in memory.
  func check(on threads: Threads) throws {
    try Fit.check(plan, on: Workers(count: threads.count))
  }

  /// Runs it, until an interruption that may have begun to listen is requested.
  func run(
    on threads: Threads,
    into directory: OutputDirectory,
    until interruption: Interruption
  ) throws {
    if !quiet { Terminal.say("\(resolved.dosesInWords)\n\(threads.description)") }
    let clock = ContinuousClock()
    let start = clock.now
    let line = ProgressLine(quiet: quiet)
    let live = LiveFile(in: directory)
    defer { live.remove() }
    let outcome = try interruption.whileListening {
      try plan.execute(
        on: Workers(count: threads.count),
        until: interruption,
        leaving: Checkpoints(
          directory: try directory.folder(Unfinished.folder),
          every: terms.checkpointEvery,
          scenario: yaml,
          models: resolved.experiments.count * resolved.replicates
        ),
        from: terms.from,
        keeping: FrameFolder(in: directory)
      ) { progress in
        line.show(progress)
        live.show(progress)
      }
    }
    line.end()
    let trajectories = outcome.trajectories
    let isComplete = outcome.failure == nil && trajectories.allSatisfy(\.isComplete)
    let after = isComplete ? try resolved.notes(after: Outcome.all(of: trajectories)) : []
    let manifest = try RunOutput.write(
      trajectories,
      scenario: resolved,
      yaml: yaml,
      path: terms.scenario,
      command: terms.command,
      threads: threads.count,
      followed: terms.followed,
      started: terms.started,
      wallTime: (clock.now - start) / .seconds(1),
      notes: try resolved.notes() + after,
      failure: outcome.failure,
      to: directory
    )
    if !quiet {
      let seconds = (manifest.wallTime * 10).rounded() / 10
      Terminal.say(
        "\(directory.path): \((manifest.csvFiles).joined(separator: ", ")) after \(seconds) s"
      )
    }
    if let failure = outcome.failure {
      Terminal.say(
        "\(failure.description); every run reached \(manifest.reachedHours) h, and its observations until then are in \(directory.path)"
      )
      throw WorkOptions.exit(failure)
    }
    if !manifest.complete {
      Terminal.say(
        "stopped; every run reached \(manifest.reachedHours) h, and its observations until then are written; "
          + "continue with: stroma resume \(directory.path)"
      )
      throw ExitCode(130)
    }
    try directory.remove(Unfinished.file)
    if terms.checkpointEvery == nil {
      try directory.clear(Unfinished.folder, of: Unfinished.suffix)
    }
    try tell(Answer(trajectories))
    if isAsWritten {
      NoteOptions.say(acceptedInVain: try resolved.acceptedInVain(after, afterRun: true))
    }
    try notes.say { () throws(ScenarioError) in after }
    if reports { try ReportCommand.say(directory.path, library: library) }
  }

  /// Writes the answer to standard output.
  private func tell(_ answer: Answer) throws {
    guard json else {
      // The results are written: a reader who has gone changes nothing.
      if !quiet { try? Terminal.show(answer.table) }
      return
    }
    try Terminal.show(json: answer)
  }
}
