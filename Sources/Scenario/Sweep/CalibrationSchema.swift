import Foundation
import Science
import Simulation

/// The keys of `calibration`.
enum CalibrationSchema {
  static func read(
    _ section: Section,
    folder: URL,
    _ base: ResolvedScenario?
  ) -> CalibrationDescription? {
    let method: CalibrationDescription.Method = section.choice("method", "how it is fitted")
    let file = section.text("data", "CSV file of what was observed, from the folder of this file")
    let isABC = method == .abc
    func integer(
      _ key: String,
      _ standard: Int,
      _ range: ClosedRange<Int>,
      if takes: Bool,
      _ words: String
    )
      -> Int
    {
      if takes { return section.integer(key, default: standard, in: range, words) }
      if section.has(key) { section.report(key, "belongs to the other method; leave it out") }
      section.skip(key)
      return standard
    }
    let particles = integer("particles", 200, 10...100_000, if: isABC, "particles of a generation")
    let generations = integer("generations", 8, 1...100, if: isABC, "generations at most")
    let points = integer("points", 64, 8...5000, if: !isABC, "points of the first design")
    let refinements = integer(
      "refinements",
      32,
      0...5000,
      if: !isABC,
      "points added where the fit is likely"
    )
    let observations = observations(section, folder, file, base)
    return CalibrationDescription(
      method: method,
      particles: particles,
      generations: generations,
      points: points,
      refinements: refinements,
      observations: observations
    )
  }

  private static let columns = ["arm", "endpoint", "modality", "time_h", "value", "error"]
  private static let more = ["comparison", "control_arm", "control_time_h", "across"]

  private static func observations(
    _ section: Section,
    _ folder: URL,
    _ file: String,
    _ base: ResolvedScenario?
  ) -> [CalibrationDescription.Observation] {
    guard let table = Table(path: SweepSchema.file(file, in: folder)) else {
      section.report(
        "data",
        "found \"\(file)\"; it takes a CSV file that can be read and is not empty"
      )
      return []
    }
    for problem in table.problems {
      section.report("data", "\(file), line \(problem.place.line): \(problem.words)")
    }
    guard table.problems.isEmpty else { return [] }
    let known = columns + more
    guard columns.allSatisfy(table.header.contains), table.header.allSatisfy(known.contains) else {
      section.report(
        "data",
        "\(file) has the columns \(table.header.joined(separator: ", ")); it takes \(columns.joined(separator: ", ")), and may take \(more.joined(separator: ", "))"
      )
      return []
    }
    let reader = ObservationReader(table, base)
    return table.rows.enumerated().compactMap { n, row in
      do throws(ObservationReader.Problem) {
        return try reader.read(row)
      } catch {
        section.report(
          "data",
          "\(file), line \(table.place(column: 0, row: n).line): \(error.words)"
        )
        return nil
      }
    }
  }
}

/// Reads the rows of what was observed.
private struct ObservationReader {
  /// What is wrong with a row.
  struct Problem: Error { let words: String }

  let header: [String]
  /// The scenario; `nil` where it could not be read.
  let base: ResolvedScenario?
  /// What can be read at any time, by arm; empty where nobody asks.
  private let readings: [String: [String]]

  init(_ table: Table, _ base: ResolvedScenario?) {
    header = table.header
    self.base = base
    let (modality, time) = (header.firstIndex(of: "modality"), header.firstIndex(of: "time_h"))
    let asks = table.rows.contains { row in
      modality.map { row[$0].isEmpty } ?? true && time.map { !row[$0].isEmpty } ?? false
    }
    // To know the names a model is made of every arm.
    readings = Dictionary(
      (asks ? base?.experiments ?? [] : []).map {
        ($0.arm, Quantities.names(of: $0).map(\.joined))
      },
      uniquingKeysWith: { first, _ in first }
    )
  }

