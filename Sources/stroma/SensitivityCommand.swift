import ArgumentParser
import Campaign
import Files
import Foundation
import Observations
import Scenario
import Simulation
import Substrate

struct SensitivityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract: "Determines how endpoints change as each uncertain parameter varies over its range.",
    discussion: """
      One parameter at a time is set to the lower and the upper end of its recorded range; all points use the
      same random numbers. Writes sensitivity.csv. Any endpoint of summary.csv may be named; if it compares the
      first arm with another, both arms are run.

      stroma sensitivity Scenarios/studies/human-iv-cirrhosis.yaml --set treatment.agents=1e5
      """
  )

  @OptionGroup var scenario: ScenarioOptions

  @Option(parsing: .singleValue, help: "Endpoint. May be repeated.")
  var endpoint: [String] = ["survival_7_d", "lung_first_pass", "spleen_label_10_d"]

  @Option(help: ArgumentHelp("Output directory (default: results/sensitivity).", valueName: "dir"))
  var out: String = "results/sensitivity"

  @Option(help: "Number of replicates per point.")
  var replicates: Int = 5

  @OptionGroup var work: WorkOptions

  func validate() throws {
    guard (2...1000).contains(replicates) else {
      throw ValidationError("--replicates is \(replicates); expected a number from 2 to 1000.")
    }
  }

  func run() throws {
    let resolved = try scenario.resolve()
    let known = Endpoints.all(of: resolved.experiments[0]).map(\.name)
    if endpoint.contains("first_pass_arrest") {
      throw ValidationError(
        "The endpoint 'first_pass_arrest' is no more: 'lung_first_pass' is 1 less it, the share of the cells that comes through."
      )
    }
    for name in endpoint where !known.contains(name) {
      throw ValidationError(
        "There is no endpoint '\(name)'\(Suggestion.endpoint(name, among: known, of: resolved.experiments[0].everyRun)); there are \(known.joined(separator: ", "))."
      )
    }
    try work.writing(into: out) { directory in
      let effects = try OneAtATime(
        path: scenario.file,
        library: scenario.values.library,
        program: ValueOptions.program,
        overrides: scenario.values.overrides,
        endpoints: endpoint,
        replicates: replicates,
        workers: work.workers
      )
      try directory.write("sensitivity.csv", effects.csv)
      try Terminal.show(effects.table(most: 12))
      for sentence in effects.unread { Terminal.say(sentence) }
      if !effects.refused.isEmpty {
        Terminal.say("not varied alone: \(effects.refused.joined(separator: ", "))")
      }
    }
  }
}
