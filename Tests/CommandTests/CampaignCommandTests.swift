import Foundation
import Testing

/// Campaigns as a user and a cluster run them: killed, without room, in shards and over Slurm.
@Suite("Campaign commands", .serialized)
struct CampaignCommandTests {
  /// A campaign of 96 runs of some milliseconds.
  static let campaign = """
    name: many
    scenario: arms.yaml
    set: ["duration=2 d", "clock.output_every=12 h", "treatment.dose=1e4 cells", "treatment.agents=2000"]
    replicates: 4
    endpoints: [survival_1_d, viable_half_life, peak_lung_occluded_fraction]
    timeseries: true
    design: {method: latin-hypercube, points: 12}
    vary:
      stress.lung.lumen: range
      survival.damage_relaxation: range

    """

  private func place() throws -> Workplace {
    let place = try Workplace()
    try place.write(Self.campaign, "many.yaml")
    return place
  }

  private func run(_ place: Workplace, _ arguments: [String]) throws -> Program.Ending {
    try Program.run(arguments + ["--library", Program.library], in: place.directory)
  }

  /// Killed at 20 random moments a campaign ends with the bytes of one that was not.
  @Test(.timeLimit(.minutes(15))) func comesThroughKills() throws {
    let place = try place()
    // Long enough that much is done between two kills.
    let longer = Self.campaign.replacing("agents=2000", with: "agents=1e4")
    try place.write(longer, "many.yaml")
    let start = ContinuousClock.now
    let first = try run(place, ["sweep", "many.yaml", "--out", "straight", "--threads", "1"])
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.errors.contains("96 runs completed, 0 already in the store"))
    let time = min(2000, (ContinuousClock.now - start) / .milliseconds(1))
    var seed: UInt64 = 7
    var kills = 0
    var starts = 0
    var hasCarriedOn = false
    while kills < 20, starts < 200 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      starts += 1
      let process = try Program.start(
        [
          "sweep", "many.yaml", "--out", "killed", "--threads",
          starts.isMultiple(of: 2) ? "1" : "2",
        ]
          + ["--library", Program.library],
        in: place.directory
      )
      usleep(UInt32(Double(seed >> 40) / Double(1 << 24) * 0.6 * time * 1000))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      let ending = try Program.end(process, in: place.directory)
      #expect(ending.code == 0 || ending.code == 128 + SIGKILL, "\(ending.errors)")
      if ending.code == 0, !ending.errors.contains(" 0 already in the store") {
        hasCarriedOn = true
      }
      if ending.code == 0, kills < 20 {
        try FileManager.default.removeItem(atPath: "\(place.directory)/killed")
      }
    }
    #expect(kills == 20)
    let last = try run(place, ["sweep", "many.yaml", "--out", "killed"])
    #expect(last.code == 0, "\(last.errors)")
    #expect(hasCarriedOn || !last.errors.contains(" 0 already in the store"))
    #expect(try place.tables("killed") == place.tables("straight"))
    #expect(
      try place.tables("killed").keys.sorted() == [
        "runs.csv", "sensitivity.csv", "summary.csv", "timeseries.csv",
      ]
    )
  }

  /// Asked to stop it says how to go on, and goes on.
  @Test(.timeLimit(.minutes(15))) func stopsAndGoesOn() throws {
    let place = try place()
    let process = try Program.start(
      ["sweep", "many.yaml", "--out", "out", "--threads", "1", "--set", "duration=20 d"]
        + ["--library", Program.library],
      in: place.directory
    )
    // An empty store takes less: runs are there when it is larger.
    let log = "out/runs.sqlite-wal"
    while process.isRunning, ((try? place.bytes(log).count) ?? 0) < 1 << 16 { usleep(50_000) }
    kill(process.processIdentifier, SIGTERM)
    let stopped = try Program.end(process, in: place.directory)
    #expect(stopped.code == 130, "\(stopped.errors)")
    #expect(stopped.errors.contains("repeat the command to continue"))
    #expect(!place.has("out/runs.csv"))
    let ended = try run(place, ["sweep", "many.yaml", "--out", "out", "--set", "duration=20 d"])
    #expect(ended.code == 0 && !ended.errors.contains(" 0 already in the store"), "\(ended.errors)")
  }

  /// On a disk that is full it says so and ends with exit code 74; with room it goes on to the same bytes.
  @Test(.enabled(if: getuid() == 0, "only root can make a disk"), .timeLimit(.minutes(15)))
  func comesThroughAFullDisk() throws {
    let place = try place()
    #expect(try run(place, ["sweep", "many.yaml", "--out", "straight"]).code == 0)
    let disk = place.directory + "/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    func mount(_ options: String...) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = options
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    var kept = 0
    for size in ["160k", "900k", "1700k", "2500k", "4m"] {
      try #require(try mount("mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", disk) == 0)
      defer { _ = try? mount("umount", disk) }
      let full = try run(place, ["sweep", "many.yaml", "--out", "disk/out", "--threads", "1"])
      #expect(full.code == 74, "\(size): \(full.code) \(full.errors)")
      #expect(
        full.errors.contains("is full; completed runs are kept: free some space")
          || full.errors.contains("No space left on device"),
        "\(full.errors)"
      )
      #expect(try mount("mount", "-o", "remount,size=64m", disk) == 0)
      let ending = try run(place, ["sweep", "many.yaml", "--out", "disk/out"])
      #expect(ending.code == 0, "\(ending.errors)")
      if !ending.errors.contains(" 0 already in the store") { kept += 1 }
      #expect(try place.tables("disk/out") == place.tables("straight"))
    }
    #expect(kept > 0 && kept < 5)
  }

  /// Shards, merged, are the whole; what is missing is counted.
  @Test func shardsAreMerged() throws {
    let place = try place()
    #expect(try run(place, ["sweep", "many.yaml", "--out", "whole"]).code == 0)
    for number in [2, 3] {
      #expect(
        try run(place, ["sweep", "many.yaml", "--out", "parts", "--shard", "\(number)/3"]).code == 0
      )
    }
    let early = try run(place, ["merge", "many.yaml", "--out", "parts"])
    #expect(
      early.code == 65 && early.errors.contains("32 of 96 runs are missing"),
      "\(early.errors)"
    )
    #expect(try run(place, ["sweep", "many.yaml", "--out", "parts", "--shard", "1/3"]).code == 0)
    #expect(try run(place, ["merge", "many.yaml", "--out", "parts"]).code == 0)
    #expect(try place.tables("parts") == place.tables("whole"))
  }

  /// In other numbers of shards, or in none, only what no store of the directory has is made; several may look at once.
  @Test(.timeLimit(.minutes(15))) func shardsTakeOverWhatOthersMade() throws {
    let place = try place()
    func sweep(_ out: String, _ more: String...) throws -> Program.Ending {
      try run(place, ["sweep", "many.yaml", "--out", out] + more)
    }
    #expect(try sweep("whole").code == 0)
    #expect(try sweep("parts", "--shard", "1/3").code == 0)
    // Points 1, 4, 7, 10 are made; of the four shards the first has 1, 5, 9 and so on: one of them in each.
    let four = try (1...4).map { number in
      try Program.start(
        ["sweep", "many.yaml", "--out", "parts", "--threads", "1", "--shard", "\(number)/4"]
          + ["--library", Program.library],
        in: place.directory,
        shell: "exec \"$@\" 2> said-\(number)"
      )
    }
    for (n, process) in four.enumerated() {
      #expect(try Program.end(process, in: place.directory).code == 0)
      let said = String(decoding: try place.bytes("said-\(n + 1)"), as: UTF8.self)
      #expect(
        said.contains("8 runs were in ")
          && said.contains("16 runs completed, 8 already in the store"),
        "\(said)"
      )
    }
    let all = try sweep("parts")
    #expect(
      all.code == 0 && all.errors.contains("0 runs completed, 96 already in the store"),
      "\(all.errors)"
    )
    #expect(try place.tables("parts") == place.tables("whole"))
  }

  /// What cannot be is said in a sentence, with its exit code.
  @Test func saysWhatIsWrong() throws {
    let place = try place()
    let many = try run(place, ["sweep", "many.yaml", "--set", "replicates=100"])
    #expect(
      many.code == 64 && many.errors.contains("2400 runs, more than 1000; add --yes"),
      "\(many.errors)"
    )
    let dry = try run(place, ["sweep", "many.yaml", "--dry-run", "--out", "none"])
    #expect(
      dry.code == 0 && dry.errors.contains("12 points x 2 arms x 4 replicates")
        && !place.has("none")
    )
    #expect(try run(place, ["sweep", "many.yaml", "--shard", "4/3"]).code == 64)
    let none = try run(place, ["calibrate", "many.yaml"])
    #expect(none.code == 65 && none.errors.contains("has no 'calibration'"))
    try place.write("# a text of some length that is no store of runs at all\n", "runs.sqlite")
    let strange = try run(place, ["sweep", "many.yaml", "--out", "."])
    #expect(
      strange.code == 65 && strange.errors.contains("is not a store of runs"),
      "\(strange.errors)"
    )
  }

  /// What would begin another line of a job script is refused before anything is written.
  @Test(arguments: ["--out", "--time", "--mem", "--sbatch"])
  func refusesControlCharacters(option: String) throws {
    let place = try place()
    for (character, name) in [("\n", "U+000A"), ("\r", "U+000D"), ("\r\n", "U+000D")] {
      let ending = try run(
        place,
        ["sweep", "many.yaml", "--slurm", "\(option)=--x\(character)touch made"]
      )
      #expect(
        ending.code == 64
          && ending.errors.contains("\(option) contains the control character \(name)"),
        "\(ending.errors)"
      )
    }
    #expect(place.names("") == [".errors", ".output", "arms.yaml", "many.yaml", "tiny.yaml"])
  }

  /// Job scripts hold any other path, name and value as one word; the commands of Slurm are replaced by others here.
  @Test func quotesWordsOfJobScripts() throws {
    let place = try place()
    try FileManager.default.createDirectory(
      atPath: place.directory + "/bin",
      withIntermediateDirectories: true
    )
    for (command, answer) in [("scontrol", "MaxArraySize = 1001"), ("sbatch", "7")] {
      try place.write("#!/bin/sh\necho '\(answer)'\n", "bin/\(command)")
      _ = chmod(place.directory + "/bin/\(command)", 0o755)
    }
    // A quote with a combining mark is one `Character`.
    let name = "a 'b'\u{301} c"
    try place.write(Self.campaign.replacing("name: many", with: "name: \(name)"), "many.yaml")
    let out = "it's '\u{301}$(touch made) \"50 %\" #1"
    let process = try Program.start(
      [
        "sweep", "many.yaml", "--out", out, "--slurm", "--tasks", "1", "--time", "1 --uid=0",
        "--mem", "1\"G", "--set", "name=\(name)", "--library", Program.library,
      ],
      in: place.directory,
      shell: "PATH=\"$PWD/bin:$PATH\" exec \"$@\""
    )
    let ending = try Program.end(process, in: place.directory)
    #expect(ending.code == 0 && ending.output == "7 7\n", "\(ending.errors)")
    let script = String(decoding: try place.bytes("\(out)/shards.sbatch"), as: UTF8.self)
    #expect(script.contains("#SBATCH --time=\"1 --uid=0\"\n#SBATCH --mem=\"1\\\"G\"\n"))
    #expect(script.contains("$(touch made) \\\"50 %%\\\" #1/shard-%a.log\"\n"))
    #expect(script.contains("#SBATCH --job-name=stroma-a--b--c\n"))
    for job in ["shards", "merge"] {
      #expect(
        try Self.shell(
          "sh",
          "-c",
          "cd \"$0\" && SLURM_ARRAY_TASK_ID=1 sh \"$1\"",
          place.directory,
          "\(out)/\(job).sbatch"
        ) == 0
      )
    }
    #expect(place.has("\(out)/runs.csv") && !place.has("made"))
    let backslash = try run(place, ["sweep", "many.yaml", "--slurm", "--out", "a\\b"])
    #expect(
      backslash.code == 64 && backslash.errors.contains("--out contains a backslash"),
      "\(backslash.errors)"
    )
  }

  /// Whether a Slurm answers.
  static let hasSlurm: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sinfo", "--noheader"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// Over a real Slurm: submitted, one task requeued and one cancelled, submitted again, merged by its own job, the
  /// bytes are those of a local run.
  @Test(.enabled(if: hasSlurm, "no Slurm answers"), .timeLimit(.minutes(15)))
  func runsOverSlurm() throws {
    let place = try place()
    #expect(try run(place, ["sweep", "many.yaml", "--out", "local"]).code == 0)
    let submit = [
      "sweep", "many.yaml", "--out", "cluster", "--slurm", "--tasks", "4", "--time", "00:05:00",
      "--mem",
      "500M", "--sbatch=--begin=now+3", "--set", "name=many",
    ]
    let first = try run(place, submit)
    #expect(first.code == 0, "\(first.errors)")
    let jobs = first.output.split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(jobs.count == 2)
    guard jobs.count == 2 else { return }
    // One task goes back in the queue, one is cancelled: its shard stays away, and the merge cannot begin.
    #expect(try Self.shell("scancel", "\(jobs[0])_2") == 0)
    usleep(5_000_000)
    _ = try Self.shell("scontrol", "requeue", "\(jobs[0])_1")
    try Self.wait(for: jobs[0])
    #expect(try Self.shell("scancel", jobs[1]) == 0)
    #expect(!place.has("cluster/runs.csv"))
    let again = try run(place, submit)
    #expect(again.code == 0, "\(again.errors)")
    let second = again.output.split(whereSeparator: \.isWhitespace).map(String.init)
    for job in second { try Self.wait(for: job) }
    #expect(place.has("cluster/runs.csv"), "\(place.names("cluster"))")
    #expect(try place.tables("cluster") == place.tables("local"))
  }

  private static func shell(_ command: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits until no task of a job is in the queue.
  private static func wait(for job: String) throws {
    for _ in 0..<240 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["squeue", "--noheader", "--jobs", job]
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = FileHandle.nullDevice
      try process.run()
      let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      if text.allSatisfy(\.isWhitespace) { return }
      usleep(1_000_000)
    }
    Issue.record("job \(job) does not end")
  }
}
