import Files
import Foundation
import Testing

/// A run as one archive, handed on.
@Suite("Packed runs")
struct PackCommandTests {
  private func packed() throws -> (place: Workplace, bytes: [UInt8]) {
    let place = try Workplace()
    let run = ["run", "tiny.yaml", "--out", "out", "--record", "cells:5", "--seed", "7", "--quiet"]
    #expect(try Program.run(run + ["--library", Program.library], in: place.directory).code == 0)
    let pack = ["pack", "out/", "--license", "CC-BY-4.0", "--author", "A. Researcher"]
    let ending = try Program.run(pack, in: place.directory)
    #expect(ending.code == 0 && ending.output == "out.zip\n", "\(ending.errors)")
    return (place, [UInt8](try place.bytes("out.zip")))
  }

  /// What is unpacked runs again without a library, to the same bytes; the same run makes the same archive.
  @Test func runsAgainElsewhere() throws {
    let (place, bytes) = try packed()
    let ending = try Program.run(["unpack", "out.zip", "--out", "here"], in: place.directory)
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(ending.output.hasSuffix("here/again: the same tables to the last bit\n"))
    #expect(try place.tables("here") == place.tables("out"))
    #expect(try place.tables("here/again") == place.tables("out"))
    #expect(try Program.run(["pack", "out", "--out", "twice.zip"], in: place.directory).code == 0)
    #expect(
      try ZipArchive(bytes).entries.count
        == ZipArchive([UInt8](place.bytes("twice.zip"))).entries.count
    )
    let taken = try Program.run(["unpack", "out.zip", "--out", "here"], in: place.directory)
    #expect(taken.code == EX_CANTCREAT && taken.errors.contains("here is not empty"))
  }

  /// Other programs read the archive, and the description names every file with its size and hash.
  @Test(.enabled(if: Program.python(["-c", ""], in: "/tmp")?.code == 0))
  func otherProgramsRead() throws {
    let (place, _) = try packed()
    try place.write(
      """
      import hashlib, json, zipfile
      archive = zipfile.ZipFile("out.zip")
      assert archive.testzip() is None
      crate = json.loads(archive.read("ro-crate-metadata.json"))
      graph = {entity["@id"]: entity for entity in crate["@graph"]}
      names = set(archive.namelist()) - {"ro-crate-metadata.json"}
      assert names == {part["@id"] for part in graph["./"]["hasPart"]} and len(names) > 6
      for name in names:
          content = archive.read(name)
          assert graph[name]["contentSize"] == str(len(content))
          assert graph[name]["sha256"] == hashlib.sha256(content).hexdigest()
      action = graph[graph["./"]["mentions"]["@id"]]
      assert action["object"][0]["@id"] == "scenario.resolved.yaml" and graph["#seed"]["value"] == "7"
      assert graph["./"]["license"]["@id"] == "https://spdx.org/licenses/CC-BY-4.0"
      assert graph[action["agent"]["@id"]]["name"] == "A. Researcher"
      assert "/" not in action["description"]
      """,
      "read.py"
    )
    let read = try #require(Program.python(["read.py"], in: place.directory))
    #expect(read.code == 0, "\(read.output)")
  }

  /// An archive of which a byte is another is refused, and nothing is written.
  @Test func damagedArchivesAreRefused() throws {
    let (place, bytes) = try packed()
    var state: UInt64 = 42
    for _ in 0..<40 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var damaged = bytes
      damaged[Int(state >> 33) % bytes.count] ^= 1 << UInt8(state >> 24 & 7)
      try Data(damaged).write(to: URL(fileURLWithPath: "\(place.directory)/damaged.zip"))
      let ending = try Program.run(["unpack", "damaged.zip", "--no-run"], in: place.directory)
      #expect(ending.code == EX_DATAERR || (try? ZipArchive(damaged)) == (try? ZipArchive(bytes)))
      if ending.code == EX_DATAERR { #expect(!place.has("damaged")) }
      try? FileManager.default.removeItem(atPath: "\(place.directory)/damaged")
    }
  }

  /// Files that lead elsewhere, that the description does not name, or that are missing are refused.
  @Test func forgedArchivesAreRefused() throws {
    let (place, bytes) = try packed()
    let entries = try ZipArchive(bytes).entries
    let outside = ZipArchive.Entry(path: "../outside", bytes: [1])
    for (forged, words) in [
      (entries + [outside], "../outside is not among the files of its description"),
      (entries + [entries[1]], "\(entries[1].path) is not among the files of its description"),
      (Array(entries.dropLast()), "is missing"),
      (Array(entries.dropFirst()), "it holds no ro-crate-metadata.json"),
      ([], "it holds no ro-crate-metadata.json"),
    ] {
      try Data(ZipArchive(forged).file())
        .write(to: URL(fileURLWithPath: "\(place.directory)/forged.zip"))
      let ending = try Program.run(["unpack", "forged.zip", "--no-run"], in: place.directory)
      #expect(ending.code == EX_DATAERR && ending.errors.contains(words), "\(ending.errors)")
      #expect(!place.has("forged"))
    }
    let nothing = try Program.run(["pack", "nowhere"], in: place.directory)
    #expect(nothing.code == EX_NOINPUT && nothing.errors.contains("there is no run in nowhere"))
  }
}
