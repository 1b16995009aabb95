import Agents
import Body
import Fields
import Foundation
import Laws
import Substrate
import Testing
import Vocabulary

let survivalLaw = Survival {
  $0.damageRelaxation = 0.03 / 60
  $0.floor = 1e-4 / 60
  $0.inflammatoryStress = 0.02 / 60
  $0.starvationStress = 0.1 / 60
  $0.tnf = Hill(halfSaturation: 1)
  $0.ifn = Hill(halfSaturation: 1)
  $0.oxygen = Hill(halfSaturation: 2000)
  $0.glucose = Hill(halfSaturation: 5e5)
  $0.protection = 0
  $0.bloodLoss = 0.1
}
let residenceLaw = Residence {
  $0.release = 3e-5 / 60
  $0.releaseExponent = 8
  $0.fastest = 1
  $0.extravasation = 0.03 / 60
  $0.onset = 1440
  $0.activatedFold = 2
}
let licensingLaw = Licensing {
  $0.naiveRate = 0.06 / 60
  $0.memoryRate = 0.6 / 60
  $0.decay = 0.06 / 60
  $0.memoryGain = 0.037 / 60
  $0.memoryLoss = 0.001 / 60
  $0.proteinHalfLife = 720
  $0.thawRecovery = 420
  $0.ifn = Hill(halfSaturation: 0.06)
  $0.tnf = Hill(halfSaturation: 0.058)
  $0.il1b = Hill(halfSaturation: 0.006)
  $0.synergy = 3
}

func lifeStep(
  _ number: Int,
  _ length: DamageStep,
  _ chance: Chance,
  _ law: Survival = survivalLaw,
  standingFor cells: Int = 1
) -> LifeStep {
  LifeStep(
    law,
    residenceLaw,
    killing: 0,
    number: UInt32(number),
    length: length,
    chance: chance,
    lastEntry: 0,
    entry: { _ in 0 },
    weight: { _ in cells }
  )
}

@Suite("Survival")
struct SurvivalTests {
  @Test func damageStepsAreExact() {
    let whole = DamageStep(survivalLaw, time: 600)
    let part = DamageStep(survivalLaw, time: 6)
    var damage = 0.002
    var integral = 0.0
    for _ in 0..<100 {
      integral += part.integral(from: damage, steady: 0.001)
      damage = part.damage(after: damage, steady: 0.001)
    }
    #expect((damage - whole.damage(after: 0.002, steady: 0.001)).magnitude < 1e-15)
    #expect((integral - whole.integral(from: 0.002, steady: 0.001)).magnitude < 1e-12)
    let want = 0.001 + 0.001 * Foundation.exp(-0.0005 * 600)
    #expect((damage - want).magnitude < 1e-15)
  }

  @Test func stressNeedsBothPartners() {
    let base = 0.001
    func damage(_ levels: [String: Double]) -> Double {
      standardProgram.steadyDamage(at: base, standardProgram.levels { levels[$0] })
    }
    #expect(damage(["tnfa": 100]) == base)
    #expect(damage(["oxygen": 0]) == base)
    #expect(damage(["tnfa": 100, "ifng": 100]) > base)
    #expect(damage(["oxygen": 0, "glucose": 0]) == base + 0.1 / 60)
    #expect(
      damage(["tnfa": 1e9, "ifng": 1e9, "oxygen": 0, "glucose": 0])
        <= standardProgram.largestSteadyDamage(at: base)
    )
  }

  /// The share lost in the first hour is the share that the parameter says.
  @Test func complementTakesItsShare() {
    #expect((1 - Foundation.exp(-survivalLaw.complementHazard * 60) - 0.1).magnitude < 1e-14)
  }

  @Test func causesFollowTheirShares() {
    let n = 20_000
    let chance = Chance(seed: 11, replicate: 1)
    var complement = 0
    let damage = survivalLaw.complementHazard
    for i in 0..<n
    where survivalLaw.cause(
      damage: damage,
      killing: 0,
      exposed: true,
      uniform: chance.block(.cause, cell: UInt32(i)).uniform
    ) == .complement { complement += 1 }
    let share = damage / (2 * damage + survivalLaw.floor)
    #expect(
      (Double(complement) / Double(n) - share).magnitude < 5
        * (share * (1 - share) / Double(n)).squareRoot()
    )
  }
}

