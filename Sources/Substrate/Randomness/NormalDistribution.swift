/// The standard normal distribution.
public enum NormalDistribution {
  /// The quantile of probability p in (0, 1), absolute error below 1e-9 of the value.
  ///
  /// Rational approximation in the centre and in each tail.
  /// Source: Wichura MJ 1988, Algorithm AS 241 (PPND16), Appl Stat 37:477, doi 10.2307/2347330.
  @inlinable
  public static func quantile(_ p: Double) -> Double {
    let q = p - 0.5
    if q.magnitude <= 0.425 { return quantile(centred: q) }
    let z = tail(log: Elementary.log(q < 0 ? p : 1 - p))
    return q < 0 ? -z : z
  }

  /// A probability within those that both tails have a quantile for.
  @inlinable
  public static func inside(_ u: Double) -> Double { min(1 - 0x1p-53, max(0x1p-60, u)) }

  /// The quantile of probability ½ + q, |q| ≤ 0.425.
  @inlinable
  static func quantile(centred q: Double) -> Double {
    q * ratio(0.180625 - q * q, centreAbove, centreBelow)
  }

  /// The z ≥ 0 above which a tail lies, by the logarithm of its probability, from −729 to ln 0.075.
  @inlinable
  static func tail(log probability: Double) -> Double {
    let r = (-probability).squareRoot()
    return r <= 5
      ? ratio(r - 1.6, tailAbove, tailBelow) : ratio(r - 5, farAbove, farBelow)
  }

  /// Φ(x) − ½ for |x| ≤ 2, relative error some 1e-16.
  ///
  ///     Φ(x) − ½ = φ(x) (x + x³/3 + x⁵/(3·5) + …)
  ///
  /// Source: Marsaglia 2004, J Stat Softw 11(4), doi 10.18637/jss.v011.i04.
  static func centre(_ x: Double) -> Double {
    var (term, sum, n) = (x, x, 1.0)
    while term.magnitude > 1e-17 * sum.magnitude {
      n += 2
      term *= x * x / n
      sum += term
    }
    return sum * Elementary.exp(-x * x / 2) * 0.3989422804014327
  }

  /// ln Φ(x) for x ≤ 0, −∞ for −∞; relative error some 1e-14 of Φ.
  ///
  /// Below −2 by the continued fraction of Laplace: Φ(−x) = φ(x) / (x + 1/(x + 2/(x + …))).
  package static func logBelow(_ x: Double) -> Double {
    guard x > -1e150 else { return -.infinity }
    if x > -2 { return Elementary.log(0.5 + centre(x)) }
    var fraction = -x
    for n in stride(from: 120.0, through: 1, by: -1) { fraction = -x + n / fraction }
    return -x * x / 2 - 0.9189385332046727 - Elementary.log(fraction)
  }

  @usableFromInline
  typealias Coefficients = (Double, Double, Double, Double, Double, Double, Double, Double)

  @inlinable
  static func ratio(_ r: Double, _ a: Coefficients, _ b: Coefficients) -> Double {
    polynomial(r, a) / polynomial(r, b)
  }

  @inlinable
  static func polynomial(_ r: Double, _ c: Coefficients) -> Double {
    ((((((c.7 * r + c.6) * r + c.5) * r + c.4) * r + c.3) * r + c.2) * r + c.1) * r + c.0
  }

  @usableFromInline static let centreAbove: Coefficients = (
    3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3
  )
  @usableFromInline static let centreBelow: Coefficients = (
    1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
    5.2264952788528545610e3
  )
  @usableFromInline static let tailAbove: Coefficients = (
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
    3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4
  )
  @usableFromInline static let tailBelow: Coefficients = (
    1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
    1.05075007164441684324e-9
  )
  @usableFromInline static let farAbove: Coefficients = (
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7
  )
  @usableFromInline static let farBelow: Coefficients = (
    1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15
  )
}
