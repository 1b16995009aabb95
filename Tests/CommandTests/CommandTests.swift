import Files
import Foundation
import Testing

/// What every run leaves behind.
private let files = [
  "ledger-mass.csv", "ledger.csv", "manifest.json", "ro-crate-metadata.json",
  "scenario.resolved.yaml", "slices.bin",
  "summary.csv", "timeseries.csv",
]

@Suite("Broken scenarios on the command line", .serialized)
struct BrokenScenarioCommandTests {
  /// A text that is replaced in the tiny scenario, and how the message begins.
  static let broken: [(old: String, new: String, message: String)] = [
    ("treatment:", "tretment:", "scenario.yaml:1:1: treatment: is missing; "),
    ("  dose", "  dosse", "scenario.yaml:7:3: treatment.dose: is missing; "),
    ("host: mouse", "host: mouze", "scenario.yaml:3:7: host: there is no 'mouze' in "),
    ("2e3 cells", "2e6 kg", "scenario.yaml:8:9: treatment.dose: found \"2e6 kg\", a mass; "),
    (
      "200 um", "200 umm",
      "scenario.yaml:14:14: tissues.lung_block.spacing: found \"200 umm\" with the unknown unit "
    ),
    ("12 h", "7", "scenario.yaml:2:11: duration: found \"7\", a number without unit; "),
    ("12 h", "soon", "scenario.yaml:2:11: duration: found \"soon\"; expected a time"),
    ("12 h", "", "scenario.yaml:2:10: duration: has no value; expected a time"),
    ("name: tiny", "name: [tiny]", "scenario.yaml:1:7: name: found keys or a list; "),
    (
      "intravenous", "intravenus", "scenario.yaml:7:10: treatment.route: found \"intravenus\" (did "
    ),
    ("name: tiny", "host: mouse", "scenario.yaml:1:1: has 'host' more than once in the same place"),
    (
      "name: tiny", "name: tiny\n\ta: b",
      "scenario.yaml:2:1: is indented by a tab; indent by spaces"
    ),
    ("organ: heart", "organ: hart", "scenario.yaml:19:12: tissues.infarct.organ: found \"hart\""),
    ("[tnfa", "[ifng, tnfa", "scenario.yaml:9:11: factors.ifng: is not used in any tissue; "),
    ("400 um", "900 um", "scenario.yaml:11:3: tissues: the blocks of heart together are 3.437 "),
    ("2e3 cells", "1e12 cells", "scenario.yaml:8:9: treatment.dose: found \"1e12 cells\"; "),
    ("host: mouse", "host: ../x", "scenario.yaml:3:7: host: found \"../x\"; the name of a preset "),
    (tinyText, "", "scenario.yaml:1:1: is empty; it needs keys and values"),
    (tinyText, "\u{0}\u{1}", "scenario.yaml: is not text: it has a zero byte at 0"),
    (tinyText, String(repeating: "[", count: 50_000), "scenario.yaml:1:1: nests deeper than 32 "),
    (tinyText, "- a", "scenario.yaml:1:1: a scenario is a mapping of keys to values"),
  ]

  private static let tinyText = Workplace.tiny

  @Test(arguments: broken.indices) func endWith65AndLeaveNothing(index: Int) throws {
    let (old, new, message) = Self.broken[index]
    let place = try Workplace()
    try place.write(Workplace.tiny.replacing(old, with: new, maxReplacements: 1), "scenario.yaml")
    for ending in [
      try place.stroma("run", "scenario.yaml", "--out", "out"),
      try place.stroma("check", "scenario.yaml"),
    ] {
      #expect(ending.code == 65)
      #expect(ending.errors.hasPrefix(message), "\(ending.errors)")
      #expect(ending.output.isEmpty)
    }
    #expect(!place.has("out"))
  }

  @Test(
    arguments: [
      (
        "--set", "host.body_weigt=25g",
        "--set host.body_weigt=25g: host.body_weigt: unknown key (did"
      ),
      ("--set", "abc", "--set abc: expected key.path=value, as in host.body_weight=25g"),
      ("--library", "/nowhere", "--library: found \"/nowhere\"; a library is a directory with a "),
    ]
  )
  func optionsOfTheScenario(option: String, value: String, message: String) throws {
    let place = try Workplace()
    let library = option == "--library" ? value : Program.library
    let ending = try Program.run(
      ["run", "tiny.yaml", "--out", "out", option, value]
        + (option == "--library" ? [] : ["--library", library]),
      in: place.directory
    )
    #expect(ending.code == 65)
    #expect(ending.errors.hasPrefix(message), "\(ending.errors)")
    #expect(!place.has("out"))
  }

