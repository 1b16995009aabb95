import Substrate
import Vocabulary

/// The order in which a sweep goes through factors and phases, and what it decides on the way.
struct Course: Sendable {
  /// Stages that a slab takes at once.
  static let depth = 4
  /// Share of the tolerance at which a step aims.
  private static let aim = 0.25
  private static let patience = 4
  /// Most pieces that a step is cut into where uptake saturates.
  private static let mostPieces = 1024.0
  /// Most pieces of a step in which what cells take is not used up.
  private static let ordinaryPieces = 128.0
  /// How often saturable uptake is centred anew before a piece is cut.
  private static let mostTries = 2
  /// Share of the tolerance at which saturable uptake aims, whose errors in many voxels add up.
  private static let bentAim = 0.125
  /// Half width of the spectrum from which cycles are cheaper than stages.
  private static let stiff = 900.0
  private static let mostCycles = 8
  /// Share of its mass that rounding may take from a field in a step.
  private static let rounding = 2.5e-7
  /// Share of what passed that may be unexplained before a step is done again with care; a run stops at 1e-5.
  private static let unexplained = 9e-6
  /// Share of the mass of a field that may be below zero after a step, to be made up for by voxels around.
  private static let mostNegative = 1e-6
  /// How many times what is behind a piece that starts from a rough field may be the next.
  private static let growth = 15.0
  /// Largest change of a quasi-steady step as a share of the tolerance: backward Euler is wrong by less
  /// than a third of it.
  private static let steadyChange = 0.5
  /// The same where a field changes about single cells only: what is rough, and counts little in the root mean
  /// square, is hardly wrong.
  private static let roughChange = 2.0
  private static let smoothChange = 0.05

  private(set) var task: CourseTask
  var memory: [FactorMemory]
  var balance: [MassBalance]
  /// How often an operator was applied.
  private(set) var stages = 0
  /// The table by which conductances were set last.
  var graded: [UInt16]

  private let fields: Description
  private let factors: [Int]
  private let step, tolerance: Double
  private var turn = 0
  private var elapsed = 0.0
  private var attempts = 0
  private var grows = false
  /// How often saturable uptake was centred anew in this piece, and what was wrong the last time.
  private var tries = 0
  private var lastMismatch = Double.infinity
  /// Whether saturable uptake left the last piece far below what it may be wrong by.
  private var isStraight = false
  /// Whether cells use the factor up: pieces as short as saturable uptake asks for are followed by such as
  /// short, until it no longer does.
  private var isScarce = false
  /// Σ Q_j m_j and Σ Q_j n_j of the terms met so far.
  private var gathered = 0.0
  private var lost = 0.0
  /// The same of a careful step, of all terms.
  private var careful = CarefulSums()
  private var cycles = 0
  /// Whether it ended for want of room for careful steps, to be continued once there is.
  private(set) var wantsRoom = false
  /// One over the share of the change that may be wrong, in a step to be done again.
  private var repeated = 0.0

  /// What a course needs to know of the stack.
  private struct Description {
    let lattice: Lattice
    let shape: GridShape
    let factors: [Factor]
    let media: [Medium]
    let region: [UInt8]
    let halfSaturation: [Float]
  }

  init(
    _ fields: FieldStack,
    _ lattice: Lattice,
    factors: [Int],
    step: Double,
    tolerance: Double,
    team: Int,
    memory: [FactorMemory],
    graded: [UInt16]
  ) {
    self.graded = graded
    self.fields = Description(
      lattice: lattice,
      shape: fields.shape,
      factors: fields.factors,
      media: fields.media,
      region: fields.region,
      halfSaturation: fields.halfSaturation
    )
    self.factors = factors
    self.step = step
    self.tolerance = tolerance
    self.memory = memory
    balance = fields.balance
    task = CourseTask(team: team, medium: fields.media[factors[0]])
  }

  /// The first phase; the number of its pieces.
  mutating func begin() -> Int {
    turn = 0
    open(length: step)
    return task.pieces
  }

  /// Goes on where it ended for want of room; the number of pieces of the first phase.
  mutating func goOn() -> Int {
    wantsRoom = false
    assemble()
    return task.pieces
  }

