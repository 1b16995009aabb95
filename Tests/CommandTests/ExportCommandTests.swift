import Foundation
import Testing

/// The grids of a run in full, and what is made of them for other programs.
///
/// Reading them back needs the Python packages vtk, zarr and anndata, which `.ci/run` installs; without them that test is skipped.
@Suite("Frames and their export")
struct ExportCommandTests {
  static let canRead =
    Program.python(["-c", "import anndata, vtkmodules, zarr"], in: "/tmp")?.code == 0

  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Export/check.py").path

  private static let recording = [
    "--record", "fields:every=3h", "--record", "cells:all,every=4h", "--quiet",
  ]

  private func run(_ place: Workplace, _ arguments: String..., out: String) throws {
    let ending = try Program.run(
      ["run"] + arguments + Self.recording + ["--out", out, "--library", Program.library],
      in: place.directory
    )
    #expect(ending.code == 0, "\(ending.errors)")
  }

  @Test(.enabled(if: canRead)) func otherProgramsReadWhatWasKept() throws {
    let place = try Workplace()
    try run(place, "arms.yaml", "--replicates", "2", out: "body")
    try run(
      place,
      "\(Program.library)/tutorials/culture-t-cell-suppression.yaml",
      "--set",
      "culture.width=400 um",
      "--set",
      "duration=24 h",
      out: "well"
    )
    for directory in ["body", "well"] {
      let export = ["export", directory, "--vtk"]
      let ending = try Program.run(export + ["--zarr"], in: place.directory)
      #expect(ending.code == 0 && ending.output == "\(directory)/vtk\n\(directory)/zarr\n")
      let read = try #require(Program.python([Self.script, directory], in: place.directory))
      #expect(read.code == 0, "\(read.output)")
      let again = try Program.run(export, in: place.directory)
      #expect(again.code == EX_CANTCREAT && again.errors.contains("/vtk is not empty"))
      #expect(try Program.run(export + ["--overwrite"], in: place.directory).code == 0)
    }
  }

  /// The frames do not depend on the threads, and no other file depends on them; a run into the same directory that keeps none
  /// removes them.
  @Test func framesDependOnNothingElse() throws {
    let place = try Workplace()
    try run(place, "arms.yaml", "--threads", "1", out: "one")
    try run(place, "arms.yaml", "--threads", "3", out: "three")
    let kept = try place.files("one/frames")
    // Two arms of two grids: 4 times the factors, 3 times the cells.
    #expect(kept.count == 2 * 2 * (4 + 3))
    #expect(try place.files("three/frames") == kept)
    let plain = ["run", "arms.yaml", "--out", "three", "--overwrite", "--quiet"]
    #expect(try Program.run(plain + ["--library", Program.library], in: place.directory).code == 0)
    #expect(try place.tables("three") == place.tables("one"))
    #expect(!place.has("three/frames"))
  }

  @Test(arguments: [
    (
      ["run", "tiny.yaml", "--record", "fields:every=0h"], EX_USAGE, "'fields:every=0h' is invalid"
    ),
    (["run", "tiny.yaml", "--record", "fields:6h"], EX_USAGE, "'fields:6h' is invalid"),
    (
      ["run", "tiny.yaml", "--record", "cells:all,every=7min"], EX_DATAERR,
      "expected a multiple of clock.cell_step, at most the duration"
    ),
    (
      ["run", "tiny.yaml", "--record", "fields:every=13h"], EX_DATAERR,
      "record.fields: found \"13h\"; expected a multiple of clock.cell_step"
    ),
    (["export", "nowhere", "--vtk"], EX_NOINPUT, "nowhere holds no frames; run with --record"),
    (["export", "nowhere"], EX_USAGE, "Choose a format: --vtk, --zarr, or both."),
  ])
  func mistakesAreSaid(arguments: [String], code: Int32, message: String) throws {
    let place = try Workplace()
    let library = arguments[0] == "run" ? ["--library", Program.library] : []
    let ending = try Program.run(arguments + library, in: place.directory)
    #expect(ending.code == code)
    #expect(ending.errors.contains(message), "\(ending.errors)")
  }

  /// A frame that is cut, longer than it was, or has one bit flipped is refused.
  @Test func damagedFramesAreRefused() throws {
    let place = try Workplace()
    try run(place, "tiny.yaml", out: "out")
    let name = "out/frames/1-1-1-cells-00000096.frame"
    let whole = try place.bytes(name)
    let flipped = stride(from: 0, to: whole.count, by: 1 + whole.count / 40).map { place in
      var flipped = whole
      flipped[place] ^= 1 << (place % 8)
      return flipped
    }
    let cut = [whole.dropLast(), whole.prefix(10), whole.prefix(0), whole + [0]]
    for damaged in cut.map({ Data($0) }) + flipped {
      try damaged.write(to: URL(fileURLWithPath: "\(place.directory)/\(name)"))
      let ending = try Program.run(["export", "out", "--vtk", "--overwrite"], in: place.directory)
      #expect(ending.code == EX_DATAERR)
      #expect(ending.errors.contains("\(name) cannot be read: it is no whole frame"))
    }
  }
}
