import Foundation
import Scenario
import Simulation
import Substrate
import Synchronization

/// Fits the values that vary in a campaign to what was observed.
///
/// Values begin evenly likely over their laws. Every place is simulated with chance of its own, a function of the
/// place; runs are kept in the store, so that what was stopped goes on to the same posterior.
public struct Calibration: Sendable {
  /// What was asked for and cannot be.
  public enum Failure: Error {
    /// The store.
    case store(StoreError)
    /// Somebody asked to stop.
    case interrupted
    /// The model fails nearly everywhere: the error of one place.
    case fails(String)
  }

  /// The campaign, with what it is fitted to.
  public let sweep: Sweep
  private let description: CalibrationDescription

  /// The calibration of a campaign; `nil` where it has none.
  public init?(_ description: SweepDescription) {
    guard let calibration = description.calibration else { return nil }
    sweep = Sweep(description)
    self.description = calibration
  }

  /// Fits.
  ///
  /// - Parameters:
  ///   - store: where runs are looked for and kept.
  ///   - workers: cores to use.
  ///   - interruption: when asked for, it stops; what is done is kept.
  ///   - progress: called after every place, with the number of places so far.
  /// - Returns: the posterior.
  /// - Throws: `Failure`.
  public func posterior(
    in store: RunStore,
    on workers: Workers,
    until interruption: Interruption,
    progress: @escaping @Sendable (Int) -> Void
  ) throws(Failure) -> CalibratedPosterior {
    let data = description.observations.map { Datum(value: $0.value, error: $0.error) }
    let dimensions = sweep.description.parameters.count
    let count = Mutex(0)
    var told = false
    var untold = 0
    var reason = ""
    func simulate(_ places: [[Double]]) throws(Failure) -> [[Double]?] {
      let made = workers.map(places.count) { n -> Result<Prediction, StoreError> in
        guard !interruption.isRequested else { return .success(.untold("interrupted")) }
        do throws(StoreError) {
          let values = try prediction(at: places[n], in: store, until: interruption)
          progress(
            count.withLock { count in
              count += 1
              return count
            }
          )
          return .success(values)
        } catch {
          return .failure(error)
        }
      }
      do throws(StoreError) {
        try store.flush()
      } catch {
        throw .store(error)
      }
      if interruption.isRequested { throw .interrupted }
      var values: [[Double]?] = []
      for result in made {
        switch result {
        case .success(.told(let found)):
          told = true
          values.append(found)
        case .success(.untold(let words)):
          if untold == 0 { reason = words }
          untold += 1
          values.append(nil)
        case .failure(let error): throw .store(error)
        }
      }
      if !told, untold >= 8 { throw .fails(reason) }
      return values
    }
    let found: Posterior?
    switch description.method {
    case .abc:
      found = try TemperedABC.posterior(
        of: data,
        dimensions: dimensions,
        particles: description.particles,
        generations: description.generations,
        seed: sweep.description.seed,
        simulate: simulate
      )
    case .emulator:
      found = try EmulatedPosterior.posterior(
        of: data,
        dimensions: dimensions,
        points: description.points,
        refinements: description.refinements,
        seed: sweep.description.seed,
        on: workers,
        simulate: simulate
      )
    }
    guard let found else { throw .fails(reason) }
    let notes =
      untold == 0
      ? []
      : [
        "a parameter set that could not be evaluated counts as impossible; the first could not because \(reason)"
      ]
    return CalibratedPosterior(
      parameters: sweep.description.parameters,
      observations: description.observations,
      posterior: Posterior(
        places: found.places,
        predictions: found.predictions,
        variances: found.variances,
        evaluated: found.evaluated,
        failed: found.failed,
        notes: found.notes + notes
      )
    )
  }

  /// The numbers of the replicates at a place of the unit cube: a function of it.
  public func numbers(of place: [Double]) -> [Int] {
    var digest = Digest()
    for coordinate in place { digest.add("\(coordinate) ") }
    let first = Int(digest.hexadecimal.prefix(7), radix: 16) ?? 0
    return (0..<sweep.replicates).map { first + 1 + $0 }
  }

  /// The endpoints of the scenario that compare arms, by name.
  private var comparisons: [String: QuantityEndpoint.Comparison] {
    Endpoints.comparisons(of: sweep.description.base.experiments[0])
  }

