import Files
import Substrate

/// Approximate Bayesian computation by sequential Monte Carlo: places that agree with the data, found generation by
/// generation at falling temperatures.
///
///     w ∝ exp(−d² / 2T),   d² = Σ ((y_j − m_j) / σ_j)², and −2 ln L of other data than numbers with given errors
///
/// A place is kept by how far what one simulation made of it is from the data, with a Gaussian kernel as wide as the
/// errors of the data; at T = 1 that is the posterior under these errors, the stochastic noise of the model included
/// (Wilkinson 2013, Stat Appl Genet Mol Biol 12:129, doi 10.1515/sagmb-2013-0010). The temperature falls as fast as
/// keeps half of the places effective; then these are resampled and moved (Del Moral 2012, Stat Comput 22:1009, doi
/// 10.1007/s11222-011-9271-y).
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | y_j, σ_j | `Datum.value`, `error` | of the datum | data |
/// | m_j | `simulate` | of the datum | the model at a place |
/// | L | `Likelihood.deviance` | | of the datum |
/// | T | | 1 | falls from ∞ to 1 |
public enum TemperedABC {
  /// Moves of every place in a generation.
  private static let moves = 3
  /// Moves of what is fitted beside the model's values, after each of those: they take no run.
  private static let furtherMoves = 8

  /// The posterior over the unit cube.
  ///
  /// Every draw is a function of the seed, the generation and the place, and `simulate` one of the place: what was
  /// interrupted continues with the same places.
  ///
  /// - Parameters:
  ///   - likelihood: of what was observed.
  ///   - dimensions: parameters of the model; what is fitted beside them comes after.
  ///   - particles: places of a generation.
  ///   - generations: generations at most.
  ///   - seed: seed of the random numbers.
  ///   - simulate: what the model makes of the data at some places; `nil` where it fails.
  /// - Returns: the posterior; `nil` where the model tells the data at no place.
  /// - Throws: what `simulate` throws.
  public static func posterior<Failure: Error>(
    of likelihood: Likelihood,
    dimensions: Int,
    particles: Int,
    generations: Int,
    seed: UInt64,
    simulate: ([[Double]]) throws(Failure) -> [[Double]?]
  ) throws(Failure) -> Posterior? {
    var search = try Search(
      likelihood,
      dimensions: dimensions + likelihood.nuisances.count,
      particles: particles,
      Chance(seed: seed, replicate: 2),
      simulate
    )
    guard search.distances.contains(where: \.isFinite) else { return nil }
    while search.inverse < 1, search.generation < generations {
      search.cool()
      // The last temperature is moved at for longer, so that the places are no copies of one another.
      for move in 0..<(search.inverse == 1 ? 2 * moves : moves) { try search.move(move, simulate) }
    }
    return search.posterior
  }

  /// The places of a generation.
  private struct Search {
    let likelihood: Likelihood
    /// Parameters, with what is fitted beside those of the model.
    let dimensions: Int
    let chance: Chance
    /// The places, what the model makes of each, and how far that is from the data.
    private(set) var places: [[Double]], predictions: [[Double]?], distances: [Double]
    /// Inverse of the temperature.
    private(set) var inverse = 0.0
    private(set) var generation = 0
    private var accepted = (moves: 0, all: 0)
    private var evaluated = 0, failed = 0

    /// Places that are uniform in the unit cube.
    init<Failure: Error>(
      _ likelihood: Likelihood,
      dimensions: Int,
      particles: Int,
      _ chance: Chance,
      _ simulate: ([[Double]]) throws(Failure) -> [[Double]?]
    ) throws(Failure) {
      self.likelihood = likelihood
      self.dimensions = dimensions
      self.chance = chance
      (places, predictions, distances) = ([], [], [])
      places = (0..<particles).map { n in (0..<dimensions).map { uniform(n, 0, $0) } }
      predictions = try ask(places, simulate)
      distances = places.indices.map { distance(places[$0], predictions[$0]) }
    }

    private func uniform(_ particle: Int, _ generation: Int, _ draw: Int) -> Double {
      chance.block(
        .particle,
        cell: UInt32(particle),
        step: UInt32(generation),
        draw: UInt32(draw)
      ).uniform
    }

    private func distance(_ place: [Double], _ prediction: [Double]?) -> Double {
      guard let prediction else { return .infinity }
      return likelihood.deviance(prediction, likelihood.split(place).nuisances)
    }

    private mutating func ask<Failure: Error>(
      _ places: [[Double]],
      _ simulate: ([[Double]]) throws(Failure) -> [[Double]?]
    ) throws(Failure) -> [[Double]?] {
      let made = try simulate(places.map { likelihood.split($0).model })
      evaluated += made.count
      failed += made.count { $0 == nil }
      return made
    }

    /// Begins the next generation: lowers the temperature and resamples the places.
    mutating func cool() {
      generation += 1
      let next = TemperedABC.next(inverse, distances)
      let least = distances.min() ?? 0
      let weights = distances.map {
        $0.isFinite ? Elementary.exp(-(next - inverse) * ($0 - least) / 2) : 0
      }
      let picked = TemperedABC.resampled(weights, uniform(0, generation, 1 << 16))
      places = picked.map { places[$0] }
      predictions = picked.map { predictions[$0] }
      distances = picked.map { distances[$0] }
      inverse = next
    }

