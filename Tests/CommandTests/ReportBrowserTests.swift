import Foundation
import Testing

/// Reports of runs and campaigns, cut to seconds, opened in a browser.
///
/// Needs Chromium and the Python packages playwright and axe-playwright-python, which `.ci/run` installs; without them the
/// test is skipped.
@Suite("Reports in a browser", .serialized)
struct ReportBrowserTests {
  /// Whether the browser and what drives it are installed.
  static let canLook =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium")
    && Program.python(["-c", "import playwright, axe_playwright_python"], in: "/tmp")?.code == 0

  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Browser/look.py").path

  /// A campaign of the library with fewer points, patients and replicates, written into a place.
  private static func cut(_ name: String, _ place: Workplace, patients: Int = 6) throws -> String {
    let file = "\(Program.library)/sweeps/\(name).yaml"
    var text = try String(contentsOfFile: file, encoding: .utf8)
      .replacing("scenario: ", with: "scenario: \(Program.library)/sweeps/")
      .replacing("data: ", with: "data: \(Program.library)/sweeps/")
    for (key, few) in [("patients", patients), ("replicates", 2)] {
      text = text.replacing(try Regex("\(key): [0-9]+"), with: "\(key): \(few)")
    }
    try place.write(text, "\(name).yaml")
    return "\(name).yaml"
  }

  /// No error, no request, every figure with a size and axes, controls that do something, names and contrast, in light, dark
  /// and print.
  @Test(.enabled(if: canLook), .timeLimit(.minutes(15))) func everyReportIsSound() throws {
    let place = try Workplace()
    let studies = "\(Program.library)/studies"
    let tutorials = "\(Program.library)/tutorials"
    let commands: [(name: String, arguments: [String])] = [
      (
        "mouse",
        [
          "run", "\(tutorials)/mouse-iv.yaml", "--set", "treatment.agents=20000", "--set",
          "duration=48 h",
        ]
      ),
      (
        "culture",
        [
          "run", "\(tutorials)/culture-t-cell-suppression.yaml", "--replicates", "3", "--set",
          "culture.width=400 um",
        ]
      ),
      (
        "gvhd",
        ["run", "\(studies)/gvhd-acute.yaml", "--replicates", "2"]
          + ["--set", "treatment.agents=800", "--set", "tissues.gut_block.voxels=4 x 4 x 4"]
      ),
      (
        "priming",
        ["sweep", try Self.cut("priming-window", place), "--set", "treatment.agents=500"]
          + ["--set", "tissues.lung_block.voxels=6 x 6 x 6"]
      ),
      (
        "fistula",
        ["sweep", try Self.cut("fistula-trial", place), "--set", "treatment.agents=500"]
          + ["--set", "tissues.wall.voxels=6 x 6 x 6", "--set", "duration=14 d"]
      ),
      (
        "calibration", ["calibrate", try Self.cut("retention-calibration", place)]
      ),
      ("validation", ["validate", "T01", "T06", "--reduced", "--replicates", "2"]),
    ]
    var reports: [String] = []
    for (name, arguments) in commands {
      let ending = try Program.run(
        arguments + ["--report", "--out", name, "--library", Program.library],
        in: place.directory
      )
      #expect(ending.code == 0, "\(name): \(ending.errors)")
      #expect(ending.errors.hasSuffix("report: \(name)/report.html\n"), "\(name): \(ending.errors)")
      let report = "\(place.directory)/\(name)/report.html"
      let size = try FileManager.default.attributesOfItem(atPath: report)[.size] as? Int
      #expect(try #require(size) < 2_000_000, "\(name)")
      reports.append(report)
    }
    let looked = try #require(Program.python([Self.script] + reports, in: place.directory))
    #expect(looked.code == 0, "\(looked.output)")
  }
}
