import Scenario
import Substrate

/// How likely data are, given what the model makes of them.
///
///     normal         y = s m + τ b + σ e                  m̃ = s m
///     lognormal      ln y = ln s + ln m + τ b + σ e        m̃ = ln s + ln m
///     proportional   y = s m (1 + τ b + σ e)              m̃ = s m, its σ and τ are σ s m and τ s m
///     number         −2 ln L = (y − m̃)² / V + ln V,   V = σ² + τ² + n v + c
///     below L        −2 ln L = −2 ln Φ((L − m̃) / √V);   above L with the signs turned
///     share k of N   −2 ln L = −2 ln C(N, k) p^k (1 − p)^(N − k), p = m
///                    or, where p is not known well, −2 ln C(N, k) B(k + α, N − k + β) / B(α, β)
///
/// e and b are standard normal numbers: e another for every datum, b one for all data of an animal and a quantity. Data of
/// one animal are taken one after the other, each by its law given those before it: of numbers b stays normal, of limits
/// (which come last) its integral is a sum over 49 nodes. Limits enter with the probability of what lies beyond them
/// (Tobin 1958, Econometrica 26:24, doi 10.2307/1907382).
///
/// Of R runs with k₁ events α = k₁ + ½, β = R − k₁ + ½ (Jeffreys 1946, Proc R Soc A 186:453, doi 10.1098/rspa.1946.0056); of
/// an emulator α + β = p (1 − p) / (n v) − 1. A probability is taken between 1e-6 and 1 − 1e-6.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | y, L, k, N | `Datum.outcome` | of the datum | data |
/// | m | `prediction` | of the model | the model at a place |
/// | σ, s, τ | `Datum.error`, `scale`, `animals` | of the law, of the datum, of the law | given, or fitted: `nuisances` |
/// | n, v | `sharing`, `Doubt.shared` | 1, of y² | data of one number of the model; what an emulator does not know of it |
/// | c | `Doubt.chance` | of y² | the model's own chance, in an emulator |
public struct Likelihood: Sendable {
  /// Variances that a prediction has beside the error of the data, in the coordinate of the law without the scale.
  struct Doubt {
    /// One for all data of a number of the model, and one for each.
    var shared = 0.0, chance = 0.0
  }

  /// The data.
  public let data: [Datum]
  /// Laws of the errors, scales and variations that are fitted: further coordinates of a place.
  let nuisances: [Variation]
  private let animals: Datum.Amount
  /// Positions of the data, those of one animal together.
  private let blocks: [[Int]]
  /// The number of the model that a datum is of, and of each number its first datum.
  let columns: [Int], representatives: [Int]
  /// n by datum.
  let sharing: [Double]
  /// Below which a number of the model counts as none, in the logarithm.
  private let floors: [Double]

  /// The likelihood of data, with what is fitted beside the values of the model.
  ///
  /// - Parameters:
  ///   - data: what was observed.
  ///   - nuisances: laws of positive numbers, by the positions that the data name.
  ///   - animals: τ.
  public init(_ data: [Datum], nuisances: [Variation] = [], animals: Datum.Amount = .given(0)) {
    self.data = data
    self.nuisances = nuisances
    self.animals = animals
    var blocks: [[Int]] = []
    var blockOfAnimal: [Int: Int] = [:]
    var (columns, representatives) = ([Int](), [Int]())
    var columnOfReading: [[Int]: Int] = [:]
    for (j, datum) in data.enumerated() {
      if let animal = datum.animal, let block = blockOfAnimal[animal] {
        blocks[block].append(j)
      } else {
        if let animal = datum.animal { blockOfAnimal[animal] = blocks.count }
        blocks.append([j])
      }
      let key = datum.reading.map { [$0, datum.law == .lognormal ? 1 : 0] }
      if let key, let column = columnOfReading[key] {
        columns.append(column)
      } else {
        if let key { columnOfReading[key] = representatives.count }
        columns.append(representatives.count)
        representatives.append(j)
      }
    }
    // Limits come last, where b is known from the numbers.
    self.blocks = blocks.map { block in
      block.filter { data[$0].isNumber } + block.filter { !data[$0].isNumber }
    }
    self.columns = columns
    self.representatives = representatives
    sharing = columns.map { column in Double(columns.count { $0 == column }) }
    let middle = nuisances.map { $0.number(at: 0.5) }
    var floors = [Double](repeating: .infinity, count: representatives.count)
    for (column, datum) in zip(columns, data) where datum.law == .lognormal {
      let spread = Self.number(datum.error, middle) + Self.number(animals, middle)
      let log = Self.log(datum.value) - Self.log(Self.number(datum.scale, middle))
      floors[column] = min(floors[column], log - 8 * spread)
    }
    self.floors = floors
  }

