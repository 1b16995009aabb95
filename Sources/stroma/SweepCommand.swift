import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Substrate
import Synchronization

/// The options of every command that makes the runs of campaigns.
struct CampaignOptions: ParsableArguments {
  @OptionGroup var values: ValueOptions

  @OptionGroup var notes: NoteOptions

  @Option(help: ArgumentHelp("Output directory (default: results/<file name>).", valueName: "dir"))
  var out: String?

  @Option(name: .customLong("threads"), help: WorkOptions.threadsHelp)
  var asked: Int?

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws { try WorkOptions.check(threads: asked) }

  /// The cores to use, and why.
  var threads: Threads { Threads(asked: asked).startable }

  /// Reads a campaign, or says what is wrong with it and ends with exit code 65.
  func read(_ file: String) throws -> SweepDescription {
    do {
      let description = try SweepDescription(
        path: file,
        library: values.library,
        program: ValueOptions.program,
        overrides: values.overrides
      )
      if let problem = Points.problem(description) {
        Terminal.say("\(file): design: \(problem)")
        throw ExitCode(EX_DATAERR)
      }
      let problems = description.calibration == nil ? Sweep(description).problems() : []
      if !problems.isEmpty { throw ScenarioError(problems) }
      return description
    } catch let error as ScenarioError {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
  }

  /// Runs `body` with an output directory; what goes wrong is said in a sentence and becomes the exit code.
  func writing(into path: String, _ body: (OutputDirectory) throws -> Void) throws {
    try WorkOptions.writing(into: path, overwrite: true) { directory in
      try directory.lock(isShared: true)
      do {
        try body(directory)
      } catch let error as StoreError {
        Terminal.say(error.description)
        switch error.cause {
        case .data: throw ExitCode(EX_DATAERR)
        case .inUse, .link: throw ExitCode(EX_CANTCREAT)
        case .system: throw ExitCode(EX_IOERR)
        }
      }
    }
  }

  /// The output directory of a campaign, where none is named.
  static func directory(of file: String) -> String {
    "results/" + URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
  }
}

/// The options that name a campaign.
struct SweepOptions: ParsableArguments {
  @Argument(help: "Campaign file.", completion: .file(extensions: ["yaml"]))
  var file: String

  @OptionGroup var options: CampaignOptions

  var values: ValueOptions { options.values }
  var notes: NoteOptions { options.notes }
  var quiet: Bool { options.quiet }
  var threads: Threads { options.threads }

  /// The output directory.
  var directory: String { options.out ?? CampaignOptions.directory(of: file) }

  /// Reads the campaign, or says what is wrong with it and ends with exit code 65.
  func read() throws -> SweepDescription { try options.read(file) }

  /// Runs `body` with the output directory; what goes wrong is said in a sentence and becomes the exit code.
  func writing(_ body: (OutputDirectory) throws -> Void) throws {
    try options.writing(into: directory, body)
  }

  /// Reads a campaign that has a design; one that is fitted ends with exit code 65.
  func readDesign() throws -> SweepDescription {
    let description = try read()
    guard description.calibration == nil else {
      Terminal.say("\(file): has a 'calibration'; 'stroma calibrate' fits it")
      throw ExitCode(EX_DATAERR)
    }
    return description
  }
}

/// `i/n`: one of several shards.
struct ShardOption: ExpressibleByArgument {
  let shard: Sweep.Shard

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1],
      (1...100_000).contains(count),
      (1...count).contains(number)
    else { return nil }
    shard = Sweep.Shard(number: number, count: count)
  }
}

/// The files of a campaign in its output directory.
enum CampaignFiles {
  /// The store of all runs.
  static let store = "runs.sqlite"

  /// The store of a shard.
  static func store(of shard: Sweep.Shard) -> String {
    shard == .whole ? store : "shard-\(shard.number)-of-\(shard.count).sqlite"
  }

