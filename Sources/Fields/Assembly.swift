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
extension CourseTask {
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
    let lattice = space.lattice
    var seen = Assembled()
    for j in 0..<lattice.ny {
      lose(row: j, k, space)
      if let conductances = space.conductances {
        assemble(row: j, k, space, conductances, &seen)
      } else {
        assemble(row: j, k, space, &seen)
      }
      if hasFaces { addFaces(row: j, k, space, &seen) }
      seen.endPart()
    }
    lattice.plane(k, rows: 0..<lattice.ny).close(space.term(0), clearing: true)
    seen.report(to: space.sums(of: k), step: length)
  }

  /// Adds what is lost at the faces to λ of a row, of which r has what passes at the concentrations that are
  /// there: the difference of two levels, and not of what comes and goes.
  private func addFaces(row j: Int, _ k: Int, _ space: Workspace, _ seen: inout Assembled) {
    let start = space.lattice.start(row: j, plane: k)
    forEachFace(k, rows: j..<j + 1, space.lattice) { _, i, rate, _ in
      let lambda = space.loss[start + i] + fall * Float(rate)
      space.loss[start + i] = lambda
      seen.see(loss: lambda / fall)
    }
  }

  /// r and λ of a row.
  @inline(never)
  private func assemble(row j: Int, _ k: Int, _ space: Workspace, _ seen: inout Assembled) {
    let lattice = space.lattice
    let count = lattice.nx
    let layer = count * lattice.ny
    let row = Row(self, space, j, k)
    let c = space.fields.concentration
    let south = c.fourLanes(from: row.bare - (j == 0 ? 0 : count), count: count)
    let north = c.fourLanes(from: row.bare + (j == lattice.ny - 1 ? 0 : count), count: count)
    let below = c.fourLanes(from: row.bare - (k == 0 ? 0 : layer), count: count)
    let above = c.fourLanes(from: row.bare + (k == lattice.nz - 1 ? 0 : layer), count: count)
    let g = SIMD4(repeating: Float(length * conductance))
    @inline(always)
    func assemble(_ i: Int, _ west: SIMD4<Float>, _ east: SIMD4<Float>, isLast: Bool) {
      let x = row.here.read(i, isLast: isLast)
      let around =
        ((west - x) + (east - x))
        + ((south.read(i, isLast: isLast) - x) + (north.read(i, isLast: isLast) - x))
        + ((below.read(i, isLast: isLast) - x) + (above.read(i, isLast: isLast) - x))
      row.assemble(i, x, g * around, &seen, isLast: isLast)
    }
    // The first four and the last have neighbours beyond the row.
    let inner = max(4, (count - 1) & ~3)
    assemble(0, row.here.west(0, isLast: count < 4), row.here.east(0), isLast: count < 4)
    var i = 4
    while i < inner {
      let part = min(inner, i &+ FourLanes.few)
      while i < part {
        assemble(i, row.here.read(i &- 1), row.here.read(i &+ 1), isLast: false)
        i &+= 4
      }
      seen.endPart()
    }
    if inner < count {
      let isLast = inner + 4 > count
      let west = row.here.west(inner, isLast: isLast)
      assemble(inner, west, row.here.east(inner), isLast: isLast)
    }
  }

  /// The same where every pair of voxels has its conductance.
  private func assemble(
    row j: Int,
    _ k: Int,
    _ space: Workspace,
    _ g: Conductances,
    _ seen: inout Assembled
  ) {
    let lattice = space.lattice
    let layer = lattice.nx * lattice.ny
    let row = Row(self, space, j, k)
    let c = space.fields.concentration
    let flow = Float(length * conductance) / Float(Conductances.unit)
    let start = lattice.start(row: j, plane: k)
    for i in stride(from: 0, to: lattice.nx, by: 4) {
      let isLast = i + 4 > lattice.nx
      let x = row.here.read(i, isLast: isLast)
      var arriving = SIMD4<Float>()
      for lane in 0..<min(4, lattice.nx - i) {
        let here = row.bare + i + lane
        let at = start + i + lane
        func come(_ conductance: UInt16, _ stride: Int) -> Float {
          conductance == 0 ? 0 : Float(conductance) * (c[here + stride] - x[lane])
        }
        let around =
          (come(g.west[at], -1) + come(g.west[at + 1], 1))
          + (come(g.south[at], -lattice.nx) + come(g.south[at + g.pitch], lattice.nx))
          + (come(g.below[at], -layer) + come(g.below[at + g.plane], layer))
        arriving[lane] = flow * around
      }
      row.assemble(i, x, arriving, &seen, isLast: isLast)
      if (i + 4) % FourLanes.few == 0 { seen.endPart() }
    }
  }

  /// A row whose voxels have what they lose at first in the array of λ, and what they are given in T₀.
  private struct Row {
    let bare: Int
    let here, source, loss, residual: FourLanes
    let count: Int
    let always, dt, fall: SIMD4<Float>

    @inline(always)
    init(_ task: CourseTask, _ space: Workspace, _ j: Int, _ k: Int) {
      count = space.lattice.nx
      bare = task.offset + space.lattice.bare(row: j, plane: k)
      here = space.fields.concentration.fourLanes(from: bare, count: count)
      source = space.fields.source.fourLanes(from: bare, count: count)
      let start = space.lattice.start(row: j, plane: k)
      loss = space.loss.fourLanes(from: start, count: count)
      residual = space.term(0).fourLanes(from: start, count: count)
      always = SIMD4(repeating: Float(task.always))
      dt = SIMD4(repeating: Float(task.length))
      fall = SIMD4(repeating: task.fall)
    }

    /// r and λ of four voxels of concentration x, into which so much diffuses.
    @inline(always)
    func assemble(
      _ i: Int,
      _ x: SIMD4<Float>,
      _ come: SIMD4<Float>,
      _ seen: inout Assembled,
      isLast: Bool
    ) {
      let extra = loss.read(i, isLast: isLast)
      let gain = residual.read(i, isLast: isLast)
      var r = come + dt * (gain - (always + extra) * x)
      if isLast { r = r.kept(count - i, else: 0) }
      let lambda = fall * extra
      residual.write(i, r, isLast: isLast)
      loss.write(i, lambda, isLast: isLast)
      seen.add(x, source.read(i, isLast: isLast), extra, lambda, r)
    }
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

    @inline(always)
    mutating func add(
      _ x: SIMD4<Float>,
      _ given: SIMD4<Float>,
      _ extra: SIMD4<Float>,
      _ lambda: SIMD4<Float>,
      _ r: SIMD4<Float>
    ) {
      part.c += x
      part.lost += lambda * x
      part.given += given
      largest = largest.largest(x)
      largestLoss = largestLoss.largest(extra)
      squares += r * r
      largestResidual = largestResidual.largest(r.magnitude)
    }

    mutating func see(loss: Float) {
      largestLoss = largestLoss.largest(SIMD4(repeating: loss))
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

  /// Extra loss of every voxel of a row (1/min), and what it is given (nM/min) into T₀.
  private func lose(row j: Int, _ k: Int, _ space: Workspace) {
    let lattice = space.lattice
    let blood = Float(exchange * medium.blood)
    let bare = offset + lattice.bare(row: j, plane: k)
    let start = lattice.start(row: j, plane: k)
    let count = lattice.nx
    let source = space.fields.source.span(from: bare, count: count)
    let sink = space.fields.sink.span(from: bare, count: count)
    var loss = space.loss.mutableSpan(from: start, count: count)
    var gain = space.term(0).mutableSpan(from: start, count: count)
    for i in gain.indices { gain[i] = source[i] + blood }
    if halfSaturation > 0, let capacity = space.fields.capacity {
      let leaving = Float(1 / length + always + 2 * Double(lattice.axes) * conductance)
      let capacity = capacity.span(from: bare, count: count)
      let c = space.fields.concentration.span(from: bare, count: count)
      let change = space.change.span(from: start, count: count)
      if isCentred {
        for i in c.indices {
          var rate: Float = 0
          if capacity[i] > 0 {
            let before = loss[i] / fall - sink[i]
            rate = uptake(capacity[i], mean: max(0, c[i] + change[i]), at: before, leaving: leaving)
          }
          loss[i] = sink[i] + rate
        }
      } else {
        for i in loss.indices { loss[i] = sink[i] + capacity[i] / (halfSaturation + max(0, c[i])) }
      }
    } else {
      for i in loss.indices { loss[i] = sink[i] }
    }
    if isCareful {
      var uptake = space.integral.mutableSpan(from: start, count: count)
      for i in uptake.indices { uptake[i] = loss[i] }
    }
    guard hasOpenings else { return }
    forEachFace(k, rows: j..<j + 1, lattice) { _, i, rate, level in
      let here = Double(space.fields.concentration[bare + i])
      space.term(0)[start + i] += Float(rate * (level - here))
    }
    forEachExchange(k, rows: j..<j + 1, lattice) { _, i, rate, level in
      space.loss[start + i] += Float(rate)
      space.term(0)[start + i] += Float(rate * level)
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

  /// The region of a voxel.
  private func kind(_ j: Int, _ i: Int, plane k: Int, _ lattice: Lattice) -> Int {
    region.isEmpty ? 0 : Int(region[lattice.bare(row: j, plane: k) + i])
  }

  /// Calls `body` with row, column, rate (1/min), level (nM) and whether it is a face, for every voxel that
  /// exchanges with what is beyond a face or with blood in its region.
  func forEachOpening(
    _ k: Int,
    rows: Range<Int>,
    _ lattice: Lattice,
    _ body: (Int, Int, Double, Double, Bool) -> Void
  ) {
    forEachFace(k, rows: rows, lattice) { body($0, $1, $2, $3, true) }
    forEachExchange(k, rows: rows, lattice) { body($0, $1, $2, $3, false) }
  }

  /// The same for the faces alone.
  private func forEachFace(
    _ k: Int,
    rows: Range<Int>,
    _ lattice: Lattice,
    _ body: (Int, Int, Double, Double) -> Void
  ) {
    func open(_ face: Int, _ j: Int, _ i: Int) {
      let region = kind(j, i, plane: k, lattice)
      let rate = medium.conductance(of: face, region: region, spacing: spacing)
      if rate > 0 { body(j, i, rate, medium.level(beyond: face)) }
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
  }

  /// The same for the regions alone.
  private func forEachExchange(
    _ k: Int,
    rows: Range<Int>,
    _ lattice: Lattice,
    _ body: (Int, Int, Double, Double) -> Void
  ) {
    guard !region.isEmpty, medium.exchange.contains(where: { $0 > 0 }) else { return }
    for j in rows {
      for i in 0..<lattice.nx {
        let rate = medium.exchange[kind(j, i, plane: k, lattice)]
        if rate > 0 { body(j, i, rate, medium.blood) }
      }
    }
  }
}
