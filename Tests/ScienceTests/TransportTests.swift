import CountingAllocator
import Fields
import Foundation
import Reference
import Substrate
import Testing
import Vocabulary

/// The transport against the oracle: what it says of the fields, and what it says of their balance.
@Suite("Transport: agreement")
struct TransportAgreementTests {
  static let line = GridShape(nx: 23, ny: 1, nz: 1, spacing: 20)
  static let flat = GridShape(nx: 13, ny: 11, nz: 1, spacing: 20)
  static let solid = GridShape(nx: 9, ny: 7, nz: 5, spacing: 20)

  /// Compares fields and balances after every step, at each tolerance; sources move between steps.
  ///
  /// The slack is for the rounding of conductances.
  static func compare(_ start: FieldStack, steps: [Double], slack: Double = 0) {
    let workers = Workers(count: 1)
    var exact = start
    var oracle = ExplicitTransport(start)
    let tolerances = [1e-2, 1e-3, 1e-4]
    var stacks = tolerances.map { _ in start }
    var schemes = tolerances.map { FieldTransport(tolerance: $0) }
    for (turn, step) in steps.enumerated() {
      FieldProblem.exchange(&exact, stream: UInt32(turn + 1))
      oracle.advance(&exact, factors: start.all, by: step, using: workers)
      for (i, tolerance) in tolerances.enumerated() {
        FieldProblem.exchange(&stacks[i], stream: UInt32(turn + 1))
        schemes[i].advance(&stacks[i], factors: start.all, by: step, using: workers)
        expect(stacks[i], near: oracle, within: tolerance + slack, "step \(turn) at \(tolerance)")
      }
    }
  }

  static func expect(
    _ fields: FieldStack,
    near oracle: ExplicitTransport,
    within allowed: Double,
    _ place: String
  ) {
    #expect(fields.isSound && fields.residual < 1e-5, "\(fields.residual) \(place)")
    for f in fields.all {
      let error = fields.error(of: f, against: oracle.concentration)
      #expect(error <= allowed, "factor \(f) \(place)")
      let (mine, its) = (fields.balance[f], oracle.balance[f])
      for (name, term) in FieldProblem.terms {
        let difference = (mine[keyPath: term] - its[keyPath: term]).magnitude
        #expect(difference <= allowed * its.turnover, "\(name) of \(f) \(place)")
      }
    }
  }

  /// Rough fields, moving sources and sinks, with and without all that a stack can say.
  @Test(
    arguments: [line, flat, solid],
    [[], [.faces], [.regions], [.saturation], Set(Ingredient.allCases)]
  )
  func agreesWithTheOracle(shape: GridShape, ingredients: Set<Ingredient>) {
    // A tenth of the largest diffusivity is 3277 units of 2⁻¹⁵ less 0.3.
    let slack = ingredients.contains(.regions) ? 1e-4 : 0
    Self.compare(FieldProblem.rough(shape, ingredients), steps: [1, 1, 0.1, 5], slack: slack)
  }

  /// The first minutes after sources appear in an empty field, and after the last has gone.
  @Test(arguments: [[], Set([Ingredient.saturation])])
  func sourcesComeAndGo(ingredients: Set<Ingredient>) {
    var fields = FieldProblem.rough(Self.solid, ingredients)
    for f in fields.all { fields.fill(f, with: 0) }
    Self.compare(fields, steps: [1, 1])
    fields = fields.advanced(by: 30)
    for i in fields.source.indices { fields.source[i] = 0 }
    for f in fields.all { fields.openBalance(of: f) }
    var exact = fields
    var oracle = ExplicitTransport(fields)
    oracle.advance(&exact, factors: fields.all, by: 1, using: Workers(count: 1))
    for tolerance in [1e-2, 1e-3, 1e-4] {
      let after = fields.advanced(by: 1, tolerance: tolerance)
      Self.expect(after, near: oracle, within: tolerance, "at \(tolerance)")
    }
  }

