import Substrate

/// One stage of the recurrence that builds a polynomial of the operator, on some rows of a plane.
///
///     T₁ = M T₀,   T_{j+1} = 2 M T_j − T_{j−1},   2 M = d (Σ_neighbours − 6) + 2 − λ
///
/// A neighbour beyond the grid is the voxel itself. T_{j+1} is written over T_{j−1}.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | d | `neighbour` | 1 | 2 Δt D / (w h²), to 22 binary places, so that 2 − 6 d is exact |
/// | λ | `loss` | 1 | 2 Δt (loss − least loss) / w |
struct Stage: Sendable {
  typealias Rows = Stencil.Rows

  /// T_{j+1}, over T_{j−1}, and T_j.
  private let old, new: Slab<Float>
  private let stencil: Stencil

  init(neighbour: Float, old: Slab<Float>, new: Slab<Float>, loss: Slab<Float>) {
    self.old = old
    self.new = new
    stencil = Stencil(neighbour: neighbour, old: old, now: new, loss: loss)
  }

  /// Writes T_{j+1} = 2 M T_j − T_{j−1} over T_{j−1}.
  func leap(_ rows: Rows) { stencil.leap(rows) }

  /// The same, adding T_{j−1} and T_j to the change and to sums over the voxels on its way.
  func leap(
    _ rows: Rows,
    adding pair: TermPair,
    to change: Slab<Float>,
    isFirst: Bool,
    into sums: Slab<Double>
  ) {
    stencil.leap(
      rows,
      adding: pair.change,
      to: change,
      isFirst: isFirst,
      adding: pair.integral,
      to: sums
    )
  }

  /// T₁ = M T₀.
  ///
  /// - Returns: the largest |T₀ − T₁|.
  func open(_ rows: Rows) -> Double {
    stencil.open(rows)
    return Self.fall(from: new, to: old, rows)
  }

  /// The largest difference between two arrays over the voxels of some rows.
  static func fall(from first: Slab<Float>, to second: Slab<Float>, _ rows: Rows) -> Double {
    var largest = SIMD4<Float>()
    for j in 0..<rows.count {
      let start = rows.start + 1 + j * rows.pitch
      let a = first.fourLanes(from: start, count: rows.length)
      let b = second.fourLanes(from: start, count: rows.length)
      for i in stride(from: 0, to: a.whole, by: 4) {
        largest = largest.largest((a.read(i) - b.read(i)).magnitude)
      }
      if a.whole < a.count {
        let rest = a.read(a.whole, isLast: true) - b.read(a.whole, isLast: true)
        largest = largest.largest(rest.magnitude)
      }
    }
    return largest.top
  }
}
