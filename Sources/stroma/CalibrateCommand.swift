import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Substrate

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fits the varied parameters of a campaign to observed data.",
    discussion: """
      Writes posterior.csv, calibration.csv and predictive.csv. Runs are stored in DIR/runs.sqlite; repeating the
      command continues an interrupted calibration and yields the same posterior. The last line says whether the
      fit succeeded: 'not fitted' if the model misses the data or cannot be evaluated, 'undetermined' if too few
      distinct parameter sets were accepted; with --strict the exit code is then 65.

      With --all the defaults of the library are fitted again: every campaign in LIBRARY/sweeps whose calibration
      has 'refit', in that order, each in its own folder of DIR. The fitted values are written to DIR/fitted.csv,
      next to the values in use, and differences from LIBRARY/sweeps/fitted.csv, the copy kept in the library, are
      reported. Repeating the command continues where it was stopped.

      stroma calibrate Scenarios/sweeps/licensing-calibration.yaml --report
      """
  )

  @Argument(help: "Campaign file.", completion: .file(extensions: ["yaml"]))
  var file: String?

  @Flag(help: "Fit the defaults of the library instead of a campaign file.")
  var all = false

  @OptionGroup var options: CampaignOptions

  @Flag(help: ReportCommand.help)
  var report = false

  @OptionGroup var outline: OutlineOption

  func validate() throws {
    guard (file == nil) == all else {
      throw ValidationError(
        all
          ? "--all fits the defaults of the library and cannot be combined with a campaign file."
          : "give a campaign file, or --all."
      )
    }
    if all, !options.values.overrides.isEmpty {
      throw ValidationError(
        "--all fits the defaults of the library and cannot be combined with --set."
      )
    }
  }

  func run() throws {
    if let file {
      try fit(file, into: options.out ?? CampaignOptions.directory(of: file)) { _, _, _ in }
    } else {
      try fitAll(into: options.out ?? "results/calibrations")
    }
  }

  /// Fits a campaign.
  ///
  /// - Parameters:
  ///   - file: the campaign.
  ///   - path: its output directory.
  ///   - write: writes more than every campaign has.
  /// - Throws: `ExitCode`.
  private func fit(
    _ file: String,
    into path: String,
    writing write: (OutputDirectory, SweepDescription, CalibratedPosterior) throws -> Void
  ) throws {
    let description = try options.read(file)
    guard let calibration = Calibration(description) else {
      Terminal.say("\(file): has no 'calibration'; 'stroma sweep' runs it")
      throw ExitCode(EX_DATAERR)
    }
    for remark in description.calibration?.remarks ?? [] { Terminal.say(remark) }
    if outline.dryRun { CampaignOutline.show(calibration, of: description) }
    for part in description.parts { try options.notes.say(part.base.notes) }
    if outline.dryRun { return }
    try Fit.check(calibration.sweeps.map(\.largestModel).max() ?? 0)
    try options.writing(into: path) { directory in
      let found = try posterior(of: calibration, in: directory)
      try directory.write("posterior.csv", found.posteriorCSV)
      try directory.write("calibration.csv", found.parametersCSV)
      try directory.write("predictive.csv", found.predictiveCSV)
      try CampaignManifest(
        description,
        command: CommandLine.arguments,
        runs: found.fit.evaluated,
        notes: found.posterior.notes + [found.fit.words]
      ).write(to: directory)
      try write(directory, description, found)
      if !options.quiet {
        try Terminal.show(found.table)
        for note in found.posterior.notes { Terminal.say(note) }
      }
      Terminal.say(found.fit.words)
      if report { try ReportCommand.say(directory.path, library: options.values.library) }
      if !all, options.notes.strict, found.fit.verdict != .fitted { throw ExitCode(EX_DATAERR) }
    }
  }

  private func posterior(of calibration: Calibration, in directory: OutputDirectory) throws
    -> CalibratedPosterior
  {
    let store = try RunStore("\(directory.path)/\(CampaignFiles.store)")
    let interruption = Interruption()
    let line = ProgressLine(quiet: options.quiet)
    let threads = options.threads
    if !options.quiet { Terminal.say(threads.description) }
    do {
      let found = try interruption.whileListening {
        try calibration.posterior(
          in: store,
          on: Workers(count: threads.count),
          until: interruption
        ) { places in line.show(share: 0) { "\(places) parameter sets" } }
      }
      line.end()
      try store.release()
      return found
    } catch Calibration.Failure.store(let error) {
      throw error
    } catch Calibration.Failure.interrupted {
      line.end()
      Terminal.say("stopped; completed runs are kept: repeat the command to continue")
      throw ExitCode(130)
    } catch Calibration.Failure.fails(let error) {
      line.end()
      Terminal.say("the data cannot be evaluated at any parameter set: \(error)")
      throw ExitCode(EX_DATAERR)
    }
  }

  // MARK: - All

  /// The file of a campaign's folder that says what its posterior is a function of; it is written last.
  private static let identity = "identity.txt"

  /// Fits the defaults of the library.
  private func fitAll(into path: String) throws {
    let campaigns: [String]
    let kept: String
    do {
      let library = try Library(
        given: options.values.library,
        scenario: "./Scenarios/x",
        program: ValueOptions.program
      )
      campaigns = try DefaultCampaigns(library).paths
      kept = "\(library.path)/\(DefaultCampaigns.folder)/\(DefaultCampaigns.table)"
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    if campaigns.isEmpty {
      Terminal.say(
        "no campaign of \(URL(fileURLWithPath: kept).deletingLastPathComponent().relativePath) has 'calibration: {refit: …}'"
      )
      throw ExitCode(EX_DATAERR)
    }
    var lines = ""
    for (n, file) in campaigns.enumerated() {
      let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      let folder = "\(path)/\(name)"
      Terminal.say("\(n + 1) of \(campaigns.count): \(name)")
      let identity = FittedDefaults.identity(of: try options.read(file))
      if !outline.dryRun, (try? Self.text("\(folder)/\(Self.identity)")) == identity {
        Terminal.say("done before")
      } else {
        // A fit that is begun again is not done.
        if !outline.dryRun {
          try? FileManager.default.removeItem(atPath: "\(folder)/\(Self.identity)")
        }
        try fit(file, into: folder) { directory, description, found in
          try directory.write(
            DefaultCampaigns.table,
            FittedDefaults(description, found).lines
          )
          try directory.write(Self.identity, identity)
        }
      }
      if !outline.dryRun { lines += try Self.text("\(folder)/\(DefaultCampaigns.table)") }
    }
    if outline.dryRun {
      let descriptions = try campaigns.map { try options.read($0) }
      let problems = (try? Self.text(kept)).map {
        FittedDefaults.problems(in: $0, of: descriptions)
      }
      for problem in problems ?? ["is missing"] { Terminal.say("\(kept): \(problem)") }
      if problems != [] { throw ExitCode(EX_DATAERR) }
      Terminal.say("\(kept): agrees with the defaults in use")
      return
    }
    let table = CSV(columns: FittedDefaults.columns).text + lines
    try options.writing(into: path) { try $0.write(DefaultCampaigns.table, table) }
    Self.compare(table, with: kept)
    let unfitted = FittedDefaults.unfitted(in: table)
    for name in unfitted { Terminal.say("\(name) is not fitted") }
    if options.notes.strict, !unfitted.isEmpty { throw ExitCode(EX_DATAERR) }
  }

  private static func text(_ path: String) throws -> String {
    guard let data = InputFile.contents(path), let text = String(data: data, encoding: .utf8) else {
      throw CocoaError(.fileReadUnknown)
    }
    return text
  }

  /// Prints the rows in which a table differs from the table of the library.
  private static func compare(_ table: String, with kept: String) {
    guard let known = try? text(kept) else {
      return Terminal.say("\(kept): is missing; copy \(DefaultCampaigns.table) there")
    }
    if known == table { return Terminal.say("\(kept): the same") }
    let old = Set(known.split(separator: "\n"))
    for row in table.split(separator: "\n") where !old.contains(row) {
      Terminal.say("differs from \(kept): \(row)")
    }
    let new = Set(table.split(separator: "\n"))
    for row in known.split(separator: "\n") where !new.contains(row) {
      Terminal.say("only in \(kept): \(row)")
    }
  }
}
