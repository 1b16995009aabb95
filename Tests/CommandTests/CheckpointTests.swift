import Files
import Foundation
import Simulation
import Testing

/// Stopping, going on, parting and comparing, as a user does it.
@Suite("Checkpoints", .serialized)
struct CheckpointTests {
  /// A run of some tenths of a second.
  static let long = ["--set", "duration=60 d", "--set", "clock.output_every=12 h"]

  private func run(_ place: Workplace, _ arguments: [String]) throws -> Program.Ending {
    try Program.run(arguments + ["--library", Program.library], in: place.directory)
  }

  /// Killed at 20 random moments of its life, a run ends with the bytes of one that was not, on any number
  /// of threads.
  @Test(.timeLimit(.minutes(15))) func comesThroughKills() throws {
    let place = try Workplace()
    let straight = ContinuousClock.now
    let record = [
      "--record", "cells:30", "--record", "fields:every=20d", "--record", "cells:all,every=20d",
    ]
    var ending = try run(
      place,
      ["run", "arms.yaml", "--out", "straight", "--threads", "1"] + record + Self.long
    )
    #expect(ending.code == 0)
    let time = (ContinuousClock.now - straight) / .milliseconds(1)
    var seed: UInt64 = 42
    var kills = 0
    var starts = 0
    let threads = ["1", "2", "3", "8"]
    while kills < 20, starts < 200 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let isFirst = !place.has("killed/unfinished.json")
      let what =
        isFirst
        ? ["run", "arms.yaml", "--out", "killed", "--overwrite", "--checkpoint-every", "1 d"]
          + record + Self.long : ["resume", "killed"]
      starts += 1
      let process = try Program.start(
        what + ["--threads", threads[starts % 4], "--library", Program.library],
        in: place.directory
      )
      usleep(UInt32(Double(seed >> 40) / Double(1 << 24) * 0.5 * time * 1000))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      ending = try Program.end(process, in: place.directory)
      #expect(ending.code == 0 || ending.code == 128 + SIGKILL, "\(ending.errors)")
    }
    #expect(kills == 20)
    if place.has("killed/unfinished.json") {
      #expect(try run(place, ["resume", "killed", "--threads", "3"]).code == 0)
    }
    #expect(try place.tables("straight") == place.tables("killed"))
    #expect(try place.tables("straight").keys.contains("cells.csv"))
    #expect(try place.files("straight/frames") == place.files("killed/frames"))
  }

  /// Killed as it began, a run has left its terms alone, which can be resumed, or a part of a file, which does not count.
  @Test func beginningsComeThroughKills() throws {
    let place = try Workplace()
    let tiny = ["run", "tiny.yaml"] + Self.long
    #expect(try run(place, tiny + ["--out", "straight"]).code == 0)
    let process = try Program.start(
      tiny + ["--out", "killed", "--library", Program.library],
      in: place.directory
    )
    while !place.has("killed/unfinished.json") && process.isRunning { usleep(100) }
    kill(process.processIdentifier, SIGKILL)
    _ = try Program.end(process, in: place.directory)
    let terms = try place.bytes("killed/unfinished.json")
    try FileManager.default.removeItem(atPath: "\(place.directory)/killed")
    for (folder, file) in [("terms", "unfinished.json"), ("part", ".unfinished.json.partial")] {
      try FileManager.default.createDirectory(
        atPath: "\(place.directory)/\(folder)",
        withIntermediateDirectories: true
      )
      try terms.write(to: URL(fileURLWithPath: "\(place.directory)/\(folder)/\(file)"))
    }
    #expect(try place.stroma("resume", "terms").code == 0)
    #expect(try run(place, tiny + ["--out", "part"]).code == 0)
    for folder in ["terms", "part"] {
      #expect(try place.tables("straight") == place.tables(folder))
      #expect(place.names("straight") == place.names(folder))
    }
  }

  @Test(.timeLimit(.minutes(15))) func termLeavesACheckpoint() throws {
    let place = try Workplace()
    let process = try Program.start(
      [
        "run", "tiny.yaml", "--out", "out", "--library", Program.library, "--set",
        "duration=20000 h", "--set", "clock.output_every=100 h",
      ],
      in: place.directory
    )
    while !place.has("out/unfinished.json") && process.isRunning { usleep(1000) }
    usleep(100_000)
    process.terminate()
    let ending = try Program.end(process, in: place.directory)
    #expect(ending.code == 130)
    #expect(ending.errors.contains("stroma resume out"))
    #expect(place.names("out/checkpoints") == ["1-main-1.checkpoint"])
    #expect(try place.stroma("resume", "out").code == 0)
    #expect(!place.has("out/checkpoints") && !place.has("out/unfinished.json"))
    let whole = try run(
      place,
      [
        "run", "tiny.yaml", "--out", "whole", "--set", "duration=20000 h", "--set",
        "clock.output_every=100 h",
      ]
    )
    #expect(whole.code == 0)
    #expect(try place.tables("whole") == place.tables("out"))
    #expect(try place.stroma("resume", "out").code == EX_DATAERR)
    #expect(try place.stroma("resume", "elsewhere").code == EX_DATAERR)
    #expect(!place.has("elsewhere"))
  }

  @Test func badCheckpointsAreRefused() throws {
    let place = try Workplace()
    let stop = ["--set", "duration=6 h", "--checkpoint-every", "6h"]
    #expect(try run(place, ["run", "tiny.yaml", "--out", "base"] + stop).code == 0)
    let good = try place.bytes("base/checkpoints/1-main-1.checkpoint")
    func expect(
      _ bytes: Data,
      _ words: String,
      _ more: [String] = [],
      code: Int32 = EX_DATAERR,
      line: Int = #line
    ) throws {
      try bytes.write(to: URL(fileURLWithPath: place.directory + "/it.checkpoint"))
      let ending = try run(
        place,
        ["run", "tiny.yaml", "--from", "it.checkpoint", "--out", "out", "--overwrite"] + more
      )
      #expect(ending.code == code, "line \(line): \(ending.errors)")
      #expect(ending.errors.contains(words), "line \(line): \(ending.errors)")
    }
    var damaged = good
    damaged[good.count / 2] ^= 1
    var other = good
    other[17] = 99
    try expect(good, "out: timeseries.csv", code: 0)
    try expect(damaged, "is damaged: its checksum does not hold")
    try expect(good.prefix(good.count - 1), "is damaged: its checksum does not hold")
    try expect(good.prefix(20), "is damaged")
    try expect(
      other,
      "is a checkpoint of revision 99 (a later stroma); this program is of revision \(Model.revision) (stroma 0.2.0) and takes no other"
    )
    try expect(Data("name: tiny\n".utf8), "is no checkpoint of stroma")
    try expect(Data(), "is no checkpoint of stroma")
    try expect(good, "is of seed 1, the run of seed 2", ["--seed", "2"])
    try expect(good, "its clock.cell_step is another", ["--set", "clock.cell_step=1 min"])
    try expect(good, "its doses before that time", ["--set", "treatment.dose=3e3 cells"])
    try expect(good, "its tissues, their factors", ["--set", "tissues.infarct.voxels=8 x 8 x 9"])
    try expect(good, "its host has other organs", ["--set", "host=rat"])
    try expect(good, "it ends before", ["--set", "duration=5 h"])
    try expect(good, "observes at other times", ["--set", "clock.output_every=2 h"])
    try expect(good, "a checkpoint is of one replicate", ["--replicates", "2"])
    try expect(good, "was recorded with no cells", ["--record", "cells:3"])
    try expect(
      good,
      "leave out clock.fork_at",
      ["--set", "clock.fork_at=8 h", "--set", "arms={a: {}, b: {}}"]
    )
    try expect(
      good,
      "survival, residence, killing",
      ["--set", "survival.damage_relaxation=0.1 1/h"]
    )
    #expect(
      try run(place, ["run", "tiny.yaml", "--from", "nowhere", "--out", "out2"]).code == EX_IOERR
    )
  }

  /// What a laboratory reports is the same bytes when a run goes on from a checkpoint.
  @Test func observationsComeThroughCheckpoints() throws {
    let place = try Workplace()
    let observe = [
      "--set", "observe={bli: {preset: bli, noise: 20 %, background: 9 cells}, qpcr: qpcr}",
    ]
    func run(_ out: String, _ more: [String]) throws {
      let ending = try self.run(place, ["run", "tiny.yaml", "--out", out] + observe + more)
      #expect(ending.code == 0, "\(ending.errors)")
    }
    try run("straight", [])
    try run("early", ["--set", "duration=6 h", "--checkpoint-every", "6h"])
    try run("on", ["--from", "early/checkpoints/1-main-1.checkpoint", "--threads", "2"])
    #expect(try place.tables("straight") == place.tables("on"))
    #expect(place.has("on/observations.csv"))
    let plain = try self.run(place, ["run", "tiny.yaml", "--out", "on", "--overwrite"])
    #expect(plain.code == 0 && !place.has("on/observations.csv"))
  }

  /// A resumed run does not take the checkpoints of another scenario.
  @Test func anotherScenarioIsNoticed() throws {
    let place = try Workplace()
    let stop = ["--checkpoint-every", "6h"]
    #expect(try run(place, ["run", "tiny.yaml", "--out", "a"] + stop).code == 0)
    #expect(
      try run(
        place,
        ["run", "tiny.yaml", "--out", "b", "--set", "survival.damage_relaxation=0.04 1/h"] + stop
      )
      .code == 0
    )
    let manager = FileManager.default
    try place.bytes("a/checkpoints/1-main-1.checkpoint")
      .write(to: URL(fileURLWithPath: place.directory + "/b/checkpoints/1-main-1.checkpoint"))
    let unfinished = """
      {"version": "0.2.0", "revision": \(Model.revision), "command": [], "scenario": "tiny.yaml", "followed": 0,
       "scenarioSHA256": "\(Digest.of(try place.bytes("b/scenario.resolved.yaml")))",
       "started": "2026-01-01T00:00:00Z"}
      """
    try place.write(unfinished, "b/unfinished.json")
    let ending = try place.stroma("resume", "b")
    #expect(ending.code == EX_DATAERR && ending.errors.contains("belongs to another scenario"))
    #expect(manager.fileExists(atPath: place.directory + "/b/unfinished.json"))
  }

  /// Arms that part at a time, by the scenario or from a checkpoint, and the history that does not part.
  @Test func armsPartFromOneHistory() throws {
    let place = try Workplace()
    let arms = """
      arms:
        control: {}
        sheltered: {treatment: {dose: {total: 4e3 cells}, boluses: 2, interval: 8 h}}

      """
    try place.write(Workplace.tiny + arms, "apart.yaml")
    let early = ["--set", "duration=6 h", "--checkpoint-every", "6h"]
    #expect(try place.stroma("run", "tiny.yaml", "--out", "straight").code == 0)
    #expect(try run(place, ["run", "tiny.yaml", "--out", "early"] + early).code == 0)
    #expect(
      try run(
        place,
        [
          "run", "apart.yaml", "--out", "from", "--from",
          "early/checkpoints/1-main-1.checkpoint",
        ]
      ).code == 0
    )
    #expect(
      try run(place, ["run", "apart.yaml", "--out", "fork", "--set", "clock.fork_at=6 h"]).code == 0
    )
    #expect(try place.tables("from") == place.tables("fork"))
    for (name, table) in try place.tables("straight") {
      let whole = String(decoding: table, as: UTF8.self)
      let parted = String(decoding: try place.bytes("fork/\(name)"), as: UTF8.self)
      let control = parted.split(separator: "\n").filter { !$0.contains(",sheltered,") }
      #expect(
        control.joined(separator: "\n").replacing(",control,", with: ",main,") + "\n" == whole,
        "\(name)"
      )
      guard name == "timeseries.csv" else { continue }
      let other = parted.split(separator: "\n").filter { $0.contains(",sheltered,") }
      let first = whole.split(separator: "\n").dropFirst()
      #expect(other.count == first.count)
      #expect(
        other.joined(separator: "\n").replacing(",sheltered,", with: ",main,")
          != first.joined(separator: "\n")
      )
    }
    // Cells that live in the history have lived by its laws.
    let unlike = try run(
      place,
      [
        "run", "apart.yaml", "--out", "unlike", "--set", "clock.fork_at=6 h", "--set",
        "arms.sheltered={survival: {damage_relaxation: 0.05 1/h}}",
      ]
    )
    #expect(
      unlike.code == EX_DATAERR && unlike.errors.contains("arms.sheltered: ")
        && unlike.errors.contains("survival, residence, killing")
    )
    let off = try run(
      place,
      ["run", "apart.yaml", "--out", "off", "--set", "clock.fork_at=7 min"]
    )
    #expect(off.code == EX_DATAERR && off.errors.contains("clock.fork_at"))
  }

  /// Stopped anywhere, histories of arms that part included, a run with several models ends as if it had
  /// not been.
  @Test(.timeLimit(.minutes(15))) func histories() throws {
    let place = try Workplace()
    let arms = """
      arms:
        control: {}
        again: {treatment: {dose: {total: 4e3 cells}, boluses: 2, interval: 50 d}}

      """
    try place.write(Workplace.tiny + arms, "apart.yaml")
    let long = [
      "--set", "duration=60 d", "--set", "clock.output_every=12 h", "--set", "clock.fork_at=45 d",
      "--replicates", "3", "--threads", "1",
    ]
    let begun = ContinuousClock.now
    #expect(try run(place, ["run", "apart.yaml", "--out", "straight"] + long).code == 0)
    let time = (ContinuousClock.now - begun) / .milliseconds(1)
    var stops = 0
    for share in [0.15, 0.3, 0.5, 0.7] {
      let process = try Program.start(
        ["run", "apart.yaml", "--out", "out", "--overwrite", "--library", Program.library] + long,
        in: place.directory
      )
      while !place.has("out/unfinished.json") && process.isRunning { usleep(1000) }
      usleep(UInt32(share * time * 1000))
      process.terminate()
      let ending = try Program.end(process, in: place.directory)
      guard ending.code == 130 else { continue }
      stops += 1
      #expect(!place.names("out/checkpoints").isEmpty)
      #expect(try place.stroma("resume", "out").code == 0)
      #expect(try place.tables("straight") == place.tables("out"))
    }
    #expect(stops > 0)
  }

  /// A run leaves alone what is not its own, and is left alone by another.
  @Test func directoriesAreKept() throws {
    let place = try Workplace()
    try FileManager.default.createDirectory(
      atPath: place.directory + "/out/checkpoints",
      withIntermediateDirectories: true
    )
    try place.write("mine", "out/checkpoints/model.bin")
    let stop = ["--set", "duration=6 h", "--checkpoint-every", "6h", "--overwrite"]
    #expect(try run(place, ["run", "tiny.yaml", "--out", "out"] + stop).code == 0)
    #expect(place.names("out/checkpoints") == ["1-main-1.checkpoint", "model.bin"])
    let inside = try run(
      place,
      [
        "run", "tiny.yaml", "--out", "out", "--overwrite", "--from",
        "out/checkpoints/1-main-1.checkpoint",
      ]
    )
    #expect(inside.code == EX_DATAERR && inside.errors.contains("lies in the output directory"))
    #expect(place.has("out/checkpoints/1-main-1.checkpoint"))
    let process = try Program.start(
      [
        "run", "tiny.yaml", "--out", "busy", "--library", Program.library, "--set",
        "duration=240000 h", "--set", "clock.output_every=10000 h",
      ],
      in: place.directory
    )
    while !place.has("busy/unfinished.json") && process.isRunning { usleep(1000) }
    let other = try Program.run(
      ["run", "arms.yaml", "--out", "busy", "--overwrite", "--library", Program.library],
      in: place.directory
    )
    #expect(other.code == EX_CANTCREAT && other.errors.contains("another run is at work"))
    kill(process.processIdentifier, SIGKILL)
    _ = try Program.end(process, in: place.directory)
    let refused = try place.stroma("run", "arms.yaml", "--out", "busy")
    #expect(refused.code == EX_CANTCREAT && refused.errors.contains("stroma resume busy"))
  }

  /// Rows that only one run has hide no difference and make none up.
  @Test func diffPairsRowsByWhatTheyAreOf() throws {
    let place = try Workplace()
    let head = "run,arm,replicate,time_h,fate,site,cells\n"
    for (name, more, last) in [("a", "", "8"), ("b", "r,one,1,5,dead_damage,lung,1\n", "9")] {
      try FileManager.default.createDirectory(
        atPath: "\(place.directory)/\(name)",
        withIntermediateDirectories: true
      )
      try place.write(
        head + "r,one,1,5,tissue,lung,7\n" + more + "r,two,1,1,tissue,lung,5\n"
          + "r,two,1,2,tissue,lung,\(last)\n",
        "\(name)/ledger.csv"
      )
    }
    let ending = try Program.run(["diff", "a", "b"], in: place.directory)
    #expect(ending.output.hasPrefix("first difference at 2 h, in ledger.csv\nrun r, arm two, "))
    #expect(ending.output.hasSuffix("cells in a: 8\ncells in b: 9\n"))
    try place.write(head + "r,one,1,5,tissue,lung,7\n", "a/ledger.csv")
    try place.write(
      head + "r,one,1,5,tissue,lung,7\nr,one,1,5,dead_damage,lung,1\n",
      "b/ledger.csv"
    )
    let row = try Program.run(["diff", "a", "b"], in: place.directory)
    #expect(row.output.contains("fate dead_damage, site lung\nrow in a: no row\nrow in b: 1\n"))
  }

  @Test func diffFindsTheFirstDifference() throws {
    let place = try Workplace()
    let record = ["--record", "cells:30"]
    #expect(try run(place, ["run", "tiny.yaml", "--out", "a"] + record).code == 0)
    #expect(
      try run(place, ["run", "tiny.yaml", "--out", "b", "--threads", "1"] + record).code == 0
    )
    let same = try Program.run(["diff", "a", "b"], in: place.directory)
    #expect(same.code == 0 && same.output == "identical\n")
    var rows = String(decoding: try place.bytes("b/cells.csv"), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let at = try #require(rows.firstIndex { $0.hasPrefix("tiny,main,1,3,") })
    rows[at] += "9"
    try place.write(rows.joined(separator: "\n"), "b/cells.csv")
    let ending = try Program.run(["diff", "a", "b"], in: place.directory)
    #expect(ending.code == 1)
    #expect(ending.output.contains("first difference at 3 h, in cells.csv\n"))
    #expect(ending.output.contains(", cell 0\nnfkb_memory in a: "))
    try place.write(
      String(decoding: try place.bytes("a/timeseries.csv"), as: UTF8.self)
        .replacing("tiny,main,1,2,body,viable_cells,", with: "tiny,main,1,2,body,viable_cells,1"),
      "b/timeseries.csv"
    )
    let earlier = try Program.run(["diff", "a", "b"], in: place.directory)
    #expect(earlier.output.contains("first difference at 2 h, in timeseries.csv\n"))
    #expect(earlier.output.contains("site body, quantity viable_cells\nvalue in a: "))
    #expect(try Program.run(["diff", "a", "nowhere"], in: place.directory).code == EX_NOINPUT)
  }

  @Test func planTellsAndRefuses() throws {
    let place = try Workplace()
    let plan = try place.stroma("plan", "arms.yaml")
    #expect(plan.code == 0, "\(plan.errors)")
    for word in [
      "models    2, ", "cells     3000 given, 3000 agents", "voxels    1024 of each model",
      "steps     144", "memory    ", "disk      ", "time      ",
    ] {
      #expect(plan.output.contains(word), "\(plan.output)")
    }
    for command in ["plan", "run"] {
      let large = try run(
        place,
        [
          command, "tiny.yaml", "--set", "treatment.dose=4e9 cells", "--set",
          "treatment.agents=4e9",
        ]
      )
      #expect(large.code == EX_UNAVAILABLE && large.errors.contains("GiB of memory; there are"))
    }
  }

  /// Slurm's allotment of a task goes before that of the node, and what the user asks for before both.
  @Test func threadsAreWhatTheMachineGives() throws {
    let place = try Workplace()
    func said(_ variables: String, _ more: [String] = []) throws -> String {
      let process = try Program.start(
        ["run", "tiny.yaml", "--out", "out", "--overwrite", "--library", Program.library] + more,
        in: place.directory,
        shell: variables + " \"$@\""
      )
      return try Program.end(process, in: place.directory).errors
    }
    #expect(
      try said("SLURM_CPUS_PER_TASK=1 SLURM_CPUS_ON_NODE=64")
        .contains("1 thread (SLURM_CPUS_PER_TASK)\n")
    )
    #expect(try said("SLURM_CPUS_ON_NODE=1").contains("1 thread (SLURM_CPUS_ON_NODE)\n"))
    #expect(
      try said("SLURM_CPUS_PER_TASK=1", ["--threads", "3"]).contains("3 threads (--threads)\n")
    )
    #expect(try said("taskset -c 0").contains("1 thread (cores the program may run on)\n"))
  }
}
