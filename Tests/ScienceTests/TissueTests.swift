import Fields
import Laws
import Matter
import Substrate
import Testing
import Vocabulary

let tumourLaw = TumourGrowth {
  $0.growth = 1.6e-4
  $0.tgfb1Support = 0.3
  $0.vegfSupport = 0.5
  $0.contactSupport = 0.5
  $0.killing = 1e-3
  $0.payload = Hill(halfSaturation: 0.1)
  $0.tgfb1 = Hill(halfSaturation: 0.04)
  $0.vegf = Hill(halfSaturation: 0.1)
}
let repairLaw = TissueRepair {
  $0.oxidativeInjury = 0.023
  $0.ros = Hill(halfSaturation: 3.85e5)
  $0.inflammatoryInjury = 1e-4
  $0.tnfa = Hill(halfSaturation: 0.6)
  $0.il1b = Hill(halfSaturation: 0.06)
  $0.hgfProtection = 0.7
  $0.hgf = Hill(halfSaturation: 0.25)
  $0.regeneration = 8e-4
  $0.hgfRegeneration = 0.5
  $0.il10Regeneration = 0.5
  $0.il10 = Hill(halfSaturation: 0.05)
  $0.rescue = 1e-4
  $0.scarring = 7e-5
  $0.tgfb1 = Hill(halfSaturation: 0.04)
  $0.dissolution = 7e-6
  $0.hgfDissolution = 3
  $0.activatingInjury = 0.1
  $0.restingPool = 1.0 / 7
  $0.activationTime = 480
  $0.divisionTime = 600
  $0.differentiationTime = 1080
  $0.vesselLoss = 1e-4
  $0.sproutingTime = 4320
  $0.unguidedSprouting = 0.134
  $0.reperfusionTime = 7200
  $0.vegf = Hill(halfSaturation: 0.1)
  $0.tumour = tumourLaw
}

typealias Shares = TissueShares<Double>
typealias Levels = TissueLevels<Double>

func shares(
  injured: Double = 0,
  scar: Double = 0,
  sprouts: Double = 0,
  vessels: Double = 1,
  progenitors: Double = 0,
  tumour: Double = 0
) -> Shares {
  Shares(
    injured: injured,
    scar: scar,
    sprouts: sprouts,
    vessels: vessels,
    progenitors: progenitors,
    tumour: tumour
  )
}

func levels(_ set: (inout Levels) -> Void) -> Levels {
  var levels = Levels()
  set(&levels)
  return levels
}

extension TissueRepair {
  /// The shares after a time in steps of a length, min.
  func run(_ start: Shares, _ levels: Levels, minutes: Double, step: Double) -> Shares {
    var now = start
    for _ in 0..<Int((minutes / step).rounded()) { now = shares(after: now, levels, step: step) }
    return now
  }
}

extension TissueShares<Double> {
  /// Injured, scar, sprouts, vessels, progenitors, tumour.
  var list: [Double] { [injured, scar, sprouts, vessels, progenitors, tumour] }

  func distance(to other: Shares) -> Double {
    zip(list, other.list).map { ($0 - $1).magnitude }.max() ?? 0
  }
}

/// The equations as they stand in the doc comments, by the classical Runge–Kutta method.
struct NaiveTissue {
  let law: TissueRepair
  let at: Levels