  /// The phase after the one that ended; the number of its pieces, 0 for none.
  mutating func next(_ space: Workspace) -> Int {
    switch task.phase {
    case .grade: assemble()
    case .assemble(let opens): prepare(space, hasOpened: opens)
    case .open: plan(space)
    case .relax(let stage): relax(stage, space)
    case .stages(let first, let count) where task.team > 1: task.phase = .seams(first, count)
    case .stages(let first, let count), .seams(let first, let count):
      gather(first, count, space)
      follow(first + count, space)
    case .careful(let stage): follow(stage, space)
    case .commit: judge(space)
    case .restore: if wantsRoom { task.phase = .end } else { assemble() }
    case .mend: close(space, mended: true)
    case .end: break
    }
    return task.pieces
  }

  // MARK: - Phases

  private mutating func open(length: Double) {
    let f = factors[turn]
    if !fields.region.isEmpty, memory[f].table.isEmpty {
      memory[f].table = Conductances.table(fields.media[f].diffusivity)
    }
    memory[f].trail.moved = 0
    elapsed = 0
    attempts = 0
    grows = false
    isStraight = false
    isScarce = false
    task.isCareful = false
    centreAnew()
    task.meet(
      fields.factors[f],
      fields.media[f],
      region: fields.region,
      halfSaturation: fields.halfSaturation.isEmpty ? nil : fields.halfSaturation[f],
      table: memory[f].table,
      spacing: fields.shape.spacing,
      axes: fields.lattice.axes,
      at: f * fields.shape.count
    )
    take(length)
    assemble()
    guard !fields.region.isEmpty, graded != memory[f].table else { return }
    graded = memory[f].table
    task.phase = .grade
  }

  /// Takes a length for the step, and the spectrum that the losses met so far give it.
  private mutating func take(_ length: Double) {
    let spectrum = StepPolynomial.Spectrum(from: length * task.always, to: highest(of: length))
    memory[factors[turn]].turn(to: spectrum)
    task.take(length, spectrum)
  }

  /// The highest eigenvalue of a step of a length, by the losses met so far.
  private func highest(of length: Double) -> Double {
    let exchange = 4 * Double(fields.lattice.axes) * task.conductance
    return length * (task.always + memory[factors[turn]].trail.loss + exchange)
  }

  private mutating func centreAnew() {
    task.isCentred = false
    tries = 0
    lastMismatch = .infinity
  }

  private mutating func assemble() {
    task.phase = .assemble(opens: !memory[factors[turn]].trail.isSteady)
  }

  /// Adds what the stages of a sweep summed of the terms.
  private mutating func gather(_ first: Int, _ count: Int, _ space: Workspace) {
    guard !task.needsExposure else { return }
    for q in 0..<count where (first + q) % 2 == 0 {
      let sums = space.termSums(q)
      gathered += sums.passed.sum()
      lost += sums.lost.sum()
    }
  }

  /// On to a stage, or to judgement where there is none.
  private mutating func follow(_ stage: Int, _ space: Workspace) {
    let left = task.order - stage
    if left > 0 {
      task.phase = .stages(stage, min(Self.depth, left))
    } else {
      judge(space)
    }
  }

  /// On to the next stage of a careful step.
  private mutating func follow(_ stage: CarefulStage, _ space: Workspace) {
    switch stage {
    case .assemble:
      careful = CarefulSums()
      careful.add(space, times: 1)
      task.phase = .careful(.open)
    case .open:
      careful.add(space, times: task.exact.integral[0])
      task.phase = .careful(.leap(2))
    case .leap(let j):
      careful.add(space, times: task.exact.integral[j - 1])
      task.phase = .careful(j + 1 < task.order ? .leap(j + 1) : .commit)
    case .commit: judge(space)
    }
  }

