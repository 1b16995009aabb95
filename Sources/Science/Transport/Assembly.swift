import Substrate

/// What a step begins with: r and λ of every voxel.
///
///     r = Δt (A c + f) = Δt (D/h² Σ_neighbours (c_neighbour − c) + s + gain − (always + extra) c)
///     λ = 2 Δt extra / w
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | D/h² | `conductance` | 1/min | the largest diffusivity; between regions its share |
/// | always | `always` | 1/min | decay, and exchange with blood where the grid is one region |
/// | extra | `PlaneSums.largestLoss` | 1/min | uptake, and exchange at faces and in regions |
/// | w | `spectrum.half` | 1 | `StepPolynomial` |
extension Task {
  /// Assembles the planes of a piece; where it `opens`, T₁ follows a plane behind, save where slabs meet.
  func assemble(_ piece: Int, _ space: Workspace, opens: Bool) {
    let planes = slab(piece, space.lattice)
    let first = piece == 0 ? planes.lowerBound : planes.lowerBound + 1
    for k in planes {
      assemble(k, space)
      if opens, k > first { open(k - 1, space) }
    }
    if opens, piece == team - 1 { open(planes.upperBound - 1, space) }
  }

  private func assemble(_ k: Int, _ space: Workspace) {
    if needsExposure { lose(k, space) }
    if space.conductances != nil {
      assemble(k, space, isPlain: false, isGraded: true)
    } else if needsExposure {
      assemble(k, space, isPlain: false, isGraded: false)
    } else {
      assemble(k, space, isPlain: true, isGraded: false)
    }
  }

  /// Made for constants: whether uptake is all that is extra, and whether voxels have conductances of
  /// their own.
  @inline(__always)
  private func assemble(_ k: Int, _ space: Workspace, isPlain: Bool, isGraded: Bool) {
    let lattice = space.lattice
    let always = Float(always)
    let blood = Float(exchange * medium.blood)
    let dt = Float(length)
    let g = Float(length * conductance)
    let c = space.fields.concentration
    let count = lattice.nx
    var seen = Assembled()
    for j in 0..<lattice.ny {
      let bare = offset + lattice.bare(row: j, plane: k)
      let start = lattice.start(row: j, plane: k)
      let here = c.fours(from: bare, count: count)
      let south = c.fours(from: bare - (j == 0 ? 0 : count), count: count)
      let north = c.fours(from: bare + (j == lattice.ny - 1 ? 0 : count), count: count)
      let layer = count * lattice.ny
      let below = c.fours(from: bare - (k == 0 ? 0 : layer), count: count)
      let above = c.fours(from: bare + (k == lattice.nz - 1 ? 0 : layer), count: count)
      let source = space.fields.source.fours(from: bare, count: count)
      let sink = space.fields.sink.fours(from: bare, count: count)
      let loss = space.loss.fours(from: start, count: count)
      let residual = space.term(0).fours(from: start, count: count)
      @inline(__always)
      func assemble(_ i: Int, _ seen: inout Assembled, isLast: Bool) {
        let x = here.read(i, isLast: isLast)
        let around =
          isGraded
          ? SIMD4<Float>()
          : ((here.west(i, isLast: isLast) - x) + (here.east(i, isLast: isLast) - x))
            + ((south.read(i, isLast: isLast) - x) + (north.read(i, isLast: isLast) - x))
            + ((below.read(i, isLast: isLast) - x) + (above.read(i, isLast: isLast) - x))
        let given = source.read(i, isLast: isLast)
        let extra = isPlain ? sink.read(i, isLast: isLast) : loss.read(i, isLast: isLast)
        let gain = isPlain ? given + blood : residual.read(i, isLast: isLast)
        let r = g * around + dt * (gain - (always + extra) * x)
        let lambda = fall * extra
        residual.write(i, r, isLast: isLast)
        loss.write(i, lambda, isLast: isLast)
        let kept = isLast ? count - i : 4
        seen.add(x, given, extra, lambda)
        if !isGraded { seen.add(r.kept(kept, else: 0)) }
      }
      for part in stride(from: 0, to: here.whole, by: Fours.few) {
        for i in stride(from: part, to: min(here.whole, part + Fours.few), by: 4) {
          assemble(i, &seen, isLast: false)
        }
        seen.endPart()
      }
      if here.whole < count { assemble(here.whole, &seen, isLast: true) }
      if let conductances = space.conductances {
        let flow = g / Float(Conductances.unit)
        spread(k, j, space, conductances, flow)
        for i in stride(from: 0, to: here.whole, by: 4) { seen.add(residual.read(i)) }
        if here.whole < count { seen.add(residual.read(here.whole, isLast: true)) }
      }
      seen.endPart()
    }
    lattice.closeRows(of: space.term(0), plane: k, rows: 0..<lattice.ny, clearing: true)
    seen.report(to: space.sums(of: k), step: length)
  }

