import Campaign
import Scenario
import Substrate

// How often 90 % intervals of calibrations hold the truth: data of every kind are made at a place drawn evenly from the unit
// cube, by their own law; each method then gives its intervals of every coordinate. The model is a e^(−b t) without chance,
// with as much chance of its own as plain data have error, or a count of runs.
//
// Arguments: abc or emulator (without it both), the number of repeats (without it 400), and words of the kinds of data that are
// wanted (without them all).

let repeats = CommandLine.arguments.compactMap { Int($0) }.first ?? 400
let times = [0.5, 1, 2, 4]
let error = 0.05
let chance = Chance(seed: 2026, replicate: 1)
let workers = Workers(count: 2)

/// a e^(−b t) at four times, over a in 0.02...2 and b in 0...2.
@Sendable func decay(_ place: [Double]) -> [Double] {
  times.map { (0.02 + 1.98 * place[0]) * Elementary.exp(-2 * place[1] * $0) }
}

/// A number for a place.
@Sendable func number(_ place: [Double]) -> UInt64 {
  place.reduce(0) { ($0 ^ $1.bitPattern) &* 0x9E37_79B9_7F4A_7C15 }
}

/// The same with chance of its own, another for every number.
@Sendable func chancy(_ place: [Double]) -> [Double] {
  let chance = Chance(seed: number(place), replicate: 2)
  return decay(place).enumerated().map { j, value in
    value + error * chance.block(.jump, cell: UInt32(j)).normal
  }
}

/// a / 2 e^(−b t): a probability.
@Sendable func probability(_ place: [Double]) -> [Double] { decay(place).map { $0 / 2 } }

/// The share of 40 runs with an event of that probability.
@Sendable func counted(_ place: [Double]) -> [Double] {
  let chance = Chance(seed: number(place), replicate: 2)
  return probability(place).enumerated().map { j, p in
    let events = (0..<40).count {
      chance.block(.jump, cell: UInt32(j), step: UInt32($0)).uniform < p
    }
    return Double(events) / 40
  }
}

/// Draws of one data set.
struct Draws: Sendable {
  let number: Int

  func normal(_ j: Int, _ k: Int = 0) -> Double {
    chance.block(.reading, cell: UInt32(number), step: UInt32(j), draw: UInt32(k)).normal
  }

  /// How many of so many animals have an event of a probability.
  func events(_ j: Int, of all: Int, _ p: Double) -> Int {
    (0..<all).count {
      chance.block(.jump, cell: UInt32(number), step: UInt32(j), draw: UInt32($0)).uniform < p
    }
  }
}

/// A kind of data: the model, what is fitted beside its values, and the data at what the model gives and the fitted numbers.
struct Kind: Sendable {
  let name: String
  /// What a fit asks, and what data are made from.
  var model: @Sendable ([Double]) -> [Double] = decay
  var truth: @Sendable ([Double]) -> [Double] = decay
  var nuisances: [Variation] = []
  var animals: Datum.Amount = .given(0), laboratories: Datum.Amount = .given(0)
  /// Of which number of the model every datum is.
  var rows = Array(times.indices)
  let data: @Sendable (_ truth: [Double], _ nuisances: [Double], Draws) -> [Datum]

  /// What the model makes of every datum.
  func predictions(at place: [Double]) -> [Double] {
    let numbers = model(place)
    return rows.map { numbers[$0] }
  }
}