  /// Decides how the step is done, as far as what was assembled tells.
  private mutating func prepare(_ space: Workspace, hasOpened: Bool) {
    let f = factors[turn]
    gathered = 0
    lost = 0
    let residual = space.largest(.largestResidual)
    precondition(space.sum(.squares).isFinite, "a field is not finite")
    let loss = space.largest(.largestLoss)
    memory[f].trail.loss = loss
    if highest(of: task.length) > task.spectrum.low + 2 * task.spectrum.half {
      take(task.length)
      return assemble()
    }
    guard residual > 0, !isAtRest(residual, space) else {
      memory[f].trail.isSteady = false
      return task.rest()
    }
    let isWhole = task.length == step && attempts == 0
    if isWhole, !task.isCareful, task.spectrum.half > Self.stiff, mayBeSteady(residual),
      task.beginRelaxation(space)
    {
      cycles = 0
      return
    }
    if !task.isCareful, let shorter = shorter(space) {
      grows = true
      take(shorter)
      return assemble()
    }
    memory[f].trail.isSteady = false
    if hasOpened, task.team == 1 {
      plan(space)
    } else {
      task.phase = .open(onlySeams: hasOpened)
    }
  }

  /// Length of a step that keeps what rounding takes from a rough field within bounds, where the step at
  /// hand does not; `nil` where it does.
  ///
  /// Rounding of T_j enters the mean of a field some √w times, j = 0, 1, ... 2 √w: in all by
  /// w^¾ ε √Σr² / 2. r falls with the length of the step, and with the roughness while the step goes on.
  private func shorter(_ space: Workspace) -> Double? {
    let w = task.spectrum.half
    let noise =
      0.5 * (w * w.squareRoot()).squareRoot() * Double(Float.ulpOfOne)
      * space.sum(.squares).squareRoot()
    let allowed = Self.rounding * (space.sum(.initial) + space.sum(.secreted))
    guard noise > allowed, allowed > 0 else { return nil }
    var length = task.length
    var share = 1.0
    // noise ~ length^7/4
    while share * (share * share.squareRoot()).squareRoot() * noise > allowed {
      share /= 2
      length /= 2
    }
    return length
  }

  /// Whether a field that nothing gives or takes is even but for rounding.
  private func isAtRest(_ residual: Double, _ space: Workspace) -> Bool {
    guard task.always == 0, space.largest(.largestLoss) == 0, space.sum(.secreted) == 0 else {
      return false
    }
    let rounding = 8 * Double(Float.ulpOfOne) * space.largest(.largest)
    return residual <= rounding * max(1, 6 * task.length * task.conductance)
  }

  /// Whether the step will change the field by little, as far as the last one tells.
  private func mayBeSteady(_ residual: Double) -> Bool {
    let memory = memory[factors[turn]]
    guard memory.trail.change.isFinite, memory.trail.residual > 0 else { return false }
    let fold = residual / memory.trail.residual
    return isSteady(change: memory.trail.change * fold, spread: memory.trail.spread * fold)
  }

  /// Whether a step that changes a field by so much, at most and root mean square, both as a share of the
  /// largest concentration, may be one of the quasi-steady scheme.
  private func isSteady(change: Double, spread: Double) -> Bool {
    change <= Self.steadyChange * tolerance
      || change <= Self.roughChange * tolerance && spread <= Self.smoothChange * tolerance
  }

  /// Repeats the cycles of the quasi-steady scheme until the residual is negligible; where it
  /// does not converge, or the field changes too much, the step is computed like any other.
  private mutating func relax(_ stage: QuasiSteady.Stage, _ space: Workspace) {
    guard stage == .judge || stage == .remainder else {
      task.phase = .relax(stage.next)
      return
    }
    let scale = space.largest(.largest)
    let left = space.largest(.largestRemainder) / (1 + task.length * task.always)
    if left <= Self.aim * tolerance * scale {
      // Σ (1 + Δt loss) over the voxels is what a constant takes up.
      let voxels = Double(fields.shape.count)
      let extra = space.sum(.loss) / Double(task.fall)
      let taken = voxels * (1 + task.length * task.always) + task.length * extra
      memory[factors[turn]].trail.isSteady = true
      task.endRelaxation(shift: space.sum(.remainder) / taken)
      return
    }
    if stage == .judge { cycles += 1 }
    if cycles < Self.mostCycles {
      task.phase = .relax(stage.next)
    } else {
      giveUp()
    }
  }

