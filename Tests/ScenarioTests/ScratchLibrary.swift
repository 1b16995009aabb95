import Foundation
import Scenario
import Testing

/// A directory of its own with a scenario file and a small library, removed with the value.
final class ScratchLibrary {
  /// The smallest scenario that uses every part; each line is replaced on its own.
  static let base = [
    "name: small",
    "duration: 12 h",
    "host: mouse",
    "product: human-marrow-msc",
    "treatment:",
    "  route: intravenous",
    "  dose: 2e3 cells",
    "factors: [tnfa, cxcl12, pge2]",
    "tissues:",
    "  lung_block:",
    "    organ: lung",
    "    voxels: 8 x 8 x 8",
    "    spacing: 20 um",
    "    factors:",
    "      tnfa: {given: {baseline: 0.01 ng/mL}}",
    "      pge2: {}",
    "  infarct:",
    "    organ: heart",
    "    voxels: 8 x 8 x 8",
    "    spacing: 40 um",
    "    factors:",
    "      cxcl12: {given: {baseline: 0.3 nM, amplitude: 3 nM, width: 100 um}}",
  ]

  /// The directory.
  let directory: String
  /// The scenario file in it.
  var scenario: String { directory + "/small.yaml" }
  /// The library in it.
  var library: String { directory + "/library" }

  private static let presets = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scenarios").standardizedFileURL.path

  /// The same with some files more in the library, by their path there without extension.
  convenience init(adding files: [String: String]) throws {
    try self.init()
    for (name, text) in files { try write(Data(text.utf8), "library/\(name).yaml") }
  }

  /// A directory with a library of the presets the base names and a few more.
  init() throws {
    directory =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/stroma-" + UUID().uuidString
    // Presets name factors that the base does not carry.
    let factors = try FileManager.default.contentsOfDirectory(atPath: "\(Self.presets)/factors")
      .map { "factors/\($0.dropLast(5))" }
    let folders = try ["laws", "endpoints"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: "\(Self.presets)/\(folder)")
        .map { "\(folder)/\($0.dropLast(5))" }
    }
    for preset in ["hosts/mouse", "products/human-marrow-msc", "labels/in111"] + factors + folders {
      let text = try String(contentsOfFile: "\(Self.presets)/\(preset).yaml", encoding: .utf8)
      try write(Data(text.utf8), "library/\(preset).yaml")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Writes a file into the directory and returns its path.
  @discardableResult
  func write(_ bytes: Data, _ name: String) throws -> String {
    let path = "\(directory)/\(name)"
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try bytes.write(to: URL(fileURLWithPath: path))
    return path
  }

  /// The base with lines, counted from 1, replaced; an empty text takes a line away.
  static func text(replacing lines: [Int: String] = [:]) -> String {
    base.enumerated().map { lines[$0.offset + 1] ?? $0.element }.filter { !$0.isEmpty }
      .joined(separator: "\n") + "\n"
  }

  /// Writes and reads a scenario.
  func resolve(_ text: String, _ overrides: [String] = []) throws -> ResolvedScenario {
    try resolve(Data(text.utf8), overrides)
  }

  /// Writes and reads a scenario of any bytes.
  func resolve(_ bytes: Data, _ overrides: [String] = []) throws -> ResolvedScenario {
    let path = try write(bytes, "small.yaml")
    return try ResolvedScenario(path: path, library: library, overrides: overrides)
  }

  /// What is said of something that cannot be read, with the files of this directory by their names; it takes a minute at
  /// most, the time that a test waits for a core not counted.
  func diagnostics(_ body: () throws -> ResolvedScenario) -> [String] {
    let start = ContinuousClock.now
    defer { #expect(ContinuousClock.now - start < .seconds(60)) }
    do {
      _ = try body()
      return []
    } catch let error as ScenarioError {
      return error.diagnostics.map {
        $0.description.replacing(directory + "/library", with: "LIBRARY")
          .replacing(directory + "/", with: "")
      }
    } catch {
      return ["\(error)"]
    }
  }
}

/// Whether what is said is what is expected, line by line; "…" at the end of a line stands for any rest.
func agree(_ said: [String], _ expected: [String]) -> Bool {
  said.count == expected.count
    && zip(said, expected).allSatisfy { said, expected in
      expected.hasSuffix("…") ? said.hasPrefix(expected.dropLast()) : said == expected
    }
}
