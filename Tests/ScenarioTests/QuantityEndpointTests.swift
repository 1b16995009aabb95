import Campaign
import Foundation
import Observations
import Recording
import Scenario
import Simulation
import Substrate
import Testing

/// Endpoints that a scenario makes of quantities.
@Suite("Endpoints of quantities")
struct QuantityEndpointTests {
  /// A dose into the vein of a mouse whose lung is followed, with a factor that falls by half every 6 h.
  static let text = """
    name: quantities
    duration: 50 h
    host: mouse
    product: mouse-marrow-msc
    treatment: {route: intravenous, dose: 4e5 cells, agents: 4e4}
    factors: [tnfa, pge2]
    kinds: [macrophage]
    observe: [bli]
    tissues:
      lung_block:
        organ: lung
        voxels: 8 x 8 x 8
        spacing: 20 um
        factors:
          tnfa: {given: {amplitude: 1 ng/mL, half_life: 6 h}}
          pge2: {exchange: 0.2 1/min}
        cells:
          macrophage: {density: 1e7 cells/mL, triggered: 50 %}
        state: {injury: {baseline: 30 %}, exchange: everywhere}
    endpoints:

    """

  private static func runs(_ endpoints: [String], _ overrides: [String] = []) throws -> [Trajectory]
  {
    let lines = endpoints.map { "  \($0)\n" }.joined()
    return try Scenarios.run(InterventionTests.resolve(overrides, text + lines), workers: 2)
  }

  private static func values(_ runs: [Trajectory], arm: Int = 0) -> [String: Endpoint] {
    let endpoints = Endpoints.all(runs[arm]) { name in
      runs.first { $0.experiment.arm == name }
    }
    return Dictionary(uniqueKeysWithValues: endpoints.map { ($0.name, $0) })
  }