  @Test func missingFile() throws {
    let place = try Workplace()
    let ending = try place.stroma("run", "nowhere.yaml")
    #expect(ending.code == 65)
    #expect(ending.errors == "nowhere.yaml: there is no such file\n")
    #expect(!place.has("results"))
  }
}

@Suite("Command lines", .serialized)
struct CommandLineTests {
  @Test(
    arguments: [
      (["run", "tiny.yaml", "--colour"], "Error: Unknown option '--colour'"),
      (
        ["run", "tiny.yaml", "--threads", "0"],
        "Error: --threads is 0; expected a number from 1 to 4096."
      ),
      (
        ["run", "tiny.yaml", "--replicates", "0"],
        "Error: --replicates is 0; expected a number from 1 to 100000."
      ),
      (
        ["run", "tiny.yaml", "--seed", "9999999999999999999"],
        "Error: --seed is 9999999999999999999; expected a number from 0 to 9223372036854775807."
      ),
      (["run", "tiny.yaml", "--seed", "one"], "Error: The value 'one' is invalid for '--seed"),
      (["run", "tiny.yaml", "--record", "cells:x"], "Error: The value 'cells:x' is invalid for "),
      (["run", "tiny.yaml", "--record", "cells:0"], "Error: The value 'cells:0' is invalid for "),
      (["run", "tiny.yaml", "--set"], "Error: Missing value for '--set"),
      (["run"], "Error: Missing expected argument '<file>'"),
      (["check", "tiny.yaml", "arms.yaml"], "Error: Unexpected argument 'arms.yaml'"),
      (["walk", "tiny.yaml"], "Error: "),
    ]
  )
  func wrongOnesEndWith64(arguments: [String], message: String) throws {
    let place = try Workplace()
    let ending = try Program.run(arguments, in: place.directory)
    #expect(ending.code == 64)
    #expect(ending.errors.hasPrefix(message), "\(ending.errors)")
    #expect(ending.errors.contains("Usage: stroma "))
    #expect(ending.output.isEmpty)
    #expect(!place.has("results"))
  }

  @Test func resultsGoBesideWhereTheUserIs() throws {
    let place = try Workplace()
    let ending = try place.stroma("run", "tiny.yaml", "--quiet")
    #expect(ending.code == 0)
    #expect(ending.output.isEmpty && ending.errors.isEmpty)
    #expect(place.names("results/tiny") == files)
  }

  /// A run ends with the answer, as a table or as JSON, with the numbers of summary.csv.
  @Test func endsWithTheAnswer() throws {
    let place = try Workplace()
    let ending = try place.stroma("run", "tiny.yaml", "--out", "out", "--replicates", "2")
    #expect(ending.code == 0 && ending.output.contains("| lung_fraction_5_min | "))
    let json = try place.stroma(
      "run",
      "tiny.yaml",
      "--out",
      "out2",
      "--replicates",
      "2",
      "--json",
      "--quiet"
    )
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let rows = try #require(object?["rows"] as? [[String: Any]])
    let row = try #require(rows.first { $0["endpoint"] as? String == "lung_fraction_5_min" })
    let arm = try #require((row["arms"] as? [[String: Any]])?.first)
    let values = try String(decoding: place.bytes("out2/summary.csv"), as: UTF8.self)
      .split(separator: "\n").compactMap { line in
        line.contains(",lung_fraction_5_min,") ? Double(line.split(separator: ",")[5]) : nil
      }
    #expect(values.count == 2)
    let mean = try #require(arm["mean"] as? Double)
    #expect((mean - (values[0] + values[1]) / 2).magnitude < 1e-12 && json.errors.isEmpty)
  }

  @Test func recordsCells() throws {
    let place = try Workplace()
    let ending = try place.stroma("run", "tiny.yaml", "--out", "out", "--record", "cells:10")
    #expect(ending.code == 0)
    #expect(
      ending.errors.contains(
        "\nout: timeseries.csv, ledger.csv, ledger-mass.csv, summary.csv, cells.csv after "
      )
    )
    #expect(place.names("out") == ["cells.csv"] + files)
  }
}

