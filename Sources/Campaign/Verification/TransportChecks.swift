import Fields
import Substrate
import Vocabulary

/// Fields against closed forms of diffusion, decay and sources.
struct TransportChecks {
  /// The rows.
  private(set) var rows: [Verification.Row] = []
  private let workers: Workers
  /// Diffusivity, um²/min, and decay, 1/min; the square root of their ratio is a length of 100 um.
  private let diffusivity = 600.0, decay = 0.06
  private var reach: Double { (diffusivity / decay).squareRoot() }

  /// Makes the rows.
  init(_ bench: VerificationBench) {
    workers = bench.workers
    mode()
    plane()
    point()
    wall()
    mass()
  }

  private mutating func add(
    _ quantity: String,
    unit: String = "1",
    _ measured: Double,
    _ expected: Double,
    within tolerance: Double,
    _ theory: String
  ) {
    rows.append(
      .init(
        group: .transport,
        quantity: quantity,
        unit: unit,
        measured: measured,
        expected: expected,
        tolerance: tolerance,
        theory: theory
      )
    )
  }

  // MARK: - Problems

  /// Fields of one factor in tissue of one kind.
  static func fields(
    _ shape: GridShape,
    diffusivity: Double,
    decay: Double = 0,
    blood: Double = 0,
    faces: [Medium.Face] = Array(repeating: .closed, count: 6),
    halfSaturation: [Double] = []
  ) -> FieldStack {
    FieldStack(
      shape: shape,
      factors: [
        Factor(
          name: "f",
          molarMass: 2e4,
          diffusivity: diffusivity,
          decay: decay,
          activity: [:]
        )
      ],
      media: [Medium(diffusivity: [diffusivity], exchange: [0], blood: blood, faces: faces)],
      halfSaturation: halfSaturation
    )
  }

  /// Fields after some steps that together take a time (min).
  static func advanced(
    _ start: FieldStack,
    by time: Double,
    steps: Int = 1,
    tolerance: Double = 1e-6,
    using workers: Workers
  ) -> FieldStack {
    var fields = start
    var transport = FieldTransport(tolerance: tolerance)
    for _ in 0..<steps {
      transport.advance(&fields, factors: [0], by: time / Double(steps), using: workers)
    }
    return fields
  }

  /// Distance of the centre of a voxel from the corner of the grid, um; along z only where there is a z.
  private static func distance(of v: Int, _ shape: GridShape) -> Double {
    func along(_ i: Int, _ n: Int) -> Double { n == 1 ? 0 : (Double(i) + 0.5) * shape.spacing }
    let x = along(v % shape.nx, shape.nx)
    let y = along(v / shape.nx % shape.ny, shape.ny)
    let z = along(v / (shape.nx * shape.ny), shape.nz)
    return (x * x + y * y + z * z).squareRoot()
  }

