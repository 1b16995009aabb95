import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// The laws of data that are no plain numbers.
@Suite("Likelihood")
struct LikelihoodTests {
  private static func deviance(
    _ data: [Datum],
    _ prediction: [Double],
    animals: Double = 0,
    laboratories: Double = 0
  ) -> Double {
    Likelihood(data, animals: .given(animals), laboratories: .given(laboratories))
      .deviance(prediction, [])
  }

  /// −2 ln of probabilities by scipy 1.17: of a normal number below 2 and above 2, where the model gives 3 with an error of 0.5;
  /// the same of a lognormal one, whose error is of the logarithm, and of a proportional one.
  @Test func limits() {
    func of(_ outcome: Datum.Measured.Outcome, _ law: Datum.Measured.Law) -> Double {
      Self.deviance([Datum(outcome, law, error: .given(0.5))], [3])
    }
    #expect((of(.below(2), .normal) - 7.566368667364063).magnitude < 1e-10)
    #expect((of(.above(2), .normal) - 0.04602581865792695).magnitude < 1e-10)
    #expect((of(.below(2), .lognormal) - 3.1336873939600047).magnitude < 1e-10)
    #expect((of(.below(2), .proportional) - 2.7527471699461414).magnitude < 1e-10)
    // Nothing at all is below every limit, and is no number of these laws.
    #expect(Self.deviance([Datum(.below(2), .lognormal, error: .given(0.5))], [0]) == 0)
    #expect(Self.deviance([Datum(.above(2), .lognormal, error: .given(0.5))], [0]) == .infinity)
    #expect(Self.deviance([Datum(.number(2), .proportional, error: .given(0.5))], [0]) == .infinity)
  }

  /// A plain number keeps the square of its miss; errors that depend on the model count with their logarithm.
  @Test func numbers() {
    #expect(Self.deviance([Datum(value: 2, error: 0.5)], [3]) == 4)
    let proportional = Self.deviance([Datum(.number(2), .proportional, error: .given(0.5))], [3])
    #expect((proportional - (1 / 2.25 + 2 * 0.4054651081081644)).magnitude < 1e-12)
    let scaled = Datum(.number(60), .normal, error: .given(10), scale: .given(30))
    #expect((Self.deviance([scaled], [3]) - 9).magnitude < 1e-12)
  }

  /// Seven of ten animals: binomial, and beta-binomial (scipy 1.17) where the model tells the share of eight runs.
  @Test func shares() {
    let plain = Datum(.share(7, of: 10))
    #expect((Self.deviance([plain], [0.6]) - 3.074319638404707).magnitude < 1e-9)
    #expect(Self.deviance([plain], [0]) > 150)
    let counted = Datum(.share(7, of: 10), runs: 8)
    #expect((Self.deviance([counted], [0.75]) - 3.4654107380448025).magnitude < 1e-9)
  }

  /// Data of one animal share its deviation: the law of two numbers is the bivariate normal one, of two limits its
  /// probability (scipy 1.17: error 0.5, between animals 0.8).
  @Test func animals() {
    func datum(_ outcome: Datum.Measured.Outcome, _ animal: Int) -> Datum {
      Datum(outcome, error: .given(0.5), animal: animal)
    }
    let numbers = Self.deviance(
      [datum(.number(1), 0), datum(.number(0.2), 0)],
      [0, 0],
      animals: 0.8
    )
    #expect((numbers - 0.7895616095785709).magnitude < 1e-9)
    let limits = Self.deviance(
      [datum(.below(-1), 0), datum(.below(-0.5), 0)],
      [0, 0],
      animals: 0.8
    )
    #expect((limits - 4.354316).magnitude < 1e-4)
    let mixed = Self.deviance(
      [datum(.below(-1), 0), datum(.number(-0.5), 0)],
      [0, 0],
      animals: 0.8
    )
    #expect((mixed - 3.776469040251073).magnitude < 1e-4)
    // Of two animals the variances add up.
    let apart = Self.deviance(
      [datum(.number(1), 0), datum(.number(0.2), 1)],
      [0, 0],
      animals: 0.8
    )
    #expect((apart - (1.04 / 0.89 + 2 * -0.11653381625595151)).magnitude < 1e-9)
  }

