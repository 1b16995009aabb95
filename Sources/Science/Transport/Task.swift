import Substrate

/// What the workers do in one phase of a sweep, for one factor.
struct Task: Sendable {
  /// A phase of a sweep.
  enum Phase: Sendable {
    /// Sets the conductances between voxels of different regions.
    case grade
    /// Finds r and the loss of every voxel.
    case assemble
    /// Takes the first stage.
    case open
    /// Takes stages from the first, so many, each slab as far as it can without its neighbours.
    case stages(Int, Int)
    /// Takes the same stages where slabs meet.
    case seams(Int, Int)
    /// Takes a stage of a cycle of the quasi-steady scheme.
    case settle(QuasiSteady.Stage)
    /// Adds the change of a quasi-steady step to the concentrations, or none, and sums up.
    case commit
    /// Takes a change back.
    case restore
    /// Fills what is below zero from its neighbours.
    case mend
    /// Nothing is left.
    case end
  }

  let team: Int
  var phase = Phase.assemble
  /// Length of the step, min.
  var length = 0.0
  /// Whether saturable uptake is taken at the mean concentration of the step, as a try of it showed.
  var isCentred = false

  private(set) var conductance = 0.0
  private var spectrum = StepPolynomial.Spectrum(from: 0, to: 0)
  private(set) var order = 0
  private(set) var error = StepPolynomial.Bounds()

  private var keepsOld = true
  /// The grids of the quasi-steady scheme, where the step is one of it.
  private(set) var levels: QuasiSteady.Levels?
  private var shift: Float = 0
  private var table: [UInt16] = []
  private var offset = 0
  private var spacing = 1.0
  private var decay = 0.0
  private var exchange = 0.0
  private var medium: Medium
  private var region: [UInt8] = []
  private var halfSaturation: Float = 0
  private var polynomialChange: [Float] = []
  private var polynomialIntegral: [Float] = []
  private var neighbour: Float = 0
  private var fall: Float = 0
  private var leastLoss: Float = 0

  init(team: Int, medium: Medium) {
    self.team = team
    self.medium = medium
  }

  /// Number of pieces of the phase.
  var pieces: Int {
    switch phase {
    case .seams: team - 1
    case .mend, .settle(.coarse): 1
    case .end: 0
    default: team
    }
  }

  /// Turns to a factor, whose values begin at an offset.
  mutating func meet(
    _ factor: Factor,
    _ medium: Medium,
    region: [UInt8],
    halfSaturation: Float?,
    table: [UInt16],
    spacing: Double,
    axes: Int,
    at offset: Int
  ) {
    self.table = table
    self.offset = offset
    self.spacing = spacing
    self.medium = medium
    self.region = region
    self.halfSaturation = halfSaturation ?? 0
    decay = factor.decay
    exchange = region.isEmpty ? medium.exchange[0] : 0
    conductance = axes == 0 ? 0 : (medium.diffusivity.max() ?? 0) / (spacing * spacing)
  }

  /// Takes the spectrum of the step.
  mutating func take(_ spectrum: StepPolynomial.Spectrum, leastLoss: Double) {
    self.spectrum = spectrum
    let places = Double(1 << 22)
    neighbour = Float((spectrum.neighbour(length * conductance) * places).rounded() / places)
    fall = Float(2 * length / spectrum.half)
    self.leastLoss = Float(leastLoss)
    phase = .open
  }

  /// Takes a polynomial for the step, which may have to be taken back unless it is certain.
  mutating func take(_ polynomial: StepPolynomial, isCertain: Bool) {
    levels = nil
    keepsOld = !isCertain || halfSaturation > 0
    order = polynomial.order
    error = polynomial.error
    polynomialChange = polynomial.change
    polynomialIntegral = polynomial.integral
  }

  /// Bound of Z r, where r falls by so much in the first stage: T₀ − T₁ = (Z − a) r / w.
  func second(residual: Double, fall: Double) -> Double {
    spectrum.half * fall + spectrum.low * residual
  }

