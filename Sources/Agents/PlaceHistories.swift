import Laws
import Substrate

/// The damage that each place leads to, integrated over the run: what cells off the grids need to know.
///
///     G(t): damage of a cell that entered at t = 0 with none and met no stress that passes, dG/dt = s r (S(t) − G)
///     Γ(t) = ∫G dt,   B(t) = ∫b dt,   K(t) = ∫κ dt
///
/// The damage of any cell in a place is G plus terms that depend on the time since its entry alone, so one trajectory
/// per place serves all its cells.
public struct PlaceHistories: Sendable {
  /// A place.
  public struct Place: Sendable, BitwiseCopyable {
    /// The largest damage the place can lead to in cells that have settled, 1/min.
    let largestDamage: Double
    /// What a cell meets besides when it comes, and what passes as it settles, 1/min.
    let passing: Double
    /// A step of the damage in it.
    let length: DamageStep
    /// Whether endothelium can hold cells in it.
    let holds: Bool

    /// A place.
    ///
    /// - Parameters:
    ///   - length: a step of the damage in it.
    ///   - largestDamage: the largest damage that it can lead to in cells that have settled, 1/min.
    ///   - passing: what cells meet besides when they come, 1/min.
    ///   - holds: whether endothelium can hold cells in it.
    public init(
      _ length: DamageStep,
      largestDamage: Double,
      passing: Double = 0,
      holds: Bool = false
    ) {
      self.length = length
      self.largestDamage = largestDamage
      self.passing = passing
      self.holds = holds
    }
  }

  /// What acts in a place over a step.
  public struct Acting: Sendable, BitwiseCopyable {
    /// The damage that it leads to in cells that have settled, 1/min.
    var steady: Double
    /// Hazard by killers of the host, 1/min.
    var killing: Double
    /// Adhesion.
    var binding: Endothelium.Binding

    /// Damage and hazard, 1/min, and adhesion.
    public init(steady: Double, killing: Double = 0, binding: Endothelium.Binding = .init()) {
      self.steady = steady
      self.killing = killing
      self.binding = binding
    }
  }

  /// G (1/min), Γ, B (min) of cells without and with CXCR4, and K at one time.
  struct State: Sendable, BitwiseCopyable {
    var damage = 0.0, damageIntegral = 0.0, killing = 0.0
    var bound = Endothelium.Binding()
  }

  /// Bytes that a step of one place takes.
  public static let bytesPerStep = MemoryLayout<State>.stride

  /// The data of the places that are read while cells are evaluated.
  struct View: Sendable, BitwiseCopyable {
    fileprivate let states: Slab<State>
    fileprivate let places: Slab<Place>
    fileprivate let acting: Slab<Acting>
    fileprivate let first: Int
    /// The end of the last step.
    fileprivate let end: Int

    /// A place by its number.
    @inline(always)
    func place(_ place: UInt8) -> Place { places[Int(place)] }

    /// What acted in a place in the last step.
    @inline(always)
    func acting(in place: UInt8) -> Acting { acting[Int(place)] }

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
  /// What acted in each place in the last step.
  private var acting: [Acting]
  /// By step from the first that is remembered, at its start, then by place.
  private var states: [State]
  private(set) var first = 0

  /// The histories of places that have seen nothing yet.
  public init(_ places: [Place]) {
    self.places = places
    acting = Array(repeating: Acting(steady: 0), count: places.count)
    states = Array(repeating: State(), count: places.count)
  }

  /// The step whose start comes last.
  private var last: Int { first + states.count / places.count - 1 }

  /// A place by its number.
  func place(_ place: UInt8) -> Place { places[Int(place)] }

  /// G of a place at the start of a step, 1/min.
  func damage(in place: UInt8, at step: Int) -> Double {
    states[(step - first) * places.count + Int(place)].damage
  }

  /// Adds a step to all places.
  ///
  /// - Parameters:
  ///   - time: its length, min.
  ///   - acting: what acts in a place.
  public mutating func extend(by time: Double, _ acting: (Int) -> Acting) {
    let before = states.count - places.count
    for place in places.indices {
      let last = states[before + place]
      let step = places[place].length
      let here = acting(place)
      states.append(
        State(
          damage: step.damage(after: last.damage, steady: here.steady),
          damageIntegral: last.damageIntegral
            + step.integral(from: last.damage, steady: here.steady),
          killing: last.killing + here.killing * time,
          bound: Endothelium.Binding(
            plain: last.bound.plain + here.binding.plain * time,
            carrier: last.bound.carrier + here.binding.carrier * time
          )
        )
      )
      self.acting[place] = here
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
        acting.withReadSlab { acting in
          body(View(states: states, places: places, acting: acting, first: first, end: last))
        }
      }
    }
  }
}

extension PlaceHistories {
  /// Whether a state that was read is one at the start of a step.
  public func isSound(at step: Int) -> Bool {
    let numbers = 0...1e12
    guard acting.count == places.count, !states.isEmpty,
      states.count.isMultiple(of: places.count), (0...step).contains(first), last == step
    else { return false }
    func isSound(_ binding: Endothelium.Binding, in range: ClosedRange<Double>) -> Bool {
      range.contains(binding.plain) && range.contains(binding.carrier)
    }
    return acting.allSatisfy {
      numbers.contains($0.steady) && numbers.contains($0.killing) && isSound($0.binding, in: 0...1)
    }
      && states.allSatisfy {
        numbers.contains($0.damage) && numbers.contains($0.damageIntegral)
          && numbers.contains($0.killing) && isSound($0.bound, in: numbers)
      }
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&acting)
    try visitor.visit(&states)
    try visitor.visit(&first)
  }
}
