import Files
import Foundation
import Testing

/// Files of others and odd places: whatever is there instead of a file is refused in a sentence, and nothing outside of a
/// directory of output is written.
@Suite("Files of others", .serialized)
struct StrangeFileTests {
  /// A place with `elsewhere`, a directory with a file `kept`.
  private func place() throws -> Workplace {
    let place = try Workplace()
    for folder in ["elsewhere", "out"] {
      try FileManager.default.createDirectory(
        atPath: "\(place.directory)/\(folder)",
        withIntermediateDirectories: true
      )
    }
    try place.write("kept", "elsewhere/kept")
    return place
  }

  private func link(_ name: String, to other: String, in place: Workplace) {
    #expect(symlink("\(place.directory)/\(other)", "\(place.directory)/\(name)") == 0)
  }

  /// Runs the program for at most ten seconds.
  private func end(_ arguments: [String], in place: Workplace, shell: String? = nil) throws
    -> Program.Ending
  {
    let process = try Program.start(arguments, in: place.directory, shell: shell)
    for _ in 0..<1000 where process.isRunning { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    return try Program.end(process, in: place.directory)
  }

  /// A link with the name of a file that is written is replaced, and what it leads to stays as it is.
  @Test func linksOfFilesAreReplaced() throws {
    let place = try place()
    link("out/.timeseries.csv.partial", to: "elsewhere/kept", in: place)
    link("out/ledger.csv", to: "elsewhere/kept", in: place)
    let ending = try place.stroma("run", "tiny.yaml", "--out", "out", "--overwrite")
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(try place.bytes("elsewhere/kept") == Data("kept".utf8))
    #expect(try place.bytes("out/ledger.csv").count > 100)
  }

  /// A link with the name of a folder that is written to or cleared is refused.
  @Test(arguments: ["checkpoints", "frames"]) func linksOfFoldersAreRefused(name: String) throws {
    let place = try place()
    try place.write("kept", "elsewhere/1-main-1.checkpoint")
    link("out/\(name)", to: "elsewhere", in: place)
    let ending = try place.stroma(
      "run",
      "tiny.yaml",
      "--out",
      "out",
      "--overwrite",
      "--record",
      "fields:every=6h"
    )
    #expect(ending.code == EX_CANTCREAT)
    #expect(ending.errors.contains("out/\(name) is a link, which is not followed; remove it"))
    #expect(place.names("elsewhere") == ["1-main-1.checkpoint", "kept"])
  }

  /// An export goes through no link either.
  @Test func exportsGoThroughNoLink() throws {
    let place = try place()
    let run = try place.stroma(
      "run",
      "tiny.yaml",
      "--out",
      "out",
      "--overwrite",
      "--record",
      "fields:every=6h"
    )
    #expect(run.code == 0, "\(run.errors)")
    link("out/vtk", to: "elsewhere", in: place)
    #expect(try end(["export", "out", "--vtk"], in: place).code == EX_CANTCREAT)
    #expect(try end(["export", "out", "--vtk", "--overwrite"], in: place).code == 0)
    #expect(place.names("elsewhere") == ["kept"])
  }

  /// Pipes and devices are no files to be read, and are not waited for.
  @Test(
    arguments: [
      ["check", "pipe"], ["run", "pipe"], ["sweep", "pipe"], ["migrate", "pipe"],
      ["run", "/dev/zero"], ["run", "tiny.yaml", "--from", "pipe", "--out", "new"],
      ["resume", "out"], ["report", "out"],
    ]
  )
  func pipesAreRefused(arguments: [String]) throws {
    let place = try place()
    for name in ["pipe", "out/unfinished.json", "out/manifest.json"] {
      #expect(mkfifo("\(place.directory)/\(name)", 0o600) == 0)
    }
    let ending = try end(arguments + ["--library", Program.library], in: place)
    #expect([EX_DATAERR, EX_NOINPUT].contains(ending.code), "\(ending.code) \(ending.errors)")
    #expect(!ending.errors.isEmpty)
  }

  /// A limit of the length of files and a small stack end no run by a signal.
  @Test(arguments: ["ulimit -f 1", "ulimit -s 512"]) func limitsAreSaid(limit: String) throws {
    let place = try place()
    let ending = try end(
      ["run", "tiny.yaml", "--out", "new", "--quiet", "--library", Program.library],
      in: place,
      shell: "\(limit); \"$@\""
    )
    let isSaid = ending.code == 74 && ending.errors.contains("cannot write")
    #expect(isSaid || ending.code == 0, "\(ending.code) \(ending.errors)")
  }

  /// A request to stop leaves nothing, or a run that can be resumed, however early it comes.
  @Test(arguments: [20, 60, 120]) func earlyStopsLeaveNothingHalf(after: Int) throws {
    let place = try Workplace()
    let process = try Program.start(
      [
        "run", "tiny.yaml", "--out", "out", "--library", Program.library, "--set",
        "duration=400 h", "--set", "clock.output_every=100 h",
      ],
      in: place.directory
    )
    usleep(UInt32(after * 1000))
    kill(process.processIdentifier, SIGINT)
    let ending = try Program.end(process, in: place.directory)
    #expect([130, 0].contains(ending.code))
    guard place.has("out") else { return }
    #expect(ending.errors.contains("stopped") || ending.code == 0, "\(ending.errors)")
    if place.has("out/unfinished.json") {
      #expect(try place.stroma("resume", "out", "--quiet").code == 0)
    }
  }

  /// Of very many mistakes the first are said and the others counted.
  @Test(.timeLimit(.minutes(15))) func manyMistakesAreCounted() throws {
    let place = try Workplace()
    let keys = (0..<90_000).map { "q\($0): 1\n" }.joined()
    try place.write(Workplace.tiny + keys, "many.yaml")
    let ending = try place.stroma("check", "many.yaml")
    let lines = ending.errors.split(separator: "\n")
    #expect(ending.code == EX_DATAERR && lines.count == 21)
    #expect(lines.last == "and 89980 more")
  }

  /// A run whose library stands near its scenario is resumed from anywhere.
  @Test func librariesAreFoundAgain() throws {
    let place = try Workplace()
    let mine = try Workplace()
    #expect(symlink(Program.library, "\(mine.directory)/Scenarios") == 0)
    let process = try Program.start(
      [
        "run", "\(mine.directory)/tiny.yaml", "--out", "out", "--set", "duration=2000 h", "--set",
        "clock.output_every=100 h",
      ],
      in: place.directory
    )
    while !place.has("out/unfinished.json"), process.isRunning { usleep(1000) }
    kill(process.processIdentifier, SIGTERM)
    #expect(try Program.end(process, in: place.directory).code == 130)
    let kept = String(decoding: try place.bytes("out/unfinished.json"), as: UTF8.self)
    #expect(kept.contains("\"library\" : \"\(mine.directory)/Scenarios\""))
    #expect(try Program.run(["resume", "out", "--quiet"], in: place.directory).code == 0)
  }

  /// A stack that is too small ends the program with a sentence.
  @Test func smallStacksAreSaid() throws {
    let ending = try end(
      ["check", "tiny.yaml", "--library", Program.library],
      in: try place(),
      shell: "ulimit -s 256 && exec \"$@\""
    )
    #expect(ending.code == EX_OSERR)
    #expect(ending.errors.contains("'ulimit -s 512'"), "\(ending.errors)")
  }
}

/// Checkpoints whose checksum holds though they were altered.
@Suite("Forged checkpoints", .serialized)
struct ForgedCheckpointTests {
  /// A checkpoint of six hours, and where its state begins.
  private func checkpoint(_ place: Workplace) throws -> (bytes: Data, start: Int) {
    let ending = try place.stroma(
      "run",
      "tiny.yaml",
      "--out",
      "base",
      "--set",
      "duration=6 h",
      "--checkpoint-every",
      "6h"
    )
    #expect(ending.code == 0, "\(ending.errors)")
    let bytes = try place.bytes("base/checkpoints/1-main-1.checkpoint")
    let length = (0..<8).reduce(0) { $0 | Int(bytes[21 + $1]) << (8 * $1) }
    return (bytes, 29 + length)
  }

