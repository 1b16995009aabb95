import Body
import Files
import Foundation
import Observations
import Simulation

/// Reads rows of what was observed.
final class ObservationReader {
  typealias Observation = CalibrationDescription.Observation
  typealias Measured = CalibrationDescription.Measured

  /// Errors, scales and the variations between animals and laboratories.
  let amounts: NamedAmounts
  /// Position and name of the scenario in the campaign.
  private let position: Int, name: String
  /// The scenario; `nil` where it could not be read.
  private let base: ResolvedScenario?
  /// What can be read of an arm at any time, with its unit.
  ///
  /// To know it a model is made of the arm.
  private var readings: [String: [(name: String, unit: String)]] = [:]

  init(_ scenario: (position: Int, name: String, base: ResolvedScenario?), _ amounts: NamedAmounts)
  {
    position = scenario.position
    name = scenario.name
    base = scenario.base
    self.amounts = amounts
  }

  /// The datum of a row; `nil` for one without a value.
  func read(_ row: ObservationRow) throws(ObservationProblem) -> Observation? {
    if Self.isMissing(row["value"]) { return nil }
    let comparison: Observation.Comparison? = try choice("comparison", row)
    let across: Observation.Across? = try choice("across", row)
    let (arm, arms) = try arms(row["arm"], isGroup: across != nil)
    let control =
      row["control_arm"].isEmpty ? nil : try self.arms(row["control_arm"], isGroup: false).0
    let (endpoint, modality) = (row["endpoint"], row["modality"])
    var times: [Double?] = [nil, nil]
    for (i, name) in ["time", "control_time"].enumerated() where !row[name].isEmpty {
      guard let time = try row.number(row[name]) else {
        throw ObservationProblem(
          words:
            "\(Self.heading(name, row)) is \"\(row[name])\"; expected a number of \(Self.unitInWords(name, row))"
        )
      }
      let hours = time * (try Self.factor(from: row.units[name] ?? "h", to: "h"))
      times[i] = hours
      for arm in arms + [control].compactMap({ $0 }) {
        times[i] = try observed(hours, arm, Self.heading(name, row), endpoint)
      }
    }
    try check(comparison, arms, control, times)
    var unit = ""
    for arm in arms + [control].compactMap({ $0 }) {
      unit = try self.unit(of: endpoint, by: modality, in: arm, hasTime: times[0] != nil)
    }
    switch comparison {
    case .ratio: unit = "fraction"
    case let form?: unit = form.unit(of: unit)
    case nil: break
    }
    let measured = try measured(row, unit)
    return Observation(
      scenario: position,
      arm: arm,
      arms: arms,
      endpoint: endpoint,
      modality: modality,
      time: times[0],
      comparison: comparison,
      controlArm: control,
      controlTime: times[1],
      across: across,
      event: try event(row, measured),
      measured: measured
    )
  }

