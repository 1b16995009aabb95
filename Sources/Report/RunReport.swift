import Campaign
import Files
import Foundation
import Observations
import Recording
import Scenario
import Simulation

/// The report of a run: one page of HTML, from the files in its directory.
public struct RunReport: Sendable {
  /// The figures, in order.
  public let figures: [Figure]
  private let run: RunFiles
  private let answer: Answer?
  private let hours: Double
  private let methods: Methods
  private let slices: SlicesFile?

  /// How much of the figures is shown: rows of a figure's data, and panels, at most.
  public struct Detail: Sendable {
    /// Rows of a figure's data at most: times are thinned to fit.
    let rows: Int
    /// Panels of a figure at most.
    let panels: Int

    /// From most to least: times go first, then panels.
    static let all = [
      Detail(rows: 9000, panels: 48), Detail(rows: 3600, panels: 48),
      Detail(rows: 1440, panels: 48), Detail(rows: 576, panels: 24), Detail(rows: 240, panels: 12),
      Detail(rows: 240, panels: 4),
    ]
  }

  /// Bytes of a page at most, and of the slices on it, from most to least.
  private static let mostBytes = 2_000_000,
    sliceBytes = [SlicePlan.mostBytes, 400_000, 200_000, 100_000]

  /// A report of the run in a directory, with all the detail that any has.
  public init(_ run: RunFiles) { self.init(Read(run), Detail.all[0]) }

  /// What is read of a run once, whatever the detail.
  private struct Read {
    let run: RunFiles, curves: RunCurves, methods: Methods, slices: SlicesFile?

    init(_ run: RunFiles) {
      self.run = run
      curves = RunCurves(run)
      methods = Methods(yaml: run.yaml)
      slices = SlicesFile(path: "\(run.path)/\(SlicesFile.name)")
    }
  }

  private init(_ read: Read, _ detail: Detail) {
    let (run, curves) = (read.run, read.curves)
    self.run = run
    methods = read.methods
    slices = read.slices
    hours = curves.hours
    answer = run.table(SummaryRecorder.file).flatMap { run.answer($0) }
    figures = RunFigures(run, curves, answer, detail).all
  }

  /// The page of the run in a directory, with as much detail as its size allows.
  ///
  /// - Throws: where the template is wrong.
  public static func html(of run: RunFiles) throws -> String {
    let read = Read(run)
    var html = ""
    for detail in Detail.all {
      let report = RunReport(read, detail)
      // Slices are thinned before figures are.
      var kept = min(sliceBytes[0], read.slices?.bytes.count ?? 0)
      html = try report.html(mostSliceBytes: kept)
      for bytes in sliceBytes.dropFirst() where bytes < kept {
        if html.utf8.count <= mostBytes { return html }
        // Four characters stand for three bytes.
        if html.utf8.count - (kept - bytes) * 4 / 3 > mostBytes { continue }
        kept = bytes
        html = try report.html(mostSliceBytes: kept)
      }
      if html.utf8.count <= mostBytes { return html }
    }
    return html
  }

  /// The page, with so many bytes of slices at most.
  private func html(mostSliceBytes: Int) throws -> String {
    let manifest = run.manifest
    let arms = manifest.cells.count
    var page = Page(
      title: methods.text("name") ?? manifest.scenario,
      question: methods.text("question") ?? "",
      facts:
        "\(arms > 1 ? "\(arms) arms, " : "")\(manifest.replicates) replicate\(manifest.replicates > 1 ? "s" : ""), \(CSV.number(hours, digits: 4)) h simulated, seed \(manifest.seed). Stroma \(manifest.version), revision \(manifest.revision).",
      made: "Made by stroma report from the tables of \(run.path)."
    )
    addAnswer(to: &page)
    func add(_ id: String, _ title: String, _ names: [String]) {
      page.section(id, title) { page in
        for name in names { figures.first { $0.name == name }.map { page.add($0) } }
      }
    }
    add(
      "cells",
      "Where the cells go and how many live",
      ["survival", "fate", "body", "organs", "grids", "occlusion"]
    )
    addFateAtEnd(to: &page)
    add("sense", "What the cells sense and become", ["factors", "licensing"])
    page.section("licensing-none", "Licensing") { page in
      guard !figures.contains(where: { $0.name == "licensing" }),
        run.manifest.cells.values.contains(where: { $0 > 0 })
      else { return }
      page.add(
        "No figure of licensing: nowhere do cells of the product become licensed in numbers of which a fraction can be read."
      )
    }
    add("effect", "What host cells and tissue do", ["readouts", "hosts", "tissue"])
    add("measured", "What a laboratory would measure", ["observations"])
    addSlices(to: &page, atMost: mostSliceBytes)
    addMethods(to: &page)
    addLedgers(to: &page)
    addAgain(to: &page)
    return try page.html()
  }

  // MARK: - The answer