@Suite("Clocks of cells off the grids")
struct OrganClockTests {
  struct Outcome {
    var deathsByHour: [Int]
    var released = 0, extravasated = 0
  }

  /// Runs n cells that arrest at the start, with a stress that may change in time.
  static func run(cells n: Int, hours: Int, step: Double, stress: (Double) -> Double) -> Outcome {
    let chance = Chance(seed: 21, replicate: 1)
    let steps = Int(Double(hours) * 60 / step)
    let clock = OrganClock(
      survivalLaw,
      residenceLaw,
      standardProgram,
      largestKilling: 0,
      killingRise: 0,
      step: step
    )
    let length = DamageStep(survivalLaw, time: step)
    var places = PlaceHistories(Array(repeating: .init(length, largestDamage: 0.3 / 60), count: 2))
    var cells = OrganCells()
    for i in 0..<n {
      let budget = chance.block(.hazard, cell: UInt32(i)).exponential
      cells.append(
        Cell(
          identity: UInt32(i),
          episode: 0,
          damage: Float(0.003 / 60),
          budget: Float(budget),
          licensing: .init()
        ),
        standingFor: 1,
        dose: 0,
        place: 0,
        step: 0,
        places
      )
    }
    var outcome = Outcome(deathsByHour: Array(repeating: 0, count: hours))
    for s in 0..<steps {
      let time = Double(s) * step
      if s % 12 == 0 {
        var grouped = 0
        cells.forEachGroup { count, _, _, _ in grouped += count }
        #expect(grouped == cells.count)
      }
      places.extend(by: step) { _ in
        .init(steady: stress(time))
      }
      for rung in clock.advance(
        &cells,
        lifeStep(s, length, chance),
        places,
        using: Workers(count: 2)
      ) {
        switch rung.ring {
        case .death: outcome.deathsByHour[Int(time / 60)] += 1
        case .release: outcome.released += 1
        case .extravasation: outcome.extravasated += 1
        case .division: Issue.record("cells that do not divide")
        }
      }
    }
    #expect(
      cells.count + outcome.deathsByHour.reduce(0, +) + outcome.released + outcome.extravasated == n
    )
    return outcome
  }

  /// Slots are given out again and closed up; every cell that is still there is there once.
  @Test func slotsHoldEveryCellOnce() {
    let chance = Chance(seed: 5, replicate: 1)
    let length = DamageStep(survivalLaw, time: 5)
    let steps = 24 * 12
    let clock = OrganClock(
      survivalLaw,
      residenceLaw,
      standardProgram,
      largestKilling: 0,
      killingRise: 0,
      step: 5
    )
    var places = PlaceHistories([.init(length, largestDamage: 1.0 / 60)])
    var cells = OrganCells()
    var here: Set<UInt32> = []
    var next: UInt32 = 0
    for s in 0..<steps {
      // Cells come in bursts, so that gaps open between them.
      for _ in 0..<(s % 96 == 0 ? 9000 : 3) {
        let budget = chance.block(.hazard, cell: next).exponential
        let cell = Cell(
          identity: next,
          episode: 0,
          damage: 0,
          budget: Float(budget),
          licensing: .init()
        )
        cells.append(
          cell,
          standingFor: 2,
          dose: 0,
          place: 0,
          step: UInt32(s),
          places
        )
        here.insert(next)
        next += 1
      }
      places.extend(by: 5) { _ in .init(steady: 1.0 / 60) }
      let step = lifeStep(s, length, chance, standingFor: 2)
      for rung in clock.advance(&cells, step, places, using: Workers(count: 1)) {
        #expect(here.remove(rung.cell.identity) != nil)
      }
      if s % 48 == 0 {
        let found = cells.residents { _ in true }.map(\.cell.identity)
        #expect(found.count == cells.count && Set(found) == here)
      }
    }
    #expect(here.count < 10_000 && next > 27_000)
    var grouped = 0
    cells.forEachGroup { count, _, _, _ in grouped += count }
    #expect(grouped == 2 * here.count)
  }

  /// Survival against the closed form exp(−∫h), before extravasation opens.
  @Test func survivalAgreesWithTheClosedForm() {
    let n = 100_000
    let outcome = Self.run(cells: n, hours: 20, step: 5) { _ in 0.16 / 60 }
    var alive = Double(n)
    for hour in [1, 5, 10, 20] {
      let dead = outcome.deathsByHour[..<hour].reduce(0, +)
      let t = Double(hour) * 60
      let r = survivalLaw.damageRelaxation
      let d = 0.16 / 60
      let kept = Foundation.exp(-r * t)
      let spent =
        survivalLaw.floor * t + residenceLaw.release * t + d * t + (0.003 / 60 - d) * (1 - kept) / r
        + survivalLaw.complementHazard * min(60, t)
      alive = Double(n) * Foundation.exp(-spent)
      let deviation = (Double(n) * Foundation.exp(-spent) * (1 - Foundation.exp(-spent)))
        .squareRoot()
      #expect((Double(n - dead - outcome.released) - alive).magnitude < 5 * deviation + 5)
    }
  }

  /// A stress that swings: looking ahead never passes over a clock.
  ///
  /// The naive oracle looks at every cell in every step.
  @Test func agreesWithLookingAtEveryCellInEveryStep() {
    let n = 4000
    let stress: (Double) -> Double = { Int($0 / 300) % 2 == 0 ? 0.01 / 60 : 0.3 / 60 }
    let outcome = Self.run(cells: n, hours: 24, step: 5, stress: stress)
    let chance = Chance(seed: 21, replicate: 1)
    var deaths = [Int](repeating: 0, count: 24)
    for i in 0..<n {
      var left = chance.block(.hazard, cell: UInt32(i)).exponential
      var damage = 0.003 / 60
      for s in 0..<24 * 12 {
        let t = Double(s) * 5
        let steady = stress(t)
        let kept = Foundation.exp(-survivalLaw.damageRelaxation * 5)
        left -= survivalLaw.floor * 5 + residenceLaw.release * 5
        left -= steady * 5 + (damage - steady) * (1 - kept) / survivalLaw.damageRelaxation
        if t < 60 { left -= survivalLaw.complementHazard * 5 }
        damage = steady + (damage - steady) * kept
        if left <= 0 {
          deaths[s / 12] += 1
          break
        }
      }
    }
    let all = zip(outcome.deathsByHour, deaths).map { ($0 - $1).magnitude }.reduce(0, +)
    #expect(all <= UInt(outcome.released) + 4)
  }

  /// A cell that lodges some time after it came into blood meets complement for the rest of its first hour, not for all of it:
  /// those die, and only those, whose budget is below c times the minutes that are left.
  @Test(arguments: [0, 6, 11, 12, 20])
  func complementActsForTheRestOfTheFirstHour(arrest: Int) {
    let law = Survival {
      $0.damageRelaxation = 0.03 / 60
      $0.bloodLoss = 0.6
    }
    let chance = Chance(seed: 33, replicate: 1)
    let length = DamageStep(law, time: 5)
    let program = CellProgram(licensingLaw, law)
    let clock = OrganClock(law, Residence(), program, largestKilling: 0, killingRise: 0, step: 5)
    var places = PlaceHistories([.init(length, largestDamage: 0)])
    for _ in 0..<arrest { places.extend(by: 5) { _ in .init(steady: 0) } }
    var cells = OrganCells()
    let n: UInt32 = 5000
    let budgets = (0..<n).map { Float(chance.block(.hazard, cell: $0).exponential) }
    for i in 0..<n {
      let cell = Cell(
        identity: i,
        episode: 0,
        damage: 0,
        budget: budgets[Int(i)],
        licensing: .init()
      )
      cells.append(cell, standingFor: 1, dose: 0, place: 0, step: UInt32(arrest), places)
    }
    var dead: Set<UInt32> = []
    for step in arrest..<arrest + 24 {
      places.extend(by: 5) { _ in .init(steady: 0) }
      let step = lifeStep(step, length, chance, law)
      for rung in clock.advance(&cells, step, places, using: Workers(count: 1)) {
        dead.insert(rung.cell.identity)
      }
    }
    let spent = -Foundation.log(1 - 0.6) * Double(max(0, 12 - arrest)) / 12
    #expect(dead == Set((0..<n).filter { Double(budgets[Int($0)]) <= spent }))
  }

  /// Half the step, the same cells: hardly any death moves by more than the step.
  @Test func theStepHardlyMatters() {
    let coarse = Self.run(cells: 20_000, hours: 48, step: 10) { _ in 0.16 / 60 }
    let fine = Self.run(cells: 20_000, hours: 48, step: 5) { _ in 0.16 / 60 }
    let dead = (coarse.deathsByHour.reduce(0, +), fine.deathsByHour.reduce(0, +))
    #expect((dead.0 - dead.1).magnitude < 100)
    #expect(coarse.extravasated > 500)
    #expect((coarse.extravasated - fine.extravasated).magnitude < 100)
  }
}