  func rates(_ x: [Double]) -> [Double] {
    func h(_ c: Double, _ k: Hill) -> Double { c / (c + k.halfSaturation) }
    let (i, s, b, v, a, n) = (x[0], x[1], x[2], x[3], x[4], x[5])
    let hgf = h(at.hgf, law.hgf)
    let unhurt = (1 - h(at.tnfa, law.tnfa)) * (1 - h(at.il1b, law.il1b))
    let d =
      (law.oxidativeInjury * h(at.ros, law.ros) + law.inflammatoryInjury * (1 - unhurt))
      * (1 - law.hgfProtection * hgf)
    let r =
      law.regeneration * a * v * (1 + law.hgfRegeneration * hgf)
      * (1 + law.il10Regeneration * h(at.il10, law.il10))
    let c = law.rescue * at.contact
    let f = law.scarring * h(at.tgfb1, law.tgfb1)
    let m = law.dissolution * (1 + law.hgfDissolution * hgf)
    let u = i / (i + law.activatingInjury)
    let room = 1 - b - v
    let guided = law.unguidedSprouting + (1 - law.unguidedSprouting) * h(at.vegf, law.vegf)
    var grown = 0.0
    if let t = law.tumour {
      let growth =
        t.growth
        * (1 + t.tgfb1Support * h(at.tgfb1, t.tgfb1) + t.vegfSupport * h(at.vegf, t.vegf)
          + t.contactSupport * at.contact)
      grown = growth * n * (1 - n) - t.killing * h(at.payload, t.payload) * n
    }
    return [
      d * (1 - i - s) - (r + c + f) * i,
      f * i - m * s,
      room * guided / law.sproutingTime - b / law.reperfusionTime,
      b / law.reperfusionTime - law.vesselLoss * i * v,
      u * (law.restingPool / law.activationTime + a * 0.6931471805599453 / law.divisionTime)
        * (1 - a) - a / law.differentiationTime,
      grown,
    ]
  }

  /// No part of the tissue changes faster than this, 1/min.
  var fastest: Double {
    let tissue =
      law.injuryRate(at) + law.regenerationRate(progenitors: 1, vessels: 1, at)
      + law.rescueRate(at) + law.scarringRate(at) + law.dissolutionRate(at)
    let vessels =
      law.sproutingRate(at) + 1 / law.reperfusionTime + law.vesselLossRate(injured: 1)
    let progenitors =
      law.activationRate(injured: 1, progenitors: 1) + 1 / law.differentiationTime
    let tumour = law.tumour.map { $0.growthRate(at) + $0.killingRate(at) } ?? 0
    return max(tissue, vessels, progenitors, tumour)
  }

  /// The shares after a time (min), and the largest |x′| (1/min) and |x″| (1/min²) on the way.
  func run(_ start: Shares, minutes: Double) -> (
    shares: Shares, slope: Double, curvature: Double
  ) {
    let step = 2.0
    var x = start.list
    var (slope, curvature) = (0.0, 0.0)
    func moved(_ d: [Double], _ t: Double) -> [Double] { zip(x, d).map { $0 + t * $1 } }
    for _ in 0..<Int((minutes / step).rounded()) {
      let k1 = rates(x)
      let k2 = rates(moved(k1, step / 2))
      let k3 = rates(moved(k2, step / 2))
      let k4 = rates(moved(k3, step))
      for (p, q) in zip(k1, k4) {
        slope = max(slope, p.magnitude)
        curvature = max(curvature, (q - p).magnitude / step)
      }
      for j in x.indices { x[j] += step / 6 * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]) }
    }
    let end = shares(
      injured: x[0],
      scar: x[1],
      sprouts: x[2],
      vessels: x[3],
      progenitors: x[4],
      tumour: x[5]
    )
    return (end, slope, curvature)
  }
}

/// A wound among all factors.
let wound = shares(injured: 0.7, scar: 0.1, sprouts: 0.1, vessels: 0.4, tumour: 0.05)
let inflamed = levels {
  $0.tnfa = 0.3
  $0.il1b = 0.02
  $0.ros = 500
  $0.hgf = 0.1
  $0.il10 = 0.03
  $0.vegf = 0.05
  $0.tgfb1 = 0.03
  $0.payload = 0.01
  $0.contact = 0.2
}

@Suite("Laws of tissue")
struct TissueRepairTests {
  static let chance = Chance(seed: 5, replicate: 3)

  static func uniform(_ n: Int, _ draw: Int) -> Double {
    chance.block(.lodging, cell: UInt32(n), draw: UInt32(draw)).uniform
  }

  /// Any state, with shares at the ends of their range among them.
  static func wildShares(_ n: Int) -> Shares {
    func share(_ draw: Int) -> Double {
      let u = uniform(n, draw)
      return u < 0.1 ? 0 : u > 0.9 ? 1 : (u - 0.1) / 0.8
    }
    let (scar, vessels) = (share(0), share(1))
    return shares(
      injured: share(2) * (1 - scar),
      scar: scar,
      sprouts: share(3) * (1 - vessels),
      vessels: vessels,
      progenitors: share(4),
      tumour: share(5)
    )
  }

