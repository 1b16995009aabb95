import CStencil

/// Loops over padded arrays and the six neighbours of every number, in C for the widest registers that
/// the processor has; the numbers are the same on all.
///
/// With x in `now`, the six neighbours of each, and λ in `loss`; the arrays do not overlap:
///
///     y = d (Σ_neighbours − 6 x) + (2 − λ) x
public struct Stencil: Sendable {
  /// Rows of a plane one after another, and where their neighbours stand.
  public struct Rows: Sendable {
    /// The ghost before the first row.
    public let start: Int
    /// How many rows there are.
    public let count: Int
    /// Voxels in a row, and numbers from one row to the next, a multiple of 8.
    public let length, pitch: Int
    /// How far the neighbours of a number are from it.
    public let south, north, below, above: Int

    /// Rows whose neighbours are so many numbers away.
    public init(
      start: Int,
      count: Int,
      length: Int,
      pitch: Int,
      south: Int,
      north: Int,
      below: Int,
      above: Int
    ) {
      precondition(
        pitch % 8 == 0 && length > 0 && length + 2 <= pitch && pitch <= length + 9,
        "rows that do not lie between two ghosts"
      )
      self.start = start
      self.count = count
      self.length = length
      self.pitch = pitch
      self.south = south
      self.north = north
      self.below = below
      self.above = above
    }

    var numbers: Int { count * pitch }

    var inC: stencil_rows {
      stencil_rows(
        count: count,
        pitch: pitch,
        south: south,
        north: north,
        below: below,
        above: above
      )
    }
  }

  /// Coefficients of two terms.
  public struct Shares: Sendable {
    /// Of the term that is written over.
    public let older: Float
    /// Of the other.
    public let newer: Float

    /// Two coefficients.
    public init(older: Float, newer: Float) {
      self.older = older
      self.newer = newer
    }

    var inC: stencil_shares { stencil_shares(older: older, newer: newer) }
  }

  let neighbour: Float
  let old, now, loss: Slab<Float>

  /// The stencil of a conductance d.
  public init(neighbour: Float, old: Slab<Float>, now: Slab<Float>, loss: Slab<Float>) {
    self.neighbour = neighbour
    self.old = old
    self.now = now
    self.loss = loss
  }

  /// old ← y − old.
  public func leap(_ rows: Rows) {
    check(rows)
    stencil_leap(
      old.base + rows.start,
      now.base + rows.start,
      loss.base + rows.start,
      neighbour,
      rows.inC
    )
  }

  /// old ← y / 2.
  public func open(_ rows: Rows) {
    check(rows)
    stencil_open(
      old.base + rows.start,
      now.base + rows.start,
      loss.base + rows.start,
      neighbour,
      rows.inC
    )
  }

  /// old ← y − old, and on the way both terms go to a change (from 0 where they are the first) and to sums.
  ///
  ///     change ← change + P_old old + P_now x,   s = Q_old old + Q_now x,   m ← m + Σ s,   n ← n + Σ λ s
  ///
  /// The sums are m for the voxels in every eighth column of the rows, and n: sixteen numbers.
  public func leap(
    _ rows: Rows,
    adding change: Shares,
    to sum: Slab<Float>,
    isFirst: Bool,
    adding integral: Shares,
    to sums: Slab<Double>
  ) {
    check(rows)
    sum.check(from: rows.start, count: rows.numbers)
    sums.check(from: 0, count: 16)
    stencil_leap_adding(
      old.base + rows.start,
      now.base + rows.start,
      loss.base + rows.start,
      sum.base + rows.start,
      neighbour,
      rows.inC,
      rows.length,
      change.inC,
      integral.inC,
      isFirst,
      sums.base,
      sums.base + 8
    )
  }

  private func check(_ rows: Rows) {
    old.check(from: rows.start, count: rows.numbers)
    loss.check(from: rows.start, count: rows.numbers)
    let low = min(-1, rows.south, rows.north, rows.below, rows.above)
    let high = max(1, rows.south, rows.north, rows.below, rows.above)
    now.check(from: rows.start + low, count: rows.numbers + high - low)
  }
}