@Suite("Output directories", .serialized)
struct OutputDirectoryCommandTests {
  @Test func oneThatHoldsSomethingIsLeftAlone() throws {
    let place = try Workplace()
    #expect(try place.stroma("run", "tiny.yaml", "--out", "out", "--record", "cells:5").code == 0)
    let before = try place.tables("out")
    let refused = try place.stroma("run", "tiny.yaml", "--out", "out", "--seed", "2")
    #expect(refused.code == 73)
    #expect(
      refused.errors
        == "the output directory out is not empty; add --overwrite, or choose another with --out\n"
    )
    #expect(try place.tables("out") == before)
    let overwritten = try place.stroma(
      "run",
      "tiny.yaml",
      "--out",
      "out",
      "--seed",
      "2",
      "--overwrite"
    )
    #expect(overwritten.code == 0)
    #expect(place.names("out") == files)
    #expect(try place.tables("out")["summary.csv"] != before["summary.csv"])
  }

  @Test func emptyOneIsUsed() throws {
    let place = try Workplace()
    try FileManager.default.createDirectory(
      atPath: place.directory + "/out",
      withIntermediateDirectories: true
    )
    #expect(try place.stroma("run", "tiny.yaml", "--out", "out").code == 0)
    #expect(place.names("out") == files)
  }

  @Test(
    arguments: [
      ("tiny.yaml", "cannot open the directory tiny.yaml: "),
      ("tiny.yaml/out", "cannot make the directory tiny.yaml/out: "),
      ("tiny.yaml/deep/out", "cannot make the directory tiny.yaml/deep: "),
      ("/dev/null/out", "cannot make the directory /dev/null/out: "),
      ("/proc/stroma", "cannot make the directory /proc"),
      (String(repeating: "a", count: 300), "cannot make the directory aaa"),
      ("", "cannot open the directory "),
    ]
  )
  func oneThatCannotBeMadeEndsWith74(out: String, message: String) throws {
    let place = try Workplace()
    let ending = try place.stroma("run", "tiny.yaml", "--out", out)
    #expect(ending.code == 74)
    #expect(ending.errors.hasPrefix(message), "\(ending.errors)")
    #expect(ending.errors.split(separator: "\n").count == 1)
    #expect(try place.bytes("tiny.yaml") == Data(Workplace.tiny.utf8))
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser is denied nothing"))
  func oneWithoutPermissionEndsWith74() throws {
    let place = try Workplace()
    let locked = place.directory + "/locked"
    try FileManager.default.createDirectory(atPath: locked, withIntermediateDirectories: true)
    #expect(chmod(locked, 0o500) == 0)
    for (out, message) in [
      ("locked/out", "cannot make the directory locked/out: "),
      ("locked", "cannot write to locked: "),
    ] {
      let ending = try place.stroma("run", "tiny.yaml", "--out", out)
      #expect(ending.code == 74)
      #expect(ending.errors.hasPrefix(message), "\(ending.errors)")
    }
  }

  /// A limit of the size of files stands for a disk that fills up.
  @Test func oneThatFillsUpEndsWith74AndWithoutHalfFiles() throws {
    let place = try Workplace()
    let process = try Program.start(
      ["run", "tiny.yaml", "--quiet", "--out", "out", "--library", Program.library],
      in: place.directory,
      shell: "trap '' XFSZ; ulimit -f 240; exec \"$@\""
    )
    let ending = try Program.end(process, in: place.directory)
    #expect(ending.code == 74)
    #expect(ending.errors.hasPrefix("cannot write out/timeseries.csv: "), "\(ending.errors)")
    // What it takes to go on is there, and nothing by halves.
    #expect(place.names("out") == ["checkpoints", "scenario.resolved.yaml", "unfinished.json"])
    #expect(try place.stroma("resume", "out").code == 0)
    #expect(place.names("out") == files)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func checkToAFullDiskEndsWith74() throws {
    let place = try Workplace()
    let process = try Program.start(
      ["check", "tiny.yaml", "--library", Program.library],
      in: place.directory,
      output: "/dev/full"
    )
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 74)
    #expect(try place.bytes(".errors") == Data("cannot write to standard output\n".utf8))
  }
}