  /// Where nothing saturates, one long step is many short ones.
  @Test(arguments: [[], [.faces], Set([Ingredient.regions])], [1e-2, 1e-3, 1e-4])
  func oneStepIsManyShortOnes(ingredients: Set<Ingredient>, tolerance: Double) {
    let fields = FieldProblem.rough(Self.solid, ingredients)
    let whole = fields.advanced(by: 8, tolerance: tolerance)
    let parts = fields.advanced(by: 0.25, steps: 32, tolerance: tolerance)
    for f in fields.all {
      // Each of the two may be off by the tolerance.
      #expect(whole.error(of: f, against: parts.concentration.map(Double.init)) <= 2 * tolerance)
    }
  }

  /// Voxels apart that take up what saturates them keep to the tolerance however long the step.
  @Test(arguments: [0.1, 1, 8], [1e-2, 1e-3, 1e-4])
  func saturableUptakeKeepsToTheTolerance(step: Double, tolerance: Double) {
    var fields = FieldStack(
      shape: Self.flat,
      factors: [FieldProblem.factor(0)],
      halfSaturation: [0.5]
    )
    fields.fill(0, with: 1)
    for v in 0..<Self.flat.count { fields.capacity[v] = 0.3 }
    var exact = fields
    var oracle = ExplicitTransport(fields)
    oracle.advance(&exact, factors: [0], by: step, using: Workers(count: 1))
    let end = fields.advanced(by: step, tolerance: tolerance)
    // Of what is left at the end of a long step an error is a larger share.
    #expect(end.error(of: 0, against: oracle.concentration) <= (step < 8 ? 1 : 5) * tolerance)
    // A share of the largest concentration of the step, which is the first.
    for v in 0..<Self.flat.count {
      #expect((Double(end.concentration[v]) - oracle.concentration[v]).magnitude <= tolerance)
    }
  }
}

@Suite("Transport: laws")
struct TransportLawTests {
  static let shape = GridShape(nx: 9, ny: 8, nz: 7, spacing: 20)

  // MARK: - Balance, term by term

  /// A term alone moves what its law says: c₀ exp(−kt) stays, the rest went where it is booked.
  @Test(arguments: ["decay", "uptake", "blood"])
  func aTermAlone(name: String) {
    let (rate, time, start) = (0.03, 20.0, 2.0)
    var fields = FieldStack(
      shape: Self.shape,
      factors: [FieldProblem.factor(600, decay: name == "decay" ? rate : 0)],
      media: [Medium(diffusivity: [600], exchange: [name == "blood" ? rate : 0])]
    )
    fields.fill(0, with: Float(start))
    if name == "uptake" { for v in fields.sink.indices { fields.sink[v] = Float(rate) } }
    let end = fields.advanced(by: time, tolerance: 1e-6).balance[0]
    let lost = start * (1 - Foundation.exp(-rate * time)) * Self.shape.volume
    let want = ["decay": end.decayed, "uptake": end.takenUp, "blood": -end.exchanged]
    for (term, value) in want {
      #expect((value - (term == name ? lost : 0)).magnitude < 1e-5 * lost, "\(term)")
    }
    #expect(end.boundary == 0 && end.secreted == 0 && end.repaired == 0)
  }

  /// A single voxel behind a wall fills at its rate b: what came in is c_blood (1 − exp(−bt)).
  @Test func boundaryAlone() {
    let shape = GridShape(nx: 1, ny: 1, nz: 1, spacing: 20)
    var faces = Array(repeating: Medium.Face.closed, count: 6)
    faces[3] = .blood(permeability: 1)
    let fields = FieldProblem.plain(shape, [(600, 0)], faces: faces, blood: 2)
    let rate = fields.media[0].conductance(of: 3, region: 0, spacing: 20)
    #expect((rate * 20 * (20.0 / 1200 + 1) - 1).magnitude < 1e-12)
    let end = fields.advanced(by: 10, tolerance: 1e-6)
    let want = 2 * (1 - Foundation.exp(-rate * 10)) * shape.volume
    #expect((end.balance[0].boundary / want - 1).magnitude < 1e-5)
    #expect((end.amount(of: 0) / want - 1).magnitude < 1e-5)
  }

