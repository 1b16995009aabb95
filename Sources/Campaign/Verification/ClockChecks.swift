import Agents
import Fields
import Laws
import Substrate
import Vocabulary

/// Times of death against 1 − exp(−H(t)), by the distance of Kolmogorov and Smirnov.
struct ClockChecks {
  /// The rows.
  private(set) var rows: [Verification.Row] = []
  private let workers: Workers
  private let chance = Chance(seed: 21, replicate: 1)

  private static let count = 100_000
  /// Steps of 5 min over two days.
  private static let (step, steps) = (5.0, 576)
  /// Damage that the place leads to, and of a cell when it comes, 1/min.
  private static let (place, first) = (0.16 / 60, 0.003 / 60)

  /// Makes the rows.
  init(_ bench: VerificationBench) {
    workers = bench.workers
    add("deaths of cells off the grids", dead: offTheGrids(), Self.cumulative)
    add("deaths of cells on a grid", dead: onAGrid(), Self.cumulative)
    add("deaths of host cells at a constant hazard", dead: hosts(), { 0.002 * $0 })
  }

  /// H(t): hazard of damage that relaxes to that of the place, of age, and of complement in the first hour.
  private static func cumulative(_ t: Double) -> Double {
    let law = VerificationLaws.survival
    let r = law.damageRelaxation
    return law.floor * t + place * t + (first - place) * (1 - Elementary.exp(-r * t)) / r
      + law.complementHazard * min(60, t)
  }

  /// Adds the row of numbers that are dead after each step.
  private mutating func add(_ quantity: String, dead: [Int], _ hazard: (Double) -> Double) {
    let distance = dead.enumerated().map { i, dead in
      let law = 1 - Elementary.exp(-hazard(Double(i + 1) * Self.step))
      return (Double(dead) / Double(Self.count) - law).magnitude
    }
    rows.append(
      .init(
        group: .clocks,
        quantity: quantity + ": Kolmogorov-Smirnov distance",
        unit: "1",
        measured: distance.max() ?? .nan,
        expected: 0,
        tolerance: ClosedForm.kolmogorov(Self.count),
        theory: "1 - exp(-H(t)), H the integral of the hazard; \(Self.count) cells, p = 1e-4"
      )
    )
  }

  private func cell(_ i: Int) -> Cell {
    Cell(
      identity: UInt32(i),
      episode: 0,
      damage: Float(Self.first),
      budget: Float(chance.block(.hazard, cell: UInt32(i)).exponential),
      licensing: .init()
    )
  }

  private var program: CellProgram {
    CellProgram(VerificationLaws.licensing, VerificationLaws.survival)
  }

  private func offTheGrids() -> [Int] {
    let survival = VerificationLaws.survival
    let length = DamageStep(survival, time: Self.step)
    let clock = OrganClock(
      survival,
      VerificationLaws.residence,
      program,
      largestKilling: 0,
      killingRise: 0,
      step: Self.step
    )
    var places = PlaceHistories(
      Array(repeating: .init(length, largestDamage: Self.place), count: 2)
    )
    var cells = OrganCells()
    for i in 0..<Self.count {
      cells.append(cell(i), standingFor: 1, dose: 0, place: 0, step: 0, places)
    }
    return (0..<Self.steps).map { s in
      places.extend(by: Self.step) { _ in .init(steady: Self.place) }
      let life = VerificationLaws.life(s, length, chance)
      _ = clock.advance(&cells, life, places, using: workers)
      return Self.count - cells.count
    }
  }

  private func onAGrid() -> [Int] {
    let shape = GridShape(nx: 4, ny: 4, nz: 4, spacing: 20)
    var fields = FieldStack(shape: shape, factors: [])
    let program = program
    let senses = Senses([], host: .mouse, cell: .mouse, program)
    var cells = GridCells()
    for i in 0..<Self.count {
      cells.append(
        cell(i),
        standingFor: 1,
        .lumen,
        step: 0,
        at: (1, 1, 1),
        on: shape,
        VerificationLaws.product,
        chance
      )
    }
    var crawling = Crawling()
    (crawling.persistence, crawling.halfOccupancyDifference) = (60, 0.01)
    let length = DamageStep(VerificationLaws.survival, time: Self.step)
    return (0..<Self.steps).map { s in
      let step = GridStep(
        VerificationLaws.life(s, length, chance),
        program,
        responsiveness: [1],
        first: [0],
        crawling,
        place: NicheStress(lumen: Self.place, tissue: Self.place),
        site: 0
      )
      _ = cells.live(step, &fields, senses, using: workers)
      return Self.count - cells.count
    }
  }

  private func hosts() -> [Int] {
    var kind = HostKind(name: "cell")
    kind.death = 0.002
    var dish = VerificationLaws.Dish(kind, Self.count, seed: 23)
    return (0..<Self.steps).map { _ in
      dish.live(Self.step, on: workers)
      return Self.count - dish.hosts.count
    }
  }
}
