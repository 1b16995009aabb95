import Substrate

/// How workers go through the stages of the recurrence that builds a polynomial of the operator: several at once
/// while the planes are at hand.
///
///     T₁ = M T₀,   T_{j+1} = 2 M T_j − T_{j−1},   2 M = d (Σ_neighbours − 6) + 2 − λ
///
/// A neighbour beyond the grid is the voxel itself. T_{j+1} is written over T_{j−1}.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | d | `neighbour` | 1 | 2 Δt D / (w h²), to 22 binary places, so that 2 − 6 d is exact |
/// | λ | `Workspace.loss` | 1 | 2 Δt (loss − least loss) / w |
extension CourseTask {
  /// Numbers of a plane that a block of rows has, so that all stages of a sweep stay near the core.
  private static let window = 16384

  /// Takes some stages on a slab.
  ///
  /// The slab shrinks by a plane at its inner ends from stage to stage: what lies there waits for the
  /// seam. Rows are taken in blocks that move back by one from stage to stage for the same reason.
  func sweep(_ piece: Int, _ space: Workspace, _ first: Int, _ count: Int) {
    let lattice = space.lattice
    let planes = slab(piece, lattice)
    let block = max(16, Self.window / lattice.pitch)
    let isWhole = block >= lattice.ny
    for row in stride(from: 0, to: isWhole ? 1 : lattice.ny + count, by: block) {
      for k in planes.lowerBound..<planes.upperBound + count {
        for q in 0..<count {
          let low = piece == 0 ? 0 : planes.lowerBound + q
          let high = piece == team - 1 ? lattice.nz : planes.upperBound - q
          guard k - q >= low, k - q < high else { continue }
          let rows =
            isWhole
            ? 0..<lattice.ny
            : min(lattice.ny, max(0, row - q))..<min(lattice.ny, row + block - q)
          if !rows.isEmpty { advance(first, q, space, plane: k - q, rows: rows) }
        }
      }
    }
  }

  /// Takes the same stages where two slabs meet.
  func seam(_ piece: Int, _ space: Workspace, _ first: Int, _ count: Int) {
    let meeting = slab(piece + 1, space.lattice).lowerBound
    for q in 1..<max(1, count) {
      for k in meeting - q..<meeting + q {
        advance(first, q, space, plane: k, rows: 0..<space.lattice.ny)
      }
    }
  }

  /// T_j, j = `first` + `q`, on some rows of a plane; after the last, the step is done there.
  private func advance(
    _ first: Int,
    _ q: Int,
    _ space: Workspace,
    plane k: Int,
    rows: Range<Int>
  ) {
    let j = first + q
    let old = space.term(j)
    let new = space.term(j - 1)
    let pair = pair(j - 2, space)
    let isFirst = j == 2
    let sums = space.sums(of: k).place(ofTerms: q)
    if rows.lowerBound == 0 { for i in 0..<sums.count { sums[i] = 0 } }
    let plane = space.lattice.plane(k, rows: rows)
    let stencil = Stencil(neighbour: neighbour, old: old, now: new, loss: space.loss)
    if let graded = graded(space, old: old, new: new) {
      graded.forEachRun(plane) { run in
        if j % 2 == 0 {
          pair.add(run, to: space.change, toIntegral: space.integral, isFirst: isFirst)
        }
        graded.leap(run)
      }
    } else if j % 2 == 1 {
      stencil.leap(plane)
    } else if needsExposure {
      stencil.leap(
        plane,
        adding: pair.change,
        to: space.change,
        isFirst: isFirst,
        exposing: pair.integral,
        to: space.integral
      )
    } else {
      stencil.leap(
        plane,
        adding: pair.change,
        to: space.change,
        isFirst: isFirst,
        adding: pair.integral,
        to: sums
      )
    }
    if j == order - 1 {
      commit(space, plane: k, rows: rows)
    } else {
      plane.close(old)
    }
  }

  /// T₁ on a plane, and how far it is from T₀.
  func open(_ k: Int, _ space: Workspace) {
    let old = space.term(1)
    let new = space.term(0)
    let plane = space.lattice.plane(k, rows: 0..<space.lattice.ny)
    let stencil = Stencil(neighbour: neighbour, old: old, now: new, loss: space.loss)
    let fall: Float
    if let graded = graded(space, old: old, new: new) {
      graded.forEachRun(plane) { graded.open($0) }
      fall = stencil.fall(plane)
    } else {
      fall = stencil.open(plane)
    }
    space.sums(of: k)[.largestFall] = Double(fall)
    plane.close(old, clearing: true)
  }

  /// T_j and T_{j+1} with their coefficients.
  func pair(_ j: Int, _ space: Workspace) -> TermPair {
    func shares(_ series: [Float]) -> TermPair.Shares {
      func term(_ j: Int) -> Float { j < series.count ? series[j] : 0 }
      return .init(older: term(j), newer: term(j + 1))
    }
    return TermPair(
      change: shares(polynomialChange),
      integral: shares(polynomialIntegral),
      older: space.term(j),
      newer: space.term(j + 1)
    )
  }

  private func graded(_ space: Workspace, old: Slab<Float>, new: Slab<Float>) -> GradedStage? {
    space.conductances.map {
      GradedStage(
        neighbour: neighbour / Float(Conductances.unit),
        conductances: $0,
        old: old,
        new: new,
        loss: space.loss
      )
    }
  }
}
