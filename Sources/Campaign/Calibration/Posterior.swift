import Substrate

/// Equally likely places of the unit cube that agree with what was observed.
public struct Posterior: Sendable {
  /// The places, with coordinates of what is fitted beside the model's values last, and what the model makes of the data
  /// there.
  public let places: [[Double]], predictions: [[Double]]
  /// Variance that predictions have beside the error of the data, by place and datum, of the logarithm where errors are;
  /// empty for none.
  public let variances: [[Double]]
  /// Places at which the model was evaluated, and for how many of them some datum is undefined.
  public let evaluated: Int, failed: Int
  /// Sentences on how it was come by.
  public let notes: [String]

  /// A posterior of some places, with how it was come by.
  package init(
    places: [[Double]],
    predictions: [[Double]],
    variances: [[Double]],
    evaluated: Int,
    failed: Int,
    notes: [String]
  ) {
    self.places = places
    self.predictions = predictions
    self.variances = variances
    self.evaluated = evaluated
    self.failed = failed
    self.notes = notes
  }

  /// The quantile of a number of every place.
  public static func quantile(_ values: [Double], _ p: Double) -> Double {
    let sorted = values.sorted()
    let exact = p * Double(sorted.count - 1)
    let below = Int(exact)
    let above = min(sorted.count - 1, below + 1)
    return sorted[below] + (exact - Double(below)) * (sorted[above] - sorted[below])
  }

  /// Means and covariances of places.
  static func moments(_ places: [[Double]]) -> (mean: [Double], covariance: [[Double]]) {
    let (n, k) = (Double(places.count), places[0].count)
    let mean = (0..<k).map { i in places.reduce(0) { $0 + $1[i] } / n }
    let covariance = (0..<k).map { i in
      (0..<k).map { j in
        places.reduce(0) { $0 + ($1[i] - mean[i]) * ($1[j] - mean[j]) } / max(1, n - 1)
      }
    }
    return (mean, covariance)
  }

  /// The lower factor of a covariance times a scale, by column; a little is added to its diagonal.
  static func factor(_ covariance: [[Double]], scale: Double) -> [Double] {
    let k = covariance.count
    var matrix = [Double](repeating: 0, count: k * k)
    for i in 0..<k {
      for j in 0..<k { matrix[j * k + i] = scale * covariance[i][j] + (i == j ? 1e-8 : 0) }
    }
    precondition(Cholesky.factorise(&matrix, size: k), "a covariance is positive")
    return matrix
  }

  /// A random step from a place.
  static func step(
    from place: [Double],
    _ factor: [Double],
    _ normal: (Int) -> Double
  ) -> [Double] {
    let k = place.count
    let z = (0..<k).map(normal)
    return (0..<k).map { i in
      (0...i).reduce(place[i]) { $0 + factor[$1 * k + i] * z[$1] }
    }
  }
}