let wide = Variation(.logUniform(low: 0.05, high: 0.5))
let kinds = [
  Kind(name: "normal") { truth, _, draws in
    truth.enumerated().map { Datum(value: $1 + error * draws.normal($0), error: error) }
  },
  Kind(name: "normal, model with chance", model: chancy, truth: chancy) { truth, _, draws in
    truth.enumerated().map { Datum(value: $1 + error * draws.normal($0), error: error) }
  },
  Kind(name: "lognormal") { truth, _, draws in
    truth.enumerated().map { j, m in
      Datum(.number(m * Elementary.exp(0.2 * draws.normal(j))), .lognormal, error: .given(0.2))
    }
  },
  Kind(name: "proportional") { truth, _, draws in
    truth.enumerated().map { j, m in
      Datum(.number(m * (1 + 0.15 * draws.normal(j))), .proportional, error: .given(0.15))
    }
  },
  Kind(name: "limits: below 0.1, above 1") { truth, _, draws in
    truth.enumerated().map { j, m in
      let y = m * Elementary.exp(0.2 * draws.normal(j))
      return Datum(
        y < 0.1 ? .below(0.1) : y > 1 ? .above(1) : .number(y),
        .lognormal,
        error: .given(0.2)
      )
    }
  },
  Kind(name: "shares of 20 animals", model: probability, truth: probability) { truth, _, draws in
    truth.enumerated().map { j, p in Datum(.share(draws.events(j, of: 20, p), of: 20)) }
  },
  Kind(name: "shares of 20 animals, 40 runs", model: counted, truth: probability) {
    truth,
    _,
    draws in
    truth.enumerated().map { j, p in Datum(.share(draws.events(j, of: 20, p), of: 20), runs: 40) }
  },
  Kind(
    name: "estimated error, 3 rows each",
    nuisances: [wide],
    rows: times.indices.flatMap { [$0, $0, $0] }
  ) { truth, nuisances, draws in
    truth.enumerated().flatMap { j, m in
      (0..<3).map { k in
        Datum(
          .number(m * Elementary.exp(nuisances[0] * draws.normal(j, k))),
          .lognormal,
          error: .estimated(0),
          reading: j
        )
      }
    }
  },
  Kind(
    name: "6 animals, variation estimated",
    nuisances: [wide],
    animals: .estimated(0),
    rows: (0..<6).flatMap { _ in times.indices }
  ) {
    truth,
    nuisances,
    draws in
    (0..<6).flatMap { animal in
      truth.enumerated().map { j, m in
        let deviation = nuisances[0] * draws.normal(100, animal) + 0.1 * draws.normal(j, animal)
        return Datum(
          .number(m * Elementary.exp(deviation)),
          .lognormal,
          error: .given(0.1),
          animal: animal,
          reading: j
        )
      }
    }
  },
  Kind(
    name: "6 laboratories, variation estimated",
    nuisances: [wide],
    laboratories: .estimated(0),
    rows: (0..<6).flatMap { _ in times.indices }
  ) { truth, nuisances, draws in
    // The second of three laboratories tells limits in place of small numbers.
    (0..<6).flatMap { laboratory in
      truth.enumerated().map { j, m in
        let deviation =
          nuisances[0] * draws.normal(100, laboratory) + 0.1 * draws.normal(j, laboratory)
        let y = m * Elementary.exp(deviation)
        return Datum(
          laboratory % 3 == 1 && y < 0.1 ? .below(0.1) : .number(y),
          .lognormal,
          error: .given(0.1),
          laboratory: laboratory,
          reading: j
        )
      }
    }
  },
  Kind(name: "scale fitted", nuisances: [Variation(.logUniform(low: 1, high: 1000))]) {
    truth,
    nuisances,
    draws in
    truth.enumerated().map { j, m in
      Datum(
        .number(nuisances[0] * m * Elementary.exp(0.1 * draws.normal(j))),
        .lognormal,
        error: .given(0.1),
        scale: .estimated(0)
      )
    }
  },
]

func report(
  _ method: String,
  _ kind: Kind,
  _ posterior: @escaping @Sendable (Likelihood, UInt64) -> Posterior?
) {
  let count = 2 + kind.nuisances.count
  let start = ContinuousClock.now
  let held = workers.map(repeats) { n -> [Bool] in
    let place = (0..<count).map {
      chance.block(.design, cell: UInt32(n), step: UInt32($0)).uniform
    }
    let nuisances = zip(kind.nuisances, place[2...]).map { $0.number(at: $1) }
    let data = kind.data(kind.truth(Array(place[..<2])), nuisances, Draws(number: n))
    let likelihood = Likelihood(
      data,
      nuisances: kind.nuisances,
      animals: kind.animals,
      laboratories: kind.laboratories
    )
    guard let found = posterior(likelihood, UInt64(n)) else {
      return [Bool](repeating: false, count: count)
    }
    return (0..<count).map { i in
      let values = found.places.map { $0[i] }
      return Posterior.quantile(values, 0.05) <= place[i]
        && place[i] <= Posterior.quantile(values, 0.95)
    }
  }
  let shares = (0..<count).map { i in 100 * Double(held.count { $0[i] }) / Double(repeats) }
  let mean = shares.reduce(0, +) / Double(count)
  print(
    "\(kind.name), \(method): \(shares) %, mean \((10 * mean).rounded() / 10) % of \(repeats) repeats; \((ContinuousClock.now - start) / .seconds(1)) s"
  )
}

let methods = Set(CommandLine.arguments).intersection(["abc", "emulator"])
let words = CommandLine.arguments.dropFirst().filter { !methods.contains($0) && Int($0) == nil }
let wanted = kinds.filter { kind in words.isEmpty || words.contains { kind.name.contains($0) } }
for kind in wanted where methods.isEmpty || methods.contains("abc") {
  report("abc, 200 places", kind) { likelihood, seed in
    TemperedABC.posterior(
      of: likelihood,
      dimensions: 2,
      particles: 200,
      generations: 30,
      seed: seed
    ) { $0.map { kind.predictions(at: $0) } }
  }
}
for kind in wanted where methods.isEmpty || methods.contains("emulator") {
  report("emulator, 24 + 16 points", kind) { likelihood, seed in
    EmulatedPosterior.posterior(
      of: likelihood,
      dimensions: 2,
      points: 24,
      refinements: 16,
      seed: seed,
      on: Workers(count: 1)
    ) { $0.map { kind.predictions(at: $0) } }
  }
}
