import Substrate

/// How well the parameter sets that a calibration kept agree with the data, and how many they are.
///
///     χ²  = mean over the sets of Σ ((y_j − m_j)² / (σ_j² + v_j))
///     p   = mean over the sets of P(X ≥ Σ ((y_j − m_j)² / (σ_j² + v_j))),   X of the χ² distribution of n data
///     n_e = (Σ w)² / Σ w²,   w how often each distinct set was kept
///
/// p is the posterior predictive probability of data that agree no better than those observed (Gelman 1996,
/// Stat Sin 6:733). It is cautious: of a model that is right it is seldom small.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | y_j, σ_j, n | `Datum.value`, `error`, `data` | of the datum | data |
/// | m_j, v_j | `Posterior.predictions`, `variances` | of the datum | the model; what an emulator does not know of it |
/// | χ², p, n_e | `chiSquare`, `p`, `effective` | 1 | |
public struct GoodnessOfFit: Sendable, Equatable {
  /// What may be concluded.
  public enum Verdict: String, Sendable {
    /// The sets agree with the data, and are many enough to tell what these say of each parameter.
    case fitted
    /// Too few distinct sets to tell.
    case undetermined
    /// No set agrees with the data, or the model tells them at too few.
    case notFitted = "not fitted"
  }

  /// p below which a model does not fit.
  public static let leastP = 0.01
  /// Distinct or effective sets below which nothing is concluded.
  public static let leastSets = 20.0
  /// Share of the parameter sets that could not be evaluated above which a model does not fit.
  public static let mostFailures = 0.5

  /// Sets that were kept, how many of them are distinct, and n_e.
  public let kept: Int, distinct: Int, effective: Double
  /// n, χ² and p.
  public let data: Int, chiSquare: Double, p: Double
  /// Sets at which the model was asked, and at how many of them it does not tell all data.
  public let evaluated: Int, failed: Int

  /// Whether a fit was found.
  public var verdict: Verdict {
    if p < Self.leastP || Double(failed) > Self.mostFailures * Double(evaluated) {
      return .notFitted
    }
    return min(Double(distinct), effective) < Self.leastSets ? .undetermined : .fitted
  }

  /// χ² over n.
  public var chiSquarePerDatum: Double { chiSquare / Double(max(1, data)) }

  /// How well a posterior agrees with data.
  public init(_ posterior: Posterior, _ data: [Datum]) {
    var counts: [[Double]: Int] = [:]
    for place in posterior.places { counts[place, default: 0] += 1 }
    kept = posterior.places.count
    distinct = counts.count
    let squares = counts.values.reduce(0) { $0 + $1 * $1 }
    effective = Double(kept * kept) / Double(max(1, squares))
    var (chiSquare, p) = (0.0, 0.0)
    for (n, prediction) in posterior.predictions.enumerated() {
      let sum = data.indices.reduce(0.0) { sum, j in
        let miss = data[j].value - prediction[j]
        let own = posterior.variances.isEmpty ? 0 : posterior.variances[n][j]
        return sum + miss * miss / (data[j].error * data[j].error + own)
      }
      chiSquare += sum
      p += Self.above(sum, degrees: data.count)
    }
    self.data = data.count
    self.chiSquare = chiSquare / Double(max(1, kept))
    self.p = p / Double(max(1, kept))
    (evaluated, failed) = (posterior.evaluated, posterior.failed)
  }

  /// P(X ≥ x) of the χ² distribution of so many degrees of freedom.
  ///
  /// From one degree or two upward by Q(x; k + 2) = Q(x; k) + e^(−x/2) (x/2)^(k/2) / Γ(k/2 + 1)
  /// (Abramowitz & Stegun 1964, 26.4.8).
  package static func above(_ x: Double, degrees: Int) -> Double {
    guard x > 0, degrees > 0 else { return 1 }
    guard x < 1e6 else { return 0 }
    let isOdd = !degrees.isMultiple(of: 2)
    let peak = Elementary.exp(-x / 2)
    var sum = isOdd ? 2 * Elementary.exp(NormalDistribution.logBelow(-x.squareRoot())) : peak
    var term = isOdd ? peak * (2 * x / Double.pi).squareRoot() : peak * x / 2
    var k = isOdd ? 1 : 2
    while k < degrees {
      sum += term
      k += 2
      term *= x / Double(k)
    }
    return min(1, sum)
  }

  /// The fit in a sentence.
  public var words: String {
    func rounded(_ value: Double) -> String { Validation.rounded(value, digits: 2) }
    var text =
      "\(verdict.rawValue): \(distinct) of \(kept) parameter sets are distinct (effectively \(rounded(effective))); chi-square \(rounded(chiSquare)) of \(data) data, posterior predictive p \(rounded(p))"
    if failed > 0 {
      text += "; \(failed) of \(evaluated) parameter sets could not be evaluated"
    }
    return text
  }
}
