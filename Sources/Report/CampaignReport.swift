import Campaign
import Files
import Foundation
import Scenario
import Simulation

/// The report of a campaign: one page of HTML, from the files in its directory.
public struct CampaignReport: Sendable {
  /// The figures, in order.
  public let figures: [Figure]
  private let path: String
  private let manifest: CampaignManifest?
  private let scenario: ResolvedScenario?
  private let yaml: String

  /// Rows of a table on the page at most.
  private static let mostRows = 400
  /// Tables that a campaign may have, with what they hold.
  private static let tables = [
    ("trial.csv", "Arms of the trial"), ("calibration.csv", "Fitted parameters"),
    ("validation.csv", "Published rows"), ("predictive.csv", "Data and predictions"),
    ("sensitivity.csv", "Sensitivity"), ("summary.csv", "Endpoints at every point"),
  ]

  /// Whether a directory holds the tables of a campaign.
  public static func isCampaign(_ path: String) -> Bool {
    ["runs.csv", "posterior.csv", "validation.csv"].contains {
      FileManager.default.fileExists(atPath: "\(path)/\($0)")
    }
  }

  /// A report of the campaign in a directory.
  ///
  /// - Parameters:
  ///   - path: its directory.
  ///   - library: library of its scenario; `nil` for the one near the program.
  ///   - program: path of the program.
  public init(_ path: String, library: String? = nil, program: String = "") {
    self.path = path
    manifest = CampaignManifest(in: path)
    let file = "\(path)/\(RunOutput.resolved)"
    yaml =
      InputFile.contents(file).map { String(decoding: $0, as: UTF8.self) } ?? ""
    scenario =
      yaml.isEmpty
      ? nil : try? ResolvedScenario(path: file, library: library, program: program)
    let hours = scenario?.experiments.map { Double($0.clock.steps) * $0.clock.step / 60 }.max()
    figures = CampaignFigures(path, manifest, hours: hours).all
  }

  /// The page.
  ///
  /// - Throws: where the template is wrong.
  public func html() throws -> String {
    var facts: [String] = []
    if let manifest {
      facts = [
        "\(manifest.runs) \(Self.counted(manifest.kind))",
        "\(manifest.replicates) replicate\(manifest.replicates > 1 ? "s" : "")",
      ]
    }
    let version = manifest.map { " Stroma \($0.version), revision \($0.revision)." } ?? ""
    var page = Page(
      title: manifest?.name ?? URL(fileURLWithPath: path).lastPathComponent,
      question: manifest?.question ?? "",
      facts: facts.joined(separator: ", ") + (facts.isEmpty ? "" : ".") + version,
      made: "Made by stroma report from the tables of \(path)."
    )
    page.section("answer", "Answer") { page in
      for note in manifest?.notes ?? [] { page.add(note) }
      for file in damaged {
        page.add("\(file) is damaged: what it would show is left out.", class: "note")
      }
      for sentence in settled { page.add(sentence) }
      addTables(to: &page)
    }
    page.section("figures", "Figures") { page in
      for figure in figures { page.add(figure) }
    }
    addMethods(to: &page)
    page.section("again", "Make it again") { page in
      guard let manifest else {
        page.add(
          "There is no \(CampaignManifest.file), which an earlier version did not write: the command and the files are not known.",
          class: "note"
        )
        return
      }
      page.add(
        "The same command gives the same tables on any number of cores, shards and machines."
      )
      page.add(code: manifest.command.map(\.asShellWord).joined(separator: " "))
      page.add(files: manifest.files)
    }
    return try page.html()
  }

  /// How many differences from the control are settled, by endpoint.
  private var settled: [String] {
    guard manifest?.kind != .trial, let table = CSVTable(path: "\(path)/summary.csv"),
      let endpoint = table.position(of: "endpoint"), let low = table.position(of: "difference_low"),
      let high = table.position(of: "difference_high")
    else { return [] }
    var names: [String] = []
    var counts: [String: (all: Int, more: Int, less: Int)] = [:]
    for row in table.rows {
      guard let low = Double(row[low]), let high = Double(row[high]) else { continue }
      if counts[row[endpoint]] == nil { names.append(row[endpoint]) }
      counts[row[endpoint], default: (0, 0, 0)].all += 1
      if low > 0 { counts[row[endpoint]]?.more += 1 }
      if high < 0 { counts[row[endpoint]]?.less += 1 }
    }
    return names.compactMap { name in
      counts[name].map {
        "\(name): of \($0.all) differences from the control, \($0.more) are above 0 and \($0.less) below it with 95 % confidence each; \($0.all - $0.more - $0.less) are not distinguishable from 0."
      }
    }
  }

  /// Tables that are there and cannot be read.
  private var damaged: [String] {
    (Self.tables.map(\.0) + ["posterior.csv", "survival.csv", "runs.csv"]).filter { file in
      FileManager.default.fileExists(atPath: "\(path)/\(file)")
        && CSVTable(path: "\(path)/\(file)") == nil
    }
  }

  private func addTables(to page: inout Page) {
    for (file, title) in Self.tables {
      guard let table = CSVTable(path: "\(path)/\(file)"), !table.rows.isEmpty else { continue }
      let rows = table.rows.prefix(Self.mostRows).map { $0.map(Self.short) }
      let left = table.rows.count - rows.count
      page.add(
        CSVTable(columns: table.columns.map(RunFigures.words), rows: rows),
        caption: title + (left > 0 ? "; \(left) more rows are in \(file)" : ""),
        folded: rows.count > 12 ? "\(title), \(table.rows.count) rows" : nil
      )
    }
  }

  /// What the runs of a campaign are called.
  private static func counted(_ kind: CampaignManifest.Kind) -> String {
    switch kind {
    case .sweep, .trial: "runs"
    case .calibration: "parameter sets"
    case .validation: "published rows"
    }
  }

  private static func short(_ field: String) -> String {
    guard field.count > 7, let value = Double(field) else { return field }
    return CSV.number(value, digits: 4)
  }

  private func addMethods(to page: inout Page) {
    let methods = Methods(yaml: yaml)
    page.section("methods", "Methods") { page in
      guard let scenario else { return }
      page.add(
        ProtocolText(
          scenario.experiments,
          question: manifest?.question ?? "",
          given: "",
          runs: "The scenario without what the campaign varies.",
          files: manifest?.files.count ?? 0
        )
      )
      for law in methods.laws { page.add(law) }
    }
    page.addParameters(methods)
  }
}
