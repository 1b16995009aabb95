import Substrate

/// What a step ends with: the concentrations after it, and what came and went.
///
///     c ← c + P(Z) r,   ∫c dt = Δt (c + Q(Z) r);   quasi-steady: c ← c + δ, ∫c dt = Δt (c + δ)
///
/// Uptake that saturates is taken at the rate V / (K + c̄) for the whole step, c̄ the mean found by the try
/// before. What that leaves wrong is Δt abs(V / (K + c̄) − rate) c̄, and where c goes by Δc through the step
/// Δt V (Δc / (K + c̄))² / 12, the covariance of rate and concentration.
///
/// Where voxels exchange at rates of their own, or saturate, ∫c dt is known for each; elsewhere the sums
/// over the terms (`TermSums`) are enough, or over c + δ with λ.
extension CourseTask {
  /// Commits some rows of a plane.
  ///
  /// Since the step may have to be taken back, the old concentrations go to the last term, and where voxels
  /// exchange or saturate, their mean over the step less the old ones to the array of changes.
  func commit(_ space: Workspace, plane k: Int, rows: Range<Int>) {
    if needsExposure {
      commit(space, plane: k, rows: rows, isPlain: false)
    } else {
      commit(space, plane: k, rows: rows, isPlain: true)
    }
  }

  /// Made for a constant: whether sums over the terms are enough.
  @inline(always)
  private func commit(_ space: Workspace, plane k: Int, rows: Range<Int>, isPlain: Bool) {
    let lattice = space.lattice
    let sums = space.sums(of: k)
    if rows.lowerBound == 0 { sums.clearStep() }
    var tally = Tally()
    if !isPlain, halfSaturation > 0, hasOpenings {
      // What a voxel exchanges is no uptake.
      forEachOpening(k, rows: rows, lattice) { j, i, rate, _, _ in
        space.loss[lattice.start(row: j, plane: k) + i] -= fall * Float(rate)
      }
    }
    let parts = (lattice.nx + FourLanes.few - 1) / FourLanes.few
    for part in rows.lowerBound * parts..<rows.upperBound * parts {
      let first = part % parts * FourLanes.few
      let row = Committed(
        self,
        space,
        bare: offset + lattice.bare(row: part / parts, plane: k) + first,
        start: lattice.start(row: part / parts, plane: k) + first,
        count: min(FourLanes.few, lattice.nx - first)
      )
      if !isPlain, row.hasTerms {
        row.commit(&tally, isPlain: false, hasTerms: true)
      } else if !isPlain || order == 0 {
        row.commit(&tally, isPlain: isPlain, hasTerms: false)
      } else if row.isSummed {
        row.commitTerms(&tally, isSummed: true)
      } else {
        row.commitTerms(&tally, isSummed: false)
      }
      tally.endPart(sums, passes: !(isPlain && row.isSummed))
    }
    tally.report(to: sums)
    if !isPlain, hasOpenings { exchange(space, plane: k, rows: rows) }
  }

  /// Some voxels of a row that is committed.
  private struct Committed {
    let c, even, odd, change, integral, sink, loss, old: FourLanes
    let capacity: FourLanes?
    let count: Int
    let isQuasiSteady, hasTerms: Bool
    /// Whether the sums over the terms are complete: where the order is odd.
    let isSummed: Bool
    /// The terms that no stage has summed yet: the last, and the one before where it is odd.
    let p, q: TermPair.Shares
    let dt, shift, fall, halfSaturation: Float

    @inline(always)
    init(_ task: CourseTask, _ space: Workspace, bare: Int, start: Int, count: Int) {
      let order = task.order
      let rest = task.pair(max(0, order - 1) / 2 * 2, space)
      p = rest.change
      q = rest.integral
      c = space.fields.concentration.fourLanes(from: bare, count: count)
      even = space.term(0).fourLanes(from: start, count: count)
      odd = space.term(1).fourLanes(from: start, count: count)
      change = space.change.fourLanes(from: start, count: count)
      integral = space.integral.fourLanes(from: start, count: count)
      sink = space.fields.sink.fourLanes(from: bare, count: count)
      loss = space.loss.fourLanes(from: start, count: count)
      capacity = space.fields.capacity?.fourLanes(from: bare, count: count)
      old = space.term(max(0, order - 1)).fourLanes(from: start, count: count)
      self.count = count
      isQuasiSteady = task.isQuasiSteady
      hasTerms = order > 0
      isSummed = !task.isQuasiSteady && order % 2 == 1
      dt = Float(task.length)
      shift = task.shift
      fall = task.fall
      halfSaturation = task.halfSaturation
    }

