import Agents
import Body
import Foundation
import Laws
import Substrate
import Testing
import Vocabulary

/// Stress that passes as cells settle, damage that builds up at the pace of a place, and endothelium that holds cells.
@Suite("Settling and adhesion")
struct SettlingTests {
  static let law = Survival {
    $0.damageRelaxation = 0.03 / 60
    $0.floor = 1e-4 / 60
    $0.settled = 0.2
    $0.settling = 4 * 1440
  }
  static let tissue = PlaceStress(damage: 0.04 / 60, filling: 0.5, isTissue: true)

  /// Damage and its integral by steps of 1/1000 of the step of the law, Runge and Kutta's of fourth order.
  static func reference(_ rate: Double, _ settling: Double, time: Double) -> (Double, Double) {
    let (steady, passing, n) = (0.001, 0.004, 1000)
    let dt = time / Double(n)
    func slope(_ t: Double, _ damage: Double) -> Double {
      rate * (steady + passing * Foundation.exp(-settling * t) - damage)
    }
    var (damage, integral) = (0.002, 0.0)
    for i in 0..<n {
      let t = Double(i) * dt
      let a = slope(t, damage)
      let b = slope(t + dt / 2, damage + dt / 2 * a)
      let c = slope(t + dt / 2, damage + dt / 2 * b)
      let d = slope(t + dt, damage + dt * c)
      integral += damage * dt + (a + b + c) * dt * dt / 6
      damage += dt / 6 * (a + 2 * b + 2 * c + d)
    }
    return (damage, integral)
  }

