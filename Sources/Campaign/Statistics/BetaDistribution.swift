import Substrate

/// The beta distribution, for exact intervals of shares.
///
///     I_x(a, b) = x^a (1 − x)^b / (a B(a, b)) · K(x)
///
/// K is the continued fraction of DLMF 8.17.22 (https://dlmf.nist.gov/8.17.E22), on the side on which it converges
/// fast; ln Γ is Stirling's series (DLMF 5.11.1) from 12 upward.
public struct BetaDistribution: Sendable {
  private let a: Double, b: Double

  /// The distribution of two positive numbers.
  public init(_ a: Double, _ b: Double) {
    precondition(a > 0 && b > 0, "positive shapes")
    self.a = a
    self.b = b
  }

  /// I_x(a, b): the probability of a value below x.
  public func below(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    let logarithm =
      a * Elementary.log(x) + b * Elementary.log(1 - x) - Self.logGamma(a) - Self.logGamma(b)
      + Self.logGamma(a + b)
    let factor = Elementary.exp(logarithm)
    return x < (a + 1) / (a + b + 2)
      ? factor * Self.fraction(x, a, b) / a : 1 - factor * Self.fraction(1 - x, b, a) / b
  }

  /// The value that a share p of values lies below.
  public func quantile(_ p: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if below(middle) < p { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The interval that holds the share behind k of n with 95 % confidence or more (Clopper & Pearson 1934, Biometrika
  /// 26:404, doi 10.1093/biomet/26.4.404).
  public static func share(_ k: Int, of n: Int) -> ClosedRange<Double> {
    precondition(n > 0 && (0...n).contains(k), "k of n")
    let low = k == 0 ? 0 : BetaDistribution(Double(k), Double(n - k + 1)).quantile(0.025)
    let high = k == n ? 1 : BetaDistribution(Double(k + 1), Double(n - k)).quantile(0.975)
    return low...high
  }

  /// Chance of a split of n as uneven as k by a fair coin, both sides.
  public static func fair(_ k: Int, of n: Int) -> Double {
    guard n > 0 else { return 1 }
    let few = min(k, n - k)
    // P(X ≤ k) = I_½(n − k, k + 1)
    return min(1, 2 * BetaDistribution(Double(n - few), Double(few + 1)).below(0.5))
  }

  /// ln Γ.
  static func logGamma(_ x: Double) -> Double {
    var (x, less) = (x, 0.0)
    while x < 12 {
      less += Elementary.log(x)
      x += 1
    }
    let y = 1 / (x * x)
    let series = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y / 1188)))) / x
    return (x - 0.5) * Elementary.log(x) - x + 0.5 * Elementary.log(2 * Double.pi) + series - less
  }

  /// K, from the front as Lentz does.
  static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    var value = 1.0
    var above = 1.0
    var below = 0.0
    for n in 1...100_000 {
      let m = Double(n / 2)
      let term =
        n.isMultiple(of: 2)
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      below = 1 / (1 + term * below)
      above = 1 + term / above
      value *= above * below
      if (above * below - 1).magnitude < 1e-15 { break }
    }
    return 1 / value
  }
}
