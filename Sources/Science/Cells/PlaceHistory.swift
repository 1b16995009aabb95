import Substrate

/// The damage that places lead to, integrated over the run: what cells off the grids need to know.
///
///     G(t): damage of a cell that entered at t = 0 with none, dG/dt = r (D∞(t) − G)
///     Γ(t) = ∫G dt,   X(t) = ∫ε dt,   K(t) = ∫κ dt
///
/// The damage of any cell in the place is G plus a term that decays from its entry, so one
/// trajectory per place serves all its cells.
public struct PlaceHistory: Sendable {
  /// G (1/min), Γ, X and K at one time.
  struct State: Sendable, BitwiseCopyable {
    var damage = 0.0, damageIntegral = 0.0, extravasation = 0.0, killing = 0.0
  }

  /// What is needed of a place while its cells are looked at.
  struct View: Sendable, BitwiseCopyable {
    /// At the start of each step that is remembered, and the first of those.
    let states: Slab<State>
    let first: Int
    /// At the end of the last step.
    let now: State
    let largestDamage, extravasationRate, exposure: Double

    /// At the start of a step.
    @inline(always)
    func state(at step: Int) -> State { states[step - first] }
  }

  /// At the start of each step that is remembered, and the first of those.
  private var states = [State()]
  private var first = 0
  /// Rate of extravasation after the onset in the last step, 1/min.
  public private(set) var extravasationRate = 0.0
  /// The largest damage the place can lead to, 1/min.
  public let largestDamage: Double

  /// Share of the hazard by killers of the host that cells of the place meet.
  public let exposure: Double

  /// The history of a place that has seen nothing yet.
  public init(largestDamage: Double, exposure: Double = 1) {
    self.largestDamage = largestDamage
    self.exposure = exposure
  }

  /// G at the start of a step, 1/min.
  func damage(at step: Int) -> Double { states[step - first].damage }

  /// Adds a step in which the place leads to a damage and extravasation has a rate (both 1/min).
  public mutating func extend(
    _ step: DamageStep,
    steady: Double,
    extravasation rate: Double,
    killing hazard: Double,
    by time: Double
  ) {
    let last = states[states.count - 1]
    states.append(
      State(
        damage: step.damage(after: last.damage, steady: steady),
        damageIntegral: last.damageIntegral + step.integral(from: last.damage, steady: steady),
        extravasation: last.extravasation + rate * time,
        killing: last.killing + hazard * exposure * time
      )
    )
    extravasationRate = rate
  }

  /// Forgets what was before now: there is nobody who came before.
  public mutating func forget() {
    first += states.count - 1
    states = [states[states.count - 1]]
  }

  /// Opens the histories of all places for the length of `body`.
  static func withViews<Result>(
    _ places: inout [PlaceHistory],
    _ body: (Slab<View>) -> Result
  ) -> Result {
    var views: [View] = []
    func open(_ place: Int) -> Result {
      guard place < places.count else { return views.withSlab(body) }
      var history = PlaceHistory(largestDamage: 0, exposure: 1)
      swap(&history, &places[place])
      defer { swap(&history, &places[place]) }
      let (now, rate) = (history.states[history.states.count - 1], history.extravasationRate)
      let (largest, first) = (history.largestDamage, history.first)
      let exposure = history.exposure
      return history.states.withSlab { states in
        views.append(
          View(
            states: states,
            first: first,
            now: now,
            largestDamage: largest,
            extravasationRate: rate,
            exposure: exposure
          )
        )
        return open(place + 1)
      }
    }
    return open(0)
  }
}

extension PlaceHistory {
  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&states)
    try visitor.visit(&first)
    try visitor.visit(&extravasationRate)
  }
}
