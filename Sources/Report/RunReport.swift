import Campaign
import Files
import Foundation
import Observations
import Recording
import Scenario
import Simulation

/// The report of a run: one page of HTML, from the files in its directory.
public struct RunReport: Sendable {
  /// Name of its file.
  public static let file = "report.html"

  /// The figures, in order.
  public let figures: [Figure]
  private let run: RunFiles
  private let answer: Answer?
  private let mostSliceBytes: Int

  /// Rows of a figure's data at most, largest first: the page takes the first with which it keeps its size.
  private static let rows = [4000, 1600, 640, 240]
  /// Bytes of slices at most, in the same order.
  private static let sliceBytes = [SlicePlan.mostBytes, 400_000, 200_000, 100_000]
  /// Bytes of a page at most.
  private static let mostBytes = 2_000_000

  /// A report of the run in a directory.
  ///
  /// - Parameters:
  ///   - run: its files.
  ///   - mostRows: rows of a figure's data at most: times are thinned to fit.
  ///   - mostSliceBytes: bytes of slices at most: times are thinned to fit.
  public init(_ run: RunFiles, mostRows: Int = 4000, mostSliceBytes: Int = SlicePlan.mostBytes) {
    self.run = run
    self.mostSliceBytes = mostSliceBytes
    answer = run.table(SummaryRecorder.file).flatMap { run.answer($0) }
    figures = RunFigures(run, answer, mostRows: mostRows).all
  }

  /// The page of the run in a directory, thinned to its size.
  ///
  /// - Throws: where the template is wrong.
  public static func html(of run: RunFiles) throws -> String {
    var html = ""
    for (rows, bytes) in zip(rows, sliceBytes) {
      html = try RunReport(run, mostRows: rows, mostSliceBytes: bytes).html()
      if html.utf8.count <= mostBytes { break }
    }
    return html
  }