  /// Root mean square of the relative error at voxels whose distance from the corner is in a range.
  private static func error(
    _ fields: FieldStack,
    within range: ClosedRange<Double>,
    _ exact: (Double) -> Double
  ) -> Double {
    let errors = (0..<fields.shape.count).compactMap { v -> Double? in
      let r = distance(of: v, fields.shape)
      return range.contains(r) ? Double(fields.concentration[v]) / exact(r) - 1 : nil
    }
    return (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
  }

  // MARK: - Rows

  /// c = 2 + exp(−D k² t) times a cosine of wave number k = π/X between closed faces X apart, at D k² t = 1.
  private mutating func mode() {
    let length = 400.0
    let k = Double.pi / length
    let time = 1 / (diffusivity * k * k)
    func start(_ n: Int) -> FieldStack {
      let shape = GridShape(nx: n, ny: 1, nz: 1, spacing: length / Double(n))
      var fields = Self.fields(shape, diffusivity: diffusivity)
      for v in 0..<n { fields.concentration[v] = Float(2 + cosine(v, n)) }
      return fields
    }
    func cosine(_ v: Int, _ n: Int) -> Double {
      ClosedForm.cosine(Double.pi * (Double(v) + 0.5) / Double(n))
    }
    func amplitude(_ fields: FieldStack) -> Double {
      let n = fields.shape.count
      return (0..<n).reduce(0) { $0 + Double(fields.concentration[$1]) * cosine($1, n) } * 2
        / Double(n)
    }
    let exact = Elementary.exp(-1)
    let errors = [10, 20].map { n in
      amplitude(Self.advanced(start(n), by: time, using: workers)) / exact - 1
    }
    add(
      "cosine mode: order of the error in space",
      ClosedForm.order(errors[0], errors[1]),
      2,
      within: 0.1,
      "amplitude exp(-D k^2 t) (Crank 1975, eq. 2.17), spacing halved from X/10; tolerance: the next term of the error and single precision"
    )
    // The grid's own mode leaves the error in time alone.
    let n = 20
    let sine = ClosedForm.sine(k * length / Double(2 * n))
    let h = length / Double(n)
    let rate = 4 * diffusivity / (h * h) * sine * sine
    let kept = Elementary.exp(-rate * time)
    for tolerance in [1e-3, 1e-5] {
      let worst = [1, 2, 4, 8].map { steps -> Double in
        let end = Self.advanced(
          start(n),
          by: time,
          steps: steps,
          tolerance: tolerance,
          using: workers
        )
        return (0..<n).reduce(0.0) {
          max($0, (Double(end.concentration[$1]) - 2 - kept * cosine($1, n)).magnitude)
        }
      }
      add(
        "cosine mode: largest error in time in 1, 2, 4 and 8 steps, solver tolerance \(tolerance)",
        unit: "share of the largest concentration",
        (worst.max() ?? .nan) / 3,
        0,
        within: tolerance,
        "the grid's mode exp(-4 D/h^2 sin^2(k h/2) t); the order of the scheme in time follows the tolerance that is asked for"
      )
    }
  }

  /// c = s L / 2D exp(−x/L) about a plane that secretes s per area, L = √(D/k).
  private mutating func plane() {
    let secreted = 1e3
    func exact(_ x: Double) -> Double {
      secreted * reach / (2 * diffusivity) * Elementary.exp(-x / reach)
    }
    let errors = [40, 80].map { n -> Double in
      let shape = GridShape(nx: n, ny: 1, nz: 1, spacing: 8 * reach / Double(n))
      var fields = Self.fields(shape, diffusivity: diffusivity, decay: decay)
      // The closed face mirrors the plane: half of it is here.
      fields.source[0] = Float(secreted / (2 * shape.spacing))
      let end = Self.advanced(fields, by: 20 / decay, using: workers)
      return Self.error(end, within: reach...2.5 * reach, exact)
    }
    let theory = "s L/2D exp(-x/L), L = sqrt(D/k), from L to 2.5 L"
    add(
      "plane source with decay: order in space",
      ClosedForm.order(errors[0], errors[1]),
      2,
      within: 0.25,
      theory
    )
    add(
      "plane source with decay: relative error at h = L/10",
      errors[1],
      0,
      within: 0.25 * 0.01,
      theory + "; tolerance (h/L)^2/4"
    )
  }

  /// c = s exp(−r/L) / 4πDr about a point that secretes s.
  private mutating func point() {
    let secreted = 1e6
    func exact(_ r: Double) -> Double {
      secreted * Elementary.exp(-r / reach) / (4 * .pi * diffusivity * r)
    }
    let errors = [24, 48].map { n -> Double in
      let shape = GridShape(nx: n, ny: n, nz: n, spacing: 8 * reach / Double(n))
      var fields = Self.fields(shape, diffusivity: diffusivity, decay: decay)
      // The corner holds an eighth of the point.
      fields.source[0] = Float(secreted / (8 * shape.voxelVolume))
      let end = Self.advanced(fields, by: 20 / decay, using: workers)
      return Self.error(end, within: reach...2.5 * reach, exact)
    }
    add(
      "point source with decay: order in space",
      ClosedForm.order(errors[0], errors[1]),
      2,
      within: 0.25,
      "s exp(-r/L)/(4 pi D r), L = sqrt(D/k), from L to 2.5 L"
    )
  }

  /// c = A times the hyperbolic cosine of (X − x)/L in a slab behind a wall to blood.
  private mutating func wall() {
    let (length, level, permeability) = (200.0, 4.0, 5.0)
    let ends = ClosedForm.hyperbolic(length / reach)
    let amplitude =
      level / (ends.cosine + diffusivity / (reach * permeability) * ends.sine)
    let errors = [10, 20].map { n -> Double in
      let shape = GridShape(nx: n, ny: 1, nz: 1, spacing: length / Double(n))
      var faces = Array(repeating: Medium.Face.closed, count: 6)
      faces[0] = .blood(permeability: permeability)
      let fields = Self.fields(
        shape,
        diffusivity: diffusivity,
        decay: decay,
        blood: level,
        faces: faces
      )
      let end = Self.advanced(fields, by: 20 / decay, using: workers)
      return Self.error(end, within: 0...length) {
        amplitude * ClosedForm.hyperbolic((length - $0) / reach).cosine
      }
    }
    add(
      "slab behind a wall to blood: order in space",
      ClosedForm.order(errors[0], errors[1]),
      2,
      within: 0.25,
      "A cosh((X-x)/L), P (B - c(0)) = D/L A sinh(X/L)"
    )
  }

  /// Every term of a balance at once: faces, decay, sources, first-order and saturable uptake.
  private mutating func mass() {
    let shape = GridShape(nx: 24, ny: 20, nz: 16, spacing: 20)
    var fields = Self.fields(
      shape,
      diffusivity: diffusivity,
      decay: 0.01,
      blood: 0.4,
      faces: [.fixed(0.8), .closed, .blood(permeability: 30), .fixed(0), .closed, .closed],
      halfSaturation: [0.5]
    )
    let chance = Chance(seed: 3, replicate: 1)
    for v in 0..<shape.count {
      let draw = chance.block(.lodging, cell: UInt32(v)).uniform
      fields.source[v] = draw < 0.1 ? Float(3 * draw) : 0
      fields.sink[v] = draw > 0.8 ? Float(draw - 0.8) : 0
      fields.capacity[v] = draw > 0.4 && draw < 0.5 ? 0.3 : 0
    }
    let end = Self.advanced(fields, by: 60, steps: 12, tolerance: 1e-3, using: workers)
    add(
      "mass balance of a rough field",
      unit: "share of what passed",
      end.balance[0].relativeResidual,
      0,
      within: 1e-6,
      "initial + secreted + boundary - taken up - decayed - final = 0 to single precision"
    )
    let held = (0..<shape.count).reduce(0.0) { $0 + Double(end.concentration[$1]) }
    add(
      "amount on the grid at the end against its balance",
      unit: "share",
      held * shape.voxelVolume / end.balance[0].final,
      1,
      within: 1e-6,
      "sum of c h^3"
    )
  }
}