@Suite("Repeatability of the program", .serialized)
struct RepeatabilityTests {
  @Test func sameBytesTwiceAndOthersWithAnotherSeed() throws {
    let place = try Workplace()
    for (out, seed) in [("a", "1"), ("b", "1"), ("c", "2")] {
      let ending = try place.stroma("run", "tiny.yaml", "--out", out, "--seed", seed)
      #expect(ending.code == 0)
    }
    let a = try place.tables("a")
    #expect(a.count == 4)
    #expect(try a == place.tables("b"))
    let c = try place.tables("c")
    for name in a.keys { #expect(a[name] != c[name], "\(name)") }
  }

  @Test func sameBytesOnAnyNumberOfThreads() throws {
    let place = try Workplace()
    for threads in ["1", "2", "7"] {
      let ending = try place.stroma(
        "run",
        "arms.yaml",
        "--out",
        "on\(threads)",
        "--threads",
        threads,
        "--replicates",
        "3",
        "--record",
        "cells:20"
      )
      #expect(ending.code == 0)
    }
    let one = try place.tables("on1")
    #expect(one.count == 5)
    #expect(try one == place.tables("on2"))
    #expect(try one == place.tables("on7"))
    let summary = String(decoding: try #require(one["summary.csv"]), as: UTF8.self)
    for arm in ["thawed", "fresh"] {
      for replicate in 1...3 { #expect(summary.contains("\ntiny,\(arm),\(replicate),")) }
    }
  }

  @Test(arguments: ["tiny.yaml", "arms.yaml"])
  func resolvedScenarioGivesTheSameBytes(scenario: String) throws {
    let place = try Workplace()
    let settings = ["--set", "treatment.over=1 min", "--set", "seed=5"]
    let checked = try Program.run(
      ["check", scenario, "--library", Program.library] + settings,
      in: place.directory
    )
    #expect(checked.code == 0 && checked.errors.contains("given"))
    try place.write(checked.output, "resolved.yaml")
    let direct = try Program.run(
      ["run", scenario, "--out", "direct", "--library", Program.library] + settings,
      in: place.directory
    )
    #expect(direct.code == 0)
    #expect(try place.stroma("run", "resolved.yaml", "--out", "resolved").code == 0)
    #expect(try place.tables("direct") == place.tables("resolved"))
    #expect(try place.bytes("direct/scenario.resolved.yaml") == Data(checked.output.utf8))
  }
}

@Suite("Interruption", .serialized)
struct InterruptionTests {
  /// What the test reads of the manifest.
  struct Manifest: Decodable {
    let complete: Bool, reachedHours: Double
    let csvFiles: [String], csvSha256: String
  }

  @Test(.timeLimit(.minutes(15))) func leavesWholeFiles() throws {
    let place = try Workplace()
    let process = try Program.start(
      [
        "run", "tiny.yaml", "--out", "out", "--library", Program.library, "--set",
        "duration=240000 h",
        "--set", "clock.output_every=24 h",
      ],
      in: place.directory
    )
    while !place.has("out") && process.isRunning { usleep(10_000) }
    usleep(1_000_000)
    process.interrupt()
    let ending = try Program.end(process, in: place.directory)
    #expect(ending.code == 130)
    #expect(ending.errors.contains("\nstopped; every run reached "), "\(ending.errors)")
    // Slices are there where the run came to the first of their times.
    let left = files.filter { $0 != "slices.bin" || place.has("out/slices.bin") }
    #expect(place.names("out") == (left + ["checkpoints", "unfinished.json"]).sorted())

    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let manifest = try decoder.decode(Manifest.self, from: place.bytes("out/manifest.json"))
    #expect(!manifest.complete)
    #expect(manifest.reachedHours >= 24 && manifest.reachedHours < 240_000)
    var digest = Digest()
    for name in manifest.csvFiles {
      let text = String(decoding: try place.bytes("out/\(name)"), as: UTF8.self)
      digest.add(name)
      digest.add(text)
      let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(rows.count > 2 && rows.last == "")
      let widths = Set(
        rows.dropLast().map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
      )
      #expect(widths.count == 1)
    }
    #expect(digest.hexadecimal == manifest.csvSha256)
  }
}