  // MARK: - Places

  /// The part of a place that the model is asked at, and the numbers that are fitted beside it.
  func split(_ place: [Double]) -> (model: [Double], nuisances: [Double]) {
    let model = place.count - nuisances.count
    return (
      Array(place[..<model]), zip(nuisances, place[model...]).map { $0.number(at: $1) }
    )
  }

  private static func number(_ amount: Datum.Amount, _ nuisances: [Double]) -> Double {
    switch amount {
    case .given(let number): number
    case .estimated(let position): nuisances[position]
    }
  }

  /// s m: what the model makes of a datum in its unit.
  func scaled(_ prediction: Double, _ j: Int, _ nuisances: [Double]) -> Double {
    prediction * Self.number(data[j].scale, nuisances)
  }

  /// The error of a datum, σ.
  func error(_ j: Int, _ nuisances: [Double]) -> Double { Self.number(data[j].error, nuisances) }

  // MARK: - Coordinates

  /// The number that an emulator learns for a prediction: its logarithm where errors are of that.
  func coordinate(_ prediction: Double, column: Int) -> Double {
    guard data[representatives[column]].law == .lognormal else { return prediction }
    guard prediction >= .leastNormalMagnitude else { return floors[column] }
    return max(floors[column], Self.log(prediction))
  }

  /// The prediction of such a number.
  func prediction(_ coordinate: Double, column: Int) -> Double {
    data[representatives[column]].law == .lognormal ? Elementary.exp(coordinate) : coordinate
  }

  /// σ² of a column in the coordinate that is emulated, with fitted numbers at the middle of their laws.
  func reference(column: Int) -> Double {
    let datum = data[representatives[column]]
    let middle = nuisances.map { $0.number(at: 0.5) }
    var error = Self.number(datum.error, middle)
    if case .share(_, let all) = datum.outcome { error = 0.5 / Double(all).squareRoot() }
    if datum.law == .proportional { error *= datum.value }
    if datum.law != .lognormal { error /= Self.number(datum.scale, middle) }
    return error * error
  }

  /// A datum beside its prediction, in the coordinate of its law.
  private struct Standing {
    /// y or L, and m̃; −∞ for none at all.
    let value: Double, mean: Double
    /// σ² and what is added to it, τ.
    let variance: Double, load: Double
  }

  private func standing(
    _ j: Int,
    _ prediction: Double,
    _ doubt: Doubt,
    _ nuisances: [Double]
  ) -> Standing {
    let datum = data[j]
    let (error, scale) = (error(j, nuisances), Self.number(datum.scale, nuisances))
    let mean = scale * prediction
    let load = datum.animal == nil ? 0 : Self.number(animals, nuisances)
    let own = doubt.shared * sharing[j]
    if datum.law == .normal {
      let variance = error * error + scale * scale * own + scale * scale * doubt.chance
      return Standing(value: datum.value, mean: mean, variance: variance, load: load)
    }
    guard prediction >= .leastNormalMagnitude else {
      return Standing(value: datum.value, mean: -.infinity, variance: 1, load: 0)
    }
    if datum.law == .lognormal {
      return Standing(
        value: Self.log(datum.value),
        mean: Self.log(scale) + Self.log(prediction),
        variance: error * error + own + doubt.chance,
        load: load
      )
    }
    return Standing(
      value: datum.value,
      mean: mean,
      variance: error * error * mean * mean + scale * scale * (own + doubt.chance),
      load: load * mean
    )
  }

