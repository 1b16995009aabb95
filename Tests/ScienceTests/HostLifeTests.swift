import Agents
import Fields
import Laws
import Substrate
import Testing
import Vocabulary

/// Writes a state down as bytes, and reads it back.
private struct Bytes: StateVisitor {
  let isReading: Bool
  private(set) var bytes: [UInt8]
  private var next = 0

  init(reading bytes: [UInt8]? = nil) {
    isReading = bytes != nil
    self.bytes = bytes ?? []
  }

  mutating func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError) {
    let size = MemoryLayout<Value>.size
    guard isReading else {
      withUnsafeBytes(of: &value) { bytes.append(contentsOf: $0) }
      return
    }
    withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: bytes[next..<next + size]) }
    next += size
  }

  mutating func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError) {
    var count = array.count
    try visit(&count)
    let size = count * MemoryLayout<Element>.stride
    guard isReading else {
      array.withUnsafeBytes { bytes.append(contentsOf: $0) }
      return
    }
    array = Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes[next..<next + size])
      initialized = count
    }
    next += size
  }

  static func of(_ hosts: HostPopulations) throws -> [UInt8] {
    var (hosts, visitor) = (hosts, Bytes())
    try hosts.visit(&visitor)
    return visitor.bytes
  }
}

/// Birth, death, change and wandering of host cells over many steps.
@Suite("Life of host cells")
struct HostLifeTests {
  let chance = HostFixture.chance

  /// Host cells of some kinds alone on a grid, that live step by step.
  struct Dish {
    var hosts: HostPopulations
    var fields: FieldStack
    var contacts: GridContacts
    let height: Double?
    var number: UInt32 = 0

    init(_ kinds: [HostKind], _ counts: [Int], on shape: GridShape, height: Double? = nil) {
      fields = FieldStack(shape: shape, factors: ["a", "none"].map(HostFixture.factor))
      hosts = HostPopulations(
        kinds,
        triggered: kinds.map { _ in 1 },
        on: shape,
        fields.factors,
        first: 0
      )
      contacts = HostFixture.contacts(kinds, on: shape)
      self.height = height
      for (kind, count) in counts.enumerated() {
        hosts.seed(count, of: kind, height: height, HostFixture.chance)
      }
    }

    mutating func live(_ time: Double) {
      let step = HostFixture.step(number, time, height: height)
      hosts.live(step, &fields, &contacts, using: Workers(count: 1))
      number += 1
    }
  }

  // MARK: - Everything at once

  private func crowd() -> HostPopulations {
    var kinds = HostFixture.kinds
    // Some thousand and more come from blood.
    kinds[1].recruitment?.rate = 1e-6
    var hosts = HostPopulations(
      kinds,
      triggered: [0.5, 0, 1],
      on: HostFixture.shape,
      HostFixture.fields().factors,
      first: 3 << 28
    )
    for (kind, count) in [5000, 4500, 3000].enumerated() {
      hosts.seed(count, of: kind, height: nil, chance)
    }
    return hosts
  }

