import Substrate

/// How workers go through the stages of a step: several at once while the planes are at hand.
extension CourseTask {
  /// Numbers of a plane that a block of rows has, so that all stages of a sweep stay near the core.
  private static let window = 16384

  /// Numbers of a run of rows, so that all that a stage does with them happens next to the core.
  private static let reach = 100000

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
    let stage = stage(space, old: old, new: new)
    let graded = graded(space, old: old, new: new)
    let sums = space.sums(of: k).place(ofTerms: q)
    if rows.lowerBound == 0 { for i in 0..<sums.count { sums[i] = 0 } }
    forEachRun(k, rows, space.lattice) { run in
      if j % 2 == 1 {
        if let graded { graded.leap(run) } else { stage.leap(run) }
      } else if needsExposure {
        pair.add(to: space.change, run, isFirst: isFirst)
        pair.add(toIntegral: space.integral, run, isFirst: isFirst)
        if let graded { graded.leap(run) } else { stage.leap(run) }
      } else {
        stage.leap(run, adding: pair, to: space.change, isFirst: isFirst, into: sums)
      }
    }
    if j == order - 1 {
      commit(space, plane: k, rows: rows)
    } else {
      space.lattice.closeRows(of: old, plane: k, rows: rows)
    }
  }

  /// T₁ on a plane, and how far it is from T₀.
  func open(_ k: Int, _ space: Workspace) {
    let lattice = space.lattice
    let old = space.term(1)
    let new = space.term(0)
    let stage = stage(space, old: old, new: new)
    let graded = graded(space, old: old, new: new)
    var largest = 0.0
    forEachRun(k, 0..<lattice.ny, lattice) { run in
      largest = max(largest, graded?.open(run) ?? stage.open(run))
    }
    space.sums(of: k)[.largestFall] = largest
    lattice.closeRows(of: old, plane: k, rows: 0..<lattice.ny, clearing: true)
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

  private func stage(_ space: Workspace, old: Slab<Float>, new: Slab<Float>) -> Stage {
    Stage(neighbour: neighbour, old: old, new: new, loss: space.loss)
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

  /// Calls `body` with runs of rows whose neighbours lie alike: the first row of a plane, the last, and
  /// those between.
  private func forEachRun(
    _ k: Int,
    _ rows: Range<Int>,
    _ lattice: Lattice,
    _ body: (Stage.Rows) -> Void
  ) {
    let last = lattice.ny - 1
    func run(_ rows: Range<Int>, south: Int, north: Int) {
      guard !rows.isEmpty else { return }
      body(
        Stage.Rows(
          start: lattice.start(row: rows.lowerBound, plane: k) - 1,
          count: rows.count,
          length: lattice.nx,
          pitch: lattice.pitch,
          south: south,
          north: north,
          below: k == 0 ? 0 : -lattice.plane,
          above: k == lattice.nz - 1 ? 0 : lattice.plane
        )
      )
    }
    guard last > 0 else { return run(rows, south: 0, north: 0) }
    run(rows.clamped(to: 0..<1), south: 0, north: lattice.pitch)
    let inner = rows.clamped(to: 1..<last)
    let few = max(1, Self.reach / lattice.pitch)
    for row in stride(from: inner.lowerBound, to: inner.upperBound, by: few) {
      let few = row..<min(row + few, inner.upperBound)
      run(few, south: -lattice.pitch, north: lattice.pitch)
    }
    run(rows.clamped(to: last..<last + 1), south: -lattice.pitch, north: 0)
  }
}
