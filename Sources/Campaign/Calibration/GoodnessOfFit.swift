import Files
import Substrate

/// How well the parameter sets that a calibration kept agree with the data, and how many they are.
///
///     χ²  = mean over the sets of Σ z_j²
///     p   = mean over the sets of P(X ≥ Σ z_j²),   X of the χ² distribution of n data
///     z_j = (y_j − m_j) / √(σ_j² + v_j) of a number
///         = Φ⁻¹(F(y_j −) + u (F(y_j) − F(y_j −))) of a limit and of a share of animals
///     n_e = (Σ w)² / Σ w²,   w how often each distinct set was kept
///
/// p is the posterior predictive probability of data that agree no better than those observed (Gelman 1996,
/// Stat Sin 6:733). It is cautious: of a model that is right it is seldom small.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | y_j, σ_j, n | `Datum.value`, `error`, `data` | of the datum | data; errors of animals as in `Likelihood` |
/// | F, u | `Likelihood.Score.residual` | 1 | the distribution of the datum; a uniform random number |
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
  /// Sets at which the model was evaluated, and for how many of them some datum is undefined.
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
  public init(_ posterior: Posterior, _ likelihood: Likelihood) {
    var counts: [[Double]: Int] = [:]
    for place in posterior.places { counts[place, default: 0] += 1 }
    kept = posterior.places.count
    distinct = counts.count
    let squares = counts.values.reduce(0) { $0 + $1 * $1 }
    effective = Double(kept * kept) / Double(max(1, squares))
    data = likelihood.data.count
    var (chiSquare, p) = (0.0, 0.0)
    for set in posterior.places.indices {
      let sum = Self.scores(of: posterior, set, likelihood).enumerated().reduce(0.0) {
        $0 + $1.element.square(Self.uniform(set, $1.offset))
      }
      chiSquare += sum
      p += Self.above(sum, degrees: data)
    }
    self.chiSquare = chiSquare / Double(max(1, kept))
    self.p = p / Double(max(1, kept))
    (evaluated, failed) = (posterior.evaluated, posterior.failed)
  }

  /// How every datum stands to a set.
  static func scores(of posterior: Posterior, _ set: Int, _ likelihood: Likelihood)
    -> [Likelihood.Score]
  {
    likelihood.scores(
      posterior.predictions[set],
      posterior.variances.isEmpty
        ? []
        : zip(posterior.variances[set], likelihood.sharing).map { .init(shared: $0 / $1) },
      likelihood.split(posterior.places[set]).nuisances
    )
  }

  /// The random number u of a set and datum.
  static func uniform(_ set: Int, _ datum: Int) -> Double {
    Chance(seed: 1, replicate: 4).block(.particle, cell: UInt32(set), step: UInt32(datum)).uniform
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
    func rounded(_ value: Double) -> String { CSV.number(value, digits: 2) }
    var text =
      "\(verdict.rawValue): \(distinct) of \(kept) parameter sets are distinct (effectively \(rounded(effective))); chi-square \(rounded(chiSquare)) of \(data) data, posterior predictive p \(rounded(p))"
    if failed > 0 {
      text += "; \(failed) of \(evaluated) parameter sets could not be evaluated"
    }
    return text
  }
}