  /// The stores of all shards in a directory.
  static func shards(in directory: OutputDirectory) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.filter { $0.hasPrefix("shard-") && $0.hasSuffix(".sqlite") }.sorted()
  }

  /// The stores that may have runs of a shard beside its own: the whole, and shards of other numbers.
  static func others(than shard: Sweep.Shard, in directory: OutputDirectory) -> [String] {
    let shards = shards(in: directory)
    if shard == .whole { return shards }
    return [store] + shards.filter { !$0.hasSuffix("-of-\(shard.count).sqlite") }
  }
}

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Runs a scenario at every point of a design.",
    discussion: """
      Stores every run in DIR/runs.sqlite as soon as it is finished, and writes runs.csv, summary.csv and the
      tables that the design calls for (sensitivity.csv, trial.csv). Repeating the command continues an
      interrupted sweep and runs only what is missing or has changed. The files are byte-identical regardless
      of --threads, shards and interruptions.

      stroma sweep Scenarios/sweeps/dose-by-route.yaml --report
      stroma sweep Scenarios/sweeps/survival-sensitivity.yaml --yes --slurm --tasks 64
      """
  )

  /// Runs that are made without asking.
  private static let limit = 1000

  @OptionGroup var sweep: SweepOptions

  @Option(
    help: ArgumentHelp(
      "Run only part i of n, as in 1/8; afterwards combine the parts with 'stroma merge'.",
      valueName: "i/n"
    )
  )
  var shard: ShardOption?

  @Flag(help: "Do not ask for confirmation, however many runs there are.")
  var yes = false

  @Flag(help: "Repeat runs that failed.")
  var retryFailed = false

  @Flag(help: ReportCommand.help)
  var report = false

  @Flag(help: "Write the answer as JSON.")
  var json = false

  @OptionGroup var outline: OutlineOption

  @OptionGroup var slurm: SlurmOptions

  func validate() throws {
    guard shard == nil || (!report && !json) else {
      throw ValidationError(
        "--report and --json are of a whole campaign; with --shard leave them out, and use 'stroma merge --report'."
      )
    }
    if slurm.isAsked { try slurm.check(directory: sweep.directory) }
  }

  func run() throws {
    let campaign = Sweep(try sweep.readDesign())
    if outline.dryRun {
      CampaignOutline.show(campaign)
    } else if !sweep.quiet {
      CampaignOutline.say(campaign)
    }
    try sweep.notes.say(campaign.notes)
    if outline.dryRun { return }
    try confirm(campaign)
    if slurm.isAsked {
      return try sweep.writing {
        try slurm.submit(campaign, sweep, to: $0, retryFailed: retryFailed)
      }
    }
    try Fit.check(campaign.largestModel)
    let shard = shard?.shard ?? .whole
    let threads = sweep.threads
    if !sweep.quiet { Terminal.say(threads.description) }
    try sweep.writing { directory in
      let store = try RunStore("\(directory.path)/\(CampaignFiles.store(of: shard))")
      let workers = Workers(count: threads.count)
      for other in CampaignFiles.others(than: shard, in: directory) {
        let path = "\(directory.path)/\(other)"
        do {
          let count = try campaign.takeOver(from: path, shard, into: store, on: workers)
          if count > 0, !sweep.quiet { Terminal.say("\(count) runs were in \(path)") }
        } catch let error as StoreError where error.cause == .inUse {
          Terminal.say("\(path) is in use by another process; the runs in it will be repeated")
        }
      }
      if retryFailed { try store.forgetFailures() }
      let interruption = Interruption()
      let line = SweepLine(quiet: sweep.quiet)
      let start = ContinuousClock.now
      let progress = try interruption.whileListening {
        try campaign.run(shard, into: store, on: workers, until: interruption) { line.show($0) }
      }
      line.end()
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      if !sweep.quiet { Terminal.say(Self.done(progress, seconds)) }
      if progress.done < progress.all {
        Terminal.say("stopped; completed runs are kept: repeat the command to continue")
        throw ExitCode(130)
      }
      var notes: [Note] = []
      if shard == .whole {
        notes = try CampaignOutput.write(
          campaign,
          from: store,
          to: directory,
          on: workers,
          quiet: sweep.quiet,
          json: json
        )
      }
      // Until here the lock of the store keeps others away from the tables too.
      try store.release()
      try sweep.notes.say { () throws(ScenarioError) in notes }
      if report, shard == .whole {
        try ReportCommand.say(directory.path, library: sweep.values.library)
      }
    }
  }

  private static func done(_ progress: Sweep.Progress, _ seconds: Double) -> String {
    let made = progress.done - progress.found
    let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
    let rate =
      made > 0 && seconds > 0 ? ", \(Int(Double(made) / seconds * 3600)) runs per hour" : ""
    let time = (seconds * 10).rounded() / 10
    return
      "\(made) runs completed, \(progress.found) already in the store\(failed): \(time) s\(rate)"
  }

  /// Asks where there are many runs; without a terminal to ask at it ends with exit code 64.
  private func confirm(_ campaign: Sweep) throws {
    guard campaign.runs > Self.limit, !yes, shard == nil else { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw ValidationError(
        "These are \(campaign.runs) runs, more than \(Self.limit); add --yes to start them."
      )
    }
    Terminal.say("Start them? [y/N]")
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
      throw ExitCode(EX_USAGE)
    }
  }
}

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merges the shards of a campaign and writes its tables.",
    discussion: """
      Copies the runs of all DIR/shard-*.sqlite into DIR/runs.sqlite and writes the same tables as
      'stroma sweep'. Shards may be merged repeatedly and in any order.

      stroma merge Scenarios/sweeps/dose-by-route.yaml
      """
  )

  @OptionGroup var sweep: SweepOptions

  @Flag(help: ReportCommand.help)
  var report = false

  func run() throws {
    let campaign = Sweep(try sweep.readDesign())
    try sweep.writing { directory in
      let shards = CampaignFiles.shards(in: directory)
      let store = try RunStore("\(directory.path)/\(CampaignFiles.store)")
      for shard in shards { try store.merge("\(directory.path)/\(shard)") }
      if !sweep.quiet {
        Terminal.say("\(shards.count) shards, \(try store.count()) runs in the store")
      }
      let notes = try CampaignOutput.write(
        campaign,
        from: store,
        to: directory,
        on: Workers(count: sweep.threads.count),
        quiet: sweep.quiet
      )
      try store.release()
      try sweep.notes.say { () throws(ScenarioError) in notes }
      if report { try ReportCommand.say(directory.path, library: sweep.values.library) }
    }
  }
}

