import CLAPACK

/// How the rank of a number goes with that of each parameter, all others held.
///
///     ρ_i = −P_iy / √(P_ii P_yy),   P = C⁻¹
///
/// C is the matrix of correlations of the ranks of all parameters and the number; ties have their mean rank. ρ_i of a
/// parameter that does nothing follows t = ρ √(ν / (1 − ρ²)) of Student on ν = N − 1 − k degrees of freedom.
///
/// Source: Marino 2008, J Theor Biol 254:178, doi 10.1016/j.jtbi.2008.04.011.
public struct PartialRankCorrelation: Sendable {
  /// ρ of every parameter, and how likely one as far from 0 is by chance alone.
  public let coefficients: [Double], chances: [Double]

  /// The coefficients of points; `nil` where there are too few of them, or ranks that others make up.
  ///
  /// - Parameters:
  ///   - parameters: values by parameter, then point.
  ///   - values: the number at every point.
  public init?(parameters: [[Double]], values: [Double]) {
    let ranks = (parameters + [values]).map(Self.ranks)
    let size = ranks.count
    let degrees = values.count - 1 - parameters.count
    guard degrees >= 1 else { return nil }
    let centred = ranks.map { ranks -> [Double] in
      let mean = ranks.reduce(0, +) / Double(ranks.count)
      return ranks.map { $0 - mean }
    }
    let norms = centred.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    guard norms.allSatisfy({ $0 > 0 }) else { return nil }
    var matrix = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0..<size {
        matrix[i * size + j] =
          zip(centred[i], centred[j]).reduce(0) { $0 + $1.0 * $1.1 } / (norms[i] * norms[j])
      }
    }
    guard let inverse = Self.inverse(matrix, size) else { return nil }
    let last = size - 1
    let found = parameters.indices.map { i in
      -inverse[i * size + last]
        / (inverse[i * size + i] * inverse[last * size + last]).squareRoot()
    }
    coefficients = found
    chances = found.map { rho in
      let rest = max(1e-300, 1 - rho * rho)
      return StudentT(degrees: degrees).outside(
        rho.magnitude * (Double(degrees) / rest).squareRoot()
      )
    }
  }

  /// Ranks from 1; equal values have the mean of theirs.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for n in start...end { ranks[order[n]] = Double(start + end) / 2 + 1 }
      start = end + 1
    }
    return ranks
  }

  /// The inverse of a symmetric positive matrix; `nil` for one that is not, or all but singular.
  private static func inverse(_ matrix: [Double], _ size: Int) -> [Double]? {
    var factor = matrix
    var inverse = [Double](repeating: 0, count: size * size)
    for i in 0..<size { inverse[i * size + i] = 1 }
    guard Cholesky.factorise(&factor, size: size) else { return nil }
    guard (0..<size).allSatisfy({ factor[$0 * size + $0] > 1e-6 }) else { return nil }
    Cholesky.solve(factor, size: size, &inverse, columns: size)
    return inverse
  }
}

/// Factorisations of symmetric positive matrices by LAPACK, column by column in one array.
enum Cholesky {
  /// Replaces a matrix with its lower factor L, A = L Lᵀ; `false` where it is not positive.
  static func factorise(_ matrix: inout [Double], size: Int) -> Bool {
    var n = Int32(size)
    var info: Int32 = 0
    var uplo = CChar(UInt8(ascii: "L"))
    dpotrf_(&uplo, &n, &matrix, &n, &info)
    return info == 0
  }

  /// Replaces columns B with A⁻¹ B.
  static func solve(_ factor: [Double], size: Int, _ columns: inout [Double], columns count: Int) {
    var n = Int32(size)
    var right = Int32(count)
    var info: Int32 = 0
    var uplo = CChar(UInt8(ascii: "L"))
    dpotrs_(&uplo, &n, &right, factor, &n, &columns, &n, &info)
    precondition(info == 0, "sizes that LAPACK takes")
  }

  /// Replaces a column b with L⁻¹ b.
  static func solveLower(_ factor: [Double], size: Int, _ column: inout [Double]) {
    // Column by column, so that the inner loop goes along memory.
    factor.withUnsafeBufferPointer { factor in
      column.withUnsafeMutableBufferPointer { column in
        for j in 0..<size {
          let x = column[j] / factor[j * size + j]
          column[j] = x
          for i in (j + 1)..<max(j + 1, size) { column[i] -= factor[j * size + i] * x }
        }
      }
    }
  }
}
