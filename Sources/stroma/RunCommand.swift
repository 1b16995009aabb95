import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Simulation
import Substrate

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a scenario and writes CSV files.",
    discussion: """
      Ends with the answer: for each arm the mean of the endpoints that the scenario defines, or of a few that it suggests,
      over replicates with its interval of 95 %, and the difference from the control arm, replicate by replicate.

      Writes timeseries.csv, ledger.csv, ledger-mass.csv, summary.csv, manifest.json and
      scenario.resolved.yaml; with --record cells:N also cells.csv. With --record fields:every=6h and
      --record cells:all,every=6h it keeps every voxel and every cell of the grids in DIR/frames, which
      'stroma export' writes for ParaView, napari and scanpy. The same scenario and seed produce byte-identical CSV files, regardless of --threads and of how often the run is interrupted.

      When stopped by Ctrl-C, SIGTERM, SIGHUP, SIGUSR1 or SIGXCPU, it writes a checkpoint for each arm and
      replicate to DIR/checkpoints, together with the observations made so far; 'stroma resume DIR' continues
      from there.

      stroma run Scenarios/tutorials/mouse-iv.yaml --report
      stroma run my-mouse.yaml --replicates 8 --set treatment.dose=2e5cells --out results/low
      """
  )

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: ArgumentHelp("Output directory (default: results/<file name>).", valueName: "dir"))
  var out: String?

  @Option(help: "Seed of the random numbers; overrides the scenario's.")
  var seed: UInt64?

  @Option(help: "Number of replicates of each arm; overrides the scenario's.")
  var replicates: Int?

  @OptionGroup var work: WorkOptions

  @Option(
    help: ArgumentHelp(
      "Also record the histories of N sampled cells, as in cells:100, or the grids in full, as in fields:every=6h and cells:all,every=6h. May be repeated.",
      valueName: "what"
    )
  )
  var record: [RecordOption] = []

  @Option(
    help: ArgumentHelp(
      "Write a checkpoint at this interval of simulated time, as in 12h.",
      valueName: "time"
    )
  )
  var checkpointEvery: Interval?

  @Option(
    help: ArgumentHelp(
      "Start all arms of the scenario from this checkpoint.",
      valueName: "file"
    )
  )
  var from: String?

  @Flag(help: ReportCommand.help)
  var report = false

  @Flag(help: "Write the answer as JSON.")
  var json = false

  @Flag(help: "Show no progress, and no answer but that of --json.")
  var quiet = false

  func validate() throws {
    if let replicates, !(1...100_000).contains(replicates) {
      throw ValidationError("--replicates is \(replicates); expected a number from 1 to 100000.")
    }
    if let seed, seed > UInt64(Int.max) {
      throw ValidationError("--seed is \(seed); expected a number from 0 to \(Int.max).")
    }
  }

  func run() throws {
    // A request to stop that comes early leaves nothing, or a run that can be resumed.
    let interruption = Interruption()
    interruption.listen()
    let settings = (seed.map { ["seed=\($0)"] } ?? []) + record.compactMap(\.setting)
    let resolved = try scenario.resolve(
      adding: settings + (replicates.map { ["replicates=\($0)"] } ?? [])
    )
    let path =
      out ?? "results/"
      + URL(fileURLWithPath: scenario.file).deletingPathExtension().lastPathComponent
    let job = Job(
      resolved: resolved,
      yaml: resolved.yaml,
      terms: Unfinished(
        command: CommandLine.arguments,
        scenario: scenario.file,
        library: resolved.libraryPath.map { URL(fileURLWithPath: $0).standardizedFileURL.path },
        followed: record.compactMap(\.sampled).last ?? 0,
        checkpointEvery: checkpointEvery?.minutes,
        from: from.map { URL(fileURLWithPath: $0).path },
        started: Date(),
        scenarioSHA256: Digest.of(Data(resolved.yaml.utf8))
      ),
      quiet: quiet,
      json: json,
      reports: report,
      library: scenario.values.library,
      notes: scenario.notes,
      isAsWritten: settings.isEmpty && replicates == nil && scenario.values.overrides.isEmpty
    )
    let threads = work.threads
    try job.check(on: threads)
    guard !interruption.isRequested else {
      Terminal.say("stopped before the run began; nothing is written")
      throw ExitCode(130)
    }
    try work.writing(into: path) { directory in
      try directory.lock()
      if let from, isWithin(directory, from) {
        throw CheckpointError.data(
          "--from \(from) lies in the output directory; choose another --out"
        )
      }
      try RunOutput.clear(directory)
      try directory.clear(Unfinished.folder, of: Unfinished.suffix)
      try job.terms.write(to: directory, yaml: resolved.yaml)
      try job.run(on: threads, into: directory, until: interruption)
    }
  }

  /// Whether a file lies among the checkpoints of a directory, which a run removes when it begins.
  private func isWithin(_ directory: OutputDirectory, _ file: String) -> Bool {
    let folder = URL(fileURLWithPath: "\(directory.path)/\(Unfinished.folder)")
    return URL(fileURLWithPath: file).deletingLastPathComponent().resolvingSymlinksInPath().path
      == folder.resolvingSymlinksInPath().path
  }
}

/// What `--record` takes.
enum RecordOption: ExpressibleByArgument {
  /// A number of cells, evenly spaced among all that are given.
  case sample(Int)
  /// A part of the grids in full, with the time between frames as written.
  case frames(String, every: String)

  init?(argument: String) {
    for (start, key) in [("fields:every=", "fields"), ("cells:all,every=", "cells")]
    where argument.hasPrefix(start) {
      let every = String(argument.dropFirst(start.count))
      guard let minutes = CommandTime.minutes(every), minutes > 0 else { return nil }
      self = .frames(key, every: every)
      return
    }
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "cells", let cells = Int(parts[1]),
      (1...1_000_000).contains(cells)
    else { return nil }
    self = .sample(cells)
  }

  /// The number of sampled cells.
  var sampled: Int? { if case .sample(let cells) = self { cells } else { nil } }

  /// The setting of the scenario.
  var setting: String? {
    if case .frames(let key, let every) = self { "record.\(key)=\(every)" } else { nil }
  }
}

/// A stretch of simulated time.
struct Interval: ExpressibleByArgument {
  let minutes: Double

  init?(argument: String) {
    guard let minutes = CommandTime.minutes(argument), minutes > 0 else { return nil }
    self.minutes = minutes
  }
}