  /// What cells give is what the field gets, summed to the rounding of a row.
  @Test(arguments: [0.01, 1, 30])
  func whatCellsGiveTheFieldGets(step: Double) {
    let fields = FieldProblem.rough(Self.shape)
    let end = fields.advanced(by: step)
    for f in fields.all {
      let given = fields.source[fields.range(of: f)].reduce(0.0) { $0 + Double($1) }
      let want = step * given * Self.shape.voxelVolume
      #expect((end.balance[f].secreted / want - 1).magnitude < 2e-7)
    }
  }

  /// Seven days of one-minute steps: what is neither given nor lost stays.
  @Test func massIsKept() {
    let shape = GridShape(nx: 12, ny: 10, nz: 6, spacing: 20)
    var fields = FieldProblem.plain(shape, [(10 * 60, 0), (140 * 60, 0), (3000 * 60, 0)])
    fields.concentration = FieldProblem.draws(of: fields.source.count, stream: 0).map { Float($0) }
    for f in fields.all { fields.openBalance(of: f) }
    let end = fields.advanced(by: 1, steps: 7 * 1440)
    for f in fields.all {
      let kept = end.amount(of: f) / fields.amount(of: f)
      #expect((kept - 1).magnitude < 1e-7, "\(f): \(kept - 1)")
    }
  }

  /// Sums over long rows keep to the ledger.
  @Test(arguments: [false, true])
  func longRowsAreAccountedFor(exchanges: Bool) {
    let shape = GridShape(nx: 4096, ny: 3, nz: 2, spacing: 20)
    var fields = FieldStack(
      shape: shape,
      factors: [FieldProblem.factor(600, decay: 0.03)],
      media: [
        Medium(
          diffusivity: [600],
          exchange: [0.2],
          blood: 1,
          faces: Array(repeating: exchanges ? .fixed(0.3) : .closed, count: 6)
        )
      ]
    )
    fields.fill(0, with: 1)
    for v in fields.source.indices { fields.source[v] = 0.3 }
    let end = fields.advanced(by: 5, steps: 10)
    #expect(end.residual < 1e-6, "\(end.residual)")
    #expect((end.balance[0].secreted / (15 * shape.volume) - 1).magnitude < 1e-6)
  }

  /// Whatever tolerance is asked for, a day of a source that wanders among strong sinks is repaired by less
  /// than 1e-5 of what passed.
  @Test(arguments: [6000.0, 600], [1e-1, 1e-2])
  func wanderingSourcesNeedHardlyAnyRepair(diffusivity: Double, tolerance: Double) {
    let shape = GridShape(nx: 19, ny: 19, nz: 19, spacing: 20)
    var fields = FieldProblem.plain(shape, [(diffusivity, 0.1)])
    for v in fields.sink.indices where v % 11 == 3 { fields.sink[v] = 50 }
    var transport = FieldTransport(tolerance: tolerance)
    for turn in 0..<288 {
      for v in fields.source.indices { fields.source[v] = 0 }
      fields.source[turn * 7919 % shape.count] = 100
      transport.advance(&fields, factors: [0], by: 5, using: Workers(count: 1))
    }
    #expect(fields.isSound && fields.residual < 1e-5, "\(fields.residual)")
    #expect(fields.balance[0].repaired <= 1e-5 * fields.balance[0].turnover)
  }

