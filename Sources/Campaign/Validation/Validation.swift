import Files
import Scenario
import Simulation
import Substrate

/// Rows run against the model, with replicates.
public struct Validation: Sendable {
  /// An experiment: a scenario, and what rows read of it.
  public struct Experiment: Sendable {
    /// The scenario as the rows name it.
    public let name: String
    /// The scenario, ready to run.
    public let scenario: ResolvedScenario
    /// What it is resolved from.
    let source: ScenarioSource
    /// What each of its rows reads, by name.
    let readings: [String: PublishedRow.Readings]
  }

  /// What came out for one row.
  public struct Outcome: Sendable {
    /// The row.
    public let row: PublishedRow
    /// Mean over the replicates and its standard error; `nil` where it could not be read.
    public let value: Double?, standardError: Double?
    /// Cells that an agent stood for.
    public let cellsPerAgent: Double
    /// What the row could not read, where overrides have taken it away; there is no value then.
    public let lacks: String?

    /// `in`, `out`, `no interval` or what could not be read.
    public var verdict: String {
      if let lacks { return "not read: \(lacks)" }
      guard let interval = row.interval else { return "no interval" }
      return value.map(interval.contains) == true ? "in" : "out"
    }
  }

  /// The outcomes, in the order of the rows.
  public let outcomes: [Outcome]

  /// Reads the scenarios of rows, and what the rows read of them.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - library: directory of the library that holds the presets.
  ///   - overrides: `key.path=value` texts for all experiments.
  ///   - isReduced: whether doses are cut to 50,000 agents, and wells to columns of 400 um.
  /// - Returns: the experiments, in the order of the rows.
  /// - Throws: `ScenarioError` for a scenario that cannot be read, and for what no run of a scenario can be read for.
  public static func experiments(
    of rows: [PublishedRow],
    library: String,
    overrides: [String] = [],
    isReduced: Bool = false
  ) throws(ScenarioError) -> [Experiment] {
    var experiments: [Experiment] = []
    var problems: [Diagnostic] = []
    for row in rows where !experiments.contains(where: { $0.name == row.scenario }) {
      func read(_ overrides: [String]) throws(ScenarioError) -> ScenarioSource {
        try ScenarioSource(path: row.scenarioFile, library: library, overrides: overrides)
      }
      let published = try read([]).resolved()
      var overrides = overrides
      if isReduced { overrides.append(reduction(of: published.experiments[0])) }
      var readings: [String: PublishedRow.Readings] = [:]
      for other in rows where other.scenario == row.scenario {
        do throws(ScenarioError) {
          readings[other.name] = try other.readings(of: published.experiments)
        } catch {
          problems += error.diagnostics
        }
      }
      let source = try read(overrides)
      experiments.append(
        Experiment(
          name: row.scenario,
          scenario: overrides.isEmpty ? published : try source.resolved(),
          source: source,
          readings: readings
        )
      )
    }
    guard problems.isEmpty else { throw ScenarioError(problems) }
    return experiments
  }

  private static func reduction(of experiment: Simulation.Experiment) -> String {
    switch experiment.setting {
    case .organism: "treatment.agents=50000"
    case .culture: "culture.width=400um"
    }
  }

  /// Runs rows: each experiment once, its replicates in parallel.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - experiments: those that they are of.
  ///   - replicates: replicates of each experiment, at least 2.
  ///   - workers: cores to use.
  ///   - began: called with the name of each experiment before it runs.
  /// - Throws: `MassError` for a run that cannot be trusted.
  public init(
    _ rows: [PublishedRow],
    _ experiments: [Experiment],
    replicates: Int,
    workers: Workers,
    began: (String) -> Void = { _ in }
  ) throws(MassError) {
    precondition(replicates >= 2, "a standard error needs two replicates")
    var runs: [String: [Replicate]] = [:]
    for experiment in experiments {
      began(experiment.name)
      runs[experiment.name] = try experiment.run(replicates, on: workers)
    }
    outcomes = rows.map { row in
      guard let experiment = experiments.first(where: { $0.name == row.scenario }),
        let replicates = runs[row.scenario], let readings = experiment.readings[row.name]
      else { preconditionFailure("the scenarios of all rows are read") }
      let arms = experiment.scenario.experiments
      let given = arms.first { $0.agents > 0 } ?? arms[0]
      let cellsPerAgent = Double(given.cells) / Double(max(1, given.agents))
      func outcome(_ value: Double?, _ error: Double?, lacks: String?) -> Outcome {
        Outcome(
          row: row,
          value: value,
          standardError: error,
          cellsPerAgent: cellsPerAgent,
          lacks: lacks
        )
      }
      do throws(Replicate.Missing) {
        var values: [Double] = []
        for replicate in replicates { values.append(try replicate.value(of: readings, row)) }
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return outcome(mean, (squares / (n - 1) / n).squareRoot(), lacks: nil)
      } catch {
        return outcome(nil, nil, lacks: error.words)
      }
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
  public func table(role: PublishedRow.Role) -> String {
    var text = """
      | row | observable | interval | unit | value | standard error | verdict |
      |---|---|---|---|---|---|---|

      """
    for outcome in outcomes where outcome.row.role == role {
      let row = outcome.row
      let interval = row.interval.map {
        "\(CSV.number($0.lowerBound)) to \(CSV.number($0.upperBound))"
      }
      let value = outcome.value.map { CSV.number($0, digits: 4) } ?? ""
      let error = outcome.standardError.map { CSV.number($0, digits: 2) } ?? ""
      text +=
        "| \(row.name) | \(row.observable) | \(interval ?? "none") | \(row.unit) | \(value) | \(error) | \(outcome.verdict) |\n"
    }
    return text
  }
}