  /// Concentrations from none to far above any.
  static func wildLevels(_ n: Int) -> Levels {
    func level(_ draw: Int) -> Double {
      let u = uniform(n, draw)
      return u < 0.2 ? 0 : Elementary.exp(60 * (u - 0.7))
    }
    return levels {
      $0.tnfa = level(10)
      $0.il1b = level(11)
      $0.ros = level(12)
      $0.hgf = level(13)
      $0.il10 = level(14)
      $0.vegf = level(15)
      $0.tgfb1 = level(16)
      $0.payload = level(17)
      $0.contact = uniform(n, 18)
    }
  }

  /// A law a hundred times as fast as any that is meant.
  static let wildLaw: TissueRepair = {
    var law = repairLaw
    law.inflammatoryInjury = 0.1
    law.regeneration = 0.3
    law.scarring = 0.05
    law.rescue = 0.1
    law.dissolution = 0.005
    law.vesselLoss = 0.05
    law.restingPool = 10
    law.hgfProtection = 1
    law.tumour?.growth = 0.1
    return law
  }()

  @Test(arguments: [0.1, 1, 5, 60, 1440, 14400])
  func sharesStayInTheirRange(step: Double) {
    let range = 0.0...1
    for law in [repairLaw, Self.wildLaw] {
      for n in 0..<2000 {
        var now = Self.wildShares(n)
        var lanes = TissueShares<SIMD4<Float>>(now)
        for _ in 0..<4 {
          now = law.shares(after: now, Self.wildLevels(n), step: step)
          lanes = law.shares(
            after: lanes,
            .init(Self.wildLevels(n)),
            step: SIMD4(repeating: Float(step))
          )
          let all = now.list + lanes.first.list
          #expect(all.allSatisfy(range.contains))
          #expect(range.contains(now.viable) && range.contains(lanes.first.viable))
          #expect((now.viable + now.injured + now.scar - 1).magnitude < 1e-15)
          #expect(now.sprouts + now.vessels <= 1)
          let viable = lanes.viable[0]
          #expect((viable + lanes.injured[0] + lanes.scar[0] - 1).magnitude <= Float.ulpOfOne)
          #expect((1 - lanes.vessels[0]) - lanes.sprouts[0] >= 0)
        }
      }
    }
  }

  @Test(arguments: [0.1, 5, 1440])
  func lanesAreTheLawInSinglePrecision(step: Double) {
    for n in 0..<2000 {
      let start = TissueShares<SIMD4<Float>>(Self.wildShares(n))
      let levels = TissueLevels<SIMD4<Float>>(Self.wildLevels(n))
      let lanes = repairLaw.shares(after: start, levels, step: SIMD4(repeating: Float(step)))
      let want = repairLaw.shares(after: start.first, levels.first, step: Double(Float(step)))
      #expect(lanes.first.distance(to: want) < 4e-7)
    }
  }

  /// An implicit step of x′ = M x is off by h² (M x′ − ½ x″), so that steps which do not amplify their
  /// errors are off by at most h T (λ max|x′| + ½ max|x″|), λ the fastest rate.
  @Test(arguments: [240.0, 2880, 20160])
  func stepsConverge(minutes: Double) {
    let naive = NaiveTissue(law: repairLaw, at: inflamed)
    let want = naive.run(wound, minutes: minutes)
    let bound = minutes * (naive.fastest * want.slope + want.curvature / 2)
    var before: Double?
    for step in [20.0, 10, 5, 2.5] {
      let got = repairLaw.run(wound, inflamed, minutes: minutes, step: step)
      let error = got.distance(to: want.shares)
      #expect(error < step * bound)
      if let before { #expect((1.9...2.1).contains(before / error)) }
      before = error
    }
  }

  /// The part of a step that is linear is that of the equations.
  @Test func aShortStepHasTheRatesOfTheEquations() {
    for n in 0..<500 {
      let (start, levels) = (Self.wildShares(n), Self.wildLevels(n))
      let step = 1e-4
      let after = repairLaw.shares(after: start, levels, step: step)
      let rates = NaiveTissue(law: repairLaw, at: levels).rates(start.list)
      for (j, rate) in rates.enumerated() {
        let got = (after.list[j] - start.list[j]) / step
        #expect((got - rate).magnitude < 1e-5 * rate.magnitude + 2e-9)
      }
    }
  }
}

@Suite("What acts on tissue")
struct TissueArmTests {
  /// Two weeks of a wound with one thing more.
  static func end(
    _ law: TissueRepair = repairLaw,
    _ start: Shares = wound,
    _ set: (inout Levels) -> Void = { _ in }
  ) -> Shares {
    law.run(start, levels(set), minutes: 20160, step: 5)
  }

