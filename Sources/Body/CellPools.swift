import Substrate

/// Host cells off the grids: how many of each type there are in each place of a body.
///
///     dn_i/dt = p_i + Σ_j k_ji n_j − (d_i + Σ_j k_ij) n_i
///     F   = n / (1 + μ)               free in blood, of all that are in its vessels
///     M_o = μ λ_o F                   in the margin of an organ
///
/// A pool is a type of cell in a place: marrow, blood with its margin, spleen, nodes, or an organ. Cells go from pool to pool, become
/// another type, and die, each at a rate. Production is what keeps the numbers of a host without disease. The margin exchanges
/// cells with flowing blood within minutes, so that both are one pool. Rates are constant over a step, which is exact.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | n | `Numbers.cells` | cells | of each pool |
/// | k | `Pool.flows` | 1/min | of the host |
/// | d | `Pool.death` | 1/min | of the host |
/// | p | `production` | cells/min | what keeps the reference |
/// | μ, λ | `Pool.margin`, `Pool.margins` | 1 | of the host |
public struct CellPools: Sendable {
  /// A type of cell in a place.
  public struct Pool: Codable, Sendable, Equatable {
    /// The type and the place.
    public var type: String, place: String
    /// Number in a host without disease.
    public var reference: Double
    /// Rate at which they die, 1/min.
    public var death: Double
    /// Other pools that they go to.
    public var flows: [Flow] = []
    /// μ: cells in the margin for each that flows with blood.
    public var margin = 0.0
    /// λ: share of the margin that lies in an organ, by name.
    public var margins: [String: Double] = [:]

    /// So many cells of a type in a place, which die at a rate (1/min).
    public init(_ type: String, in place: String, _ reference: Double, death: Double) {
      self.type = type
      self.place = place
      self.reference = reference
      self.death = death
    }

    /// Rate at which cells go on, 1/min.
    var leaving: Double { flows.reduce(0) { $0 + $1.rate } }

    /// The pool where some places among those of all pools were taken out, and the share of its cells that is left.
    func without(_ places: Set<String>, among whole: [Pool]) -> (pool: Pool, left: Double) {
      var pool = self
      pool.flows = flows.filter { !places.contains(whole[$0.pool].place) }
      let gone = margins.keys.sorted().filter { places.contains($0) }
        .reduce(0) { $0 + (margins[$1] ?? 0) }
      pool.margin = margin * (1 - gone)
      pool.margins = margins.filter { !places.contains($0.key) }.mapValues { $0 / (1 - gone) }
      let left = places.contains(place) ? 0 : (1 + pool.margin) / (1 + margin)
      return (pool, left)
    }
  }

  /// Cells that go to another pool.
  public struct Flow: Codable, Sendable, Equatable {
    /// Position of the pool.
    public var pool: Int
    /// k, 1/min.
    public var rate: Double

    /// Cells that go to a pool at a rate, 1/min.
    public init(to pool: Int, rate: Double) {
      self.pool = pool
      self.rate = rate
    }
  }

  /// How many cells there are, and what became of others, by pool.
  public struct Numbers: Codable, Sendable, Equatable {
    /// Cells now, and at the start.
    public var cells: [Double], initial: [Double]
    /// Those that were produced, that came from other pools less those that went to others, that died, that a perturbation took
    /// and that grids drew.
    public var produced: [Double], came: [Double], died: [Double], removed: [Double],
      drawn: [Double]

    /// Cells of each pool at the start.
    public init(_ cells: [Double]) {
      self.cells = cells
      initial = cells
      let none = cells.map { _ in 0.0 }
      (produced, came, died, removed, drawn) = (none, none, none, none, none)
    }

    /// What the ledger of a pool leaves unexplained, cells.
    public func residual(of pool: Int) -> Double {
      initial[pool] + produced[pool] + came[pool] - died[pool] - removed[pool] - drawn[pool]
        - cells[pool]
    }

    /// Takes a share of the cells of a pool away.
    public mutating func remove(_ share: Double, of pool: Int) {
      let gone = cells[pool] * share
      cells[pool] -= gone
      removed[pool] += gone
    }

    /// Lets grids draw cells of a pool.
    public mutating func draw(_ number: Double, from pool: Int) {
      cells[pool] -= number
      drawn[pool] += number
    }
  }

  /// The pools.
  public let pools: [Pool]
  /// p: production of each pool in a host without disease, cells/min.
  public let production: [Double]
  /// The numbers at the start.
  public let start: Numbers
  private let kept: SquareMatrix, integral: SquareMatrix, risen: SquareMatrix
  private let length: Double

  /// Pools for steps of a length (min); `nil` where no production keeps the reference.
  ///
  /// - Parameters:
  ///   - whole: the pools.
  ///   - excised: places that were taken out at the start with what is in them; production elsewhere is that of before.
  ///   - step: length of a step, min.
  public init?(_ whole: [Pool], excised: Set<String> = [], step: Double) {
    length = step
    let change = Self.rates(whole) * whole.map(\.reference)
    let turnover = whole.map { $0.reference * ($0.death + $0.leaving) }
    let made = zip(change, turnover).map { change, turnover in
      // What rounding leaves is no production.
      change.magnitude <= Self.rounding * turnover ? 0 : -change
    }
    guard made.allSatisfy({ $0 >= 0 }) else { return nil }
    production = zip(whole, made).map { excised.contains($0.place) ? 0 : $1 }
    let left = whole.map { $0.without(excised, among: whole) }
    pools = left.map(\.pool)
    start = Numbers(left.map { $0.pool.reference * $0.left })
    (kept, integral, risen) = Self.rates(pools).propagators(over: step)
  }

  /// Share of the turnover of a pool below which a sum is rounding.
  private static let rounding = 1e-9

  private static func rates(_ pools: [Pool]) -> SquareMatrix {
    var rates = SquareMatrix(size: pools.count)
    for (i, pool) in pools.enumerated() {
      rates[i, i] -= pool.death
      for flow in pool.flows {
        rates[flow.pool, i] += flow.rate
        rates[i, i] -= flow.rate
      }
    }
    return rates
  }

  /// Position of the pool of a type in a place.
  public func position(of type: String, in place: String) -> Int? {
    pools.firstIndex { $0.type == type && $0.place == place }
  }

  /// Takes the numbers through a step.
  ///
  /// - Parameters:
  ///   - numbers: the numbers.
  ///   - activity: production of each pool relative to that of a host without disease.
  public func advance(_ numbers: inout Numbers, activity: [Double]? = nil) {
    let sources = activity.map { zip(production, $0).map { $0 * $1 } } ?? production
    let before = numbers.cells
    numbers.cells = carried(before, sources)
    // ∫ n dt of each pool.
    let spent = zip(integral * before, risen * sources).map { $0 + $1 }
    for (i, pool) in pools.enumerated() {
      numbers.produced[i] += sources[i] * length
      numbers.died[i] += pool.death * spent[i]
      for flow in pool.flows {
        numbers.came[i] -= flow.rate * spent[i]
        numbers.came[flow.pool] += flow.rate * spent[i]
      }
    }
  }

  /// What is in each pool after a step, where so much was in it before and comes to it per minute.
  public func carried(_ before: [Double], _ sources: [Double]) -> [Double] {
    zip(kept * before, integral * sources).map { $0 + $1 }
  }

  /// F: cells of a pool of blood that flow with it, where the margin is a share of that at rest.
  public func free(_ pool: Int, _ numbers: Numbers, margin: Double = 1) -> Double {
    numbers.cells[pool] / (1 + pools[pool].margin * margin)
  }
}
