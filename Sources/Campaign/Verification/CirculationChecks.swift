import Observations
import Scenario
import Simulation

/// Organs in which small cells first arrest against the circulation solved as a Markov chain.
enum CirculationChecks {
  /// The rows: each organ of a mouse, and all organs of a rat and a human at once.
  static func rows(_ bench: VerificationBench) throws -> [Verification.Row] {
    var rows: [Verification.Row] = []
    for host in ["mouse", "rat", "human"] {
      let scenario = try bench.scenario(
        "circulation",
        ["host=\(host)", "product.species=\(host)"]
      )
      let found = try arrests(scenario, bench)
      rows.append(square(found, host))
      guard host == "mouse" else { continue }
      for organ in found where organ.share * organ.all >= 500 {
        let spread = (organ.share * (1 - organ.share) / organ.all).squareRoot()
        rows.append(
          .init(
            group: .circulation,
            quantity: "mouse, \(organ.name): share of first arrests",
            unit: "1",
            measured: organ.cells / organ.all,
            expected: organ.share,
            tolerance: 4 * spread + 0.5 / organ.all,
            theory:
              "absorbing Markov chain of the circulation (stroma expect); 4 standard errors and half a cell"
          )
        )
      }
    }
    return rows
  }

  /// Cells of an organ, of all, and the share that the chain expects.
  private typealias Arrest = (name: String, cells: Double, all: Double, share: Double)

  private static func arrests(_ scenario: ResolvedScenario, _ bench: VerificationBench) throws
    -> [Arrest]
  {
    guard let fate = ExpectedFate(scenario.experiments[0]),
      let run = try bench.run(scenario).first, let last = run.snapshots.last
    else { return [] }
    let read = Observables(run.experiment)
    let all = Double(read.living(last).all)
    return fate.organs.indices.map { organ in
      (
        fate.organs[organ], Double(read.living(last, organ: organ).lumen), all,
        fate.arrested[organ]
      )
    }
  }

  /// Chi-square over the organs; those with fewer than 5 expected cells are counted together.
  private static func square(_ found: [Arrest], _ host: String) -> Verification.Row {
    var classes: [(cells: Double, expected: Double)] = [(0, 0)]
    for organ in found {
      let expected = organ.share * organ.all
      if expected >= 5 {
        classes.append((organ.cells, expected))
      } else {
        classes[0].cells += organ.cells
        classes[0].expected += expected
      }
    }
    if classes[0].expected < 5, classes.count > 1 {
      classes[1].cells += classes[0].cells
      classes[1].expected += classes[0].expected
      classes.removeFirst()
    }
    let square = classes.reduce(0.0) {
      $0 + ($1.cells - $1.expected) * ($1.cells - $1.expected) / $1.expected
    }
    let degrees = classes.count - 1
    return .init(
      group: .circulation,
      quantity: "\(host): chi-square of first arrests over \(classes.count) organs",
      unit: "1",
      measured: square,
      expected: Double(degrees),
      tolerance: degrees > 0 ? ClosedForm.chiSquare(degrees: degrees) - Double(degrees) : 0,
      theory: "absorbing Markov chain of the circulation (stroma expect); p = 1e-4"
    )
  }
}