    /// Moves every place at the present temperature.
    mutating func move<Failure: Error>(
      _ move: Int,
      _ simulate: ([[Double]]) throws(Failure) -> [[Double]?]
    ) throws(Failure) {
      let factor = Posterior.factor(
        Posterior.moments(places).covariance,
        scale: 2.38 * 2.38 / Double(dimensions) / (move % 2 == 0 ? 1 : 4)
      )
      let base = 1000 * (move + 1)
      let proposed = places.indices.map { n in
        Posterior.step(from: places[n], factor) { d in
          NormalDistribution.quantile(uniform(n, generation, base + d))
        }
      }
      let inside = proposed.indices.filter { n in
        proposed[n].allSatisfy { (0..<1).contains($0) }
      }
      let made = try ask(inside.map { proposed[$0] }, simulate)
      accepted.all += places.count
      for (n, prediction) in zip(inside, made) {
        let d = distance(proposed[n], prediction)
        let ratio = d.isFinite ? Elementary.exp(-inverse * (d - distances[n]) / 2) : 0
        guard uniform(n, generation, base + 999) < ratio else { continue }
        places[n] = proposed[n]
        predictions[n] = prediction
        distances[n] = d
        accepted.moves += 1
      }
      guard !likelihood.nuisances.isEmpty else { return }
      for n in places.indices {
        (places[n], distances[n]) = TemperedABC.moved(
          places[n],
          distances[n],
          inverse,
          likelihood.nuisances.count,
          uniform: { uniform(n, generation, base + 200 + 2 * $0 + $1) },
          distance: { distance($0, predictions[n]) }
        )
      }
    }

    /// The places as a posterior, with how the search went.
    var posterior: Posterior {
      let share = Double(accepted.moves) / Double(max(1, accepted.all))
      var notes = [
        "\(generation) generations of \(places.count) places; \(Int((100 * share).rounded())) % of the moves were taken"
      ]
      if inverse < 1 {
        notes.append(
          "stopped at errors \(CSV.number((1 / max(inverse, 1e-300)).squareRoot(), digits: 2)) times those of the data: intervals are too wide; take more generations"
        )
      }
      return Posterior(
        places: places,
        predictions: predictions.map { prediction in
          guard let prediction else {
            preconditionFailure("a place that tells nothing has no weight")
          }
          return prediction
        },
        variances: [],
        evaluated: evaluated,
        failed: failed,
        notes: notes
      )
    }
  }

  /// A place and its distance after moves of what is fitted beside the model's values.
  private static func moved(
    _ place: [Double],
    _ distance: Double,
    _ inverse: Double,
    _ count: Int,
    uniform: (_ move: Int, _ draw: Int) -> Double,
    distance of: ([Double]) -> Double
  ) -> (place: [Double], distance: Double) {
    var (place, distance) = (place, distance)
    for move in 0..<furtherMoves {
      // One coordinate after the other, by steps of many sizes.
      let i = place.count - 1 - move % count
      let size = [0.3, 0.1, 0.03][move / count % 3]
      var next = place
      next[i] += size * NormalDistribution.quantile(uniform(move, 0))
      guard (0..<1).contains(next[i]) else { continue }
      let d = of(next)
      let ratio = d.isFinite ? Elementary.exp(-inverse * (d - distance) / 2) : 0
      if uniform(move, 1) < ratio { (place, distance) = (next, d) }
    }
    return (place, distance)
  }

  /// The next inverse temperature: the largest at which half of the places are effective.
  private static func next(_ inverse: Double, _ distances: [Double]) -> Double {
    let least = distances.min() ?? 0
    func effective(_ next: Double) -> Double {
      var (sum, squares) = (0.0, 0.0)
      for distance in distances where distance.isFinite {
        let weight = Elementary.exp(-(next - inverse) * (distance - least) / 2)
        sum += weight
        squares += weight * weight
      }
      return squares > 0 ? sum * sum / squares : 0
    }
    let half = Double(distances.filter(\.isFinite).count) / 2
    if effective(1) >= half { return 1 }
    var (low, high) = (inverse, 1.0)
    // As many halvings as numbers have digits, and more where data are so far that none was enough.
    var halvings = 0
    while halvings < 60 || low == inverse && halvings < 1000 {
      halvings += 1
      let middle = (low + high) / 2
      if effective(middle) >= half { low = middle } else { high = middle }
    }
    return high
  }

  /// Positions in proportion to weights, evenly (systematic resampling).
  private static func resampled(_ weights: [Double], _ u: Double) -> [Int] {
    let count = weights.count
    let sum = weights.reduce(0, +)
    var picked: [Int] = []
    var (position, reached) = (0, weights[0])
    for n in 0..<count {
      let aim = (Double(n) + u) / Double(count) * sum
      while reached < aim, position < count - 1 {
        position += 1
        reached += weights[position]
      }
      picked.append(position)
    }
    return picked
  }
}
