import Substrate

/// What a cell carries with it wherever it goes.
@frozen
public struct Cell: Sendable, BitwiseCopyable {
  /// Its number in the order of giving, over all doses.
  public var identity: UInt32
  /// How many times its clock has rung: a key of its chance.
  public var episode: UInt16
  /// Damage D, 1/min.
  public var damage: Float
  /// Cumulative hazard left before its clock rings.
  public var budget: Float
  /// Licensing of both axes.
  public var licensing: Licensing.State

  /// A cell in the given state.
  @inlinable
  public init(
    identity: UInt32, episode: UInt16, damage: Float, budget: Float, licensing: Licensing.State
  ) {
    self.identity = identity
    self.episode = episode
    self.damage = damage
    self.budget = budget
    self.licensing = licensing
  }
}

/// Where in an organ a cell lies.
public enum Niche: UInt8, Codable, Sendable, CaseIterable, BitwiseCopyable {
  /// In the lumen of a microvessel.
  case lumen = 0
  /// In the tissue.
  case tissue = 1
}

/// What a clock that rings means for a cell.
public enum Ring: Sendable, Equatable {
  case death(Survival.Cause)
  /// Back into blood.
  case release
  /// From the lumen into the tissue.
  case extravasation
}

/// A cell whose clock has rung.
public struct Rung: Sendable {
  /// The cell, its clock wound up again.
  public let cell: Cell
  /// The organ or grid it was in, by position.
  public let site: Int
  /// Where in it.
  public let niche: Niche
  /// What happens to it.
  public let ring: Ring
}

extension Cell {
  /// Damages the cell for a step and spends its budget.
  ///
  /// - Parameters:
  ///   - steady: D∞ of the place, 1/min.
  ///   - exposure: time complement still acts on the cell, min.
  ///   - leaving: rate of leaving the place, 1/min.
  mutating func live(
    _ law: Survival, _ step: DamageStep, steady: Double, exposure: Double, leaving: Double
  ) {
    let before = Double(damage)
    var spent = (law.floor + leaving) * step.time
    spent += (1 - law.protection) * step.integral(from: before, steady: steady)
    if exposure > 0 { spent += law.complementHazard * min(step.time, exposure) }
    damage = Float(step.damage(after: before, steady: steady))
    budget -= Float(spent)
  }

  /// Lets the clock ring: draws what it means by the shares of the hazards (1/min) at this moment
  /// and winds it up with a new budget.
  mutating func ring(
    _ law: Survival, exposed: Bool, release: Double, extravasation: Double, _ chance: Chance
  ) -> Ring {
    let draw = chance.block(.cause, cell: identity, step: UInt32(episode))
    episode &+= 1
    budget = Float(chance.block(.hazard, cell: identity, step: UInt32(episode)).exponential)
    let damage = Double(damage)
    let death = law.hazard(damage: damage, exposed: exposed)
    let point = draw.uniform * (death + release + extravasation)
    if point < death {
      return .death(law.cause(damage: damage, exposed: exposed, uniform: draw.secondUniform))
    }
    return point < death + release ? .release : .extravasation
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
