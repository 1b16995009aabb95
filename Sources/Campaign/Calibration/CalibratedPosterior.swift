import Files
import Scenario
import Simulation

/// A posterior over the values of a campaign: `posterior.csv`, `calibration.csv`, `predictive.csv`.
public struct CalibratedPosterior: Sendable {
  /// What varies.
  public let parameters: [SweepDescription.Parameter]
  /// What was observed.
  public let observations: [CalibrationDescription.Observation]
  private let scenarios: [String]
  private let likelihood: Likelihood
  /// The places that agree with it.
  public let posterior: Posterior
  /// How well they do.
  public let fit: GoodnessOfFit

  init(
    parameters: [SweepDescription.Parameter],
    observations: [CalibrationDescription.Observation],
    scenarios: [String],
    likelihood: Likelihood,
    posterior: Posterior
  ) {
    self.parameters = parameters
    self.observations = observations
    self.scenarios = scenarios
    self.likelihood = likelihood
    self.posterior = posterior
    fit = GoodnessOfFit(posterior, likelihood)
  }

  func values(_ parameter: Int) -> [Double] {
    posterior.places.map { place in
      parameters[parameter].variation?.number(at: place[parameter]) ?? place[parameter]
    }
  }

  /// Share of the width of what was likely before that is left, by place in the unit cube: 1 tells nothing.
  func left(_ parameter: Int) -> Double {
    let places = posterior.places.map { $0[parameter] }
    let mean = places.reduce(0, +) / Double(places.count)
    let variance = places.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(places.count)
    return (12 * variance).squareRoot()
  }

  /// Share of the sets in each of the listed values of a parameter; `nil` for one of numbers.
  func shares(_ parameter: Int) -> [(label: String, share: Double)]? {
    guard let variation = parameters[parameter].variation,
      case .choice(let choices) = variation.law
    else { return nil }
    let positions = posterior.places.map { Int(variation.number(at: $0[parameter])) }
    return choices.enumerated().map { n, choice in
      (choice.label, Double(positions.count { $0 == n }) / Double(positions.count))
    }
  }

  /// The parameter whose values go most with those of another, and the correlation.
  private func partner(_ parameter: Int) -> (index: Int, correlation: Double)? {
    let covariance = Posterior.moments(posterior.places).covariance
    let others = parameters.indices.filter { $0 != parameter && shares($0) == nil }
    guard shares(parameter) == nil else { return nil }
    let found = others.map { other -> (Int, Double) in
      let scale = (covariance[parameter][parameter] * covariance[other][other]).squareRoot()
      return (other, scale > 0 ? covariance[parameter][other] / scale : 0)
    }
    return found.max { $0.1.magnitude < $1.1.magnitude }.map { (index: $0.0, correlation: $0.1) }
  }

  /// What the data say of a parameter, where a fit was found; else why none was.
  func verdict(_ parameter: Int) -> String {
    guard fit.verdict == .fitted else { return fit.verdict.rawValue }
    if let largest = shares(parameter)?.map(\.share).max() {
      return largest >= 0.95
        ? "identified" : largest >= 0.8 ? "weakly identified" : "not identified"
    }
    let left = left(parameter)
    if let partner = partner(parameter), partner.correlation.magnitude > 0.8 {
      return "only together with \(parameters[partner.index].path)"
    }
    return left > 0.8 ? "not identified" : left > 0.4 ? "weakly identified" : "identified"
  }

  func unit(_ parameter: Int) -> String {
    String((parameters[parameter].variation?.unit ?? "").drop { $0 == " " })
  }

  /// `posterior.csv`: a place a row.
  public var posteriorCSV: String {
    let columns = ParameterColumns(parameters)
    var csv = CSV(columns: columns.header)
    for place in posterior.places { csv.row(columns.fields(at: place)) }
    return csv.text
  }

