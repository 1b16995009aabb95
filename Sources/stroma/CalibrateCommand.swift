import ArgumentParser
import Campaign
import Foundation
import Scenario
import Simulation
import Substrate

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fits the values that vary in a campaign to what was observed.",
    discussion: """
      Writes posterior.csv, calibration.csv and predictive.csv. Runs are kept in DIR/runs.sqlite; the same
      command goes on where it was stopped and comes to the same posterior. The last line says whether a fit was
      found: 'not fitted' where the model misses the data or cannot be evaluated, 'undetermined' where too few
      distinct parameter sets were kept; with --strict the exit code is 65 then.
      """
  )

  @OptionGroup var sweep: SweepOptions

  @OptionGroup var outline: OutlineOption

  func run() throws {
    let description = try sweep.read()
    guard let calibration = Calibration(description) else {
      Terminal.say("\(sweep.file): has no 'calibration'; 'stroma sweep' runs it")
      throw ExitCode(EX_DATAERR)
    }
    for remark in description.calibration?.remarks ?? [] { Terminal.say(remark) }
    if outline.dryRun { CampaignOutline.show(calibration, of: description) }
    for part in description.parts { try sweep.notes.say(part.base.notes) }
    if outline.dryRun { return }
    try Fit.check(calibration.sweeps.map(\.largestModel).max() ?? 0)
    let threads = sweep.threads
    if !sweep.quiet { Terminal.say(threads.description) }
    try sweep.writing { directory in
      let store = try RunStore("\(directory.path)/\(CampaignFiles.store)")
      let interruption = Interruption()
      let line = ProgressLine(quiet: sweep.quiet)
      do {
        let found = try interruption.whileListening {
          try calibration.posterior(
            in: store,
            on: Workers(count: threads.count),
            until: interruption
          ) { places in line.show(share: 0) { "\(places) places" } }
        }
        line.end()
        try directory.write("posterior.csv", found.posteriorCSV)
        try directory.write("calibration.csv", found.parametersCSV)
        try directory.write("predictive.csv", found.predictiveCSV)
        try store.settle()
        if !sweep.quiet {
          try Terminal.show(found.table)
          for note in found.posterior.notes { Terminal.say(note) }
        }
        Terminal.say(found.fit.words)
        if sweep.notes.strict, found.fit.verdict != .fitted { throw ExitCode(EX_DATAERR) }
      } catch Calibration.Failure.store(let error) {
        throw error
      } catch Calibration.Failure.interrupted {
        line.end()
        Terminal.say("stopped; what is done is kept: go on with the same command")
        throw ExitCode(130)
      } catch Calibration.Failure.fails(let error) {
        line.end()
        Terminal.say("no place tells the data: \(error)")
        throw ExitCode(EX_DATAERR)
      }
    }
  }
}
