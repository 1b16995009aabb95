import Agents
import Body
import Laws
import Substrate
import Vocabulary

/// Host cells off the grids in a run: how many there are in each pool, and their mean levels.
///
/// Cells that come from marrow have the levels of their kind at rest. Where plasma carries factors, signals raise and lower them from
/// there (`CellProgram.advance(mean:)`), and cells take them along from pool to pool and to grids.
struct HostPools {
  /// The pools.
  let pools: CellPools
  /// How many cells there are, and where they went.
  private(set) var numbers: CellPools.Numbers
  /// Mean of each number that cells carry, by pool; none for cells whose kind the scenario does not have.
  private(set) var levels: [[Double]]
  private let laws: [Law?]
  private let perturbations: [Perturbation]
  private let step: Double
  /// Organ of each pool; `nil` in blood and nodes.
  private let organ: [Int?]
  /// Position of the pool in blood of each type.
  private let blood: [String: Int]

  /// What cells of a kind make of plasma, and give to it.
  private struct Law {
    let program: CellProgram
    let rest: [Double]
    let given: [(factor: Int, law: Secretion, atRest: Double)]
    let names: [String]

    init(_ kind: HostKind, _ carried: [Factor]) {
      var kind = kind
      let own = kind.names
      let known = Set(carried.map(\.name))
      // What plasma does not carry acts neither by being there nor by its lack.
      kind.keepResponses { known.contains($0.signal) || own.contains($0.signal) }
      program = kind.program
      names = own
      var rest = own.map { name in
        name == HostKind.activityName ? kind.initialActivity : kind.initialLevels[name] ?? 0
      }
      for follower in program.followers { rest[follower.row] = rest[follower.followed] }
      self.rest = rest
      given = carried.enumerated().compactMap { f, factor in
        guard let law = kind.secretion[factor.name], law.isGiven else { return nil }
        let atRest = law.rate { [rest] name in own.firstIndex(of: name).map { rest[$0] } ?? 0 }
        return (f, law, atRest)
      }
    }
  }

