import Substrate
import Vocabulary

/// The activity of a host cell between two states: a lymphocyte at rest and activated, a macrophage M1 and
/// M2, a dendritic cell immature and mature.
///
///     dA/dt = u (1 − A) − f A
///     u = (u₀ + u₁ T + Σ raise) φ,   f = f₀ + Σ lower,   φ = Π (1 − brake)
///
/// Signals are held over a step and A is solved exactly.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | u₀ | `always` | 1/min | of the kind |
/// | u₁ | `triggered` | 1/min | of the kind |
/// | T | argument | 1 | whether the cell's receptor is triggered, 0 or 1 |
/// | f₀ | `fall` | 1/min | of the kind |
public struct Activity: Codable, Sendable {
  /// Rate at which any cell becomes active, 1/min.
  public var always: Double
  /// Rate that triggering adds, 1/min.
  public var triggered: Double
  /// Rate at which activity falls, 1/min.
  public var fall: Double
  /// Signals that raise it, 1/min.
  public var raise: [Response]
  /// Signals that lower it, 1/min.
  public var lower: [Response]

  /// An activity of the given rates.
  public init(
    always: Double = 0,
    triggered: Double = 0,
    fall: Double = 0,
    raise: [Response] = [],
    lower: [Response] = []
  ) {
    self.always = always
    self.triggered = triggered
    self.fall = fall
    self.raise = raise
    self.lower = lower
  }

  /// A after a time (min) at rates of rising and falling (1/min).
  @inlinable
  public func advance(_ activity: Double, rise: Double, fall: Double, by time: Double) -> Double {
    let rate = rise + fall
    guard rate > 0 else { return activity }
    let steady = rise / rate
    return steady + (activity - steady) * Elementary.exp(-rate * time)
  }

  /// u where brakes leave a share φ, 1/min.
  @inlinable
  public func rise(trigger: Double, freedom: Double, _ level: (String) -> Double) -> Double {
    (always + triggered * trigger + raise.sum(level)) * freedom
  }
}