/// The tables of a campaign whose runs are made.
enum CampaignOutput {
  /// Writes them and returns what notes they give rise to; where runs are missing it ends with exit code 65 and says
  /// how many.
  static func write(
    _ campaign: Sweep,
    from store: RunStore,
    to directory: OutputDirectory,
    on workers: Workers,
    quiet: Bool,
    json: Bool = false
  ) throws -> [Note] {
    let results = try SweepResults(campaign, from: store, on: workers)
    guard results.missing == 0 else {
      Terminal.say(
        "\(results.missing) of \(results.runs.count) runs are missing; run them with: stroma sweep \(campaign.description.file) --out \(directory.path)"
      )
      throw ExitCode(EX_DATAERR)
    }
    try results.write(to: directory)
    if let sensitivity = SweepSensitivity(results, on: workers) {
      try directory.write("sensitivity.csv", sensitivity.csv)
      if !quiet {
        if !json { try Terminal.show(sensitivity.table()) }
        for note in sensitivity.notes { Terminal.say(note) }
      }
    } else {
      try directory.remove("sensitivity.csv")
    }
    for name in ["trial.csv", "survival.csv"] { try directory.remove(name) }
    let trial = TrialAnalysis(results)
    if let trial {
      try directory.write("trial.csv", trial.csv)
      if let survival = trial.survivalCSV { try directory.write("survival.csv", survival) }
      if !quiet, !json { try Terminal.show(trial.table) }
      if !quiet { for note in trial.notes { Terminal.say(note) } }
      if json { try Terminal.show(json: trial.arms) }
    } else if json {
      try Terminal.show(json: SweepAnswer(results))
    } else if !quiet, campaign.description.design.isListed {
      try Terminal.show(SweepAnswer(results).table)
    }
    if !results.errors.isEmpty {
      Terminal.say("\(results.errors.count) runs failed; runs.csv says why")
      if results.errors.count == results.runs.count { throw ExitCode(EX_DATAERR) }
    }
    try CampaignManifest(
      campaign.description,
      command: CommandLine.arguments,
      runs: campaign.runs,
      notes: trial?.notes ?? []
    ).write(to: directory)
    try directory.write(RunOutput.resolved, campaign.description.base.yaml)
    let outcomes = try results.outcomes(reading: campaign.description.base.endpointsOfNotes())
    return try campaign.description.base.notes(after: outcomes)
  }
}

/// One line that shows how far a campaign is.
final class SweepLine: Sendable {
  private let line: ProgressLine

  init(quiet: Bool) { line = ProgressLine(quiet: quiet) }

  func show(_ progress: Sweep.Progress) {
    line.show(share: Double(progress.done) / Double(max(1, progress.all))) {
      let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
      return "\(progress.done) of \(progress.all) runs\(failed)"
    }
  }

  func end() { line.end() }
}
