import Substrate

/// Student's t distribution, for intervals around means of few replicates.
///
///     P(|T| > t) = I_x(ν/2, ½),   x = ν / (ν + t²)
///
/// I is the regularised incomplete beta function, from its continued fraction (DLMF 8.17.22,
/// https://dlmf.nist.gov/8.17.E22) on the side on which that converges fast.
public struct StudentT: Sendable {
  /// Degrees of freedom ν, at least 1.
  public let degrees: Int

  /// The distribution with the given degrees of freedom; fewer than one is a bug.
  public init(degrees: Int) {
    precondition(degrees >= 1, "degrees of freedom are at least one")
    self.degrees = degrees
  }

  /// P(|T| > t) for t ≥ 0.
  public func outside(_ t: Double) -> Double {
    let nu = Double(degrees)
    let (a, b) = (nu / 2, 0.5)
    let x = nu / (nu + t * t)
    let rest = t * t / (nu + t * t)
    guard rest.isNormal else { return 1 }
    guard x.isNormal else { return 0 }
    let factor =
      Elementary.exp(a * Elementary.log(x) + b * Elementary.log(rest)) / Self.beta(degrees)
    return x < (a + 1) / (a + b + 2)
      ? factor * BetaDistribution.fraction(x, a, b) / a
      : 1 - factor * BetaDistribution.fraction(rest, b, a) / b
  }

  /// The value below which T lies with a probability from ½ up to, not including, 1.
  public func quantile(_ probability: Double) -> Double {
    precondition((0.5..<1).contains(probability), "a probability of the upper half")
    let tails = 2 * (1 - probability)
    var low = 0.0
    var high = 1.0
    while outside(high) > tails { (low, high) = (high, 2 * high) }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return high }
      if outside(middle) > tails { low = middle } else { high = middle }
    }
  }

  /// B(ν/2, ½), from B(½, ½) = π or B(1, ½) = 2 by B(a + 1, ½) = B(a, ½) a / (a + ½).
  private static func beta(_ degrees: Int) -> Double {
    var value = degrees.isMultiple(of: 2) ? 2 : Double.pi
    for twice in stride(from: degrees.isMultiple(of: 2) ? 2 : 1, to: degrees, by: 2) {
      value *= Double(twice) / Double(twice + 1)
    }
    return value
  }
}
