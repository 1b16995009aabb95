import Foundation

/// What the observables and conditions of a PEtab measurement table (version 1) are in a scenario.
///
/// Source: Schmiester 2021, PLoS Comput Biol 17:e1008646, doi 10.1371/journal.pcbi.1008646.
struct MeasurementMapping {
  /// Columns that make a table one of PEtab.
  static let needed = ["observableId", "simulationConditionId", "measurement", "time"]
  /// All of its columns.
  static let names = ObservationColumns.Names(
    needed: needed,
    others: [
      "preequilibrationConditionId", "observableParameters", "noiseParameters", "datasetId",
      "replicateId",
    ],
    measured: [],
    times: []
  )

  /// Whether a table is one of PEtab.
  static func reads(_ table: Table) -> Bool {
    ["observableId", "simulationConditionId"].allSatisfy(table.header.contains)
  }

  /// What is read for an observable, by column of observations.
  private struct Observable {
    let texts: [String: String]
    /// Whether it is read at the time of the row.
    let isTimed: Bool
  }

  private let time: String
  private let observables: [String: Observable], conditions: [String: String]
  /// Whether replicates are animals.
  private let areAnimals: Bool

  /// Reads the keys of `petab`.
  init(_ section: Section) {
    time = section.text("time", "unit of the times of the table, as h")
    if !time.isEmpty, (try? Quantity("1 \(time)"))?.dimension != .times {
      section.report("time", "found \"\(time)\"; it takes a unit of time, as h")
    }
    areAnimals = section.flag("animals", default: false, "whether a replicateId is an animal")
    var observables: [String: Observable] = [:]
    section.section("observables") { list in
      for name in list.keys { observables[name] = Self.observable(name, list) }
    }
    self.observables = observables
    var conditions: [String: String] = [:]
    section.section("conditions") { list in
      for name in list.keys { conditions[name] = list.text(name, "arm of the scenario") }
    }
    self.conditions = conditions
  }

  private static func observable(_ name: String, _ list: Section) -> Observable {
    if case .scalar? = list.node(name)?.content {
      return Observable(
        texts: ["endpoint": list.text(name, "what is read of the model")],
        isTimed: true
      )
    }
    return list.section(name) { keys in
      var texts = ["endpoint": keys.text("endpoint", "what is read of the model")]
      for key in ["modality", "law", "error", "scale", "unit"] {
        if keys.has(key) { texts[key] = keys.text(key, "as the column of that name says") }
        keys.skip(key)
      }
      let isTimed = keys.flag("timed", default: true, "whether it is read at the time of the row")
      return Observable(texts: texts, isTimed: isTimed)
    }
  }

  /// A row of observations for one of measurements.
  func row(_ given: ObservationRow) throws(ObservationProblem) -> ObservationRow {
    func known<Value>(_ name: String, _ table: [String: Value], _ key: String)
      throws(ObservationProblem) -> Value
    {
      if let value = table[given[name]] { return value }
      throw ObservationProblem(
        words:
          "\(name) is \"\(given[name])\"\(Suggestion.text(for: given[name], among: table.keys)); say what it is in 'petab: {\(key): …}'"
      )
    }
    let observable = try known("observableId", observables, "observables")
    var row = ObservationRow(
      texts: observable.texts,
      units: ["time": time, "value": observable.texts["unit"] ?? ""],
      hasDecimalCommas: given.hasDecimalCommas
    )
    row.texts["arm"] = try known("simulationConditionId", conditions, "conditions")
    row.texts["value"] = given["measurement"]
    if !given["preequilibrationConditionId"].isEmpty {
      throw ObservationProblem(
        words: "preequilibrationConditionId is given; a run has one condition from its start"
      )
    }
    if observable.isTimed {
      if given["time"].lowercased() == "inf" {
        throw ObservationProblem(words: "time is inf; a run has no steady state, it takes a time")
      }
      row.texts["time"] = given["time"]
    }
    for (column, key) in [("noiseParameters", "error"), ("observableParameters", "scale")] {
      let text = given[column]
      if text.isEmpty { continue }
      if text.contains(";") {
        throw ObservationProblem(words: "\(column) is \"\(text)\"; it takes one number or name")
      }
      row.texts[key] = text
    }
    if areAnimals { row.texts["animal"] = given["replicateId"] }
    return row
  }
}
