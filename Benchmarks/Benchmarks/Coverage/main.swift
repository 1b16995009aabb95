import Campaign
import Substrate

// How often 90 % intervals of calibrations hold the truth: data are made at a place drawn evenly from the unit cube,
// with errors as stated; each method then gives its intervals of both coordinates. The model is one without chance, then
// one with as much chance of its own as the data have error.

/// a e^(−b t) at four times, over a in 0...2 and b in 0...2.
@Sendable func model(_ place: [Double]) -> [Double] {
  [0.5, 1, 2, 4].map { 2 * place[0] * Elementary.exp(-2 * place[1] * $0) }
}

/// The same with chance of its own, another for every number.
@Sendable func chancy(_ place: [Double], _ number: UInt64) -> [Double] {
  let chance = Chance(seed: number, replicate: 2)
  return model(place).enumerated().map { j, value in
    value + error * chance.block(.jump, cell: UInt32(j)).normal
  }
}

/// A number for a place.
@Sendable func number(_ place: [Double]) -> UInt64 {
  place.reduce(0) { ($0 ^ $1.bitPattern) &* 0x9E37_79B9_7F4A_7C15 }
}

let repeats = 400
let error = 0.05
let chance = Chance(seed: 2026, replicate: 1)
let workers = Workers(count: 2)

func truth(_ number: Int) -> [Double] {
  (0..<2).map { chance.block(.design, cell: UInt32(number), step: UInt32($0)).uniform }
}

@Sendable func data(_ values: [Double], _ number: Int) -> [Datum] {
  values.enumerated().map { j, value in
    let noise = chance.block(.reading, cell: UInt32(number), step: UInt32(j)).normal
    return Datum(value: value + error * noise, error: error)
  }
}

func report(
  _ method: String,
  _ values: @escaping @Sendable ([Double], UInt64) -> [Double],
  _ posterior: @escaping @Sendable ([Datum], UInt64) -> Posterior?
) {
  let truths = (0..<repeats).map(truth)
  let start = ContinuousClock.now
  let held = workers.map(repeats) { n -> [Bool] in
    let observed = data(values(truths[n], UInt64(n)), n)
    guard let found = posterior(observed, UInt64(n)) else { return [false, false] }
    return (0..<2).map { i in
      let values = found.places.map { $0[i] }
      return Posterior.quantile(values, 0.05) <= truths[n][i]
        && truths[n][i] <= Posterior.quantile(values, 0.95)
    }
  }
  let shares = (0..<2).map { i in
    100 * Double(held.filter { $0[i] }.count) / Double(repeats)
  }
  let both = (shares[0] + shares[1]) / 2
  print(
    "\(method): 90 % intervals hold a in \(shares[0]) %, b in \(shares[1]) %, both \(both) % of \(repeats) repeats; \((ContinuousClock.now - start) / .seconds(1)) s"
  )
}

let plain: @Sendable ([Double], UInt64) -> [Double] = { place, _ in model(place) }
for (name, values) in [("no chance", plain), ("chance of its own", chancy)] {
  report("\(name), abc, 200 places", values) { data, seed in
    TemperedABC.posterior(of: data, dimensions: 2, particles: 200, generations: 30, seed: seed) {
      $0.map { values($0, number($0)) }
    }
  }
  report("\(name), emulator, 24 + 16 points", values) { data, seed in
    EmulatedPosterior.posterior(
      of: data,
      dimensions: 2,
      points: 24,
      refinements: 16,
      seed: seed,
      on: Workers(count: 1)
    ) { $0.map { values($0, number($0)) } }
  }
}
