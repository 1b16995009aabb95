import Substrate

/// How an effect rises with dose: the dose of half its height, or that it does not rise throughout.
///
///     E(d) = E₀ + (E_m − E₀) d^h / (EC50^h + d^h)
///
/// E₀ and E_m are solved for by least squares at every EC50 and h of a grid, which is refined about the best. The
/// interval of EC50 holds those whose best fit is worse by at most t², Student's t of the pooled variance: the
/// profile likelihood (Bates & Watts 1988, Nonlinear Regression Analysis, 6.1).
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | EC50, h | `half`, `slope` | of the doses, 1 | Hill 1910, J Physiol 40:iv |
/// | E₀, E_m | `base`, `top` | of the effect | |
public struct DoseResponse: Sendable {
  /// What the doses tell.
  public enum Answer: Sendable, Equatable {
    /// A curve that rises, or falls, throughout, with the 95 % interval of its EC50: from 0 or to infinity where the
    /// doses do not bound it.
    case curve(
      half: Double,
      slope: Double,
      base: Double,
      top: Double,
      interval: ClosedRange<Double>
    )
    /// Two doses between which it reverses by more than can be due to chance.
    case notMonotone(from: Double, to: Double)
    /// No difference between doses is significant.
    case flat
    /// It goes one way, and half its height lies beyond the doses.
    case beyond
  }

  /// The answer.
  public let answer: Answer

  /// The answer of groups of independent values, by dose.
  public init(_ groups: [(dose: Double, values: [Double])]) {
    let groups = groups.filter { $0.values.count > 1 }.sorted { $0.dose < $1.dose }
    let means = groups.map { $0.values.reduce(0, +) / Double($0.values.count) }
    let squares = zip(groups, means).reduce(0.0) { sum, group in
      group.0.values.reduce(sum) { $0 + ($1 - group.1) * ($1 - group.1) }
    }
    answer = Self.answer(
      groups.map(\.dose),
      means,
      counts: groups.map { Double($0.values.count) },
      squares: squares,
      freedom: groups.reduce(0) { $0 + $1.values.count - 1 }
    )
  }

  /// The answer of the same patients at every dose, by dose, then patient.
  ///
  /// Patients without a value at some dose are left out. Differences between patients that are common to all doses do
  /// not count as noise.
  public init(paired groups: [(dose: Double, values: [Double?])]) {
    let groups = groups.sorted { $0.dose < $1.dose }
    let patients = (0..<(groups.map(\.values.count).min() ?? 0)).compactMap { n -> [Double]? in
      let values = groups.compactMap { $0.values[n] }
      return values.count == groups.count ? values : nil
    }
    let count = Double(patients.count)
    let means = groups.indices.map { g in patients.reduce(0) { $0 + $1[g] } / max(1, count) }
    let all = means.reduce(0, +) / Double(max(1, means.count))
    var squares = 0.0
    for values in patients {
      let own = values.reduce(0, +) / Double(values.count)
      for (value, mean) in zip(values, means) {
        let rest = value - own - mean + all
        squares += rest * rest
      }
    }
    answer = Self.answer(
      groups.map(\.dose),
      means,
      counts: groups.map { _ in count },
      squares: squares,
      freedom: (patients.count - 1) * (groups.count - 1)
    )
  }

  /// The answer of means, each of so many values, whose noise is given by a sum of squares with its degrees of freedom.
  private static func answer(
    _ doses: [Double],
    _ means: [Double],
    counts: [Double],
    squares: Double,
    freedom: Int
  ) -> Answer {
    guard means.count >= 3, freedom > 0 else { return .flat }
    let pooled = squares / Double(freedom)
    // As many comparisons as pairs of doses share 5 %.
    let pairs = Double(means.count * (means.count - 1) / 2)
    let t = StudentT(degrees: freedom).quantile(1 - 0.025 / pairs)
    func differs(_ i: Int, _ j: Int) -> Bool {
      (means[j] - means[i]).magnitude > t * (pooled * (1 / counts[i] + 1 / counts[j])).squareRoot()
    }
    let rises = means[means.count - 1] >= means[0]
    for i in means.indices {
      for j in means.indices where j > i && (means[j] < means[i]) == rises && differs(i, j) {
        return .notMonotone(from: doses[i], to: doses[j])
      }
    }
    let isTold = means.indices.contains { i in means.indices.contains { $0 > i && differs(i, $0) } }
    return isTold ? fit(doses, means, counts.map { pooled / $0 }, freedom: freedom) : .flat
  }