  /// A transport that turns to another stack works by what that one is.
  @Test func anotherStackIsAnotherStack() {
    let region = (0..<Self.shape.count).map { UInt8($0 % 2) }
    func stack(_ diffusivity: Double, _ region: [UInt8]) -> FieldStack {
      var fields = FieldStack(
        shape: Self.shape,
        factors: [FieldProblem.factor(2400)],
        media: [Medium(diffusivity: [2400, diffusivity], exchange: [0, 0])],
        region: region
      )
      for v in 0..<Self.shape.count { fields.concentration[v] = Float(v % 5) }
      fields.openBalance(of: 0)
      return fields
    }
    var transport = FieldTransport(tolerance: 1e-3)
    let others = [stack(1200, region), stack(0, region), stack(0, region.map { 1 - $0 })]
    for other in others {
      var fields = other
      transport.advance(&fields, factors: [0], by: 1, using: Workers(count: 1))
      #expect(fields.concentration == other.advanced(by: 1).concentration)
    }
  }

  /// Nothing enters a region without diffusivity, and nothing of it leaves.
  @Test func masksAreTight() {
    let shape = GridShape(nx: 17, ny: 15, nz: 9, spacing: 20)
    let isShut = FieldProblem.draws(of: shape.count, stream: 5).map { $0 < 0.3 }
    var fields = FieldStack(
      shape: shape,
      factors: [FieldProblem.factor(2400)],
      media: [Medium(diffusivity: [2400, 0], exchange: [0, 0])],
      region: isShut.map { $0 ? 1 : 0 }
    )
    for v in 0..<shape.count { fields.concentration[v] = isShut[v] ? 0.25 : Float(v % 7) }
    fields.openBalance(of: 0)
    let end = fields.advanced(by: 1, steps: 100)
    for v in 0..<shape.count where isShut[v] { #expect(end.concentration[v] == 0.25) }
    #expect((end.amount(of: 0) / fields.amount(of: 0) - 1).magnitude < 1e-6)
  }

  // MARK: - What a field may be

  /// Any step, spacing and shape: finite, never negative, in balance, whatever the factor.
  ///
  /// Sixteen factors of each pair of diffusivity and decay start from a checkerboard and a spike.
  @Test(arguments: [0.01, 1, 30], [5.0, 20, 100])
  func staysSound(step: Double, spacing: Double) {
    let kinds = (0..<16).map { ([0.0, 60, 2400, 180_000][$0 / 4], [0, 0.01, 1, 10][$0 % 4]) }
    let shapes = [
      (1, 1, 1), (2, 1, 1), (1, 2, 1), (13, 1, 1), (1, 1, 13), (3, 5, 7), (17, 19, 1), (5, 3, 2),
    ]
    for (nx, ny, nz) in shapes + [(11, 13, 17)] {
      for count in nx * ny * nz > 500 ? [16] : [1, 3, 16] {
        let shape = GridShape(nx: nx, ny: ny, nz: nz, spacing: spacing)
        Self.expectSound(shape, kinds.suffix(count), step: step)
      }
    }
  }

  static func expectSound(_ shape: GridShape, _ kinds: ArraySlice<(Double, Double)>, step: Double) {
    var fields = FieldProblem.plain(shape, kinds.map { $0 })
    for f in fields.all {
      for (i, v) in fields.range(of: f).enumerated() {
        fields.concentration[v] = i % 2 == 0 ? 1 : 0
      }
      fields.concentration[fields.range(of: f).lowerBound + shape.count / 2] = 1000
      fields.sink[fields.range(of: f).lowerBound] = 50
      fields.openBalance(of: f)
    }
    var transport = FieldTransport(tolerance: 1e-3)
    for turn in 0..<6 {
      for f in fields.all {
        fields.source[fields.range(of: f).lowerBound + turn * 7 % shape.count] = 1 - Float(turn % 2)
      }
      transport.advance(&fields, factors: fields.all, by: step, using: Workers(count: 1))
    }
    for (f, kind) in kinds.enumerated() {
      let balance = fields.balance[f]
      let place = "\(shape), D \(kind.0), k \(kind.1), step \(step)"
      let values = fields.concentration[fields.range(of: f)]
      #expect(values.allSatisfy { $0.isFinite && $0 >= 0 }, "\(place)")
      #expect(balance.relativeResidual < 1e-5, "\(balance.relativeResidual): \(place)")
      #expect(balance.repaired <= 1e-5 * balance.turnover, "\(balance.repaired): \(place)")
    }
  }

  /// A day of cells that move on every minute is repaired by less than 1e-5 of what passed.
  @Test(arguments: [[], Set(Ingredient.allCases)])
  func aDayNeedsHardlyAnyRepair(ingredients: Set<Ingredient>) {
    var fields = FieldProblem.rough(Self.shape, ingredients)
    var transport = FieldTransport(tolerance: 1e-2)
    for turn in 0..<1440 {
      FieldProblem.exchange(&fields, stream: UInt32(turn % 10))
      transport.advance(&fields, factors: fields.all, by: 1, using: Workers(count: 1))
    }
    #expect(fields.isSound && fields.residual < 1e-5, "\(fields.residual)")
    for balance in fields.balance { #expect(balance.repaired <= 1e-5 * balance.turnover) }
  }

  /// A source in the middle of a cube gives a field that is its own image in every mirror.
  @Test(arguments: [[], [.faces], Set([Ingredient.regions])])
  func mirrorsMirror(ingredients: Set<Ingredient>) {
    let n = 15
    let shape = GridShape(nx: n, ny: n, nz: n, spacing: 20)
    let middle = shape.count / 2
    func mirrored(_ v: Int, _ axis: Int) -> Int {
      let stride = [1, n, n * n][axis]
      return v + (n - 1 - 2 * (v / stride % n)) * stride
    }
    let isPart = (0..<shape.count).map { v in
      [1, n, n * n].allSatisfy { (4...10).contains(v / $0 % n) }
    }
    let face = ingredients.contains(.faces) ? Medium.Face.blood(permeability: 10) : .closed
    let hasRegions = ingredients.contains(.regions)
    var fields = FieldStack(
      shape: shape,
      factors: [FieldProblem.factor(2400, decay: 0.01)],
      media: [
        Medium(
          diffusivity: hasRegions ? [2400, 600] : [2400],
          exchange: hasRegions ? [0, 0.1] : [0],
          faces: Array(repeating: face, count: 6)
        )
      ],
      region: hasRegions ? isPart.map { $0 ? 1 : 0 } : []
    )
    fields.source[middle] = 5
    let end = fields.advanced(by: 1, steps: 5).concentration
    for axis in 0..<3 {
      let worst = (0..<shape.count).map { (end[$0] / end[mirrored($0, axis)] - 1).magnitude }.max()
      #expect((worst ?? 1) < 1e-6, "axis \(axis)")
    }
  }

  /// A source in decay settles to s/k.
  @Test func settlesToSourceOverDecay() {
    var fields = FieldProblem.plain(Self.shape, [(2400, 0.01)])
    for v in fields.source.indices { fields.source[v] = 0.03 }
    let end = fields.advanced(by: 30, steps: 100)
    #expect(end.concentration.allSatisfy { ($0 - 3).magnitude < 1e-5 })
  }

  @Test func givenFieldsFollowTheirLaw() {
    let shape = GridShape(nx: 9, ny: 9, nz: 9, spacing: 20)
    let given = GivenField(baseline: 1, amplitude: 4, width: 50, onset: 60, rise: 30, halfLife: 120)
    var fields = FieldProblem.plain(shape, [(0, 0)])
    let pattern = given.pattern(on: shape)
    given.fill(&fields, factor: 0, pattern: pattern, time: 0)
    #expect(fields.concentration.allSatisfy { $0 == 1 })
    given.fill(&fields, factor: 0, pattern: pattern, time: 180)
    let centre = fields.concentration[shape.voxel(x: 90, y: 90, z: 90)]
    let want = 1 + 4 * (1 - Foundation.exp(-4)) * 0.5
    #expect((Double(centre) - want).magnitude < 1e-6)
    let beside = fields.concentration[shape.voxel(x: 130, y: 90, z: 90)]
    #expect((Double(beside) - 1 - (want - 1) * Foundation.exp(-1600.0 / 5000)).magnitude < 1e-6)
  }
}

/// What the transport takes of the machine, and that the machine does not show in its results.
@Suite("Transport: machine")
struct TransportMachineTests {
  /// Large enough for several workers, in space and in the plane.
  static let shapes = [
    GridShape(nx: 17, ny: 13, nz: 64, spacing: 20), GridShape(nx: 113, ny: 71, nz: 1, spacing: 20),
  ]

  /// Planes so large that rows are swept in blocks give the same balance, too.
  @Test(arguments: [[], [.faces], Set([Ingredient.regions])])
  func blocksOfRowsDoNotShow(ingredients: Set<Ingredient>) {
    let shape = GridShape(nx: 1040, ny: 18, nz: 26, spacing: 20)
    let fields = FieldProblem.rough(shape, ingredients)
    let alone = fields.advanced(by: 1, tolerance: 1e-2)
    let together = fields.advanced(by: 1, tolerance: 1e-2, workers: 3)
    #expect(together.concentration == alone.concentration)
    #expect(together.balance == alone.balance)
  }

  @Test(arguments: shapes, [[], Set(Ingredient.allCases)])
  func resultsDoNotDependOnWorkers(shape: GridShape, ingredients: Set<Ingredient>) {
    let fields = FieldProblem.rough(shape, ingredients)
    let alone = fields.advanced(by: 1, steps: 3)
    for workers in [2, 3, 4, 7] {
      let together = fields.advanced(by: 1, steps: 3, workers: workers)
      #expect(together.concentration == alone.concentration, "\(workers) workers")
      #expect(together.balance == alone.balance, "\(workers) workers")
    }
  }

  /// From four factors up, fields and scratch are at most three numbers per voxel and factor.
  @Test(arguments: [4, 16], [false, true])
  func storage(factors: Int, hasRegions: Bool) {
    let shape = GridShape(nx: 64, ny: 64, nz: 64, spacing: 20)
    let kinds = (0..<factors).map { FieldProblem.factor(600 + Double($0)) }
    var fields = FieldStack(
      shape: shape,
      factors: kinds,
      media: kinds.map { Medium(diffusivity: [$0.diffusivity, 0], exchange: [0, 0]) },
      region: hasRegions ? Array(repeating: 0, count: shape.count) : []
    )
    var transport = FieldTransport(tolerance: 1)
    transport.advance(&fields, factors: [0], by: 1e-6, using: Workers(count: 1))
    let numbers = transport.scratchCount + fields.concentration.count
    #expect(Double(numbers) / Double(fields.concentration.count) <= 3)
  }

  /// After the first steps the transport takes nothing from the heap, wherever the sources are.
  ///
  /// With two workers the fan-out itself may take what Dispatch needs for it, on the thread that calls.
  @Test(
    .enabled(if: allocations_are_counted() == 1),
    arguments: shapes,
    [[], Set(Ingredient.allCases)]
  )
  func stepsDoNotAllocate(shape: GridShape, ingredients: Set<Ingredient>) {
    let factors = [0, 1, 2]
    // Dispatch makes two for a fan-out, and a few more where all its threads are busy.
    for (workers, allowed) in [(Workers(count: 1), 0), (Workers(count: 2), 8)] {
      var fields = FieldProblem.rough(shape, ingredients)
      var transport = FieldTransport(tolerance: 1e-3)
      for turn in 0..<20 {
        allocations_begin()
        transport.advance(&fields, factors: factors, by: 1, using: workers)
        let count = allocations_end()
        // Until then polynomials are made as they are needed.
        if turn >= 15 { #expect(count <= allowed, "\(workers.count) workers") }
        // The sources move on by a voxel.
        for v in fields.source.indices.dropLast() { fields.source.swapAt(v, v + 1) }
      }
    }
  }
}

/// The quasi-steady scheme, where it serves: oxygen-like factors that have settled.
@Suite("Transport: quasi-steady")
struct QuasiSteadyTests {
  /// Oxygen (1667 um²/s) that every voxel is given and some take up.
  static func oxygen(_ shape: GridShape) -> FieldStack {
    var fields = FieldProblem.plain(shape, [(60 * 1667, 0.1)])
    for v in fields.source.indices {
      fields.source[v] = 0.1
      if v % 53 == 7 { fields.sink[v] = 10 }
    }
    return fields
  }

  /// A settled field costs no stage of the transient scheme, and is the one that short steps lead to, on
  /// even grids and odd, whole and flat.
  @Test(
    arguments: [
      GridShape(nx: 16, ny: 16, nz: 16, spacing: 20), GridShape(nx: 17, ny: 11, nz: 9, spacing: 20),
      GridShape(nx: 40, ny: 37, nz: 1, spacing: 20),
    ],
    [1e-2, 1e-4]
  )
  func settlesWhereShortStepsLead(shape: GridShape, tolerance: Double) {
    var fields = Self.oxygen(shape)
    let want = fields.advanced(by: 0.1, steps: 400, tolerance: tolerance)
    var transport = FieldTransport(tolerance: tolerance)
    let workers = Workers(count: 1)
    for _ in 0..<40 { transport.advance(&fields, factors: [0], by: 1, using: workers) }
    let stages = transport.stages
    for _ in 0..<10 { transport.advance(&fields, factors: [0], by: 1, using: workers) }
    #expect(transport.stages == stages)
    #expect(fields.error(of: 0, against: want.concentration.map(Double.init)) <= tolerance)
    #expect(fields.isSound && fields.residual < 1e-6, "\(fields.residual)")
    // What is given is taken up, or decays with what there is.
    let balance = fields.balance[0]
    #expect((balance.takenUp + balance.decayed) / balance.secreted > 0.8)
  }

  /// What nothing gives any longer is emptied before its numbers are too small to be handled at full speed, and what was
  /// left has decayed.
  @Test func emptiesWhatIsNoMoreThanATrace() {
    let shape = GridShape(nx: 12, ny: 9, nz: 7, spacing: 20)
    var fields = FieldProblem.plain(shape, [(6000, 0.05)])
    for v in 0..<40 { fields.concentration[v] = Float(v) / 10 }
    fields.openBalance(of: 0)
    let given = fields.balance[0].final
    var transport = FieldTransport(tolerance: 1e-2)
    let workers = Workers(count: 1)
    for _ in 0..<300 {
      fields.clearTrace(of: 0)
      transport.advance(&fields, factors: [0], by: 10, using: workers)
      #expect(fields.concentration.allSatisfy { $0 == 0 || $0.isNormal })
    }
    #expect(fields.concentration.allSatisfy { $0 == 0 })
    #expect(fields.isSound && fields.residual < 1e-6)
    #expect(abs(fields.balance[0].decayed / given - 1) < 1e-6)
  }

  /// A source that appears in a settled field is followed as any other.
  @Test(arguments: [1e-2, 1e-3])
  func leavesWhenTheFieldMoves(tolerance: Double) {
    let shape = GridShape(nx: 13, ny: 11, nz: 7, spacing: 20)
    var fields = Self.oxygen(shape)
    var transport = FieldTransport(tolerance: tolerance)
    let workers = Workers(count: 1)
    for _ in 0..<60 { transport.advance(&fields, factors: [0], by: 1, using: workers) }
    for v in 0..<50 { fields.source[v] = 20 }
    fields.openBalance(of: 0)
    var exact = fields
    var oracle = ExplicitTransport(fields)
    let stages = transport.stages
    transport.advance(&fields, factors: [0], by: 1, using: workers)
    oracle.advance(&exact, factors: [0], by: 1, using: workers)
    #expect(transport.stages > stages)
    TransportAgreementTests.expect(fields, near: oracle, within: tolerance, "at \(tolerance)")
  }
}
