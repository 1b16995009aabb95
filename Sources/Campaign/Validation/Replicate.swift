import Observations
import Scenario
import Simulation
import Substrate

/// One replicate of all arms of an experiment, as its rows read it.
struct Replicate: Sendable {
  /// Why a row cannot be read: overrides have taken away what it reads.
  struct Missing: Error {
    let words: String
  }

  /// The first arm, and the endpoints of each arm by name.
  private let first: String
  private let endpoints: [String: [String: Endpoint]]

  /// Reads the endpoints of a replicate of some arms.
  init(_ arms: [Trajectory]) {
    precondition(!arms.isEmpty, "an experiment has an arm")
    first = arms[0].experiment.arm
    endpoints = Dictionary(
      arms.map { arm in
        let all = Endpoints.all(arm) { name in arms.first { $0.experiment.arm == name } }
        return (arm.experiment.arm, Dictionary(all.map { ($0.name, $0) }) { first, _ in first })
      }
    ) { first, _ in first }
  }

  /// The combination of the readings of a row.
  func value(of readings: PublishedRow.Readings, _ row: PublishedRow) throws(Missing) -> Double {
    var values: [Double] = []
    for (n, reading) in readings.all.enumerated() {
      let arm = reading.arm ?? first
      guard let endpoints = endpoints[arm] else { throw Missing(words: "there is no arm \(arm)") }
      let what = reading.content.words
      guard let endpoint = endpoints[nameOfEndpoint(n, of: row.name)] else {
        throw Missing(words: "there is no \(what)")
      }
      guard let value = endpoint.value else {
        throw Missing(words: "\(what) \(endpoint.missing ?? "has no value")")
      }
      values.append(value)
    }
    let value = readings.combination.map { $0.of(values) } ?? values[0]
    guard value.isFinite else { throw Missing(words: "it is divided by 0") }
    return value
  }
}

/// Name of the endpoint that is the reading at a position of a row; no scenario can have it.
private func nameOfEndpoint(_ position: Int, of row: String) -> String { "\(row) \(position + 1)" }

extension NamedEndpoint.Content {
  /// What is read, in words.
  fileprivate var words: String {
    switch self {
    case .endpoint(let name, _, _): name
    case .quantity(let quantity): "\(quantity.quantity) of \(quantity.place)"
    }
  }
}

extension Validation.Experiment {
  /// One replicate of what it resolves to with other values; `nil` where a run cannot be trusted.
  func replicate(_ number: Int, of scenario: ResolvedScenario) -> Replicate? {
    let arms = experiments(of: scenario)
    let runs = Run(experiments: arms, seed: scenario.seed, replicates: 1).replicate(
      number,
      arms: Array(arms.indices),
      on: Workers(count: 1),
      until: Interruption()
    )
    guard let trajectories = try? runs?.map({ try $0.get() }) else { return nil }
    return Replicate(trajectories)
  }

  /// Runs it, with what its rows read among its endpoints.
  func run(_ replicates: Int, on workers: Workers) throws(MassError) -> [Replicate] {
    let trajectories = try Run(
      experiments: experiments(of: scenario),
      seed: scenario.seed,
      replicates: replicates
    ).execute(on: workers)
    return (1...replicates).map { replicate in
      Replicate(trajectories.filter { $0.replicate == replicate })
    }
  }

  /// The arms, with what the rows read among their endpoints.
  private func experiments(of scenario: ResolvedScenario) -> [Simulation.Experiment] {
    let read = readings.sorted { $0.key < $1.key }.flatMap { name, readings in
      readings.all.enumerated().map { n, reading in
        NamedEndpoint(name: nameOfEndpoint(n, of: name), reading.content)
      }
    }
    return scenario.experiments.map { experiment in
      var experiment = experiment
      experiment.endpoints += read
      return experiment
    }
  }
}