  private mutating func giveUp() {
    memory[factors[turn]].trail.isSteady = false
    task.abandonRelaxation()
    task.phase = .open(onlySeams: false)
  }

  /// Chooses the polynomial of the step.
  private mutating func plan(_ space: Workspace) {
    let f = factors[turn]
    let largest = space.largest(.largest)
    let residual = space.largest(.largestResidual)
    let second = task.second(residual: residual, fall: space.largest(.largestFall))
    // What is rough changes by r / z, z the eigenvalue that r shows; the field cannot change by more
    // than it will be.
    let change = min(residual, 3 * residual * residual / max(second, .leastNormalMagnitude))
    let allowed = Self.aim * tolerance * max(largest, change)
    let isFirst = attempts == 0
    let repeated = repeated
    let position = memory[f].polynomials[0].position { bounds in
      isFirst
        ? bounds.error(change: change, residual: residual, second: second) <= allowed
        : bounds.ofChange * repeated <= 1
    }
    let polynomial = memory[f].polynomials[0].known[position]
    stages += polynomial.order
    task.take(polynomial)
    if task.isCareful {
      task.phase = .careful(.assemble)
    } else {
      follow(2, space)
    }
  }

  /// Accepts the step, or has it done again.
  private mutating func judge(_ space: Workspace) {
    let change = space.largest(.largestChange)
    let scale = max(space.largest(.largest), change)
    let error = task.error.error(
      change: change,
      residual: space.largest(.largestResidual),
      second: task.second(
        residual: space.largest(.largestResidual),
        fall: space.largest(.largestFall)
      )
    )
    let moved = (space.sum(.shift) / Double(fields.shape.count)).squareRoot()
    let isUnsteady =
      task.isQuasiSteady && scale > 0 && !isSteady(change: change / scale, spread: moved / scale)
    // Far from its sources a field may be less than what is wrong with it.
    let negative = space.sum(.negative) / max(space.sum(.final), .leastNormalMagnitude)
    let isRough =
      isUnsteady
      || task.order > 0 && (error > tolerance * scale || negative > Self.mostNegative)
    // Pieces may be wrong by their share of what the step may.
    let mismatch = space.largest(.mismatch) * step / task.length
    let isBent =
      task.length > step / Self.mostPieces && mismatch > Self.bentAim * tolerance * scale
    let f = factors[turn]
    if attempts < Self.patience, isRough || isBent {
      if isRough {
        attempts += 1
        repeated = max(
          change / (Self.aim * tolerance * scale),
          negative / Self.mostNegative / max(task.error.ofChange, .leastNormalMagnitude)
        )
      }
      if isBent, tries < Self.mostTries, mismatch < 0.5 * lastMismatch {
        tries += 1
        lastMismatch = mismatch
        task.isCentred = true
      } else if isBent {
        take(task.length / 2)
        isScarce = isScarce || task.length < step / Self.ordinaryPieces
        centreAnew()
      }
      memory[f].trail.isSteady = false
      task.phase = .restore
      return
    }
    // A careful step does not look anew at what the one before it was accepted by.
    if !task.isCareful { see(mismatch: mismatch, allowed: Self.bentAim * tolerance * scale) }
    memory[f].trail.change = scale > 0 ? change / scale : 0
    memory[f].trail.residual = space.largest(.largestResidual)
    memory[f].trail.spread = scale > 0 ? moved / scale : 0
    if space.least(.leastAfter) < 0 {
      task.phase = .mend
    } else {
      close(space, mended: false)
    }
  }

  /// Enters the step into the balance and goes on; where rounding shows in the balance, the step is done again
  /// with care.
  private mutating func close(_ space: Workspace, mended: Bool) {
    let f = factors[turn]
    let closed = closing(space, mended: mended)
    if !task.isCareful, closed.relativeResidual > Self.unexplained {
      task.isCareful = true
      wantsRoom = space.careful == nil
      memory[f].trail.isSteady = false
      task.phase = .restore
      return
    }
    balance[f] = closed
    memory[f].trail.moved += (space.sum(.shift) / Double(fields.shape.count)).squareRoot()
    advance()
  }

