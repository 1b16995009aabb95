/// The lognormal distribution, by its mean m and its coefficient of variation c.
///
///     x = m exp(s z − s²/2),   s² = ln(1 + c²),   z standard normal
public enum LognormalDistribution {
  /// The number of a mean and coefficient of variation that belongs to a standard normal one.
  @inlinable
  public static func number(mean: Double, variation: Double, _ normal: Double) -> Double {
    let variance = Elementary.log(1 + variation * variation)
    return mean * Elementary.exp(variance.squareRoot() * normal - variance / 2)
  }
}