@Suite("Licensing")
struct LicensingTests {
  func run(_ state: CellState, drive: Double, hours: Double, step: Double = 1)
    -> CellState
  {
    var state = state
    for _ in 0..<Int(hours * 60 / step) {
      state = licensingLaw.advance(state, stat1: drive, nfkb: 0, by: step)
    }
    return state
  }

  @Test func staysBetweenNoneAndAll() {
    var state = CellState()
    for step in 0..<2000 {
      state = licensingLaw.advance(
        state,
        stat1: step % 3 == 0 ? 1 : 0,
        nfkb: step % 5 == 0 ? 1 : 0,
        by: 30
      )
      for level in [state.stat1, state.stat1Memory, state.nfkb, state.nfkbMemory] {
        #expect(level >= 0 && level <= 1)
      }
    }
  }

  @Test func withoutACytokineNothingHappens() {
    #expect(run(.init(), drive: 0, hours: 100) == .init())
    #expect(licensingLaw.drive([:]) == (0, 0))
  }

  /// Memory makes the second time faster than the first.
  @Test func theSecondTimeIsFaster() {
    let first = run(.init(), drive: 0.9, hours: 48)
    let rested = run(first, drive: 0, hours: 48)
    #expect(rested.stat1 < first.stat1 / 2)
    #expect(rested.stat1Memory > 0.5 * first.stat1Memory)
    #expect(
      run(rested, drive: 0.9, hours: 6).stat1 > 1.2 * run(.init(), drive: 0.9, hours: 6).stat1
    )
  }

  /// Memory converges with the step to first order, activity to second.
  @Test func convergesWithTheStep() {
    func run(_ step: Double) -> (activity: Double, memory: Double) {
      var axis = (activity: 0.0, memory: 0.0)
      for _ in 0..<Int(1440 / step) {
        axis = licensingLaw.axes[0].rates.advance(
          activity: axis.activity,
          memory: axis.memory,
          drive: 0.8,
          by: step
        )
      }
      return axis
    }
    let fine = run(0.05)
    let coarse = run(20)
    let half = run(10)
    let memory = (coarse.memory - fine.memory) / (half.memory - fine.memory)
    let activity = (coarse.activity - fine.activity) / (half.activity - fine.activity)
    #expect((coarse.memory - fine.memory).magnitude < 0.005)
    #expect(memory > 1.9 && memory < 2.1)
    #expect(activity > 3.8 && activity < 4.2)
  }

  @Test func theAxesSynergise() {
    let alone = licensingLaw.drive(["tnfa": 0.02])
    let both = licensingLaw.drive(["tnfa": 0.02, "ifng": 10])
    #expect(alone.stat1 == 0)
    #expect(both.nfkb > 1.5 * alone.nfkb && both.nfkb < 1)
  }

  @Test func thawedCellsAreDeafAtFirst() {
    #expect(licensingLaw.responsiveness(sinceThaw: 0) == 0)
    #expect(licensingLaw.responsiveness(sinceThaw: 1440) > 0.95)
  }
}