  /// Leaves a field as it is.
  mutating func rest() {
    order = 0
    error = .init()
    levels = nil
    keepsOld = halfSaturation > 0
    phase = .commit
  }

  /// Begins the cycles of the quasi-steady scheme, where the grid is of one kind and has room for them.
  ///
  /// - Returns: whether it does.
  mutating func settle(_ space: Workspace) -> Bool {
    guard space.conductances == nil,
      let grids = QuasiSteady.Levels(space, neighbour: length * conductance)
    else { return false }
    order = 0
    error = .init()
    levels = grids
    shift = 0
    keepsOld = true
    phase = .settle(.begin)
    return true
  }

  /// Ends the cycles with a constant added to the change.
  mutating func settled(shift: Double) {
    self.shift = Float(shift)
    phase = .commit
  }

  /// Gives the quasi-steady scheme up for this step.
  mutating func unsettle() { levels = nil }

  /// What a grid of one region exchanges with blood, given the sum of ∫c dt over its voxels.
  func exchanged(_ integral: Double, voxels: Int) -> Double {
    exchange * (medium.blood * length * Double(voxels) - integral)
  }

  /// Does one piece of the phase.
  func run(_ piece: Int, _ space: Workspace) {
    let planes = slab(piece, space.lattice)
    switch phase {
    case .grade: for k in planes { grade(k, space) }
    case .assemble: for k in planes { assemble(k, space) }
    case .open: for k in planes { open(k, space) }
    case .stages(let first, let count): sweep(piece, space, first, count)
    case .seams(let first, let count): seam(piece, space, first, count)
    case .settle(let stage):
      guard let levels else { preconditionFailure("a cycle without grids") }
      QuasiSteady(step: Float(length)).run(stage, levels, space, piece: piece, of: pieces)
    case .commit: for k in planes { commit(space, plane: k, rows: 0..<space.lattice.ny) }
    case .restore: for k in planes { restore(k, space) }
    case .mend: mend(space)
    case .end: break
    }
  }

  private func slab(_ piece: Int, _ lattice: Lattice) -> Range<Int> {
    lattice.nz * piece / team..<lattice.nz * (piece + 1) / team
  }
}

// MARK: - The stages

extension Task {
  /// Numbers of a plane that a block of rows has, so that all stages of a sweep stay near the core.
  private static let window = 16_384

