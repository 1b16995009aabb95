import Files
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Synchronization

/// Fits the values that vary in a campaign to what was observed.
///
/// Values are initially drawn from their distributions. Every place is simulated with its own random numbers, a
/// function of the place; runs are kept in the store, so that an interrupted calibration yields the same posterior.
public struct Calibration: Sendable {
  /// A request that cannot be met.
  public enum Failure: Error {
    /// The store.
    case store(StoreError)
    /// It was interrupted.
    case interrupted
    /// The model fails nearly everywhere: the error of one place.
    case fails(String)
  }

  /// The campaign, what it is fitted to, and the runs of each of its scenarios.
  private let campaign: SweepDescription, description: CalibrationDescription
  private let parts: [Part]

  /// A scenario of the campaign.
  private struct Part {
    let sweep: Sweep
    /// Positions of its values among those that vary.
    let positions: [Int]
    /// Positions of the arms that data read.
    let arms: [Int]
    /// The endpoints that compare arms, by name.
    let comparisons: [String: QuantityEndpoint.Comparison]
  }

  /// The calibration of a campaign; `nil` where it has none.
  public init?(_ campaign: SweepDescription) {
    guard let description = campaign.calibration else { return nil }
    self.campaign = campaign
    self.description = description
    let kept = Self.kept(campaign, description)
    parts = campaign.parts.indices.map { n in
      let sweep = Sweep(campaign.part(n), kept: kept[n])
      let comparisons = Endpoints.comparisons(of: campaign.parts[n].base.experiments[0])
      let names = Set(
        description.observations.filter { $0.scenario == n }.flatMap { observation in
          observation.arms
            + [observation.controlArm, comparisons[observation.endpoint]?.arm].compactMap { $0 }
        }
      )
      return Part(
        sweep: sweep,
        positions: campaign.positions(in: n),
        arms: sweep.arms.indices.filter { names.contains(sweep.arms[$0]) },
        comparisons: comparisons
      )
    }
  }

  /// What is kept of runs by scenario and arm: what any data read of an arm with the same values, so that scenarios that
  /// agree share their runs.
  private static func kept(_ campaign: SweepDescription, _ description: CalibrationDescription)
    -> [[String: Sweep.Kept]]
  {
    var groups: [String: [(part: Int, arm: String)]] = [:]
    for (n, part) in campaign.parts.enumerated() {
      for (a, arm) in part.base.arms.enumerated() {
        groups[self.values(campaign, n, a), default: []].append((n, arm.name))
      }
    }
    var kept = [[String: Sweep.Kept]](repeating: [:], count: campaign.parts.count)
    for members in groups.values {
      let readings = Set(members.flatMap { description.readings(of: $0.arm, in: $0.part) })
      let observed = Set(members.flatMap { description.observed(of: $0.arm, in: $0.part) })
      let all = Sweep.Kept(
        readings: readings.sorted { ($0.name, $0.time) < ($1.name, $1.time) },
        observed: observed.sorted {
          ($0.modality, $0.place, $0.time) < ($1.modality, $1.place, $1.time)
        }
      )
      for member in members { kept[member.part][member.arm] = all }
    }
    return kept
  }

  /// The values of an arm and which of them vary with what: arms of which it is the same have the same runs.
  private static func values(_ campaign: SweepDescription, _ part: Int, _ arm: Int) -> String {
    let base = campaign.parts[part].base
    let own = ["arms", base.arms[arm].name]
    let varied = zip(campaign.positions(in: part), campaign.part(part).parameters).flatMap {
      position,
      parameter in
      ([parameter.path] + parameter.also).compactMap { path -> String? in
        let steps = path.split(separator: ".").map(String.init)
        if steps[0] != "arms" { return "\(position) \(path)" }
        return steps.starts(with: own)
          ? "\(position) \(steps.dropFirst(2).joined(separator: "."))" : nil
      }
    }
    let isForked = base.experiments[arm].clock.fork > 0
    let history = isForked ? ["\(part)"] : []
    return ([RunKey.text(base, arm)] + ["\(base.seed)"] + history + varied.sorted())
      .joined(separator: "\n")
  }

  /// The campaigns over each scenario.
  public var sweeps: [Sweep] { parts.map(\.sweep) }