  @Test func reactiveOxygenAndCytokinesInjure() {
    let healthy = shares()
    for set: @Sendable (inout Levels) -> Void in [
      { $0.ros = 1000 }, { $0.tnfa = 1 }, { $0.il1b = 0.1 },
    ] {
      #expect(Self.end(repairLaw, healthy, set).injured > 0.05)
    }
    let one = repairLaw.injuryRate(levels { $0.tnfa = 1 })
    let both = repairLaw.injuryRate(
      levels {
        $0.tnfa = 1
        $0.il1b = 0.1
      }
    )
    #expect(both > one && both < 1e-4)
  }

  @Test func halfOfAllCellsDieInAnHourAtTheLD50() {
    let at = levels { $0.ros = 3.85e5 }
    let left = repairLaw.run(shares(), at, minutes: 60, step: 0.1).viable
    #expect((left - 0.5).magnitude < 0.01)
  }

  @Test func hgfLowersInjuryAndScar() {
    func run(_ hgf: Double, _ start: Shares) -> Shares {
      Self.end(repairLaw, start) {
        $0.tnfa = 0.3
        $0.tgfb1 = 0.02
        $0.hgf = hgf
      }
    }
    for start in [shares(), wound] {
      let (without, with) = (run(0, start), run(0.25, start))
      #expect(with.injured < without.injured)
      #expect(with.scar < without.scar)
    }
  }

  @Test func interleukin10Regenerates() {
    #expect(Self.end { $0.il10 = 0.1 }.injured < 0.9 * Self.end().injured)
  }

  @Test func vegfRaisesVesselsAndWithThemRegeneration() {
    let (without, with) = (Self.end(), Self.end { $0.vegf = 0.2 })
    #expect(with.vessels > without.vessels + 0.1)
    #expect(with.injured < without.injured)
  }

  /// Guided by 10 ng/mL, sprouts are some 7 times as many on the first day as without (IM226).
  @Test func sproutsOfTheFirstDayFollowVEGF() {
    var law = repairLaw
    law.vegf = Hill(halfSaturation: 1e-6)
    let bare = shares(vessels: 0)
    let without = law.run(bare, Levels(), minutes: 1440, step: 5)
    let with = law.run(bare, levels { $0.vegf = 0.22 }, minutes: 1440, step: 5)
    #expect((6...8).contains(with.sprouts / without.sprouts))
    #expect(with.sprouts > 5 * with.vessels)
  }

  @Test func perfusionLagsSprouts() {
    let at = levels { $0.vegf = 10 }
    let bare = shares(vessels: 0)
    let day3 = repairLaw.run(bare, at, minutes: 3 * 1440, step: 5)
    #expect(day3.sprouts > day3.vessels)
    let day8 = repairLaw.run(bare, at, minutes: 8 * 1440, step: 5)
    #expect(day8.vessels > 0.5)
    let day30 = repairLaw.run(bare, at, minutes: 30 * 1440, step: 5)
    #expect(day30.vessels > 0.99)
  }

  @Test func tgfScarsAndScarStays() {
    let (without, with) = (Self.end(), Self.end { $0.tgfb1 = 0.1 })
    #expect(with.scar > without.scar + 0.1)
    #expect(without.scar > 0.8 * wound.scar && without.scar < wound.scar)
  }

