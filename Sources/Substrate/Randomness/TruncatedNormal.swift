/// The standard normal distribution between two bounds.
///
///     q(u) = Φ⁻¹(Φ(a) + u (Φ(b) − Φ(a)))
///
/// Bounds that lie in one tail are worked out there, by logarithms of probabilities: no digits are lost however far
/// from the mean they are.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | a, b | `low`, `high` | standard deviations from the mean | |
/// | Φ | `NormalDistribution` | 1 | |
public struct TruncatedNormal: Sendable, Equatable {
  /// The least probability that bounds may hold.
  public static let leastProbability = 1e-300

  /// a and b; −∞ and ∞ for none.
  public let low: Double, high: Double

  /// How probabilities are kept.
  private enum Form: Sendable, Equatable {
    /// Bounds on both sides of the mean: Φ(a), 1 − Φ(b), Φ(a) − ½ and Φ(b) − Φ(a).
    case around(below: Double, above: Double, start: Double, between: Double)
    /// Bounds in one tail, mirrored to the lower one: the logarithm of Φ of the bound that is nearer to the mean, and
    /// Φ of the farther over that of the nearer.
    case tail(log: Double, ratio: Double, isUpper: Bool)
  }

  private let form: Form

  /// The distribution between two bounds; `nil` where they hold no probability.
  public init?(low: Double, high: Double) {
    guard low < high else { return nil }
    self.low = low
    self.high = high
    let least = Elementary.log(Self.leastProbability)
    if low < 0, high > 0 {
      let (start, end) = (Self.centred(low), Self.centred(high))
      guard end - start >= Self.leastProbability else { return nil }
      form = .around(
        below: Self.lower(low),
        above: Self.lower(-high),
        start: start,
        between: end - start
      )
    } else {
      let isUpper = low >= 0
      let (far, near) = isUpper ? (-high, -low) : (low, high)
      let log = NormalDistribution.logBelow(near)
      guard log > least else { return nil }
      let ratio = Elementary.exp(NormalDistribution.logBelow(far) - log)
      guard ratio < 1, log + Elementary.log(1 - ratio) >= least else { return nil }
      form = .tail(log: log, ratio: ratio, isUpper: isUpper)
    }
  }

  /// The quantile of a probability; the bounds themselves at 0 and 1 where they are finite.
  public func quantile(_ u: Double) -> Double {
    if u <= 0, low.isFinite { return low }
    if u >= 1, high.isFinite { return high }
    let u = NormalDistribution.inside(u)
    let z: Double
    switch form {
    case .around(let below, let above, let start, let between):
      let q = start + u * between
      if q.magnitude <= 0.425 {
        z = NormalDistribution.quantile(centred: q)
      } else if q < 0 {
        z = -NormalDistribution.tail(log: Elementary.log(below + u * between))
      } else {
        z = NormalDistribution.tail(log: Elementary.log(above + (1 - u) * between))
      }
    case .tail(let log, let ratio, let isUpper):
      let share = isUpper ? 1 - u : u
      let probability = log + Elementary.log(ratio + share * (1 - ratio))
      let lower =
        probability > -2.59
        ? NormalDistribution.quantile(centred: Elementary.exp(probability) - 0.5)
        : -NormalDistribution.tail(log: probability)
      z = isUpper ? -lower : lower
    }
    return min(high, max(low, z))
  }

  /// Φ(x), x ≤ 0.
  private static func lower(_ x: Double) -> Double {
    Elementary.exp(NormalDistribution.logBelow(x))
  }

  /// Φ(x) − ½.
  private static func centred(_ x: Double) -> Double {
    if x.magnitude <= 2 { return NormalDistribution.centre(x) }
    return x < 0 ? lower(x) - 0.5 : 0.5 - lower(-x)
  }
}
