import Substrate

/// The number of animals with an event: binomial, or beta-binomial where its probability is not known well.
struct CountDistribution {
  private let all: Int
  private var p: Double
  /// α + β; `nil` for a probability that is known.
  private let weight: Double?

  /// - Parameters:
  ///   - p: the probability, or the share of the runs.
  ///   - variance: what an emulator does not know of it.
  ///   - runs: R; `nil` for a probability.
  ///   - isEmulated: whether it comes from an emulator.
  ///   - all: N.
  init(_ p: Double, _ variance: Double, runs: Int?, isEmulated: Bool, of all: Int) {
    self.all = all
    let least = runs.map { 0.5 / Double($0 + 1) } ?? 1e-6
    if let runs, !isEmulated {
      self.p = (p * Double(runs) + 0.5) / Double(runs + 1)
      weight = Double(runs + 1)
    } else {
      self.p = min(1 - least, max(least, p))
      let weight = variance > 0 ? max(1, self.p * (1 - self.p) / variance - 1) : .infinity
      self.weight = weight < 1e6 ? weight : nil
    }
  }

  /// It with the logarithm of its odds moved.
  func shifted(by shift: Double) -> CountDistribution {
    if shift == 0 { return self }
    let odds = Elementary.exp(max(-690, min(690, Elementary.log(p / (1 - p)) + shift)))
    var shifted = self
    shifted.p = min(1 - 1e-6, max(1e-6, odds / (1 + odds)))
    return shifted
  }

  /// The probability of fewer.
  func fewer(than count: Int) -> Double {
    (0..<count).reduce(0) { $0 + Elementary.exp(logarithm($1)) }
  }

  /// The logarithm of the probability of a count.
  func logarithm(_ count: Int) -> Double {
    let (k, rest) = (Double(count), Double(all - count))
    let gamma = BetaDistribution.logGamma
    let ways = gamma(k + rest + 1) - gamma(k + 1) - gamma(rest + 1)
    guard let weight else {
      return ways + k * Elementary.log(p) + rest * Elementary.log(1 - p)
    }
    let (a, b) = (p * weight, (1 - p) * weight)
    return ways + gamma(k + a) + gamma(rest + b) - gamma(k + rest + weight) - gamma(a) - gamma(b)
      + gamma(weight)
  }
}
