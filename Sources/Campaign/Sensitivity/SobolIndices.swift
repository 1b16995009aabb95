import Substrate

/// How much of the variance of a number each parameter explains: alone, and with all others.
///
///     S_i = E[f_B (f_ABi − f_A)] / V
///     T_i = E[(f_A − f_ABi)²] / 2V
///     V   = variance of f over A and B
///
/// f is centred at its mean over A and B first, which takes most of the noise of S_i away.
///
/// | symbol | argument | unit | source |
/// |---|---|---|---|
/// | f_A, f_B | `a`, `b` | of the number | at the points of two independent matrices |
/// | f_ABi | `mixed` | of the number | at A with column i of B |
/// | S_i | `first` | 1 | Saltelli 2010, Comput Phys Commun 181:259, doi 10.1016/j.cpc.2009.09.018 |
/// | T_i | `total` | 1 | Jansen 1999, Comput Phys Commun 117:35, doi 10.1016/S0010-4655(98)00154-4 |
public struct SobolIndices: Sendable {
  /// An index with the interval that holds it with 95 % confidence.
  public struct Index: Sendable, Equatable {
    /// The index and its bounds.
    public let value: Double, low: Double, high: Double
  }

  /// S_i and T_i of every parameter.
  public let first: [Index], total: [Index]
  /// V.
  public let variance: Double

  /// The indices of a number that was computed at every point of the matrices.
  ///
  /// Intervals come of resampling whole rows of the matrices, by their normal approximation (Archer 1997, J Stat
  /// Comput Simul 58:99, doi 10.1080/00949659708811825).
  ///
  /// - Parameters:
  ///   - a: f_A by point.
  ///   - b: f_B by point.
  ///   - mixed: f_ABi by parameter, then point.
  ///   - resamples: samples that the intervals rest on.
  ///   - seed: seed of the resampling.
  ///   - workers: cores that share it; the result does not depend on them.
  public init(
    a: [Double],
    b: [Double],
    mixed: [[Double]],
    resamples: Int = 400,
    seed: UInt64,
    on workers: Workers = Workers(count: 1)
  ) {
    let count = a.count
    precondition(
      count >= 2 && b.count == count && mixed.allSatisfy { $0.count == count },
      "matrices of one length"
    )
    let mean = (a.reduce(0, +) + b.reduce(0, +)) / Double(2 * count)
    let (a, b) = (a.map { $0 - mean }, b.map { $0 - mean })
    let mixed = mixed.map { $0.map { $0 - mean } }
    let rows = Rows(a, b, mixed)
    let whole = rows.indices { $0 }
    variance = whole.variance
    let chance = Chance(seed: seed, replicate: 0)
    let samples = workers.map(resamples) { sample in
      rows.indices { row in
        let u = chance.block(.bootstrap, cell: UInt32(row), step: UInt32(sample)).uniform
        return min(count - 1, Int(u * Double(count)))
      }
    }
    func index(_ value: Double, _ parts: [Double]) -> Index {
      let mean = parts.reduce(0, +) / Double(parts.count)
      let squares = parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let half = 1.959964 * (squares / Double(max(1, parts.count - 1))).squareRoot()
      return Index(value: value, low: value - half, high: value + half)
    }
    first = mixed.indices.map { i in index(whole.first[i], samples.map { $0.first[i] }) }
    total = mixed.indices.map { i in index(whole.total[i], samples.map { $0.total[i] }) }
  }

  /// The rows of the matrices, each with its terms of the sums.
  private struct Rows: Sendable {
    /// Terms of a row: its sums over A and B, then of every parameter those of S and T.
    let terms: [Double]
    let parameters: Int, count: Int

    init(_ a: [Double], _ b: [Double], _ mixed: [[Double]]) {
      parameters = mixed.count
      count = a.count
      var terms: [Double] = []
      terms.reserveCapacity(count * (2 + 2 * parameters))
      for row in a.indices {
        terms.append(a[row] + b[row])
        terms.append(a[row] * a[row] + b[row] * b[row])
        for column in mixed {
          let step = column[row] - a[row]
          terms.append(b[row] * step)
          terms.append(step * step)
        }
      }
      self.terms = terms
    }

    /// Indices of as many rows as there are, picked by their number.
    func indices(_ pick: (Int) -> Int) -> (first: [Double], total: [Double], variance: Double) {
      let width = 2 + 2 * parameters
      var sums = [Double](repeating: 0, count: width)
      for n in 0..<count {
        let start = pick(n) * width
        for term in 0..<width { sums[term] += terms[start + term] }
      }
      let all = Double(2 * count)
      let mean = sums[0] / all
      let variance = sums[1] / all - mean * mean
      guard variance > 0 else {
        let none = [Double](repeating: 0, count: parameters)
        return (none, none, 0)
      }
      let n = Double(count)
      return (
        (0..<parameters).map { sums[2 + 2 * $0] / n / variance },
        (0..<parameters).map { sums[3 + 2 * $0] / n / (2 * variance) }, variance
      )
    }
  }
}