  /// A hundred steps give the same bits with any number of workers, and every cell is accounted for
  /// in each.
  @Test func workersDoNotMatterAndTheLedgerCloses() throws {
    var ends: [[UInt8]] = []
    for workers in [1, 2, 3, 8] {
      var hosts = crowd()
      var fields = HostFixture.fields(halfSaturation: [0, 2, 0, 0, 0])
      let shared = Workers(count: workers)
      var contacts = HostFixture.contacts(hosts.kinds)
      for number in 0..<100 {
        contacts.look(
          HostFixture.product(60),
          hosts.cells,
          hosts.kinds,
          mismatch: 1,
          HostFixture.step(0, 1)
        )
        hosts.live(HostFixture.step(UInt32(number), 5), &fields, &contacts, using: shared)
        hosts.exchange(
          given: [0, 1],
          taken: [1, 2],
          &fields,
          &contacts,
          share: [1, 1, 1, 1, 1],
          using: shared
        )
        guard workers == 1 else { continue }
        let ledgers = hosts.cells.map(\.ledger)
        #expect(hosts.cells.map(\.count) == ledgers.map(\.present))
        #expect(ledgers.map(\.left).reduce(0, +) == ledgers.map(\.joined).reduce(0, +))
        #expect(ledgers.map(\.born).reduce(0, +) == ledgers.map(\.divisions).reduce(0, +))
        #expect(hosts.isSound)
        guard number % 10 == 9 else { continue }
        let identities = hosts.cells.flatMap { cells in
          (0..<cells.count).map { cells[$0].identity }
        }
        #expect(Set(identities).count == hosts.count && identities.allSatisfy { $0 >= 3 << 28 })
      }
      let ledgers = hosts.cells.map(\.ledger)
      #expect(ledgers.allSatisfy { $0.dead > 100 && $0.joined + $0.born + $0.recruited > 100 })
      #expect(ledgers[0].divisions > 100 && ledgers[1].recruited > 100 && ledgers[2].left > 100)
      let given = [fields.source, fields.sink, fields.capacity].flatMap { $0 }
      #expect(given.contains { $0 > 0 })
      ends.append(
        try Bytes.of(hosts)
          + given.flatMap { n in
            withUnsafeBytes(of: n.bitPattern) { Array($0) }
          }
      )
    }
    #expect(ends.allSatisfy { $0 == ends[0] })
  }

  /// What is written down and read back is the same to the bit, and goes on the same.
  @Test func theStateSurvivesARoundTrip() throws {
    var hosts = crowd()
    var fields = HostFixture.fields()
    var contacts = HostFixture.contacts(hosts.kinds)
    let workers = Workers(count: 2)
    func live(_ hosts: inout HostPopulations, _ steps: Range<UInt32>) {
      for number in steps {
        hosts.live(HostFixture.step(number, 5), &fields, &contacts, using: workers)
      }
    }
    live(&hosts, 0..<30)
    let bytes = try Bytes.of(hosts)
    var other = HostPopulations(
      hosts.kinds,
      triggered: [0.5, 0, 1],
      on: HostFixture.shape,
      fields.factors,
      first: 3 << 28
    )
    #expect(try Bytes.of(other) != bytes)
    var visitor = Bytes(reading: bytes)
    try other.visit(&visitor)
    #expect(try Bytes.of(other) == bytes && other.isSound && other.count == hosts.count)
    live(&hosts, 30..<40)
    live(&other, 30..<40)
    #expect(try Bytes.of(other) == Bytes.of(hosts) && Bytes.of(hosts) != bytes)
  }

  // MARK: - Division

  private func dividing(
    first: Double = 100,
    later: Double = 50,
    tail: Double = 0,
    deepening: Double = 0,
    lifting: Double = 0,
    most: UInt32 = 60,
    offspring: String? = nil
  ) -> HostKind {
    var kind = HostKind(name: "cell")
    kind.proliferation = Proliferation(
      first: first,
      later: later,
      variation: 0,
      tail: tail,
      deepening: deepening,
      lifting: lifting,
      most: most,
      offspring: offspring
    )
    return kind
  }

  private static let small = GridShape(nx: 3, ny: 3, nz: 3, spacing: 20)

  /// The n-th division is in the step that holds `first` + (n − 1) `later`, whatever the step.
  @Test(arguments: [5.0, 7, 3, 11])
  func freeCellsDivideOnTime(step: Double) {
    var dish = Dish([dividing()], [20], on: Self.small)
    for n in 1...Int(320 / step) {
      dish.live(step)
      let time = Double(n) * step
      let divisions = time < 100 ? 0 : 1 + Int((time - 100) / 50)
      #expect(dish.hosts.count == 20 << divisions)
      let summary = dish.hosts.cells[0].summary()
      #expect(summary.generations[divisions] == 20 << divisions)
    }
    #expect(dish.hosts.cells[0].ledger.divisions == 20 * 31)
  }

  /// After the most divisions the trigger is spent.
  @Test func cellsStopAfterTheMostDivisions() {
    var dish = Dish([dividing(most: 3)], [20], on: Self.small)
    for _ in 0..<100 { dish.live(5) }
    #expect(dish.hosts.count == 20 * 8)
    let cells = dish.hosts.cells[0]
    #expect((0..<cells.count).allSatisfy { cells[$0].trigger == 0 && cells[$0].generation == 3 })
  }

