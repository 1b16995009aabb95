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
    let likelihood = Likelihood(description, replicates: sweep.replicates)
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
        of: likelihood,
        dimensions: dimensions,
        particles: description.particles,
        generations: description.generations,
        seed: sweep.description.seed,
        simulate: simulate
      )
    case .emulator:
      found = try EmulatedPosterior.posterior(
        of: likelihood,
        dimensions: dimensions,
        points: description.points,
        refinements: description.refinements,
        seed: sweep.description.seed,
        on: workers,
        simulate: simulate
      )
    }
    guard let found else {
      throw .fails(
        untold > 0
          ? reason
          : "at every parameter set a reading is 0 that the law of its error takes for impossible; a normal error, or a limit, takes it"
      )
    }
    let notes =
      untold == 0
      ? []
      : [
        "a parameter set that could not be evaluated counts as impossible; the first could not because \(reason)"
      ]
    return CalibratedPosterior(
      parameters: sweep.description.parameters + description.nuisances,
      observations: description.observations,
      likelihood: likelihood,
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
        guard let compared = comparison.of(value, control) else {
          return .failure(Untold(words: "\(words(other, when)) is 0"))
        }
        value = compared
      }
      values.append(value)
    }
    switch across {
    case nil, .mean: return asked(values.reduce(0, +) / Double(values.count))
    case .least: return asked(values.min() ?? 0)
    case .most: return asked(values.max() ?? 0)
    }
  }

  /// What is asked of a number: itself, or whether it is an event; for a share of animals a probability.
  private func asked(_ value: Double) -> Result<Double, Untold> {
    if let event { return .success(event.holds(value) ? 1 : 0) }
    guard case .share = measured.outcome, !(0...1).contains(value) else { return .success(value) }
    return .failure(
      Untold(
        words:
          "\(endpoint) of \(arm) is \(CSV.number(value)); a share of animals takes a reading from 0 to 1, or an event"
      )
    )
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