@Suite("Secretion and uptake")
struct SecretionTests {
  let secretion = Secretion(
    basal: 10,
    folds: [.init(11, at: ["nfkb"])],
    hypoxicFold: 5,
    oxygen: Hill(halfSaturation: 15_000)
  )

  /// The rate of a cell of a potency with a full axis, or none.
  private func rate(_ potency: Double, full axis: String = "", oxygen: Double? = nil) -> Double {
    secretion.rate(potency: potency, oxygen: oxygen) { $0 == axis ? 1 : 0 }
  }

  @Test func foldsMultiply() {
    #expect(rate(1) == 10)
    #expect(rate(2, full: "stat1") == 20)
    #expect(rate(1, full: "nfkb") == 110)
    #expect(rate(1, oxygen: Secretion.normoxia) == 10)
    #expect((rate(1, oxygen: Secretion.hypoxia) - 50).magnitude < 1e-12)
    #expect((rate(1, oxygen: 0) - 50).magnitude < 1e-12)
  }

}

@Suite("Release by size")
struct ReleaseTests {
  /// What clocks take for a cell is the law at its diameter, and smaller cells leave first.
  @Test func clocksTakeTheLawAtTheDiameterOfTheCell() {
    var product = CrawlingTests.product
    product.traits.diameterVariation = 0.3
    let law = Residence {
      $0.release = 1e-6
      $0.releaseRatio = 4
      $0.releaseExponent = 15
      $0.fastest = 1e-3
    }
    let chance = Chance(seed: 8, replicate: 1)
    let calibres = [5.0, 8.5]
    let releases = product.releases(law, from: calibres, chance)
    var found: [(diameter: Double, rate: Double)] = []
    for cell in 0..<UInt32(500) {
      let diameter = product.diameter(of: cell, chance)
      for (organ, calibre) in calibres.enumerated() {
        let want = law.release(ratio: diameter / calibre)
        #expect((releases(cell, organ) / want - 1).magnitude < 1e-10)
      }
      found.append((diameter, releases(cell, 0)))
    }
    let rates = found.sorted { $0.diameter < $1.diameter }.map(\.rate)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(rates.first == law.fastest && rates.last! < 1e-9)
  }
}