  /// Daughters, and the mother with them, are of the named kind and divide as it does.
  @Test func offspringAreOfTheNamedKind() {
    var effector = dividing(first: 1000, later: 20, most: 3)
    effector.name = "effector"
    var dish = Dish([dividing(offspring: "effector"), effector], [20, 0], on: Self.small)
    for _ in 0..<20 { dish.live(5) }
    #expect(dish.hosts.cells.map(\.count) == [0, 40])
    let (naive, other) = (dish.hosts.cells[0].ledger, dish.hosts.cells[1].ledger)
    #expect(naive.divisions == 20 && naive.left == 20 && naive.born == 0)
    #expect(other.joined == 20 && other.born == 20 && other.divisions == 0)
    for _ in 0..<3 { dish.live(5) }
    #expect(dish.hosts.count == 40)
    dish.live(5)
    #expect(dish.hosts.cells.map(\.count) == [0, 80])
    for _ in 0..<20 { dish.live(5) }
    #expect(dish.hosts.cells.map(\.count) == [0, 160])
  }

  /// A full brake, here the lack of what the medium does not hold, stops the cycle before its tail,
  /// and not in it.
  @Test func aFullBrakeStopsTheCycleBeforeItsTail() {
    var kind = dividing(tail: 30)
    kind.activity.lower = [HostFixture.lack(of: "none", 1, 1)]
    var held = Dish([kind], [20], on: Self.small)
    for _ in 0..<200 { held.live(5) }
    let cells = held.hosts.cells[0]
    #expect(cells.count == 20 && (0..<20).allSatisfy { cells[$0].cycle == 100 })
    // In single precision 1e9 leaves nothing of the brake.
    var late = Dish([kind], [20], on: Self.small)
    late.fields.fill(1, with: 1e9)
    for _ in 0..<14 { late.live(5) }
    #expect(late.hosts.cells[0][0].cycle == 30)
    late.fields.fill(1, with: 0)
    for _ in 0..<5 { late.live(5) }
    #expect(late.hosts.count == 20)
    late.live(5)
    #expect(late.hosts.count == 40)
    for _ in 0..<200 { late.live(5) }
    #expect(late.hosts.count == 40)
  }

  /// When the brake lifts, a cell without rest divides as much later as it was braked; one that
  /// sank into rest divides when ∫ (1 − Q) has made up for what was left, Q by its closed form.
  @Test(arguments: [(0.0, 0.0), (0.01, 0.005)])
  func restDelaysDivisionBeyondTheBrake(deepening: Double, lifting: Double) {
    var kind = dividing(tail: 30, deepening: deepening, lifting: lifting)
    kind.activity.lower = [HostFixture.lack(of: "none", 1, 1)]
    var dish = Dish([kind], [20], on: Self.small)
    for _ in 0..<40 { dish.live(5) }
    let depth = 1 - Elementary.exp(-deepening * 200)
    #expect((Double(dish.hosts.cells[0][0].rest) - depth).magnitude < 1e-5)
    dish.fields.fill(1, with: 1e9)
    var steps = 0
    while dish.hosts.count == 20, steps < 200 {
      dish.live(5)
      steps += 1
    }
    // 70 min before the tail: t − Q (1 − e^(−lt)) / l = 70, and 30 min of it.
    func run(_ t: Double) -> Double {
      lifting > 0 ? t - depth * (1 - Elementary.exp(-lifting * t)) / lifting : t
    }
    var t = 70.0
    while run(t) < 70 { t += 0.01 }
    #expect((Double(steps) * 5 - (t + 30)).magnitude <= 5)
    #expect(deepening == 0 ? steps == 20 : t > 100)
  }

  /// A cell that becomes one of a kind that divides, from one that does not, has a whole cycle
  /// before it.
  @Test func whoBecomesAKindThatDividesBeginsACycle() {
    var still = HostKind(name: "still")
    still.change = .init(into: "cell", rate: 1e6, raise: [])
    var dish = Dish([still, dividing()], [20, 0], on: Self.small)
    dish.live(5)
    #expect(dish.hosts.cells.map(\.count) == [0, 20])
    for _ in 0..<19 { dish.live(5) }
    #expect(dish.hosts.count == 20)
    dish.live(5)
    #expect(dish.hosts.count == 40)
  }