  /// `calibration.csv`: a parameter a row; of one with listed values each of them, with its share of the sets.
  public var parametersCSV: String {
    var csv = CSV(columns: [
      "parameter", "category", "unit", "mean", "median", "low_90", "high_90", "width_left", "share",
      "correlated_with", "correlation", "verdict", "sets", "distinct_sets", "effective_sets",
      "data", "chi_square",
      "chi_square_per_datum", "predictive_p", "evaluated", "not_evaluated",
    ])
    let quality = [
      Double(fit.kept), Double(fit.distinct), fit.effective, Double(fit.data), fit.chiSquare,
      fit.chiSquarePerDatum, fit.p, Double(fit.evaluated), Double(fit.failed),
    ].map(CSV.number)
    for i in parameters.indices {
      if let shares = shares(i) {
        for (label, share) in shares {
          let row = [parameters[i].path, label, "", "", "", "", "", "", CSV.number(share), "", ""]
          csv.row(row + [verdict(i)] + quality)
        }
        continue
      }
      let values = values(i)
      let partner = partner(i)
      let mean = values.reduce(0, +) / Double(values.count)
      let quantiles = [0.5, 0.05, 0.95].map { Posterior.quantile(values, $0) }
      var row = [parameters[i].path, "", unit(i)]
      row += ([mean] + quantiles + [left(i)]).map(CSV.number) + [""]
      row += [partner.map { parameters[$0.index].path } ?? "", CSV.number(partner?.correlation)]
      csv.row(row + [verdict(i)] + quality)
    }
    return csv.text
  }

  /// `predictive.csv`: an observation a row, with the band of what the model makes of it in the unit of the datum.
  ///
  /// `misses_by_errors` is the distance of the mean from the datum in errors where the error is normal, given and its own; else it is
  /// the mean of the residuals over the sets.
  public var predictiveCSV: String {
    var csv = CSV(columns: [
      "arm", "endpoint", "modality", "time_h", "comparison", "control_arm", "control_time_h",
      "across",
      "observed", "error", "mean", "low_90", "high_90", "misses_by_errors", "law", "animal",
      "scenario", "laboratory",
    ])
    let nuisances = posterior.places.map { likelihood.split($0).nuisances }
    let misses = misses
    for (j, observation) in observations.enumerated() {
      let values = zip(posterior.predictions, nuisances).map { likelihood.scaled($0[j], j, $1) }
      let mean = values.reduce(0, +) / Double(values.count)
      let band = [0.05, 0.95].map { Posterior.quantile(values, $0) }
      let measured = observation.measured
      var error = nuisances.map { likelihood.error(j, $0) }.reduce(0, +) / Double(nuisances.count)
      if case .given(let given) = measured.error { error = given }
      let miss =
        likelihood.data[j].isPlainNumber ? (mean - likelihood.data[j].value) / error : misses[j]
      var row = [observation.arm, observation.endpoint, observation.modality]
      row += [CSV.number(observation.time), observation.comparison?.rawValue ?? ""]
      row += [observation.controlArm ?? "", CSV.number(observation.controlTime)]
      row += [observation.across?.rawValue ?? ""]
      row += [measured.words, measured.isShare ? "" : CSV.number(error), CSV.number(mean)]
      row += (band + [miss]).map(CSV.number)
      row += [measured.isShare ? "binomial" : measured.law.rawValue, measured.animal ?? ""]
      csv.row(row + [scenarios[observation.scenario], measured.laboratory])
    }
    return csv.text
  }

  /// By how many errors the model is above every datum, the mean over the sets.
  private var misses: [Double] {
    var sums = [Double](repeating: 0, count: observations.count)
    for set in posterior.places.indices {
      for (j, score) in GoodnessOfFit.scores(of: posterior, set, likelihood).enumerated() {
        sums[j] -= score.residual(GoodnessOfFit.uniform(set, j))
      }
    }
    return sums.map { $0 / Double(posterior.places.count) }
  }

  /// The parameters as a table.
  public var table: String {
    var text = "| parameter | median | 90 % | width left | |\n|---|---|---|---|---|\n"
    for i in parameters.indices {
      if let shares = shares(i) {
        let words = shares.map { "\($0.label) \(CSV.number(100 * $0.share, digits: 2)) %" }
        text +=
          "| `\(parameters[i].path)` | \(words.joined(separator: ", ")) | | | \(verdict(i)) |\n"
        continue
      }
      let values = values(i)
      func digits(_ p: Double) -> String {
        CSV.number(Posterior.quantile(values, p), digits: 3)
      }
      text +=
        "| `\(parameters[i].path)` | \(digits(0.5))\(parameters[i].variation?.unit ?? "") | \(digits(0.05)) to \(digits(0.95)) | \(CSV.number(left(i), digits: 2)) | \(verdict(i)) |\n"
    }
    return text
  }
}

extension CalibrationDescription.Measured {
  fileprivate var isShare: Bool { if case .share = outcome { true } else { false } }

  /// What is reported, as data files say it.
  fileprivate var words: String {
    switch outcome {
    case .number(let value): CSV.number(value)
    case .below(let limit): "<\(CSV.number(limit))"
    case .above(let limit): ">\(CSV.number(limit))"
    case .share(let count, let all): "\(count) of \(all)"
    }
  }
}
