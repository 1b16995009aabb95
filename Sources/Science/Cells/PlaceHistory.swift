import Substrate

/// The damage that places lead to, integrated over the run: what cells off the grids need to know.
///
///     G(t): damage of a cell that entered at t = 0 with none, dG/dt = r (D∞(t) − G)
///     Γ(t) = ∫G dt,   X(t) = ∫ε dt,   K(t) = ∫κ dt
///
/// The damage of any cell in the place is G plus a term that decays from its entry, so one
/// trajectory per place serves all its cells.
public struct PlaceHistory: Sendable {
  /// G, 1/min, and Γ at the start of each step so far.
  public private(set) var damage: [Double] = [0], damageIntegral: [Double] = [0]
  /// X at the start of each step so far.
  public private(set) var extravasation: [Double] = [0]
  /// K at the start of each step so far.
  public private(set) var killing: [Double] = [0]
  /// Rate of extravasation after the onset in the last step, 1/min.
  public private(set) var extravasationRate = 0.0
  /// The largest damage the place can lead to, 1/min.
  public let largestDamage: Double

  /// The history of a place that has seen nothing yet, with room for a number of steps.
  public init(largestDamage: Double, steps: Int = 0) {
    self.largestDamage = largestDamage
    damage.reserveCapacity(steps + 1)
    damageIntegral.reserveCapacity(steps + 1)
    extravasation.reserveCapacity(steps + 1)
    killing.reserveCapacity(steps + 1)
  }

  /// G, Γ, X and K at the start of a step.
  func state(at step: Int) -> (
    damage: Double, damageIntegral: Double, extravasation: Double, killing: Double
  ) {
    (damage[step], damageIntegral[step], extravasation[step], killing[step])
  }

  /// Adds a step in which the place leads to a damage and extravasation has a rate (both 1/min).
  public mutating func extend(
    _ step: DamageStep,
    steady: Double,
    extravasation rate: Double,
    killing hazard: Double,
    by time: Double
  ) {
    let last = damage.count - 1
    damageIntegral.append(
      damageIntegral[last] + step.integral(from: damage[last], steady: steady)
    )
    damage.append(step.damage(after: damage[last], steady: steady))
    extravasation.append(extravasation[last] + rate * time)
    killing.append(killing[last] + hazard * time)
    extravasationRate = rate
  }
}

extension PlaceHistory {
  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&damage)
    try visitor.visit(&damageIntegral)
    try visitor.visit(&extravasation)
    try visitor.visit(&killing)
    try visitor.visit(&extravasationRate)
  }
}
