import Substrate

/// A stage on a grid of several regions, with a conductance of its own between two voxels.
///
///     2 M T = d Σ_neighbours g (T_neighbour − T) + (2 − λ) T
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | g | `Conductances` | 1 | harmonic mean of both diffusivities over the largest, to 15 binary places |
/// | d | `neighbour` | 1 | 2 Δt D / (w h²), D the largest diffusivity |
/// | λ | `loss` | 1 | 2 Δt (loss − least loss) / w |
struct GradedStage: Sendable {
  /// d / 2¹⁵.
  let neighbour: Float
  let conductances: Conductances
  let old: Slab<Float>
  let new: Slab<Float>
  let loss: Slab<Float>

  /// Rows one after another whose neighbours stand alike, in numbers from each.
  struct Rows {
    /// The ghost before the first.
    let start: Int
    /// Numbers that they have.
    let count: Int
    let south, north, below, above: Int
  }

  /// Numbers of such rows, so that all that a stage does with them happens next to the core.
  private static let reach = 100000

  /// Calls `body` with the rows of a plane whose neighbours stand alike: the first row, the last, and those between.
  func forEachRun(_ plane: Stencil.Plane, _ body: (Rows) -> Void) {
    let last = plane.count - 1
    let few = max(1, Self.reach / plane.pitch)
    var row = plane.rows.lowerBound
    while row < plane.rows.upperBound {
      let stop = row == 0 ? 1 : row < last ? min(last, row + few) : plane.count
      let end = min(stop, plane.rows.upperBound)
      body(
        Rows(
          start: plane.start + row * plane.pitch,
          count: (end - row) * plane.pitch,
          south: row == 0 ? 0 : -plane.pitch,
          north: row == last ? 0 : plane.pitch,
          below: plane.below,
          above: plane.above
        )
      )
      row = end
    }
  }

  /// Writes T_{j+1} = 2 M T_j − T_{j−1} over T_{j−1}.
  func leap(_ rows: Rows) { apply(rows, isFirst: false) }

  /// T₁ = M T₀.
  func open(_ rows: Rows) { apply(rows, isFirst: true) }

  /// Made for a constant `isFirst`.
  @inline(__always)
  private func apply(_ rows: Rows, isFirst: Bool) {
    let count = rows.count
    let start = rows.start
    var old = old.mutableSpan(from: start, count: count)
    let g = conductances
    let west = g.west.span(from: start, count: count)
    let east = g.west.span(from: start + 1, count: count)
    let south = g.south.span(from: start, count: count)
    let north = g.south.span(from: start + g.pitch, count: count)
    let below = g.below.span(from: start, count: count)
    let above = g.below.span(from: start + g.plane, count: count)
    let here = new.span(from: start, count: count)
    let toWest = new.span(from: start - 1, count: count)
    let toEast = new.span(from: start + 1, count: count)
    let toSouth = new.span(from: start + rows.south, count: count)
    let toNorth = new.span(from: start + rows.north, count: count)
    let toBelow = new.span(from: start + rows.below, count: count)
    let toAbove = new.span(from: start + rows.above, count: count)
    let loss = loss.span(from: start, count: count)
    let d = neighbour
    for i in old.indices {
      let t = here[i]
      let x = Float(west[i]) * (toWest[i] - t) + Float(east[i]) * (toEast[i] - t)
      let y = Float(south[i]) * (toSouth[i] - t) + Float(north[i]) * (toNorth[i] - t)
      let z = Float(below[i]) * (toBelow[i] - t) + Float(above[i]) * (toAbove[i] - t)
      let doubled = d * (x + y + z) + (2 - loss[i]) * t
      old[i] = isFirst ? 0.5 * doubled : doubled - old[i]
    }
  }
}

/// Conductances between voxels and their neighbours on the low side of each axis, as shares of the
/// largest in units of 2⁻¹⁵; 0 at the low faces of the grid and, one beyond, at the high ones.
struct Conductances: Sendable {
  /// What 1 is.
  static let unit = 32_768.0

  let west, south, below: Slab<UInt16>
  let pitch, plane: Int

  init(_ numbers: Slab<UInt16>, _ lattice: Lattice) {
    let length = Self.length(lattice)
    west = numbers.part(from: 0, count: length)
    south = numbers.part(from: length, count: length)
    below = numbers.part(from: 2 * length, count: length)
    pitch = lattice.pitch
    plane = lattice.plane
  }

  /// Numbers along one axis.
  static func length(_ lattice: Lattice) -> Int { lattice.padded + lattice.plane + lattice.pitch }

  /// Sets the conductances of a plane from the regions of its voxels and a table of pairs of regions.
  func set(plane k: Int, _ lattice: Lattice, _ region: [UInt8], _ table: [UInt16], regions: Int) {
    for j in 0..<lattice.ny {
      let bare = lattice.bare(row: j, plane: k)
      let start = lattice.start(row: j, plane: k)
      for i in 0..<lattice.nx {
        let here = Int(region[bare + i]) * regions
        func share(_ isInside: Bool, _ stride: Int) -> UInt16 {
          isInside ? table[here + Int(region[bare + i - stride])] : 0
        }
        west[start + i] = share(i > 0, 1)
        south[start + i] = share(j > 0, lattice.nx)
        below[start + i] = share(k > 0, lattice.nx * lattice.ny)
      }
    }
  }

  /// Shares for every pair of regions.
  static func table(_ diffusivity: [Double]) -> [UInt16] {
    let largest = diffusivity.max() ?? 0
    return diffusivity.flatMap { a in
      diffusivity.map { b in
        guard a > 0, b > 0 else { return 0 }
        return UInt16((unit * 2 * a * b / ((a + b) * largest)).rounded())
      }
    }
  }
}