  /// Takes some stages on a slab.
  ///
  /// The slab shrinks by a plane at its inner ends from stage to stage: what lies there waits for the
  /// seam. Rows are taken in blocks that move back by one from stage to stage for the same reason.
  private func sweep(_ piece: Int, _ space: Workspace, _ first: Int, _ count: Int) {
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
          if !rows.isEmpty { advance(first + q, space, plane: k - q, rows: rows) }
        }
      }
    }
  }

  private func seam(_ piece: Int, _ space: Workspace, _ first: Int, _ count: Int) {
    let meeting = slab(piece + 1, space.lattice).lowerBound
    for q in 1..<max(1, count) {
      for k in meeting - q..<meeting + q {
        advance(first + q, space, plane: k, rows: 0..<space.lattice.ny)
      }
    }
  }

  /// T_j on some rows of a plane; after the last, the step is done there.
  private func advance(_ j: Int, _ space: Workspace, plane k: Int, rows: Range<Int>) {
    let lattice = space.lattice
    let stage = Stage(
      neighbour: neighbour,
      old: space.term(j),
      new: space.term(j - 1),
      diagonal: space.diagonal
    )
    let graded = space.conductances.map {
      GradedStage(
        neighbour: neighbour / Float(Conductances.unit),
        conductances: $0,
        old: space.term(j),
        new: space.term(j - 1),
        diagonal: space.diagonal
      )
    }
    func run(_ rows: Range<Int>, south: Int, north: Int) {
      let run = Stage.Run(
        start: lattice.start(row: rows.lowerBound, plane: k) - 1,
        count: rows.count * lattice.pitch,
        south: south,
        north: north,
        below: k == 0 ? 0 : -lattice.plane,
        above: k == lattice.nz - 1 ? 0 : lattice.plane
      )
      if let graded {
        if j % 2 == 0 {
          graded.sum(
            run,
            terms(j - 2),
            change: space.change,
            integral: space.integral,
            begins: j == 2
          )
        }
        graded.leap(run)
      } else if j % 2 == 0 {
        stage.leap(
          run,
          summing: terms(j - 2),
          change: space.change,
          integral: space.integral,
          begins: j == 2
        )
      } else {
        stage.leap(run)
      }
    }
    let last = lattice.ny - 1
    if last == 0 {
      run(rows, south: 0, north: 0)
    } else {
      if rows.lowerBound == 0 { run(0..<1, south: 0, north: lattice.pitch) }
      let inner = max(1, rows.lowerBound)..<max(1, min(last, rows.upperBound))
      if inner.lowerBound < inner.upperBound {
        run(inner, south: -lattice.pitch, north: lattice.pitch)
      }
      if rows.upperBound == last + 1 { run(last..<last + 1, south: -lattice.pitch, north: 0) }
    }
    if j == order - 1 {
      commit(space, plane: k, rows: rows)
    } else {
      lattice.closeRows(of: space.term(j), plane: k, rows: rows)
    }
  }

  /// T₁ on a plane, and how far it is from T₀.
  private func open(_ k: Int, _ space: Workspace) {
    let lattice = space.lattice
    let stage = Stage(
      neighbour: neighbour,
      old: space.term(1),
      new: space.term(0),
      diagonal: space.diagonal
    )
    let graded = space.conductances.map {
      GradedStage(
        neighbour: neighbour / Float(Conductances.unit),
        conductances: $0,
        old: space.term(1),
        new: space.term(0),
        diagonal: space.diagonal
      )
    }
    var largest = 0.0
    for j in 0..<lattice.ny {
      let run = Stage.Run(
        start: lattice.start(row: j, plane: k),
        count: lattice.nx,
        south: j == 0 ? 0 : -lattice.pitch,
        north: j == lattice.ny - 1 ? 0 : lattice.pitch,
        below: k == 0 ? 0 : -lattice.plane,
        above: k == lattice.nz - 1 ? 0 : lattice.plane
      )
      let fallen =
        graded?.open(run, fall: fall, least: leastLoss)
        ?? stage.open(run, highest: 2 - 6 * neighbour, fall: fall, least: leastLoss)
      largest = max(largest, fallen)
    }
    space.sums(of: k)[.largestFall] = largest
    lattice.closeRows(of: space.term(1), plane: k, rows: 0..<lattice.ny, clearing: true)
  }

  /// P and Q of T_j and T_{j+1}.
  private func terms(_ j: Int) -> Stage.Terms {
    func pair(_ series: [Float]) -> (older: Float, newer: Float) {
      (j < series.count ? series[j] : 0, j + 1 < series.count ? series[j + 1] : 0)
    }
    return .init(change: pair(polynomialChange), integral: pair(polynomialIntegral))
  }
}

// MARK: - Before and after the stages

