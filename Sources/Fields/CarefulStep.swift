import Substrate

/// A step in double precision, for where the rounding of single precision would show in the balance.
///
/// It applies the polynomial of the step to the same operator:
///
///     T₀ = r,   T₁ = M T₀,   T_{j+1} = 2 M T_j − T_{j−1}
///     2 M T = d Σ_neighbours g (T_neighbour − T) + (2 − λ) T,   λ = 2 Δt (u + b) / w
///
/// The recurrence adds up the rounding of all its stages, and where a step is long against the time in which a
/// voxel exchanges with its neighbours or with what is beyond a face, r is some thousand times what stays.
/// Concentrations are stored in single precision; what storing one voxel rounds off is added to the next, so
/// the sum of a plane is kept.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | d | `flow` | 1 | 2 Δt D / (w h²), D the largest diffusivity |
/// | g | `Conductances` | 1 | its share between two voxels; 1 where the grid is one region |
/// | u | `Workspace.integral` | 1/min | uptake, as the assembly in single precision found it |
/// | b | `Medium.conductance`, `.exchange` | 1/min | what a voxel exchanges at a face or in its region |
enum CarefulStage: Sendable {
  /// Finds r.
  case assemble
  /// Takes the first stage.
  case open
  /// Finds T of a number, from 2.
  case leap(Int)
  /// Adds the change to the concentrations.
  case commit
}

/// Sums over the voxels that a careful step gathers for the balance, per min of the step.
struct CarefulSums: Sendable {
  /// Σ c̄, nM, and Σ u c̄, nM/min, of the mean concentration c̄ of the step.
  private(set) var all = 0.0, taken = 0.0
  /// Σ b (c − level) at faces and in regions, nM/min: what goes out.
  private(set) var faces = 0.0, regions = 0.0

  /// Adds what the planes summed of a term of the recurrence, times its coefficient.
  mutating func add(_ space: Workspace, times share: Double) {
    all += share * space.sum(.termAll)
    taken += share * space.sum(.termTaken)
    faces += share * space.sum(.termFaces)
    regions += share * space.sum(.termRegions)
  }
}

extension CourseTask {
  /// Does a stage of a careful step on a plane.
  func run(_ stage: CarefulStage, plane k: Int, _ space: Workspace, _ terms: CarefulTerms) {
    switch stage {
    case .assemble: assemble(k, space, terms)
    case .open: advance(1, plane: k, space, terms)
    case .leap(let j): advance(j, plane: k, space, terms)
    case .commit: commit(k, space, terms)
    }
  }

  private var flow: Double { 2 * length * conductance / spectrum.half }
  private var fade: Double { 2 * length / spectrum.half }

  /// r of a plane, and the sums of what is there.
  private func assemble(_ k: Int, _ space: Workspace, _ terms: CarefulTerms) {
    let lattice = space.lattice
    let (row, layer) = (lattice.nx, lattice.nx * lattice.ny)
    let blood = exchange * medium.blood
    var sums = TermTally()
    var given = 0.0
    for j in 0..<lattice.ny {
      let bare = lattice.bare(row: j, plane: k)
      let start = lattice.start(row: j, plane: k)
      let c = space.fields.concentration.part(from: offset, count: layer * lattice.nz)
      for i in 0..<lattice.nx {
        let (here, at) = (bare + i, start + i)
        let x = Double(c[here])
        func come(_ isThere: Bool, _ share: Slab<UInt16>?, _ place: Int, _ stride: Int) -> Double {
          guard isThere else { return 0 }
          let part = share.map { Double($0[place]) / Conductances.unit } ?? 1
          return part == 0 ? 0 : part * (Double(c[here + stride]) - x)
        }
        let g = space.conductances
        let around =
          (come(i > 0, g?.west, at, -1) + come(i < lattice.nx - 1, g?.west, at + 1, 1))
          + (come(j > 0, g?.south, at, -row)
            + come(j < lattice.ny - 1, g?.south, at + lattice.pitch, row))
          + (come(k > 0, g?.below, at, -layer)
            + come(k < lattice.nz - 1, g?.below, at + lattice.plane, layer))
        let uptake = Double(space.integral[at])
        let source = Double(space.fields.source[offset + here])
        given += source
        terms.first[at] =
          length * (conductance * around + source + blood - (always + uptake) * x)
        sums.add(x, uptake: uptake)
      }
      forEachOpening(k, rows: j..<j + 1, lattice) { _, i, rate, level, isFace in
        let out = rate * (Double(c[bare + i]) - level)
        terms.first[start + i] -= length * out
        sums.add(passing: out, isFace: isFace)
      }
      lattice.close(row: j, plane: k, of: terms.first)
    }
    space.sums(of: k)[.secreted] = length * given
    sums.report(to: space.sums(of: k))
  }

  /// T_j on a plane from the two terms before it; T_{j−1} is summed and added to the change on the way.
  private func advance(_ j: Int, plane k: Int, _ space: Workspace, _ terms: CarefulTerms) {
    let lattice = space.lattice
    let (old, new) = (terms.term(j), terms.term(j - 1))
    let share = exact.change[j - 1]
    var sums = TermTally()
    for row in 0..<lattice.ny {
      let start = lattice.start(row: row, plane: k)
      apply(row: row, plane: k, space, old: old, new: new, isFirst: j == 1)
      let here = new.span(from: start, count: lattice.nx)
      let uptake = space.integral.span(from: start, count: lattice.nx)
      var change = terms.change.mutableSpan(from: start, count: lattice.nx)
      for i in here.indices {
        change[i] = (j == 1 ? 0 : change[i]) + share * here[i]
        sums.add(here[i], uptake: Double(uptake[i]))
      }
      let scale = (j == 1 ? 0.5 : 1) * fade
      forEachOpening(k, rows: row..<row + 1, lattice) { _, i, rate, _, isFace in
        let out = rate * new[start + i]
        old[start + i] -= scale * out
        sums.add(passing: out, isFace: isFace)
      }
      lattice.close(row: row, plane: k, of: old)
    }
    sums.report(to: space.sums(of: k))
  }