  /// Data of one laboratory share its deviation, a share of what the model gives: the law of two numbers is the bivariate
  /// normal one; of a number and a limit, of two shares, and of animals of one laboratory the integral (scipy 1.17).
  @Test func laboratories() {
    func datum(
      _ outcome: Datum.Measured.Outcome,
      _ law: Datum.Measured.Law,
      _ error: Double,
      animal: Int? = nil,
      _ laboratory: Int = 0
    ) -> Datum {
      Datum(outcome, law, error: .given(error), animal: animal, laboratory: laboratory)
    }
    let numbers = [datum(.number(12), .normal, 1), datum(.number(11), .normal, 1)]
    #expect(
      (Self.deviance(numbers, [10, 10], laboratories: 0.3) - 3.6812810844295982).magnitude < 1e-9
    )
    let proportional = [
      datum(.number(12), .proportional, 0.1), datum(.number(19), .proportional, 0.1),
    ]
    #expect(
      (Self.deviance(proportional, [10, 20], laboratories: 0.3) - 7.514943866602121).magnitude
        < 1e-9
    )
    let mixed = [datum(.below(15), .lognormal, 0.2), datum(.number(12), .lognormal, 0.2)]
    #expect(
      (Self.deviance(mixed, [20, 10], laboratories: 0.5) - 4.807185929703062).magnitude < 1e-4
    )
    let shares = [Datum(.share(7, of: 10), laboratory: 0), Datum(.share(3, of: 10), laboratory: 0)]
    #expect(
      (Self.deviance(shares, [0.4, 0.2], laboratories: 0.8) - 8.154541879439313).magnitude < 1e-4
    )
    let nested = [
      datum(.number(1.3), .lognormal, 0.2, animal: 0),
      datum(.below(0.7), .lognormal, 0.2, animal: 0),
      datum(.below(0.6), .lognormal, 0.2, animal: 1),
      datum(.above(0.5), .lognormal, 0.2, animal: 1),
    ]
    #expect(
      (Self.deviance(nested, [1, 1, 1, 1], animals: 0.4, laboratories: 0.3) - 11.935050876091598)
        .magnitude < 1e-4
    )
    // Data that tell the deviation sharply: many animals, and limits on both sides of a number.
    for (count, all, deviance) in [
      (531, 1000, 12.892492013094376), (5312, 10000, 17.49418034237316),
    ] {
      let sharp = [Datum(.share(count, of: all), laboratory: 0)]
      #expect((Self.deviance(sharp, [0.5], laboratories: 1) - deviance).magnitude < 1e-4)
    }
    for (model, error, size, limits, deviance) in [
      (0.1, 0.01, 0.5, (0.06, 0.07), 4.945859757866576),
      (1, 0.01, 0.5, (0.06, 0.07), 33.90672792887163),
      (0.35, 0.05, 1, (0.3, 0.4), 4.339145381593894),
    ] {
      let between = [
        datum(.above(limits.0), .lognormal, error), datum(.below(limits.1), .lognormal, error),
      ]
      let found = Self.deviance(between, [model, model], laboratories: size)
      #expect((found - deviance).magnitude < 1e-4)
    }
    // Of two laboratories the variances add up, and the order of the data does not matter.
    let apart = [datum(.number(12), .normal, 1), datum(.number(11), .normal, 1, 1)]
    #expect(
      (Self.deviance(apart, [10, 10], laboratories: 0.3) - (0.5 + 2 * 2.302585092994046)).magnitude
        < 1e-9
    )
    #expect(
      (Self.deviance(nested.reversed(), [1, 1, 1, 1], animals: 0.4, laboratories: 0.3)
        - 11.935050876091598).magnitude < 1e-4
    )
  }

  /// a e^(−b t) at four times, over laws of a in 0.2...2.2 and b in 0...2.
  private static func decay(_ u: [Double]) -> [Double] {
    [0.5, 1, 2, 4].map { (0.2 + 2 * u[0]) * Elementary.exp(-2 * u[1] * $0) }
  }

  private static let posteriors: [(String, Likelihood)] = [
    (
      "limits",
      Likelihood(
        zip(decay([0.6, 0.4]), [1.05, 0.93, 1.1, 1]).enumerated().map { j, pair in
          Datum(
            j == 3 ? .below(0.1) : j == 2 ? .above(0.2) : .number(pair.0 * pair.1),
            .lognormal,
            error: .given(0.2),
            reading: j
          )
        }
      )
    ),
    (
      "shares",
      Likelihood([(13, 20), (11, 20), (7, 20), (1, 20)].map { Datum(.share($0.0, of: $0.1)) })
    ),
    (
      "proportional",
      Likelihood(
        zip(decay([0.6, 0.4]), [1.05, 0.93, 1.1, 1]).map {
          Datum(.number($0 * $1), .proportional, error: .given(0.15))
        }
      )
    ),
  ]

  /// Both methods come to the exact posterior mean of either kind, within an eighth of its width.
  @Test(arguments: posteriors.indices) func posteriorsAreThoseOfALattice(kind: Int) throws {
    let likelihood = Self.posteriors[kind].1
    func model(_ place: [Double]) -> [Double] {
      Self.decay(place).map { kind == 1 ? min(1, $0 / 2.2) : $0 }
    }
    var (sum, a, b) = (0.0, 0.0, 0.0)
    for i in 0..<150 {
      for j in 0..<150 {
        let u = [(Double(i) + 0.5) / 150, (Double(j) + 0.5) / 150]
        let w = Elementary.exp(-likelihood.deviance(model(u), []) / 2)
        sum += w
        a += w * u[0]
        b += w * u[1]
      }
    }
    let exact = [a / sum, b / sum]
    let abc = try #require(
      TemperedABC.posterior(of: likelihood, dimensions: 2, particles: 300, generations: 20, seed: 1)
      { $0.map { model($0) } }
    )
    let emulated = try #require(
      EmulatedPosterior.posterior(
        of: likelihood,
        dimensions: 2,
        points: 24,
        refinements: 16,
        seed: 1,
        on: Workers(count: 2)
      ) { $0.map { model($0) } }
    )
    for found in [abc, emulated] {
      for i in 0..<2 {
        let values = found.places.map { $0[i] }
        let mean = values.reduce(0, +) / Double(values.count)
        let width = Posterior.quantile(values, 0.95) - Posterior.quantile(values, 0.05)
        #expect((mean - exact[i]).magnitude < width / 8, "\(mean), exactly \(exact[i])")
      }
      #expect(GoodnessOfFit(found, likelihood).verdict == .fitted)
    }
  }

  /// Errors and scales that are fitted come to what the data were made with, at no further runs.
  @Test func nuisancesAreFitted() throws {
    let chance = Chance(seed: 3, replicate: 9)
    let data = (0..<24).map { j -> Datum in
      let noise = 0.3 * chance.block(.reading, cell: UInt32(j)).normal
      return Datum(
        .number(30 * Self.decay([0.6, 0.4])[j % 4] * Elementary.exp(noise)),
        .lognormal,
        error: .estimated(0),
        scale: .estimated(1),
        reading: j % 4
      )
    }
    let likelihood = Likelihood(
      data,
      nuisances: [
        Variation(.logUniform(low: 0.05, high: 2)), Variation(.logUniform(low: 1, high: 1000)),
      ]
    )
    var runs = 0
    func model(_ places: [[Double]]) -> [[Double]?] {
      runs += places.count
      #expect(places.allSatisfy { $0.count == 1 })
      return places.map { place in (0..<24).map { Self.decay([0.6, place[0]])[$0 % 4] } }
    }
    let abc = try #require(
      TemperedABC.posterior(
        of: likelihood,
        dimensions: 1,
        particles: 200,
        generations: 20,
        seed: 1,
        simulate: model
      )
    )
    #expect(runs == abc.evaluated)
    let emulated = try #require(
      EmulatedPosterior.posterior(
        of: likelihood,
        dimensions: 1,
        points: 16,
        refinements: 0,
        seed: 1,
        on: Workers(count: 2),
        simulate: model
      )
    )
    for found in [abc, emulated] {
      for (i, truth) in [
        (0, 0.4), (1, Elementary.log(0.3 / 0.05) / Elementary.log(40)),
        (2, Elementary.log(30) / Elementary.log(1000)),
      ] {
        let values = found.places.map { $0[i] }
        #expect(
          Posterior.quantile(values, 0.01) < truth && truth < Posterior.quantile(values, 0.99)
        )
        #expect(Posterior.quantile(values, 0.95) - Posterior.quantile(values, 0.05) < 0.25)
      }
      #expect(GoodnessOfFit(found, likelihood).verdict == .fitted)
    }
  }

  /// A model that gives what limits and shares exclude is not fitted, one that gives what they allow is.
  @Test func verdicts() {
    func fit(_ datum: Datum, _ prediction: Double) -> GoodnessOfFit {
      let places = (0..<40).map { [Double($0) / 40] }
      return GoodnessOfFit(
        Posterior(
          places: places,
          predictions: places.map { _ in [prediction] },
          variances: [],
          evaluated: 40,
          failed: 0,
          notes: []
        ),
        Likelihood([datum])
      )
    }
    let below = Datum(.below(1000), .lognormal, error: .given(0.3))
    #expect(fit(below, 10).verdict == .fitted && fit(below, 1e4).verdict == .notFitted)
    let above = Datum(.above(1000), error: .given(100))
    #expect(fit(above, 5000).verdict == .fitted && fit(above, 10).verdict == .notFitted)
    let share = Datum(.share(9, of: 10))
    #expect(fit(share, 0.8).verdict == .fitted && fit(share, 0.2).verdict == .notFitted)
  }
}
