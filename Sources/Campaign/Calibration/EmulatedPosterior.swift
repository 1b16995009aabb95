import Substrate

/// The posterior by Gaussian processes in place of the model, one per datum, that are refined where the data are
/// likely.
///
///     ln L(x) = −½ Σ (y_j − m_j)² / (σ_j² + v_j + c_j) + ln (σ_j² + v_j + c_j)
///
/// What the processes do not know widens the posterior (Kennedy & O'Hagan 2001, J R Stat Soc B 63:425,
/// doi 10.1111/1467-9868.00294). A place is impossible where the nearest that was simulated does not tell the data.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | y_j, σ_j | `Datum.value`, `error` | of the datum | data |
/// | m_j, v_j | `GaussianProcess.predict` | of the datum | |
/// | c_j | `nugget` · `variance` | of the datum | the model's own chance |
public enum EmulatedPosterior {
  private static let batch = 8
  private static let walkers = 4, length = 2500, burnIn = 500

  /// The posterior over the unit cube.
  ///
  /// - Parameters:
  ///   - data: what was observed.
  ///   - dimensions: parameters.
  ///   - points: places of the first design, a Sobol sequence.
  ///   - refinements: places added where the posterior is wide for want of them.
  ///   - seed: seed of chance.
  ///   - workers: cores that share the work; the result does not depend on them.
  ///   - simulate: what the model makes of the data at some places; `nil` where it fails.
  /// - Returns: the posterior; `nil` where the model fails at too many places.
  /// - Throws: what `simulate` throws.
  public static func posterior<Failure: Error>(
    of data: [Datum],
    dimensions: Int,
    points: Int,
    refinements: Int,
    seed: UInt64,
    on workers: Workers,
    simulate: ([[Double]]) throws(Failure) -> [[Double]?]
  ) throws(Failure) -> Posterior? {
    let sequence = SobolSequence(dimensions: dimensions, seed: seed)
    var places: [[Double]] = []
    var seen: [[Double]] = []
    var untold: [[Double]] = []
    func look(_ new: [[Double]]) throws(Failure) {
      for (place, values) in zip(new, try simulate(new)) {
        guard let values else {
          untold.append(place)
          continue
        }
        places.append(place)
        seen.append(values)
      }
    }
    try look((0..<points).map(sequence.point))
    guard places.count >= 3 else { return nil }
    var added = 0
    var round = 0
    while true {
      let processes = processes(places, seen, data.count, workers)
      let sample = sample(
        processes,
        data,
        Told(places, untold),
        dimensions,
        seed,
        round,
        workers
      )
      guard added < refinements else {
        let held = processes.map(\.leftOut).reduce(0, +) / Double(processes.count)
        return Posterior(
          places: sample,
          predictions: sample.map { place in processes.map { $0.predict(place).mean } },
          variances: sample.map { place in
            processes.map { $0.predict(place).variance + $0.nugget * $0.variance }
          },
          evaluated: places.count + untold.count,
          failed: untold.count,
          notes: [
            "\(places.count) places were simulated, \(added) of them where the posterior is",
            "\(Int((100 * held).rounded())) % of them lie in the 95 % interval that the others give"
              + (held < 0.85 ? ": the emulator is too sure; take more points" : ""),
          ]
        )
      }
      let new = wanted(processes, data, sample, min(batch, refinements - added))
      try look(new)
      added += new.count
      round += 1
      if new.isEmpty { added = refinements }
    }
  }

  /// Where the model tells the data, by the nearest place that was simulated.
  private struct Told: Sendable {
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

  private static func processes(
    _ places: [[Double]],
    _ seen: [[Double]],
    _ count: Int,
    _ workers: Workers
  ) -> [GaussianProcess] {
    workers.map(count) { j in GaussianProcess(places: places, values: seen.map { $0[j] }) }
  }

  /// Places of the sample at which the processes know least, no two alike.
  private static func wanted(
    _ processes: [GaussianProcess],
    _ data: [Datum],
    _ sample: [[Double]],
    _ count: Int
  ) -> [[Double]] {
    let candidates = stride(from: 0, to: sample.count, by: max(1, sample.count / 200))
      .map { place -> (place: [Double], doubt: Double) in
        let doubt = zip(processes, data).reduce(0) {
          $0 + $1.0.predict(sample[place]).variance / ($1.1.error * $1.1.error)
        }
        return (sample[place], doubt)
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

  /// Places in proportion to the likelihood, by walks of Metropolis.
  private static func sample(
    _ processes: [GaussianProcess],
    _ data: [Datum],
    _ told: Told,
    _ dimensions: Int,
    _ seed: UInt64,
    _ round: Int,
    _ workers: Workers
  ) -> [[Double]] {
    @Sendable func likelihood(_ place: [Double]) -> Double {
      guard told.contains(place) else { return -.infinity }
      return zip(processes, data).reduce(0) { sum, pair in
        let (mean, variance) = pair.0.predict(place)
        let chance = pair.0.nugget * pair.0.variance
        let spread = pair.1.error * pair.1.error + variance + chance
        let miss = pair.1.value - mean
        return sum - 0.5 * (miss * miss / spread + Elementary.log(spread))
      }
    }
    let chance = Chance(seed: seed, replicate: 3)
    let walks = workers.map(walkers) { walker -> [[Double]] in
      func uniform(_ step: Int, _ draw: Int) -> Double {
        chance.block(
          .particle,
          cell: UInt32(walker + walkers * round),
          step: UInt32(step),
          draw: UInt32(draw)
        ).uniform
      }
      // It begins at the best of some places of chance.
      let starts = (0..<50).map { n in (0..<dimensions).map { uniform(n, 500 + $0) } }
      var place = starts.max { likelihood($0) < likelihood($1) } ?? starts[0]
      var height = likelihood(place)
      var walk: [[Double]] = []
      var factor = Posterior.factor(
        (0..<dimensions).map { i in (0..<dimensions).map { $0 == i ? 0.01 : 0 } },
        scale: 1
      )
      for step in 0..<(burnIn + length) {
        if step > 100, step <= burnIn, step.isMultiple(of: 100) {
          factor = Posterior.factor(
            Posterior.moments(Array(walk.suffix(step / 2))).covariance,
            scale: 2.38 * 2.38 / Double(dimensions)
          )
        }
        let next = Posterior.step(from: place, factor) {
          NormalDistribution.quantile(uniform(step, $0))
        }
        if next.allSatisfy({ (0..<1).contains($0) }) {
          let other = likelihood(next)
          let isBetter = other > height
          if isBetter || other.isFinite && uniform(step, 400) < Elementary.exp(other - height) {
            (place, height) = (next, other)
          }
        }
        walk.append(place)
      }
      return stride(from: burnIn, to: walk.count, by: 5).map { walk[$0] }
    }
    return walks.flatMap { $0 }
  }
}