  @Test func contactRescues() {
    var law = repairLaw
    law.regeneration = 0
    let (without, with) = (Self.end(law), Self.end(law) { $0.contact = 0.5 })
    #expect(without.injured == wound.injured)
    #expect(with.injured < 0.5 * without.injured)
  }

  @Test func progenitorsAndVesselsAreNeeded() {
    var law = repairLaw
    law.restingPool = 0
    #expect(Self.end(law).injured == wound.injured)
    law = repairLaw
    law.unguidedSprouting = 0
    #expect(Self.end(law, shares(injured: 0.7, vessels: 0)).injured == 0.7)
  }

  @Test func progenitorsRiseInADayAndReturnToRest() {
    let start = shares(injured: 0.8, vessels: 0.5)
    let most = repairLaw.run(start, Levels(), minutes: 5 * 1440, step: 5).progenitors
    let hours4 = repairLaw.run(start, Levels(), minutes: 240, step: 5).progenitors
    let hours8 = repairLaw.run(start, Levels(), minutes: 480, step: 5).progenitors
    let hours48 = repairLaw.run(start, Levels(), minutes: 2880, step: 5).progenitors
    #expect(hours4 < 0.2 * most && hours8 < 0.45 * most && hours48 > 0.75 * most)
    let rest = repairLaw.run(shares(progenitors: 1), Levels(), minutes: 1080, step: 0.5).progenitors
    #expect((rest - Elementary.exp(-1)).magnitude < 1e-3)
  }

  /// Muscle of mice is judged at day 28 (Haase 2024, doi 10.7554/eLife.91924): it has healed then.
  @Test func aWoundHealsInWeeks() {
    let start = shares(injured: 0.9, vessels: 0.5)
    let at = levels { $0.vegf = 0.05 }
    #expect(repairLaw.run(start, at, minutes: 2 * 1440, step: 5).injured > 0.6)
    #expect(repairLaw.run(start, at, minutes: 28 * 1440, step: 5).injured < 0.1)
    #expect(repairLaw.run(start, at, minutes: 60 * 1440, step: 5).vessels > 0.8)
  }
}

@Suite("Tumours in tissue")
struct TumourGrowthTests {
  static func end(_ start: Double, _ days: Double, _ set: (inout Levels) -> Void = { _ in })
    -> Double
  {
    repairLaw.run(shares(tumour: start), levels(set), minutes: days * 1440, step: 5).tumour
  }

  @Test func growthIsLogistic() {
    let days = 10.0
    let fold = Elementary.exp(1.6e-4 * days * 1440)
    let want = 0.01 * fold / (1 + 0.01 * (fold - 1))
    #expect((Self.end(0.01, days) / want - 1).magnitude < 0.002)
    #expect(Self.end(1, days) == 1)
    #expect(Self.end(0, days) == 0)
  }

  @Test func cellsAndFactorsSupportAndThePayloadKills() {
    let alone = Self.end(0.01, 7)
    #expect(Self.end(0.01, 7) { $0.tgfb1 = 0.04 } > alone)
    #expect(Self.end(0.01, 7) { $0.vegf = 0.1 } > alone)
    #expect(Self.end(0.01, 7) { $0.contact = 0.5 } > alone)
    #expect(Self.end(0.01, 7) { $0.payload = 0.01 } < alone)
    #expect(Self.end(0.5, 28) { $0.payload = 10 } < 1e-6)
  }

  @Test func tissueHasNoPartInIt() {
    let (with, without) = (
      TissueArmTests.end(repairLaw, shares(injured: 0.3, tumour: 0.5)),
      TissueArmTests.end(repairLaw, shares(injured: 0.3))
    )
    #expect(with.list.dropLast() == without.list.dropLast())
  }
}

@Suite("Tissue of a grid")
struct TissueMatterTests {
  static let shape = GridShape(nx: 61, ny: 53, nz: 17, spacing: 20)
  static let start = TissueStart(
    injury: TissueFocus(baseline: 0.02, amplitude: 0.7, width: 200),
    scar: TissueFocus(baseline: 0.01, amplitude: 0.2, width: 150),
    vessels: TissueFocus(baseline: 0.9, amplitude: -0.8, width: 250),
    tumour: TumourBall(radius: 90, share: 0.3)
  )

