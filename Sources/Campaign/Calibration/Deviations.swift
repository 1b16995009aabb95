import Substrate

/// The deviations that data share, l of a laboratory and b of its animals, given the data that were taken.
///
///     l ~ N(m, V),   b | l ~ N(α + β l, v)                          at first m, α, β = 0 and V, v = 1
///     y = λ l + τ b + σ e:   h = λ + τ β,   s = σ² + τ² v,   y ~ N(h m + τ α, h² V + s)
///     then   m ← m + h V (y − h m − τ α) / (h² V + s),   V ← V s / (h² V + s)
///            g = τ v / s,   α ← α + g (y − τ α),   β ← β − g h,   v ← v σ² / s
///
/// Animals are independent where l is known, so that every one has its own α, β and v. After limits and shares l and b are known
/// by nodes, which lie no further apart than a quarter of their deviation and the width of the narrowest datum.
struct Deviations {
  /// What a datum moves by for each standard deviation: λ of its laboratory and τ of its animal, in the coordinate of its law.
  struct Loads {
    let laboratory: Double, animal: Double
    /// The animal; `nil` for none.
    let of: Int?

    /// A datum that shares nothing.
    static let none = Loads(laboratory: 0, animal: 0, of: nil)
  }

  /// b of an animal where l is known.
  private struct Animal {
    let number: Int
    var offset = 0.0, slope = 0.0, variance = 1.0
  }

  /// Nodes of a standard normal number, with the logarithms of their shares.
  private struct Nodes {
    let places: [Double], logarithms: [Double]

    /// A number that is known.
    static let one = Nodes(places: [0], logarithms: [0])

    private init(places: [Double], logarithms: [Double]) {
      self.places = places
      self.logarithms = logarithms
    }

    /// Nodes from −6 to 6, at most so many, no further apart than a quarter and a width.
    init(width: Double, most: Int) {
      let half = min(most / 2, Int(6 / max(0.001, min(0.25, width))) + 1)
      places = (-half...half).map { 6 * Double($0) / Double(half) }
      let heights = places.map { -$0 * $0 / 2 }
      let sum = Deviations.logSum(heights)
      logarithms = heights.map { $0 - sum }
    }
  }

  /// How many nodes there are at most of a deviation, and of each of two.
  private static let most = (one: 8000, each: 200)

  private var animals: [Animal] = []
  private var mean = 0.0, variance = 1.0
  /// What is known after limits and shares; `nil` before.
  private var table: NodeTable?
  /// Whether there is a laboratory, and the narrowest widths of limits and shares, in standard deviations of l and b.
  private let hasLaboratory: Bool, width: (laboratory: Double, animal: Double)

  /// The deviations of data of which none was taken.
  ///
  /// - Parameters:
  ///   - hasLaboratory: whether they share that of a laboratory.
  ///   - width: of the narrowest limit or share, as the standard deviations of l and b count.
  init(hasLaboratory: Bool, width: (laboratory: Double, animal: Double)) {
    self.hasLaboratory = hasLaboratory
    self.width = width
  }

  /// What is known, by nodes.
  private var byNodes: NodeTable {
    if let table { return table }
    let sd = variance.squareRoot()
    let most = animals.isEmpty ? Self.most.one : Self.most.each
    let nodes = hasLaboratory ? Nodes(width: width.laboratory / sd, most: most) : .one
    return NodeTable(
      laboratory: nodes.places.map { mean + $0 * sd },
      weights: nodes.logarithms
    )
  }

  private mutating func position(of number: Int) -> Int {
    if let known = animals.firstIndex(where: { $0.number == number }) { return known }
    animals.append(Animal(number: number))
    return animals.count - 1
  }

  /// Takes a number in.
  ///
  /// - Parameters:
  ///   - loads: of the datum.
  ///   - value: y, by how much it is above what the model says.
  ///   - noise: σ².
  /// - Returns: by how much it is above what the data before it say too, and the variance of that.
  mutating func take(_ loads: Loads, value: Double, noise: Double) -> (
    miss: Double, spread: Double
  ) {
    guard loads.laboratory != 0 || loads.animal != 0 else { return (value, noise) }
    var place: Int?
    if let number = loads.of { place = position(of: number) }
    let own = place.map { animals[$0] } ?? Animal(number: 0)
    let load = loads.laboratory + loads.animal * own.slope
    let apart = noise + loads.animal * loads.animal * own.variance
    let spread = load * load * variance + apart
    let miss = value - load * mean - loads.animal * own.offset
    guard miss.isFinite, apart > 0 else { return (miss, spread) }
    mean += load * variance * miss / spread
    variance *= apart / spread
    if let place {
      let gain = loads.animal * own.variance / apart
      animals[place].offset += gain * (value - loads.animal * own.offset)
      animals[place].slope -= gain * load
      animals[place].variance *= noise / apart
    }
    return (miss, spread)
  }

  /// Takes a limit in: by its loads and the logarithm of its probability where it is moved by so much.
  ///
  /// - Returns: the logarithm of its probability given the data before it.
  mutating func take(_ loads: Loads, _ logarithm: (Double) -> Double) -> Double {
    guard loads.laboratory != 0 || loads.animal != 0 else { return logarithm(0) }
    if let number = loads.of, loads.animal != 0 { _ = position(of: number) }
    var known = byNodes
    let found: Double
    if let number = loads.of, loads.animal != 0 {
      let animal = animals[position(of: number)]
      let sd = animal.variance.squareRoot()
      known.begin(
        number,
        mean: known.laboratory.map { animal.offset + animal.slope * $0 },
        sd: sd,
        Nodes(width: width.animal / sd, most: hasLaboratory ? Self.most.each : Self.most.one)
      )
      found = known.take(number) { logarithm(loads.laboratory * $0 + loads.animal * $1) }
    } else {
      found = known.take { logarithm(loads.laboratory * $0) }
    }
    table = known
    return found
  }

  /// Takes a count in, whose odds a laboratory moves.
  mutating func take(_ share: CountDistribution, _ count: Int, _ load: Double) -> Likelihood.Score {
    guard load > 0 else {
      return .count(fewer: { share.fewer(than: count) }, logarithm: share.logarithm(count))
    }
    let before = byNodes
    let shares = before.laboratory.map { share.shifted(by: load * $0) }
    var known = before
    let logarithm = known.take(shares.map { $0.logarithm(count) })
    table = known
    return .count(
      fewer: { before.mean(of: shares.map { $0.fewer(than: count) }) },
      logarithm: logarithm
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

    /// Knows an animal, by the mean of its normal law at every node of l, and its deviation.
    mutating func begin(_ animal: Int, mean: [Double], sd: Double, _ nodes: Nodes) {
      guard animals[animal] == nil else { return }
      animals[animal] = (
        mean.map { mean in nodes.places.map { mean + $0 * sd } },
        mean.map { _ in nodes.logarithms }
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
      guard let largest = weights.max(), largest > -.infinity else { return 0 }
      let shares = weights.map { Elementary.exp(max(-700, $0 - largest)) }
      return min(1, zip(shares, values).reduce(0) { $0 + $1.0 * $1.1 } / shares.reduce(0, +))
    }
  }
}
