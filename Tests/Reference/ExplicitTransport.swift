import Fields
import Substrate
import Vocabulary

/// Transport in double precision by many small steps: slow and plain, the oracle of every scheme.
///
/// The unknowns of a factor are its concentrations and, behind them, the five terms of its balance:
/// what came and went is carried by the same rule as the field, Runge and Kutta's of fourth order. A
/// step is so short that the fastest exchange passes half of a voxel's content: a mode that fast is
/// then wrong by 2e-4 at most, and all slower ones by the fourth power of their share.
public struct ExplicitTransport: Transport {
  /// Concentration, nM, kept from step to step; changes made to the stack in between are not seen.
  public private(set) var concentration: [Double]
  /// What became of each factor.
  public private(set) var balance: [MassBalance]

  /// An oracle that begins with what a stack holds.
  public init(_ fields: FieldStack) {
    concentration = fields.concentration.map { Double($0) }
    balance = fields.factors.indices.map { MassBalance(initial: fields.amount(of: $0)) }
  }

  /// Advances the factors of the given positions by a step (min), and writes them to the stack.
  public mutating func advance(
    _ fields: inout FieldStack,
    factors: [Int],
    by step: Double,
    using workers: Workers
  ) {
    for f in factors {
      let law = RateLaw(fields, factor: f)
      var state = Array(concentration[fields.range(of: f)]) + RateLaw.nothing
      law.advance(&state, by: step)
      for (i, v) in fields.range(of: f).enumerated() {
        concentration[v] = state[i]
        fields.concentration[v] = Float(state[i])
      }
      enter(state, fields.shape, factor: f)
    }
  }

  private mutating func enter(_ state: [Double], _ shape: GridShape, factor f: Int) {
    func amount(_ term: RateLaw.Term) -> Double {
      state[shape.count + term.rawValue] * shape.voxelVolume
    }
    balance[f].secreted += amount(.secreted)
    balance[f].boundary += amount(.boundary)
    balance[f].exchanged += amount(.exchanged)
    balance[f].takenUp += amount(.takenUp)
    balance[f].decayed += amount(.decayed)
    balance[f].turnover +=
      amount(.secreted) + max(0, amount(.boundary)) + max(0, amount(.exchanged))
    balance[f].final = state[..<shape.count].reduce(0, +) * shape.voxelVolume
  }
}

/// How fast one factor changes everywhere.
private struct RateLaw {
  /// Terms of the balance, in the order in which they follow the concentrations.
  enum Term: Int, CaseIterable { case secreted, boundary, exchanged, takenUp, decayed }
  /// The terms before anything has happened.
  static let nothing = Term.allCases.map { _ in 0.0 }

  /// Two voxels and the rate at which they exchange, 1/min.
  private var links: [(Int, Int, Double)] = []
  /// A voxel, the rate at which it exchanges with a level, the level, and the term it counts in.
  private var openings: [(voxel: Int, rate: Double, level: Double, term: Term)] = []
  private let source, sink, capacity: [Double]
  private let halfSaturation, decay: Double
  private let count: Int
  /// No mode of the field is faster, 1/min.
  private var fastest = 0.0

  init(_ fields: FieldStack, factor f: Int) {
    let range = fields.range(of: f)
    count = fields.shape.count
    source = fields.source[range].map { Double($0) }
    sink = fields.sink[range].map { Double($0) }
    capacity =
      fields.capacity.isEmpty ? source.map { _ in 0 } : fields.capacity[range].map { Double($0) }
    halfSaturation = fields.halfSaturation.isEmpty ? 1 : Double(fields.halfSaturation[f])
    decay = fields.factors[f].decay
    link(fields.shape, fields.media[f]) { fields.region.isEmpty ? 0 : Int(fields.region[$0]) }
    var loss = (0..<count).map { decay + sink[$0] + capacity[$0] / halfSaturation }
    for (a, b, rate) in links {
      loss[a] += 2 * rate
      loss[b] += 2 * rate
    }
    for opening in openings { loss[opening.voxel] += opening.rate }
    fastest = loss.max() ?? 0
  }

  private mutating func link(_ shape: GridShape, _ medium: Medium, _ region: (Int) -> Int) {
    let h = shape.spacing
    let axes = [(1, shape.nx), (shape.nx, shape.ny), (shape.nx * shape.ny, shape.nz)]
    for v in 0..<count {
      let d = medium.diffusivity[region(v)]
      for (axis, (stride, length)) in axes.enumerated() {
        let at = v / stride % length
        if at + 1 < length {
          let e = medium.diffusivity[region(v + stride)]
          if d > 0, e > 0 { links.append((v, v + stride, 2 * d * e / ((d + e) * h * h))) }
        }
        if at == 0 { open(v, 2 * axis, d, h, medium) }
        if at == length - 1 { open(v, 2 * axis + 1, d, h, medium) }
      }
      let rate = medium.exchange[region(v)]
      if rate > 0 { openings.append((v, rate, medium.blood, .exchanged)) }
    }
  }

  /// Half a voxel and the wall, one behind the other.
  private mutating func open(_ v: Int, _ face: Int, _ d: Double, _ h: Double, _ medium: Medium) {
    guard d > 0 else { return }
    let half = h / (2 * d)
    switch medium.faces[face] {
    case .closed: break
    case .fixed(let level): openings.append((v, 1 / (h * half), level, .boundary))
    case .blood(let wall):
      if wall > 0 { openings.append((v, 1 / (h * (half + 1 / wall)), medium.blood, .boundary)) }
    }
  }

  func advance(_ state: inout [Double], by step: Double) {
    let steps = max(1, (step * fastest / 0.5).rounded(.up))
    let dt = step / steps
    var rates = state
    for _ in 0..<Int(steps) {
      let start = state
      var at = start
      for (share, weight) in [(0.5, 1.0 / 6), (0.5, 1.0 / 3), (1, 1.0 / 3), (0, 1.0 / 6)] {
        find(&rates, at: at)
        for i in state.indices {
          state[i] += weight * dt * rates[i]
          at[i] = start[i] + share * dt * rates[i]
        }
      }
    }
  }

  private func find(_ rates: inout [Double], at c: [Double]) {
    for i in rates.indices { rates[i] = 0 }
    func add(_ amount: Double, _ term: Term) { rates[count + term.rawValue] += amount }
    for v in 0..<count {
      let taken = (sink[v] + capacity[v] / (halfSaturation + c[v])) * c[v]
      let decayed = decay * c[v]
      rates[v] = source[v] - taken - decayed
      add(source[v], .secreted)
      add(taken, .takenUp)
      add(decayed, .decayed)
    }
    for (a, b, rate) in links {
      let flow = rate * (c[a] - c[b])
      rates[a] -= flow
      rates[b] += flow
    }
    for (v, rate, level, term) in openings {
      let come = rate * (level - c[v])
      rates[v] += come
      add(come, term)
    }
  }
}