  func read(_ row: [String]) throws(Problem) -> CalibrationDescription.Observation {
    func field(_ name: String) -> String { header.firstIndex(of: name).map { row[$0] } ?? "" }
    guard let value = Double(field("value")), value.isFinite else {
      throw Problem(words: "value is \"\(field("value"))\"; it takes a number")
    }
    guard let error = Double(field("error")), error.isFinite, error > 0 else {
      throw Problem(words: "error is \"\(field("error"))\"; it takes a number above 0")
    }
    func choice<Choice: CaseIterable & RawRepresentable<String>>(_ name: String) throws(Problem)
      -> Choice?
    {
      let text = field(name)
      if text.isEmpty { return nil }
      guard let choice = Choice(rawValue: text) else {
        let known = Choice.allCases.map(\.rawValue)
        throw Problem(
          words:
            "\(name) is \"\(text)\"\(Suggestion.text(for: text, among: known)); it takes \(known.joined(separator: ", ")) or nothing"
        )
      }
      return choice
    }
    let comparison: CalibrationDescription.Observation.Comparison? = try choice("comparison")
    let across: CalibrationDescription.Observation.Across? = try choice("across")
    let (arm, arms) = try arms(field("arm"), isGroup: across != nil)
    let (control, _) =
      field("control_arm").isEmpty ? (nil, []) : try self.arms(field("control_arm"), isGroup: false)
    let (endpoint, modality) = (field("endpoint"), field("modality"))
    var times: [Double?] = [nil, nil]
    for (i, name) in ["time_h", "control_time_h"].enumerated() where !field(name).isEmpty {
      guard let time = Double(field(name)) else {
        throw Problem(words: "\(name) is \"\(field(name))\"; it takes a number of hours")
      }
      times[i] = time
      for arm in arms + [control].compactMap({ $0 }) {
        times[i] = try observed(time, arm, name, endpoint)
      }
    }
    if (control != nil || times[1] != nil) != (comparison != nil) {
      throw Problem(
        words:
          "a comparison takes control_arm, control_time_h or both; without one leave them empty"
      )
    }
    if comparison != nil, arms.contains(control ?? arms[0]), (times[1] ?? times[0]) == times[0] {
      throw Problem(words: "compares \(control ?? arms[0]) with itself at the same time")
    }
    if times[1] != nil, times[0] == nil {
      throw Problem(words: "an endpoint has its own time; leave control_time_h empty")
    }
    for arm in arms + [control].compactMap({ $0 }) {
      try check(endpoint, by: modality, in: arm, hasTime: times[0] != nil)
    }
    return .init(
      arm: arm,
      arms: arms,
      endpoint: endpoint,
      modality: modality,
      time: times[0],
      comparison: comparison,
      controlArm: control,
      controlTime: times[1],
      across: across,
      value: value,
      error: error
    )
  }

  /// The arms that are meant: one, or of a group all that begin as it says before its star.
  private func arms(_ text: String, isGroup: Bool) throws(Problem) -> (String, [String]) {
    let known = base?.arms.map(\.name) ?? []
    let name = text.isEmpty ? known.first ?? "" : text
    guard base != nil else { return (name, [name]) }
    if isGroup {
      let found = known.filter { name.hasSuffix("*") && $0.hasPrefix(name.dropLast()) }
      if found.count > 1 { return (name, found) }
      throw Problem(words: "across takes an arm of several, as in donor-*; found \"\(name)\"")
    }
    guard known.contains(name) else {
      throw Problem(
        words:
          "there is no arm \"\(name)\"\(Suggestion.text(for: name, among: known)); there are \(known.joined(separator: ", "))"
      )
    }
    return (name, [name])
  }

  /// The time (h) of the observation of an arm that is meant by a time.
  private func observed(_ time: Double, _ arm: String, _ key: String, _ endpoint: String)
    throws(Problem) -> Double
  {
    guard let clock = base?.experiments.first(where: { $0.arm == arm })?.clock else { return time }
    let times = clock.outputs.map { Double($0) * clock.step / 60 }
    // A third of an hour is written in four digits or more.
    guard let found = times.first(where: { ($0 - time).magnitude < 1e-3 }) else {
      let known = times.map(CSV.number)
      let shown = known.count > 8 ? known.prefix(7) + ["...", known[known.count - 1]] : known[...]
      throw Problem(
        words:
          "\(key) is \(CSV.number(time)); it takes a time at which \(arm) is observed: \(shown.joined(separator: ", "))"
      )
    }
    let pulse = Assay.pulse / 60
    if endpoint.hasSuffix("_proliferation"), found < pulse {
      throw Problem(
        words: "proliferation is read over \(Int(pulse)) h; \(key) is \(CSV.number(found))"
      )
    }
    return found
  }

  /// Checks that an arm tells an endpoint.
  private func check(_ endpoint: String, by modality: String, in arm: String, hasTime: Bool)
    throws(Problem)
  {
    guard let experiment = base?.experiments.first(where: { $0.arm == arm }) else { return }
    func among(_ known: [String], _ what: String, _ more: String = "") throws(Problem) {
      if known.contains(endpoint) { return }
      throw Problem(
        words:
          "there is no \(what) \"\(endpoint)\"\(Suggestion.text(for: endpoint, among: known))\(more)"
      )
    }
    if !modality.isEmpty {
      guard experiment.modalities.contains(where: { $0.name == modality }) else {
        throw Problem(
          words: "the scenario observes by no modality \"\(modality)\"; add it to 'observe'"
        )
      }
      guard hasTime else { throw Problem(words: "takes a time_h at which the run is observed") }
      try among(
        ["body"] + experiment.host.organs.map(\.name),
        "place",
        "; with a modality the endpoint is body or an organ"
      )
    } else if hasTime {
      try among(
        readings[arm] ?? [],
        "reading",
        "; at a time_h it takes a site and a quantity of timeseries.csv or readouts.csv, as in lung_viable_cells"
      )
    } else {
      try among(
        Endpoints.all(of: experiment).map(\.name),
        "endpoint",
        " of \(arm); what is read at a time takes time_h"
      )
    }
  }
}
