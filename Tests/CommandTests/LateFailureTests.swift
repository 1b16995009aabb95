import Fields
import Foundation
import Scenario
import Simulation
import Substrate
import Testing

/// A run that fails on its way leaves what was observed.
@Suite("Failures on the way", .serialized)
struct LateFailureTests {
  private static let scenario = """
    name: late
    duration: 2 h
    clock: {cell_step: 5 min, output_every: 15 min}
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 1000 cells}
    factors: [pge2]
    tissues:
      block:
        organ: lung
        voxels: 5 x 5 x 5
        spacing: 20 um
        factors:
          pge2: {}
    """

  /// Adds an amount to a term of every mass balance that no step can explain.
  private struct Tamperer: StateVisitor {
    var isReading: Bool { false }
    func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError) {}
    func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError) {
      guard var balances = array as? [MassBalance] else { return }
      for i in balances.indices { balances[i].secreted += 1 + balances[i].turnover }
      if let changed = balances as? [Element] { array = changed }
    }
  }

  /// A checkpoint at an hour whose ledger does not close.
  private func leaveCheckpoint(in place: Workplace) throws {
    let resolved = try ResolvedScenario(
      path: "\(place.directory)/late.yaml",
      library: Program.library
    )
    let experiment = resolved.experiments[0]
    var model = Model(experiment, seed: resolved.seed, replicate: 1)
    var snapshots: [Snapshot] = []
    while model.time < 60 {
      try model.advance(using: Workers(count: 1))
      if experiment.clock.outputs.contains(model.step) { snapshots.append(model.observe()) }
    }
    var tamperer = Tamperer()
    try model.visit(&tamperer)
    let heading = Checkpoint.Heading(
      scenario: "",
      arm: experiment.arm,
      replicate: 1,
      seed: resolved.seed,
      followed: 0,
      time: model.time,
      layout: Layout(experiment, at: model.time)
    )
    try Checkpoint(heading: heading, model: model, snapshots: snapshots).write(
      to: "\(place.directory)/tampered.checkpoint"
    )
  }

  @Test func leaveTablesAndSayWhy() throws {
    let place = try Workplace()
    try place.write(Self.scenario, "late.yaml")
    try leaveCheckpoint(in: place)
    let ending = try place.stroma(
      "run",
      "late.yaml",
      "--out",
      "out",
      "--from",
      "tampered.checkpoint"
    )
    #expect(ending.code == 70)
    #expect(ending.errors.contains("pge2"), "\(ending.errors)")
    #expect(
      ending.errors.contains("reached 1.0 h, and its observations until then are in"),
      "\(ending.errors)"
    )
    let series = try String(
      contentsOfFile: "\(place.directory)/out/timeseries.csv",
      encoding: .utf8
    )
    for time in ["0.25", "0.5", "0.75", "1"] {
      #expect(series.contains("late,main,1,\(time),"), "\(time) h")
    }
    let manifest = try String(
      contentsOfFile: "\(place.directory)/out/manifest.json",
      encoding: .utf8
    )
    #expect(manifest.contains("\"complete\" : false"))
    #expect(manifest.contains("\"failure\" : "))
    #expect(place.has("out/ledger-mass.csv"))
  }

  /// A block with regions cannot shrink; a plan takes longer steps of it.
  @Test func plansABlockWithRegions() throws {
    let place = try Workplace()
    let regions =
      "    regions: {gel: {shape: sphere, centre: [50 um, 50 um, 50 um], radius: 30 um, diffusivity: 0.5, exchange: 0 1/min, source: a test}}\n"
    try place.write(
      Self.scenario.replacing(
        "    factors:\n      pge2",
        with: regions + "    factors:\n      pge2"
      ),
      "regions.yaml"
    )
    let whole = try place.stroma("plan", "regions.yaml", "--set", "duration=30 d")
    #expect(whole.code == 0 && whole.output.contains("\ntime "), "\(whole.output) \(whole.errors)")
  }
}
