import Files
import Observations
import Scenario
import Simulation
import Substrate

/// What rows are predicted to be where every parameter that is known to a range alone is drawn from it.
///
/// A draw gives a parameter one place in its range, the same in all experiments: evenly, or by its logarithm where the range is
/// tenfold or more (`ParameterDraws`). What an experiment states without a range, and what
/// differs between its arms, stays as it is, as do the steps and the grid. One replicate of an experiment tells one draw, the first the first: its noise and
/// its donors are in the prediction. Quantiles are those of the draws that tell a row.
///
///     p = (k + ½) / (n + 1)     share of n draws in the published interval, of which k are; a row without a value is outside
///     log score = ln p
public struct RowPrediction: Sendable {
  /// What is predicted for one row.
  public struct Outcome: Sendable {
    /// The row, and what it is for in a joint fit.
    public let row: PublishedRow, role: TargetRoles.Role
    /// The row in each draw; `nil` where it could not be read.
    public let readings: [Double?]
    /// The row in each draw that it could be read in, ascending.
    public let values: [Double]
    /// The parameters that were drawn for its experiment.
    public let parameters: [String]
    /// Draws whose scenario was invalid or whose run failed, and draws in which the row had no value.
    public let refused: Int, unread: Int
    /// The parameters that move it most, with their rank correlation; none that chance alone could bring.
    public let drivers: [(parameter: String, correlation: Double)]

    /// A quantile of the prediction; `nil` where no draw tells the row.
    public func quantile(_ p: Double) -> Double? {
      values.isEmpty ? nil : Posterior.quantile(values, p)
    }

    /// p; `nil` without a published interval or a draw that could be run.
    public var probability: Double? {
      let run = values.count + unread
      guard let interval = row.interval, run > 0 else { return nil }
      return (Double(values.count(where: interval.contains)) + 0.5) / (Double(run) + 1)
    }

    /// Whether the published interval and that of 90 % of the prediction have something in common.
    public var isInside: Bool? {
      guard let published = row.interval, let low = quantile(0.05), let high = quantile(0.95) else {
        return nil
      }
      return low <= published.upperBound && high >= published.lowerBound
    }

    /// `in`, `out`, `no interval` or `not read`.
    public var verdict: String {
      if values.isEmpty { return "not read" }
      return isInside.map { $0 ? "in" : "out" } ?? "no interval"
    }
  }

  /// The predictions, in the order of the rows.
  public let outcomes: [Outcome]
  /// How many draws were made.
  public let draws: Int
  /// Parameters that were drawn, over all experiments, and those that cannot go to an end of their range alone.
  public let drawn: [String], fixed: [String]
  /// How the value of each that was drawn follows from its place; the first where experiments differ.
  public let laws: [String: Variation]

  /// Correlations listed for a row at most, how likely chance may bring one of all parameters, and draws that it takes.
  private static let most = 3, chance = 0.01, leastDraws = 10

  /// Runs the experiments of rows at draws of their parameters.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - experiments: those that they are of.
  ///   - roles: what the rows are for in a joint fit.
  ///   - draws: the draws, at least 2.
  ///   - workers: cores to use; each runs a draw.
  ///   - began: called with the name of each experiment before it runs.
  public init(
    _ rows: [PublishedRow],
    _ experiments: [Validation.Experiment],
    roles: TargetRoles,
    draws: ParameterDraws,
    on workers: Workers,
    began: (String) -> Void = { _ in }
  ) {
    precondition(draws.count >= 2, "a range of predictions needs two draws")
    var (laws, fixed) = ([String: Variation](), Set<String>())
    var outcomes: [String: Outcome] = [:]
    for experiment in experiments {
      began(experiment.name)
      let priors = Priors(experiment, draws, on: workers)
      laws.merge(priors.laws.map { ($0.path, $0.law) }) { first, _ in first }
      fixed.formUnion(priors.fixed)
      let runs = workers.map(draws.count) { draw -> Replicate? in
        guard let scenario = try? experiment.source.resolved(with: priors.settings(draw)) else {
          return nil
        }
        return experiment.replicate(draw + 1, of: scenario)
      }
      for row in rows where row.scenario == experiment.name {
        guard let readings = experiment.readings[row.name] else {
          preconditionFailure("the scenarios of all rows are read")
        }
        let found = runs.map { run in run.flatMap { try? $0.value(of: readings, row) } }
        let refused = runs.count { $0 == nil }
        outcomes[row.name] = Outcome(
          row: row,
          role: roles[row],
          readings: found,
          values: found.compactMap(\.self).sorted(),
          parameters: priors.laws.map(\.path),
          refused: refused,
          unread: found.count { $0 == nil } - refused,
          drivers: priors.drivers(of: found, most: Self.most, chance: Self.chance)
        )
      }
    }
    self.draws = draws.count
    self.laws = laws
    drawn = laws.keys.sorted()
    self.fixed = fixed.subtracting(drawn).sorted()
    self.outcomes = rows.compactMap { outcomes[$0.name] }
  }

  /// The parameters of an experiment that are drawn.
  private struct Priors: Sendable {
    let laws: [(path: String, law: Variation)]
    let fixed: [String]
    /// Places in 0...1, by parameter, then draw.
    private let places: [[Double]]

