import Agents
import Fields
import Observations
import Scenario
import Simulation

/// Ledgers of a run with every sort of cell.
enum LedgerChecks {
  /// The rows.
  static func rows(_ bench: VerificationBench) throws -> [Verification.Row] {
    let seen = try bench.run(bench.scenario("whole")).flatMap(\.snapshots)
    let product = seen.map { Double($0.residual.magnitude) }
    let populations = seen.flatMap { $0.populations.joined() }
    let hosts = populations.map {
      Double(($0.summary.cells - $0.ledger.present).magnitude)
    }
    let masses = seen.flatMap { $0.masses.joined() }.map(\.balance.relativeResidual)
    func row(
      _ quantity: String,
      _ unit: String,
      _ values: [Double],
      _ tolerance: Double,
      _ theory: String
    )
      -> Verification.Row
    {
      .init(
        group: .ledgers,
        quantity: quantity,
        unit: unit,
        // Without any value nothing was checked.
        measured: values.max() ?? .nan,
        expected: 0,
        tolerance: tolerance,
        theory: theory
      )
    }
    return [
      row(
        "cells of the product: largest residual",
        "cells",
        product,
        0,
        "given + born - dead - shed - alive = 0, as integers"
      ),
      row(
        "host cells: largest residual",
        "cells",
        hosts,
        0,
        "initial + recruited + born + joined - dead - left - alive = 0, as integers"
      ),
      row(
        "mass of factors: largest residual",
        "share of what passed",
        masses,
        MassError.tolerance,
        "a run ends with exit code 70 beyond it"
      ),
    ]
  }
}
