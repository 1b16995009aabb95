import Substrate

/// The posterior by Gaussian processes in place of the model, one per number that it gives, that are refined where the data are
/// likely.
///
///     ln L(x) = −½ Σ (y_j − m_j)² / (σ_j² + v_j + c_j) + ln (σ_j² + v_j + c_j)
///
/// and as `Likelihood` says of other data than numbers with normal errors. Processes are of the number of the model, or of
/// its logarithm where errors are. Data of one number have one process, and what it does not know of that in common.
///
/// What the processes do not know widens the posterior (Kennedy & O'Hagan 2001, J R Stat Soc B 63:425,
/// doi 10.1111/1467-9868.00294). A place is impossible where the nearest that was simulated does not tell the data.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | y_j, σ_j | `Datum.value`, `error` | of the datum | data |
/// | m_j, v_j | `GaussianProcess.predict` | of the datum | |
/// | c_j | `nugget` · `variance` | of the datum | the stochastic noise of the model |
public enum EmulatedPosterior {
  private static let batch = 8
  /// Steps of a walk after those in which it settles: of the posterior, and where only places are looked for to simulate next;
  /// so many places of each walk are kept.
  private static let walkers = 4, length = 10_000, shortLength = 500, burnIn = 500, kept = 500

  /// The posterior over the unit cube.
  ///
  /// - Parameters:
  ///   - likelihood: of what was observed.
  ///   - dimensions: parameters of the model; what is fitted beside them comes after.
  ///   - points: places of the first design, a Sobol sequence.
  ///   - refinements: places added where the posterior is wide for want of them.
  ///   - seed: seed of the random numbers.
  ///   - workers: cores that share the work; the result does not depend on them.
  ///   - simulate: what the model makes of the data at some places; `nil` where it fails.
  /// - Returns: the posterior; `nil` where the model fails at too many places.
  /// - Throws: what `simulate` throws.
  public static func posterior<Failure: Error>(
    of likelihood: Likelihood,
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
      let emulator = Emulator(likelihood, places, seen, untold, workers)
      let sample = sample(
        emulator,
        dimensions + likelihood.nuisances.count,
        seed,
        round,
        added < refinements ? shortLength : length,
        workers
      )
      guard added < refinements else {
        let held = emulator.leftOut
        let found = sample.map(emulator.predict)
        return Posterior(
          places: sample,
          predictions: found.map(\.values),
          variances: found.map { emulator.variances($0.doubts) },
          evaluated: places.count + untold.count,
          failed: untold.count,
          notes: [
            "\(places.count) places were simulated, \(added) of them where the posterior is",
            "\(Int((100 * held).rounded())) % of them lie in the 95 % interval that the others give"
              + (held < 0.85 ? ": the emulator is too sure; take more points" : ""),
          ]
        )
      }
      let new = emulator.wanted(sample, min(batch, refinements - added))
      try look(new)
      added += new.count
      round += 1
      if new.isEmpty { added = refinements }
    }
  }

  /// Places in proportion to the likelihood, by walks of Metropolis.
  private static func sample(
    _ emulator: Emulator,
    _ dimensions: Int,
    _ seed: UInt64,
    _ round: Int,
    _ length: Int,
    _ workers: Workers
  ) -> [[Double]] {
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
      // It begins at the best of some random places.
      let starts = (0..<50).map { n in (0..<dimensions).map { uniform(n, 500 + $0) } }
      var place = starts.max { emulator.logarithm($0) < emulator.logarithm($1) } ?? starts[0]
      var height = emulator.logarithm(place)
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
          let other = emulator.logarithm(next)
          let isBetter = other > height
          if isBetter || other.isFinite && uniform(step, 400) < Elementary.exp(other - height) {
            (place, height) = (next, other)
          }
        }
        walk.append(place)
      }
      return stride(from: burnIn, to: walk.count, by: max(1, length / kept)).map { walk[$0] }
    }
    return walks.flatMap { $0 }
  }
}
