import Substrate

/// Sums of two terms over the voxels of a plane: m = Σ s and n = Σ λ s, s = Q_{j−1} T_{j−1} + Q_j T_j.
///
/// Every eighth column of a row is summed on its own, rows one after another: the result does not depend
/// on how rows are dealt to workers.
struct TermSums: Sendable {
  /// m, a sum for every eighth column, and n.
  var passed = SIMD8<Double>()
  var lost = SIMD8<Double>()
}
