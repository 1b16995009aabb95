import Foundation
import Testing

/// Reports, figures, the live view and the first scenario, as a user runs them.
@Suite("Figure commands", .serialized)
struct FigureCommandTests {
  private func run(_ place: Workplace, _ arguments: [String]) throws -> Program.Ending {
    try Program.run(arguments + ["--library", Program.library], in: place.directory)
  }

  /// A run in two arms, in the directory `out`.
  private func made() throws -> Workplace {
    let place = try Workplace()
    try place.write(Workplace.arms, "arms.yaml")
    let ending = try run(place, ["run", "arms.yaml", "--out", "out", "--quiet", "--report"])
    #expect(ending.code == 0, "\(ending.errors)")
    return place
  }

  @Test func figuresAreListedAndDrawn() throws {
    let place = try made()
    let listed = try run(place, ["figures", "out"])
    #expect(listed.output.hasPrefix("answer "))
    #expect(listed.output.contains("fate "))
    let drawn = try run(place, ["plot", "out", "--figure", "fate", "--format", "json"])
    #expect(drawn.code == 0)
    let json = try JSONSerialization.jsonObject(with: Data(drawn.output.utf8)) as? [String: Any]
    #expect((json?["data"] as? [String: Any])?["values"] != nil)
    let wrong = try run(place, ["plot", "out", "--figure", "fat"])
    #expect(wrong.code == 64)
    #expect(wrong.errors.contains("did you mean 'fate'?"))
    let ending = try run(place, ["plot", "out", "--figure", "fate", "--out", "fate.pdf"])
    #expect(ending.code == 64)
    #expect(!FileManager.default.fileExists(atPath: "\(place.directory)/fate.pdf"))
  }

  /// A directory without a run ends with 66, after the others were written.
  @Test func reportsOfSeveralDirectories() throws {
    let place = try made()
    try FileManager.default.removeItem(atPath: "\(place.directory)/out/report.html")
    let ending = try run(place, ["report", "nowhere", "out"])
    #expect(ending.code == 66)
    #expect(ending.output == "out/report.html\n")
    #expect(ending.errors.contains("there is no run in nowhere"))
  }

  /// Files that are damaged, missing or changed are said on the page, and end nothing.
  @Test func damagedFilesAreSaid() throws {
    let place = try made()
    let out = "\(place.directory)/out"
    func page() throws -> String {
      let ending = try run(place, ["report", "out"])
      #expect(ending.code == 0, "\(ending.errors)")
      return try String(contentsOfFile: "\(out)/report.html", encoding: .utf8)
    }
    #expect(try !page().contains("class=\"note\">The tables"))
    let series = "\(out)/timeseries.csv"
    let text = try String(contentsOfFile: series, encoding: .utf8)
    try text.replacing("body,viable_cells,1", with: "body,viable_cells,1e300")
      .write(toFile: series, atomically: true, encoding: .utf8)
    #expect(try page().contains("The tables are not those that the run wrote"))
    try (text + "cut,\n").write(toFile: series, atomically: true, encoding: .utf8)
    #expect(try page().contains("timeseries.csv is damaged"))
    try FileManager.default.removeItem(atPath: series)
    #expect(try page().contains("timeseries.csv is missing"))
    let slices = "\(out)/slices.bin"
    try Data("STROMASL".utf8).write(to: URL(fileURLWithPath: slices))
    #expect(try page().contains("slices.bin is damaged"))
    let scenario = "\(out)/scenario.resolved.yaml"
    let yaml = try String(contentsOfFile: scenario, encoding: .utf8)
    try (yaml + "# more\n").write(toFile: scenario, atomically: true, encoding: .utf8)
    #expect(try page().contains("is not the scenario that was run here"))
  }

  /// Of a run that has ended the last view is shown; of none, exit code 66.
  @Test func runsAreWatched() throws {
    let place = try made()
    let ending = try Program.run(["watch", "out"], in: place.directory)
    #expect(ending.code == 0)
    #expect(ending.output.contains("12 of 12 h, 100 %"))
    #expect(ending.output.contains("living cells by site"))
    #expect(try Program.run(["watch", "nowhere"], in: place.directory).code == 66)
  }

  /// A first scenario is written from options, and runs.
  @Test func firstScenarioRuns() throws {
    let place = try Workplace()
    let written = try run(
      place,
      [
        "init", "first.yaml", "--tissue", "endotoxin-lung", "--duration", "1 d", "--replicates",
        "2",
      ]
        + ["--dose", "2e3 cells"]
    )
    #expect(written.code == 0, "\(written.errors)")
    let ran = try run(place, ["run", "first.yaml", "--set", "tissues.site.voxels=6 x 6 x 6"])
    #expect(ran.code == 0, "\(ran.errors)")
    #expect(try run(place, ["init", "first.yaml"]).code == 73)
    let wrong = try run(place, ["init", "second.yaml", "--host", "mouze"])
    #expect(wrong.code == 64)
    #expect(wrong.errors.contains("did you mean 'mouse'?"))
    let bad = try run(place, ["init", "second.yaml", "--dose", "many"])
    #expect(bad.code == 65)
    #expect(bad.errors.contains("treatment.dose"))
    #expect(!FileManager.default.fileExists(atPath: "\(place.directory)/second.yaml"))
  }
}
