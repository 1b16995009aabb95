import Body
import Laws
import Substrate
import Vocabulary

/// What a cell carries with it wherever it goes.
@frozen
public struct Cell: Sendable, BitwiseCopyable {
  /// Its number in the order of giving, over all doses.
  public var identity: UInt32
  /// Number of its events so far: part of the key of its random numbers.
  public var episode: UInt32
  /// Damage D, 1/min.
  public var damage: Float
  /// Cumulative hazard left before its clock rings.
  public var budget: Float
  /// Licensing of both axes.
  public var licensing: CellState

  /// A budget that no hazard uses up: that of what does not live.
  public static let endless: Float = 1e8

  /// A cell in the given state.
  @inlinable
  public init(
    identity: UInt32,
    episode: UInt32,
    damage: Float,
    budget: Float,
    licensing: CellState
  ) {
    self.identity = identity
    self.episode = episode
    self.damage = damage
    self.budget = budget
    self.licensing = licensing
  }
}

/// What a clock that rings means for a cell.
public enum Ring: Sendable, Equatable {
  case death(Survival.Cause)
  /// Back into blood.
  case release
  /// From the lumen into the tissue.
  case extravasation
  /// Into two, where it is, at a time in the step after which each of them would have spent so much less than nothing.
  case division(overspent: Float)
}

/// A cell whose clock has rung.
public struct ClockEvent: Sendable {
  /// The cell, its clock wound up again.
  public let cell: Cell
  /// The organ or grid it was in, by position.
  public let site: Int
  /// Where in it.
  public let niche: Niche
  /// What happens to it.
  public let ring: Ring
  /// The voxel it was in, and its place, um, where it was on a grid.
  public var voxel: Int?, place: (x: Double, y: Double, z: Double)?
  /// Where it was in the circulation, where it was in blood.
  public var circulating: Circulation.Place?
  /// Whether killers that are cells near it, and not the host at large, killed it where it was killed.
  public var isByNeighbours = false
  /// How long and how it has been in tissue, where it divides: its daughters go on with that.
  public var stay: Stay?

  /// What a cell that divides hands on of its stay in a place.
  public struct Stay: Sendable {
    /// Step in which it came.
    public let since: UInt32
    /// Off the grids: damage at entry beyond that of the place, 1/min, and what it has spent of its budget since, without what
    /// its axes spent.
    let excess: Float, spent: Double
  }
}

/// What all cells share while they live through one step.
public struct LifeStep: Sendable {
  let survival: Survival
  let residence: Residence
  var killing: Double
  let number: UInt32
  /// A step of the damage in blood.
  let length: DamageStep
  let chance: Chance
  /// Whether complement may act on some cell in this step.
  let exposesSomeone: Bool
  let entry: @Sendable (UInt32) -> Double
  let weight: @Sendable (UInt32) -> Int

  /// A step of the life of cells.
  ///
  /// - Parameters:
  ///   - survival: damage and death.
  ///   - residence: leaving the lumen.
  ///   - killing: hazard by killers of the host, 1/min.
  ///   - number: number of the step.
  ///   - length: its length, and the damage in blood over it.
  ///   - chance: source of the random numbers.
  ///   - lastEntry: when the last cell so far entered the body, min.
  ///   - entry: when a cell entered the body, min.
  ///   - weight: how many cells it stands for.
  public init(
    _ survival: Survival,
    _ residence: Residence,
    killing: Double,
    number: UInt32,
    length: DamageStep,
    chance: Chance,
    lastEntry: Double,
    entry: @escaping @Sendable (UInt32) -> Double,
    weight: @escaping @Sendable (UInt32) -> Int
  ) {
    self.survival = survival
    self.residence = residence
    self.killing = killing
    self.number = number
    self.length = length
    self.chance = chance
    exposesSomeone = Double(number) * length.time < lastEntry + Survival.bloodLossTime
    self.entry = entry
    self.weight = weight
  }

  /// Start of the step, min.
  var start: Double { Double(number) * length.time }

  /// Time of this step in which complement acts on a cell in blood, min.
  func exposure(of cell: UInt32) -> Double {
    let entered = entry(cell)
    return max(0, min(start + length.time, entered + Survival.bloodLossTime) - max(start, entered))
  }
}

extension Cell {
  /// Damages the cell for a step and spends its budget.
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - steady: D∞ of the place, 1/min.
  ///   - exposure: time of the step in which complement acts on the cell, min.
  ///   - leaving: rate of leaving the place, and of what else the cell does, 1/min.
  mutating func live(_ step: LifeStep, steady: Double, exposure: Double, leaving: Double) {
    let law = step.survival
    let time = step.length.time
    let before = Double(damage)
    var spent = (law.floor + step.killing + leaving) * time
    let vulnerability = law.vulnerability * law.frailty(of: identity, step.chance)
    spent += vulnerability * step.length.integral(from: before, steady: steady)
    spent += law.complementHazard * exposure
    damage = Float(step.length.damage(after: before, steady: steady))
    budget -= Float(spent)
  }

  /// Draws what the end of the budget means, by the shares of the hazards (1/min) at this moment, and the next budget;
  /// `turnover` is what axes add to the hazard.
  mutating func ring(
    _ step: LifeStep,
    killing: Double,
    turnover: Double = 0,
    exposed: Bool,
    release: Double,
    extravasation: Double,
    division: Double = 0
  ) -> Ring {
    let law = step.survival
    let draw = step.chance.block(.cause, cell: identity, step: episode)
    let overspent = min(0, budget)
    episode += 1
    budget = Float(step.chance.block(.hazard, cell: identity, step: episode).exponential)
    let damage = Double(damage) * law.frailty(of: identity, step.chance)
    let death = law.hazard(
      damage: damage,
      killing: killing,
      turnover: turnover,
      exposed: exposed
    )
    let point = draw.uniform * (death + release + extravasation + division)
    if point < death {
      return .death(
        law.cause(
          damage: damage,
          killing: killing,
          turnover: turnover,
          exposed: exposed,
          uniform: draw.secondUniform
        )
      )
    }
    if point < death + release { return .release }
    guard division > 0, point >= death + release + extravasation else { return .extravasation }
    budget += overspent
    return .division(overspent: overspent)
  }

  /// One of the two that a cell becomes: as the cell was, with an identity and a budget of its own, of which as much is
  /// spent as the cell had overspent at the end of the step in which it divided.
  public func daughter(_ identity: UInt32, overspent: Float, _ chance: Chance) -> Cell {
    Cell(
      identity: identity,
      episode: 0,
      damage: damage,
      budget: Float(chance.block(.hazard, cell: identity).exponential) + overspent,
      licensing: licensing
    )
  }
}

extension Array where Element: BitwiseCopyable {
  /// Removes the elements at ascending positions in one pass, keeping the order of the rest.
  @inlinable
  public mutating func remove(at positions: [Int]) {
    guard let first = positions.first else { return }
    var kept = first
    do {
      let end = count
      let removed = positions.span
      var column = mutableSpan
      for r in removed.indices {
        let next = r + 1 < removed.count ? removed[r + 1] : end
        for i in removed[r] + 1..<next {
          column[kept] = column[i]
          kept += 1
        }
      }
    }
    removeLast(count - kept)
  }
}
