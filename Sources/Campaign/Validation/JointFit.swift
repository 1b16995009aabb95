import Body
import Files
import Scenario
import Simulation
import Substrate
import Vocabulary

/// The draws of all parameters moved to where the rows that a fit may use agree with what was published, all at once.
///
/// An ensemble smoother with multiple data assimilation (Emerick & Reynolds 2013, doi 10.1016/j.cageo.2012.03.011): in each of n
/// rounds the experiments are run at the draws, and
///
///     z ← z + C_zy (C_yy + n R)⁻¹ d
///
/// z are the places of the parameters in their ranges as normal scores, y the rows in their scale (`RowScale`), C their covariances
/// over the draws, d how far each row of a draw is from the published value with an error drawn from n R. R has the error of each
/// row, and terms that rows of one laboratory, one species or one label share. A correlation that 3 standard errors of chance could
/// bring (3/√N of N draws), or of a parameter that the experiment does not have, counts as none.
///
/// A parameter whose places keep more than two thirds of their standard deviation is not identified: it stays at its prior and is
/// sampled in every prediction.
public struct JointFit: Sendable {
  /// What the rows say of one parameter.
  public struct Parameter: Sendable {
    /// Its path.
    public let path: String
    /// Standard deviation of its normal score after the fit, over that before.
    public let width: Double
    /// The parameter whose places go most with its own after the fit, and their correlation.
    public let partner: (path: String, correlation: Double)?

    /// Whether the rows narrow it by a third.
    public var isIdentified: Bool { width <= JointFit.leastWidth }
  }

  /// A row predicted without its experiment.
  public struct LeftOut: Sendable {
    /// The row.
    public let row: PublishedRow
    /// The interval of 90 % of what is predicted from the other experiments, in the unit of the row.
    public let low: Double, high: Double
    /// Whether the published interval has something in common with it.
    public let isInside: Bool
  }

  /// What is predicted before the fit, and after it.
  public let prior: RowPrediction, fitted: RowPrediction
  /// All parameters that were drawn, and those of all draws after the fit.
  public let parameters: [Parameter], draws: ParameterDraws
  /// Rows of the fit, each predicted without its experiment.
  public let leftOut: [LeftOut]

  static let leastWidth = 2.0 / 3
  /// Errors that rows share: of one laboratory, one species, one label; assumed.
  private static let shared = (laboratory: 0.2, species: 0.1, label: 0.1)
  /// Correlations below so many standard errors of chance count as none.
  private static let standardErrors = 3.0

  /// Fits the draws to the rows of a fit in some rounds, and predicts all rows with them.
  ///
  /// - Parameters:
  ///   - rows: the rows, of which those whose role is `fit` and that have an interval are used.
  ///   - experiments: those that they are of.
  ///   - roles: what the rows are for.
  ///   - draws: the draws of the prior, at least 10.
  ///   - rounds: number of rounds.
  ///   - workers: cores to use.
  ///   - began: called with what begins.
  public init(
    _ rows: [PublishedRow],
    _ experiments: [Validation.Experiment],
    roles: TargetRoles,
    draws: ParameterDraws,
    rounds: Int,
    on workers: Workers,
    began: (String) -> Void = { _ in }
  ) {
    func predict(_ draws: ParameterDraws, _ rows: [PublishedRow]) -> RowPrediction {
      let names = Set(rows.map(\.scenario))
      let chosen = experiments.filter { names.contains($0.name) }
      return RowPrediction(rows, chosen, roles: roles, draws: draws, on: workers) {
        began("  \($0)")
      }
    }
    let used = rows.filter { roles[$0] == .fit && $0.interval != nil }
    began("before the fit")
    prior = predict(draws, rows)
    let kin = Dictionary(uniqueKeysWithValues: experiments.map { ($0.name, Kin($0)) })
    var ensemble = Ensemble(
      prior.outcomes.filter { outcome in used.contains { $0.name == outcome.row.name } },
      kin
    )
    leftOut = ensemble.leftOut(draws)
    var moving = draws
    for round in 0..<rounds {
      if round > 0 {
        began("round \(round + 1) of \(rounds)")
        ensemble = Ensemble(predict(moving, used).outcomes, kin)
      }
      ensemble.move(&moving, among: prior.drawn, round: round, of: rounds)
    }
    parameters = Self.parameters(prior.drawn, moving)
    for parameter in parameters where !parameter.isIdentified { moving.moved[parameter.path] = nil }
    self.draws = moving
    began("after the fit")
    fitted = predict(moving, rows)
  }

