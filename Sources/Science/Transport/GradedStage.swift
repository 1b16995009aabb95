import Substrate

/// A stage on a grid of several regions: `Stage` with a conductance of its own between two voxels.
///
///     2 M = d Σ_neighbours g + κ,   κ = 2 − d Σ g − 2 Δt (loss − least loss) / w
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | g | `Conductances` | 1 | harmonic mean of both diffusivities over the largest, to 15 binary places |
/// | d | `neighbour` | 1 | of 6 significant binary places, so that d Σ g and κ are exact |
struct GradedStage: Sendable {
  /// d / 2¹⁵.
  let neighbour: Float
  let conductances: Conductances
  let old: Slab<Float>
  let new: Slab<Float>
  let diagonal: Slab<Float>

  /// Writes T_{j+1} = 2 M T_j − T_{j−1} over T_{j−1}.
  func leap(_ run: Stage.Run) {
    let count = run.count
    var old = old.mutableSpan(from: run.start, count: count)
    let g = conductances
    let west = g.west.span(from: run.start, count: count)
    let east = g.west.span(from: run.start + 1, count: count)
    let south = g.south.span(from: run.start, count: count)
    let north = g.south.span(from: run.start + g.pitch, count: count)
    let below = g.below.span(from: run.start, count: count)
    let above = g.below.span(from: run.start + g.plane, count: count)
    let here = new.span(from: run.start, count: count)
    let toWest = new.span(from: run.start - 1, count: count)
    let toEast = new.span(from: run.start + 1, count: count)
    let toSouth = new.span(from: run.start + run.south, count: count)
    let toNorth = new.span(from: run.start + run.north, count: count)
    let toBelow = new.span(from: run.start + run.below, count: count)
    let toAbove = new.span(from: run.start + run.above, count: count)
    let diagonal = diagonal.span(from: run.start, count: count)
    let d = neighbour
    for i in old.indices {
      let x = Float(west[i]) * toWest[i] + Float(east[i]) * toEast[i]
      let y = Float(south[i]) * toSouth[i] + Float(north[i]) * toNorth[i]
      let z = Float(below[i]) * toBelow[i] + Float(above[i]) * toAbove[i]
      old[i] = d * (x + y + z) + diagonal[i] * here[i] - old[i]
    }
  }

  /// Adds the terms T_{j−1} and T_j to the sums; they begin with the first two.
  func sum(
    _ run: Stage.Run,
    _ terms: Stage.Terms,
    change: Slab<Float>,
    integral: Slab<Float>,
    begins: Bool
  ) {
    let count = run.count
    let older = old.span(from: run.start, count: count)
    let newer = new.span(from: run.start, count: count)
    var change = change.mutableSpan(from: run.start, count: count)
    var integral = integral.mutableSpan(from: run.start, count: count)
    let p = terms.change
    let q = terms.integral
    let kept: Float = begins ? 0 : 1
    for i in older.indices {
      change[i] = kept * change[i] + (p.older * older[i] + p.newer * newer[i])
      integral[i] = kept * integral[i] + (q.older * older[i] + q.newer * newer[i])
    }
  }

  /// T₁ = M T₀; turns the loss that stands in the diagonal into κ on its way.
  ///
  /// - Returns: the largest |T₀ − T₁|.
  func open(_ run: Stage.Run, fall: Float, least: Float) -> Double {
    let g = conductances
    var largest: Float = 0
    for i in run.start..<run.start + run.count {
      let west = Float(g.west[i])
      let east = Float(g.west[i + 1])
      let south = Float(g.south[i])
      let north = Float(g.south[i + g.pitch])
      let below = Float(g.below[i])
      let above = Float(g.below[i + g.plane])
      let all = (west + east) + (south + north) + (below + above)
      let entry = (2 - neighbour * all) - fall * (diagonal[i] - least)
      let x = west * new[i - 1] + east * new[i + 1]
      let y = south * new[i + run.south] + north * new[i + run.north]
      let z = below * new[i + run.below] + above * new[i + run.above]
      let value = 0.5 * (neighbour * (x + y + z) + entry * new[i])
      diagonal[i] = entry
      old[i] = value
      largest = max(largest, (new[i] - value).magnitude)
    }
    return Double(largest)
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
