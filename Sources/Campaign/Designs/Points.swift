import Scenario
import Substrate

/// The points of a campaign, in order, each a place in the unit cube or the row of a table.
public struct Points: Sendable {
  /// A point as values of the scenario, and in words.
  public struct Point: Sendable {
    /// The values.
    public let settings: [ScenarioSource.Setting]
    /// The values in words, one per parameter.
    public let labels: [String]
  }

  /// Number of points.
  public let count: Int
  /// Places in the unit cube, one coordinate per parameter; empty for a table.
  public let places: [[Double]]
  private let parameters: [SweepDescription.Parameter]
  private let rows: [[String]]
  private let columns: ParameterColumns

  /// Headings of the values as written in tables.
  var header: [String] { columns.header }

  /// The values of a point as written in tables.
  func fields(_ n: Int) -> [String] {
    rows.isEmpty ? columns.fields(at: places[n]) : columns.fields(ofRow: n)
  }

  /// The points of a campaign.
  public init(_ sweep: SweepDescription) {
    parameters = sweep.parameters
    if case .list(let rows) = sweep.design {
      self.rows = rows
      columns = ParameterColumns(sweep.parameters, rows: rows)
      places = []
      count = rows.count
      return
    }
    rows = []
    columns = ParameterColumns(sweep.parameters)
    places = Self.places(sweep.design, sweep.parameters, seed: sweep.seed)
    count = places.count
  }

  /// A point.
  public subscript(_ n: Int) -> Point {
    guard rows.isEmpty else {
      return Point(
        settings: zip(parameters, rows[n]).flatMap { $0.settings($1) },
        labels: rows[n]
      )
    }
    return Self.point(places[n], parameters)
  }

  /// The point of a place in the unit cube.
  static func point(_ place: [Double], _ parameters: [SweepDescription.Parameter]) -> Point {
    let varied = zip(parameters, place).compactMap { parameter, u in
      parameter.variation.map { (parameter, $0, u) }
    }
    return Point(
      settings: varied.flatMap { $0.settings($1.text(at: $2)) },
      labels: varied.map { $1.label(at: $2) }
    )
  }

  private static func places(
    _ design: SweepDescription.Design,
    _ parameters: [SweepDescription.Parameter],
    seed: UInt64
  ) -> [[Double]] {
    let count = parameters.count
    switch design {
    case .grid: return Lattices.grid(parameters.map { $0.variation?.choices ?? 1 })
    case .latinHypercube(let points): return Lattices.latin(points, dimensions: count, seed: seed)
    case .patients(let patients): return Lattices.random(patients, dimensions: count, seed: seed)
    case .sobol(let points):
      let sequence = SobolSequence(dimensions: count, seed: seed)
      return (0..<points).map(sequence.point)
    case .morris(let trajectories, let levels):
      return MorrisDesign(
        trajectories: trajectories,
        levels: levels,
        dimensions: count,
        seed: seed
      ).places
    case .saltelli(let points, let isSobol):
      return SaltelliDesign(points: points, dimensions: count, isSobol: isSobol, seed: seed).places
    case .list: return []
    }
  }

  /// Points that a campaign has at most.
  private static let mostPoints = Double(1 << 24)

  /// Why a design cannot be made, for want of a sequence or room; `nil` if it can.
  public static func problem(_ sweep: SweepDescription) -> String? {
    let needed: Int
    switch sweep.design {
    case .sobol: needed = sweep.parameters.count
    case .saltelli(_, true): needed = 2 * sweep.parameters.count
    case .grid:
      let points = sweep.parameters.reduce(1.0) { $0 * Double($1.variation?.choices ?? 1) }
      return points > mostPoints
        ? "the grid has \(points) points; allowed are \(Int(mostPoints)): list fewer values" : nil
    default: return nil
    }
    guard needed > SobolSequence.dimensions else { return nil }
    return
      "the design takes \(needed) dimensions of a Sobol sequence; there are \(SobolSequence.dimensions): take 'sequence: random', a latin-hypercube, or fewer parameters"
  }
}

extension Variation {
  /// Number of listed values.
  var choices: Int {
    if case .choice(let choices) = law { choices.count } else { 1 }
  }
}

