import Substrate

/// The quasi-steady scheme: backward Euler over the whole step, solved by multigrid.
///
///     (1 + Z) δ = r,   c(t + Δt) = c + δ,   ∫c dt = Δt (c + δ),   r = Δt (A c + f),   Z = −Δt A
///
/// A steady field stays; one that follows its sources is behind them by less than half a
/// step. Of a change of eigenvalue z less than a third is wrong, and 1/z of what is rough: the scheme serves
/// where a step changes a field by half the tolerance at most, or by twice the tolerance about single cells,
/// which is little root mean square (oxygen, a field at rest). Its price does not depend on how far a step
/// diffuses.
///
/// A cycle smooths twice, hands what is left (averaged over 2 × 2 × 2 voxels) to a grid of twice the
/// spacing, takes the correction back by linear interpolation and smooths twice. The two smoothings
/// take δ += ω (r − (1 + Z) δ) / (1 + loss + 6 d), ω = 1/(4/3 ± √2/3): the Chebyshev pair of the
/// eigenvalues that the coarser grid cannot see. Last, δ is shifted by a constant so that the sum of
/// what is left is zero and no mass is lost to the iteration.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | d | `Level.neighbour` | 1 | Δt D / h², a quarter of it on each coarser grid |
/// | ω | `weights` | 1 | Chebyshev over 2/3...2 (Trottenberg 2001, Multigrid, section 2.1) |
struct QuasiSteady: Sendable {
  /// One grid of the cycle.
  struct Level: Sendable {
    let lattice: Lattice
    let neighbour: Float
    /// δ, and room for the next δ.
    let value, next: Slab<Float>
    /// r, or what a finer grid left.
    let rest: Slab<Float>
    /// λ of each voxel.
    let loss: Slab<Float>
  }

  /// ω of the first and the second smoothing.
  static let weights: (Float, Float) = (0.5541, 1.1601)

  /// Smoothings and corrections of a cycle, in order; the cycle after the first begins with `descend`.
  enum Stage: Sendable {
    case begin, first, second, remainder, descend, coarse, correct, third, fourth, judge

    /// The stage after this one; the last leads into the next cycle.
    var next: Stage {
      switch self {
      case .begin: .first
      case .first: .second
      case .second: .remainder
      case .remainder: .descend
      case .descend: .coarse
      case .coarse: .correct
      case .correct: .third
      case .third: .fourth
      case .fourth: .judge
      case .judge: .descend
      }
    }
  }

  /// Δt times the loss that every voxel has.
  let always: Float
  /// Δt times the extra loss of a λ of 1: w / 2.
  let loss: Float

  /// The grids of a cycle, from the finest.
  ///
  /// The finest uses the arrays of the sweep (r in T₀, δ in `change`, λ in `loss`), the others
  /// lie in the array of the integral, which has room for them.
  struct Levels: Sendable {
    let count: Int
    private let space: Workspace
    private let neighbour: Double

    /// The grids of a workspace, D Δt / h² on the finest.
    init(_ space: Workspace, neighbour: Double) {
      count = Self.room(for: space.lattice).grids
      self.space = space
      self.neighbour = neighbour
    }

    /// How many grids a lattice has, and numbers that the coarser ones take.
    static func room(for lattice: Lattice) -> (grids: Int, numbers: Int) {
      var lattice = lattice
      var room = (grids: 1, numbers: 0)
      while max(lattice.nx, lattice.ny, lattice.nz) > 2 {
        lattice = lattice.coarser
        room.numbers += 4 * lattice.padded
        room.grids += 1
      }
      return room
    }

    subscript(position: Int) -> Level {
      var lattice = space.lattice
      var d = neighbour
      var used = 0
      for _ in 0..<position {
        used += lattice == space.lattice ? 0 : 4 * lattice.padded
        lattice = lattice.coarser
        d /= 4
      }
      func array(_ n: Int) -> Slab<Float> {
        space.integral.part(from: used + n * lattice.padded, count: lattice.padded)
      }
      return Level(
        lattice: lattice,
        neighbour: Float(d),
        value: position == 0 ? space.change : array(0),
        next: position == 0 ? space.term(1) : array(1),
        rest: position == 0 ? space.term(0) : array(2),
        loss: position == 0 ? space.loss : array(3)
      )
    }
  }