  @Test(arguments: [0.1, 0.347, 0.3472, 1, 30])
  func aStepIsTheSolutionOfTheEquation(filling: Double) {
    let step = DamageStep(Self.law, filling: filling, time: 600)
    let (damage, integral) = Self.reference(step.rate, step.settling, time: 600)
    let found = step.damage(after: 0.002, steady: 0.001, passing: 0.004)
    #expect((found - damage).magnitude < 1e-12)
    #expect(
      (step.integral(from: 0.002, steady: 0.001, passing: 0.004) - integral).magnitude < 1e-8
    )
  }

  /// Where the two rates are the same the formulas have 0/0; the law differs from its limit by less than 1e-4.
  @Test func equalRatesAreTheLimit() {
    let law = Survival {
      $0.damageRelaxation = 1 / 1440
      $0.settling = 1440
    }
    let step = DamageStep(law, time: 1440)
    #expect((step.added * M_E - 1).magnitude < 1e-4)
    #expect((step.addedIntegral / (1440 * (1 - 2 / M_E)) - 1).magnitude < 1e-4)
  }

  @Test func stepsMayBeSplit() {
    let whole = DamageStep(Self.law, filling: 0.5, time: 600)
    let part = DamageStep(Self.law, filling: 0.5, time: 6)
    var (damage, integral, passing) = (0.002, 0.0, 0.004)
    for _ in 0..<100 {
      integral += part.integral(from: damage, steady: 0.001, passing: passing)
      damage = part.damage(after: damage, steady: 0.001, passing: passing)
      passing *= part.left(after: 6)
    }
    let found = whole.damage(after: 0.002, steady: 0.001, passing: 0.004)
    #expect((damage - found).magnitude < 1e-15)
    let all = whole.integral(from: 0.002, steady: 0.001, passing: 0.004)
    #expect((integral - all).magnitude < 1e-12)
  }

  /// Cells in a place off the grids and what becomes of them, step by step.
  private struct Bed {
    static let (count, step) = (20_000, 30.0)
    let chance = Chance(seed: 31, replicate: 1)
    var cells = OrganCells()
    var places: PlaceHistories
    let clock: OrganClock
    let place: UInt8

    init(_ niche: Niche, receptorFraction: Double = 0) {
      let law = SettlingTests.law
      place = OrganCells.place(organ: 0, niche)
      let tissue = SettlingTests.tissue
      places = PlaceHistories([
        .init(DamageStep(law, time: Self.step), largestDamage: 0.01 / 60, holds: true),
        .init(
          DamageStep(law, filling: tissue.filling, time: Self.step),
          largestDamage: law.lastingStress(of: tissue),
          passing: law.passingStress(of: tissue)
        ),
      ])
      clock = OrganClock(
        law,
        residenceLaw,
        standardProgram,
        receptorFraction: receptorFraction,
        largestKilling: 0,
        killingRise: 0,
        step: Self.step
      )
      for i in 0..<UInt32(Self.count) {
        cells.append(
          Cell(identity: i, episode: 0, damage: 0, budget: budget(i), licensing: .init()),
          standingFor: 1,
          dose: 0,
          place: place,
          step: 0,
          places
        )
      }
    }

    func budget(_ cell: UInt32) -> Float { Float(chance.block(.hazard, cell: cell).exponential) }

    /// The cells whose clock rings in a step, where stress of the place and adhesion are these.
    mutating func live(_ number: Int, steady: Double, _ binding: Endothelium.Binding) -> Set<UInt32>
    {
      places.extend(by: Self.step) { _ in .init(steady: steady, binding: binding) }
      let law = SettlingTests.law
      let life = lifeStep(number, DamageStep(law, time: Self.step), chance, law)
      let events = clock.advance(&cells, life, places, using: Workers(count: 2))
      return Set(events.map(\.cell.identity))
    }
  }

  /// Survival in tissue off the grids is that of the equation: first a shoulder, then a fast fall, then a slow one.
  @Test func cellsThatSettleLiveLonger() {
    var bed = Bed(.tissue)
    let lasting = Self.law.lastingStress(of: Self.tissue)
    let passing = Self.law.passingStress(of: Self.tissue)
    var dead = 0
    var hazards: [Double] = []
    for day in 1...30 {
      let before = Bed.count - dead
      for s in 0..<48 {
        let number = (day - 1) * 48 + s
        dead += bed.live(number, steady: lasting, .init()).count
      }
      let time = Double(day) * 1440
      let whole = DamageStep(Self.law, filling: 0.5, time: time)
      let spent =
        Self.law.floor * time + whole.integral(from: 0, steady: lasting, passing: passing)
      let share = Foundation.exp(-spent)
      let deviation = (Double(Bed.count) * share * (1 - share)).squareRoot()
      #expect((Double(Bed.count - dead) - Double(Bed.count) * share).magnitude < 4 * deviation + 1)
      hazards.append(Foundation.log(Double(before) / Double(Bed.count - dead)))
    }
    #expect(hazards[0] < 0.5 * hazards[3] && hazards[20] < 0.6 * hazards[3])
  }

  /// Adhesion that comes and goes: which cells leave or die in which step is what adding up their hazards step by step says.
  @Test func agreesWithAddingUpHazards() {
    var bed = Bed(.lumen, receptorFraction: 0.3)
    let chance = bed.chance
    let binding: (Int) -> Endothelium.Binding = {
      let on = $0 / 40 % 2 == 1
      return .init(plain: on ? 0.5 : 0, carrier: on ? 0.9 : 0.2)
    }
    let steady = 0.01 / 60
    let damage = DamageStep(Self.law, time: Bed.step)
    let open = Int(residenceLaw.onsetSteps(of: Bed.step))
    var left = (0..<UInt32(Bed.count)).map { Double(bed.budget($0)) }
    var now = 0.0
    var differences = 0
    for number in 0..<200 {
      let b = binding(number)
      let rung = bed.live(number, steady: steady, b)
      let hurt = damage.integral(from: now, steady: steady)
      now = damage.damage(after: now, steady: steady)
      for cell in left.indices where left[cell] > 0 {
        let held = b[Product.carriesReceptor(UInt32(cell), share: 0.3, chance)]
        let rate =
          Self.law.floor + residenceLaw.release * (1 - held)
          + residenceLaw.extravasation(binding: held, isOpen: number >= open)
        left[cell] -= rate * Bed.step + hurt
        if number * Int(Bed.step) < 60 { left[cell] -= Self.law.complementHazard * Bed.step }
        if (left[cell] <= 0) != rung.contains(UInt32(cell)) { differences += 1 }
      }
    }
    #expect(left.count { $0 <= 0 } > 15_000)
    // A budget that ends at the border of two steps may fall into either, by rounding of single precision.
    #expect(differences <= 8)
  }

  /// Endothelium that holds a cell keeps it from being released and lets it through from the start.
  @Test func adhesionHoldsCellsAndLetsThemThrough() {
    let law = residenceLaw
    #expect(law.extravasation(binding: 0, isOpen: false) == 0)
    #expect(law.extravasation(binding: 1, isOpen: false) == law.extravasation * law.activatedFold)
    let half = law.extravasation * (1 + (law.activatedFold - 1) * 0.5)
    #expect((law.extravasation(binding: 0.5, isOpen: true) - half).magnitude < 1e-15)
  }
}