  // MARK: - Death and recruitment

  /// Survivors follow exp(−rate t), to five standard deviations of a binomial number.
  @Test func survivorsFollowTheirHazard() {
    let n = 20_000
    var kind = HostKind(name: "cell")
    kind.death = 0.001
    kind.killers = [HostFixture.rise(with: "a", 1, 0.002)]
    var dish = Dish([kind], [n], on: Self.small)
    dish.fields.fill(0, with: 1)
    for step in 1...120 {
      dish.live(5)
      guard step % 30 == 0 else { continue }
      let share = Elementary.exp(-0.002 * Double(step) * 5)
      let deviation = (Double(n) * share * (1 - share)).squareRoot()
      #expect((Double(dish.hosts.count) - Double(n) * share).magnitude < 5 * deviation)
    }
  }

  /// As many come as the rate brings, where its signal is: tries are fixed but for one a step, and
  /// each comes with a chance p, so that N has the variance N (1 − p) + p² / 4 a step.
  @Test func recruitsComeWhereTheSignalIs() {
    var called = HostKind(name: "called")
    called.recruitment = .init(rate: 0, raise: [HostFixture.rise(with: "a", 1, 2e-6)])
    var steady = HostKind(name: "steady")
    steady.recruitment = .init(rate: 4e-7, raise: [])
    let shape = GridShape(nx: 8, ny: 4, nz: 4, spacing: 20)
    var dish = Dish([called, steady], [0, 0], on: shape)
    // Half the response in one half of the grid, nothing in the other.
    for v in 0..<shape.count where v % 8 < 4 { dish.fields.concentration[v] = 1 }
    let steps = 500.0
    for _ in 0..<Int(steps) { dish.live(5) }
    for (kind, rate, p) in [(0, 2e-6 / 4, 0.25), (1, 4e-7, 1)] {
      let want = rate * shape.volume * 5 * steps
      let deviation = (want * (1 - p) + p * p * steps / 4).squareRoot()
      let cells = dish.hosts.cells[kind]
      #expect(want > 400 && (Double(cells.count) - want).magnitude < 5 * deviation)
      #expect(cells.ledger.recruited == cells.count)
      let near = (0..<cells.count).filter { cells[$0].x < 80 }.count
      if kind == 0 {
        #expect(near == cells.count)
      } else {
        let half = Double(cells.count) / 2
        #expect((Double(near) - half).magnitude < 5 * (half / 2).squareRoot())
      }
    }
  }

  // MARK: - Wandering

  /// Displacements have mean 0 and the variance of a persistent walk along every axis that is free.
  ///
  /// A plane keeps its height. Tolerances: five standard errors, 1/√n of the deviation and √(2/n)
  /// of the variance.
  @Test(arguments: [false, true])
  func displacementsAreThoseOfThePersistentWalk(isPlane: Bool) {
    let n = 5000
    var kind = HostKind(name: "cell")
    let wandering = Wandering(speed: 5, persistence: 3)
    kind.wandering = wandering
    // No wall is within reach of the middle.
    let shape = GridShape(nx: 100, ny: 100, nz: 100, spacing: 20)
    var dish = Dish([kind], [0], on: shape, height: isPlane ? 1000 : nil)
    for i in 0..<UInt32(n) {
      let cell = HostCells.Resident(
        identity: i,
        at: (1000, 1000, 1000),
        activity: 0,
        isTriggered: false,
        cycle: 0,
        budget: 1
      )
      dish.hosts.cells[0].append(cell, on: shape)
    }
    for _ in 0..<10 { dish.live(5) }
    let cells = dish.hosts.cells[0]
    let spread = wandering.displacement(axes: isPlane ? 2 : 3, over: 5)
    let variance = 10 * spread * spread
    for axis in [\HostCells.Resident.x, \.y, \.z] {
      let moves = (0..<n).map { Double(cells[$0][keyPath: axis]) - 1000 }
      guard axis != \.z || !isPlane else {
        #expect(moves.allSatisfy { $0 == 0 })
        continue
      }
      let mean = moves.reduce(0, +) / Double(n)
      let square = moves.reduce(0) { $0 + $1 * $1 } / Double(n)
      #expect(mean.magnitude < 5 * (variance / Double(n)).squareRoot())
      #expect((square / variance - 1).magnitude < 5 * (2 / Double(n)).squareRoot())
    }
  }

