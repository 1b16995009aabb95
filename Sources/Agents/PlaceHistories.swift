import Laws
import Substrate

/// The damage that each place leads to, integrated over the run: what cells off the grids need to know.
///
///     G(t): damage of a cell that entered at t = 0 with none, dG/dt = r (D∞(t) − G)
///     Γ(t) = ∫G dt,   X(t) = ∫ε dt,   K(t) = ∫κ dt
///
/// The damage of any cell in a place is G plus a term that decays from its entry, so one trajectory
/// per place serves all its cells.
public struct PlaceHistories: Sendable {
  /// A place.
  public struct Place: Sendable, BitwiseCopyable {
    /// The largest damage the place can lead to, 1/min.
    let largestDamage: Double
    /// Share of the hazard by killers of the host that cells of the place meet.
    let exposure: Double

    /// A place that can lead to a damage (1/min), and the share of killers that cells meet in it.
    public init(largestDamage: Double, exposure: Double = 1) {
      self.largestDamage = largestDamage
      self.exposure = exposure
    }
  }

  /// G (1/min), Γ, X and K at one time.
  struct State: Sendable, BitwiseCopyable {
    var damage = 0.0, damageIntegral = 0.0, extravasation = 0.0, killing = 0.0
  }

  /// The data of the places that are read while cells are evaluated.
  struct View: Sendable, BitwiseCopyable {
    fileprivate let states: Slab<State>
    fileprivate let places: Slab<Place>
    fileprivate let rates: Slab<Double>
    fileprivate let first: Int
    /// The end of the last step.
    fileprivate let end: Int

    /// A place by its number.
    @inline(always)
    func place(_ place: UInt8) -> Place { places[Int(place)] }

    /// Rate of extravasation after the onset in the last step, 1/min.
    @inline(always)
    func extravasationRate(in place: UInt8) -> Double { rates[Int(place)] }

    /// A place at the start of a step.
    @inline(always)
    func state(of place: UInt8, at step: Int) -> State {
      states[(step - first) * places.count + Int(place)]
    }

    /// A place at the end of the last step.
    @inline(always)
    func now(_ place: UInt8) -> State { state(of: place, at: end) }
  }

  private let places: [Place]
  /// Rate of extravasation after the onset in the last step by place, 1/min.
  private var rates: [Double]
  /// By step from the first that is remembered, at its start, then by place.
  private var states: [State]
  private(set) var first = 0

  /// The histories of places that have seen nothing yet.
  public init(_ places: [Place]) {
    self.places = places
    rates = Array(repeating: 0, count: places.count)
    states = Array(repeating: State(), count: places.count)
  }

  /// The step whose start comes last.
  private var last: Int { first + states.count / places.count - 1 }

  /// G of a place at the start of a step, 1/min.
  func damage(in place: UInt8, at step: Int) -> Double {
    states[(step - first) * places.count + Int(place)].damage
  }

  /// Adds a step to all places.
  ///
  /// - Parameters:
  ///   - step: its length, for damage.
  ///   - hazard: hazard by killers of the host, 1/min.
  ///   - time: its length, min.
  ///   - acting: what acts in a place: the damage it leads to and the rate of extravasation, both 1/min.
  public mutating func extend(
    _ step: DamageStep,
    killing hazard: Double,
    by time: Double,
    _ acting: (Int) -> (steady: Double, extravasation: Double)
  ) {
    let before = states.count - places.count
    for place in places.indices {
      let last = states[before + place]
      let (steady, rate) = acting(place)
      states.append(
        State(
          damage: step.damage(after: last.damage, steady: steady),
          damageIntegral: last.damageIntegral + step.integral(from: last.damage, steady: steady),
          extravasation: last.extravasation + rate * time,
          killing: last.killing + hazard * places[place].exposure * time
        )
      )
      rates[place] = rate
    }
  }

  /// Forgets what was before now: no cell arrived before.
  public mutating func forget() {
    first = last
    states.removeFirst(states.count - places.count)
  }

  /// Opens the histories for the length of `body`.
  func withView<Result>(_ body: (View) -> Result) -> Result {
    states.withReadSlab { states in
      places.withReadSlab { places in
        rates.withReadSlab { rates in
          body(View(states: states, places: places, rates: rates, first: first, end: last))
        }
      }
    }
  }
}

extension PlaceHistories {
  /// Whether a state that was read is one at the start of a step.
  public func isSound(at step: Int) -> Bool {
    let numbers = 0...1e12
    guard rates.count == places.count, !states.isEmpty,
      states.count.isMultiple(of: places.count), (0...step).contains(first), last == step
    else { return false }
    return rates.allSatisfy(numbers.contains)
      && states.allSatisfy {
        numbers.contains($0.damage) && numbers.contains($0.damageIntegral)
          && numbers.contains($0.extravasation) && numbers.contains($0.killing)
      }
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&rates)
    try visitor.visit(&states)
    try visitor.visit(&first)
  }
}
