import Substrate

/// The order in which a sweep goes through factors and phases, and what it decides on the way.
struct Course: Sendable {
  /// Stages that a slab takes at once.
  static let depth = 4
  /// Share of the tolerance at which a step aims.
  private static let aim = 0.25
  private static let patience = 4
  /// Most pieces that a step is cut into where uptake saturates.
  private static let mostPieces = 1024.0
  /// Half width of the spectrum from which cycles are cheaper than stages.
  private static let stiff = 1e5
  private static let mostCycles = 8

  private(set) var task: Task
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
  private var cycles = 0
  /// How many times its allowed error a change was, in a step to be done again.
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
    task = Task(team: team, medium: fields.media[factors[0]])
  }

  /// The first phase; the number of its pieces.
  mutating func begin() -> Int {
    turn = 0
    open(length: step)
    return task.pieces
  }

  /// The phase after the one that ended; the number of its pieces, 0 for none.
  mutating func next(_ space: Workspace) -> Int {
    switch task.phase {
    case .grade: task.phase = .assemble
    case .assemble: prepare(space)
    case .open: plan(space)
    case .settle(let stage): settle(stage, space)
    case .stages(let first, let count):
      if task.team > 1 { task.phase = .seams(first, count) } else { follow(first + count, space) }
    case .seams(let first, let count): follow(first + count, space)
    case .commit: judge(space)
    case .restore: task.phase = .assemble
    case .mend:
      book(space, mended: true)
      advance()
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
    elapsed = 0
    attempts = 0
    task.length = length
    task.isCentred = false
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
    task.phase = .assemble
    guard !fields.region.isEmpty, graded != memory[f].table else { return }
    graded = memory[f].table
    task.phase = .grade
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

  /// Finds the spectrum of the step.
  private mutating func prepare(_ space: Workspace) {
    let residual = space.largest(.largestResidual)
    precondition(residual.isFinite, "a field is not finite")
    let largest = space.largest(.largest)
    guard residual > 0, !isAtRest(residual, largest, space) else {
      task.rest()
      return
    }
    let f = factors[turn]
    let least = space.least(.leastLoss)
    let most = space.largest(.largestLoss)
    let spectrum = StepPolynomial.Spectrum(
      from: task.length * least,
      to: task.length * (most + 4 * Double(fields.lattice.axes) * task.conductance),
      coarse: fields.region.isEmpty ? nil : task.length * task.conductance
    )
    memory[f].turn(to: spectrum)
    task.take(spectrum, leastLoss: least)
    guard attempts == 0, spectrum.half > Self.stiff, mayBeSettled(residual) else { return }
    if task.settle(space) { cycles = 0 }
  }

  /// Whether a field that nothing gives or takes is even but for rounding.
  private func isAtRest(_ residual: Double, _ largest: Double, _ space: Workspace) -> Bool {
    guard space.largest(.largestLoss) == 0, space.sum(.secreted) == 0 else { return false }
    let rounding = 8 * Double(Float.ulpOfOne) * largest
    return residual <= rounding * max(1, 6 * task.length * task.conductance)
  }

  /// Whether the step will change the field by little, as far as the last one tells.
  private func mayBeSettled(_ residual: Double) -> Bool {
    let memory = memory[factors[turn]]
    guard memory.change.isFinite, memory.residual > 0 else { return false }
    return memory.change * residual / memory.residual <= 2 * tolerance
  }

  /// Goes through the cycles of the quasi-steady scheme until what is left no longer matters; where it
  /// does not come to that, or the field moves too much, the step is done as any other.
  private mutating func settle(_ stage: QuasiSteady.Stage, _ space: Workspace) {
    guard stage == .judge || stage == .remainder else {
      task.phase = .settle(stage.next)
      return
    }
    let least = space.least(.leastLoss)
    let scale = space.largest(.largest)
    let left = space.largest(.largestRemainder) / (1 + task.length * least)
    if left <= Self.aim * tolerance * scale {
      // Σ (1 + Δt loss) over the voxels is what a constant takes up.
      let voxels = Double(fields.shape.count)
      let taken = voxels + task.length * space.sum(.loss)
      task.settled(shift: space.sum(.remainder) / taken)
      return
    }
    if stage == .judge { cycles += 1 }
    if cycles < Self.mostCycles {
      task.phase = .settle(stage.next)
    } else {
      giveUp()
    }
  }

  private mutating func giveUp() {
    task.unsettle()
    task.phase = .open
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
    let polynomial = memory[f].polynomials[0].rungs[position]
    stages += polynomial.order
    let worst = polynomial.error.error(change: residual, residual: residual, second: second)
    task.take(polynomial, isCertain: worst <= tolerance * largest)
    follow(2, space)
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
    // A quasi-steady field is behind by at most half of what a step changes.
    let isUnsettled = task.levels != nil && change > 2 * tolerance * scale
    let isRough = isUnsettled || task.order > 0 && error > tolerance * scale
    let isBent =
      task.length > step / Self.mostPieces
      && space.largest(.mismatch) > Self.aim * tolerance * scale
    if attempts < Self.patience, isRough || isBent {
      if isRough {
        attempts += 1
        repeated = change / (Self.aim * tolerance * scale)
      }
      if isBent, task.isCentred {
        task.length /= 2
        task.isCentred = false
      } else if isBent {
        task.isCentred = true
      }
      task.phase = .restore
      return
    }
    memory[factors[turn]].change = scale > 0 ? change / scale : 0
    memory[factors[turn]].residual = space.largest(.largestResidual)
    if space.least(.leastAfter) < 0 {
      task.phase = .mend
    } else {
      book(space, mended: false)
      advance()
    }
  }

  /// On to the rest of the step, or to the next factor.
  private mutating func advance() {
    elapsed += task.length
    attempts = 0
    if elapsed < step * (1 - 1e-9) {
      task.length = min(task.length, step - elapsed)
      task.isCentred = false
      task.phase = .assemble
      return
    }
    turn += 1
    if turn == factors.count { task.phase = .end } else { open(length: step) }
  }

  /// Enters the step into the balance.
  private mutating func book(_ space: Workspace, mended: Bool) {
    let f = factors[turn]
    let volume = fields.shape.voxelVolume
    var entry = StepBalance()
    let integral = space.sum(.integral)
    entry.secreted = volume * space.sum(.secreted)
    entry.boundary = volume * space.sum(.boundary)
    entry.exchanged =
      volume * (space.sum(.exchanged) + task.exchanged(integral, voxels: fields.shape.count))
    entry.takenUp = volume * space.sum(.takenUp)
    entry.decayed = volume * fields.factors[f].decay * integral
    entry.repaired = mended ? volume * space.sums(of: 0)[.repaired] : 0
    balance[f].add(entry, final: volume * space.sum(.final))
  }
}

extension Workspace {
  /// Sum of what the planes report, in their order.
  func sum(_ entry: PlaneSums.Entry) -> Double {
    var sum = 0.0
    for k in 0..<lattice.nz { sum += sums(of: k)[entry] }
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
