import Foundation
import Testing

/// Whatever asks a run to stop, whoever reads what it says, and whoever else is at work where it writes.
@Suite("Stops, streams and busy directories", .serialized)
struct StopTests {
  /// A run that takes long, in short steps.
  private static let long = ["--set", "duration=100000 h", "--set", "clock.output_every=100 h"]

  /// Starts a run that takes long and waits until it is at work.
  private func start(_ place: Workplace, _ arguments: String..., shell: String? = nil) throws
    -> Process
  {
    let process = try Program.start(
      ["run", "tiny.yaml", "--library", Program.library] + arguments + Self.long,
      in: place.directory,
      shell: shell
    )
    while !place.has("out/unfinished.json"), process.isRunning { usleep(1000) }
    usleep(100_000)
    return process
  }

  /// Each signal by which people, terminals and queues ask leaves a checkpoint and what was observed.
  @Test(
    .timeLimit(.minutes(15)),
    arguments: [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXCPU]
  )
  func signalsLeaveWhatWasObserved(number: Int32) throws {
    let place = try Workplace()
    let process = try start(place, "--out", "out")
    kill(process.processIdentifier, number)
    let ending = try Program.end(process, in: place.directory)
    #expect(ending.code == 130, "\(ending.errors)")
    #expect(ending.errors.contains("continue with: stroma resume out"), "\(ending.errors)")
    #expect(place.has("out/checkpoints/1-main-1.checkpoint"))
    let manifest = String(decoding: try place.bytes("out/manifest.json"), as: UTF8.self)
    #expect(manifest.contains("\"complete\" : false"))
    #expect(place.has("out/timeseries.csv"))
  }

  /// A hangup that is ignored, as nohup has it, stays so.
  @Test(.timeLimit(.minutes(15))) func ignoredHangupsStayIgnored() throws {
    let place = try Workplace()
    let process = try start(place, "--out", "out", shell: "trap '' HUP; exec \"$@\"")
    kill(process.processIdentifier, SIGHUP)
    usleep(300_000)
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGTERM)
    #expect(try Program.end(process, in: place.directory).code == 130)
  }

  /// Standard error that is closed, full or a pipe that is not read ends no run.
  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      "exec \"$@\" 2>&-", "exec \"$@\" 2>/dev/full", "\"$@\" 2>&1 >/dev/null | true",
      "exec \"$@\" <&- >&- 2>&-",
    ]
  )
  func runsEndWithoutStandardError(shell: String) throws {
    let place = try Workplace()
    #expect(try place.stroma("run", "tiny.yaml", "--out", "whole").code == 0)
    let process = try Program.start(
      ["run", "tiny.yaml", "--out", "out", "--library", Program.library],
      in: place.directory,
      shell: shell
    )
    #expect(try Program.end(process, in: place.directory).code == 0)
    #expect(try place.bytes("out/timeseries.csv") == place.bytes("whole/timeseries.csv"))
    #expect(!place.has("out/unfinished.json"))
  }

  /// Standard output that is closed, full or a pipe that is not read is said and ends with exit code 74.
  @Test(
    arguments: [
      ("exec \"$@\" >&-", ["check", "tiny.yaml"]),
      ("exec \"$@\" >/dev/full", ["check", "tiny.yaml"]),
      ("exec \"$@\" >/dev/full", ["expect", "tiny.yaml"]), ("exec \"$@\" >/dev/full", ["hosts"]),
      ("exec \"$@\" >/dev/full", ["explain", "repair"]),
      ("exec \"$@\" >&-", ["plan", "tiny.yaml"]),
    ]
  )
  func resultsThatCannotBeShownAreSaid(shell: String, arguments: [String]) throws {
    let place = try Workplace()
    let process = try Program.start(
      arguments + ["--library", Program.library],
      in: place.directory,
      shell: shell
    )
    let ending = try Program.end(process, in: place.directory)
    #expect(ending.code == 74 && ending.errors.hasSuffix("cannot write to standard output\n"))
  }

  /// Whoever comes to a directory in which a run or a campaign is at work is told so.
  @Test(.timeLimit(.minutes(15))) func busyDirectoriesAreSaid() throws {
    let place = try Workplace()
    let campaign = """
      name: busy
      scenario: tiny.yaml
      replicates: 2
      design: {method: grid}
      vary: {stress.lung.lumen: {values: [0.1 1/h, 0.2 1/h]}}
      set: [treatment.agents=100]

      """
    try place.write(campaign, "busy.yaml")
    let process = try start(place, "--out", "out")
    for arguments in [
      ["run", "tiny.yaml"], ["run", "tiny.yaml", "--overwrite"], ["sweep", "busy.yaml"],
      ["sweep", "busy.yaml", "--shard", "1/2"], ["merge", "busy.yaml"],
    ] {
      let other = try Program.run(
        arguments + ["--out", "out", "--quiet", "--library", Program.library],
        in: place.directory
      )
      #expect(other.code == 73, "\(arguments) \(other.code)")
      #expect(
        other.errors.hasSuffix(
          "another run is at work in out; wait for it, or choose another directory with --out\n"
        ),
        "\(arguments) \(other.errors)"
      )
    }
    let resumed = try Program.run(
      ["resume", "out", "--library", Program.library],
      in: place.directory
    )
    #expect(resumed.code == 73 && resumed.errors.contains("another run is at work in out"))
    kill(process.processIdentifier, SIGTERM)
    _ = try Program.end(process, in: place.directory)

    let sweep = try Program.start(
      ["sweep", "busy.yaml", "--out", "many", "--library", Program.library, "--quiet"]
        + ["--set", "duration=100000 h", "--set", "clock.output_every=100 h"],
      in: place.directory
    )
    while !place.has("many/runs.sqlite-wal"), sweep.isRunning { usleep(1000) }
    usleep(100_000)
    for arguments in [
      ["sweep", "busy.yaml"], ["merge", "busy.yaml"], ["run", "tiny.yaml"],
      ["run", "tiny.yaml", "--overwrite"],
    ] {
      let other = try Program.run(
        arguments + ["--out", "many", "--quiet", "--library", Program.library],
        in: place.directory
      )
      #expect(other.code == 73, "\(arguments) \(other.code)")
      let last = other.errors.split(separator: "\n").last ?? ""
      #expect(last.hasPrefix("another run is at work"), "\(arguments) \(other.errors)")
    }
    kill(sweep.processIdentifier, SIGKILL)
    _ = try Program.end(sweep, in: place.directory)
  }

  /// What does not fit in memory is refused before it starts, what comes from blood included.
  @Test(.timeLimit(.minutes(15)), arguments: ["run", "plan"])
  func recruitmentBeyondMemoryIsRefused(command: String) throws {
    let place = try Workplace()
    let text = """
      name: recruitment
      duration: 24 h
      clock: {cell_step: 10 min, output_every: 4 h}
      culture: {species: human, cells: {macrophage: {density: 1e5 cells/mL}}}
      medium: rpmi
      product: human-marrow-msc
      treatment: {dose: 1e5 cells/mL}
      kinds: {macrophage: {preset: macrophage, recruitment: {rate: 1e12 cells/mL/h}}}
      factors: [ifng, pge2, tnfa]

      """
    try place.write(text, "recruitment.yaml")
    let ending = try place.stroma(command, "recruitment.yaml")
    #expect(ending.code == 69, "\(ending.errors)")
    #expect(ending.errors.contains("the run would take "))
    #expect(!place.has("results"))
  }
}
