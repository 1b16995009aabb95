import Scenario
import Substrate

/// How likely data are, given what the model makes of them.
///
///     normal         y = s m (1 + λ l) + τ b + σ e              m̃ = s m
///     lognormal      ln y = ln s + ln m + λ l + τ b + σ e        m̃ = ln s + ln m
///     proportional   y = s m (1 + λ l + τ b + σ e)              m̃ = s m, its σ and τ are σ s m and τ s m
///     number         −2 ln L = (y − m̃)² / V + ln V,   V = σ² + τ² + λ² + n v + c   (λ s m for λ but in lognormal)
///     below L        −2 ln L = −2 ln Φ((L − m̃) / √V);   above L with the signs turned
///     share k of N   −2 ln L = −2 ln C(N, k) p^k (1 − p)^(N − k), ln p / (1 − p) = ln m / (1 − m) + λ l
///                    or, where p is not known well, −2 ln C(N, k) B(k + α, N − k + β) / B(α, β)
///
/// e, b and l are standard normal numbers: e another for every datum, b one for all data of an animal and a quantity, l one
/// for all data of a laboratory and a quantity. Data that share one are taken one after the other, each by its law given
/// those before it: numbers leave l and b normal, of limits and shares (which come last) the integral over them is a sum over
/// nodes of each. Limits enter with the probability of what lies beyond them (Tobin 1958, Econometrica 26:24, doi
/// 10.2307/1907382).
///
/// Of R runs with k₁ events α = k₁ + ½, β = R − k₁ + ½ (Jeffreys 1946, Proc R Soc A 186:453, doi 10.1098/rspa.1946.0056); of
/// an emulator α + β = p (1 − p) / (n v) − 1. A probability is taken between 1e-6 and 1 − 1e-6.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | y, L, k, N | `Datum.outcome` | of the datum | data |
/// | m | `prediction` | of the model | the model at a place |
/// | σ, s, τ | `Datum.error`, `scale`, `animals` | of the law, of the datum, of the law | given, or fitted: `nuisances` |
/// | λ | `laboratories` | 1, of y | given, or fitted: `nuisances` |
/// | n, v | `sharing`, `Doubt.shared` | 1, of y² | data of one number of the model; what an emulator does not know of it |
/// | c | `Doubt.chance` | of y² | the stochastic noise of the model, in an emulator |
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
  private let animals: Datum.Amount, laboratories: Datum.Amount
  /// Positions of the data, those that share a deviation together.
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
  ///   - laboratories: λ. An animal is of one laboratory.
  public init(
    _ data: [Datum],
    nuisances: [Variation] = [],
    animals: Datum.Amount = .given(0),
    laboratories: Datum.Amount = .given(0)
  ) {
    self.data = data
    self.nuisances = nuisances
    self.animals = animals
    self.laboratories = laboratories
    var blocks: [[Int]] = []
    var blockOfGroup: [[Int]: Int] = [:]
    var (columns, representatives) = ([Int](), [Int]())
    var columnOfReading: [[Int]: Int] = [:]
    for (j, datum) in data.enumerated() {
      let group = datum.laboratory.map { [0, $0] } ?? datum.animal.map { [1, $0] } ?? [2, j]
      if let block = blockOfGroup[group] {
        blocks[block].append(j)
      } else {
        blockOfGroup[group] = blocks.count
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
    // Limits and shares come last, where l and b are known from the numbers.
    self.blocks = blocks.map { block in
      block.filter { data[$0].isNumber } + block.filter { !data[$0].isNumber }
    }
    self.columns = columns
    self.representatives = representatives
    sharing = columns.map { column in Double(columns.count { $0 == column }) }
    let middle = nuisances.map { $0.number(at: 0.5) }
    var floors = [Double](repeating: .infinity, count: representatives.count)
    for (column, datum) in zip(columns, data) where datum.law == .lognormal {
      let spread = [datum.error, animals, laboratories].reduce(0) { $0 + Self.number($1, middle) }
      let log = Self.log(datum.value) - Self.log(Self.number(datum.scale, middle))
      floors[column] = min(floors[column], log - 8 * spread)
    }
    self.floors = floors
  }

  // MARK: - Places

  /// The part of a place at which the model is evaluated, and the other numbers that are fitted.
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
    /// σ² and what is added to it.
    let variance: Double
    /// What its laboratory and its animal move it by for each of their standard deviations.
    let loads: Deviations.Loads
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
    func loads(_ size: Double) -> Deviations.Loads {
      let laboratory = datum.laboratory == nil ? 0 : Self.number(laboratories, nuisances)
      let animal = datum.animal == nil ? 0 : Self.number(animals, nuisances)
      return Deviations.Loads(
        laboratory: laboratory * (datum.law == .lognormal ? 1 : mean),
        animal: animal * size,
        of: datum.animal
      )
    }
    let own = doubt.shared * sharing[j]
    if datum.law == .normal {
      let variance = error * error + scale * scale * own + scale * scale * doubt.chance
      return Standing(value: datum.value, mean: mean, variance: variance, loads: loads(1))
    }
    guard prediction >= .leastNormalMagnitude else {
      return Standing(value: datum.value, mean: -.infinity, variance: 1, loads: .none)
    }
    if datum.law == .lognormal {
      return Standing(
        value: Self.log(datum.value),
        mean: Self.log(scale) + Self.log(prediction),
        variance: error * error + own + doubt.chance,
        loads: loads(1)
      )
    }
    return Standing(
      value: datum.value,
      mean: mean,
      variance: error * error * mean * mean + scale * scale * (own + doubt.chance),
      loads: loads(mean)
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
    case count(fewer: () -> Double, logarithm: Double)

    /// −2 ln L, up to a constant.
    var deviance: Double {
      switch self {
      case .number(let miss, let spread):
        miss.isFinite && spread >= .leastNormalMagnitude
          ? miss * miss / spread + Elementary.log(spread) : .infinity
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
        return quantile(fewer() + u * Elementary.exp(logarithm))
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
    var scores = [Score](repeating: .count(fewer: { 0 }, logarithm: 0), count: data.count)
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
    var deviations = Deviations(
      hasLaboratory: data[block[0]].laboratory != nil,
      width: width(of: block, prediction, doubts, nuisances)
    )
    return block.map { j in
      let doubt = doubts.isEmpty ? Doubt() : doubts[j]
      if case .share(let count, let all) = data[j].outcome {
        let share = CountDistribution(
          prediction[j],
          doubt.shared * sharing[j],
          runs: data[j].runs,
          isEmulated: !doubts.isEmpty,
          of: all
        )
        let load = data[j].laboratory == nil ? 0 : Self.number(laboratories, nuisances)
        return (j, deviations.take(share, count, load))
      }
      let it = standing(j, prediction[j], doubt, nuisances)
      if data[j].isNumber {
        let (miss, spread) = deviations.take(
          it.loads,
          value: it.value - it.mean,
          noise: it.variance
        )
        return (j, .number(miss: miss, spread: spread))
      }
      let isBelow = if case .below = data[j].outcome { true } else { false }
      let sign = isBelow ? 1.0 : -1.0
      if block.count == 1 {
        let (laboratory, animal) = (it.loads.laboratory, it.loads.animal)
        let spread = it.variance + laboratory * laboratory + animal * animal
        let logarithm = Self.logBelow(sign * (it.value - it.mean) / spread.squareRoot())
        return (j, .limit(logarithm: logarithm, isBelow: isBelow))
      }
      let logarithm = deviations.take(it.loads) { shift in
        Self.logBelow(sign * (it.value - it.mean - shift) / it.variance.squareRoot())
      }
      return (j, .limit(logarithm: logarithm, isBelow: isBelow))
    }
  }

  /// The width of the narrowest limit or share among data that share deviations, as the standard deviations of these count:
  /// σ / λ and σ / τ of a limit, 2 / (λ √N) of a share.
  private func width(
    of block: [Int],
    _ prediction: [Double],
    _ doubts: [Doubt],
    _ nuisances: [Double]
  ) -> (laboratory: Double, animal: Double) {
    var width = (laboratory: Double.infinity, animal: Double.infinity)
    guard block.count > 1 || data[block[0]].isShare else { return width }
    for j in block where !data[j].isNumber {
      if case .share(_, let all) = data[j].outcome {
        let load = data[j].laboratory == nil ? 0 : Self.number(laboratories, nuisances)
        width.laboratory = min(width.laboratory, 2 / (load * Double(all).squareRoot()))
        continue
      }
      let it = standing(j, prediction[j], doubts.isEmpty ? Doubt() : doubts[j], nuisances)
      let sigma = it.variance.squareRoot()
      width.laboratory = min(width.laboratory, sigma / it.loads.laboratory.magnitude)
      width.animal = min(width.animal, sigma / it.loads.animal.magnitude)
    }
    return width
  }

  /// −2 ln L up to a constant, where predictions are exact; infinite where the data cannot be.
  package func deviance(_ prediction: [Double], _ nuisances: [Double]) -> Double {
    blocks.reduce(0) { sum, block in
      let datum = data[block[0]]
      guard block.count == 1, datum.isPlain, datum.isNumber, datum.law == .normal,
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
  /// Whether it is a number with a given normal error that shares no deviation.
  var isPlainNumber: Bool {
    if case .given = error { isPlain && isNumber && law == .normal } else { false }
  }

  fileprivate var isNumber: Bool { if case .number = outcome { true } else { false } }

  /// Whether it shares no deviation.
  fileprivate var isPlain: Bool { animal == nil && laboratory == nil }
}