  /// What an assembly sees on its way.
  private struct Assembled {
    private var largest = SIMD4<Float>()
    private var largestResidual = SIMD4<Float>()
    private var largestLoss = SIMD4<Float>()
    private var part = (c: SIMD4<Float>(), lost: SIMD4<Float>(), given: SIMD4<Float>())
    private var squares = SIMD4<Float>()
    private var sums = (
      c: SIMD4<Double>(), lost: SIMD4<Double>(), given: SIMD4<Double>(), squares: SIMD4<Double>()
    )

    @inline(__always)
    mutating func add(
      _ x: SIMD4<Float>,
      _ given: SIMD4<Float>,
      _ extra: SIMD4<Float>,
      _ lambda: SIMD4<Float>
    ) {
      part.c += x
      part.lost += lambda * x
      part.given += given
      largest = largest.largest(x)
      largestLoss = largestLoss.largest(extra)
    }

    @inline(__always)
    mutating func add(_ r: SIMD4<Float>) {
      squares += r * r
      largestResidual = largestResidual.largest(r.magnitude)
    }

    mutating func endPart() {
      sums.c += SIMD4<Double>(part.c)
      sums.lost += SIMD4<Double>(part.lost)
      sums.given += SIMD4<Double>(part.given)
      sums.squares += SIMD4<Double>(squares)
      part = (SIMD4(), SIMD4(), SIMD4())
      squares = SIMD4()
    }

    func report(to plane: PlaneSums, step: Double) {
      plane[.initial] = sums.c.sum()
      plane[.initialLoss] = sums.lost.sum()
      plane[.secreted] = step * sums.given.sum()
      plane[.squares] = sums.squares.sum()
      plane[.largest] = largest.top
      plane[.largestResidual] = largestResidual.top
      plane[.largestLoss] = largestLoss.top
    }
  }

  /// Adds to r what diffuses into a row where every pair of voxels has its conductance.
  private func spread(_ k: Int, _ j: Int, _ space: Workspace, _ g: Conductances, _ flow: Float) {
    let lattice = space.lattice
    let c = space.fields.concentration
    let residual = space.term(0)
    let bare = offset + lattice.bare(row: j, plane: k)
    let start = lattice.start(row: j, plane: k)
    let layer = lattice.nx * lattice.ny
    for i in 0..<lattice.nx {
      let here = bare + i
      let at = start + i
      let x = c[here]
      func come(_ conductance: UInt16, _ stride: Int) -> Float {
        conductance == 0 ? 0 : Float(conductance) * (c[here + stride] - x)
      }
      let around =
        (come(g.west[at], -1) + come(g.west[at + 1], 1))
        + (come(g.south[at], -lattice.nx) + come(g.south[at + g.pitch], lattice.nx))
        + (come(g.below[at], -layer) + come(g.below[at + g.plane], layer))
      residual[at] += flow * around
    }
  }

