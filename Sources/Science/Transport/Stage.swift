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

  /// The same, summing the terms T_{j−1} and T_j.
  func leap(
    _ run: Run,
    summing terms: Terms,
    change: Slab<Float>,
    integral: Slab<Float>
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
      change[i] += p.older * before + p.newer * x
      integral[i] += q.older * before + q.newer * x
      old[i] = d * around + diagonal[i] * x - before
    }
  }

  /// T₁ = M T₀; turns the loss that stands in the diagonal into κ on its way.
  ///
  /// κ = `highest` − `fall` · (loss − least)
  func open(_ run: Run, highest: Float, fall: Float, least: Float) {
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
    let d = neighbour
    for i in first.indices {
      let around = (west[i] + east[i]) + (south[i] + north[i]) + (below[i] + above[i])
      let entry = highest - fall * (diagonal[i] - least)
      diagonal[i] = entry
      first[i] = 0.5 * (d * around + entry * here[i])
    }
  }
}
