import Foundation
import Testing

/// The command that fits the defaults of a library again.
@Suite("Fits of all defaults")
struct CalibrateAllTests {
  private static let scenario = """
    name: blink
    duration: 12 h
    clock: {cell_step: 30 min, output_every: 6 h}
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 2e4 cells, agents: 2000}

    """

  private static func campaign(_ name: String, refit: Int, _ path: String) -> String {
    """
    name: \(name)
    scenario: blink.yaml
    replicates: 1
    calibration: {refit: \(refit), method: emulator, data: data.csv, points: 24, refinements: 8}
    vary: {\(path): {uniform: [0.02 1/h, 0.2 1/h]}}

    """
  }

  /// A directory with a library that has two campaigns.
  private func bench() throws -> String {
    let directory =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/stroma-" + UUID().uuidString
    let sweeps = "\(directory)/library/sweeps"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Program.library, toPath: "\(directory)/library")
    try FileManager.default.removeItem(atPath: sweeps)
    try FileManager.default.createDirectory(atPath: sweeps, withIntermediateDirectories: true)
    for (name, text) in [
      ("blink.yaml", Self.scenario),
      ("data.csv", "endpoint,time_h,value,error\nlung_viable_cells,12,9000,1000\n"),
      ("first.yaml", Self.campaign("first", refit: 2, "survival.damage_relaxation")),
      ("second.yaml", Self.campaign("second", refit: 1, "stress.lung.lumen")),
    ] {
      try text.write(toFile: "\(sweeps)/\(name)", atomically: true, encoding: .utf8)
    }
    return directory
  }

  private func run(_ directory: String, _ out: String, _ more: [String] = []) throws
    -> Program.Ending
  {
    try Program.run(
      ["calibrate", "--all", "--library", "library", "--out", out] + more,
      in: directory
    )
  }

  private func table(_ directory: String, _ out: String) throws -> String {
    try String(contentsOfFile: "\(directory)/\(out)/fitted.csv", encoding: .utf8)
  }

  /// Killed at any moment it goes on to the same table, and what was finished is not made again.
  @Test func goOnAfterTheyAreKilled() throws {
    let directory = try bench()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let straight = try run(directory, "straight")
    #expect(straight.code == 0, "\(straight.errors)")
    #expect(straight.errors.contains("library/sweeps/fitted.csv: is missing"))
    let wanted = try table(directory, "straight")
    let rows = wanted.split(separator: "\n")
    #expect(rows.count == 3 && rows[1].hasPrefix("second,") && rows[2].hasPrefix("first,"))
    var kills = 0
    while kills < 12 {
      let process = try Program.start(
        ["calibrate", "--all", "--library", "library", "--out", "killed"],
        in: directory
      )
      usleep(UInt32(120_000 + 60_000 * kills))
      if !process.isRunning { break }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      kills += 1
    }
    #expect(kills > 0)
    #expect(try run(directory, "killed").code == 0)
    #expect(try table(directory, "killed") == wanted)
    let again = try run(directory, "killed")
    #expect(again.errors.components(separatedBy: "done before").count == 3)
  }

  /// What differs from the table of the library is said; a campaign whose scenario has changed is made again.
  @Test func whatDiffersIsSaid() throws {
    let directory = try bench()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    #expect(try run(directory, "out").code == 0)
    let sweeps = "\(directory)/library/sweeps"
    try FileManager.default.copyItem(
      atPath: "\(directory)/out/fitted.csv",
      toPath: "\(sweeps)/fitted.csv"
    )
    // Looking changes nothing: what was finished stays finished.
    #expect(try run(directory, "out", ["--dry-run"]).errors.contains("2 of 2: first"))
    let same = try run(directory, "out")
    #expect(same.errors.contains("sweeps/fitted.csv: the same"))
    #expect(same.errors.components(separatedBy: "done before").count == 3)
    try (Self.scenario + "survival: {damage_relaxation: 0.04 1/h}\n").write(
      toFile: "\(sweeps)/blink.yaml",
      atomically: true,
      encoding: .utf8
    )
    let dry = try run(directory, "out", ["--dry-run"])
    #expect(
      dry.errors.contains(
        "survival.damage_relaxation: the table was made with 0.03 1/h, in use is 0.04 1/h"
      )
    )
    let changed = try run(directory, "out")
    #expect(!changed.errors.contains("done before"))
    #expect(changed.errors.contains("differs from library/sweeps/fitted.csv: first,"))
  }

  @Test(arguments: [
    (["calibrate"], "give a campaign file, or --all"),
    (
      ["calibrate", "fit.yaml", "--all"],
      "--all fits the defaults of the library and cannot be combined with a campaign file"
    ),
    (
      ["calibrate", "--all", "--set", "a=1"],
      "--all fits the defaults of the library and cannot be combined with --set"
    ),
  ]) func saysWhatItTakes(arguments: [String], words: String) throws {
    let directory =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/stroma-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let ending = try Program.run(arguments, in: directory)
    #expect(ending.code == 64 && ending.errors.contains(words), "\(ending.errors)")
  }
}