  static func columns(_ matter: TissueMatter) -> [[Float]] {
    [
      matter.injured, matter.scar, matter.sprouts, matter.vessels, matter.progenitors,
      matter.tumour,
    ]
  }

  /// Levels about the half-saturations, nine to a voxel.
  static func signals(_ shape: GridShape) -> [Float] {
    let scale = [0.6, 0.06, 1000, 0.25, 0.05, 0.1, 0.04, 0.1, 0.5]
    return (0..<9 * shape.count).map { n in
      Float(2 * scale[n / shape.count] * TissueRepairTests.uniform(n, 30))
    }
  }

  static func open(_ slab: Slab<Float>, _ voxels: Int) -> TissueSignals {
    func part(_ n: Int) -> Slab<Float> { slab.part(from: n * voxels, count: voxels) }
    var signals = TissueSignals()
    signals.tnfa = part(0)
    signals.il1b = part(1)
    signals.ros = part(2)
    signals.hgf = part(3)
    signals.il10 = part(4)
    signals.vegf = part(5)
    signals.tgfb1 = part(6)
    signals.payload = part(7)
    signals.contact = part(8)
    return signals
  }

  static func advanced(workers: Int, steps: Int) -> TissueMatter {
    var matter = TissueMatter(shape: shape, initial: start)
    var levels = signals(shape)
    levels.withSlab { slab in
      for _ in 0..<steps {
        matter.advance(
          repairLaw,
          open(slab, shape.count),
          by: 5,
          using: Workers(count: workers)
        )
      }
    }
    return matter
  }

  @Test func theStartIsAFocus() {
    let matter = TissueMatter(shape: Self.shape, initial: Self.start)
    let centre = Self.shape.voxel(x: 610, y: 530, z: 170)
    #expect((matter.injured[centre] - 0.72).magnitude < 1e-6)
    #expect((matter.vessels[centre] - 0.1).magnitude < 1e-6)
    #expect(matter.injured[0] > 0.02 && matter.injured[0] < 0.03)
    #expect(matter.tumour[centre] == 0.3 && matter.tumour[0] == 0)
    let ball = Double(matter.tumour.filter { $0 > 0 }.count) * Self.shape.voxelVolume
    #expect((ball / (4 / 3 * Double.pi * 90 * 90 * 90) - 1).magnitude < 0.1)
    #expect(TissueMatter(shape: Self.shape, initial: TissueStart()).tumour.isEmpty)
  }

  @Test func whatCannotBeIsTold() {
    #expect(Self.start.isPossible && TissueStart().isPossible)
    #expect(!TissueStart(injury: TissueFocus(baseline: 0.5, amplitude: 0.6)).isPossible)
    #expect(!TissueStart(vessels: TissueFocus(baseline: 0.5, amplitude: -0.6)).isPossible)
    #expect(!TissueStart(injury: .init(baseline: 0.6), scar: .init(baseline: 0.6)).isPossible)
    #expect(!TissueStart(tumour: TumourBall(radius: 10, share: 2)).isPossible)
  }

  @Test func everyVoxelFollowsTheLaw() {
    let before = TissueMatter(shape: Self.shape, initial: Self.start)
    let after = Self.advanced(workers: 2, steps: 1)
    let levels = Self.signals(Self.shape)
    let n = Self.shape.count
    for voxel in 0..<n {
      func level(_ factor: Int) -> Double { Double(levels[factor * n + voxel]) }
      func shares(_ matter: TissueMatter) -> Shares {
        Shares(
          injured: Double(matter.injured[voxel]),
          scar: Double(matter.scar[voxel]),
          sprouts: Double(matter.sprouts[voxel]),
          vessels: Double(matter.vessels[voxel]),
          progenitors: Double(matter.progenitors[voxel]),
          tumour: Double(matter.tumour[voxel])
        )
      }
      let at = ScienceTests.levels {
        $0.tnfa = level(0)
        $0.il1b = level(1)
        $0.ros = level(2)
        $0.hgf = level(3)
        $0.il10 = level(4)
        $0.vegf = level(5)
        $0.tgfb1 = level(6)
        $0.payload = level(7)
        $0.contact = level(8)
      }
      let want = repairLaw.shares(after: shares(before), at, step: 5)
      #expect(shares(after).distance(to: want) < 4e-7)
    }
  }