    /// Commits the totals of the terms, where sums over them are enough.
    @inline(always)
    func commitTerms(_ tally: inout Tally, isSummed: Bool) {
      let ofChange = (SIMD4(repeating: p.older), SIMD4(repeating: p.newer))
      let ofIntegral = (SIMD4(repeating: q.older), SIMD4(repeating: q.newer))
      @inline(always)
      func commit(_ i: Int, isLast: Bool) {
        let before = c.read(i, isLast: isLast)
        let a = even.read(i, isLast: isLast)
        let b = odd.read(i, isLast: isLast)
        let moved = change.read(i, isLast: isLast) + (ofChange.0 * a + ofChange.1 * b)
        let after = before + moved
        old.write(i, before, isLast: isLast)
        c.write(i, after, isLast: isLast)
        tally.add(after, moved)
        guard !isSummed else { return }
        let gathered = ofIntegral.0 * a + ofIntegral.1 * b
        tally.add(exposure: gathered, loss.read(i, isLast: isLast) * gathered)
      }
      var i = 0
      while i < c.whole {
        commit(i, isLast: false)
        i &+= 4
      }
      if c.whole < count { commit(c.whole, isLast: true) }
    }

    /// Commits all voxels; made for constants.
    @inline(always)
    func commit(_ tally: inout Tally, isPlain: Bool, hasTerms: Bool) {
      var i = 0
      while i < c.whole {
        commit(i, &tally, isPlain: isPlain, hasTerms: hasTerms, isLast: false)
        i &+= 4
      }
      guard c.whole < count else { return }
      commit(c.whole, &tally, isPlain: isPlain, hasTerms: hasTerms, isLast: true)
    }

    /// Commits four voxels, or the last.
    @inline(always)
    private func commit(
      _ i: Int,
      _ tally: inout Tally,
      isPlain: Bool,
      hasTerms: Bool,
      isLast: Bool
    ) {
      let kept = isLast ? count - i : 4
      let before = c.read(i, isLast: isLast)
      var moved = SIMD4<Float>()
      var gathered = SIMD4<Float>()
      if !hasTerms, isQuasiSteady {
        moved = (change.read(i, isLast: isLast) + shift).kept(kept, else: 0)
        gathered = moved
      } else if hasTerms {
        let a = even.read(i, isLast: isLast)
        let b = odd.read(i, isLast: isLast)
        moved = change.read(i, isLast: isLast) + (p.older * a + p.newer * b)
        gathered = q.older * a + q.newer * b + integral.read(i, isLast: isLast)
      }
      let after = before + moved
      old.write(i, before, isLast: isLast)
      c.write(i, after, isLast: isLast)
      tally.add(after, moved)
      guard !isPlain else {
        tally.add(exposure: gathered, loss.read(i, isLast: isLast) * gathered)
        return
      }
      let exposure = dt * (before + gathered)
      var taken = sink.read(i, isLast: isLast)
      if halfSaturation > 0, let capacity {
        let middle = before + gathered
        let most = capacity.read(i, isLast: isLast)
        let beyond = halfSaturation + middle.largest(SIMD4())
        let wanted = taken + most / beyond
        taken = loss.read(i, isLast: isLast) / fall
        let bend = most * (moved / beyond) * (moved / beyond) / 12
        tally.see(mismatch: dt * (((wanted - taken) * middle).magnitude + bend))
      }
      change.write(i, gathered, isLast: isLast)
      integral.write(i, exposure, isLast: isLast)
      tally.add(exposure: exposure, taken * exposure)
    }
  }

  /// What a commit sums up, some columns of a row at a time, and the extremes it sees.
  private struct Tally {
    private var final = SIMD4<Float>()
    private var exposure = (all: SIMD4<Float>(), taken: SIMD4<Float>())
    private var change = SIMD4<Float>()
    private var shift = SIMD4<Float>()
    private var least = SIMD4<Float>()
    private var negative = SIMD4<Float>()
    private var mismatch = SIMD4<Float>()

    @inline(always)
    mutating func add(_ after: SIMD4<Float>, _ moved: SIMD4<Float>) {
      final += after
      change = change.largest(moved.magnitude)
      shift += moved * moved
      let below = after.least(SIMD4())
      least = least.least(below)
      negative -= below
    }

    @inline(always)
    mutating func add(exposure all: SIMD4<Float>, _ taken: SIMD4<Float>) {
      exposure.all += all
      exposure.taken += taken
    }

    @inline(always)
    mutating func see(mismatch seen: SIMD4<Float>) { mismatch = mismatch.largest(seen) }