  private static func fit(
    _ doses: [Double],
    _ means: [Double],
    _ errors: [Double],
    freedom: Int
  ) -> Answer {
    let positive = doses.filter { $0 > 0 }
    guard let least = positive.first, let most = positive.last else { return .flat }
    let floor = (errors.max() ?? 1) * 1e-6 + 1e-300
    let weights = errors.map { 1 / max($0, floor) }
    let squares = LeastSquares(doses: doses, means: means, weights: weights)
    let best = squares.best(from: least, to: most)
    guard best.half >= least / 3, best.half <= most * 3 else { return .beyond }
    let ends = squares.solved(best.half, best.slope)
    let t = StudentT(degrees: freedom).quantile(0.975)
    /// Whether the best curve with such an EC50 is not much worse.
    func agrees(_ half: Double) -> Bool {
      let slopes = (0...90).map { 0.5 + Double($0) / 20 } + [best.slope]
      return slopes.contains { squares.solved(half, $0).miss <= best.miss + t * t }
    }
    /// The last EC50 that agrees on the way to an end, by its logarithm; `nil` where all do.
    func last(towards end: Double) -> Double? {
      let steps = 60
      let start = Elementary.log(best.half)
      let way = (Elementary.log(end) - start) / Double(steps)
      guard
        let first = (1...steps).first(where: {
          !agrees(Elementary.exp(start + way * Double($0)))
        })
      else { return nil }
      var (inside, outside) = (Double(first - 1), Double(first))
      for _ in 0..<12 {
        let middle = (inside + outside) / 2
        if agrees(Elementary.exp(start + way * middle)) {
          inside = middle
        } else {
          outside = middle
        }
      }
      return Elementary.exp(start + way * inside)
    }
    return .curve(
      half: best.half,
      slope: best.slope,
      base: ends.base,
      top: ends.top,
      interval: (last(towards: least / 30) ?? 0)...(last(towards: most * 30) ?? .infinity)
    )
  }

  /// The curve that is nearest to means, each with its weight.
  private struct LeastSquares {
    let doses: [Double], means: [Double], weights: [Double]

    private func power(_ x: Double, _ h: Double) -> Double {
      Elementary.exp(h * Elementary.log(x))
    }

    /// E₀ and E_m at an EC50 and h, with the sum of squares that is left.
    func solved(_ half: Double, _ slope: Double) -> (base: Double, top: Double, miss: Double) {
      let shares = doses.map { $0 > 0 ? 1 / (1 + power(half / $0, slope)) : 0 }
      var (w, x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for i in doses.indices {
        w += weights[i]
        x += weights[i] * shares[i]
        y += weights[i] * means[i]
        xx += weights[i] * shares[i] * shares[i]
        xy += weights[i] * shares[i] * means[i]
      }
      let denominator = w * xx - x * x
      let height = denominator.magnitude > 0 ? (w * xy - x * y) / denominator : 0
      let base = (y - height * x) / w
      let miss = doses.indices.reduce(0) {
        let d = means[$1] - base - height * shares[$1]
        return $0 + weights[$1] * d * d
      }
      return (base, base + height, miss)
    }

    /// The best EC50 and h, on a grid about the doses that is refined.
    func best(from least: Double, to most: Double) -> (half: Double, slope: Double, miss: Double) {
      var (low, high) = (Elementary.log(least / 30), Elementary.log(most * 30))
      var (slowest, steepest) = (0.5, 5.0)
      var best = (half: least, slope: 1.0, miss: Double.infinity)
      for _ in 0..<6 {
        for i in 0...40 {
          for j in 0...18 {
            let half = Elementary.exp(low + Double(i) / 40 * (high - low))
            let slope = slowest + Double(j) / 18 * (steepest - slowest)
            let miss = solved(half, slope).miss
            if miss < best.miss { best = (half, slope, miss) }
          }
        }
        let width = (high - low) / 16
        (low, high) = (Elementary.log(best.half) - width, Elementary.log(best.half) + width)
        let span = (steepest - slowest) / 8
        (slowest, steepest) = (max(0.5, best.slope - span), min(5, best.slope + span))
      }
      return best
    }
  }
}
