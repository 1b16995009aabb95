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
    /// Two doses between which it goes back by more than chance has it.
    case notMonotone(from: Double, to: Double)
    /// It is the same at all doses, as far as chance lets see.
    case flat
    /// It goes one way, and half its height lies beyond the doses.
    case beyond
  }

  /// The answer.
  public let answer: Answer

  /// The answer of groups of values, by dose.
  public init(_ groups: [(dose: Double, values: [Double])]) {
    let groups = groups.filter { $0.values.count > 1 }.sorted { $0.dose < $1.dose }
    guard groups.count >= 3 else {
      answer = .flat
      return
    }
    let means = groups.map { $0.values.reduce(0, +) / Double($0.values.count) }
    let errors = zip(groups, means).map { group, mean in
      let squares = group.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return squares / Double(group.values.count - 1) / Double(group.values.count)
    }
    func differs(_ i: Int, _ j: Int) -> Bool {
      // As many comparisons as pairs of doses share 5 %.
      let pairs = Double(groups.count * (groups.count - 1) / 2)
      let z = NormalDistribution.quantile(1 - 0.025 / pairs)
      return (means[j] - means[i]).magnitude > z * (errors[i] + errors[j]).squareRoot()
    }
    let rises = means[means.count - 1] >= means[0]
    for i in means.indices {
      for j in means.indices where j > i && (means[j] < means[i]) == rises && differs(i, j) {
        answer = .notMonotone(from: groups[i].dose, to: groups[j].dose)
        return
      }
    }
    guard
      means.indices.contains(where: { i in means.indices.contains { $0 > i && differs(i, $0) } })
    else {
      answer = .flat
      return
    }
    // A group that does not vary is known no better than the others.
    let freedom = groups.reduce(0) { $0 + $1.values.count - 1 }
    let pooled =
      zip(groups, errors).reduce(0) {
        $0 + $1.1 * Double($1.0.values.count) * Double($1.0.values.count - 1)
      } / Double(freedom)
    answer = Self.fit(
      groups.map(\.dose),
      means,
      groups.map { pooled / Double($0.values.count) },
      freedom: freedom
    )
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
    func power(_ x: Double, _ h: Double) -> Double { Elementary.exp(h * Elementary.log(x)) }
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
    guard best.half >= least / 3, best.half <= most * 3 else { return .beyond }
    let ends = solved(best.half, best.slope)
    let t = StudentT(degrees: freedom).quantile(0.975)
    /// Whether the best curve with such an EC50 is not much worse.
    func agrees(_ half: Double) -> Bool {
      let slopes = (0...90).map { 0.5 + Double($0) / 20 } + [best.slope]
      return slopes.contains { solved(half, $0).miss <= best.miss + t * t }
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
}