    mutating func endPart(_ plane: PlaneSums, passes: Bool) {
      plane[.final] += final.total
      final = SIMD4()
      plane[.negative] += negative.total
      negative = SIMD4()
      plane[.shift] += shift.total
      shift = SIMD4()
      guard passes else { return }
      plane[.integral] += exposure.all.total
      plane[.takenUp] += exposure.taken.total
      exposure = (SIMD4(), SIMD4())
    }

    func report(to plane: PlaneSums) {
      plane[.largestChange] = max(plane[.largestChange], change.top)
      plane[.leastAfter] = min(plane[.leastAfter], -(SIMD4() - least).top)
      plane[.mismatch] = max(plane[.mismatch], mismatch.top)
    }
  }

  /// What a plane exchanged through its openings, each voxel by its own ∫c dt; at faces, where levels may differ
  /// by little, by how far it is from the level beyond.
  private func exchange(_ space: Workspace, plane k: Int, rows: Range<Int>) {
    let lattice = space.lattice
    let sums = space.sums(of: k)
    // Row by row: the order does not depend on how rows were dealt.
    for row in rows {
      forEachOpening(k, rows: row..<row + 1, lattice) { j, i, rate, level, isFace in
        let at = lattice.start(row: j, plane: k) + i
        if isFace {
          let before = Double(space.term(max(0, order - 1))[at])
          sums[.boundary] += rate * length * ((level - before) - Double(space.change[at]))
        } else {
          sums[.exchanged] += rate * (level * length - Double(space.integral[at]))
        }
      }
    }
  }

  /// Takes the change of a plane back.
  func restore(_ k: Int, _ space: Workspace) {
    let lattice = space.lattice
    for j in 0..<lattice.ny {
      let start = lattice.start(row: j, plane: k)
      let old = space.term(max(0, order - 1)).span(from: start, count: lattice.nx)
      var c = space.fields.concentration.mutableSpan(
        from: offset + lattice.bare(row: j, plane: k),
        count: lattice.nx
      )
      for i in old.indices { c[i] = old[i] }
    }
  }

  /// Fills what is below zero from the voxels around, each by what it can give, the nearest first; what
  /// they cannot is added to the field.
  func mend(_ space: Workspace) {
    let lattice = space.lattice
    let voxels = lattice.nx * lattice.ny * lattice.nz
    let c = space.fields.concentration.part(from: offset, count: voxels)
    var added = 0.0
    for k in 0..<lattice.nz where space.sums(of: k)[.leastAfter] < 0 {
      for j in 0..<lattice.ny {
        for i in 0..<lattice.nx where c[lattice.bare(row: j, plane: k) + i] < 0 {
          added += Double(fill(i, j, k, c, space))
        }
      }
    }
    for k in 0..<lattice.nz {
      var sum = 0.0
      for i in 0..<lattice.nx * lattice.ny { sum += Double(c[lattice.bare(row: 0, plane: k) + i]) }
      space.sums(of: k)[.final] = sum
      space.sums(of: k)[.repaired] = 0
    }
    space.sums(of: 0)[.repaired] = added
  }

  /// How far away a voxel is asked, in voxels; within regions only those it is joined to.
  private static let farthest = 6

  /// Fills one voxel.
  ///
  /// - Returns: what the others could not give.
  private func fill(_ i: Int, _ j: Int, _ k: Int, _ c: Slab<Float>, _ space: Workspace) -> Float {
    let lattice = space.lattice
    let here = lattice.bare(row: j, plane: k) + i
    var missing = -c[here]
    c[here] = 0
    func ask(_ voxel: Int) {
      let given = min(missing, max(0, c[voxel]))
      c[voxel] -= given
      missing -= given
    }
    if let g = space.conductances {
      let at = lattice.start(row: j, plane: k) + i
      let (row, layer) = (lattice.nx, lattice.nx * lattice.ny)
      if g.west[at] > 0 { ask(here - 1) }
      if g.west[at + 1] > 0 { ask(here + 1) }
      if g.south[at] > 0 { ask(here - row) }
      if g.south[at + lattice.pitch] > 0 { ask(here + row) }
      if g.below[at] > 0 { ask(here - layer) }
      if g.below[at + lattice.plane] > 0 { ask(here + layer) }
      return missing
    }
    func near(_ at: Int, _ reach: Int, _ count: Int) -> ClosedRange<Int> {
      max(0, at - reach)...min(count - 1, at + reach)
    }
    for reach in 1...Self.farthest where missing > 0 {
      for z in near(k, reach, lattice.nz) {
        for y in near(j, reach, lattice.ny) {
          for x in near(i, reach, lattice.nx)
          where missing > 0
            && max((z - k).magnitude, (y - j).magnitude, (x - i).magnitude) == UInt(reach)
          { ask(lattice.bare(row: y, plane: z) + x) }
        }
      }
    }
    return missing
  }
}