  /// Fits.
  ///
  /// - Parameters:
  ///   - store: where runs are looked for and kept.
  ///   - workers: cores to use.
  ///   - interruption: when requested, it stops; what is done is kept.
  ///   - progress: called after every place, with the number of places so far.
  /// - Returns: the posterior.
  /// - Throws: `Failure`.
  public func posterior(
    in store: RunStore,
    on workers: Workers,
    until interruption: Interruption,
    progress: @escaping @Sendable (Int) -> Void
  ) throws(Failure) -> CalibratedPosterior {
    let likelihood = Likelihood(description, replicates: parts.map(\.sweep.replicates))
    let count = Mutex(0)
    var tally = Tally()
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
      return try tally.values(of: made)
    }
    guard let found = try fitted(to: likelihood, on: workers, simulate) else {
      throw .fails(
        tally.untold > 0
          ? tally.reason
          : "at every parameter set some reading is 0, which is impossible under its error law; use a normal error or a limit"
      )
    }
    let notes =
      tally.untold == 0
      ? []
      : [
        "a parameter set that could not be evaluated counts as impossible; the first could not because \(tally.reason)"
      ]
    return CalibratedPosterior(
      parameters: campaign.parameters + description.nuisances,
      observations: description.observations,
      scenarios: campaign.parts.map(\.name),
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

  /// The posterior by the method of the campaign; `nil` where no place agrees with the data at all.
  private func fitted(
    to likelihood: Likelihood,
    on workers: Workers,
    _ simulate: ([[Double]]) throws(Failure) -> [[Double]?]
  ) throws(Failure) -> Posterior? {
    switch description.method {
    case .abc:
      try TemperedABC.posterior(
        of: likelihood,
        dimensions: campaign.parameters.count,
        particles: description.particles,
        generations: description.generations,
        seed: campaign.seed,
        simulate: simulate
      )
    case .emulator:
      try EmulatedPosterior.posterior(
        of: likelihood,
        dimensions: campaign.parameters.count,
        points: description.points,
        refinements: description.refinements,
        seed: campaign.seed,
        on: workers,
        simulate: simulate
      )
    }
  }

  /// How many places could not be evaluated, and why the first could not.
  private struct Tally {
    private var isTold = false
    private(set) var untold = 0
    private(set) var reason = ""

    /// The values at places, `nil` at those that could not be evaluated.
    ///
    /// Throws where the store fails, and where none of the first places could be evaluated.
    mutating func values(of made: [Result<Prediction, StoreError>]) throws(Failure) -> [[Double]?] {
      var values: [[Double]?] = []
      for result in made {
        switch result {
        case .success(.told(let found)):
          isTold = true
          values.append(found)
        case .success(.untold(let words)):
          if untold == 0 { reason = words }
          untold += 1
          values.append(nil)
        case .failure(let error): throw .store(error)
        }
      }
      if !isTold, untold >= 8 { throw .fails(reason) }
      return values
    }
  }

  /// The numbers of the replicates at a place of the unit cube, of which a scenario takes the first: a function of it.
  public func numbers(of place: [Double], count: Int) -> [Int] {
    var digest = Digest()
    for coordinate in place { digest.add("\(coordinate) ") }
    let first = Int(digest.hexadecimal.prefix(7), radix: 16) ?? 0
    return (0..<count).map { first + 1 + $0 }
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
  ///   - interruption: when requested, the place is given up.
  /// - Returns: a value per observation, or why there is none.
  /// - Throws: `StoreError`.
  public func prediction(
    at place: [Double],
    in store: RunStore,
    until interruption: Interruption
  ) throws(StoreError) -> Prediction {
    var runs: [[String: [RunRecord]]] = []
    for part in parts {
      switch try records(of: part, at: place, in: store, until: interruption) {
      case .success(let found): runs.append(found)
      case .failure(let error): return .untold(error.words)
      }
    }
    var values: [Double] = []
    for observation in description.observations {
      let part = parts[observation.scenario]
      let replicates = part.sweep.replicates
      var sum = 0.0
      for n in 0..<replicates {
        let own = runs[observation.scenario].mapValues { $0[n] }
        switch observation.value(in: own, part.comparisons) {
        case .success(let value): sum += value
        case .failure(let error): return .untold(error.words)
        }
      }
      values.append(sum / Double(replicates))
    }
    return .told(values)
  }

  /// The runs of a scenario at a place, by arm; why there are none where one failed.
  private func records(
    of part: Part,
    at place: [Double],
    in store: RunStore,
    until interruption: Interruption
  ) throws(StoreError) -> Result<[String: [RunRecord]], Untold> {
    let sweep = part.sweep
    let numbers = numbers(of: place, count: sweep.replicates)
    let resolved = sweep.resolve(
      Points.point(part.positions.map { place[$0] }, sweep.description.parameters),
      arms: part.arms,
      replicates: numbers
    )
    _ = try sweep.make(resolved, numbers, store, Workers(count: 1), interruption)
    var runs: [String: [RunRecord]] = [:]
    for (arm, keys) in zip(sweep.arms, resolved.keys) where !keys.isEmpty {
      for key in keys {
        guard let run = try store.run(key) else {
          return .failure(Untold(words: "it was stopped"))
        }
        if let error = run.error { return .failure(Untold(words: "a run failed: \(error)")) }
        runs[arm, default: []].append(run)
      }
    }
    return .success(runs)
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

  /// What is evaluated of a number: its value, or whether it is an event; for a share of animals a probability.
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
    return observations.first {
      $0.time == time && $0.site == observation.endpoint && $0.quantity == observation.modality
    }?.value
  }
}