  private func resolved(_ place: [Double]) -> Sweep.Resolved {
    let comparisons = comparisons
    let names = Set(
      description.observations.flatMap { observation in
        observation.arms
          + [observation.controlArm, comparisons[observation.endpoint]?.arm].compactMap { $0 }
      }
    )
    return sweep.resolve(
      Points.point(place, sweep.description.parameters),
      arms: sweep.arms.indices.filter { names.contains(sweep.arms[$0]) },
      replicates: numbers(of: place)
    )
  }

  /// What the model makes of the observations at a place.
  public enum Prediction: Sendable, Equatable {
    /// A value per observation.
    case told([Double])
    /// Why some is not told.
    case untold(String)
  }

  /// What the model makes of the observations at a place of the unit cube: the mean over its replicates.
  ///
  /// - Parameters:
  ///   - place: the place.
  ///   - store: where runs are looked for and kept.
  ///   - interruption: when asked for, the place is given up.
  /// - Returns: a value per observation, or why there is none.
  /// - Throws: `StoreError`.
  public func prediction(
    at place: [Double],
    in store: RunStore,
    until interruption: Interruption
  ) throws(StoreError) -> Prediction {
    let resolved = resolved(place)
    _ = try sweep.make(resolved, numbers(of: place), store, Workers(count: 1), interruption)
    var runs: [String: [RunRecord]] = [:]
    for (arm, keys) in zip(sweep.arms, resolved.keys) where !keys.isEmpty {
      for key in keys {
        guard let run = try store.run(key) else { return .untold("it was stopped") }
        if let error = run.error { return .untold("a run failed: \(error)") }
        runs[arm, default: []].append(run)
      }
    }
    let comparisons = comparisons
    var values: [Double] = []
    for observation in description.observations {
      var sum = 0.0
      for n in 0..<sweep.replicates {
        switch observation.value(in: runs.mapValues { $0[n] }, comparisons) {
        case .success(let value): sum += value
        case .failure(let error): return .untold(error.words)
        }
      }
      values.append(sum / Double(sweep.replicates))
    }
    return .told(values)
  }
}

/// Why an observation is not told, in words.
private struct Untold: Error { let words: String }

extension CalibrationDescription.Observation {
  /// What one replicate of every arm makes of it.
  fileprivate func value(
    in runs: [String: RunRecord],
    _ comparisons: [String: QuantityEndpoint.Comparison]
  ) -> Result<Double, Untold> {
    var values: [Double] = []
    func own(_ arm: String) -> Endpoint? {
      runs[arm].map { run in
        let (value, missing) = run.read([endpoint])
        return Endpoint(name: endpoint, value: value[0], unit: "", missing: missing[0])
      }
    }
    func read(_ arm: String, _ time: Double?) -> Double? {
      guard time == nil, let comparison = comparisons[endpoint], let control = comparison.arm else {
        return runs[arm]?.value(of: self, at: time)
      }
      return own(arm)?.compared(comparison, in: arm, with: own(control)).value
    }
    func words(_ arm: String, _ time: Double?) -> String {
      "\(endpoint)\(time.map { " at \(CSV.number($0)) h" } ?? "") of \(arm)"
    }
    func untold(_ arm: String, _ time: Double?) -> Untold {
      let why = time == nil ? runs[arm]?.read([endpoint]).missing[0] : nil
      return Untold(words: "\(words(arm, time)) is not told\(why.map { ": \($0)" } ?? "")")
    }
    for arm in arms {
      guard var value = read(arm, time) else {
        return .failure(untold(arm, time))
      }
      if let comparison {
        let (other, when) = (controlArm ?? arm, controlTime ?? time)
        guard let control = read(other, when) else {
          return .failure(untold(other, when))
        }
        switch comparison {
        case .difference: value -= control
        case _ where control == 0: return .failure(Untold(words: "\(words(other, when)) is 0"))
        case .ratio: value /= control
        case .suppression: value = 100 * (1 - value / control)
        }
      }
      values.append(value)
    }
    switch across {
    case nil, .mean: return .success(values.reduce(0, +) / Double(values.count))
    case .least: return .success(values.min() ?? 0)
    case .most: return .success(values.max() ?? 0)
    }
  }
}

