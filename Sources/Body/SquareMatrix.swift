/// A small matrix, row by row.
struct SquareMatrix: Sendable {
  let size: Int
  private var values: [Double]

  /// Zeros.
  init(size: Int) {
    self.size = size
    values = Array(repeating: 0, count: size * size)
  }

  /// The element of a row and a column.
  subscript(row: Int, column: Int) -> Double {
    get { values[row * size + column] }
    set { values[row * size + column] = newValue }
  }

  static func * (matrix: SquareMatrix, vector: [Double]) -> [Double] {
    (0..<matrix.size).map { i in
      (0..<matrix.size).reduce(0) { $0 + matrix[i, $1] * vector[$1] }
    }
  }

  static func * (a: SquareMatrix, b: SquareMatrix) -> SquareMatrix {
    var product = SquareMatrix(size: a.size)
    for i in 0..<a.size {
      for k in 0..<a.size where a[i, k] != 0 {
        for j in 0..<a.size { product[i, j] += a[i, k] * b[k, j] }
      }
    }
    return product
  }

  static func + (a: SquareMatrix, b: SquareMatrix) -> SquareMatrix {
    var sum = a
    for i in sum.values.indices { sum.values[i] += b.values[i] }
    return sum
  }

  static func * (factor: Double, a: SquareMatrix) -> SquareMatrix {
    var product = a
    for i in product.values.indices { product.values[i] *= factor }
    return product
  }

  /// P = exp(A t), R = ∫ exp(A s) ds and W = ∫ R ds over a time t.
  ///
  /// Their series over a time so short that it converges at once, and then over twice the time again and again:
  /// P(2t) = P², R(2t) = R + P R, W(2t) = W + t R + P W.
  func propagators(over time: Double) -> (SquareMatrix, SquareMatrix, SquareMatrix) {
    let largest =
      (0..<size).map { row in
        (0..<size).reduce(0) { $0 + self[row, $1].magnitude }
      }.max() ?? 0
    var (length, doublings) = (time, 0)
    while length * largest > 0.5 {
      length /= 2
      doublings += 1
    }
    var unit = SquareMatrix(size: size)
    for i in 0..<size { unit[i, i] = 1 }
    var (term, p) = (unit, unit)
    var r = length * unit
    var w = (length * length / 2) * unit
    for n in 1...16 {
      let n = Double(n)
      term = (length / n) * (term * self)
      p = p + term
      r = r + (length / (n + 1)) * term
      w = w + (length * length / ((n + 1) * (n + 2))) * term
    }
    for _ in 0..<doublings {
      w = w + length * r + p * w
      r = r + p * r
      p = p * p
      length *= 2
    }
    return (p, r, w)
  }
}