@Suite("Crawling")
struct CrawlingTests {
  let law = Crawling {
    $0.speed = 21.0 / 60
    $0.persistence = 60
    $0.receptor = Hill(halfSaturation: 4)
    $0.halfOccupancyDifference = 0.01
  }
  static let product = Product(
    name: "p",
    species: .mouse,
    condition: Product.Condition(handling: .fresh, viability: 1, damage: 0),
    traits: Product.Traits(
      diameter: 20,
      diameterVariation: 0,
      receptorFraction: 1,
      potencyVariation: 0
    )
  )

  static func crawl(
    _ law: Crawling,
    cells n: Int,
    steps: Int,
    step dt: Double,
    gradient: Double,
    layers: Int = 40
  ) -> [GridCells.Resident] {
    let shape = GridShape(nx: 40, ny: 40, nz: layers, spacing: 50)
    let cxcl12 = Factor(name: "cxcl12", molarMass: 8000, diffusivity: 0, decay: 0, activity: [:])
    var fields = FieldStack(shape: shape, factors: [cxcl12])
    for v in 0..<shape.count { fields.concentration[v] = Float(2 + gradient * Double(v % 40) * 50) }
    let senses = Senses(fields.factors, host: .mouse, cell: .mouse, standardProgram)
    let chance = Chance(seed: 31, replicate: 1)
    var cells = GridCells()
    for i in 0..<n {
      cells.append(
        Cell(identity: UInt32(i), episode: 0, damage: 0, budget: 1e6, licensing: .init()),
        standingFor: 1,
        .tissue,
        step: 0,
        at: (1000, 1000, Double(layers) * 25),
        on: shape,
        product,
        chance
      )
    }
    let length = DamageStep(survivalLaw, time: dt)
    for s in 0..<steps {
      let step = GridStep(
        lifeStep(s, length, chance),
        standardProgram,
        responsiveness: [1],
        first: [0],
        law,
        place: NicheStress(lumen: 0, tissue: 0),
        site: 0
      )
      _ = cells.live(step, &fields, senses, using: Workers(count: 2))
    }
    return (0..<n).map { cells[$0] }
  }

