import Substrate
import Vocabulary

/// What the workers do in one phase of a course, for one factor.
struct CourseTask: Sendable {
  /// A phase of a course.
  enum Phase: Sendable {
    /// Sets the conductances between voxels of different regions.
    case grade
    /// Finds r and the loss of every voxel, and takes the first stage as far as a slab can where it
    /// opens.
    case assemble(opens: Bool)
    /// Takes the first stage, where slabs meet or everywhere.
    case open(onlySeams: Bool)
    /// Takes stages from the first, so many, each slab as far as it can without its neighbours.
    case stages(Int, Int)
    /// Takes the same stages where slabs meet.
    case seams(Int, Int)
    /// Takes a stage of a cycle of the quasi-steady scheme.
    case relax(QuasiSteady.Stage)
    /// Takes a stage of a step in double precision.
    case careful(CarefulStage)
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
  var phase = Phase.end
  /// Length of the step, min.
  private(set) var length = 0.0
  /// Whether saturable uptake is taken at the mean concentration of the step, as a try of it showed.
  var isCentred = false
  /// Whether the step is taken in double precision.
  var isCareful = false

  /// Δt-free conductance between voxels, D / h², 1/min.
  private(set) var conductance = 0.0
  /// Loss that every voxel has, 1/min.
  private(set) var always = 0.0
  /// λ of a loss of 1/min beyond what every voxel has.
  private(set) var fall: Float = 1
  private(set) var spectrum = StepPolynomial.Spectrum(from: 0, to: 0)
  private(set) var order = 0
  private(set) var error = StepPolynomial.Bounds()
  /// Whether the step is one of the quasi-steady scheme.
  private(set) var isQuasiSteady = false

  private(set) var shift: Float = 0
  private(set) var neighbour: Float = 0
  private(set) var polynomialChange: [Float] = []
  private(set) var polynomialIntegral: [Float] = []
  private(set) var exact: (change: [Double], integral: [Double]) = ([], [])

  private(set) var offset = 0
  private(set) var spacing = 1.0
  private(set) var exchange = 0.0
  private(set) var medium: Medium
  private(set) var region: [UInt8] = []
  private(set) var halfSaturation: Float = 0
  private var table: [UInt16] = []

  init(team: Int, medium: Medium) {
    self.team = team
    self.medium = medium
  }

  /// Number of pieces of the phase.
  var pieces: Int {
    switch phase {
    case .seams, .open(onlySeams: true): team - 1
    case .mend, .relax(.coarse): 1
    case .end: 0
    default: team
    }
  }

  /// Whether a voxel exchanges anything at a rate of its own: at a face, or in its region.
  var hasOpenings: Bool {
    !region.isEmpty || hasFaces
  }

  /// Whether something passes at a face.
  private(set) var hasFaces = false

  /// Whether ∫c dt of every voxel is needed: where it exchanges, or where its uptake saturates.
  var needsExposure: Bool { hasOpenings || halfSaturation > 0 }

  // MARK: - What the course decides

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
    exchange = region.isEmpty ? medium.exchange[0] : 0
    hasFaces = medium.faces.contains { $0 != .closed }
    always = factor.decay + exchange
    conductance = axes == 0 ? 0 : (medium.diffusivity.max() ?? 0) / (spacing * spacing)
  }

  /// Takes a length for the step and the spectrum that goes with it.
  mutating func take(_ length: Double, _ spectrum: StepPolynomial.Spectrum) {
    self.length = length
    self.spectrum = spectrum
    let places = Double(1 << 22)
    neighbour = Float((2 * length * conductance / spectrum.half * places).rounded() / places)
    fall = Float(2 * length / spectrum.half)
  }

  /// Takes a polynomial for the step.
  mutating func take(_ polynomial: StepPolynomial) {
    isQuasiSteady = false
    order = polynomial.order
    error = polynomial.error
    polynomialChange = polynomial.change
    polynomialIntegral = polynomial.integral
    exact = polynomial.exact
  }

  /// Bound of Z r, where r falls by so much in the first stage: T₀ − T₁ = (Z − a) r / w.
  func second(residual: Double, fall: Double) -> Double {
    spectrum.half * fall + spectrum.low * residual
  }

  /// Leaves a field as it is.
  mutating func rest() {
    order = 0
    error = .init()
    isQuasiSteady = false
    phase = .commit
  }

  /// Begins the cycles of the quasi-steady scheme, where the grid is of one kind and has coarser ones.
  ///
  /// - Returns: whether it does.
  mutating func beginRelaxation(_ space: Workspace) -> Bool {
    guard space.conductances == nil, QuasiSteady.Levels.room(for: space.lattice).grids > 1 else {
      return false
    }
    order = 0
    error = .init()
    isQuasiSteady = true
    shift = 0
    phase = .relax(.begin)
    return true
  }

  /// Ends the cycles with a constant added to the change.
  mutating func endRelaxation(shift: Double) {
    self.shift = Float(shift)
    phase = .commit
  }

  /// Gives the quasi-steady scheme up for this step.
  mutating func abandonRelaxation() { isQuasiSteady = false }

  // MARK: - The work

  /// Does one piece of the phase.
  func run(_ piece: Int, _ space: Workspace) {
    let planes = slab(piece, space.lattice)
    switch phase {
    case .grade:
      for k in planes {
        let regions = medium.diffusivity.count
        space.conductances?.set(plane: k, space.lattice, region, table, regions: regions)
      }
    case .assemble(let opens): assemble(piece, space, opens: opens)
    case .open(onlySeams: true):
      let meeting = slab(piece + 1, space.lattice).lowerBound
      for k in meeting - 1...meeting { open(k, space) }
    case .open(onlySeams: false): for k in planes { open(k, space) }
    case .stages(let first, let count): sweep(piece, space, first, count)
    case .seams(let first, let count): seam(piece, space, first, count)
    case .relax(let stage):
      let levels = QuasiSteady.Levels(space, neighbour: length * conductance)
      let scheme = QuasiSteady(always: Float(length * always), loss: Float(length) / fall)
      scheme.run(stage, levels, space, piece: piece, of: pieces)
    case .careful(let stage):
      guard let terms = space.careful else { preconditionFailure("a careful step has room") }
      for k in planes { run(stage, plane: k, space, terms) }
    case .commit: for k in planes { commit(space, plane: k, rows: 0..<space.lattice.ny) }
    case .restore: for k in planes { restore(k, space) }
    case .mend: mend(space)
    case .end: break
    }
  }

  /// The planes of a piece.
  func slab(_ piece: Int, _ lattice: Lattice) -> Range<Int> {
    lattice.nz * piece / team..<lattice.nz * (piece + 1) / team
  }
}
