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
      guard let run = try bench.run(scenario).first, let last = run.snapshots.last,
        let division = run.experiment.product.terms.division
      else { continue }
      let cells = Double(run.experiment.cells)
      let growth = Elementary.exp(division.rate * last.time)
      // Variance of a pure birth process (Yule 1925): N₀ e^(rt) (e^(rt) − 1).
      let spread = (cells * growth * (growth - 1)).squareRoot()
      rows.append(
        .init(
          group: .division,
          quantity: "cells \(place) after \(Int(last.time / 60)) h of division",
          unit: "cells",
          measured: Double(last.living.reduce(0) { $0 + $1.all }),
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
