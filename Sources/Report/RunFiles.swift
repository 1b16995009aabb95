import Campaign
import Files
import Foundation
import Observations
import Recording
import Scenario
import Simulation

/// The files of a run, as a report reads them.
public struct RunFiles: Sendable {
  /// Directory that they are in.
  public let path: String
  /// What the run says of itself.
  public let manifest: RunOutput.Manifest
  /// The scenario, resolved again; `nil` where that is not possible.
  public let scenario: ResolvedScenario?
  /// Why the scenario could not be resolved.
  public let whyNoScenario: String?
  /// The resolved scenario, as text.
  let yaml: String
  /// What is wrong with the files, a sentence each.
  let problems: [String]
  private let tables: [String: CSVTable]

  /// Whether a directory holds a run that has ended.
  public static func isRun(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/manifest.json")
  }

  /// Reads the files of a run.
  ///
  /// - Parameters:
  ///   - path: its directory.
  ///   - library: library of the scenario; `nil` for the one near the program.
  ///   - program: path of the program.
  /// - Throws: `ReportError` where the directory holds no run.
  public init(_ path: String, library: String? = nil, program: String = "") throws(ReportError) {
    guard let data = InputFile.contents("\(path)/manifest.json") else {
      throw ReportError("there is no run in \(path): it has no manifest.json")
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      manifest = try decoder.decode(RunOutput.Manifest.self, from: data)
    } catch {
      throw ReportError("\(path)/manifest.json cannot be read as that of a run")
    }
    self.path = path
    (tables, problems) = Self.read(manifest, in: path)
    let file = "\(path)/\(RunOutput.resolved)"
    guard let text = InputFile.contents(file) else {
      yaml = ""
      (scenario, whyNoScenario) = (nil, "\(RunOutput.resolved) is missing")
      return
    }
    guard Digest.of(text) == manifest.scenarioSHA256 else {
      yaml = ""
      (scenario, whyNoScenario) = (
        nil, "\(RunOutput.resolved) is not the scenario that was run here"
      )
      return
    }
    yaml = String(decoding: text, as: UTF8.self)
    do throws(ScenarioError) {
      scenario = try ResolvedScenario(path: file, library: library, program: program)
      whyNoScenario = nil
    } catch {
      scenario = nil
      whyNoScenario = error.diagnostics.first?.description ?? "the scenario cannot be resolved"
    }
  }

  /// A table of the run; `nil` where it was not written.
  func table(_ name: String) -> CSVTable? { tables[name] }

  /// The tables that a manifest lists, and what is wrong with them.
  private static func read(_ manifest: RunOutput.Manifest, in path: String) -> (
    tables: [String: CSVTable], problems: [String]
  ) {
    var tables: [String: CSVTable] = [:]
    var problems: [String] = []
    var digest = Digest()
    for name in manifest.csvFiles {
      guard let data = InputFile.contents("\(path)/\(name)") else {
        problems.append("\(name) is missing: what it would show is left out.")
        continue
      }
      digest.add(name)
      digest.add(String(decoding: data, as: UTF8.self))
      if let table = CSVTable([UInt8](data)) {
        tables[name] = table
      } else {
        problems.append("\(name) is damaged: what it would show is left out.")
      }
    }
    if problems.isEmpty, digest.hexadecimal != manifest.csvSHA256 {
      problems.append(
        "The tables are not those that the run wrote: they were changed since, and so was what is shown here."
      )
    }
    return (tables, problems)
  }

  /// The answer of the run; `nil` where the scenario or its endpoints cannot be read.
  func answer(_ summary: CSVTable) -> Answer? {
    guard let scenario, let arm = summary.position(of: "arm"),
      let replicate = summary.position(of: "replicate"),
      let name = summary.position(of: "endpoint"),
      let value = summary.position(of: "value"), let unit = summary.position(of: "unit"),
      let missing = summary.position(of: "missing")
    else { return nil }
    var endpoints: [String: [[Endpoint]]] = [:]
    var last: [String: String] = [:]
    for row in summary.rows {
      if last[row[arm]] != row[replicate] {
        endpoints[row[arm], default: []].append([])
        last[row[arm]] = row[replicate]
      }
      let position = (endpoints[row[arm]]?.count ?? 1) - 1
      endpoints[row[arm]]?[position].append(
        Endpoint(
          name: row[name],
          value: Double(row[value]),
          unit: row[unit],
          missing: row[missing].isEmpty ? nil : row[missing]
        )
      )
    }
    return Answer(scenario.experiments.map { ($0, endpoints[$0.arm] ?? []) })
  }
}

/// Why a report cannot be made: one sentence for the user.
public struct ReportError: Error, CustomStringConvertible {
  /// The sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}
