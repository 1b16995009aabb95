import Substrate
import Vocabulary

/// An axis of the answer of a cell: its activity L, raised and lowered by signals, and what it remembers.
///
///     dL/dt = f R (a + b M)(1 − L) − (d + Σ hasten) L
///     dM/dt = g L (1 − M) − m M
///     f     = (f₀ + f₁ T + x e / (1 + (x − 1) e)) Π (1 − lower)
///     e     = 1 − Π (1 − raise)   where any of its signals raises it,   Π raise   where all of them must act,
///             Σ raise             where they add up
///     x     = Π (1 + amplifier)
///
/// R is the responsiveness of cells after thawing (`Licensing`), 1 for an axis that does not depend on it, and T is 1 for
/// a cell whose receptor is triggered. Each step holds f, R and M and solves L exactly, then M with the new L: with the
/// step, M converges to first order, L to second.
///
/// The activity of a host cell between two states is an axis whose signals add up: a lymphocyte at rest and activated, a
/// macrophage M1 and M2, a dendritic cell immature and mature. Its a is 1/min, and f₀, f₁ and the weights of what raises it
/// are rates relative to that.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | a, b | `rates.naive`, `rates.memory` | 1/min |
/// | d | `rates.decay` | 1/min |
/// | g, m | `rates.gain`, `rates.loss` | 1/min |
/// | f₀, f₁ | `always`, `triggered` | 1 |
/// | raise, lower, amplifier | `Response`: weights up to 1 (any where they add up), the fold less 1 of an amplifier | 1 |
/// | hasten | `Response` | 1/min |
public struct Axis: Codable, Sendable, Equatable {
  /// Rates, 1/min.
  public struct Rates: Codable, Sendable, Equatable, BitwiseCopyable {
    /// Activation of a naive cell, and what full memory adds.
    public var naive: Double, memory = 0.0
    /// Fall of activity.
    public var decay: Double
    /// At which memory is laid down and lost.
    public var gain = 0.0, loss = 0.0

    /// Rates of an axis without memory.
    public init(naive: Double, decay: Double) {
      self.naive = naive
      self.decay = decay
    }

    /// L and M after a time (min) under a drive f·R, with what hastens the fall (1/min).
    @inlinable
    public func advance(
      activity: Double,
      memory: Double,
      drive: Double,
      hastened: Double = 0,
      by time: Double
    ) -> (activity: Double, memory: Double) {
      let rise = drive * (naive + self.memory * memory)
      let rate = rise + (decay + hastened)
      let steady = rate > 0 ? rise / rate : activity
      let next = steady + (activity - steady) * Elementary.exp(-rate * time)
      let laid = gain * next
      let turnover = laid + loss
      guard turnover > 0 else { return (next, memory) }
      let steadyMemory = laid / turnover
      return (next, steadyMemory + (memory - steadyMemory) * Elementary.exp(-turnover * time))
    }
  }

  /// How signals that raise an axis act together.
  public enum Combination: String, Codable, Sendable {
    /// Any of them raises it, all of them no more than fully.
    case any
    /// All of them must act.
    case all
    /// They add up.
    case sum
  }

  /// What acts on an axis: f, and Σ hasten, 1/min.
  public struct Drive: Sendable, Equatable, BitwiseCopyable {
    /// f.
    public var rise: Double
    /// Σ hasten, 1/min.
    public var hastened: Double

    /// A drive.
    public init(_ rise: Double, hastened: Double = 0) {
      self.rise = rise
      self.hastened = hastened
    }
  }

  /// Its name.
  public var name: String
  /// f₀ and f₁: drive without any signal, and what a triggered receptor adds.
  public var always = 0.0, triggered = 0.0
  /// Signals that raise it.
  public var raise: [Response]
  /// How these act together.
  public var combination: Combination
  /// Signals that amplify what raises it; their weight is the largest gain less 1.
  public var amplifiers: [Response]
  /// Signals that hold it back.
  public var lower: [Response]
  /// Signals that hasten its fall, 1/min.
  public var hasten: [Response]
  /// Its rates.
  public var rates: Rates
  /// Whether it has a memory.
  public var remembers: Bool
  /// Whether thawed cells must recover before it answers.
  public var recovers: Bool
  /// Passage of the culture at which its activity is half when cells are given; `nil` where passage does not matter.
  public var halfPassage: Double?

  /// An axis without memory.
  public init(
    _ name: String,
    raise: [Response] = [],
    combination: Combination = .any,
    amplifiers: [Response] = [],
    lower: [Response] = [],
    hasten: [Response] = [],
    rate: Double,
    decay: Double,
    recovers: Bool = false
  ) {
    self.name = name
    self.raise = raise
    self.combination = combination
    self.amplifiers = amplifiers
    self.lower = lower
    self.hasten = hasten
    rates = Rates(naive: rate, decay: decay)
    remembers = false
    self.recovers = recovers
  }

  /// Names of its rows: activity, and memory where it has one.
  public var rows: [String] { remembers ? [name, Self.memory(of: name)] : [name] }

  /// Name of the memory of an axis.
  public static func memory(of axis: String) -> String { axis + "_memory" }

  /// Changes all lists of responses; what is left out does not act.
  public mutating func changeResponses(_ changed: ([Response]) -> [Response]) {
    let before = raise.count
    raise = changed(raise)
    // Where all must act and one is gone, nothing raises it.
    if combination == .all, raise.count < before { raise = [] }
    amplifiers = changed(amplifiers)
    lower = changed(lower)
    hasten = changed(hasten)
  }

  /// Names of the signals it depends on.
  public var signals: [String] { (raise + amplifiers + lower + hasten).flatMap(\.signals) }
}

/// A protein, or another part of a cell, that follows an axis.
///
///     dE/dt = (ln 2 / T) (L − E)
public struct Follower: Codable, Sendable, Equatable {
  /// Its name, and that of the axis.
  public var name: String, axis: String
  /// T: half-life, min.
  public var halfLife: Double

  /// What follows an axis with a half-life (min).
  public init(_ name: String, axis: String, halfLife: Double) {
    self.name = name
    self.axis = axis
    self.halfLife = halfLife
  }

  /// What a time (min) keeps of the difference between E and L, which is held over it.
  @inlinable
  public func kept(over time: Double) -> Double {
    Elementary.exp(-Elementary.log(2) / halfLife * time)
  }
}