  private static func parameters(_ paths: [String], _ draws: ParameterDraws) -> [Parameter] {
    let scores = paths.map { path in draws[path].map(Ensemble.score) }
    func deviation(_ scores: [Double]) -> Double {
      let mean = scores.reduce(0, +) / Double(scores.count)
      let sum = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (sum / Double(scores.count - 1)).squareRoot()
    }
    let widths = paths.indices.map { n in
      deviation(scores[n]) / deviation(draws.prior(paths[n]).map(Ensemble.score))
    }
    let moved = paths.indices.filter { draws.moved[paths[$0]] != nil }
    return paths.indices.map { n in
      let others = moved.filter { $0 != n && widths[n] <= leastWidth && widths[$0] <= leastWidth }
        .map { (path: paths[$0], correlation: Correlation.of(scores[n], scores[$0])) }
      return Parameter(
        path: paths[n],
        width: widths[n],
        partner: others.max { $0.correlation.magnitude < $1.correlation.magnitude }
      )
    }
  }

  /// What rows of an experiment share with those of others.
  private struct Kin: Sendable {
    let species: String, label: String?

    init(_ experiment: Validation.Experiment) {
      let first = experiment.scenario.experiments[0]
      species = first.host.species.rawValue
      label = first.laws.remains.label?.name
    }
  }

  /// The rows of a fit over the draws.
  private struct Ensemble {
    private let rows: [RowPrediction.Outcome]
    private let scales: [RowScale]
    /// The rows in their scale, by draw, and their deviations from the mean.
    private let values: [[Double]], deviations: [[Double]]
    private let kin: [Kin]
    private let draws: Int

    init(_ outcomes: [RowPrediction.Outcome], _ kin: [String: Kin]) {
      // Rows that no draw tells, or all alike, say nothing.
      rows = outcomes.filter { Set($0.values).count > 1 }
      scales = rows.map { row in
        guard let interval = row.row.interval else { preconditionFailure("rows with an interval") }
        return RowScale(interval)
      }
      self.kin = rows.map { row in
        guard let kin = kin[row.row.scenario] else {
          preconditionFailure("experiments of all rows")
        }
        return kin
      }
      draws = outcomes.first?.readings.count ?? 0
      values = zip(rows, scales).map { row, scale in
        let told = row.values.map(scale.callAsFunction)
        let mean = told.reduce(0, +) / Double(told.count)
        return row.readings.map { $0.map(scale.callAsFunction) ?? mean }
      }
      deviations = values.map { values in
        let mean = values.reduce(0, +) / Double(values.count)
        return values.map { $0 - mean }
      }
    }

    /// The normal score of a place.
    static func score(_ place: Double) -> Double {
      NormalDistribution.quantile(NormalDistribution.inside(place))
    }

    /// The place of a normal score.
    private static func place(_ score: Double) -> Double {
      let tail = Elementary.exp(NormalDistribution.logBelow(-score.magnitude))
      return score <= 0 ? tail : 1 - tail
    }

    private func covariance(_ x: [Double], _ y: [Double]) -> Double {
      zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / Double(draws - 1)
    }

    /// Whether a correlation is beyond what chance brings.
    private func isBeyondChance(_ x: [Double], _ y: [Double]) -> Bool {
      Correlation.of(x, y).magnitude >= JointFit.standardErrors / Double(draws).squareRoot()
    }

    /// The errors of some rows, by draw, drawn from `inflation` times R.
    private func errors(_ rows: [Int], _ draws: ParameterDraws, round: Int, _ inflation: Double)
      -> [[Double]]
    {
      let root = inflation.squareRoot()
      return rows.map { i in
        var sum = draws.normal(self.rows[i].row.name, round: round).map { $0 * scales[i].deviation }
        var terms = [
          ("laboratory " + self.rows[i].row.source, JointFit.shared.laboratory),
          ("species " + kin[i].species, JointFit.shared.species),
        ]
        if let label = kin[i].label { terms.append(("label " + label, JointFit.shared.label)) }
        for (name, size) in terms {
          let common = draws.normal(name, round: round)
          for n in sum.indices { sum[n] += size * common[n] }
        }
        return sum.map { root * $0 }
      }
    }

    /// R between two rows.
    private func error(_ i: Int, _ j: Int) -> Double {
      func square(_ size: Double, _ isShared: Bool) -> Double { isShared ? size * size : 0 }
      return square(scales[i].deviation, i == j)
        + square(JointFit.shared.laboratory, rows[i].row.source == rows[j].row.source)
        + square(JointFit.shared.species, kin[i].species == kin[j].species)
        + square(JointFit.shared.label, kin[i].label != nil && kin[i].label == kin[j].label)
    }

