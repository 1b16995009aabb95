import Campaign
import Scenario
import Substrate
import Testing

@Suite("Statistics of trials")
struct StatisticsTests {
  /// Exact intervals of shares as published tables have them, and the sums of the binomial distribution.
  @Test func sharesHaveExactIntervals() {
    // Clopper & Pearson: 10 of 20 lies in 27.2 to 72.8 %, 0 of 10 in 0 to 30.85 %.
    let half = BetaDistribution.share(10, of: 20)
    #expect(
      (half.lowerBound - 0.27196).magnitude < 1e-5 && (half.upperBound - 0.72804).magnitude < 1e-5
    )
    #expect((BetaDistribution.share(0, of: 10).upperBound - 0.30850).magnitude < 1e-5)
    #expect(BetaDistribution.share(10, of: 10).upperBound == 1)
    // P(X ≤ k) of n fair coins by counting.
    for (k, n) in [(3, 10), (0, 7), (40, 100)] {
      var (sum, term) = (0.0, 1.0)
      for i in 0...k {
        if i > 0 { term *= Double(n - i + 1) / Double(i) }
        sum += term
      }
      for _ in 0..<n { sum /= 2 }
      #expect((BetaDistribution.fair(k, of: n) / (2 * sum) - 1).magnitude < 1e-9)
    }
    #expect(BetaDistribution.fair(5, of: 10) == 1)
  }

  /// Free from the event as counted by hand: 6-MP of Freireich 1963, weeks of remission of 21 children.
  @Test func survivalCurves() throws {
    // Times with the event, then of those without it, who leave at other times: here all stay to the end.
    let times: [Double?] = [6, 6, 6, 7, 10, 13, 16, 22, 23] + [Double?](repeating: nil, count: 12)
    let curve = SurvivalCurve(times, end: 35)
    #expect(curve.steps.map(\.atRisk) == [21, 18, 17, 16, 15, 14, 13])
    let last = try #require(curve.steps.last)
    #expect((last.share - 12.0 / 21).magnitude < 1e-12 && curve.median == nil)
    #expect(last.low < last.share && last.share < last.high)
    let placebo: [Double?] = [
      1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
    ]
    #expect(SurvivalCurve(placebo, end: 35).median == 8)
    #expect(SurvivalCurve.logRank(times, placebo) < 1e-3)
    #expect(SurvivalCurve.logRank(placebo, placebo) > 0.99)
  }

  /// A curve gives its EC50 back, a bell is not monotone, and noise is neither.
  @Test func doseResponses() {
    let chance = Chance(seed: 2, replicate: 1)
    func groups(_ f: (Double) -> Double) -> [(dose: Double, values: [Double])] {
      [0.0, 1, 3, 10, 30, 100, 300].enumerated().map { i, dose in
        (
          dose,
          (0..<40).map { n in
            f(dose) + 0.1 * chance.block(.design, cell: UInt32(n), step: UInt32(i)).normal
          }
        )
      }
    }
    if case .curve(let half, let slope, let base, let top, let interval) =
      DoseResponse(groups { 1 + 2 * $0 / (12 + $0) }).answer
    {
      #expect((half / 12 - 1).magnitude < 0.3 && (slope - 1).magnitude < 0.3)
      #expect((base - 1).magnitude < 0.1 && (top - 3).magnitude < 0.2)
      #expect(interval.contains(12) && interval.lowerBound > 6 && interval.upperBound < 24)
    } else {
      Issue.record("no curve")
    }
    let bell = DoseResponse(groups { $0 < 50 ? $0 / 10 : 300 / $0 }).answer
    if case .notMonotone = bell {} else { Issue.record("\(bell)") }
    #expect(DoseResponse(groups { _ in 1 }).answer == .flat)
    #expect(DoseResponse(groups { 0.01 * $0 }).answer == .beyond)
  }

  /// Patients who differ much hide no dose from those who are in every arm; doses that do nothing are told apart as
  /// seldom as it says, however few the patients.
  @Test(arguments: [2, 3, 20]) func pairedDoseResponses(patients: Int) {
    let doses = [0.0, 1, 3, 10, 30, 100]
    func groups(_ repetition: Int, effect: Double) -> [(dose: Double, values: [Double?])] {
      let chance = Chance(seed: 9, replicate: UInt32(repetition + 1))
      return doses.enumerated().map { i, dose in
        (
          dose,
          (0..<patients).map { n -> Double? in
            let patient = 10 * chance.block(.design, cell: UInt32(n), step: 99).normal
            let noise = 0.05 * chance.block(.design, cell: UInt32(n), step: UInt32(i)).normal
            return patient + effect * dose / (8 + dose) + noise
          }
        )
      }
    }
    var told = 0
    let repeats = 400
    for repetition in 0..<repeats {
      if DoseResponse(paired: groups(repetition, effect: 0)).answer != .flat { told += 1 }
    }
    // 5 % at most, with three standard errors of the repeats.
    #expect(
      Double(told) < (0.05 + 3 * (0.05 * 0.95 / Double(repeats)).squareRoot()) * Double(repeats)
    )
    let held = (0..<repeats).filter { repetition in
      guard
        case .curve(_, _, _, _, let interval) = DoseResponse(
          paired: groups(repetition, effect: 2)
        ).answer
      else { return false }
      return interval.contains(8)
    }.count
    let error = (0.05 * 0.95 / Double(repeats)).squareRoot()
    #expect((Double(held) / Double(repeats) - 0.95).magnitude < 3 * error, "\(held)")
    // A patient whom one dose does not tell is left out of all.
    var some = groups(0, effect: 2)
    some[2].values.append(nil)
    for i in some.indices where i != 2 { some[i].values.append(1e6) }
    #expect(DoseResponse(paired: some).answer == DoseResponse(paired: groups(0, effect: 2)).answer)
  }

  /// The interval of EC50 holds it as often as it says, within three standard errors of 300 repeats.
  @Test func intervalsOfEC50() {
    let repeats = 300
    let held = Workers(count: 2).map(repeats) { n -> Bool in
      let chance = Chance(seed: 3, replicate: UInt32(n + 1))
      func value(_ dose: Double, _ i: Int, _ k: Int) -> Double {
        let noise = chance.block(.design, cell: UInt32(k), step: UInt32(i)).normal
        return 1 + 2 * dose / (12 + dose) + 0.3 * noise
      }
      var groups: [(dose: Double, values: [Double])] = []
      for (i, dose) in [0.0, 1, 3, 10, 30, 100, 300].enumerated() {
        groups.append((dose, (0..<12).map { value(dose, i, $0) }))
      }
      guard case .curve(_, _, _, _, let interval) = DoseResponse(groups).answer else {
        return false
      }
      return interval.contains(12)
    }
    let share = Double(held.filter { $0 }.count) / Double(repeats)
    let error = (0.95 * 0.05 / Double(repeats)).squareRoot()
    #expect((share - 0.95).magnitude < 3 * error, "\(share)")
  }

  /// Intervals of differences of shares as published (Newcombe 1998): 56 of 70 less 48 of 80, and pairs; they hold the
  /// difference as often as they say, and Fisher's test is the sum over tables.
  @Test func differencesOfShares() {
    let two = ShareInterval.difference(56, of: 70, less: 48, of: 80)
    #expect(
      (two.lowerBound - 0.0524).magnitude < 1e-4 && (two.upperBound - 0.3339).magnitude < 1e-4
    )
    let all = ShareInterval.difference(10, of: 10, less: 0, of: 10)
    #expect(all.upperBound == 1 && all.lowerBound > 0.5)
    // 3 of 10 against 9 of 10: 0.0198 by R's fisher.test.
    #expect((ShareInterval.fisher(3, of: 10, 9, of: 10) - 0.01977).magnitude < 1e-4)
    let chance = Chance(seed: 3, replicate: 1)
    for (gain, loss, n) in [(0.1, 0.0, 50), (0.2, 0.02, 50), (0.5, 0.05, 50), (0.8, 0.0, 20)] {
      var held = 0
      let trials = 1000
      for trial in 0..<trials {
        let pairs = (0..<n).map { patient -> (Double, Double) in
          let u = chance.block(.design, cell: UInt32(patient), step: UInt32(trial)).uniform
          return u < gain ? (1, 0) : u < gain + loss ? (0, 1) : u < 0.9 ? (1, 1) : (0, 0)
        }
        if PairedShares(pairs).interval.contains(gain - loss) { held += 1 }
      }
      // At least 93 %, less four standard deviations of so many trials.
      let least = 0.93 - 4 * (0.95 * 0.05 / Double(trials)).squareRoot()
      #expect(Double(held) / Double(trials) > least, "\(held) at \(gain), \(loss)")
    }
  }

  /// Laws give back their ends, middles and moments.
  @Test func variations() {
    let uniform = Variation(.uniform(low: 1, high: 3), unit: " h")
    #expect(uniform.text(at: 0.5) == "2 h" && uniform.text(at: 0) == "1 h")
    let wide = Variation(.logUniform(low: 1, high: 100))
    #expect((wide.number(at: 0.5) - 10).magnitude < 1e-9)
    let whole = Variation(.uniform(low: 0, high: 10), unit: " cells", isWhole: true)
    #expect(whole.text(at: 0.333) == "3 cells")
    let triangle = Variation(.triangular(low: 0, mode: 1, high: 4))
    #expect((triangle.number(at: 0.25) - 1).magnitude < 1e-12)
    #expect(triangle.number(at: 1) == 4)
    let listed = Variation(.choice([.init(label: "a", text: "x"), .init(label: "b", text: "y")]))
    #expect(listed.label(at: 0.49) == "a" && listed.text(at: 0.5) == "y")
    let n = 4000
    func moments(_ law: Variation.Law) -> (Double, Double) {
      let values = (0..<n).map { Variation(law).number(at: (Double($0) + 0.5) / Double(n)) }
      let mean = values.reduce(0, +) / Double(n)
      return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)).squareRoot())
    }
    let normal = moments(.normal(mean: 5, deviation: 2, low: -.infinity, high: .infinity))
    #expect((normal.0 - 5).magnitude < 1e-6 && (normal.1 - 2).magnitude < 0.01)
    let lognormal = moments(.lognormal(mean: 5, variation: 0.4))
    #expect((lognormal.0 - 5).magnitude < 0.02 && (lognormal.1 - 2).magnitude < 0.05)
    let cut = Variation(.normal(mean: 0, deviation: 1, low: -1, high: 0.5))
    #expect(cut.number(at: 0) == -1 && cut.number(at: 1) == 0.5 && cut.isBounded)
  }
}

