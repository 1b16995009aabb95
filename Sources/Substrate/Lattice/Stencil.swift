import CStencil

/// Loops over padded arrays and the six neighbours of every number, in C for the widest registers that
/// the processor has; the numbers are the same on all.
///
/// With x in `now`, the six neighbours of each, and λ in `loss`; the arrays do not overlap:
///
///     y = d (Σ_neighbours − 6 x) + (2 − λ) x
public struct Stencil: Sendable {
  /// Some rows of a plane, and where its neighbours stand.
  @frozen
  public struct Plane: Sendable {
    /// The ghost before the first row of the plane.
    public let start: Int
    /// Rows of the plane, voxels in a row, and numbers from one row to the next, a multiple of 8.
    public let count, length, pitch: Int
    /// How far the planes before and after it are, in numbers; 0 at an end of the grid.
    public let below, above: Int
    /// The rows that are advanced.
    public let rows: Range<Int>

    /// Some rows of a plane whose neighbours are so many numbers away.
    @inlinable
    public init(
      start: Int,
      count: Int,
      length: Int,
      pitch: Int,
      below: Int,
      above: Int,
      rows: Range<Int>
    ) {
      precondition(
        pitch % 8 == 0 && length > 0 && length + 2 <= pitch && pitch <= length + 9,
        "rows that do not lie between two ghosts"
      )
      precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "rows beyond the plane")
      self.start = start
      self.count = count
      self.length = length
      self.pitch = pitch
      self.below = below
      self.above = above
      self.rows = rows
    }

    /// Where the rows begin that are advanced, and how many numbers they have.
    var extent: (start: Int, count: Int) { (start + rows.lowerBound * pitch, rows.count * pitch) }

    /// Lets the ghosts of the rows in an array equal the voxels beside them: nothing passes.
    ///
    /// What lies between the ghosts of two rows is unused; it is cleared at the start of a step lest it grow.
    public func close(_ array: Slab<Float>, clearing: Bool = false) {
      array.check(from: extent.start, count: extent.count)
      stencil_close(array.base + start, inC, clearing)
    }

    var inC: stencil_plane {
      stencil_plane(
        count: count,
        length: length,
        pitch: pitch,
        first: rows.lowerBound,
        end: rows.upperBound,
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
  public func leap(_ plane: Plane) {
    check(plane)
    stencil_leap(
      old.base + plane.start,
      now.base + plane.start,
      loss.base + plane.start,
      neighbour,
      plane.inC
    )
  }

  /// old ← y / 2.
  ///
  /// - Returns: the largest |x − y / 2| over the voxels.
  public func open(_ plane: Plane) -> Float {
    check(plane)
    stencil_open(
      old.base + plane.start,
      now.base + plane.start,
      loss.base + plane.start,
      neighbour,
      plane.inC
    )
    return fall(plane)
  }

  /// The largest difference between the two arrays over the voxels.
  public func fall(_ plane: Plane) -> Float {
    check(plane)
    return stencil_fall(now.base + plane.start, old.base + plane.start, plane.inC)
  }

  /// old ← y − old, and on the way both terms go to a change (from 0 where they are the first) and to sums.
  ///
  ///     change ← change + P_old old + P_now x,   s = Q_old old + Q_now x,   m ← m + Σ s,   n ← n + Σ λ s
  ///
  /// The sums are m for the voxels in every eighth column of the rows, and n: sixteen numbers.
  public func leap(
    _ plane: Plane,
    adding change: Shares,
    to sum: Slab<Float>,
    isFirst: Bool,
    adding integral: Shares,
    to sums: Slab<Double>
  ) {
    check(plane)
    sum.check(from: plane.extent.start, count: plane.extent.count)
    sums.check(from: 0, count: 16)
    stencil_leap_adding(
      old.base + plane.start,
      now.base + plane.start,
      loss.base + plane.start,
      sum.base + plane.start,
      neighbour,
      plane.inC,
      change.inC,
      integral.inC,
      isFirst,
      sums.base,
      sums.base + 8
    )
  }

  /// old ← y − old, and on the way both terms go to a change and to an integral of every number, from 0 where they
  /// are the first.
  ///
  ///     change ← change + P_old old + P_now x,   integral ← integral + Q_old old + Q_now x
  public func leap(
    _ plane: Plane,
    adding change: Shares,
    to sum: Slab<Float>,
    isFirst: Bool,
    exposing integral: Shares,
    to exposure: Slab<Float>
  ) {
    check(plane)
    sum.check(from: plane.extent.start, count: plane.extent.count)
    exposure.check(from: plane.extent.start, count: plane.extent.count)
    stencil_leap_exposing(
      old.base + plane.start,
      now.base + plane.start,
      loss.base + plane.start,
      sum.base + plane.start,
      exposure.base + plane.start,
      neighbour,
      plane.inC,
      change.inC,
      integral.inC,
      isFirst
    )
  }

  private func check(_ plane: Plane) {
    let (start, count) = plane.extent
    old.check(from: start, count: count)
    loss.check(from: start, count: count)
    let south = plane.rows.lowerBound > 0 ? -plane.pitch : 0
    let north = plane.rows.upperBound < plane.count ? plane.pitch : 0
    let low = min(-1, south, plane.below, plane.above)
    let high = max(1, north, plane.below, plane.above)
    now.check(from: start + low, count: count + high - low)
  }
}
