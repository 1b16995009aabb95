import Body
import Laws
import Observations
import Scenario
import Simulation
import Substrate

/// Number of cells that divide at a constant rate against N₀ exp(r t).
enum DivisionChecks {
  /// The rows: off the grids and on one.
  static func rows(_ bench: VerificationBench) throws -> [Verification.Row] {
    var rows: [Verification.Row] = []
    for (file, place) in [("division", "off the grids"), ("division-in-a-well", "on a grid")] {
      let scenario = try bench.scenario(file)
      let experiment = scenario.experiments[0]
      let last = try bench.run(scenario).first?.snapshots.last
      let time = experiment.clock.step * Double(experiment.clock.steps)
      let cells = Double(experiment.cells)
      let growth = Elementary.exp((experiment.product.terms.division?.rate ?? 0) * time)
      // Variance of a pure birth process (Yule 1925): N₀ e^(rt) (e^(rt) − 1).
      let spread = (cells * growth * (growth - 1)).squareRoot()
      rows.append(
        .init(
          group: .division,
          quantity: "cells \(place) after \(Int(time / 60)) h of division",
          unit: "cells",
          measured: last.map { Double($0.living.reduce(0) { $0 + $1.all }) } ?? .nan,
          expected: cells * growth,
          tolerance: 4 * spread,
          theory:
            "N0 exp(r t), variance N0 e^rt (e^rt - 1) (Yule 1925, Phil. Trans. B 213:21); 4 of its roots"
        )
      )
    }
    return rows
  }
}