  /// δ after one smoothing, into `next`, on a plane; with no δ before where `begins`.
  func smooth(_ level: Level, plane k: Int, weight: Float, flipped: Bool, begins: Bool) {
    let lattice = level.lattice
    let from = flipped ? level.next : level.value
    let into = flipped ? level.value : level.next
    let d = level.neighbour
    let least = 1 + always
    for j in 0..<lattice.ny {
      let start = lattice.start(row: j, plane: k)
      let count = lattice.nx
      var value = into.mutableSpan(from: start, count: count)
      let rest = level.rest.span(from: start, count: count)
      let loss = level.loss.span(from: start, count: count)
      if begins {
        for i in value.indices {
          value[i] = weight * rest[i] / (least + self.loss * loss[i] + 6 * d)
        }
        continue
      }
      let around = Neighbours(lattice, row: j, plane: k)
      let here = from.span(from: start, count: count)
      let west = from.span(from: start - 1, count: count)
      let east = from.span(from: start + 1, count: count)
      let south = from.span(from: start + around.south, count: count)
      let north = from.span(from: start + around.north, count: count)
      let below = from.span(from: start + around.below, count: count)
      let above = from.span(from: start + around.above, count: count)
      for i in value.indices {
        let diagonal = least + self.loss * loss[i] + 6 * d
        let sum = (west[i] + east[i]) + (south[i] + north[i]) + (below[i] + above[i])
        value[i] = here[i] + weight * ((rest[i] + d * sum) / diagonal - here[i])
      }
    }
    lattice.plane(k, rows: 0..<lattice.ny).close(into)
  }

  /// What is left on a plane, r − (1 + Z) δ, into `next`.
  ///
  /// - Returns: its largest size and its sum, and the sum of λ.
  func remainder(_ level: Level, plane k: Int) -> (largest: Double, sum: Double, loss: Double) {
    let lattice = level.lattice
    let d = level.neighbour
    let least = 1 + always
    var largest: Float = 0
    var sum = 0.0
    var lost = 0.0
    for j in 0..<lattice.ny {
      let start = lattice.start(row: j, plane: k)
      let count = lattice.nx
      let around = Neighbours(lattice, row: j, plane: k)
      let value = level.value
      var left = level.next.mutableSpan(from: start, count: count)
      let rest = level.rest.span(from: start, count: count)
      let loss = level.loss.span(from: start, count: count)
      let here = value.span(from: start, count: count)
      let west = value.span(from: start - 1, count: count)
      let east = value.span(from: start + 1, count: count)
      let south = value.span(from: start + around.south, count: count)
      let north = value.span(from: start + around.north, count: count)
      let below = value.span(from: start + around.below, count: count)
      let above = value.span(from: start + around.above, count: count)
      for i in left.indices {
        let x = here[i]
        let flux =
          ((west[i] - x) + (east[i] - x)) + ((south[i] - x) + (north[i] - x))
          + ((below[i] - x) + (above[i] - x))
        left[i] = rest[i] + d * flux - (least + self.loss * loss[i]) * x
      }
      var row = 0.0
      for i in left.indices {
        row += Double(left[i])
        lost += Double(loss[i])
        largest = max(largest, left[i].magnitude)
      }
      sum += row
    }
    return (Double(largest), sum, lost)
  }

  /// Mean of what is left in the voxels of a finer grid under each voxel of a plane.
  func restrict(_ fine: Level, to coarse: Level, plane k: Int, loss: Bool) {
    let from = loss ? fine.loss : fine.next
    let into = loss ? coarse.loss : coarse.rest
    let (a, b) = (fine.lattice, coarse.lattice)
    for j in 0..<b.ny {
      for i in 0..<b.nx {
        var sum: Float = 0
        var count: Float = 0
        for z in 2 * k..<min(2 * k + 2, a.nz) {
          for y in 2 * j..<min(2 * j + 2, a.ny) {
            let start = a.start(row: y, plane: z)
            for x in 2 * i..<min(2 * i + 2, a.nx) {
              sum += from[start + x]
              count += 1
            }
          }
        }
        into[b.start(row: j, plane: k) + i] = sum / count
      }
    }
  }