extension Task {
  /// Loss of every voxel and r = Δt (A c + f), r into T₀.
  private func assemble(_ k: Int, _ space: Workspace) {
    let lattice = space.lattice
    let isPlain = !hasOpenings && halfSaturation == 0
    let isGraded = space.conductances != nil
    if !isPlain { lose(k, space) }
    let always = Float(decay + exchange)
    let blood = Float(exchange * medium.blood)
    let dt = Float(length)
    let g = Float(length * conductance)
    let c = space.fields.concentration
    let count = lattice.nx
    var extremes = Extremes()
    var secreted = 0.0
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
      let losses = space.diagonal.fours(from: start, count: count)
      let residual = space.term(0).fours(from: start, count: count)
      @inline(__always)
      func assemble(_ i: Int, _ seen: inout Extremes, isLast: Bool) {
        let x = here.read(i, isLast: isLast)
        let around =
          isGraded
          ? SIMD4<Float>()
          : ((here.west(i, isLast: isLast) - x) + (here.east(i, isLast: isLast) - x))
            + ((south.read(i, isLast: isLast) - x) + (north.read(i, isLast: isLast) - x))
            + ((below.read(i, isLast: isLast) - x) + (above.read(i, isLast: isLast) - x))
        let source = source.read(i, isLast: isLast)
        let loss =
          isPlain ? always + sink.read(i, isLast: isLast) : losses.read(i, isLast: isLast)
        let gain = isPlain ? source + blood : residual.read(i, isLast: isLast)
        let r = g * around + dt * (gain - loss * x)
        residual.write(i, r, isLast: isLast)
        losses.write(i, loss, isLast: isLast)
        let kept = isLast ? count - i : 4
        seen.given += source
        seen.largest = seen.largest.largest(x)
        seen.residual = seen.residual.largest(r.magnitude.kept(kept, else: 0))
        seen.loss = seen.loss.largest(loss)
        seen.leastLoss = seen.leastLoss.least(loss.kept(kept, else: .greatestFiniteMagnitude))
      }
      for i in stride(from: 0, to: here.whole, by: 4) {
        assemble(i, &extremes, isLast: false)
      }
      if here.whole < count { assemble(here.whole, &extremes, isLast: true) }
      if let conductances = space.conductances {
        let flow = g / Float(Conductances.unit)
        let spread = SIMD4(repeating: spread(k, j, space, conductances, flow))
        extremes.residual = extremes.residual.largest(spread)
      }
      secreted += extremes.given.total
      extremes.given = SIMD4()
    }
    lattice.closeRows(of: space.term(0), plane: k, rows: 0..<lattice.ny, clearing: true)
    let sums = space.sums(of: k)
    sums[.secreted] = length * secreted
    sums[.largest] = extremes.largest.top
    sums[.largestResidual] = extremes.residual.top
    sums[.largestLoss] = extremes.loss.top
    sums[.leastLoss] = -(-extremes.leastLoss).top
  }

  /// What an assembly sees on its way.
  private struct Extremes {
    var largest = SIMD4<Float>()
    var residual = SIMD4<Float>()
    var loss = SIMD4<Float>()
    var leastLoss = SIMD4<Float>(repeating: .greatestFiniteMagnitude)
    var given = SIMD4<Float>()
  }

  /// Adds to r what diffuses into a row where every pair of voxels has its conductance; its largest r.
  private func spread(
    _ k: Int,
    _ j: Int,
    _ space: Workspace,
    _ g: Conductances,
    _ flow: Float
  ) -> Float {
    let lattice = space.lattice
    let c = space.fields.concentration
    let residual = space.term(0)
    let bare = offset + lattice.bare(row: j, plane: k)
    let start = lattice.start(row: j, plane: k)
    let layer = lattice.nx * lattice.ny
    var largest: Float = 0
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
      largest = max(largest, residual[at].magnitude)
    }
    return largest
  }

  private func grade(_ k: Int, _ space: Workspace) {
    space.conductances?.set(
      plane: k,
      space.lattice,
      region,
      table,
      regions: medium.diffusivity.count
    )
  }

  /// Loss of every voxel of a plane (1/min), and what it is given (nM/min) into T₀.
  private func lose(_ k: Int, _ space: Workspace) {
    let lattice = space.lattice
    let always = Float(decay + exchange)
    let blood = Float(exchange * medium.blood)
    for j in 0..<lattice.ny {
      let bare = offset + lattice.bare(row: j, plane: k)
      let start = lattice.start(row: j, plane: k)
      let count = lattice.nx
      let source = space.fields.source.span(from: bare, count: count)
      let sink = space.fields.sink.span(from: bare, count: count)
      var loss = space.diagonal.mutableSpan(from: start, count: count)
      var gain = space.term(0).mutableSpan(from: start, count: count)
      for i in source.indices {
        loss[i] = always + sink[i]
        gain[i] = source[i] + blood
      }
      if halfSaturation > 0, let capacity = space.fields.capacity {
        let capacity = capacity.span(from: bare, count: count)
        let c = space.fields.concentration.span(from: bare, count: count)
        let change = space.change.span(from: start, count: count)
        let share: Float = isCentred ? 1 : 0
        for i in c.indices {
          loss[i] += capacity[i] / (halfSaturation + max(0, c[i] + share * change[i]))
        }
      }
    }
    forEachOpening(k, rows: 0..<lattice.ny, lattice) { j, i, rate, level, _ in
      let start = lattice.start(row: j, plane: k) + i
      space.diagonal[start] += Float(rate)
      space.term(0)[start] += Float(rate * level)
    }
  }

  /// Calls `body` with row, column, rate (1/min), level (nM) and whether it is a face, for every voxel that
  /// exchanges with blood in its region or with what is beyond a face.
  private func forEachOpening(
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

  /// c + change, and what the step moved: ∫c dt = Δt c + integral.
  ///
  /// The old concentrations go to the last term, and their mean less the old to the array of changes,
  /// where the step may have to be taken back; ∫c dt is kept where voxels exchange at rates of their own.
  private func commit(_ space: Workspace, plane k: Int, rows: Range<Int>) {
    let lattice = space.lattice
    let sums = space.sums(of: k)
    if rows.lowerBound == 0 {
      sums.clearStep()
    }
    // The terms that no stage has summed yet: the last, and the one before where it is odd.
    let rest = terms(max(0, order - 1) / 2 * 2)
    let dt = Float(length)
    var tally = Tally()
    let always = Float(decay + exchange)
    let highest = 2 - 6 * neighbour
    let keepsIntegral = hasOpenings
    let conductances = space.conductances
    if halfSaturation > 0 {
      // What a voxel exchanges is no uptake.
      forEachOpening(k, rows: rows, lattice) { j, i, rate, _, _ in
        let at = lattice.start(row: j, plane: k) + i
        space.diagonal[at] += order == 0 ? -Float(rate) : fall * Float(rate)
      }
    }
    for j in rows {
      let bare = offset + lattice.bare(row: j, plane: k)
      let start = lattice.start(row: j, plane: k)
      let count = lattice.nx
      let c = space.fields.concentration.fours(from: bare, count: count)
      let older = space.term(0).fours(from: start, count: count)
      let newer = space.term(1).fours(from: start, count: count)
      let change = space.change.fours(from: start, count: count)
      let integral = space.integral.fours(from: start, count: count)
      let sink = space.fields.sink.fours(from: bare, count: count)
      let diagonal = space.diagonal.fours(from: start, count: count)
      let capacity = space.fields.capacity?.fours(from: bare, count: count)
      let old = space.term(max(0, order - 1)).fours(from: start, count: count)
      @inline(__always)
      func commit(_ i: Int, _ tally: inout Tally, isLast: Bool) {
        let before = c.read(i, isLast: isLast)
        var moved = SIMD4<Float>()
        var gathered = SIMD4<Float>()
        if levels != nil {
          moved = change.read(i, isLast: isLast) + shift
          gathered = moved
        } else if order > 0 {
          let even = older.read(i, isLast: isLast)
          let odd = newer.read(i, isLast: isLast)
          moved =
            change.read(i, isLast: isLast)
            + (rest.change.older * even + rest.change.newer * odd)
          gathered =
            integral.read(i, isLast: isLast)
            + (rest.integral.older * even + rest.integral.newer * odd)
        }
        let after = before + moved
        let exposure = dt * (before + gathered)
        var taken = sink.read(i, isLast: isLast)
        if halfSaturation > 0, let capacity {
          let entry = diagonal.read(i, isLast: isLast)
          let top = conductances.map { self.highest($0, start + i) } ?? SIMD4(repeating: highest)
          let used = order == 0 ? entry : leastLoss + (top - entry) / fall
          let middle = before + gathered
          let wanted =
            taken + capacity.read(i, isLast: isLast) / (halfSaturation + middle.largest(.zero))
          taken = used - always
          tally.mismatch = tally.mismatch.largest(((wanted - taken) * middle * dt).magnitude)
        }
        if keepsOld {
          old.write(i, before, isLast: isLast)
          change.write(i, gathered, isLast: isLast)
        }
        if keepsIntegral { integral.write(i, exposure, isLast: isLast) }
        c.write(i, after, isLast: isLast)
        tally.final += after
        tally.integral += exposure
        tally.takenUp += taken * exposure
        tally.change = tally.change.largest(moved.magnitude)
        tally.least = tally.least.least(after)
      }
      for i in stride(from: 0, to: c.whole, by: 4) { commit(i, &tally, isLast: false) }
      if c.whole < count { commit(c.whole, &tally, isLast: true) }
      sums[.final] += tally.final.total
      sums[.integral] += tally.integral.total
      sums[.takenUp] += tally.takenUp.total
      tally.beginRow()
    }
    sums[.largestChange] = max(sums[.largestChange], tally.change.top)
    sums[.leastAfter] = min(sums[.leastAfter], -(-tally.least).top)
    sums[.mismatch] = max(sums[.mismatch], tally.mismatch.top)
    if keepsIntegral { exchange(space, plane: k, rows: rows) }
  }

  /// What a commit sums up, row by row, and the extremes it sees.
  private struct Tally {
    var final = SIMD4<Float>()
    var integral = SIMD4<Float>()
    var takenUp = SIMD4<Float>()
    var change = SIMD4<Float>()
    var least = SIMD4<Float>()
    var mismatch = SIMD4<Float>()

    mutating func beginRow() {
      final = SIMD4()
      integral = SIMD4()
      takenUp = SIMD4()
    }
  }

  /// κ of four voxels at the least loss, where every pair of voxels has its conductance.
  private func highest(_ g: Conductances, _ start: Int) -> SIMD4<Float> {
    var highest = SIMD4<Float>()
    for lane in 0..<4 {
      let i = start + lane
      let all =
        (Float(g.west[i]) + Float(g.west[i + 1]))
        + (Float(g.south[i]) + Float(g.south[i + g.pitch]))
        + (Float(g.below[i]) + Float(g.below[i + g.plane]))
      highest[lane] = 2 - neighbour / Float(Conductances.unit) * all
    }
    return highest
  }

  /// What a plane exchanged through its openings, each voxel by its own ∫c dt.
  private func exchange(_ space: Workspace, plane k: Int, rows: Range<Int>) {
    let lattice = space.lattice
    let sums = space.sums(of: k)
    forEachOpening(k, rows: rows, lattice) { j, i, rate, level, isFace in
      let exposure = Double(space.integral[lattice.start(row: j, plane: k) + i])
      let come = rate * (level * length - exposure)
      sums[isFace ? .boundary : .exchanged] += come
    }
  }

  private func restore(_ k: Int, _ space: Workspace) {
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

  /// Fills what is below zero from the neighbours, each by what it can give; what they cannot is added
  /// to the field.
  private func mend(_ space: Workspace) {
    let lattice = space.lattice
    let c = space.fields.concentration.part(
      from: offset,
      count: lattice.nx * lattice.ny * lattice.nz
    )
    var added = 0.0
    for k in 0..<lattice.nz {
      for j in 0..<lattice.ny {
        for i in 0..<lattice.nx where c[lattice.bare(row: j, plane: k) + i] < 0 {
          let here = lattice.bare(row: j, plane: k) + i
          var missing = -c[here]
          c[here] = 0
          let around = [
            (i, lattice.nx, 1), (j, lattice.ny, lattice.nx),
            (k, lattice.nz, lattice.nx * lattice.ny),
          ]
          for (at, count, stride) in around {
            for side in [-1, 1] where at + side >= 0 && at + side < count {
              let neighbour = here + side * stride
              let given = min(missing, max(0, c[neighbour]))
              c[neighbour] -= given
              missing -= given
            }
          }
          added += Double(missing)
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

  /// Whether a voxel exchanges anything at a rate of its own: at a face, or in its region.
  private var hasOpenings: Bool {
    !region.isEmpty || medium.faces.contains { $0 != .closed }
  }
}