  // MARK: - Scores

  /// How a datum stands to what the model and the data before it say.
  enum Score {
    /// A number: by how much it is above, and V.
    case number(miss: Double, spread: Double)
    /// The logarithm of the probability of what lies beyond a limit.
    case limit(logarithm: Double, isBelow: Bool)
    /// Of a count the probability of fewer, and the logarithm of its own.
    case count(fewer: Double, logarithm: Double)

    /// −2 ln L, up to a constant.
    var deviance: Double {
      switch self {
      case .number(let miss, let spread):
        miss.isFinite ? miss * miss / spread + Elementary.log(spread) : .infinity
      case .limit(let logarithm, _), .count(_, let logarithm): -2 * logarithm
      }
    }

    /// By how many errors a datum is above what is expected: a standard normal number where the model is right.
    ///
    /// Of limits and counts the quantile of a random part of what was observed (Dunn & Smyth 1996, J Comput Graph Stat
    /// 5:236, doi 10.1080/10618600.1996.10474708).
    ///
    /// - Parameter u: a uniform number.
    /// - Returns: the number of errors.
    func residual(_ u: Double) -> Double {
      func quantile(_ p: Double) -> Double {
        NormalDistribution.quantile(min(1 - 0x1p-53, max(1e-300, p)))
      }
      switch self {
      case .number(let miss, let spread):
        return miss.isFinite ? miss / spread.squareRoot() : 37
      case .limit(let logarithm, let isBelow):
        let z = quantile(Elementary.exp(max(-690, logarithm)) * u)
        return isBelow ? z : -z
      case .count(let fewer, let logarithm):
        return quantile(fewer + u * Elementary.exp(logarithm))
      }
    }

    /// The square of it.
    func square(_ u: Double) -> Double {
      if case .number(let miss, let spread) = self, miss.isFinite { return miss * miss / spread }
      let z = residual(u)
      return z * z
    }
  }

  /// The scores of all data, by position.
  ///
  /// - Parameters:
  ///   - prediction: what the model makes of every datum.
  ///   - doubts: what is not known of that; empty for nothing.
  ///   - nuisances: the fitted numbers.
  /// - Returns: a score by datum.
  func scores(_ prediction: [Double], _ doubts: [Doubt], _ nuisances: [Double]) -> [Score] {
    var scores = [Score](repeating: .count(fewer: 0, logarithm: 0), count: data.count)
    for block in blocks {
      for (j, score) in self.scores(of: block, prediction, doubts, nuisances) { scores[j] = score }
    }
    return scores
  }

  private func scores(
    of block: [Int],
    _ prediction: [Double],
    _ doubts: [Doubt],
    _ nuisances: [Double]
  ) -> [(Int, Score)] {
    // b given the data so far: its mean and one over its variance.
    var (mean, precision) = (0.0, 1.0)
    var integral: AnimalIntegral?
    return block.map { j in
      let doubt = doubts.isEmpty ? Doubt() : doubts[j]
      if case .share(let count, let all) = data[j].outcome {
        let p = prediction[j]
        let share = CountDistribution(
          p,
          doubt.shared * sharing[j],
          runs: data[j].runs,
          isEmulated: !doubts.isEmpty,
          of: all
        )
        return (
          j,
          .count(
            fewer: (0..<count).reduce(0) { $0 + Elementary.exp(share.logarithm($1)) },
            logarithm: share.logarithm(count)
          )
        )
      }
      let it = standing(j, prediction[j], doubt, nuisances)
      let spread = it.variance + it.load * it.load / precision
      let miss = it.value - it.mean - it.load * mean
      if data[j].isNumber {
        if it.load > 0 {
          let gain = it.load / it.variance
          mean = (precision * mean + gain * (it.value - it.mean)) / (precision + gain * it.load)
          precision += gain * it.load
        }
        return (j, .number(miss: miss, spread: spread))
      }
      let isBelow = if case .below = data[j].outcome { true } else { false }
      let sign = isBelow ? 1.0 : -1.0
      guard block.count > 1, it.load > 0 else {
        return (
          j, .limit(logarithm: Self.logBelow(sign * miss / spread.squareRoot()), isBelow: isBelow)
        )
      }
      var known = integral ?? AnimalIntegral(mean: mean, precision: precision)
      let logarithm = known.add { b in
        Self.logBelow(sign * (it.value - it.mean - it.load * b) / it.variance.squareRoot())
      }
      integral = known
      return (j, .limit(logarithm: logarithm, isBelow: isBelow))
    }
  }