  /// Walls reflect, on grids of one voxel along an axis too: cells stay within, spread evenly to
  /// five standard deviations, and signals reach them in the voxel of their place.
  @Test(arguments: [
    GridShape(nx: 6, ny: 4, nz: 3, spacing: 20), GridShape(nx: 6, ny: 4, nz: 1, spacing: 20),
    GridShape(nx: 6, ny: 1, nz: 1, spacing: 20), GridShape(nx: 1, ny: 1, nz: 5, spacing: 20),
  ])
  func wallsReflect(shape: GridShape) {
    let n = 6000
    var kind = HostKind(name: "cell")
    kind.wandering = Wandering(speed: 20, persistence: 5)
    kind.activity.rates.decay = 1e3
    kind.secretion["a"] = .init(basal: shape.voxelVolume)
    var dish = Dish([kind], [n], on: shape)
    for _ in 0..<50 { dish.live(5) }
    let cells = dish.hosts.cells[0]
    var there = [Float](repeating: 0, count: shape.count)
    for i in 0..<n {
      let (x, y, z) = (Double(cells[i].x), Double(cells[i].y), Double(cells[i].z))
      #expect(x >= 0 && x < shape.extent.x && y >= 0 && y < shape.extent.y)
      #expect(z >= 0 && z < shape.extent.z)
      there[shape.voxel(x: x, y: y, z: z)] += 1
    }
    let p = 1 / Double(shape.count)
    let deviation = (Double(n) * p * (1 - p)).squareRoot()
    #expect(there.allSatisfy { (Double($0) - Double(n) * p).magnitude < 5 * deviation })
    dish.hosts.exchange(
      given: [0],
      taken: [],
      &dish.fields,
      &dish.contacts,
      share: [1, 1],
      using: Workers(count: 1)
    )
    #expect(Array(dish.fields.source[..<shape.count]) == there)
  }

  // MARK: - Splitting

  /// At constant signals two half steps do what a step does.
  ///
  /// Activity and rest are exact exponentials and hazards add up. Forty steps round by 3e-7 at most
  /// each, and sixty subtractions, of both runs, from budgets below 16 by 2^-21.
  @Test func halfStepsDoWhatWholeStepsDo() {
    var kind = HostFixture.lymphocyte
    kind.change = nil
    kind.wandering = nil
    kind.primers = []
    kind.proliferation?.first = 1e6
    // Hazards by axes hold the level at the end of a step.
    kind.terms = CellTerms()
    kind.secretion = [:]
    kind.activity.raise = [HostFixture.rise(with: "a", 0.5, 0.03)]
    kind.activity.hasten = []
    kind.activity.lower = [HostFixture.lack(of: "a", 2, 0.7)]
    kind.killers = [HostFixture.rise(with: "a", 1, 0.002)]
    var ends: [[UInt32: HostCells.Resident]] = []
    for (steps, time) in [(20, 10.0), (40, 5.0)] {
      var dish = Dish([kind], [3000], on: Self.small)
      for v in 0..<Self.small.count { dish.fields.concentration[v] = Float(v) / 9 }
      for _ in 0..<steps { dish.live(time) }
      let cells = dish.hosts.cells[0]
      ends.append(
        Dictionary(uniqueKeysWithValues: (0..<cells.count).map { (cells[$0].identity, cells[$0]) })
      )
    }
    // A budget that is almost spent may be spent in one of both: 3000 of them hold some 0.03 such.
    #expect(Set(ends[0].keys) == Set(ends[1].keys) && ends[0].count < 2500)
    for (identity, whole) in ends[0] {
      guard let half = ends[1][identity] else { continue }
      #expect((whole.activity - half.activity).magnitude < 1.2e-5 && whole.activity > 0)
      #expect((whole.rest - half.rest).magnitude < 1.2e-5)
      #expect((whole.budget - half.budget).magnitude < 60 * 0x1p-21)
    }
  }
}
