import Agents
import Body
import Fields
import Foundation
import Laws
import Substrate
import Testing
import Vocabulary

@Suite("Products and what is given of them")
struct TherapyTests {
  static let law = Licensing {
    $0.naiveRate = 0.1 / 60
    $0.memoryRate = 1.0 / 60
    $0.decay = 0.1 / 60
    $0.memoryGain = 0.05 / 60
    $0.memoryLoss = 0.002 / 60
    $0.proteinHalfLife = 1440
    $0.thawRecovery = 300
    $0.ifn = Hill(halfSaturation: 0.06)
    $0.tnf = Hill(halfSaturation: 0.6)
    $0.il1b = Hill(halfSaturation: 0.06)
    $0.synergy = 10
  }

  /// Cells of a young, healthy donor and early passage are those of the product; age, diabetes and passage take
  /// of them, and passage alone makes them grow.
  @Test func provenance() {
    let chance = Chance(seed: 3, replicate: 1)
    var plain = Provenance()
    plain.ageLoss = 0.05
    plain.diabetesLoss = 0.2
    plain.senescenceLoss = 0.7
    plain.senescenceGrowth = 0.4
    plain.senescencePassage = 7
    #expect(plain.potency(of: 0, chance) == 1 && plain.growth == 1)
    var old = plain
    old.age = 70
    #expect((old.potency(of: 0, chance) - 0.8).magnitude < 1e-12)
    var diabetic = plain
    diabetic.diabetes = 1
    #expect((diabetic.potency(of: 0, chance) - 0.8).magnitude < 1e-12)
    var last = 1.0
    for passage in 3...14 {
      var cultured = plain
      cultured.passage = Double(passage)
      let potency = cultured.potency(of: 0, chance)
      #expect(potency < last && cultured.growth > 1)
      last = potency
    }
    var half = plain
    half.passage = 7
    half.senescenceFragility = 3
    #expect((half.senescence - 0.5).magnitude < 1e-12)
    old.ageFragility = 0.1
    #expect((old.fragility - 1.4).magnitude < 1e-12)
    #expect(plain.fragility == 1 && (half.fragility - 2).magnitude < 1e-12)
  }

  /// The mean over donors is that of donor 0, within four standard errors of it.
  @Test func donorsScatterAboutTheirMean() {
    let chance = Chance(seed: 5, replicate: 1)
    var law = Provenance()
    law.variation = 0.5
    law.age = 50
    law.ageSpread = 8
    law.ageLoss = 0.05
    law.diabetes = 0.3
    law.diabetesLoss = 0.4
    let donors = 40_000
    let values = (1...UInt32(donors)).map { law.potency(of: $0, chance) }
    let mean = values.reduce(0, +) / Double(donors)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(donors - 1)
    let error = (variance / Double(donors)).squareRoot()
    #expect((mean - law.potency(of: 0, chance)).magnitude < 4 * error)
  }

  /// Preconditioning comes to what the law comes to, is lost in rest, and leaves memory.
  @Test func preconditioning() {
    func state(time: Double, rest: Double) -> CellState {
      Preconditioning(["ifng": 1], time: time, rest: rest).state(
        after: .init(),
        CellProgram(Self.law, survivalLaw)
      )
    }
    let drive = Self.law.drive(["ifng": 1]).stat1
    var naive = (activity: 0.0, memory: 0.0)
    for _ in 0..<28800 {
      naive = Self.law.axes[0].rates.advance(
        activity: naive.activity,
        memory: naive.memory,
        drive: drive,
        by: 0.1
      )
    }
    let primed = state(time: 2880, rest: 0)
    #expect((Double(primed.stat1) - naive.activity).magnitude < 2e-3)
    #expect((Double(primed.stat1Memory) - naive.memory).magnitude < 2e-3)
    #expect(primed.nfkb == 0)
    let rested = state(time: 2880, rest: 2880)
    #expect(rested.stat1 < 0.05 * primed.stat1 && rested.stat1Memory > 0.5 * primed.stat1Memory)
    #expect(state(time: 0, rest: 0) == .init())
  }