  /// −2 ln L up to a constant, where predictions are exact; infinite where the data cannot be.
  package func deviance(_ prediction: [Double], _ nuisances: [Double]) -> Double {
    blocks.reduce(0) { sum, block in
      let datum = data[block[0]]
      guard block.count == 1, datum.animal == nil, datum.isNumber, datum.law == .normal,
        case .given(let error) = datum.error
      else {
        return scores(of: block, prediction, [], nuisances).reduce(sum) { $0 + $1.1.deviance }
      }
      let z = (datum.value - scaled(prediction[block[0]], block[0], nuisances)) / error
      return sum + z * z
    }
  }

  /// ln L up to a constant, where something of the predictions is not known.
  func logarithm(_ prediction: [Double], _ doubts: [Doubt], _ nuisances: [Double]) -> Double {
    blocks.reduce(0) { sum, block in
      scores(of: block, prediction, doubts, nuisances).reduce(sum) { $0 - 0.5 * $1.1.deviance }
    }
  }

  // MARK: - Arithmetic

  /// ln x, −∞ for 0.
  private static func log(_ x: Double) -> Double {
    x >= .leastNormalMagnitude ? Elementary.log(min(x, .greatestFiniteMagnitude)) : -.infinity
  }

  /// ln Φ.
  private static func logBelow(_ x: Double) -> Double {
    if x <= 0 { return NormalDistribution.logBelow(x) }
    let above = Elementary.exp(NormalDistribution.logBelow(-x))
    // Φ is 1 to the last digit.
    return above < 1e-17 ? 0 : Elementary.log(1 - above)
  }
}

extension Datum {
  fileprivate var isNumber: Bool { if case .number = outcome { true } else { false } }
}

/// The integral over the deviation of an animal, b, of the probabilities of what lies beyond limits.
private struct AnimalIntegral {
  private static let nodes = (-24...24).map { Double($0) / 4 }

  private let deviations: [Double]
  private var logarithms: [Double]
  private var sum: Double

  /// Of a normal b.
  init(mean: Double, precision: Double) {
    deviations = Self.nodes.map { mean + $0 / precision.squareRoot() }
    logarithms = Self.nodes.map { -$0 * $0 / 2 }
    sum = Self.sum(logarithms)
  }

  /// Takes a probability in, and gives the logarithm of its mean given those before.
  mutating func add(_ logarithm: (Double) -> Double) -> Double {
    for (n, b) in deviations.enumerated() { logarithms[n] += logarithm(b) }
    let before = sum
    sum = Self.sum(logarithms)
    return sum == -.infinity ? sum : min(0, sum - before)
  }

  private static func sum(_ logarithms: [Double]) -> Double {
    guard let largest = logarithms.max(), largest > -.infinity else { return -.infinity }
    return largest
      + Elementary.log(logarithms.reduce(0) { $0 + Elementary.exp(max(-700, $1 - largest)) })
  }
}

/// The number of animals with an event: binomial, or beta-binomial where its probability is not known well.
private struct CountDistribution {
  private let all: Int, p: Double
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
