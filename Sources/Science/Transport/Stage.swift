import Substrate

/// One stage of the recurrence that builds a polynomial of the operator, row by row.
///
///     T₁ = M T₀,   T_{j+1} = 2 M T_j − T_{j−1},   2 M = d Σ_neighbours g + κ
///     change += P_{j−1} T_{j−1} + P_j T_j,   integral += Q_{j−1} T_{j−1} + Q_j T_j
///
/// A neighbour beyond the grid is the voxel itself. T_{j+1} is written over T_{j−1}; the sums are
/// taken every second stage, when both terms are at hand.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | d | `neighbour` | 1 | 2 Δt D / (w h²), to 22 binary places |
/// | g | `Conductances` | 1 | share of d between two voxels; 1 where the grid is one region |
/// | κ | `diagonal` | 1 | 2 − d Σg − 2 Δt (loss − least loss) / w; exact where the loss is the least |
/// | P, Q | `Terms` | 1 | `StepPolynomial` |
struct Stage: Sendable {
  /// Where the numbers of a run of voxels and of their neighbours stand.
  struct Run: Sendable {
    var start, count: Int
    var south, north, below, above: Int
  }

  /// Coefficients of the two terms that are summed.
  struct Terms: Sendable {
    var change, integral: (older: Float, newer: Float)
  }

  /// d.
  let neighbour: Float
  /// T_{j+1}, over T_{j−1}.
  let old: Slab<Float>
  /// T_j.
  let new: Slab<Float>
  /// κ.
  let diagonal: Slab<Float>

  /// T_{j+1} = 2 M T_j − T_{j−1}
  func leap(_ run: Run) {
    let count = run.count
    var old = old.mutableSpan(from: run.start, count: count)
    let here = new.span(from: run.start, count: count)
    let west = new.span(from: run.start - 1, count: count)
    let east = new.span(from: run.start + 1, count: count)
    let south = new.span(from: run.start + run.south, count: count)
    let north = new.span(from: run.start + run.north, count: count)
    let below = new.span(from: run.start + run.below, count: count)
    let above = new.span(from: run.start + run.above, count: count)
    let diagonal = diagonal.span(from: run.start, count: count)
    let d = neighbour
    for i in old.indices {
      let around = (west[i] + east[i]) + (south[i] + north[i]) + (below[i] + above[i])
      old[i] = d * around + diagonal[i] * here[i] - old[i]
    }
  }

  /// The same, summing the terms T_{j−1} and T_j; sums begin with the first two.
  func leap(
    _ run: Run,
    summing terms: Terms,
    change: Slab<Float>,
    integral: Slab<Float>,
    begins: Bool
  ) {
    if begins {
      sum(run, terms, change, integral, kept: 0)
    } else {
      sum(run, terms, change, integral, kept: 1)
    }
  }

  /// Made for a constant `kept`.
  @inline(__always)
  private func sum(
    _ run: Run,
    _ terms: Terms,
    _ change: Slab<Float>,
    _ integral: Slab<Float>,
    kept: Int
  ) {
    let count = run.count
    var old = old.mutableSpan(from: run.start, count: count)
    var change = change.mutableSpan(from: run.start, count: count)
    var integral = integral.mutableSpan(from: run.start, count: count)
    let here = new.span(from: run.start, count: count)
    let west = new.span(from: run.start - 1, count: count)
    let east = new.span(from: run.start + 1, count: count)
    let south = new.span(from: run.start + run.south, count: count)
    let north = new.span(from: run.start + run.north, count: count)
    let below = new.span(from: run.start + run.below, count: count)
    let above = new.span(from: run.start + run.above, count: count)
    let diagonal = diagonal.span(from: run.start, count: count)
    let d = neighbour
    let p = terms.change
    let q = terms.integral
    for i in old.indices {
      let x = here[i]
      let before = old[i]
      let around = (west[i] + east[i]) + (south[i] + north[i]) + (below[i] + above[i])
      let changed = p.older * before + p.newer * x
      let gathered = q.older * before + q.newer * x
      change[i] = kept == 0 ? changed : change[i] + changed
      integral[i] = kept == 0 ? gathered : integral[i] + gathered
      old[i] = d * around + diagonal[i] * x - before
    }
  }

  /// T₁ = M T₀; turns the loss that stands in the diagonal into κ on its way.
  ///
  /// κ = `highest` − `fall` · (loss − least)
  ///
  /// - Returns: the largest |T₀ − T₁|.
  func open(_ run: Run, highest: Float, fall: Float, least: Float) -> Double {
    let count = run.count
    var first = old.mutableSpan(from: run.start, count: count)
    var diagonal = diagonal.mutableSpan(from: run.start, count: count)
    let here = new.span(from: run.start, count: count)
    let west = new.span(from: run.start - 1, count: count)
    let east = new.span(from: run.start + 1, count: count)
    let south = new.span(from: run.start + run.south, count: count)
    let north = new.span(from: run.start + run.north, count: count)
    let below = new.span(from: run.start + run.below, count: count)
    let above = new.span(from: run.start + run.above, count: count)
    let half = 0.5 * neighbour
    var largest = SIMD4<Float>()
    for i in stride(from: 0, to: count, by: 4) {
      let around =
        (west.four(at: i) + east.four(at: i)) + (south.four(at: i) + north.four(at: i))
        + (below.four(at: i) + above.four(at: i))
      let x = here.four(at: i)
      let entry = highest - fall * (diagonal.span.four(at: i) - least)
      let value = half * around + 0.5 * entry * x
      diagonal.setFour(at: i, to: entry)
      first.setFour(at: i, to: value)
      largest = largest.largest((x - value).magnitude.kept(count - i, else: 0))
    }
    return largest.top
  }
}
