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
///
/// Its loops are functions of their own, never part of a caller: in a large one the optimiser leaves the
/// checks of spans in the loop, and a stage takes six times as long.
struct Stage: Sendable {
  /// Rows of a plane one after another, and where their neighbours stand.
  struct Rows: Sendable {
    /// The ghost before the first row.
    var start: Int
    var count: Int
    /// Voxels in a row, and numbers from one row to the next.
    var length, pitch: Int
    var south, north, below, above: Int
  }

  /// d.
  let neighbour: Float
  /// T_{j+1}, over T_{j−1}.
  let old: Slab<Float>
  /// T_j.
  let new: Slab<Float>
  /// λ.
  let loss: Slab<Float>

  /// Writes T_{j+1} = 2 M T_j − T_{j−1} over T_{j−1}.
  @inline(never)
  func leap(_ rows: Rows) { apply(rows, isFirst: false) }

  /// T₁ = M T₀.
  ///
  /// - Returns: the largest |T₀ − T₁|.
  @inline(never)
  func open(_ rows: Rows) -> Double {
    apply(rows, isFirst: true)
    return Self.fall(from: new, to: old, rows)
  }

  /// Made for a constant `isFirst`.
  @inline(__always)
  private func apply(_ rows: Rows, isFirst: Bool) {
    let count = rows.count * rows.pitch
    var old = old.mutableSpan(from: rows.start, count: count)
    let here = new.span(from: rows.start, count: count)
    let west = new.span(from: rows.start - 1, count: count)
    let east = new.span(from: rows.start + 1, count: count)
    let south = new.span(from: rows.start + rows.south, count: count)
    let north = new.span(from: rows.start + rows.north, count: count)
    let below = new.span(from: rows.start + rows.below, count: count)
    let above = new.span(from: rows.start + rows.above, count: count)
    let loss = loss.span(from: rows.start, count: count)
    let d = neighbour
    let rest = 2 - 6 * neighbour
    for i in old.indices {
      let around = (west[i] + east[i]) + (south[i] + north[i]) + (below[i] + above[i])
      let doubled = d * around + (rest - loss[i]) * here[i]
      old[i] = isFirst ? 0.5 * doubled : doubled - old[i]
    }
  }

  /// The same, adding T_{j−1} and T_j to the change and to sums over the voxels on its way.
  @inline(never)
  func leap(
    _ rows: Rows,
    adding pair: TermPair,
    to change: Slab<Float>,
    isFirst: Bool,
    into sums: inout TermSums
  ) {
    if isFirst {
      leap(rows, pair, change, kept: false, &sums)
    } else {
      leap(rows, pair, change, kept: true, &sums)
    }
  }

  /// Made for a constant `kept`.
  @inline(__always)
  private func leap(
    _ rows: Rows,
    _ pair: TermPair,
    _ change: Slab<Float>,
    kept: Bool,
    _ sums: inout TermSums
  ) {
    let count = rows.count * rows.pitch
    let old = old.fours(from: rows.start, count: count)
    let here = new.fours(from: rows.start, count: count)
    let west = new.fours(from: rows.start - 1, count: count)
    let east = new.fours(from: rows.start + 1, count: count)
    let south = new.fours(from: rows.start + rows.south, count: count)
    let north = new.fours(from: rows.start + rows.north, count: count)
    let below = new.fours(from: rows.start + rows.below, count: count)
    let above = new.fours(from: rows.start + rows.above, count: count)
    let loss = loss.fours(from: rows.start, count: count)
    let change = change.fours(from: rows.start, count: count)
    let d = neighbour
    let rest = 2 - 6 * neighbour
    let p = pair.change
    let q = pair.integral
    @inline(__always)
    func advance(
      _ i: Int,
      _ passed: inout SIMD4<Float>,
      _ lost: inout SIMD4<Float>,
      _ voxels: TermSums.Lanes,
      isEnd: Bool
    ) {
      let x = here.read(i)
      let before = old.read(i)
      let changed = p.older * before + p.newer * x
      change.write(i, kept ? change.read(i) + changed : changed)
      var terms = q.older * before + q.newer * x
      if isEnd { terms = terms.kept(voxels) }
      let lambda = loss.read(i)
      passed += terms
      lost += lambda * terms
      let around =
        (west.read(i) + east.read(i)) + (south.read(i) + north.read(i))
        + (below.read(i) + above.read(i))
      old.write(i, d * around + (rest - lambda) * x - before)
    }
    let ends = TermSums.Ends(length: rows.length, pitch: rows.pitch)
    for row in 0..<rows.count {
      let start = row * rows.pitch
      var low = (passed: SIMD4<Float>(), lost: SIMD4<Float>())
      var high = low
      advance(start, &low.passed, &low.lost, ends.first.low, isEnd: true)
      advance(start + 4, &high.passed, &high.lost, ends.first.high, isEnd: true)
      let last = start + ends.end
      var i = start + 8
      while i < last {
        let part = min(last, i + 2 * Fours.few)
        while i < part {
          advance(i, &low.passed, &low.lost, ends.last.low, isEnd: false)
          advance(i &+ 4, &high.passed, &high.lost, ends.last.low, isEnd: false)
          i &+= 8
        }
        sums.add(low.passed, high.passed, low.lost, high.lost)
        low = (SIMD4(), SIMD4())
        high = low
      }
      if ends.end > 0 {
        advance(i, &low.passed, &low.lost, ends.last.low, isEnd: true)
        advance(i &+ 4, &high.passed, &high.lost, ends.last.high, isEnd: true)
      }
      sums.add(low.passed, high.passed, low.lost, high.lost)
    }
  }

  /// The largest difference between two arrays over the voxels of some rows.
  static func fall(from first: Slab<Float>, to second: Slab<Float>, _ rows: Rows) -> Double {
    var largest = SIMD4<Float>()
    for j in 0..<rows.count {
      let start = rows.start + 1 + j * rows.pitch
      let a = first.fours(from: start, count: rows.length)
      let b = second.fours(from: start, count: rows.length)
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
