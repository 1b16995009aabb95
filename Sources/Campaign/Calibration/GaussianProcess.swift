import Substrate

/// A number over the unit cube as a Gaussian process that has seen it at some places.
///
///     k(x, x') = s² (1 + √5 r + 5 r²/3) e^{−√5 r} + ν s² [x = x'],   r² = Σ ((x_i − x'_i) / ℓ_i)²
///     m(x)  = μ + kᵀ K⁻¹ (y − μ)
///     v(x)  = s² (1 + ν) − kᵀ K⁻¹ k
///
/// ℓ and ν are those of the largest marginal likelihood, s² and μ follow from them.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | ℓ, ν | `lengths`, `nugget` | 1 | Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, ISBN 026218253X, ch. 5 |
/// | s², μ | `variance`, `mean` | of the number | |
public struct GaussianProcess: Sendable {
  /// ℓ by coordinate, and ν.
  public let lengths: [Double], nugget: Double
  /// s² and μ.
  public let variance: Double, mean: Double
  /// Share of the places at which the number lies in the 95 % interval that all others give.
  public let leftOut: Double

  private let places: [[Double]]
  private let factor: [Double]
  private let weights: [Double]

  /// A process that has seen values at places; at least three of them.
  public init(places: [[Double]], values: [Double]) {
    precondition(places.count == values.count && places.count >= 3, "three places or more")
    let k = places[0].count
    var best: (logs: [Double], fit: Fit)?
    for start in [-1.0, 0.3] {
      var logs = [Double](repeating: start, count: k) + [-7.0]
      var fit = Fit(places, values, logs)
      var step = 1.0
      while step > 0.1 {
        var isBetter = false
        for i in logs.indices {
          for sign in [1.0, -1.0] {
            var tried = logs
            tried[i] += sign * step * (i == k ? 2 : 1)
            guard i == k ? (-16...0).contains(tried[i]) : (-3...2.5).contains(tried[i]) else {
              continue
            }
            let other = Fit(places, values, tried)
            if other.likelihood > fit.likelihood + 1e-9 {
              (logs, fit, isBetter) = (tried, other, true)
              break
            }
          }
        }
        if !isBetter { step /= 2 }
      }
      if best.map({ fit.likelihood > $0.fit.likelihood }) ?? true { best = (logs, fit) }
    }
    guard let best else { preconditionFailure("one start is the best") }
    lengths = best.logs.dropLast().map { Elementary.exp($0) }
    nugget = Elementary.exp(best.logs[k])
    variance = best.fit.variance
    mean = best.fit.mean
    factor = best.fit.factor
    weights = best.fit.weights
    self.places = places
    leftOut = best.fit.leftOut()
  }

  /// m(x), and v(x) less the part of v that is noise of single values.
  public func predict(_ place: [Double]) -> (mean: Double, variance: Double) {
    var k = places.map { Self.kernel(place, $0, lengths) }
    let mean = self.mean + zip(k, weights).reduce(0) { $0 + $1.0 * $1.1 }
    Cholesky.solveLower(factor, size: places.count, &k)
    let known = k.reduce(0) { $0 + $1 * $1 }
    return (mean, variance * max(1e-12, 1 - known))
  }

  /// k(x, x') / s² without ν.
  static func kernel(_ a: [Double], _ b: [Double], _ lengths: [Double]) -> Double {
    var squares = 0.0
    for i in a.indices {
      let d = (a[i] - b[i]) / lengths[i]
      squares += d * d
    }
    let r = (5 * squares).squareRoot()
    return (1 + r + r * r / 3) * Elementary.exp(-r)
  }

  /// The process at given ℓ and ν.
  private struct Fit {
    let likelihood: Double
    let variance: Double, mean: Double
    let factor: [Double]
    let weights: [Double]

    init(_ places: [[Double]], _ values: [Double], _ logs: [Double]) {
      let n = places.count
      let lengths = logs.dropLast().map { Elementary.exp($0) }
      let nugget = Elementary.exp(logs[logs.count - 1])
      var matrix = [Double](repeating: 0, count: n * n)
      for i in 0..<n {
        matrix[i * n + i] = 1 + nugget
        for j in 0..<i {
          let value = GaussianProcess.kernel(places[i], places[j], lengths)
          matrix[j * n + i] = value
          matrix[i * n + j] = value
        }
      }
      guard Cholesky.factorise(&matrix, size: n) else {
        (likelihood, variance, mean, factor, weights) = (-.infinity, 1, 0, matrix, [])
        return
      }
      var columns = values + [Double](repeating: 1, count: n)
      Cholesky.solve(matrix, size: n, &columns, columns: 2)
      let (solved, ones) = (columns[..<n], columns[n...])
      let mean = solved.reduce(0, +) / ones.reduce(0, +)
      let weights = zip(solved, ones).map { $0 - mean * $1 }
      let variance = max(
        1e-300,
        zip(values, weights).reduce(0) { $0 + ($1.0 - mean) * $1.1 } / Double(n)
      )
      var logarithm = 0.0
      for i in 0..<n { logarithm += Elementary.log(matrix[i * n + i]) }
      likelihood = -0.5 * Double(n) * Elementary.log(variance) - logarithm
      self.variance = variance
      self.mean = mean
      factor = matrix
      self.weights = weights
    }

    /// Share of the places at which the number lies in the 95 % interval that all others give.
    ///
    /// It follows from K⁻¹ (Rasmussen & Williams, eq. 5.12).
    func leftOut() -> Double {
      let n = weights.count
      var identity = [Double](repeating: 0, count: n * n)
      for i in 0..<n { identity[i * n + i] = 1 }
      Cholesky.solve(factor, size: n, &identity, columns: n)
      let within = (0..<n).filter { i in
        let diagonal = identity[i * n + i]
        return (weights[i] / diagonal).magnitude <= 1.959964 * (variance / diagonal).squareRoot()
      }
      return n == 0 ? 0 : Double(within.count) / Double(n)
    }
  }
}
