import Files
import Foundation
import Observations
import Recording
import Scenario
import Simulation
import Substrate

/// Tables that must be the same to the byte.
enum ByteChecks {
  /// The rows.
  static func rows(_ bench: VerificationBench) throws -> [Verification.Row] {
    let scenario = try bench.scenario("whole")
    let straight = tables(try bench.run(scenario, on: Workers(count: 1)))
    var rows: [Verification.Row] = []
    func add(_ quantity: String, _ differing: Int, _ theory: String) {
      rows.append(
        .init(
          group: .bytes,
          quantity: quantity,
          unit: "tables that differ",
          measured: Double(differing),
          expected: 0,
          tolerance: 0,
          theory: theory
        )
      )
    }
    for threads in [2, 3] {
      add(
        "\(threads) threads against 1",
        differing(tables(try bench.run(scenario, on: Workers(count: threads))), straight),
        "results do not depend on the number of threads"
      )
    }
    add(
      "stopped and resumed against straight",
      differing(try resumed(scenario, bench), straight),
      "a resumed run writes the tables of an uninterrupted one"
    )
    let forked = try bench.run(bench.scenario("whole", ["clock.fork_at=12 h"]))
    let apart = try bench.run(scenario)
    let first = scenario.experiments[0].arm
    add(
      "first arm with clock.fork_at against without",
      differing(
        tables(forked.filter { $0.experiment.arm == first }),
        tables(apart.filter { $0.experiment.arm == first })
      ),
      "an arm without changes is that of the run without branching"
    )
    add(
      "3 shards merged against one piece",
      try sharded(bench),
      "tables of a campaign do not depend on its shards"
    )
    return rows
  }

  private static func tables(_ trajectories: [Trajectory]) -> [String: String] {
    let files = Recorders.files(trajectories, followingCells: false)
    return Dictionary(files.map { ($0.name, $0.text) }) { first, _ in first }
  }

  /// Tables that are not the same, or are in one of the two only; 1 where there are none at all.
  private static func differing(_ a: [String: String], _ b: [String: String]) -> Int {
    guard !a.isEmpty else { return 1 }
    return Set(a.keys).union(b.keys).count { a[$0] != b[$0] }
  }

  /// The tables of a run that was stopped at two fifths; none where it was not stopped.
  private static func resumed(_ scenario: ResolvedScenario, _ bench: VerificationBench) throws
    -> [String: String]
  {
    let directory = try OutputDirectory(bench.directory + "/stopped", overwrite: false).path
    let run = VerificationBench.plan(scenario)
    let checkpoints = Checkpoints(
      directory: directory,
      every: nil,
      scenario: scenario.yaml,
      models: scenario.experiments.count * scenario.replicates
    )
    let stop = Interruption()
    let part = try run.execute(on: bench.workers, until: stop, leaving: checkpoints) {
      if $0.done > 0.4 { stop.request() }
    }
    guard !part.trajectories.allSatisfy(\.isComplete), part.failure == nil else { return [:] }
    return tables(try run.execute(on: bench.workers, leaving: checkpoints).trajectories)
  }

  private static func sharded(_ bench: VerificationBench) throws -> Int {
    let sweep = Sweep(
      try SweepDescription(
        path: bench.path("points"),
        library: bench.library,
        program: "",
        overrides: []
      )
    )
    func store(_ name: String) throws -> RunStore {
      try RunStore("\(bench.directory)/\(name).sqlite")
    }
    func tables(_ store: RunStore, _ name: String) throws -> [String: String] {
      let output = try OutputDirectory("\(bench.directory)/\(name)", overwrite: false)
      try SweepResults(sweep, from: store, on: bench.workers).write(to: output)
      let names = try FileManager.default.contentsOfDirectory(atPath: output.path)
      return Dictionary(
        uniqueKeysWithValues: try names.map {
          ($0, try String(contentsOfFile: "\(output.path)/\($0)", encoding: .utf8))
        }
      )
    }
    let whole = try store("whole")
    try sweep.run(.whole, into: whole, on: bench.workers)
    for number in 1...3 {
      let shard = Sweep.Shard(number: number, count: 3)
      try sweep.run(shard, into: try store("shard-\(number)"), on: bench.workers)
    }
    let merged = try store("merged")
    for number in [3, 1, 2] { try merged.merge("\(bench.directory)/shard-\(number).sqlite") }
    return differing(try tables(merged, "b"), try tables(whole, "a"))
  }
}