  @Test func workersDoNotMatter() {
    let one = Self.columns(Self.advanced(workers: 1, steps: 12))
    for workers in 2...3 {
      #expect(one == Self.columns(Self.advanced(workers: workers, steps: 12)))
    }
  }

  @Test(arguments: [0.1, 5, 14400])
  func healthyTissueStaysExactlyHealthy(step: Double) {
    let shape = GridShape(nx: 7, ny: 5, nz: 3, spacing: 20)
    let healthy = TissueMatter(shape: shape, initial: TissueStart())
    var matter = healthy
    var levels = Self.signals(shape)
    levels.withSlab { slab in
      var signals = Self.open(slab, shape.count)
      (signals.tnfa, signals.il1b, signals.ros) = (nil, nil, nil)
      for _ in 0..<50 {
        matter.advance(repairLaw, signals, by: step, using: Workers(count: 1))
        matter.advance(repairLaw, TissueSignals(), by: step, using: Workers(count: 1))
      }
    }
    #expect(Self.columns(matter) == Self.columns(healthy))
    #expect(matter.mean.viable == 1 && matter.mean.vessels == 1)
  }

  @Test func meansAreThoseOfTheColumns() {
    let matter = Self.advanced(workers: 2, steps: 3)
    for (mean, column) in zip(matter.mean.list, Self.columns(matter)) {
      let want = column.reduce(0.0) { $0 + Double($1) } / Double(Self.shape.count)
      #expect((mean - want).magnitude <= 1e-15)
    }
  }

  @Test func aStateIsReadBack() throws {
    var written = Self.advanced(workers: 1, steps: 2)
    var visitor = Columns()
    try written.visit(&visitor)
    visitor.isReading = true
    var read = TissueMatter(shape: Self.shape, initial: Self.start)
    try read.visit(&visitor)
    #expect(Self.columns(read) == Self.columns(written))
  }

  /// Keeps columns in the order they are named.
  struct Columns: StateVisitor {
    var isReading = false
    private var kept: [[Float]] = []

    mutating func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError) {
      throw StateError("a tissue is columns")
    }

    mutating func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError) {
      if let column = array as? [Float], !isReading {
        kept.append(column)
      } else if isReading, let column = kept.removeFirst() as? [Element] {
        array = column
      } else {
        throw StateError("a tissue is columns of single precision")
      }
    }
  }
}

@Suite("Exchange of tissue with fields")
struct TissueExchangeTests {
  static let shape = TissueMatterTests.shape

  static func fields() -> FieldStack {
    var fields = FieldStack(
      shape: shape,
      factors: ["tnfa", "oxygen"].map(GridLawsTests.factor)
    )
    for i in fields.source.indices {
      fields.source[i] = Float(TissueRepairTests.uniform(i, 40))
      fields.sink[i] = Float(TissueRepairTests.uniform(i, 41))
    }
    return fields
  }

  @Test(arguments: [1, 3])
  func outputsAreAddedAsTheySay(workers: Int) {
    var matter = TissueMatterTests.advanced(workers: 2, steps: 20)
    let before = Self.fields()
    var fields = before
    let outputs = [
      TissueOutput(factor: 0, amount: 0.02, from: .injured),
      TissueOutput(factor: 1, amount: 0.5, from: .viable),
      TissueOutput(factor: 0, amount: 0.003, from: .tumour),
      TissueOutput(factor: 0, amount: 0.007, from: .scar),
    ]
    matter.give(outputs, share: [0.25, 1], &fields, using: Workers(count: workers))
    let n = Self.shape.count
    var wrong = 0
    for v in 0..<n {
      var first = before.source[v]
      first += Float(0.02 * 0.25) * matter.injured[v]
      first += Float(0.003 * 0.25) * matter.tumour[v]
      first += Float(0.007 * 0.25) * matter.scar[v]
      let second =
        before.source[n + v] + Float(0.5) * ((1 - matter.scar[v]) - matter.injured[v])
      if fields.source[v] != first || fields.source[n + v] != second { wrong += 1 }
    }
    #expect(wrong == 0)
    #expect(fields.sink == before.sink && fields.concentration == before.concentration)
  }