  private func addAnswer(to page: inout Page) {
    page.section("answer", "Answer") { page in
      if !run.manifest.complete {
        page.add(
          "This run has not reached its end: \(run.manifest.failure ?? "it was stopped"). What follows is of the time until then.",
          class: "note"
        )
      }
      for problem in run.problems { page.add(problem, class: "note") }
      if methods.values.contains(where: { $0.path.hasPrefix("record.places") }) {
        page.add(
          "The scenario records some places only (record.places): figures of other places, and of the whole, are left out.",
          class: "note"
        )
      }
      if let why = run.whyNoScenario {
        page.add(
          "The scenario could not be resolved again (\(why)): there is no answer, and no equations.",
          class: "note"
        )
      }
      if let answer, let first = answer.rows.first {
        for sentence in AnswerWords.sentences(answer) { page.add(sentence) }
        page.add(AnswerWords.table(answer), caption: "Endpoints by arm")
        page.add(meanings(of: answer), caption: "What the endpoints are")
        if first.arms.count > 1 || answer.replicates > 1 {
          figures.first { $0.name == "answer" }.map { page.add($0) }
        }
      }
      for note in run.manifest.notes where note.accepted == nil {
        page.add(note.description, class: "note")
      }
      let accepted = run.manifest.notes.filter { $0.accepted != nil }
      if !accepted.isEmpty {
        page.add(
          CSVTable(
            columns: ["warning", "finding", "accepted because"],
            rows: accepted.map { [$0.key, $0.sentence, $0.accepted ?? ""] }
          ),
          caption: "Warnings that the author of the scenario accepted, with the reason given",
          folded:
            "\(accepted.count) warning\(accepted.count > 1 ? "s" : "") that the author accepted"
        )
      }
    }
  }

  /// What the endpoints of an answer are, and when they are read.
  private func meanings(of answer: Answer) -> CSVTable {
    let known = run.scenario.map { EndpointCatalogue(of: $0).endpoints } ?? []
    let rows = answer.rows.compactMap { row in
      known.first { $0.name == row.endpoint }.map { [$0.name, $0.meaning, $0.when] }
    }
    return CSVTable(columns: ["endpoint", "what it is", "read"], rows: rows)
  }

  /// What became of the dose in the end, in per cent of it, by arm.
  private func addFateAtEnd(to page: inout Page) {
    guard let data = figures.first(where: { $0.name == "fate" })?.data, let last = data.rows.last,
      let time = data.position(of: "time_h"), let arm = data.position(of: "arm"),
      let fate = data.position(of: "fate"), let cells = data.position(of: "cells"),
      let above = data.position(of: "above")
    else { return }
    let ends = data.rows.filter { $0[time] == last[time] }
    var (arms, fates): ([String], [String]) = ([], [])
    var totals: [String: Double] = [:]
    for row in ends {
      if !arms.contains(row[arm]) { arms.append(row[arm]) }
      if !fates.contains(row[fate]) { fates.append(row[fate]) }
      totals[row[arm]] = max(totals[row[arm]] ?? 0, Double(row[above]) ?? 0)
    }
    page.section("fate-end", "Fate at \(last[time]) h") { page in
      page.add(
        CSVTable(
          columns: ["fate"] + arms.map { "\($0) (% of all cells)" },
          rows: fates.map { name in
            [name]
              + arms.map { own in
                let row = ends.first { $0[arm] == own && $0[fate] == name }
                let share = 100 * (row.flatMap { Double($0[cells]) } ?? 0) / (totals[own] ?? 1)
                return CSV.number(share, digits: 3)
              }
          }
        ),
        caption: "Where the cells given are at the end, in per cent"
      )
    }
  }

  // MARK: - Slices

  private func addSlices(to page: inout Page, atMost most: Int) {
    page.section("slices", "Slices through the grids") { page in
      guard let slices else {
        let hasGrids = run.scenario?.experiments.contains { !$0.tissues.isEmpty } ?? false
        let isThere = FileManager.default.fileExists(atPath: "\(run.path)/\(SlicesFile.name)")
        if isThere {
          page.add("There are no slices: \(SlicesFile.name) is damaged.", class: "note")
        } else if hasGrids {
          page.add(
            "There are no slices: \(SlicesFile.name) was not written, with 'record: {slices: none}' or by an earlier version.",
            class: "note"
          )
        }
        return
      }
      let (json, words) = slices.json(atMost: most)
      page.slices = json
      page.add(html: "<div class=\"slices\" id=\"slice-view\"></div>")
      page.add(
        "Planes through the middle of each grid, first replicate of each arm. Cells are those of the middle quarter of the depth, in a well all of them; a cell of the product counts as many as its agent stands for."
          + words,
        class: "small"
      )
    }
  }

  // MARK: - Methods