  /// How a run ends that goes on from a checkpoint, some bytes of which are others.
  private func ending(_ bytes: Data, at offset: Int, _ other: [UInt8], _ place: Workplace) throws
    -> Program.Ending
  {
    var forged = bytes
    forged.replaceSubrange(offset..<offset + other.count, with: other)
    let digest = Digest.of(forged.dropLast(32))
    let pairs = stride(from: 0, to: 64, by: 2).map { digest.dropFirst($0).prefix(2) }
    forged.replaceSubrange(
      forged.count - 32..<forged.count,
      with: pairs.map { UInt8($0, radix: 16) ?? 0 }
    )
    try forged.write(to: URL(fileURLWithPath: "\(place.directory)/forged.checkpoint"))
    return try place.stroma(
      "run",
      "tiny.yaml",
      "--from",
      "forged.checkpoint",
      "--out",
      "out",
      "--overwrite",
      "--quiet"
    )
  }

  /// The number of steps, and the first agent of those in the body.
  @Test func whatCannotBeIsRefused() throws {
    let place = try Workplace()
    let (bytes, start) = try checkpoint(place)
    for other: [UInt8] in [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [1], [0, 0]] {
      let ending = try ending(bytes, at: start, other, place)
      #expect(ending.code == EX_DATAERR, "\(other) \(ending.code) \(ending.errors)")
      #expect(ending.errors.contains("it does not hold what this program expects"))
    }
  }

  /// Wherever a checkpoint is altered, the run ends with a sentence or as it should.
  @Test(.timeLimit(.minutes(15))) func noneEndsTheProgram() throws {
    let place = try Workplace()
    let (bytes, start) = try checkpoint(place)
    let (end, count) = (bytes.count - 48, 8)
    var refused = 0
    for n in 0..<count {
      let offset = start + n * n * (end - start) / (count * count)
      let ending = try ending(bytes, at: offset, Array(repeating: 0xff, count: 8), place)
      #expect([0, EX_DATAERR].contains(ending.code), "\(offset) \(ending.code) \(ending.errors)")
      refused += ending.code == EX_DATAERR ? 1 : 0
    }
    #expect(refused > count / 2)
  }
}