  @Test func aTumourThatIsNotThereGivesNothing() {
    var matter = TissueMatter(shape: Self.shape, initial: TissueStart())
    var fields = Self.fields()
    matter.give(
      [TissueOutput(factor: 0, amount: 1, from: .tumour)],
      share: [1, 1],
      &fields,
      using: Workers(count: 1)
    )
    #expect(fields.source == Self.fields().source)
  }

  @Test(arguments: [1, 3])
  func perfusedVesselsExchangeWithBlood(workers: Int) {
    var matter = TissueMatterTests.advanced(workers: 2, steps: 20)
    let before = Self.fields()
    var fields = before
    matter.perfuse(
      [(factor: 1, rate: 6, blood: 1.3e5)],
      share: [0.25, 0.5],
      &fields,
      using: Workers(count: workers)
    )
    let n = Self.shape.count
    var wrong = 0
    for v in 0..<n {
      let sink = before.sink[n + v] + Float(3) * matter.vessels[v]
      let source = before.source[n + v] + Float(3 * 1.3e5) * matter.vessels[v]
      if fields.sink[n + v] != sink || fields.source[n + v] != source { wrong += 1 }
      if fields.sink[v] != before.sink[v] || fields.source[v] != before.source[v] { wrong += 1 }
    }
    #expect(wrong == 0)
  }
}

extension TissueShares<SIMD4<Float>> {
  /// The same shares in every lane.
  init(_ shares: Shares) {
    // What is stored is rounded; together injured and scar, and the vessels, stay at most 1.
    let (scar, vessels) = (Float(shares.scar), Float(shares.vessels))
    self.init(
      injured: SIMD4(repeating: min(Float(shares.injured), 1 - scar)),
      scar: SIMD4(repeating: scar),
      sprouts: SIMD4(repeating: min(Float(shares.sprouts), 1 - vessels)),
      vessels: SIMD4(repeating: vessels),
      progenitors: SIMD4(repeating: Float(shares.progenitors)),
      tumour: SIMD4(repeating: Float(shares.tumour))
    )
  }

  /// The first lane.
  var first: Shares {
    Shares(
      injured: Double(injured[0]),
      scar: Double(scar[0]),
      sprouts: Double(sprouts[0]),
      vessels: Double(vessels[0]),
      progenitors: Double(progenitors[0]),
      tumour: Double(tumour[0])
    )
  }
}

extension TissueLevels<SIMD4<Float>> {
  /// The same levels in every lane.
  init(_ levels: Levels) {
    self.init()
    func lanes(_ level: Double) -> SIMD4<Float> { .constant(level) }
    tnfa = lanes(levels.tnfa)
    il1b = lanes(levels.il1b)
    ros = lanes(levels.ros)
    hgf = lanes(levels.hgf)
    il10 = lanes(levels.il10)
    vegf = lanes(levels.vegf)
    tgfb1 = lanes(levels.tgfb1)
    payload = lanes(levels.payload)
    contact = lanes(levels.contact)
  }

  /// The first lane.
  var first: Levels {
    var levels = Levels()
    levels.tnfa = Double(tnfa[0])
    levels.il1b = Double(il1b[0])
    levels.ros = Double(ros[0])
    levels.hgf = Double(hgf[0])
    levels.il10 = Double(il10[0])
    levels.vegf = Double(vegf[0])
    levels.tgfb1 = Double(tgfb1[0])
    levels.payload = Double(payload[0])
    levels.contact = Double(contact[0])
    return levels
  }
}