    init(_ experiment: Validation.Experiment, _ draws: ParameterDraws, on workers: Workers) {
      let arms = experiment.scenario.arms
      let texts = arms.map { arm in
        Dictionary(arm.records.map { ($0.path, $0.text) }) { first, _ in first }
      }
      let known = arms[0].records.compactMap { record -> (path: String, law: Variation)? in
        guard record.value != nil, !Self.isNumerical(record.path),
          texts.allSatisfy({ $0[record.path] == record.text })
        else { return nil }
        return Variation(rangeOf: record).map { (record.path.joined(separator: "."), $0) }
      }
      let isFree = workers.map(known.count) { n in
        [0.0, 1].allSatisfy { end in
          let setting = ScenarioSource.Setting(
            path: known[n].path,
            text: known[n].law.text(at: end)
          )
          return (try? experiment.source.resolved(with: [setting])) != nil
        }
      }
      laws = known.indices.filter { isFree[$0] }.map { known[$0] }
      fixed = known.indices.filter { !isFree[$0] }.map { known[$0].path }
      places = laws.map { draws[$0.path] }
    }

    /// Whether a path is that of the grid or the scheme, whose errors are shown elsewhere, and not of what is simulated.
    private static func isNumerical(_ path: [String]) -> Bool {
      ["clock", "transport"].contains(path[0]) || path.last == "spacing"
    }

    /// What a draw sets.
    func settings(_ draw: Int) -> [ScenarioSource.Setting] {
      laws.indices.map { n in
        .init(path: laws[n].path, text: laws[n].law.text(at: places[n][draw]))
      }
    }

    /// The parameters whose ranks go with those of a value more than chance would let one of all do.
    func drivers(of values: [Double?], most: Int, chance: Double) -> [(
      parameter: String, correlation: Double
    )] {
      let told = values.indices.filter { values[$0] != nil }
      guard told.count >= RowPrediction.leastDraws, Set(told.map { values[$0] }).count > 1 else {
        return []
      }
      let ranks = PartialRankCorrelation.ranks(told.compactMap { values[$0] })
      let degrees = Double(told.count - 2)
      let found = laws.indices.compactMap { n -> (parameter: String, correlation: Double)? in
        let own = PartialRankCorrelation.ranks(told.map { places[n][$0] })
        let rho = Correlation.of(own, ranks)
        let t = rho.magnitude * (degrees / max(1e-300, 1 - rho * rho)).squareRoot()
        let isBeyond = StudentT(degrees: told.count - 2).outside(t) * Double(laws.count) < chance
        return isBeyond ? (laws[n].path, rho) : nil
      }
      return Array(
        found.sorted {
          ($1.correlation.magnitude, $0.parameter) < ($0.correlation.magnitude, $1.parameter)
        }.prefix(most)
      )
    }
  }
}

extension RowPrediction {
  /// `predictions.csv`.
  public var csv: String {
    var csv = CSV(columns: [
      "row", "role", "scenario", "observable", "unit", "low", "high", "median", "predicted_low",
      "predicted_high", "share_in_interval", "log_score", "verdict", "draws", "not_told", "refused",
      "moved_by", "source",
    ])
    for outcome in outcomes {
      let row = outcome.row
      let numbers = [
        row.interval?.lowerBound, row.interval?.upperBound, outcome.quantile(0.5),
        outcome.quantile(0.05), outcome.quantile(0.95), outcome.probability,
        outcome.probability.map(Elementary.log),
      ]
      let drivers = outcome.drivers.map { driver in
        "\(driver.parameter) \(CSV.number(driver.correlation, digits: 2))"
      }
      var fields = [row.name, outcome.role.rawValue, row.scenario, row.observable, row.unit]
      fields += numbers.map { $0.map { CSV.number($0, digits: 5) } ?? "" }
      fields += [outcome.verdict, String(outcome.values.count), String(outcome.unread)]
      fields += [String(outcome.refused), drivers.joined(separator: "; "), row.source]
      csv.row(fields)
    }
    return csv.text
  }

  /// The predictions of the rows of a role as a table to read.
  public func table(role: TargetRoles.Role) -> String {
    func text(_ value: Double?) -> String { value.map { CSV.number($0, digits: 3) } ?? "" }
    var table = """
      | row | observable | published | median | 90 % | unit | told | verdict | moved most by |
      |---|---|---|---|---|---|---|---|---|

      """
    for outcome in outcomes where outcome.role == role {
      let row = outcome.row
      let published = row.interval.map { "\(text($0.lowerBound)) to \(text($0.upperBound))" }
      let predicted = "\(text(outcome.quantile(0.05))) to \(text(outcome.quantile(0.95)))"
      table +=
        "| \(row.name) | \(row.observable) | \(published ?? "none") | \(text(outcome.quantile(0.5))) | \(predicted) | \(row.unit) | \(outcome.values.count) | \(outcome.verdict) | \(outcome.drivers.map { "`\($0.parameter)`" }.joined(separator: ", ")) |\n"
    }
    return table
  }

  /// How many rows of a role are in their interval, and the mean log score, in a sentence; empty where none has an interval.
  public func summary(role: TargetRoles.Role) -> String {
    let scored = outcomes.filter { $0.role == role && $0.probability != nil }
    guard !scored.isEmpty else { return "" }
    let inside = scored.count { $0.isInside == true }
    let score = scored.compactMap(\.probability).reduce(0) { $0 + Elementary.log($1) }
    return
      "\(role.rawValue): \(inside) of \(scored.count) published intervals meet that of 90 % of the prediction; mean log score \(CSV.number(score / Double(scored.count), digits: 3)).\n"
  }
}