extension RunRecord {
  /// What a run tells of what an observation reads, at a time (h); `nil` where it does not tell.
  func value(of observation: CalibrationDescription.Observation, at time: Double?) -> Double? {
    guard error == nil else { return nil }
    guard let time else { return values(of: [observation.endpoint])[0] }
    let start = "\(CSV.number(time)),\(observation.endpoint),\(observation.modality),"
    for line in observations.split(separator: "\n") where line.hasPrefix(start) {
      return Double(line.dropFirst(start.count).prefix { $0 != "," })
    }
    return nil
  }
}

/// A posterior over the values of a campaign: `posterior.csv`, `calibration.csv`, `predictive.csv`.
public struct CalibratedPosterior: Sendable {
  /// What varies.
  public let parameters: [SweepDescription.Parameter]
  /// What was observed.
  public let observations: [CalibrationDescription.Observation]
  /// The places that agree with it.
  public let posterior: Posterior
  /// How well they do.
  public let fit: GoodnessOfFit

  init(
    parameters: [SweepDescription.Parameter],
    observations: [CalibrationDescription.Observation],
    posterior: Posterior
  ) {
    self.parameters = parameters
    self.observations = observations
    self.posterior = posterior
    fit = GoodnessOfFit(
      posterior,
      observations.map { Datum(value: $0.value, error: $0.error) }
    )
  }

  private func values(_ parameter: Int) -> [Double] {
    posterior.places.map { place in
      parameters[parameter].variation?.number(at: place[parameter]) ?? place[parameter]
    }
  }

  /// Share of the width of what was likely before that is left, by place in the unit cube: 1 tells nothing.
  private func left(_ parameter: Int) -> Double {
    let places = posterior.places.map { $0[parameter] }
    let mean = places.reduce(0, +) / Double(places.count)
    let variance = places.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(places.count)
    return (12 * variance).squareRoot()
  }

  /// Share of the sets in each of the listed values of a parameter; `nil` for one of numbers.
  private func shares(_ parameter: Int) -> [(label: String, share: Double)]? {
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
  private func verdict(_ parameter: Int) -> String {
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

  private func unit(_ parameter: Int) -> String {
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

  /// `predictive.csv`: an observation a row, with the band of what the model makes of it.
  public var predictiveCSV: String {
    var csv = CSV(columns: [
      "arm", "endpoint", "modality", "time_h", "comparison", "control_arm", "control_time_h",
      "across",
      "observed", "error", "mean", "low_90", "high_90", "misses_by_errors",
    ])
    for (j, observation) in observations.enumerated() {
      let values = posterior.predictions.map { $0[j] }
      let mean = values.reduce(0, +) / Double(values.count)
      let band = [0.05, 0.95].map { Posterior.quantile(values, $0) }
      let miss = (mean - observation.value) / observation.error
      var row = [observation.arm, observation.endpoint, observation.modality]
      row += [CSV.number(observation.time), observation.comparison?.rawValue ?? ""]
      row += [observation.controlArm ?? "", CSV.number(observation.controlTime)]
      row += [observation.across?.rawValue ?? ""]
      row += [observation.value, observation.error, mean].map(CSV.number)
      csv.row(row + (band + [miss]).map(CSV.number))
    }
    return csv.text
  }

  /// The parameters as a table.
  public var table: String {
    var text = "| parameter | median | 90 % | width left | |\n|---|---|---|---|---|\n"
    for i in parameters.indices {
      if let shares = shares(i) {
        let words = shares.map { "\($0.label) \(Validation.rounded(100 * $0.share, digits: 2)) %" }
        text +=
          "| `\(parameters[i].path)` | \(words.joined(separator: ", ")) | | | \(verdict(i)) |\n"
        continue
      }
      let values = values(i)
      func digits(_ p: Double) -> String {
        Validation.rounded(Posterior.quantile(values, p), digits: 3)
      }
      text +=
        "| `\(parameters[i].path)` | \(digits(0.5))\(parameters[i].variation?.unit ?? "") | \(digits(0.05)) to \(digits(0.95)) | \(Validation.rounded(left(i), digits: 2)) | \(verdict(i)) |\n"
    }
    return text
  }
}