  /// The pools of an experiment at their start; `nil` where it has none.
  init?(_ experiment: Experiment) {
    guard let pools = experiment.pools else { return nil }
    self.pools = pools
    numbers = pools.start
    perturbations = experiment.perturbations
    step = experiment.clock.step
    let host = experiment.host
    organ = pools.pools.map { host.index(of: $0.place) }
    let kinds = host.leukocytes.types.map { type in
      (type.name, experiment.kinds.first { $0.name == type.kind })
    }
    let byType = Dictionary(kinds, uniquingKeysWith: { first, _ in first })
    laws = pools.pools.map { pool in
      byType[pool.type].flatMap { $0 }.map { Law($0, experiment.carried) }
    }
    levels = laws.map { $0?.rest ?? [] }
    blood = Dictionary(
      pools.pools.enumerated().filter { $1.place == Leukocytes.vessels }.map { ($1.type, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// What a type of cell that grids draw from blood has to give.
  ///
  /// - Parameters:
  ///   - type: name of the type.
  ///   - weight: cells that stand for one on the grid.
  /// - Returns: the supply; `nil` where there is no such type in blood.
  func supply(of type: String, weight: Double) -> HostPopulations.Supply? {
    blood[type].map { pool in
      let (cells, reference) = (numbers.cells[pool], pools.pools[pool].reference)
      return HostPopulations.Supply(
        share: reference > 0 ? max(0, cells / reference) : 0,
        cells: Int(max(0, min(cells / weight, Double(Int32.max)))),
        activity: levels[pool].first.map { Float($0) }
      )
    }
  }

  /// Lets grids draw cells of a type from blood.
  mutating func draw(_ number: Double, of type: String) {
    if let pool = blood[type] { numbers.draw(number, from: pool) }
  }

  /// Takes cells away in a step from a time to the next (min), as perturbations do.
  mutating func perturb(from time: Double, to next: Double) {
    for perturbation in perturbations where perturbation.lasts(from: time, to: next) {
      let kept = Elementary.exp(-perturbation.rate * step)
      let left = perturbation.begins(from: time, to: next) ? 1 - perturbation.share : 1
      let share = 1 - left * kept
      guard share > 0 else { continue }
      for (i, pool) in pools.pools.enumerated() where perturbation.acts(on: pool) {
        numbers.remove(share, of: i)
      }
    }
  }

  /// Takes the pools through a step from a time to the next (min), in plasma as it stands.
  mutating func advance(from time: Double, to next: Double, _ plasma: BloodPlasma?) {
    if let plasma { sense(plasma) }
    let before = numbers.cells
    let activity = production(from: time, to: next)
    pools.advance(&numbers, activity: activity)
    if plasma != nil { carry(from: before, activity) }
  }

  /// Production of each pool in a step from a time to the next (min), relative to rest.
  private func production(from time: Double, to next: Double) -> [Double] {
    pools.pools.map { pool in
      perturbations.reduce(1) {
        $1.lasts(from: time, to: next) && $1.actsOn(type: pool.type)
          ? $0 * $1.production : $0
      }
    }
  }

  /// The margin of a pool at a time (min) relative to rest.
  func margin(of pool: Int, at time: Double) -> Double {
    perturbations.reduce(1) {
      $1.lasts(from: time, to: time + step) && $1.actsOn(type: pools.pools[pool].type)
        ? $0 * $1.margin : $0
    }
  }

  /// Lets plasma act on the cells of every pool.
  private mutating func sense(_ plasma: BloodPlasma) {
    for (i, law) in laws.enumerated() {
      guard let law, !law.program.signals.isEmpty else { continue }
      let levels = law.program.levels { name in plasma.level(named: name, inPool: organ[i]) }
      self.levels[i] = law.program.advance(
        mean: self.levels[i],
        rest: law.rest,
        levels,
        by: step
      )
    }
  }

  /// Takes levels along with the cells that carry them; those that are made are at rest.
  private mutating func carry(from before: [Double], _ activity: [Double]) {
    let rows = levels.map(\.count).max() ?? 0
    for row in 0..<rows {
      let held = before.indices.map { row < levels[$0].count ? before[$0] * levels[$0][row] : 0 }
      let made = pools.production.indices.map { i in
        row < levels[i].count ? pools.production[i] * activity[i] * (laws[i]?.rest[row] ?? 0) : 0
      }
      let now = pools.carried(held, made)
      for i in levels.indices where row < levels[i].count && numbers.cells[i] > 0 {
        levels[i][row] = min(1, max(0, now[i] / numbers.cells[i]))
      }
    }
  }

  /// What cells of each pool give to plasma beyond what they give at rest.
  func given(_ plasma: BloodPlasma) -> [(factor: Int, organ: Int?, rate: Double)] {
    laws.indices.flatMap { i in
      laws[i].map { law in
        law.given.compactMap { factor, secretion, atRest in
          let rate = secretion.rate(
            signal: { plasma.level(named: $0, inPool: organ[i]) ?? 0 },
            { name in law.names.firstIndex(of: name).map { levels[i][$0] } ?? 0 }
          )
          let more = numbers.cells[i] * (rate - atRest)
          return more > 0 ? (factor, organ[i], more) : nil
        }
      } ?? []
    }
  }

  /// Whether a state that was read is one of these pools.
  var isSound: Bool {
    let lists = [
      numbers.cells, numbers.initial, numbers.produced, numbers.came, numbers.died,
      numbers.removed, numbers.drawn,
    ]
    return lists.allSatisfy { list in
      list.count == pools.pools.count && list.allSatisfy { $0.magnitude < 1e30 }
    } && numbers.cells.allSatisfy { $0 > -1 }
      && zip(levels, laws).allSatisfy { levels, law in
        levels.count == law?.rest.count ?? 0 && levels.allSatisfy { (0...1).contains($0) }
      }
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&numbers.cells)
    try visitor.visit(&numbers.initial)
    try visitor.visit(&numbers.produced)
    try visitor.visit(&numbers.came)
    try visitor.visit(&numbers.died)
    try visitor.visit(&numbers.removed)
    try visitor.visit(&numbers.drawn)
    try visitor.resize(&levels, with: [])
    for pool in levels.indices { try visitor.visit(&levels[pool]) }
  }
}