  /// Whether the piece after one that was wrong by a mismatch may be longer.
  private mutating func see(mismatch: Double, allowed: Double) {
    isStraight = mismatch < allowed / (isScarce ? 4 : 32)
  }

  /// Length of the piece after the one that has ended.
  private var nextLength: Double {
    if isScarce { return max(isStraight ? 2 * task.length : task.length, step / Self.mostPieces) }
    return grows ? Self.growth * elapsed : isStraight ? 2 * task.length : task.length
  }

  /// On to the rest of the step, or to the next factor.
  private mutating func advance() {
    elapsed += task.length
    attempts = 0
    task.isCareful = false
    if elapsed < step * (1 - 1e-9) {
      take(min(nextLength, step - elapsed))
      centreAnew()
      return assemble()
    }
    turn += 1
    if turn == factors.count { task.phase = .end } else { open(length: step) }
  }

  /// The balance of the factor after the step.
  private func closing(_ space: Workspace, mended: Bool) -> MassBalance {
    let f = factors[turn]
    let volume = fields.shape.voxelVolume
    var entry = StepBalance()
    let passed = passed(space)
    let blood = task.exchange * task.medium.blood * task.length * Double(fields.shape.count)
    entry.secreted = volume * space.sum(.secreted)
    entry.boundary = volume * passed.faces
    entry.exchanged = volume * (passed.regions + blood - task.exchange * passed.integral)
    entry.takenUp = volume * passed.takenUp
    entry.decayed = volume * fields.factors[f].decay * passed.integral
    entry.repaired = mended ? volume * space.sums(of: 0)[.repaired] : 0
    var balance = balance[f]
    balance.add(entry, final: volume * space.sum(.final))
    return balance
  }

  /// What passed in the voxels together.
  private struct Passed {
    /// Σ ∫c dt, nM min, and Σ ∫uptake c dt, nM.
    var integral = 0.0, takenUp = 0.0
    /// What came in at faces and in regions, nM.
    var faces = 0.0, regions = 0.0
  }

  /// What passed, by the scheme that did the step.
  private func passed(_ space: Workspace) -> Passed {
    let length = task.length
    if task.isCareful, task.order > 0 {
      return Passed(
        integral: length * careful.all,
        takenUp: length * careful.taken,
        faces: -length * careful.faces,
        regions: -length * careful.regions
      )
    }
    var passed = Passed(faces: space.sum(.boundary), regions: space.sum(.exchanged))
    if task.needsExposure {
      passed.integral = space.sum(.integral)
      passed.takenUp = space.sum(.takenUp)
    } else {
      let integral = space.sum(.initial) + gathered + space.sum(.integral)
      let lost = space.sum(.initialLoss) + self.lost + space.sum(.takenUp)
      passed.integral = length * integral
      passed.takenUp = length * lost / Double(task.fall)
    }
    return passed
  }
}

extension Workspace {
  /// Sum of what the planes report, in their order.
  func sum(_ entry: PlaneSums.Entry) -> Double {
    var sum = 0.0
    for k in 0..<lattice.nz { sum += sums(of: k)[entry] }
    return sum
  }

  /// Sums of a stage of a sweep over all planes.
  func termSums(_ stage: Int) -> TermSums {
    var sum = TermSums()
    for k in 0..<lattice.nz {
      let plane = sums(of: k).terms(stage)
      sum.passed += plane.passed
      sum.lost += plane.lost
    }
    return sum
  }

  /// Largest of what the planes report.
  func largest(_ entry: PlaneSums.Entry) -> Double {
    var largest = sums(of: 0)[entry]
    for k in 0..<lattice.nz {
      let value = sums(of: k)[entry]
      if !(value <= largest) { largest = value }
    }
    return largest
  }

  /// Least of what the planes report.
  func least(_ entry: PlaneSums.Entry) -> Double {
    var least = sums(of: 0)[entry]
    for k in 0..<lattice.nz { least = min(least, sums(of: k)[entry]) }
    return least
  }
}
