import Substrate

/// Gaussian processes in place of the model, with the likelihood of the data by what they say and do not know.
struct Emulator: Sendable {
  private let likelihood: Likelihood
  private let processes: [GaussianProcess]
  private let domain: Domain

  /// What was learnt at some places.
  ///
  /// - Parameters:
  ///   - likelihood: of the data.
  ///   - places: where the model has a value of every datum.
  ///   - seen: what it made of them, by place.
  ///   - untold: where it did not.
  ///   - workers: cores that share the work.
  init(
    _ likelihood: Likelihood,
    _ places: [[Double]],
    _ seen: [[Double]],
    _ untold: [[Double]],
    _ workers: Workers
  ) {
    self.likelihood = likelihood
    processes = workers.map(likelihood.representatives.count) { column in
      let datum = likelihood.representatives[column]
      return GaussianProcess(
        places: places,
        values: seen.map { likelihood.coordinate($0[datum], column: column) }
      )
    }
    domain = Domain(places, untold)
  }

  /// Share of the places that lie in the 95 % interval that the others give.
  var leftOut: Double { processes.map(\.leftOut).reduce(0, +) / Double(processes.count) }

  /// What the model may make of every datum at a place, and what is not known of that.
  func predict(_ place: [Double]) -> (values: [Double], doubts: [Likelihood.Doubt]) {
    let model = likelihood.split(place).model
    let found = processes.map { process in
      let (mean, variance) = process.predict(model)
      return (
        mean: mean,
        doubt: Likelihood.Doubt(shared: variance, chance: process.nugget * process.variance)
      )
    }
    let values = found.enumerated().map { likelihood.prediction($1.mean, column: $0) }
    return (
      likelihood.columns.map { values[$0] }, likelihood.columns.map { found[$0].doubt }
    )
  }

  /// The variance of every prediction: of a probability without the noise of single runs.
  func variances(_ doubts: [Likelihood.Doubt]) -> [Double] {
    doubts.enumerated().map { j, doubt in
      let shared = doubt.shared * likelihood.sharing[j]
      return likelihood.data[j].isShare ? shared : shared + doubt.chance
    }
  }

  /// ln L at a place; −∞ where the model has no value of some datum.
  func logarithm(_ place: [Double]) -> Double {
    let (model, nuisances) = likelihood.split(place)
    guard domain.contains(model) else { return -.infinity }
    let (values, doubts) = predict(place)
    return likelihood.logarithm(values, doubts, nuisances)
  }

  /// Places of a sample at which the processes know least, no two alike.
  func wanted(_ sample: [[Double]], _ count: Int) -> [[Double]] {
    let candidates = stride(from: 0, to: sample.count, by: max(1, sample.count / 200))
      .map { n -> (place: [Double], doubt: Double) in
        let place = likelihood.split(sample[n]).model
        let doubt = processes.enumerated().reduce(0) {
          $0 + $1.element.predict(place).variance / likelihood.reference(column: $1.offset)
        }
        return (place, doubt)
      }.sorted { $0.doubt > $1.doubt }
    var picked: [[Double]] = []
    for candidate in candidates where picked.count < count {
      let isNear = picked.contains { other in
        processes.allSatisfy { GaussianProcess.kernel(other, candidate.place, $0.lengths) > 0.95 }
      }
      if !isNear { picked.append(candidate.place) }
    }
    return picked
  }

  /// Where the model has a value of every datum, by the nearest place that was simulated.
  private struct Domain: Sendable {
    private let places: [[Double]], untold: [[Double]]

    init(_ places: [[Double]], _ untold: [[Double]]) {
      self.places = places
      self.untold = untold
    }

    func contains(_ place: [Double]) -> Bool {
      func nearest(_ others: [[Double]]) -> Double {
        others.map { other in
          zip(place, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }.min() ?? .infinity
      }
      return untold.isEmpty || nearest(places) <= nearest(untold)
    }
  }
}