  /// The page.
  func html() throws -> String {
    let manifest = run.manifest
    let values = ResolvedValue.all(in: run.yaml)
    func value(_ path: String) -> String { values.first { $0.path == path }?.text ?? "" }
    let name = value("name").isEmpty ? manifest.scenario : value("name")
    let arms = manifest.cells.count
    var page = Page(
      title: name,
      question: value("question"),
      facts:
        "\(arms > 1 ? "\(arms) arms, " : "")\(manifest.replicates) replicate\(manifest.replicates > 1 ? "s" : ""), \(CSV.number(manifest.reachedHours, digits: 4)) h simulated, seed \(manifest.seed). Stroma \(manifest.version), revision \(manifest.revision).",
      made: "Made by stroma report from the tables of \(run.path)."
    )
    addAnswer(to: &page)
    func add(_ id: String, _ title: String, _ names: [String]) {
      page.section(id, title) { page in
        for name in names { figures.first { $0.name == name }.map { page.add($0) } }
      }
    }
    add("cells", "Where the cells go and how many live", ["survival", "fate", "body", "organs", "occlusion"])
    add("sense", "What the cells sense and become", ["factors", "licensing"])
    add("effect", "What host cells and tissue do", ["readouts", "hosts", "tissue"])
    add("measured", "What a laboratory would measure", ["observations"])
    addSlices(to: &page)
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
      if let why = run.whyNoScenario {
        page.add("The scenario could not be resolved again (\(why)): there is no answer, and no equations.", class: "note")
      }
      if let answer, let first = answer.rows.first {
        for sentence in AnswerWords.sentences(answer) { page.add(sentence) }
        page.add(AnswerWords.table(answer), caption: "Endpoints by arm")
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
            columns: ["note", "what is so", "accepted because"],
            rows: accepted.map { [$0.key, $0.sentence, $0.accepted ?? ""] }
          ),
          caption: "Notes that the author accepted",
          folded: "\(accepted.count) accepted note\(accepted.count > 1 ? "s" : "")"
        )
      }
    }
  }

  // MARK: - Slices

  private func addSlices(to page: inout Page) {
    page.section("slices", "Slices through the grids") { page in
      guard let slices = SlicesFile(path: "\(run.path)/\(SlicesFile.name)") else {
        let hasGrids = run.scenario?.experiments.contains { !$0.tissues.isEmpty } ?? false
        if hasGrids {
          page.add(
            "There are no slices: \(SlicesFile.name) was not written, with 'record: {slices: none}' or by an earlier version.",
            class: "note"
          )
        }
        return
      }
      let (json, isThinned) = slices.json(atMost: mostSliceBytes)
      page.slices = json
      page.add(html: "<div class=\"slices\" id=\"slice-view\"></div>")
      page.add(
        "Planes through the middle of each grid, first replicate of each arm. Cells are those of the middle quarter of the depth, in a well all of them; a cell of the product counts as many as its agent stands for."
          + (isThinned ? " Every second time is left out for the size of this page; \(SlicesFile.name) has all." : ""),
        class: "small"
      )
    }
  }

  // MARK: - Methods

  private func addMethods(to page: inout Page) {
    let methods = Methods(run)
    page.section("methods", "Methods") { page in
      for (heading, text) in methods.protocolText {
        page.add(html: "<h3>\(Page.escaped(heading))</h3>")
        page.add(text)
      }
      for law in run.scenario == nil ? [] : methods.laws { page.add(law) }
    }
    page.section("parameters", "What it rests on") { page in
      let shares = methods.shares
      guard shares.all > 0 else { return }
      let per = 100 * shares.assumed / shares.all
      page.add(
        "\(shares.all) numbers: \(shares.sourced) have a published source, \(shares.assumed) (\(per) %) are assumed, fitted or calibrated, and \(shares.all - shares.sourced - shares.assumed) are settings of the scenario or the program."
      )
      page.add(methods.table, caption: "Every value, with unit, ranges and source", folded: "All \(methods.table.rows.count) values")
    }
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
  private static func last(of table: CSVTable, by keys: [String], summing column: String?) -> CSVTable {
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

  private func addAgain(to page: inout Page) {
    let manifest = run.manifest
    page.section("again", "Make it again") { page in
      page.add("The same command gives the same bytes on any number of cores; the resolved scenario holds every value.")
      let command = manifest.command.map(Self.shell).joined(separator: " ")
      page.add(
        html: "<pre>\(Page.escaped("\(command)\nstroma run \(run.path)/\(RunOutput.resolved) --out again"))</pre>"
      )
      let rows = [
        ["program", "stroma \(manifest.version), revision \(manifest.revision) of the equations"],
        ["resolved scenario", "SHA-256 \(manifest.scenarioSHA256)"],
        ["tables", "SHA-256 \(manifest.csvSHA256) over \(manifest.csvFiles.joined(separator: ", "))"],
        ["made on", "\(manifest.machine), \(manifest.threads) of \(manifest.cores) cores"],
        ["started", manifest.started.formatted(.iso8601)],
        ["time it took", "\(CSV.number(manifest.wallTime, digits: 3)) s"],
      ]
      page.add(CSVTable(columns: ["what", "value"], rows: rows), caption: "Provenance")
      page.add(
        CSVTable(
          columns: ["file", "SHA-256"],
          rows: manifest.files.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
        ),
        caption: "Files that were read",
        folded: "\(manifest.files.count) files that were read"
      )
    }
  }

  /// A word of a command as a shell takes it.
  private static func shell(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "./_-=:,+%@".contains($0) }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}

extension Page {
  /// Adds a law: its equation, symbols, and the values of its parameters.
  fileprivate mutating func add(_ law: LawShown) {
    add(html: "<h3>\(Self.escaped(law.title))</h3><div class=\"equations\" tabindex=\"0\" role=\"region\" aria-label=\"\(Self.escaped(law.title)), equations\">\(law.equation)</div>")
    if !law.symbols.isEmpty {
      add(
        html: "<p class=\"small\">"
          + law.symbols.map { "\($0.symbol) \(Self.escaped($0.meaning))" }.joined(separator: "; ")
          + ".</p>"
      )
    }
    var html = "<details><summary>\(law.parameters.count) parameters</summary><div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"\(Self.escaped(law.title)), parameters\"><table><thead><tr><th scope=\"col\">symbol</th><th scope=\"col\">parameter</th><th scope=\"col\">meaning</th><th scope=\"col\">value</th></tr></thead><tbody>"
    for parameter in law.parameters {
      html += "<tr><td>\(parameter.symbol)</td><td><code>\(Self.escaped(parameter.key))</code></td><td>\(Self.escaped(parameter.meaning))</td><td>\(Self.escaped(parameter.value))</td></tr>"
    }
    add(html: html + "</tbody></table></div></details>")
  }
}