  /// Mean square displacement per axis of a persistent walk that starts at rest:
  /// 2σ²τ²(x − 3/2 + 2e^{−x} − ½e^{−2x}), x = t/τ, σ² the variance of a component of the velocity.
  @Test(arguments: [10.0, 2.5])
  func spreadsAsAPersistentWalk(step: Double) {
    let n = 4000
    let time = 1200.0
    let cells = Self.crawl(law, cells: n, steps: Int(time / step), step: step, gradient: 0)
    let x = time / 60
    let variance = law.spread(axes: 3) * law.spread(axes: 3)
    let want =
      2 * variance * 3600 * (x - 1.5 + 2 * Foundation.exp(-x) - 0.5 * Foundation.exp(-2 * x))
    let squares = (0..<n).map { i -> Double in
      let d = [cells[i].x, cells[i].y, cells[i].z].map { Double($0) - 1000 }
      return d.map { $0 * $0 }.reduce(0, +) / 3
    }
    let mean = squares.reduce(0, +) / Double(n)
    #expect((mean / want - 1).magnitude < 5 * (2.0 / (3 * Double(n))).squareRoot() + 0.02)
  }

  /// In space and in a plane.
  @Test(arguments: [40, 1])
  func meanSpeedIsTheParameter(layers: Int) {
    let n = 4000
    let cells = Self.crawl(law, cells: n, steps: 60, step: 10, gradient: 0, layers: layers)
    let speeds = (0..<n).map { i -> Double in
      let v = [cells[i].vx, cells[i].vy, cells[i].vz].map(Double.init)
      return v.map { $0 * $0 }.reduce(0, +).squareRoot()
    }
    let mean = speeds.reduce(0, +) / Double(n)
    #expect((mean / law.speed - 1).magnitude < 5 * 0.53 / Double(n).squareRoot())
  }

  /// Up the gradient at the directed share of the speed, and not sideways.
  @Test func climbsTheGradient() {
    let n = 2000
    let time = 1200.0
    let gradient = 0.002
    let cells = Self.crawl(law, cells: n, steps: 240, step: 5, gradient: gradient)
    let bias = law.bias(concentration: 4, gradient: gradient, diameter: 20)
    let drift = law.speed * bias * (time - 60 * (1 - Foundation.exp(-time / 60)))
    let mean = (0..<n).map { Double(cells[$0].x) - 1000 }.reduce(0, +) / Double(n)
    let sideways = (0..<n).map { Double(cells[$0].y) - 1000 }.reduce(0, +) / Double(n)
    let spread = (2 * law.spread(axes: 3) * law.spread(axes: 3) * 60 * time / Double(n))
      .squareRoot()
    #expect((mean - drift).magnitude < 5 * spread + 0.06 * drift)
    #expect(sideways.magnitude < 5 * spread)
  }

  @Test func biasIsBounded() {
    #expect(law.bias(concentration: 4, gradient: 0, diameter: 20) == 0)
    for gradient in [1e-6, 1e-3, 1, 1e6] {
      let bias = law.bias(concentration: 4, gradient: gradient, diameter: 20)
      #expect(bias > 0 && bias < 1)
    }
  }

  @Test func wallsReflect() {
    #expect(Crawling.reflect(-3, extent: 10) == (3, -1))
    #expect(Crawling.reflect(12, extent: 10) == (8, -1))
    #expect(Crawling.reflect(25, extent: 10) == (5, 1))
    #expect(Crawling.reflect(10, extent: 10).place < 10)
  }
}

