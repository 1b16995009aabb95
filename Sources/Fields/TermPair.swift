import Substrate

/// Adds two terms of the recurrence to what they are summed to.
///
///     change += P_{j−1} T_{j−1} + P_j T_j
///     s = Q_{j−1} T_{j−1} + Q_j T_j,   integral += s
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | P, Q | `change`, `integral` | 1 | `StepPolynomial` |
struct TermPair: Sendable {
  typealias Shares = Stencil.Shares

  /// Coefficients of T_{j−1} and T_j.
  let change, integral: Shares
  /// T_{j−1} and T_j.
  let older, newer: Slab<Float>

  /// Adds the terms to the change and to the integral of every voxel, which begin with them where they are the first.
  func add(
    _ rows: GradedStage.Rows,
    to change: Slab<Float>,
    toIntegral integral: Slab<Float>,
    isFirst: Bool
  ) {
    add(self.change, to: change, rows, isFirst: isFirst)
    add(self.integral, to: integral, rows, isFirst: isFirst)
  }

  private func add(_ shares: Shares, to sum: Slab<Float>, _ rows: GradedStage.Rows, isFirst: Bool) {
    let count = rows.count
    let first = older.span(from: rows.start, count: count)
    let second = newer.span(from: rows.start, count: count)
    var sum = sum.mutableSpan(from: rows.start, count: count)
    let (p, q) = (shares.older, shares.newer)
    if isFirst {
      for i in sum.indices { sum[i] = p * first[i] + q * second[i] }
    } else {
      for i in sum.indices { sum[i] += p * first[i] + q * second[i] }
    }
  }
}