  private func addMethods(to page: inout Page) {
    let manifest = run.manifest
    let given = manifest.doses.sorted { $0.key < $1.key }.map { arm, doses in
      (manifest.doses.count > 1 ? "\(arm): " : "") + doses.joined(separator: ", ")
    }
    page.section("methods", "Methods") { page in
      if let scenario = run.scenario {
        page.add(
          ProtocolText(
            scenario.experiments,
            question: methods.text("question") ?? "",
            given: given.joined(separator: "; "),
            runs: "Seed \(manifest.seed), replicates of each arm: \(manifest.replicates).",
            files: manifest.files.count
          )
        )
        page.add(methods.arms, caption: "What the scenario sets in each arm")
        for law in methods.laws { page.add(law) }
      }
    }
    page.addParameters(methods)
  }

  // MARK: - Ledgers

  private func addLedgers(to page: inout Page) {
    page.section("ledgers", "Ledgers") { page in
      if let table = run.table(LedgerRecorder.file) {
        page.add(
          "Every cell given is in one of these categories at every time; a run in which one is missing stops."
        )
        page.add(
          Self.last(of: table, by: ["arm", "fate", "site"], summing: "cells"),
          caption: "Cells at the end, first replicate of each arm",
          folded: "Cells at the end"
        )
      }
      if let table = run.table(MassLedgerRecorder.file), !table.rows.isEmpty {
        page.add(
          "Amounts of each factor in amol since the start: initial + added + secreted + boundary + exchanged - taken up - decayed + repaired = final; the residual is rounding."
        )
        page.add(
          Self.last(of: table, by: ["arm", "site", "factor"], summing: nil),
          caption: "Mass of each factor at the end, first replicate of each arm",
          folded: "Mass of each factor"
        )
      }
      if let table = run.table(HostLedgerRecorder.file), !table.rows.isEmpty {
        page.add(
          Self.last(of: table, by: ["arm", "site", "kind"], summing: nil),
          caption: "Host cells at the end, first replicate of each arm",
          folded: "Host cells"
        )
      }
    }
  }

  /// The rows of the first replicate of each arm at the last time, without the columns that all share.
  private static func last(of table: CSVTable, by keys: [String], summing column: String?)
    -> CSVTable
  {
    guard let time = table.position(of: "time_h"), let replicate = table.position(of: "replicate"),
      let arm = table.position(of: "arm")
    else { return CSVTable(columns: [], rows: []) }
    let first = table.rows.filter { $0[replicate] == table.rows.first?[replicate] }
    var ends: [String: String] = [:]
    for row in first { ends[row[arm]] = row[time] }
    let kept = table.columns.indices.filter { ![0, replicate].contains($0) }
    let value = column.flatMap { table.position(of: $0) }
    return CSVTable(
      columns: kept.map { table.columns[$0].replacing("_", with: " ") },
      rows: first.filter { row in
        row[time] == ends[row[arm]] && value.map { row[$0] != "0" } ?? true
      }.map { row in kept.map { Self.short(row[$0]) } }
    )
  }

  /// A number with many digits to six of them.
  private static func short(_ field: String) -> String {
    guard field.count > 8, let value = Double(field), value != value.rounded() else { return field }
    return CSV.number(value, digits: 6)
  }

  // MARK: - Again

  /// The command that makes the run again from its resolved scenario, with the options that its tables depend on.
  private var again: String {
    let command = run.manifest.command
    let options = ["--record", "--from"].flatMap { option -> [String] in
      guard let position = command.firstIndex(of: option), position + 1 < command.count else {
        return []
      }
      return [option, command[position + 1].asShellWord]
    }
    return (["stroma run \(RunOutput.resolved) --out again"] + options).joined(separator: " ")
  }

  private func addAgain(to page: inout Page) {
    let manifest = run.manifest
    page.section("again", "Make it again") { page in
      page.add(
        "The same command gives the same bytes on any number of cores; the resolved scenario holds every value."
      )
      page.scenario = run.yaml
      page.add(
        html:
          "<p><button type=\"button\" id=\"save-scenario\">Save \(RunOutput.resolved)</button></p>"
      )
      let command = manifest.command.map(\.asShellWord).joined(separator: " ")
      page.add(code: "\(command)\n\(again)")
      let rows = [
        ["program", "stroma \(manifest.version), revision \(manifest.revision) of the equations"],
        ["resolved scenario", "SHA-256 \(manifest.scenarioSHA256)"],
        [
          "tables",
          "SHA-256 \(manifest.csvSHA256) over \(manifest.csvFiles.joined(separator: ", "))",
        ],
        ["made on", "\(manifest.machine), \(manifest.threads) of \(manifest.cores) cores"],
        ["started", manifest.started.formatted(.iso8601)],
        ["time it took", "\(CSV.number(manifest.wallTime, digits: 3)) s"],
      ]
      page.add(CSVTable(columns: ["what", "value"], rows: rows), caption: "Provenance")
      page.add(files: manifest.files)
    }
  }
}
