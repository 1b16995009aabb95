import Campaign
import Files
import Foundation
import Laws
import Observations
import Recording
import Report
import Scenario
import Simulation
import Substrate
import Testing

/// Reports say what the tables say.
@Suite("Reports")
struct ReportTests {
  /// A short run with host cells and factors, in two arms with a control.
  private static let scenario = """
    name: short
    question: Do <tags> & "quotes" come through?
    duration: 24 h
    control: untreated
    clock: {cell_step: 10 min, output_every: 2 h}
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 5e4 cells, agents: 5000}
    factors: [tnfa, pge2]
    kinds: [macrophage]
    tissues:
      lung_block:
        organ: lung
        voxels: 8 x 6 x 4
        spacing: 40 um
        cells: {macrophage: {density: 2e6 cells/mL, source: "assumed: for the test"}}
        factors: {tnfa: {initial: 0.1 nM}, pge2: {}}
    arms:
      untreated: {without: [cells]}
      treated: {}

    """

  static let library = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scenarios").standardizedFileURL.path

  /// A run of the scenario in a directory of its own.
  private static func run(_ text: String = scenario, replicates: Int) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("report-\(UUID().uuidString)").path
    let directory = try OutputDirectory(path, overwrite: true)
    try directory.write("short.yaml", text)
    let resolved = try ResolvedScenario(
      path: "\(path)/short.yaml",
      library: library,
      overrides: ["replicates=\(replicates)"]
    )
    let plan = Run(
      experiments: resolved.experiments,
      seed: resolved.seed,
      replicates: replicates
    )
    let outcome = try plan.execute(
      on: Workers(count: 2),
      leaving: Checkpoints(
        directory: try directory.folder("checkpoints"),
        every: nil,
        scenario: resolved.yaml,
        models: 2 * replicates
      )
    )
    _ = try RunOutput.write(
      outcome.trajectories,
      scenario: resolved,
      yaml: resolved.yaml,
      path: "short.yaml",
      command: ["stroma", "run", "a file.yaml"],
      threads: 2,
      followed: 0,
      started: Date(timeIntervalSince1970: 0),
      wallTime: 1,
      notes: [],
      to: directory
    )
    return path
  }

  private static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  private func column(_ name: String, of table: CSVTable) throws -> Int {
    try #require(table.position(of: name), "\(name) of \(table.columns)")
  }

  /// Of one replicate every curve is the column of its table; of several the mean of the column over them.
  @Test(arguments: [1, 3]) func figuresHoldTheNumbersOfTheTables(replicates: Int) throws {
    let path = try Self.run(replicates: replicates)
    defer { Self.remove(path) }
    let report = RunReport(try RunFiles(path, library: Self.library))
    let table = try #require(CSVTable(path: "\(path)/timeseries.csv"))
    var values: [String: [Double]] = [:]
    let columns = try ["arm", "time_h", "site", "quantity", "value"].map {
      try column($0, of: table)
    }
    for row in table.rows {
      guard let value = Double(row[columns[4]]) else { continue }
      values[columns.prefix(4).map { row[$0] }.joined(separator: " "), default: []].append(value)
    }
    var compared = 0
    for name in ["survival", "factors", "hosts"] {
      let figure = try #require(report.figures.first { $0.name == name }, "\(name)")
      let own = try ["arm", "time_h", "site", "quantity", "mean", "n"].map {
        try column($0, of: figure.data)
      }
      for row in figure.data.rows {
        let key = own.prefix(4).map { row[$0] }.joined(separator: " ")
        let all = try #require(values[key], "\(key)")
        #expect(Int(row[own[5]]) == all.count)
        let mean = try #require(Double(row[own[4]]))
        #expect((mean - all.reduce(0, +) / Double(all.count)).magnitude <= 1e-12 * mean.magnitude)
        compared += 1
      }
    }
    #expect(compared > 100)
  }

  /// The layers of the fate add up to the dose at every time.
  @Test func fatesAddUpToTheDose() throws {
    let path = try Self.run(replicates: 2)
    defer { Self.remove(path) }
    let report = RunReport(try RunFiles(path, library: Self.library))
    let data = try #require(report.figures.first { $0.name == "fate" }).data
    let (time, cells) = (try column("time_h", of: data), try column("cells", of: data))
    var sums: [String: Double] = [:]
    for row in data.rows { sums[row[time], default: 0] += try #require(Double(row[cells])) }
    #expect(sums.count == 12)
    for (time, sum) in sums { #expect((sum - 5e4).magnitude < 1e-6, "\(time) h") }
  }

  /// Every figure says how many runs it is of, and every axis that is drawn has a title.
  @Test func figuresHaveAxesAndCaptions() throws {
    let path = try Self.run(replicates: 2)
    defer { Self.remove(path) }
    let figures = RunReport(try RunFiles(path, library: Self.library)).figures
    #expect(figures.count >= 7)
    for figure in figures {
      #expect(figure.caption.contains("n = 2"), "\(figure.name)")
      let text = figure.specification.text
      #expect(text.contains("\"title\":\"time (h)\"") || ["answer", "body"].contains(figure.name))
      #expect(figure.specification["description"] != nil)
    }
  }

  /// A page carries the question as text, every value, equations, and nothing from elsewhere.
  @Test func pageIsWhole() throws {
    let path = try Self.run(replicates: 2)
    defer { Self.remove(path) }
    let html = try Reports.html(of: path, library: Self.library, program: "")
    #expect(html.utf8.count < 2_000_000)
    #expect(html.contains("Do &lt;tags&gt; &amp; &quot;quotes&quot; come through?"))
    #expect(!html.contains("Do <tags>"))
    #expect(html.contains("<math display=\"block\">"))
    #expect(html.contains("survival.blood_loss"))
    #expect(html.contains("stroma run 'a file.yaml'"))
    for address in ["src=\"http", "href=\"http", "@import", "url("] {
      #expect(!html.contains(address), "\(address)")
    }
  }

  /// Without slices the page says why there are none, and the other files keep their bytes.
  @Test func slicesCanBeLeftOut() throws {
    let whole = try Self.run(replicates: 1)
    let without = try Self.run(Self.scenario + "record: {slices: none}\n", replicates: 1)
    defer { for path in [whole, without] { Self.remove(path) } }
    #expect(FileManager.default.fileExists(atPath: "\(whole)/slices.bin"))
    #expect(!FileManager.default.fileExists(atPath: "\(without)/slices.bin"))
    for file in ["timeseries.csv", "ledger.csv", "summary.csv", "ledger-mass.csv"] {
      let texts = [whole, without].map { FileManager.default.contents(atPath: "\($0)/\(file)") }
      #expect(texts[0] != nil && texts[0] == texts[1], "\(file)")
    }
    let html = try Reports.html(of: without, library: Self.library, program: "")
    #expect(html.contains("There are no slices"))
  }

  /// Counts of cells in slices are those of the run, and means of factors lie within the ranges.
  @Test func slicesShowWhatIsThere() throws {
    let path = try Self.run(replicates: 1)
    defer { Self.remove(path) }
    let slices = try #require(SlicesFile(path: "\(path)/slices.bin"))
    #expect(slices.header.grids.map(\.arm) == ["untreated", "treated"])
    let grid = try #require(slices.header.grids.last)
    #expect(grid.planes.map(\.width) == [8, 8, 6])
    #expect(grid.planes.map(\.height) == [6, 4, 4])
    #expect(grid.times.last == 24)
    let table = try #require(CSVTable(path: "\(path)/timeseries.csv"))
    func value(_ quantity: String, at time: Double) throws -> Double {
      let columns = try ["arm", "time_h", "site", "quantity", "value"].map {
        try column($0, of: table)
      }
      let row = try #require(
        table.rows.first { row in
          row[columns[0]] == "treated" && Double(row[columns[1]]) == time
            && row[columns[2]] == "lung_block" && row[columns[3]] == quantity
        }
      )
      return try #require(Double(row[columns[4]]))
    }
    for (step, time) in grid.times.enumerated() {
      for (c, channel) in grid.channels.enumerated() {
        let range = grid.ranges[step][c]
        #expect(range[0] <= range[1])
        if channel.name == "tnfa" {
          let largest = try value("tnfa_max", at: time)
          #expect(Double(range[1]) <= largest * 1.000_001)
        }
      }
    }
  }

  /// The slices of a large grid keep their size.
  @Test func slicesKeepTheirSize() throws {
    let text = Self.scenario.replacing("8 x 6 x 4", with: "64 x 60 x 56")
      .replacing("duration: 24 h", with: "duration: 2 h")
      .replacing("output_every: 2 h", with: "output_every: 10 min")
    let path = try Self.run(text, replicates: 1)
    defer { Self.remove(path) }
    let bytes = try #require(FileManager.default.contents(atPath: "\(path)/slices.bin"))
    #expect(bytes.count <= SlicePlan.mostBytes)
    #expect(bytes.count > SlicePlan.mostBytes / 3)
    #expect(try #require(SlicesFile(path: "\(path)/slices.bin")).header.grids[0].times.count >= 8)
  }

  /// Concentrations that differ by less than any normal number are drawn too.
  @Test func slicesOfNextToNothing() throws {
    let text = Self.scenario.replacing("tnfa: {initial: 0.1 nM}", with: "tnfa: {initial: 1e-38 nM}")
    let path = try Self.run(text, replicates: 1)
    defer { Self.remove(path) }
    #expect(SlicesFile(path: "\(path)/slices.bin") != nil)
  }

  /// A file that is none of slices, or is cut, is refused.
  @Test func damagedSlicesAreRefused() throws {
    let path = try Self.run(replicates: 1)
    defer { Self.remove(path) }
    let file = "\(path)/slices.bin"
    let bytes = try #require(FileManager.default.contents(atPath: file))
    for length in [0, 5, 12, 40, bytes.count - 1] {
      try bytes.prefix(length).write(to: URL(fileURLWithPath: file))
      #expect(SlicesFile(path: file) == nil, "\(length) bytes")
    }
  }

  /// The comments of a resolved scenario read back as what they were written from.
  @Test func resolvedValuesReadBack() throws {
    let resolved = try ResolvedScenario(
      path: "\(Self.library)/tutorials/mouse-iv.yaml",
      library: Self.library
    )
    let values = Dictionary(
      ResolvedValue.all(in: resolved.yaml).map { ($0.path, $0) }
    ) { first, _ in first }
    #expect(resolved.records.count > 300)
    for record in resolved.records {
      let path = record.path.joined(separator: ".")
      let value = try #require(values[path], "\(path)")
      #expect(value.meaning.hasSuffix(record.meaning) || record.meaning.contains("; "), "\(path)")
      #expect(value.range == record.range ?? "", "\(path)")
      #expect(value.allowed == record.allowed ?? "", "\(path)")
      #expect(value.isAssumed == record.isAssumed, "\(path)")
    }
  }

  /// A directory without a run is refused in a sentence.
  @Test func otherDirectoriesAreRefused() {
    #expect(throws: ReportError.self) {
      try Reports.html(of: "/nowhere", library: nil, program: "")
    }
  }
}