    /// (C_yy + n R)⁻¹ d of some rows, by row, then draw.
    private func weights(_ rows: [Int], _ draws: ParameterDraws, round: Int, of rounds: Int)
      -> [[Double]]
    {
      let size = rows.count
      guard size > 0 else { return [] }
      let inflation = Double(rounds)
      var matrix = [Double](repeating: 0, count: size * size)
      for (a, i) in rows.enumerated() {
        for (b, j) in rows.enumerated() {
          matrix[b * size + a] = covariance(deviations[i], deviations[j]) + inflation * error(i, j)
        }
      }
      let errors = errors(rows, draws, round: round, inflation)
      var columns: [Double] = []
      for n in 0..<self.draws {
        for (a, i) in rows.enumerated() {
          columns.append(
            self.rows[i].readings[n] == nil
              ? 0 : scales[i].innovation(of: values[i][n], error: errors[a][n])
          )
        }
      }
      precondition(Cholesky.factorise(&matrix, size: size), "covariances with errors are positive")
      Cholesky.solve(matrix, size: size, &columns, columns: self.draws)
      return rows.indices.map { a in (0..<self.draws).map { columns[$0 * size + a] } }
    }

    /// Moves the places of the parameters by a round.
    func move(_ draws: inout ParameterDraws, among paths: [String], round: Int, of rounds: Int) {
      let all = Array(rows.indices)
      let weights = weights(all, draws, round: round, of: rounds)
      for path in paths {
        let scores = draws[path].map(Self.score)
        let mean = scores.reduce(0, +) / Double(scores.count)
        let own = scores.map { $0 - mean }
        let felt = all.filter {
          rows[$0].parameters.contains(path) && isBeyondChance(own, deviations[$0])
        }
        guard !felt.isEmpty else { continue }
        var moved = scores
        for i in felt {
          let gain = covariance(own, deviations[i])
          for n in moved.indices { moved[n] += gain * weights[i][n] }
        }
        draws.moved[path] = moved.map(Self.place)
      }
    }

    /// Each row predicted from those of other experiments, by one update.
    func leftOut(_ draws: ParameterDraws) -> [LeftOut] {
      rows.indices.map { i in
        let others = rows.indices.filter { rows[$0].row.scenario != rows[i].row.scenario }
        let weights = weights(others, draws, round: 0, of: 1)
        let errors = errors([i], draws, round: 1, 1)[0]
        var predicted = values[i]
        for (a, j) in others.enumerated() where isBeyondChance(deviations[i], deviations[j]) {
          let gain = covariance(deviations[i], deviations[j])
          for n in predicted.indices { predicted[n] += gain * weights[a][n] }
        }
        let told = predicted.indices.filter { rows[i].readings[$0] != nil }
          .map { predicted[$0] + errors[$0] }.sorted()
        let (low, high) = (Posterior.quantile(told, 0.05), Posterior.quantile(told, 0.95))
        let scale = scales[i]
        return LeftOut(
          row: rows[i].row,
          low: scale.value(low),
          high: scale.value(high),
          isInside: (scale.high.map { low <= $0 } ?? true) && (scale.low.map { high >= $0 } ?? true)
        )
      }
    }
  }
}

extension JointFit {
  /// `posterior.csv`.
  public var posterior: String {
    var csv = CSV(columns: [
      "parameter", "prior_low_90", "prior_high_90", "low_90", "median", "high_90", "width_left",
      "verdict",
      "correlated_with", "correlation",
    ])
    for parameter in parameters {
      guard let law = prior.laws[parameter.path] else { continue }
      let places = draws[parameter.path].sorted()
      func text(_ places: [Double], _ p: Double) -> String {
        law.text(at: Posterior.quantile(places, p))
      }
      let before = draws.prior(parameter.path).sorted()
      var fields = [parameter.path, text(before, 0.05), text(before, 0.95)]
      fields += [0.05, 0.5, 0.95].map { text(places, $0) }
      fields += [CSV.number(parameter.width, digits: 3)]
      fields += [parameter.isIdentified ? "identified" : "not identified: at its prior"]
      fields += [parameter.partner?.path ?? ""]
      fields += [parameter.partner.map { CSV.number($0.correlation, digits: 2) } ?? ""]
      csv.row(fields)
    }
    return csv.text
  }

  /// `left-out.csv`.
  public var leaveOneOut: String {
    var csv = CSV(columns: [
      "row", "scenario", "observable", "unit", "low", "high", "predicted_low", "predicted_high",
      "verdict",
    ])
    for out in leftOut {
      guard let interval = out.row.interval else { continue }
      let numbers = [interval.lowerBound, interval.upperBound, out.low, out.high]
      csv.row(
        [out.row.name, out.row.scenario, out.row.observable, out.row.unit]
          + numbers.map { CSV.number($0, digits: 4) } + [out.isInside ? "in" : "out"]
      )
    }
    return csv.text
  }

  /// What came out, in sentences.
  public var summary: String {
    let identified = parameters.count(where: \.isIdentified)
    let inside = leftOut.count(where: \.isInside)
    let roles = TargetRoles.Role.allCases.map {
      "before: " + prior.summary(role: $0) + "after: " + fitted.summary(role: $0)
    }
    return
      "\(identified) of \(parameters.count) parameters are identified; the others stay at their priors.\nleft out with its experiment, \(inside) of \(leftOut.count) rows of the fit meet the interval of 90 % of their prediction.\n"
      + roles.joined()
  }
}
