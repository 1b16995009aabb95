import ArgumentParser
import Campaign
import Files
import Scenario
import Simulation

struct ExpectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expect",
    abstract: "Prints where cells are expected to arrest, without simulating them.",
    discussion:
      "Solves the circulation as a Markov chain, averaged over the product's distribution of diameters. "
      + ExpectedFate.leavesOut + ".\n\nstroma expect Scenarios/studies/human-iv.yaml"
  )

  @OptionGroup var scenario: ScenarioOptions

  func run() throws {
    let resolved = try scenario.resolve()
    var csv = CSV(columns: ["run", "arm", "site", "quantity", "value", "unit"])
    for experiment in resolved.experiments {
      guard let fate = ExpectedFate(experiment) else {
        Terminal.say(
          experiment.doses.isEmpty
            ? "the arm '\(experiment.arm)' gives no cells, so there is nothing to compute"
            : "no vessel of the arm '\(experiment.arm)' arrests its cells: they go round for ever"
        )
        continue
      }
      func row(_ site: String, _ quantity: String, _ value: Double, _ unit: String) {
        csv.row([experiment.name, experiment.arm, site, quantity, CSV.number(value), unit])
      }
      if let organ = fate.firstOrgan, let share = fate.firstPass {
        row(organ, "first_pass_arrest", share, "fraction of cells in blood")
      }
      if fate.unheld > 1e-4 {
        let percent = CSV.number((fate.unheld * 1000).rounded() / 10)
        Terminal.say(
          "\(percent) % of the cells of the arm '\(experiment.arm)' are held by no vessel: they go round, and are in none of the shares"
        )
      }
      row("blood", "occupancy", fate.timeInLargeVessels, "min per cell in blood")
      row("product", "shed_fraction", fate.shed, "fraction of viable cells")
      for (i, organ) in fate.organs.enumerated() {
        row(organ, "arrested_fraction", fate.arrested[i], "fraction of viable cells")
        row(organ, "retained_fraction", fate.retained[i], "fraction of viable cells")
        row(organ, "occupancy", fate.transit[i], "min per cell in blood")
      }
    }
    try Terminal.show(csv.text)
    Terminal.say(ExpectedFate.leavesOut)
  }
}