  /// Adds the correction of a coarser grid to a plane of a finer one, by linear interpolation.
  func correct(_ fine: Level, by coarse: Level, plane k: Int) {
    let (a, b) = (fine.lattice, coarse.lattice)
    func other(_ i: Int, _ count: Int) -> Int {
      max(0, min(count - 1, i / 2 + (i % 2 == 0 ? -1 : 1)))
    }
    let e = coarse.value
    for j in 0..<a.ny {
      let near = (b.start(row: j / 2, plane: k / 2), b.start(row: other(j, b.ny), plane: k / 2))
      let far = (
        b.start(row: j / 2, plane: other(k, b.nz)),
        b.start(row: other(j, b.ny), plane: other(k, b.nz))
      )
      let count = b.nx
      let one = e.span(from: near.0 - 1, count: count + 2)
      let two = e.span(from: near.1 - 1, count: count + 2)
      let three = e.span(from: far.0 - 1, count: count + 2)
      let four = e.span(from: far.1 - 1, count: count + 2)
      let start = a.start(row: j, plane: k)
      var value = fine.value.mutableSpan(from: start, count: a.nx)
      func at(_ i: Int) -> Float {
        0.0625 * (9 * one[i] + 3 * (two[i] + three[i]) + four[i])
      }
      var before = at(0)
      var here = at(1)
      for i in 0..<count {
        let after = at(i + 2)
        value[2 * i] += 0.75 * here + 0.25 * before
        if 2 * i + 1 < a.nx { value[2 * i + 1] += 0.75 * here + 0.25 * after }
        before = here
        here = after
      }
    }
    a.plane(k, rows: 0..<a.ny).close(fine.value)
  }

  /// Does one stage of a cycle on the planes of the finest grid that belong to a piece of a team.
  func run(_ stage: Stage, _ levels: Levels, _ space: Workspace, piece: Int, of team: Int) {
    let level = levels[0]
    func planes(_ lattice: Lattice) -> Range<Int> {
      lattice.nz * piece / team..<lattice.nz * (piece + 1) / team
    }
    for k in planes(stage == .descend ? levels[1].lattice : level.lattice) {
      switch stage {
      case .begin: smooth(level, plane: k, weight: 1, flipped: true, begins: true)
      case .first, .third:
        smooth(level, plane: k, weight: Self.weights.0, flipped: false, begins: false)
      case .second, .fourth:
        smooth(level, plane: k, weight: Self.weights.1, flipped: true, begins: false)
      case .remainder, .judge:
        let left = remainder(level, plane: k)
        space.sums(of: k)[.largestRemainder] = left.largest
        space.sums(of: k)[.remainder] = left.sum
        space.sums(of: k)[.loss] = left.loss
      case .descend:
        restrict(level, to: levels[1], plane: k, loss: false)
        restrict(level, to: levels[1], plane: k, loss: true)
      case .coarse: break
      case .correct: correct(level, by: levels[1], plane: k)
      }
    }
    if stage == .coarse {
      for l in 1..<levels.count - 1 {
        for k in 0..<levels[l + 1].lattice.nz {
          restrict(levels[l], to: levels[l + 1], plane: k, loss: true)
        }
      }
      solve(levels, from: 1)
    }
  }

  /// One cycle on a grid and all that are coarser, from nothing.
  func solve(_ levels: Levels, from position: Int) {
    let level = levels[position]
    let planes = 0..<level.lattice.nz
    for k in planes { smooth(level, plane: k, weight: 1, flipped: true, begins: true) }
    guard position + 1 < levels.count else {
      for _ in 0..<8 { smoothTwice(level) }
      return
    }
    let coarse = levels[position + 1]
    smoothTwice(level)
    for k in planes { _ = remainder(level, plane: k) }
    for k in 0..<coarse.lattice.nz { restrict(level, to: coarse, plane: k, loss: false) }
    solve(levels, from: position + 1)
    for k in planes { correct(level, by: coarse, plane: k) }
    smoothTwice(level)
  }

  private func smoothTwice(_ level: Level) {
    for k in 0..<level.lattice.nz {
      smooth(level, plane: k, weight: Self.weights.0, flipped: false, begins: false)
    }
    for k in 0..<level.lattice.nz {
      smooth(level, plane: k, weight: Self.weights.1, flipped: true, begins: false)
    }
  }
}

/// Offsets from a voxel to its neighbours across rows and planes; itself where there is none.
struct Neighbours {
  let south, north, below, above: Int

  init(_ lattice: Lattice, row j: Int, plane k: Int) {
    south = j == 0 ? 0 : -lattice.pitch
    north = j == lattice.ny - 1 ? 0 : lattice.pitch
    below = k == 0 ? 0 : -lattice.plane
    above = k == lattice.nz - 1 ? 0 : lattice.plane
  }
}
