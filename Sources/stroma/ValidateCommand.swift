import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Substrate

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Simulates published experiments and compares the results with the published values.",
    discussion:
      "Writes validation.csv. With --draws all parameters that have a stated range are drawn from it, together, and predictions.csv has the interval of 90 % of what is predicted for each row. Rows marked 'calibrate' may have been used to set parameters; rows marked "
      + "'validate' are predictions. A mismatch is a result and does not change the exit code.\n\nstroma validate T01 T06 --report\nstroma validate my-rows.yaml"
  )

  @Argument(
    help: ArgumentHelp(
      "Rows to run, as in T01, or T06 for all of its parts; or files of rows (default: all rows of the library).",
      valueName: "row or file"
    )
  )
  var rows: [String] = []

  @Option(help: ArgumentHelp("Library directory, with its scenarios.", valueName: "dir"))
  var library: String?

  @Option(help: ArgumentHelp("Output directory (default: results/validation).", valueName: "dir"))
  var out: String = "results/validation"

  @Option(help: "Number of replicates per experiment (default: 4).")
  var replicates: Int?

  @Option(
    help: ArgumentHelp(
      "Draw all parameters that have a range from it, so many times, and write predictions.csv instead.",
      valueName: "number"
    )
  )
  var draws: Int?

  @Option(
    help: ArgumentHelp(
      "Fit the draws to the rows that a fit may use in so many rounds, and write posterior.csv, left-out.csv and what is predicted with them, predictions-fitted.csv.",
      valueName: "rounds"
    )
  )
  var fit: Int?

  @Option(help: "Seed of the draws (default: 1).")
  var seed: UInt64?

  @Flag(help: "Reduce doses to 50,000 agents and wells to columns 400 um wide.")
  var reduced = false

  @Flag(help: ReportCommand.help)
  var report = false

  @OptionGroup var work: WorkOptions

  @Option(
    name: .customLong("set"),
    parsing: .singleValue,
    help: ArgumentHelp("Override a value in every experiment.", valueName: "key.path=value")
  )
  var overrides: [String] = []

  func validate() throws {
    if let replicates, !(2...1000).contains(replicates) {
      throw ValidationError("--replicates is \(replicates); expected a number from 2 to 1000.")
    }
    if let draws, !(2...10_000).contains(draws) {
      throw ValidationError("--draws is \(draws); expected a number from 2 to 10000.")
    }
    if draws != nil, report || replicates != nil {
      throw ValidationError(
        "--draws writes predictions.csv, one replicate for each draw; leave out --report and --replicates."
      )
    }
    if let fit {
      guard let draws, draws >= 20 else {
        throw ValidationError("--fit needs at least --draws 20.")
      }
      guard (1...100).contains(fit) else { throw ValidationError("--fit takes 1 to 100 rounds.") }
    }
    if draws == nil, seed != nil { throw ValidationError("--seed is that of --draws.") }
  }

  private static func matches(_ row: PublishedRow, _ name: String) -> Bool {
    row.name == name || row.name.hasPrefix(name + "-")
      || (row.name.hasPrefix(name) && row.name.dropFirst(name.count).first?.isLetter == true)
  }

  private static func isFile(_ argument: String) -> Bool {
    argument.hasSuffix(".yaml") || argument.contains("/")
  }

  /// The rows that are requested, in the order of all.
  private func choose(from published: PublishedRows, _ files: [String]) throws -> [PublishedRow] {
    if rows.isEmpty { return published.all }
    let names = rows.filter { !Self.isFile($0) }
    for name in names where !published.all.contains(where: { Self.matches($0, name) }) {
      let known = published.all.map(\.name)
      throw ValidationError(
        "There is no row '\(name)'\(Suggestion.text(for: name, among: known)); there are \(known.joined(separator: ", "))."
      )
    }
    let own = Set(files.flatMap { published.rows(in: $0).map(\.name) })
    return published.all.filter { row in
      own.contains(row.name) || names.contains { Self.matches(row, $0) }
    }
  }

  /// Predicts rows from draws of the parameters.
  private func predict(
    _ rows: [PublishedRow],
    _ experiments: [Validation.Experiment],
    _ roles: TargetRoles,
    draws: Int
  ) throws {
    try work.writing(into: out) { directory in
      let draws = ParameterDraws(draws, seed: seed ?? 1)
      if let fit {
        guard rows.contains(where: { roles[$0] == .fit && $0.interval != nil }) else {
          Terminal.say(
            "--fit has nothing to fit to: none of the rows has the role 'fit' and an interval"
          )
          throw ExitCode(EX_DATAERR)
        }
        let joint = JointFit(
          rows,
          experiments,
          roles: roles,
          draws: draws,
          rounds: fit,
          on: work.workers
        ) { Terminal.say($0) }
        try directory.write("predictions.csv", joint.prior.csv)
        try directory.write("predictions-fitted.csv", joint.fitted.csv)
        try directory.write("posterior.csv", joint.posterior)
        try directory.write("left-out.csv", joint.leaveOneOut)
        return try Terminal.show(joint.summary)
      }
      let prediction = RowPrediction(
        rows,
        experiments,
        roles: roles,
        draws: draws,
        on: work.workers
      ) { Terminal.say($0) }
      try directory.write("predictions.csv", prediction.csv)
      for role in TargetRoles.Role.allCases {
        try Terminal.show("\(role.rawValue)\n\n\(prediction.table(role: role))\n")
      }
      try Terminal.show(
        "\(prediction.drawn.count) parameters were drawn \(draws.count) times; \(prediction.fixed.count) were kept, since the scenario is invalid at an end of their range.\n"
      )
      for role in TargetRoles.Role.allCases { try Terminal.show(prediction.summary(role: role)) }
    }
  }

  func run() throws {
    let (chosen, experiments): ([PublishedRow], [Validation.Experiment])
    let roles: TargetRoles
    do {
      let files = rows.filter(Self.isFile)
      let library = try Library(
        given: library,
        scenario: files.first ?? "./Scenarios/x",
        program: ValueOptions.program
      )
      let published = try PublishedRows(of: library, and: files)
      chosen = try choose(from: published, files)
      roles = try TargetRoles(of: library)
      experiments = try Validation.experiments(
        of: chosen,
        library: library.path,
        overrides: overrides,
        isReduced: reduced
      )
    } catch let error as ScenarioError {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    let replicates = replicates ?? 4
    if let draws { return try predict(chosen, experiments, roles, draws: draws) }
    try work.writing(into: out) { directory in
      let validation = try Validation(
        chosen,
        experiments,
        replicates: replicates,
        workers: work.workers
      ) { Terminal.say($0) }
      try directory.write("validation.csv", validation.csv)
      try CampaignManifest(
        validating: chosen.count,
        of: experiments.map(\.scenario),
        replicates: replicates,
        command: CommandLine.arguments
      ).write(to: directory)
      for role in PublishedRow.Role.allCases {
        try Terminal.show("\(role.rawValue)\n\n\(validation.table(role: role))\n")
      }
      if report { try ReportCommand.say(directory.path, library: library) }
    }
  }
}
