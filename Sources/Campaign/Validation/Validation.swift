import Scenario
import Simulation
import Substrate

/// Rows run against the model, with replicates.
public struct Validation: Sendable {
  /// What came out for one row.
  public struct Outcome: Sendable {
    /// The row.
    public let row: ValidationRow
    /// Mean over the replicates and its standard error.
    public let value: Double, standardError: Double
    /// Cells that an agent stood for.
    public let cellsPerAgent: Double
    /// What the row could not read, where overrides have taken it away; there is no value then.
    public let lacks: String?

    /// `in`, `out`, `no interval` or what could not be read.
    public var verdict: String {
      if let lacks { return "not read: \(lacks)" }
      guard let interval = row.interval else { return "no interval" }
      return interval.contains(value) ? "in" : "out"
    }
  }

  /// The outcomes, in the order of the rows.
  public let outcomes: [Outcome]

  /// Reads the scenarios of rows.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - library: directory of the library that holds the scenarios.
  ///   - overrides: `key.path=value` texts for all experiments.
  ///   - isReduced: whether doses are cut to 50,000 agents, and wells to columns of 400 um.
  /// - Returns: the scenarios by name.
  /// - Throws: `ScenarioError` for a scenario that cannot be read.
  public static func scenarios(
    of rows: [ValidationRow],
    library: String,
    overrides: [String] = [],
    isReduced: Bool = false
  ) throws(ScenarioError) -> [String: ResolvedScenario] {
    var scenarios: [String: ResolvedScenario] = [:]
    for name in rows.map(\.scenario) where scenarios[name] == nil {
      func read(_ more: [String]) throws(ScenarioError) -> ResolvedScenario {
        try ResolvedScenario(
          path: "\(library)/\(name).yaml",
          library: library,
          overrides: overrides + more
        )
      }
      let whole = try read([])
      scenarios[name] = isReduced ? try read([reduction(of: whole.experiments[0])]) : whole
    }
    return scenarios
  }

  private static func reduction(of experiment: Experiment) -> String {
    switch experiment.setting {
    case .organism: "treatment.agents=50000"
    case .culture: "culture.width=400um"
    }
  }

  /// Runs rows: each experiment once, its replicates in parallel.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - scenarios: their scenarios by name.
  ///   - replicates: replicates of each experiment, at least 2.
  ///   - workers: cores to use.
  ///   - began: called with the name of each experiment before it runs.
  /// - Throws: `MassError` for a run that cannot be trusted.
  public init(
    _ rows: [ValidationRow],
    _ scenarios: [String: ResolvedScenario],
    replicates: Int,
    workers: Workers,
    began: (String) -> Void = { _ in }
  ) throws(MassError) {
    precondition(replicates >= 2, "a standard error needs two replicates")
    var runs: [String: [Replicate]] = [:]
    for row in rows {
      let name = row.scenario
      guard runs[name] == nil, let scenario = scenarios[name] else { continue }
      began(name)
      let trajectories = try Run(
        experiments: scenario.experiments,
        seed: scenario.seed,
        replicates: replicates
      ).execute(on: workers)
      runs[name] = (1...replicates).map { replicate in
        let mine = trajectories.filter { $0.replicate == replicate }
        return Replicate(
          arms: Dictionary(mine.map { ($0.experiment.arm, $0) }) { first, _ in first }
        )
      }
    }
    outcomes = rows.map { row in
      guard let replicates = runs[row.scenario], let scenario = scenarios[row.scenario] else {
        preconditionFailure("the scenarios of all rows are read")
      }
      let given = scenario.experiments.first { $0.agents > 0 } ?? scenario.experiments[0]
      let read = replicates.map { $0.value(of: row) }
      let values = read.map(\.value)
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Outcome(
        row: row,
        value: mean,
        standardError: (squares / (n - 1) / n).squareRoot(),
        cellsPerAgent: Double(given.cells) / Double(max(1, given.agents)),
        lacks: read.compactMap(\.lacks).first
      )
    }
  }

  /// `validation.csv`.
  public var csv: String {
    var csv = CSV(columns: [
      "row", "role", "scenario", "cells_per_agent", "observable", "unit", "value", "standard_error",
      "low", "high", "verdict", "source",
    ])
    for outcome in outcomes {
      let row = outcome.row
      csv.row([
        row.name, row.role.rawValue, row.scenario, CSV.number(outcome.cellsPerAgent),
        row.observable, row.unit,
        CSV.number(outcome.value), CSV.number(outcome.standardError),
        CSV.number(row.interval?.lowerBound), CSV.number(row.interval?.upperBound),
        outcome.verdict, row.source,
      ])
    }
    return csv.text
  }

  /// The table of the documentation: values to four digits, errors to two.
  public func table(role: ValidationRow.Role) -> String {
    var text = """
      | row | observable | interval | unit | value | standard error | verdict |
      |---|---|---|---|---|---|---|

      """
    for outcome in outcomes where outcome.row.role == role {
      let row = outcome.row
      let interval = row.interval.map {
        "\(CSV.number($0.lowerBound)) to \(CSV.number($0.upperBound))"
      }
      let value = Self.rounded(outcome.value, digits: 4)
      let error = Self.rounded(outcome.standardError, digits: 2)
      text +=
        "| \(row.name) | \(row.observable) | \(interval ?? "none") | \(row.unit) | \(value) | \(error) | \(outcome.verdict) |\n"
    }
    return text
  }

  /// A number to a count of significant digits.
  static func rounded(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value != 0 else { return CSV.number(value) }
    // Powers of ten above and below the value stay whole, so that the text shows no rounding of
    // its own.
    var above = 1.0
    var below = 1.0
    var least = 1.0
    for _ in 1..<digits { least *= 10 }
    while (value * above / below).magnitude < least { above *= 10 }
    while (value * above / below).magnitude >= 10 * least { below *= 10 }
    return CSV.number((value * above / below).rounded() * below / above)
  }
}