/// Points spread over the unit cube.
package enum Lattices {
  /// Every combination of so many values per dimension, the last one fastest.
  package static func grid(_ counts: [Int]) -> [[Double]] {
    counts.reduce([[]]) { rows, count in
      rows.flatMap { row in (0..<count).map { row + [(Double($0) + 0.5) / Double(count)] } }
    }
  }

  /// Random points.
  static func random(_ points: Int, dimensions: Int, seed: UInt64) -> [[Double]] {
    let chance = Chance(seed: seed, replicate: 0)
    return (0..<points).map { n in
      (0..<dimensions).map { chance.block(.design, cell: UInt32(n), step: UInt32($0)).uniform }
    }
  }

  /// A Latin hypercube (McKay 1979, Technometrics 21:239, doi 10.2307/1268522): each of so many equal parts of every
  /// coordinate holds one point.
  package static func latin(_ points: Int, dimensions: Int, seed: UInt64) -> [[Double]] {
    let chance = Chance(seed: seed, replicate: 0)
    var rows = [[Double]](repeating: [], count: points)
    for dimension in 0..<dimensions {
      let column = latin(points, chance, draw: UInt32(dimension))
      for n in rows.indices { rows[n].append(column[n]) }
    }
    return rows
  }

  /// One coordinate of a Latin hypercube, by its number.
  static func latin(_ points: Int, _ chance: Chance, draw: UInt32) -> [Double] {
    permutation(points, chance, draw: draw).enumerated().map { n, part in
      let within = chance.block(.design, cell: UInt32(n), step: draw).uniform
      return (Double(part) + within) / Double(points)
    }
  }

  /// 0..<n in random order (Fisher and Yates).
  static func permutation(_ count: Int, _ chance: Chance, draw: UInt32) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      let u = chance.block(.design, cell: UInt32(last), step: draw, draw: 1).uniform
      order.swapAt(last, min(last, Int(u * Double(last + 1))))
    }
    return order
  }
}

/// Trajectories that change one coordinate after the other by Δ = p / (2 (p − 1)) over p levels.
///
/// Source: Morris 1991, Technometrics 33:161, doi 10.2307/1269043.
package struct MorrisDesign {
  /// The places, trajectory by trajectory, one more than the dimensions each.
  package let places: [[Double]]
  /// Which coordinate every place of a trajectory but the first changed, and by what.
  package let steps: [[(coordinate: Int, change: Double)]]

  package init(trajectories: Int, levels: Int, dimensions: Int, seed: UInt64) {
    let chance = Chance(seed: seed, replicate: 0)
    let delta = Double(levels) / Double(2 * (levels - 1))
    var places: [[Double]] = []
    var steps: [[(Int, Double)]] = []
    for t in 0..<trajectories {
      var place = (0..<dimensions).map { d in
        let u = chance.block(.design, cell: UInt32(t), step: UInt32(d), draw: 2).uniform
        return Double(min(levels - 1, Int(u * Double(levels)))) / Double(levels - 1)
      }
      let order = Lattices.permutation(dimensions, chance, draw: UInt32(t) &+ 1 << 20)
      places.append(place)
      var moves: [(Int, Double)] = []
      for d in order {
        // From a level of the lower half it can only go up, from the upper half down.
        let change = place[d] < 0.5 ? delta : -delta
        place[d] = min(1, max(0, place[d] + change))
        places.append(place)
        moves.append((d, change))
      }
      steps.append(moves)
    }
    self.places = places
    self.steps = steps
  }
}

/// Matrices A and B of N points, and A with one column of B each: N (k + 2) places, point by point.
///
/// Source: Saltelli 2010, Comput Phys Commun 181:259, doi 10.1016/j.cpc.2009.09.018.
package struct SaltelliDesign {
  /// The places: of every point A, B, then A with column 1, 2, … of B.
  package let places: [[Double]]

  package init(points: Int, dimensions: Int, isSobol: Bool, seed: UInt64) {
    let both: [[Double]]
    if isSobol {
      let sequence = SobolSequence(dimensions: 2 * dimensions, seed: seed)
      both = (0..<points).map(sequence.point)
    } else {
      both = Lattices.random(points, dimensions: 2 * dimensions, seed: seed)
    }
    places = both.flatMap { row -> [[Double]] in
      let a = Array(row[..<dimensions])
      let b = Array(row[dimensions...])
      return [a, b]
        + (0..<dimensions).map { d in
          var mixed = a
          mixed[d] = b[d]
          return mixed
        }
    }
  }
}
