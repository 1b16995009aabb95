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
    time = section.text("time", takes: "a unit of time, as h", "unit of the times of the table")
    if !time.isEmpty, (try? Quantity("1 \(time)"))?.dimension != .times {
      section.report("time", "found \"\(time)\"; expected a unit of time, as h")
    }
    areAnimals = section.flag("animals", default: false, "whether a replicateId is an animal")
    var observables: [String: Observable] = [:]
    section.section("observables") { list in
      for name in list.keys { observables[name] = Self.observable(name, list) }
    }
    self.observables = observables
    var conditions: [String: String] = [:]
    section.section("conditions") { list in
      for name in list.keys {
        conditions[name] = list.text(name, takes: "the name of an arm", "arm of the scenario")
      }
    }
    self.conditions = conditions
  }

  private static let endpoint =
    "the name of an endpoint or, at a time, of a site and quantity, as in lung_viable_cells"

  /// What may be said of an observable beside its endpoint: key, what it takes, what it means.
  private static let others = [
    ("modality", "a modality that the scenario observes", "by what it was measured"),
    (
      "law",
      "one of \(CalibrationDescription.Measured.Law.allCases.map(\.rawValue).joined(separator: ", "))",
      "law of the error"
    ),
    ("error", "a number above 0, or a name in 'errors'", "size of the error, as its law counts"),
    (
      "scale", "a number above 0, or a name in 'scales'",
      "number by which the model's is multiplied"
    ),
    ("unit", "a unit, as ng/mL; with a scale any text", "unit of the measurements"),
  ]

  private static func observable(_ name: String, _ list: Section) -> Observable {
    let words = "what is read of the model"
    if case .scalar? = list.node(name)?.content {
      let takes = "\(endpoint), or keys: {endpoint: lung, modality: bli, scale: 30}"
      return Observable(texts: ["endpoint": list.text(name, takes: takes, words)], isTimed: true)
    }
    return list.section(name) { keys in
      var texts = ["endpoint": keys.text("endpoint", takes: endpoint, words)]
      for (key, takes, meaning) in others {
        if keys.has(key) { texts[key] = keys.text(key, takes: takes, meaning) }
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
        throw ObservationProblem(words: "time is inf; a run has no steady state; expected a time")
      }
      row.texts["time"] = given["time"]
    }
    for (column, key) in [("noiseParameters", "error"), ("observableParameters", "scale")] {
      let text = given[column]
      if text.isEmpty { continue }
      if text.contains(";") {
        throw ObservationProblem(words: "\(column) is \"\(text)\"; expected one number or name")
      }
      row.texts[key] = text
    }
    if areAnimals { row.texts["animal"] = given["replicateId"] }
    return row
  }
}
