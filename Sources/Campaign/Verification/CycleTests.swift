import Agents
import Files
import Laws
import Substrate

/// Tests of the cell cycle and of growth without inhibition, with host cells that divide after a time.
enum CycleTests {
  /// The rows and tables.
  static func all(_ workers: Workers) -> (rows: [Verification.Row], tables: [Verification.Table]) {
    let (fixed, text) = fixed(workers)
    return (
      [fixed] + stochastic(workers) + [growth(workers)],
      [.init(name: "permedcoe-cell-cycle.csv", text: text)]
    )
  }

  /// Cells that divide every so often, min, with a coefficient of variation.
  private static func kind(_ time: Double, variation: Double = 0, most: UInt32) -> HostKind {
    var kind = HostKind(name: "cell")
    kind.proliferation = Proliferation(
      first: time,
      later: time,
      variation: variation,
      tail: 0,
      deepening: 0,
      lifting: 0,
      most: most,
      offspring: nil
    )
    return kind
  }

  /// One cell, 48 h by steps of 6 min, a cycle of 18 h.
  private static func fixed(_ workers: Workers) -> (Verification.Row, String) {
    var dish = VerificationLaws.Dish(kind(1080, most: 60), 1, seed: 61)
    var csv = CSV(columns: ["", "timestep", "cells"])
    csv.row(["0", "0", "1"])
    var wrong = 0
    for step in 1...480 {
      dish.live(6, on: workers)
      if dish.hosts.count != 1 << (step * 6 / 1080) { wrong += 1 }
      csv.row(["\(step)", CSV.number(Double(step) * 6), "\(dish.hosts.count)"])
    }
    return (
      CommunityChecks.row(
        "cell cycle, fixed: steps of 480 with a wrong count",
        "steps",
        Double(wrong),
        0,
        within: 0,
        "1 to 18 h, 2 to 36 h, 4 to 48 h (\(CommunityChecks.permedcoe))"
      ), csv.text
    )
  }

  /// Times of the first division, mean 18 h, standard deviation 0.990 h: that of four phases of 10 % each.
  private static func stochastic(_ workers: Workers) -> [Verification.Row] {
    let variation = 0.98994949 / 18
    func distance(_ count: Int, _ law: (Double) -> Double) -> Double {
      var dish = VerificationLaws.Dish(kind(1080, variation: variation, most: 1), count, seed: 67)
      return (1...300).reduce(0.0) { worst, step in
        dish.live(6, on: workers)
        let found = Double(dish.hosts.count - count) / Double(count)
        return max(worst, (found - law(Double(step) * 0.1)).magnitude)
      }
    }
    let variance = Elementary.log(1 + variation * variation)
    let rows: [(String, Int, (Double) -> Double, String)] = [
      (
        "lognormal", 20_000,
        {
          let z = Elementary.log($0 / 18) + variance / 2
          return ClosedForm.normal(z / variance.squareRoot())
        },
        "the law of division"
      ),
      (
        "N(18, 0.990) h", 1000, { ClosedForm.normal(($0 - 18) / 0.98994949) },
        "sum of four normal phases (\(CommunityChecks.permedcoe)), which differs from the lognormal by some 0.01"
      ),
    ]
    return rows.map { name, count, law, theory in
      CommunityChecks.row(
        "cell cycle, stochastic: Kolmogorov-Smirnov distance from \(name)",
        "1",
        distance(count, law),
        0,
        within: ClosedForm.kolmogorov(count),
        theory + "; \(count) cells, p = 1e-4"
      )
    }
  }

  /// Cycles until one cell has become more than 10,000.
  private static func growth(_ workers: Workers) -> Verification.Row {
    var dish = VerificationLaws.Dish(kind(1000, most: 60), 1, seed: 71)
    var steps = 0
    while dish.hosts.count <= 10_000, steps < 400 {
      dish.live(50, on: workers)
      steps += 1
    }
    return CommunityChecks.row(
      "monolayer growth without inhibition: cycles to 10,000 cells",
      "cycles",
      Double(steps) / 20,
      14,
      within: 0,
      "N = 2^floor(t/T) (\(CommunityChecks.openvt), reference_models)"
    )
  }
}