@Suite("Cells on a grid")
struct GridCellsTests {
  /// What cells give is what the field gets, weights included.
  @Test func secretionReachesTheField() {
    let shape = GridShape(nx: 8, ny: 8, nz: 8, spacing: 20)
    let pge2 = Factor(name: "pge2", molarMass: 352.5, diffusivity: 12_000, decay: 0, activity: [:])
    var fields = FieldStack(shape: shape, factors: [pge2])
    let senses = Senses(fields.factors, host: .mouse, cell: .human, standardProgram)
    let chance = Chance(seed: 41, replicate: 1)
    var cells = GridCells()
    for i in 0..<100 {
      let place = (Double(i % 10) * 15 + 1, Double(i / 10) * 15 + 1, 70.0)
      cells.append(
        Cell(identity: UInt32(i), episode: 0, damage: 0, budget: 1, licensing: .init()),
        standingFor: i < 50 ? 1 : 3,
        .lumen,
        step: 0,
        at: place,
        on: shape,
        CrawlingTests.product,
        chance
      )
    }
    let law = Secretion(
      basal: 32,
      folds: [],
      hypoxicFold: 1,
      oxygen: Hill(halfSaturation: 1)
    )
    let workers = Workers(count: 1)
    cells.exchange([(0, law)], [], &fields, senses, row: { _ in 0 }, share: [1], using: workers)
    var scheme = FieldTransport(tolerance: 1e-3)
    scheme.advance(&fields, factors: [0], by: 5, using: workers)
    #expect((fields.amount(of: 0) / (200 * 32 * 5) - 1).magnitude < 1e-6)
    // What cells clear, in voxels where the factor is everywhere the same.
    fields.clearExchange()
    fields.fill(0, with: 2)
    let uptake = (factor: 0, law: Uptake(clearance: 4))
    cells.exchange([], [uptake], &fields, senses, row: { _ in 0 }, share: [1], using: workers)
    scheme.advance(&fields, factors: [0], by: 1e-3, using: workers)
    #expect((fields.balance[0].takenUp / (200 * 4 * 2 * 1e-3) - 1).magnitude < 1e-3)
  }

  /// On a grid without fields, cells die as cells off the grid do.
  @Test func dieAsCellsOffTheGrid() {
    let n = 20_000
    let hours = 48
    let off = OrganClockTests.run(cells: n, hours: hours, step: 5) { _ in 0.16 / 60 }
    let shape = GridShape(nx: 4, ny: 4, nz: 4, spacing: 20)
    var fields = FieldStack(shape: shape, factors: [])
    let senses = Senses([], host: .mouse, cell: .mouse, standardProgram)
    let chance = Chance(seed: 21, replicate: 1)
    var cells = GridCells()
    for i in 0..<n {
      cells.append(
        Cell(
          identity: UInt32(i),
          episode: 0,
          damage: Float(0.003 / 60),
          budget: Float(chance.block(.hazard, cell: UInt32(i)).exponential),
          licensing: .init()
        ),
        standingFor: 1,
        .lumen,
        step: 0,
        at: (1, 1, 1),
        on: shape,
        CrawlingTests.product,
        chance
      )
    }
    let length = DamageStep(survivalLaw, time: 5)
    for step in 0..<hours * 12 {
      let step = GridStep(
        lifeStep(step, length, chance),
        standardProgram,
        responsiveness: [1],
        first: [0],
        CrawlingTests().law,
        place: NicheStress(lumen: 0.16 / 60, tissue: 0.08 / 60),
        site: 0
      )
      _ = cells.live(step, &fields, senses, using: Workers(count: 2))
    }
    let moved = (0..<cells.count).filter { cells[$0].niche == .tissue }.count
    let gone = off.deathsByHour.reduce(0, +) + off.released
    #expect(off.extravasated > 300)
    // On the grid those that extravasated go on dying in tissue.
    #expect((n - cells.count - gone) >= -2 && moved <= off.extravasated)
    #expect((off.extravasated - moved - (n - cells.count - gone)).magnitude <= 4)
  }
}
