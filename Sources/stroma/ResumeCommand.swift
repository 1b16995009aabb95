import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Simulation
import Substrate

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Continues a run that was stopped or killed.",
    discussion: """
      Every arm and replicate continues from its checkpoint in DIR/checkpoints, or starts from the beginning
      if it has none. The CSV files are identical to those of an uninterrupted run.

      stroma resume results/mouse-iv
      """
  )

  @Argument(help: "Directory of the run.", completion: .directory)
  var directory: String

  @Option(help: ArgumentHelp("Library directory (hosts, products, factors, …).", valueName: "dir"))
  var library: String?

  @Option(help: WorkOptions.threadsHelp)
  var threads: Int?

  @Flag(help: ReportCommand.help)
  var report = false

  @Flag(help: "Show no progress.")
  var quiet = false

  @OptionGroup var notes: NoteOptions

  func validate() throws { try WorkOptions.check(threads: threads) }

  func run() throws {
    let interruption = Interruption()
    interruption.listen()
    let path = "\(directory)/\(RunOutput.resolved)"
    let terms: Unfinished
    do {
      terms = try Unfinished(in: directory)
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    try WorkOptions.writing(into: directory, overwrite: true) { output in
      try output.lock()
      if let yaml = terms.resolved, !FileManager.default.fileExists(atPath: path) {
        try output.write(RunOutput.resolved, yaml)
      }
      guard let text = InputFile.contents(path) else {
        throw CheckpointError.data("\(path) cannot be read")
      }
      guard Digest.of(text) == terms.scenarioSHA256 else {
        throw CheckpointError.data("\(path) is not the scenario that was run here")
      }
      let library = library ?? terms.knownLibrary
      let resolved = try ResolvedScenario(
        path: path,
        library: library,
        program: ValueOptions.program
      )
      try notes.say(resolved.notes)
      let job = Job(
        resolved: resolved,
        yaml: String(decoding: text, as: UTF8.self),
        terms: terms,
        quiet: quiet,
        reports: report,
        library: library,
        notes: notes,
        isAsWritten: false
      )
      let threads = Threads(asked: threads).startable
      try job.check(on: threads)
      try job.run(on: threads, into: output, until: interruption)
    }
  }
}