  /// Means over windows add up, agree with small steps of the equation, and come to the whole dose.
  @Test func plasma() throws {
    let plasma = Plasma(
      volume: 2,
      halfLife: ["ev": 7],
      flow: [5, 8, 3, 7],
      drainsTo: [nil, 3, nil, nil],
      lung: 0
    )
    let doses = [
      FactorDose(route: .intravenous, start: 3, duration: 10, amounts: ["ev": 6]),
      FactorDose(route: .intraArterial(organ: 1), start: 30, duration: 1, amounts: ["ev": 4]),
      FactorDose(
        route: .deposit(organ: 0, retention: 1, shed: 0),
        start: 0,
        duration: 1,
        amounts: ["ev": 100]
      ),
    ]
    let loss = log(2.0) / 7
    var (level, time, sum) = (0.0, 0.0, 0.0)
    let step = 1e-3
    while time < 50 {
      let rate = (time >= 3 && time < 13 ? 0.6 : 0) + (time >= 30 && time < 31 ? 4 : 0)
      sum += level * step
      level += step * (rate / 2 - loss * level)
      time += step
    }
    let mean = try #require(plasma.mean("ev", doses, in: 2, from: 0, to: 50))
    #expect((mean * 50 / sum - 1).magnitude < 1e-3)
    let parts = try (0..<50).reduce(0.0) {
      $0 + (try #require(plasma.mean("ev", doses, in: 2, from: Double($1), to: Double($1 + 1))))
    }
    #expect((parts / (mean * 50) - 1).magnitude < 1e-12)
    let all = try #require(plasma.mean("ev", doses, in: 2, from: 0, to: 5000))
    #expect((all * 5000 * loss * 2 / 10 - 1).magnitude < 1e-12)
    #expect(plasma.mean("hgf", doses, in: 2, from: 0, to: 1) == nil)
    // On the way in, the lung meets all that is given, an organ what is given into its artery, and so does the one
    // it drains to: A/Q.
    for (organ, first) in [(0, 10.0 / 5), (1, 4.0 / 8), (3, 4.0 / 7)] {
      let met = try #require(plasma.mean("ev", doses, in: organ, from: 0, to: 50))
      #expect(((met - mean) * 50 / first - 1).magnitude < 1e-12)
    }
  }

  /// Of what is put into tissue that part enters plasma which neither stays nor is shed.
  @Test func whatDoesNotStayEntersPlasma() throws {
    func mean(_ route: Dose.Route) throws -> Double? {
      Plasma(volume: 2, halfLife: ["ev": 7], flow: [5, 9], drainsTo: [nil, nil], lung: 0).mean(
        "ev",
        [FactorDose(route: route, start: 0, duration: 1, amounts: ["ev": 10])],
        in: 0,
        from: 0,
        to: 500
      )
    }
    let whole = try #require(try mean(.deposit(organ: 1, retention: 0, shed: 0)))
    let part = try #require(try mean(.deposit(organ: 1, retention: 0.6, shed: 0.25)))
    #expect((part / whole - 0.3).magnitude < 1e-12)
    #expect(try mean(.deposit(organ: 1, retention: 0.6, shed: 1)) == nil)
    #expect(try mean(.intravenous) == whole)
  }

  /// What came of a factor is given whole and evenly, also where more comes before all of it is given.
  @Test func yieldsAreGivenWhole() {
    let shape = GridShape(nx: 2, ny: 1, nz: 1, spacing: 10)
    let factors = ["a", "b"].map {
      Factor(name: $0, molarMass: 1000, diffusivity: 1, decay: 0, activity: [:])
    }
    var fields = FieldStack(shape: shape, factors: factors)
    var yield = Yield(from: 0, into: 1, ratio: 1)
    var given: [Float] = []
    for step in 0..<16 {
      if step == 0 { yield.add([6, 0], over: 6, of: 10) }
      if step == 3 { yield.add([4, 8], over: 4, of: 10) }
      fields.clearExchange()
      yield.give(to: &fields, share: 1)
      given.append(fields.source[2] * 10)
    }
    #expect(given.prefix(3).allSatisfy { ($0 - 1).magnitude < 1e-6 })
    #expect((given.reduce(0, +) - 10).magnitude < 1e-5)
    #expect(given.dropFirst(7).allSatisfy { $0 == 0 })
    #expect(yield.isSound(on: shape))
  }

  /// Parts of giving add up to the dose, whatever the steps.
  @Test func dosesAreGivenWhole() {
    let dose = FactorDose(route: .intravenous, start: 7.3, duration: 25.1, amounts: [:])
    for step in [0.7, 5, 60] {
      let all = (0..<200).reduce(0.0) {
        $0 + dose.share(from: Double($1) * step, to: Double($1 + 1) * step)
      }
      #expect((all - 1).magnitude < 1e-12)
    }
  }
}