@Suite("Calibration")
struct CalibrationTests {
  /// a e^(−b t) at four times, over laws of a in 0...2 and b in 0...2.
  static func decay(_ u: [Double]) -> [Double] {
    [0.5, 1, 2, 4].map { 2 * u[0] * Elementary.exp(-2 * u[1] * $0) }
  }

  /// Data of a place with errors of 0.05.
  static func data(_ place: [Double], seed: Int) -> [Datum] {
    let chance = Chance(seed: UInt64(seed), replicate: 9)
    return decay(place).enumerated().map { j, value in
      Datum(value: value + 0.05 * chance.block(.reading, cell: UInt32(j)).normal, error: 0.05)
    }
  }

  /// The exact posterior mean of both coordinates, summed over a fine lattice.
  static func exact(_ data: [Datum]) -> [Double] {
    var (sum, a, b) = (0.0, 0.0, 0.0)
    for i in 0..<200 {
      for j in 0..<200 {
        let u = [(Double(i) + 0.5) / 200, (Double(j) + 0.5) / 200]
        let d = zip(data, decay(u)).reduce(0) {
          $0 + ($1.0.value - $1.1) * ($1.0.value - $1.1) / 0.0025
        }
        let w = Elementary.exp(-d / 2)
        sum += w
        a += w * u[0]
        b += w * u[1]
      }
    }
    return [a / sum, b / sum]
  }

