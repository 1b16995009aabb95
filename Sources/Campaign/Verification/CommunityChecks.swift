import Files

/// The unit tests of PerMedCoE and OpenVT that grids and laws of this program can express, and what it reads them as.
struct CommunityChecks {
  /// The rows.
  private(set) var rows: [Verification.Row] = []
  /// What was simulated for them, as those benchmarks take it, and a table of all tests.
  private(set) var tables: [Verification.Table] = []

  /// Where the tests are published.
  static let permedcoe = "PerMedCoE/observatory_benchmark, README, Appendix 1"
  static let openvt = "OpenVT, github.com/OpenVT-Org"

  /// Runs them.
  init(_ bench: VerificationBench) {
    for part in [
      SinkTests.all(bench.workers), CycleTests.all(bench.workers), MotionTests.all(bench.workers),
    ] {
      rows += part.rows
      tables += part.tables
    }
    var csv = CSV(columns: ["test", "source", "is_in", "reading_or_reason"])
    for test in Self.tests {
      csv.row([test.name, test.source, test.isIn ? "yes" : "no", test.words])
    }
    tables.append(.init(name: "community-tests.csv", text: csv.text))
  }

  /// A row of this group.
  static func row(
    _ quantity: String,
    _ unit: String,
    _ measured: Double,
    _ expected: Double,
    within tolerance: Double,
    _ theory: String
  ) -> Verification.Row {
    .init(
      group: .community,
      quantity: quantity,
      unit: unit,
      measured: measured,
      expected: expected,
      tolerance: tolerance,
      theory: theory
    )
  }

  /// Every test: whether it is in, and what it was read as, or why it cannot be.
  static let tests: [(name: String, source: String, isIn: Bool, words: String)] = [
    (
      "one sink", permedcoe, true,
      "uptake of 20 uM/min (the text has 20 uM per 0.01 min too), as a saturating one with a half-saturation of 1 nM; 10 uM on the faces of the box, or in the voxels beyond it: both are rows"
    ),
    (
      "1000 sinks", permedcoe, true,
      "sinks in the inner 10 x 10 x 10 voxels; the unbounded deficit exceeds what is there, so that there is no closed form: uptake is the lesser of demand and supply, and the row is the balance of mass"
    ),
    (
      "friction", permedcoe, false,
      "cells have no momentum and take no force: a velocity cannot be imposed on one"
    ),
    ("pushing", permedcoe, false, "cells have no volume on a grid and do not push one another"),
    (
      "chemotaxis", permedcoe, true,
      "drift by the law of crawling in an imposed linear gradient along the diagonal; the source in a corner and a displacement in proportion to the gradient are not the law's"
    ),
    (
      "cell cycle, fixed", permedcoe, true,
      "counts over 48 h with a cycle of 18 h (the reference curve divides at 15 h); cells have one time to division and no volume, so that phases and volumes are left out"
    ),
    (
      "cell cycle, stochastic", permedcoe, true,
      "10 % of each phase, that is 0.990 h of 18 h (10 % of the whole would be 1.8 h); times are lognormal here"
    ),
    (
      "monolayer and spheroids", permedcoe, false,
      "their growth is that of cells which push one another"
    ),
    ("chain relaxation", openvt, false, "cells have no springs between them"),
    (
      "monolayer growth", openvt, true,
      "the number of cells without inhibition, doubling in every cycle; size, pressure and neighbours are those of mechanics"
    ),
    (
      "persistent walk", openvt, true,
      "Gaussian velocities, s^2 the mean square speed, from 10 persistence times after the start at rest; area and surface are those of a disc of 20 um"
    ),
    (
      "biased walk", openvt, false,
      "a direction that is mixed with a random unit vector and normalised is another law than the drift by receptor occupancy"
    ),
    (
      "cell sorting: calibration of time", openvt, true,
      "an isolated cell on a plane moves 1 squared cell diameter (20 um) in 100 units of a minute"
    ),
    (
      "cell sorting", openvt, false, "cells do not adhere to one another"
    ),
  ]
}