  private func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ name: String,
    _ row: ObservationRow
  ) throws(ObservationProblem) -> Choice? {
    let text = row[name]
    if text.isEmpty { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue)
      throw ObservationProblem(
        words:
          "\(name) is \"\(text)\"\(Suggestion.text(for: text, among: known)); expected \(known.joined(separator: ", ")) or nothing"
      )
    }
    return choice
  }

  private func check(
    _ comparison: Observation.Comparison?,
    _ arms: [String],
    _ control: String?,
    _ times: [Double?]
  ) throws(ObservationProblem) {
    if (control != nil || times[1] != nil) != (comparison != nil) {
      throw ObservationProblem(
        words:
          "a comparison takes control_arm, control_time_h or both; without one leave them empty"
      )
    }
    if comparison != nil, arms.contains(control ?? arms[0]), (times[1] ?? times[0]) == times[0] {
      throw ObservationProblem(words: "compares \(control ?? arms[0]) with itself at the same time")
    }
    if times[1] != nil, times[0] == nil {
      throw ObservationProblem(words: "an endpoint has its own time; leave control_time_h empty")
    }
  }

  // MARK: - What was measured

  private static let missing: Set = ["", "na", "n/a", "nan", "null", "#n/a"]
  private static let undetected: Set = [
    "nd", "n.d.", "not detected", "undetected", "below detection", "below detection limit",
    "below limit of detection", "bd", "bdl", "bld", "blod", "bql", "blq", "<lod", "<loq", "<lld",
    "<lloq", "< lod", "< loq",
  ]

  private static func isMissing(_ text: String) -> Bool { missing.contains(text.lowercased()) }

  private func measured(_ row: ObservationRow, _ unit: String) throws(ObservationProblem)
    -> Measured
  {
    let text = row["value"]
    if text.wholeMatch(of: /[<>≤≥]?\s*[+\-]?[1-9]\d{0,2}[.,]000/) != nil {
      throw ObservationProblem(
        words: "value is \"\(text)\", which may be thousands or not; write it without the separator"
      )
    }
    if let share = text.wholeMatch(of: /(\d+)\s*(?:of|\/)\s*(\d+)/) {
      return try self.share(row, Int(share.1), Int(share.2))
    }
    let law: Measured.Law = try choice("law", row) ?? .normal
    let scale = try scale(row)
    // The scale turns the unit of the model into that of the datum.
    let isScaled = scale != .given(1)
    func factor(_ column: String) throws(ObservationProblem) -> Double {
      let own = row.units[column] ?? ""
      if isScaled || base == nil { return 1 }
      return try Self.factor(from: own.isEmpty ? row.units["value"] ?? "" : own, to: unit)
    }
    let factorOfValue = try factor("value")
    let outcome: Measured.Outcome
    if Self.undetected.contains(text.lowercased()) {
      guard let limit = try row.number(row["limit"]) else {
        throw ObservationProblem(
          words:
            "value is \"\(text)\"; expected the limit of detection, a number, in the column 'limit'"
        )
      }
      outcome = .below(limit * (try factor("limit")))
    } else {
      let sign = text.first
      let digits = ["<", ">", "≤", "≥"].contains(sign) ? String(text.dropFirst()).trimmed : text
      guard let number = try row.number(digits) else {
        throw ObservationProblem(
          words:
            "value is \"\(text)\"; expected a number, as it is or after < or >, 'ND', or a share as 7/10"
        )
      }
      switch sign {
      case "<", "≤": outcome = .below(number * factorOfValue)
      case ">", "≥": outcome = .above(number * factorOfValue)
      default: outcome = .number(number * factorOfValue)
      }
    }
    let animal = row["animal"].isEmpty ? nil : row["animal"]
    if animal != nil, !amounts.saysAnimals {
      throw ObservationProblem(
        words:
          "names an animal; say how much animals vary by 'animals' in 'calibration', as in {log_uniform: [0.05, 2]}"
      )
    }
    let measured = Measured(
      outcome: outcome,
      law: law,
      error: try error(row, law, law == .normal ? try factor("error") : nil),
      scale: scale,
      animal: animal,
      laboratory: try laboratory(row)
    )
    try check(measured, text)
    return measured
  }

  private func check(_ measured: Measured, _ text: String) throws(ObservationProblem) {
    let number: Double
    switch measured.outcome {
    case .number(let value), .below(let value), .above(let value): number = value
    case .share: return
    }
    if measured.law != .normal, number <= 0 {
      throw ObservationProblem(
        words: "value is \"\(text)\"; a \(measured.law.rawValue) error takes numbers above 0"
      )
    }
    if number != 0, !NamedAmounts.sizes.contains(number.magnitude) {
      throw ObservationProblem(
        words: "value is \"\(text)\"; expected 0, or numbers from 1e-50 to 1e50 in size"
      )
    }
  }

  private func share(_ row: ObservationRow, _ count: Int?, _ all: Int?) throws(ObservationProblem)
    -> Measured
  {
    guard let count, let all, (1...10_000).contains(all), (0...all).contains(count) else {
      throw ObservationProblem(
        words: "value is \"\(row["value"])\"; expected so many of at most 10000 animals"
      )
    }
    for name in ["error", "law", "scale", "animal", "limit"] where !row[name].isEmpty {
      throw ObservationProblem(
        words:
          "\(name) is \"\(row[name])\"; a share of animals errs by their number, leave it empty"
      )
    }
    return Measured(
      outcome: .share(count, of: all),
      law: .normal,
      error: .given(1),
      scale: .given(1),
      animal: nil,
      laboratory: try laboratory(row)
    )
  }

  private func laboratory(_ row: ObservationRow) throws(ObservationProblem) -> String {
    if row["laboratory"].isEmpty { return name }
    if !amounts.saysLaboratories {
      throw ObservationProblem(
        words:
          "names a laboratory; say how much laboratories vary by 'laboratories' in 'calibration', as in {log_uniform: [0.05, 1]}"
      )
    }
    return row["laboratory"]
  }

  private func event(_ row: ObservationRow, _ measured: Measured) throws(ObservationProblem)
    -> CalibrationDescription.Event?
  {
    let text = row["event"]
    if text.isEmpty { return nil }
    guard case .share = measured.outcome else {
      throw ObservationProblem(
        words: "event is \"\(text)\"; it belongs to a share of animals, as 7/10"
      )
    }
    if let sign = text.first, sign == "<" || sign == ">",
      let limit = try row.number(String(text.dropFirst()).trimmed)
    {
      return sign == "<" ? .below(limit) : .above(limit)
    }
    throw ObservationProblem(
      words: "event is \"\(text)\"; expected a number after < or >, as >1000"
    )
  }

  /// The error of a row.
  ///
  /// - Parameters:
  ///   - row: the row.
  ///   - law: its law.
  ///   - factor: of a normal one how many units of the model one of its own is.
  /// - Returns: the error.
  /// - Throws: `ObservationProblem`.
  private func error(_ row: ObservationRow, _ law: Measured.Law, _ factor: Double?)
    throws(ObservationProblem) -> CalibrationDescription.Amount
  {
    let text = row["error"]
    if let number = try row.number(text) {
      var size = factor
      if size == nil { size = try Self.factor(from: row.units["error"] ?? "", to: "fraction") }
      let error = number * (size ?? 1)
      if NamedAmounts.sizes.contains(error) { return .given(error) }
    } else if let amount = amounts.error(text) {
      return amount
    }
    let known = amounts.errors.keys.sorted()
    let more = known.isEmpty ? "" : ", or one of \(known.joined(separator: ", "))"
    throw ObservationProblem(
      words:
        "error is \"\(text)\"\(Suggestion.text(for: text, among: known)); expected a number above 0\(more)"
    )
  }

  private func scale(_ row: ObservationRow) throws(ObservationProblem)
    -> CalibrationDescription.Amount
  {
    let text = row["scale"]
    if text.isEmpty { return .given(1) }
    if let number = try row.number(text) {
      if NamedAmounts.sizes.contains(number) { return .given(number) }
    } else if let (amount, first) = amounts.scale(text, unit: row.units["value"] ?? "") {
      let unit = row.units["value"] ?? ""
      if first != unit {
        throw ObservationProblem(
          words: "unit is \"\(unit)\", and \"\(first)\" elsewhere with the scale \(text)"
        )
      }
      return amount
    }
    let known = amounts.scales.keys.sorted()
    throw ObservationProblem(
      words:
        "scale is \"\(text)\"\(Suggestion.text(for: text, among: known)); expected a number above 0, or a name in 'scales'"
    )
  }

  // MARK: - Units

  /// How many of a unit of the model one of a given unit is.
  private static func factor(from text: String, to unit: String) throws(ObservationProblem)
    -> Double
  {
    if text.isEmpty || text == unit { return 1 }
    guard let given = try? Quantity("1 \(text)"), let target = Self.unit(unit),
      given.dimension == target.dimension
    else {
      throw ObservationProblem(
        words:
          "the unit is \"\(text)\"; the unit of the model is \(unit), to which it cannot be converted"
      )
    }
    return given.value / target.value
  }

  /// A unit as the tables of a run print it: words as `fraction of dose` are shares.
  private static func unit(_ text: String) -> Quantity? {
    if let quantity = try? Quantity("1 \(text)") { return quantity }
    if text.hasPrefix("%") { return try? Quantity("1 %") }
    if text.hasPrefix("cells ") { return try? Quantity("1 cells") }
    let words = text.split(separator: " ")
    let isShare =
      ["fraction", "ratio"].contains(words.first)
      || ["share", "of the share at the start"].contains(text)
    return isShare ? try? Quantity("1") : nil
  }

  private static func heading(_ name: String, _ row: ObservationRow) -> String {
    "\(name)_\(row.units[name] ?? "h")"
  }

  private static func unitInWords(_ name: String, _ row: ObservationRow) -> String {
    let unit = row.units[name] ?? "h"
    return unit == "h" ? "hours" : unit
  }

  // MARK: - What is read

  /// The arms that are meant: one, or of a group all that begin as it says before its star.
  private func arms(_ text: String, isGroup: Bool) throws(ObservationProblem) -> (String, [String])
  {
    let known = base?.arms.map(\.name) ?? []
    let name = text.isEmpty ? known.first ?? "" : text
    guard base != nil else { return (name, [name]) }
    if isGroup {
      let found = known.filter { name.hasSuffix("*") && $0.hasPrefix(name.dropLast()) }
      if found.count > 1 { return (name, found) }
      throw ObservationProblem(
        words: "across takes an arm of several, as in donor-*; found \"\(name)\""
      )
    }
    guard known.contains(name) else {
      throw ObservationProblem(
        words:
          "there is no arm \"\(name)\"\(Suggestion.text(for: name, among: known)); there are \(known.joined(separator: ", "))"
      )
    }
    return (name, [name])
  }

  /// The time (h) of the observation of an arm that is meant by a time.
  private func observed(_ time: Double, _ arm: String, _ key: String, _ endpoint: String)
    throws(ObservationProblem) -> Double
  {
    guard let clock = base?.experiments.first(where: { $0.arm == arm })?.clock else { return time }
    let times = clock.outputs.map { Double($0) * clock.step / 60 }
    // A third of an hour is written in four digits or more.
    guard let found = times.first(where: { ($0 - time).magnitude < 1e-3 }) else {
      let known = times.map(CSV.number)
      let shown = known.count > 8 ? known.prefix(7) + ["...", known[known.count - 1]] : known[...]
      let hours = key.hasSuffix("_h") ? "" : " (\(CSV.number(time)) h)"
      throw ObservationProblem(
        words:
          "\(key) is \(CSV.number(time))\(hours); expected a time at which \(arm) is observed: \(shown.joined(separator: ", "))\(hours.isEmpty ? "" : " h")"
      )
    }
    let pulse = Assay.pulse / 60
    if endpoint.hasSuffix("_proliferation"), found < pulse {
      throw ObservationProblem(
        words: "proliferation is read over \(Int(pulse)) h; \(key) is \(CSV.number(found))"
      )
    }
    return found
  }

  /// The unit of what an arm tells of an endpoint.
  private func unit(
    of endpoint: String,
    by modality: String,
    in arm: String,
    hasTime: Bool
  ) throws(ObservationProblem) -> String {
    guard let experiment = base?.experiments.first(where: { $0.arm == arm }) else { return "" }
    func among(
      _ known: [(name: String, unit: String)],
      _ what: String,
      of arm: String = "",
      _ more: String
    ) throws(ObservationProblem) -> String {
      if let found = known.first(where: { $0.name == endpoint }) { return found.unit }
      throw ObservationProblem(
        words:
          "there is no \(what) \"\(endpoint)\"\(arm)\(Suggestion.endpoint(endpoint, among: known.map(\.name), of: experiment.everyRun))\(more)"
      )
    }
    if !modality.isEmpty {
      guard experiment.modalities.contains(where: { $0.name == modality }) else {
        throw ObservationProblem(
          words: "the scenario observes by no modality \"\(modality)\"; add it to 'observe'"
        )
      }
      guard hasTime else {
        throw ObservationProblem(words: "expected a time_h at which the run is observed")
      }
      return try among(
        (["body"] + experiment.host.organs.map(\.name)).map { ($0, "cells") },
        "place",
        "; with a modality the endpoint is body or an organ"
      )
    }
    guard hasTime else {
      return try among(
        Endpoints.all(of: experiment).map { ($0.name, $0.unit) },
        "endpoint",
        of: " of \(arm)",
        "; a quantity read at a certain time needs time_h"
      )
    }
    let known =
      readings[arm] ?? Quantities(of: experiment).names.map { ($0.joined, $0.unit) }
    readings[arm] = known
    return try among(
      known,
      "reading",
      "; with time_h, expected a site and a quantity of timeseries.csv or readouts.csv, as in lung_viable_cells"
    )
  }
}