  /// Where the model does not tell the data is impossible to both methods: a truncated normal.
  @Test func placesThatDoNotTellAreImpossible() throws {
    let data = [Datum(value: 0.5, error: 0.1)]
    func model(_ places: [[Double]]) -> [[Double]?] { places.map { $0[0] > 0.5 ? [$0[0]] : nil } }
    let abc = try #require(
      TemperedABC.posterior(
        of: Likelihood(data),
        dimensions: 1,
        particles: 1000,
        generations: 20,
        seed: 4,
        simulate: model
      )
    )
    let emulator = try #require(
      EmulatedPosterior.posterior(
        of: Likelihood(data),
        dimensions: 1,
        points: 32,
        refinements: 16,
        seed: 4,
        on: Workers(count: 2),
        simulate: model
      )
    )
    // Mean and standard error of a half of a normal: 0.5 + 0.1 √(2/π) and 0.1 √(1 − 2/π).
    for found in [abc, emulator] {
      let values = found.places.map { $0[0] }
      let mean = values.reduce(0, +) / Double(values.count)
      #expect((mean - 0.5798).magnitude < 0.012, "\(mean)")
      #expect((values.min() ?? 0) > 0.48)
    }
  }

  /// Both methods come to the exact posterior mean, within a third of its width.
  @Test func posteriorsAreThoseOfALattice() throws {
    let data = Self.data([0.6, 0.4], seed: 1)
    let exact = Self.exact(data)
    let abc = try #require(
      TemperedABC.posterior(
        of: Likelihood(data),
        dimensions: 2,
        particles: 300,
        generations: 20,
        seed: 1
      ) {
        $0.map { Self.decay($0) }
      }
    )
    let emulated = try #require(
      EmulatedPosterior.posterior(
        of: Likelihood(data),
        dimensions: 2,
        points: 24,
        refinements: 16,
        seed: 1,
        on: Workers(count: 2)
      ) { $0.map { Self.decay($0) } }
    )
    for found in [abc, emulated] {
      for i in 0..<2 {
        let values = found.places.map { $0[i] }
        let mean = values.reduce(0, +) / Double(values.count)
        let width = Posterior.quantile(values, 0.95) - Posterior.quantile(values, 0.05)
        #expect((mean - exact[i]).magnitude < width / 8, "\(mean), exactly \(exact[i])")
        #expect(width < 0.3)
      }
    }
  }

  /// A process goes through what it has seen, and knows less between.
  @Test func processes() {
    let places = (0..<12).map { [(Double($0) + 0.5) / 12] }
    let values = places.map { 3 + 2 * $0[0] * $0[0] }
    let process = GaussianProcess(places: places, values: values)
    for (place, value) in zip(places, values) {
      #expect((process.predict(place).mean - value).magnitude < 1e-2)
    }
    let (mean, variance) = process.predict([0.5])
    #expect((mean - 3.5).magnitude < 0.02 && variance >= 0)
    #expect(process.predict([1]).variance > process.predict([0.5]).variance)
  }

  /// The same seed gives the same places; a model that fails at some of them is asked no further there.
  @Test func calibrationIsAFunctionOfTheSeed() {
    let data = Self.data([0.3, 0.7], seed: 5)
    func run(_ seed: UInt64) -> [[Double]] {
      TemperedABC.posterior(
        of: Likelihood(data),
        dimensions: 2,
        particles: 60,
        generations: 10,
        seed: seed
      ) {
        $0.map { $0[0] > 0.9 ? nil : Self.decay($0) }
      }?.places ?? []
    }
    #expect(run(1).count == 60)
    #expect(run(1) == run(1) && run(1) != run(2))
    #expect(run(1).allSatisfy { $0[0] <= 0.9 })
  }
}
