import Substrate

/// The deviations that data share, l of a laboratory and b of its animals, given the data that were taken: standard normal
/// at first, normal after numbers, and by nodes after limits and shares.
struct Deviations {
  /// What a datum moves by for each standard deviation.
  struct Loads {
    /// Of its laboratory and of its animal, in the coordinate of its law.
    let laboratory: Double, animal: Double
    /// The animal; `nil` for none.
    let of: Int?

    /// A datum that shares nothing.
    static let none = Loads(laboratory: 0, animal: 0, of: nil)
  }

  /// Nodes of a standard normal number.
  private static let nodes = (-24...24).map { Double($0) / 4 }
  private static let logarithms = nodes.map { -$0 * $0 / 2 - logSum(nodes.map { -$0 * $0 / 2 }) }

  /// Animals in the order in which they came; l has position 0.
  private var animals: [Int] = []
  private var mean = [0.0], covariance = [[1.0]]
  /// What is known after limits and shares; `nil` before.
  private var table: NodeTable?
  private let hasLaboratory: Bool

  /// The deviations of data of which none was taken.
  ///
  /// - Parameter hasLaboratory: whether they share that of a laboratory.
  init(hasLaboratory: Bool) { self.hasLaboratory = hasLaboratory }

  /// What is known, by nodes.
  private var byNodes: NodeTable {
    if let table { return table }
    guard hasLaboratory else { return NodeTable(laboratory: [0], weights: [0]) }
    let sd = max(0, covariance[0][0]).squareRoot()
    return NodeTable(laboratory: Self.nodes.map { mean[0] + $0 * sd }, weights: Self.logarithms)
  }

  private mutating func terms(_ loads: Loads) -> [(position: Int, load: Double)] {
    var terms: [(position: Int, load: Double)] = []
    if loads.laboratory != 0 { terms.append((0, loads.laboratory)) }
    if let animal = loads.of, loads.animal != 0 {
      terms.append((position(of: animal), loads.animal))
    }
    return terms
  }

  private mutating func position(of animal: Int) -> Int {
    if let known = animals.firstIndex(of: animal) { return known + 1 }
    animals.append(animal)
    mean.append(0)
    for i in covariance.indices { covariance[i].append(0) }
    covariance.append([Double](repeating: 0, count: mean.count - 1) + [1])
    return animals.count
  }

  /// By how much a datum is expected to be moved, and the variance of that.
  mutating func expected(_ loads: Loads) -> (mean: Double, variance: Double) {
    let terms = terms(loads)
    var found = (mean: 0.0, variance: 0.0)
    for (i, load) in terms {
      found.mean += load * mean[i]
      for (k, other) in terms { found.variance += load * other * covariance[i][k] }
    }
    return found
  }

  /// Takes a number in.
  ///
  /// - Parameters:
  ///   - loads: of the datum.
  ///   - miss: by how much it is above what is expected.
  ///   - spread: the variance of that.
  mutating func take(_ loads: Loads, miss: Double, spread: Double) {
    let terms = terms(loads)
    guard !terms.isEmpty, miss.isFinite, spread > 0 else { return }
    let gains = mean.indices.map { i in
      terms.reduce(0) { $0 + $1.load * covariance[i][$1.position] }
    }
    for i in mean.indices {
      mean[i] += gains[i] * miss / spread
      for k in mean.indices { covariance[i][k] -= gains[i] * gains[k] / spread }
    }
  }

  /// Takes a limit in: by its loads and the logarithm of its probability where it is moved by so much.
  ///
  /// - Returns: the logarithm of its probability given the data before it.
  mutating func take(_ loads: Loads, _ logarithm: (Double) -> Double) -> Double {
    let terms = terms(loads)
    if terms.isEmpty { return logarithm(0) }
    var known = byNodes
    if let animal = terms.first(where: { $0.position > 0 })?.position {
      known.begin(animal, normal: conditional(animal, at: known.laboratory))
      let found = known.take(animal) { logarithm(loads.laboratory * $0 + loads.animal * $1) }
      table = known
      return found
    }
    let found = known.take { logarithm(loads.laboratory * $0) }
    table = known
    return found
  }

