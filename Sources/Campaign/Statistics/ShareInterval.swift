import Substrate

/// Intervals and tests of the difference of two shares.
///
///     p̃ ± w,  p̃ = (p + z²/2n) / (1 + z²/n),  w = z √(p(1−p)/n + z²/4n²) / (1 + z²/n)    (Wilson)
///     d − √(δ₁² − 2φδ₁ε₂ + ε₂²) … d + √(ε₁² − 2φε₁δ₂ + δ₂²)                          (Newcombe)
///
/// | symbol | argument | unit | source |
/// |---|---|---|---|
/// | d | p₁ − p₂ | 1 | Newcombe 1998, Stat Med 17:873, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I |
/// | δ, ε | | 1 | from a share down to its lower bound, and up to its upper one |
/// | φ | | 1 | correlation of the answers of one patient; 0 for two groups. Newcombe 1998, Stat Med 17:2635 |
package enum ShareInterval {
  private static let z = 1.959964

  private static func wilson(_ k: Int, _ n: Int) -> (share: Double, down: Double, up: Double) {
    let (p, n) = (Double(k) / Double(n), Double(n))
    let scale = 1 + z * z / n
    let middle = (p + z * z / (2 * n)) / scale
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / scale
    return (p, p - max(0, middle - half), min(1, middle + half) - p)
  }

  /// The interval of the difference of k₁ of n₁ and k₂ of n₂, whose answers go together by φ.
  package static func difference(
    _ k1: Int,
    of n1: Int,
    less k2: Int,
    of n2: Int,
    correlation phi: Double = 0
  ) -> ClosedRange<Double> {
    let (a, b) = (wilson(k1, n1), wilson(k2, n2))
    let d = a.share - b.share
    func root(_ x: Double, _ y: Double) -> Double {
      max(0, x * x - 2 * phi * x * y + y * y).squareRoot()
    }
    return max(-1, d - root(a.down, b.up))...min(1, d + root(a.up, b.down))
  }

  /// Chance of two shares as far apart, both sides, where the groups are alike (Fisher's exact test).
  package static func fisher(_ k1: Int, of n1: Int, _ k2: Int, of n2: Int) -> Double {
    let (k, n) = (k1 + k2, n1 + n2)
    func logarithm(_ n: Int, _ k: Int) -> Double {
      BetaDistribution.logGamma(Double(n + 1)) - BetaDistribution.logGamma(Double(k + 1))
        - BetaDistribution.logGamma(Double(n - k + 1))
    }
    func chance(_ x: Int) -> Double {
      Elementary.exp(logarithm(n1, x) + logarithm(n2, k - x) - logarithm(n, k))
    }
    let seen = chance(k1) * (1 + 1e-7)
    return min(1, (max(0, k - n2)...min(k, n1)).map(chance).filter { $0 <= seen }.reduce(0, +))
  }
}

/// Answers of the same patients in two arms.
package struct PairedShares {
  /// Patients who answer in both, in the first only, in the second only, and in neither.
  package let both: Int, gained: Int, lost: Int, neither: Int

  /// The answers (1 or 0) of patients in the first arm and in the second.
  package init(_ pairs: [(Double, Double)]) {
    both = pairs.filter { $0.0 == 1 && $0.1 == 1 }.count
    gained = pairs.filter { $0.0 == 1 && $0.1 == 0 }.count
    lost = pairs.filter { $0.0 == 0 && $0.1 == 1 }.count
    neither = pairs.count - both - gained - lost
  }

  /// The interval of the difference.
  package var interval: ClosedRange<Double> {
    let n = both + gained + lost + neither
    let margins = [both + gained, lost + neither, both + lost, gained + neither].map(Double.init)
    let product = margins.reduce(1, *)
    var phi = 0.0
    if product > 0 {
      let cross = Double(both * neither - gained * lost)
      phi = (cross > 0 ? max(cross - Double(n) / 2, 0) : cross) / product.squareRoot()
    }
    return ShareInterval.difference(
      both + gained,
      of: n,
      less: both + lost,
      of: n,
      correlation: phi
    )
  }
}
