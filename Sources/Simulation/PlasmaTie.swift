import Substrate

/// What plasma that goes round brings to a field of a grid, and what the field gives to it.
///
///     brought = C ∫ p dt,   given = C ∫ (c − b) dt
///
/// p is what plasma adds to the level b that the scenario states of blood, c the level of the field and C the clearance. A field
/// may be held for some steps; what it gave in those is known when it is carried on, and comes to plasma in as many steps that follow.
struct PlasmaTie {
  /// Position among the factors that plasma carries, and of the field.
  let factor: Int, field: Int
  /// C, um³/min, as the field was last carried on: of regions and faces, and of vessels of the tissue.
  private var own: Double, alongVessels = 0.0
  /// ∫ p dt since the field was carried on (nM min) over some steps, and p of the last one, nM.
  private var sum = 0.0, met = 0, last = 0.0
  /// What was given and has not come to plasma yet, nM um³, and the number of steps in which it does.
  private var left = 0.0, steps = 0

  init(factor: Int, field: Int, clearance: Double) {
    self.factor = factor
    self.field = field
    own = clearance
  }

  /// C, um³/min.
  var clearance: Double { own + alongVessels }

  /// Meets a level in a step of a length, min.
  mutating func meet(_ level: Double, in step: Double) {
    sum += level * step
    met += 1
    last = level
  }

  /// Mean of the levels that were met since the field was carried on, or the last one, nM.
  func mean(_ step: Double) -> Double { met > 0 ? sum / (Double(met) * step) : last }

  /// Takes note that the field was carried on over some steps.
  ///
  /// - Parameters:
  ///   - own: clearance by regions and faces, um³/min.
  ///   - vessels: clearance by vessels of the tissue, um³/min.
  ///   - given: what has gone to blood less what blood has brought to regions and faces, and what vessels have taken, nM um³; b
  ///     is what all of it is counted from.
  ///   - steps: how many steps it was.
  mutating func carryOn(_ own: Double, vessels: Double, given: Double, over steps: Int) {
    self.own = own
    alongVessels = vessels
    left += own * sum + given
    self.steps = max(self.steps, steps)
    (sum, met) = (0, 0)
  }

  /// What comes to plasma in a step, nM um³.
  mutating func give() -> Double {
    guard steps > 0 else { return 0 }
    let part = left / Double(steps)
    left -= part
    steps -= 1
    return part
  }

  /// Numbers of steps that a state may hold.
  private static let counts = 0...1 << 30

  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&own)
    try visitor.visit(&alongVessels)
    try visitor.visit(&sum)
    try visitor.visit(&met)
    try visitor.visit(&last)
    try visitor.visit(&left)
    try visitor.visit(&steps)
    guard Self.counts.contains(steps), Self.counts.contains(met), own >= 0, alongVessels >= 0,
      [own, alongVessels, sum, last, left].allSatisfy({ $0.magnitude < 1e30 })
    else { throw StateError.unexpected }
  }
}
