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

  /// Writes T_{j+1} = 2 M T_j − T_{j−1} over T_{j−1}.
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
    let first = old.fours(from: run.start, count: count)
    let diagonal = diagonal.fours(from: run.start, count: count)
    let here = new.fours(from: run.start, count: count)
    let west = new.fours(from: run.start - 1, count: count)
    let east = new.fours(from: run.start + 1, count: count)
    let south = new.fours(from: run.start + run.south, count: count)
    let north = new.fours(from: run.start + run.north, count: count)
    let below = new.fours(from: run.start + run.below, count: count)
    let above = new.fours(from: run.start + run.above, count: count)
    let half = 0.5 * neighbour
    var largest = SIMD4<Float>()
    @inline(__always)
    func advance(_ i: Int, isLast: Bool) {
      let around =
        (west.read(i, isLast: isLast) + east.read(i, isLast: isLast))
        + (south.read(i, isLast: isLast) + north.read(i, isLast: isLast))
        + (below.read(i, isLast: isLast) + above.read(i, isLast: isLast))
      let x = here.read(i, isLast: isLast)
      let entry = highest - fall * (diagonal.read(i, isLast: isLast) - least)
      let value = half * around + 0.5 * entry * x
      diagonal.write(i, entry, isLast: isLast)
      first.write(i, value, isLast: isLast)
      largest = largest.largest((x - value).magnitude.kept(isLast ? count - i : 4, else: 0))
    }
    for i in stride(from: 0, to: here.whole, by: 4) { advance(i, isLast: false) }
    if here.whole < count { advance(here.whole, isLast: true) }
    return largest.top
  }
}