  /// What every run tells can be spelled out, and comes to the same number in the same unit.
  @Test func saysWhatEveryRunTells() throws {
    let pairs = [
      ("survival_1_d", "{of: viable_cells, at: 1 d, as: share, after: first dose}"),
      ("lung_fraction_5_min", "{of: viable_cells, in: lung, at: 5 min, as: share}"),
      ("peak_lung_occluded_fraction", "{of: occluded_fraction, in: lung, as: maximum}"),
      ("bli_last_detected", "{of: bli, in: body, as: last detected, after: first dose}"),
      ("lung_block_injury_exposure", "{of: injured_share, in: lung_block, as: area}"),
      ("lung_block_injured_share", "{of: injured_share, in: lung_block, at: 50 h}"),
      ("lung_block_macrophage_cells", "{of: macrophage_cells, in: lung_block, at: 50 h}"),
    ]
    let found = Self.values(
      try Self.runs(pairs.enumerated().map { "own\($0.offset): \($0.element.1)" })
    )
    for (n, pair) in pairs.enumerated() {
      let (own, every) = (try #require(found["own\(n)"]), try #require(found[pair.0]))
      let (a, b) = (try #require(own.value), try #require(every.value))
      #expect((a - b).magnitude <= 1e-12 * b.magnitude && b != 0, "\(pair.0): \(a), \(b)")
      #expect(own.unit == every.unit, "\(pair.0)")
    }
  }

  private static let some = [
    "mean: {of: pge2_mean, in: lung_block, from: 2 h, to: 30 h, as: mean}",
    "area: {of: viable_cells, in: lung, as: area, after: first dose}",
    "peak: {of: pge2_max, in: lung_block, as: maximum}",
    "when: {of: pge2_max, in: lung_block, as: time of maximum}",
    "late: {of: dead_cells, in: lung, at: 33 h}",
    "half: {of: viable_cells, in: lung, as: time above, above: 1e5 cells}",
    "fall: {of: viable_cells, in: lung, at: 30 h, against: {at: 1 h, by: suppression}}",
  ]

  /// What is read does not depend on when else the run is observed, nor does reading change the run.
  @Test(arguments: ["30 min", "5 h", "24 h"])
  func isTheSameHoweverOftenItIsObserved(every: String) throws {
    let (often, seldom) = (
      try Self.runs(Self.some, ["clock.output_every=1 h"]),
      try Self.runs(Self.some, ["clock.output_every=\(every)"])
    )
    let (a, b) = (Self.values(often), Self.values(seldom))
    for name in a.keys { #expect(a[name] == b[name], "\(name)") }
    #expect(b["mean"]?.value != nil && b["half"]?.value != nil)
    let without = try Self.runs(["x: {read: survival_1_d}"], ["clock.output_every=\(every)"])
    #expect(
      Recorders.files(seldom, followingCells: false).filter { $0.name != "summary.csv" }.map(\.text)
        == Recorders.files(without, followingCells: false).filter { $0.name != "summary.csv" }
        .map(\.text)
    )
  }

  /// A factor that falls by half every 6 h is above a quarter of its start for 12 h, and its integral to the end is
  /// that of an exponential.
  @Test func agreesWithAHandCalculation() throws {
    let found = Self.values(
      try Self.runs([
        "above: {of: tnfa_mean, in: lung_block, as: time above, above: 250 pg/mL}",
        "last: {of: tnfa_mean, in: lung_block, as: last above, above: 0.25 ng/mL}",
        "area: {of: tnfa_mean, in: lung_block, from: 6 h, to: 48 h, as: area}",
        "least: {of: tnfa_mean, in: lung_block, from: 6 h, to: 48 h, as: minimum}",
        "ratio: {of: tnfa_mean, in: lung_block, at: 30 h, against: {at: 6 h, by: ratio}}",
      ])
    )
    // 1 ng/mL of 17.35 kDa in nM.
    // The field that a step saw is that of its start, 5 min earlier.
    let start = 1e-9 / 17_350 * 1e12 * Elementary.exp(Elementary.log(2) * 5 / 360)
    func value(_ name: String) throws -> Double { try #require(found[name]?.value) }
    #expect(try (value("above") - 12).magnitude < 0.2)
    #expect(try (value("last") - 12).magnitude <= 1)
    let area = start * 6 / Elementary.log(2) * (0.5 - 0.00390625) / 24
    // Straight lines over an hour add (ln 2 / 6)^2 / 12 of it.
    #expect(try (value("area") / area - 1 - 0.00111).magnitude < 1e-4)
    #expect(try (value("least") / start / 0.00390625 - 1).magnitude < 1e-5)
    #expect(try (value("ratio") / 0.0625 - 1).magnitude < 0.001)
    #expect(found["area"]?.unit == "nM d" && found["above"]?.unit == "h")
  }

  /// Arms are compared run by run; the other arm is not compared with itself.
  @Test func comparesArms() throws {
    let runs = try Self.runs(
      [
        "alive: {of: viable_cells, at: 1 d}",
        "part: {of: viable_cells, at: 1 d, against: {arm: whole, by: ratio}}",
        "less: {of: viable_cells, at: 1 d, against: {arm: whole, by: difference}}",
        "down: {of: viable_cells, at: 1 d, against: {arm: whole, by: suppression}}",
      ],
      ["arms={whole: {}, half: {treatment: {dose: 2e5 cells, agents: 2e4}}}"]
    )
    let (whole, half) = (Self.values(runs), Self.values(runs, arm: 1))
    let (a, b) = (
      try #require(whole["alive"]?.value), try #require(half["alive"]?.value)
    )
    #expect(half["part"]?.value == b / a && half["part"]?.unit == "ratio")
    #expect(half["less"]?.value == b - a && half["less"]?.unit == "cells")
    #expect(half["down"]?.value == 100 * (1 - b / a) && half["down"]?.unit == "%")
    #expect(whole["part"]?.missing == "is compared with whole itself")
    let alone = Endpoints.all(runs[1]).first { $0.name == "part" }
    #expect(alone?.missing == "is compared with whole, which was not run")
  }

  @Test(arguments: [
    (
      "of: viable_cels, at: 1 d",
      "x.of: there is no quantity \"viable_cels\" (did you mean 'viable_cells'?)"
    ),
    ("of: viable_cells, in: lug, at: 1 d", "x.in: found \"lug\" (did you mean 'lung'?)"),
    ("of: pge2_mean, at: 1 d", "x.in: is missing; pge2_mean is read at lung_block"),
    (
      "of: viable_cells, at: 1 d, as: mean",
      "x.as: found \"mean\"; at one time, expected value, share"
    ),
    ("of: viable_cells", "x.as: is missing; over a window, expected mean, area"),
    ("of: pge2_mean, in: lung_block, at: 1 d, as: share", "x.as: a share is one of cells"),
    ("of: viable_cells, as: last detected", "x.as: last detected is read by a modality"),
    (
      "of: viable_cells, as: time above",
      "x.above: is missing; time above takes a threshold in cells"
    ),
    (
      "of: viable_cells, as: time above, above: 1 nM",
      "x.above: found \"1 nM\"; expected a threshold in cells"
    ),
    ("of: viable_cells, at: 1 d, above: 1 cells", "x.above: belongs to 'as: time above'"),
    ("of: viable_cells, at: 1 d, to: 2 d", "x.at: is given beside a window"),
    ("of: viable_cells, from: 2 d, to: 1 d, as: mean", "x.to: is not after 'from'"),
    ("of: viable_cells, at: 60 h", "x.at: lies after the end of the run at 50 h"),
    ("of: viable_cells, at: 1 d, against: {by: ratio}", "x.against.arm: is missing"),
    (
      "of: viable_cells, as: mean, against: {at: 1 h, by: ratio}",
      "x.against: compares with another time"
    ),
    ("of: viable_cells, at: 1 d, against: {arm: nun, by: ratio}", "x.against.arm: found \"nun\""),
    ("at: 1 d", "x.of: is missing; an endpoint takes 'of'"),
    ("of: viable_cells, read: survival_1_d, at: 1 d", "x.read: is given beside 'of'"),
    ("read: survival_1_d, at: 1 d", "x.at: unknown key"),
    ("read: survival_1_d, after: start", "x.after: found"),
  ]) func saysWhatIsWrong(keys: String, words: String) throws {
    let error = try #require(throws: ScenarioError.self) {
      try InterventionTests.resolve([], Self.text + "  x: {\(keys)}\n")
    }
    #expect(error.description.contains("endpoints.\(words)"), "\(error)")
  }

  /// A share is one of the cells that had been given at its own time, also where two times are compared.
  @Test func sharesAreOfWhatWasGivenByTheirTime() throws {
    let found = Self.values(
      try Self.runs(
        [
          "early: {of: viable_cells, at: 12 h, as: share}",
          "late: {of: viable_cells, at: 30 h, as: share}",
          "change: {of: viable_cells, at: 12 h, as: share, against: {at: 30 h, by: difference}}",
        ],
        ["treatment={dose: {total: 4e5 cells}, boluses: 2, interval: 24 h, agents: 4e4}"]
      )
    )
    let (early, late) = (try #require(found["early"]?.value), try #require(found["late"]?.value))
    #expect(found["change"]?.value == early - late && late != early)
  }

  /// Where the first dose is given later, a time says what it counts from.
  @Test func timesSayWhatTheyCountFrom() throws {
    let late = ["treatment.at=2 h"]
    let error = try #require(throws: ScenarioError.self) {
      try Self.runs(["x: {of: viable_cells, at: 1 d}"], late)
    }
    #expect(
      error.description.contains("endpoints.x.after: is missing: the first dose is given at 2 h")
    )
    let found = Self.values(
      try Self.runs(
        [
          "run: {of: viable_cells, at: 26 h, after: start}",
          "dose: {of: viable_cells, at: 1 d, after: first dose}",
        ],
        late
      )
    )
    #expect(found["run"]?.value == found["dose"]?.value && found["run"]?.value != nil)
  }
}
