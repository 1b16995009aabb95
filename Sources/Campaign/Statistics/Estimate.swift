/// A number estimated from replicates, and the interval that holds it with 95 % confidence.
public struct Estimate: Sendable, Equatable {
  /// The number; `nil` where it is a ratio to nothing.
  public let value: Double?
  /// The interval; `nil` where it has no bounds.
  public let interval: ClosedRange<Double>?

  /// A number with its interval.
  public init(value: Double?, interval: ClosedRange<Double>?) {
    self.value = value
    self.interval = interval
  }

  /// The mean of two or more replicates.
  ///
  ///     ē ± t s / √n,   t of Student on n − 1 degrees of freedom
  public static func mean(of values: [Double]) -> Estimate {
    let sample = Moments(values, values)
    let half = (square(sample.count) * sample.xx / sample.count).squareRoot()
    return Estimate(value: sample.x, interval: sample.x - half...sample.x + half)
  }

  /// The ratio of the means of two quantities that were read together in two or more replicates, by
  /// Fieller's theorem (Fieller 1954, J R Stat Soc B 16:175).
  ///
  ///     all θ with (ē − θ d̄)² ≤ t² (s_ee − 2 θ s_ed + θ² s_dd) / n
  ///
  /// These lie between two bounds where d̄ itself differs significantly from zero; otherwise there is no such interval.
  ///
  /// - Parameters:
  ///   - numerators: e of each replicate.
  ///   - denominators: d of the same replicates.
  /// - Returns: ē / d̄ and its bounds.
  public static func ratio(of numerators: [Double], to denominators: [Double]) -> Estimate {
    let sample = Moments(numerators, denominators)
    let factor = square(sample.count) / sample.count
    let value = sample.y == 0 ? nil : sample.x / sample.y
    // θ²a − 2θb + c ≤ 0
    let a = sample.y * sample.y - factor * sample.yy
    let b = sample.x * sample.y - factor * sample.xy
    let c = sample.x * sample.x - factor * sample.xx
    guard a > 0 else { return Estimate(value: value, interval: nil) }
    let root = max(0, b * b - a * c).squareRoot()
    return Estimate(value: value, interval: (b - root) / a...(b + root) / a)
  }

  /// t² for an interval that holds 95 % on the degrees of freedom of so many replicates.
  private static func square(_ count: Double) -> Double {
    let count = Int(count)
    return count - 2 < squares.count ? squares[count - 2] : square(count)
  }

  /// The same for 2 replicates and on, as many as most runs have.
  private static let squares = (2...64).map { square($0) }

  private static func square(_ count: Int) -> Double {
    let t = StudentT(degrees: count - 1).quantile(0.975)
    return t * t
  }

  /// Means, variances and covariance of paired values.
  private struct Moments {
    let count: Double
    let x: Double, y: Double, xx: Double, xy: Double, yy: Double

    init(_ xs: [Double], _ ys: [Double]) {
      precondition(xs.count == ys.count && xs.count >= 2, "two pairs or more")
      let count = Double(xs.count)
      let x = xs.reduce(0, +) / count
      let y = ys.reduce(0, +) / count
      func moment(_ a: [Double], _ meanA: Double, _ b: [Double], _ meanB: Double) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / (count - 1)
      }
      self.count = count
      self.x = x
      self.y = y
      xx = moment(xs, x, xs, x)
      xy = moment(xs, x, ys, y)
      yy = moment(ys, y, ys, y)
    }
  }
}