  /// Takes a count in, whose odds a laboratory moves.
  mutating func take(_ share: CountDistribution, _ count: Int, _ load: Double) -> Likelihood.Score {
    guard load > 0 else {
      return .count(
        fewer: (0..<count).reduce(0) { $0 + Elementary.exp(share.logarithm($1)) },
        logarithm: share.logarithm(count)
      )
    }
    var known = byNodes
    let shares = known.laboratory.map { share.shifted(by: load * $0) }
    let fewer = known.mean(
      of: shares.map { share in (0..<count).reduce(0) { $0 + Elementary.exp(share.logarithm($1)) } }
    )
    let logarithm = known.take(shares.map { $0.logarithm(count) })
    table = known
    return .count(fewer: min(1, fewer), logarithm: logarithm)
  }

  /// The normal law of an animal's deviation where that of the laboratory is known: its mean by node, and its deviation.
  private func conditional(_ animal: Int, at laboratory: [Double]) -> (mean: [Double], sd: Double) {
    let own = covariance[animal][animal], shared = covariance[animal][0]
    let slope = covariance[0][0] > 0 ? shared / covariance[0][0] : 0
    return (
      laboratory.map { mean[animal] + slope * ($0 - mean[0]) },
      max(0, own - slope * shared).squareRoot()
    )
  }

  private static func logSum(_ logarithms: [Double]) -> Double {
    guard let largest = logarithms.max(), largest > -.infinity else { return -.infinity }
    return largest
      + Elementary.log(logarithms.reduce(0) { $0 + Elementary.exp(max(-700, $1 - largest)) })
  }

  /// Probabilities of l by node, and given each of them of b by node of every animal.
  private struct NodeTable {
    /// The nodes of l.
    let laboratory: [Double]
    private var weights: [Double]
    private var animals: [Int: (nodes: [[Double]], weights: [[Double]])] = [:]

    init(laboratory: [Double], weights: [Double]) {
      self.laboratory = laboratory
      self.weights = weights
    }

    mutating func begin(_ animal: Int, normal: (mean: [Double], sd: Double)) {
      guard animals[animal] == nil else { return }
      animals[animal] = (
        normal.mean.map { mean in Deviations.nodes.map { mean + $0 * normal.sd } },
        normal.mean.map { _ in Deviations.logarithms }
      )
    }

    /// Takes logarithms of probabilities by node of l, and gives that of their mean.
    mutating func take(_ logarithms: [Double]) -> Double {
      let before = Deviations.logSum(weights)
      for k in weights.indices { weights[k] += logarithms[k] }
      let after = Deviations.logSum(weights)
      return after == -.infinity ? after : min(0, after - before)
    }

    mutating func take(_ logarithm: (Double) -> Double) -> Double {
      take(laboratory.map(logarithm))
    }

    mutating func take(_ animal: Int, _ logarithm: (Double, Double) -> Double) -> Double {
      guard var own = animals[animal] else { return 0 }
      let found = laboratory.indices.map { k -> Double in
        let before = Deviations.logSum(own.weights[k])
        for (i, b) in own.nodes[k].enumerated() {
          own.weights[k][i] += logarithm(laboratory[k], b)
        }
        let after = Deviations.logSum(own.weights[k])
        return after == -.infinity ? after : after - before
      }
      animals[animal] = own
      return take(found)
    }

    /// The mean of values by node of l.
    func mean(of values: [Double]) -> Double {
      let largest = weights.max() ?? 0
      let shares = weights.map { Elementary.exp(max(-700, $0 - largest)) }
      return zip(shares, values).reduce(0) { $0 + $1.0 * $1.1 } / shares.reduce(0, +)
    }
  }
}