  /// Extra loss of every voxel of a plane (1/min), and what it is given (nM/min) into T₀.
  private func lose(_ k: Int, _ space: Workspace) {
    let lattice = space.lattice
    let blood = Float(exchange * medium.blood)
    let leaving = Float(1 / length + always + 2 * Double(lattice.axes) * conductance)
    for j in 0..<lattice.ny {
      let bare = offset + lattice.bare(row: j, plane: k)
      let start = lattice.start(row: j, plane: k)
      let count = lattice.nx
      let source = space.fields.source.span(from: bare, count: count)
      let sink = space.fields.sink.span(from: bare, count: count)
      var loss = space.loss.mutableSpan(from: start, count: count)
      var gain = space.term(0).mutableSpan(from: start, count: count)
      for i in source.indices { gain[i] = source[i] + blood }
      if halfSaturation > 0, let capacity = space.fields.capacity {
        let capacity = capacity.span(from: bare, count: count)
        let c = space.fields.concentration.span(from: bare, count: count)
        let change = space.change.span(from: start, count: count)
        for i in c.indices {
          var rate: Float = 0
          if capacity[i] > 0, isCentred {
            let before = loss[i] / fall - sink[i]
            rate = uptake(capacity[i], mean: max(0, c[i] + change[i]), at: before, leaving: leaving)
          } else if capacity[i] > 0 {
            rate = capacity[i] / (halfSaturation + max(0, c[i]))
          }
          loss[i] = sink[i] + rate
        }
      } else {
        for i in source.indices { loss[i] = sink[i] }
      }
    }
    forEachOpening(k, rows: 0..<lattice.ny, lattice) { j, i, rate, level, _ in
      let start = lattice.start(row: j, plane: k) + i
      space.loss[start] += Float(rate)
      space.term(0)[start] += Float(rate * level)
    }
  }

  /// The rate u = V / (K + c̄) at which saturable uptake goes with the mean concentration it leads to, where a
  /// step at the rate u₀ led to c̄₀.
  ///
  ///     c̄ (u + d) = c̄₀ (u₀ + d) = S,   K u² + (K d + S − V) u − V d = 0
  ///
  /// d is the rate at which the voxel loses what it has otherwise: by diffusion, decay, and time.
  private func uptake(_ most: Float, mean: Float, at before: Float, leaving d: Float) -> Float {
    let supply = mean * (before + d)
    let slope = halfSaturation * d + supply - most
    let root = (slope * slope + 4 * halfSaturation * most * d).squareRoot()
    return slope > 0
      ? 2 * most * d / (slope + root) : (root - slope) / (2 * halfSaturation)
  }

  /// Calls `body` with row, column, rate (1/min), level (nM) and whether it is a face, for every voxel that
  /// exchanges with blood in its region or with what is beyond a face.
  func forEachOpening(
    _ k: Int,
    rows: Range<Int>,
    _ lattice: Lattice,
    _ body: (Int, Int, Double, Double, Bool) -> Void
  ) {
    func kind(_ j: Int, _ i: Int) -> Int {
      region.isEmpty ? 0 : Int(region[lattice.bare(row: j, plane: k) + i])
    }
    func open(_ face: Int, _ j: Int, _ i: Int) {
      let rate = medium.conductance(of: face, region: kind(j, i), spacing: spacing)
      if rate > 0 { body(j, i, rate, medium.level(beyond: face), true) }
    }
    func isOpen(_ face: Int) -> Bool { medium.faces[face] != .closed }
    let ends = lattice.face(across: 0)
    let planes = lattice.face(across: 1)
    let stack = lattice.face(across: 2)
    for j in rows {
      if isOpen(ends) { open(ends, j, 0) }
      if isOpen(ends + 1) { open(ends + 1, j, lattice.nx - 1) }
    }
    func openRow(_ face: Int, _ j: Int) { for i in 0..<lattice.nx { open(face, j, i) } }
    if isOpen(planes), rows.contains(0) { openRow(planes, 0) }
    if isOpen(planes + 1), rows.contains(lattice.ny - 1) { openRow(planes + 1, lattice.ny - 1) }
    if isOpen(stack), k == 0 { for j in rows { openRow(stack, j) } }
    if isOpen(stack + 1), k == lattice.nz - 1 { for j in rows { openRow(stack + 1, j) } }
    guard !region.isEmpty, medium.exchange.contains(where: { $0 > 0 }) else { return }
    for j in rows {
      for i in 0..<lattice.nx {
        let rate = medium.exchange[kind(j, i)]
        if rate > 0 { body(j, i, rate, medium.blood, false) }
      }
    }
  }
}