  /// 2 M T − T_old of a row but for what passes at its openings, or M T where it is the first.
  private func apply(
    row j: Int,
    plane k: Int,
    _ space: Workspace,
    old: Slab<Double>,
    new: Slab<Double>,
    isFirst: Bool
  ) {
    let lattice = space.lattice
    let start = lattice.start(row: j, plane: k)
    let count = lattice.nx
    let around = Neighbours(lattice, row: j, plane: k)
    let here = new.span(from: start - 1, count: count + 2)
    let south = new.span(from: start + around.south, count: count)
    let north = new.span(from: start + around.north, count: count)
    let below = new.span(from: start + around.below, count: count)
    let above = new.span(from: start + around.above, count: count)
    let uptake = space.integral.span(from: start, count: count)
    var old = old.mutableSpan(from: start, count: count)
    let (flow, fade) = (flow, fade)
    func finish(_ i: Int, _ x: Double, _ come: Double) -> Double {
      flow * come + (2 - fade * Double(uptake[i])) * x
    }
    if let g = space.conductances {
      for i in old.indices {
        let (x, at) = (here[i + 1], start + i)
        let come =
          (Double(g.west[at]) * (here[i] - x) + Double(g.west[at + 1]) * (here[i + 2] - x))
          + (Double(g.south[at]) * (south[i] - x)
            + Double(g.south[at + g.pitch]) * (north[i] - x))
          + (Double(g.below[at]) * (below[i] - x)
            + Double(g.below[at + g.plane]) * (above[i] - x))
        let doubled = finish(i, x, come / Conductances.unit)
        old[i] = isFirst ? 0.5 * doubled : doubled - old[i]
      }
    } else {
      for i in old.indices {
        let x = here[i + 1]
        let come =
          ((here[i] - x) + (here[i + 2] - x)) + ((south[i] - x) + (north[i] - x))
          + ((below[i] - x) + (above[i] - x))
        let doubled = finish(i, x, come)
        old[i] = isFirst ? 0.5 * doubled : doubled - old[i]
      }
    }
  }

  /// Adds the change of a plane; the old concentrations go where any step that may be taken back leaves them.
  private func commit(_ k: Int, _ space: Workspace, _ terms: CarefulTerms) {
    let lattice = space.lattice
    let plane = space.sums(of: k)
    plane.clearStep()
    let old = space.term(max(0, order - 1))
    let (last, share) = (terms.term(order - 1), exact.change[order - 1])
    var final = 0.0
    var rest = 0.0
    for j in 0..<lattice.ny {
      let start = lattice.start(row: j, plane: k)
      let bare = offset + lattice.bare(row: j, plane: k)
      let c = space.fields.concentration.part(from: bare, count: lattice.nx)
      for i in 0..<lattice.nx {
        let moved = terms.change[start + i] + share * last[start + i]
        old[start + i] = c[i]
        // A voxel in which nothing moves may be one that the factor cannot enter.
        if moved != 0 {
          let exact = Double(c[i]) + moved
          // What was rounded off before does not bring a voxel below zero.
          let sum = exact + rest < 0 && exact >= 0 ? exact : exact + rest
          c[i] = Float(sum)
          rest += exact - Double(c[i])
        }
        let after = Double(c[i])
        final += after
        plane[.largestChange] = max(plane[.largestChange], moved.magnitude)
        plane[.leastAfter] = min(plane[.leastAfter], after)
        plane[.negative] -= min(0, after)
        plane[.shift] += moved * moved
      }
    }
    plane[.final] = final
  }
}

/// Where a careful step works: two terms of the recurrence, T_j in `term(j)`, and the change.
struct CarefulTerms: Sendable {
  private let even, odd: Slab<Double>
  let change: Slab<Double>

  /// Numbers that they take on a lattice.
  static func numbers(for lattice: Lattice) -> Int { 3 * lattice.padded }

  init(_ numbers: Slab<Double>, _ lattice: Lattice) {
    func array(_ n: Int) -> Slab<Double> {
      numbers.part(from: n * lattice.padded, count: lattice.padded)
    }
    even = array(0)
    odd = array(1)
    change = array(2)
  }

  /// T₀.
  var first: Slab<Double> { even }

  /// The array of T_j.
  func term(_ j: Int) -> Slab<Double> { j % 2 == 0 ? even : odd }
}

/// What a plane sums of a term of the recurrence.
private struct TermTally {
  private var all = 0.0, taken = 0.0, faces = 0.0, regions = 0.0

  mutating func add(_ value: Double, uptake: Double) {
    all += value
    taken += uptake * value
  }

  mutating func add(passing out: Double, isFace: Bool) {
    if isFace { faces += out } else { regions += out }
  }

  func report(to plane: PlaneSums) {
    plane[.termAll] = all
    plane[.termTaken] = taken
    plane[.termFaces] = faces
    plane[.termRegions] = regions
  }
}

extension Lattice {
  /// Lets the ghosts of a row equal the voxels beside them: nothing passes.
  fileprivate func close(row j: Int, plane k: Int, of array: Slab<Double>) {
    let start = start(row: j, plane: k)
    array[start - 1] = array[start]
    array[start + nx] = array[start + nx - 1]
  }
}
