import Substrate
import Vocabulary

/// An axis of the answer of a cell of the product: its activity L, raised and lowered by signals, and what it remembers.
///
///     dL/dt = f R (a + b M)(1 − L) − d L
///     dM/dt = g L (1 − M) − m M
///     f     = x e / (1 + (x − 1) e) · Π (1 − lower)
///     e     = 1 − Π (1 − raise)   where any of its signals raises it,   Π raise   where all of them must act
///     x     = Π (1 + amplifier)
///
/// R is the responsiveness of cells after thawing (`Licensing`), 1 for an axis that does not depend on it. Each step
/// holds f, R and M and solves L exactly, then M with the new L: with the step, M converges to first order, L to second.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | a, b | `naiveRate`, `memoryRate` | 1/min |
/// | d | `decay` | 1/min |
/// | g, m | `memoryGain`, `memoryLoss` | 1/min |
/// | raise, lower, amplifier | `Response`: weights up to 1, the fold less 1 of an amplifier | 1 |
public struct Axis: Codable, Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Signals that raise it.
  public var raise: [Response]
  /// Whether all of these must act.
  public var needsAll: Bool
  /// Signals that amplify what raises it; their weight is the largest gain less 1.
  public var amplifiers: [Response]
  /// Signals that hold it back.
  public var lower: [Response]
  /// Rates of activation of a naive cell, and what full memory adds, 1/min.
  public var naiveRate: Double, memoryRate: Double
  /// Rate at which activity falls, 1/min.
  public var decay: Double
  /// Rates at which memory is laid down and lost, 1/min.
  public var memoryGain: Double, memoryLoss: Double
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
    needsAll: Bool = false,
    amplifiers: [Response] = [],
    lower: [Response] = [],
    rate: Double,
    decay: Double,
    recovers: Bool = false
  ) {
    self.name = name
    self.raise = raise
    self.needsAll = needsAll
    self.amplifiers = amplifiers
    self.lower = lower
    naiveRate = rate
    self.decay = decay
    self.recovers = recovers
    (memoryRate, memoryGain, memoryLoss, remembers) = (0, 0, 0, false)
  }

  /// Names of the signals it depends on.
  public var signals: [String] { (raise + amplifiers + lower).flatMap(\.signals) }

  /// L and M after a time (min) under a drive f·R.
  @inlinable
  public func advance(activity: Double, memory: Double, drive: Double, by time: Double)
    -> (activity: Double, memory: Double)
  {
    let rise = drive * (naiveRate + memoryRate * memory)
    let rate = rise + decay
    let steady = rate > 0 ? rise / rate : activity
    let next = steady + (activity - steady) * Elementary.exp(-rate * time)
    let gain = memoryGain * next
    let turnover = gain + memoryLoss
    guard turnover > 0 else { return (next, memory) }
    let steadyMemory = gain / turnover
    return (next, steadyMemory + (memory - steadyMemory) * Elementary.exp(-turnover * time))
  }
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

/// What a product adds to the cell that all products share: axes, what follows them, stress and hazards.
public struct CellTerms: Codable, Sendable, Equatable {
  /// Damage that signals lead to: w Π r.
  public struct Stress: Codable, Sendable, Equatable {
    /// The largest damage, w, 1/min.
    public var weight: Double
    /// The responses whose product counts.
    public var responses: [Response]

    /// Damage of a largest value (1/min) by signals that act together.
    public init(weight: Double, _ responses: [Response]) {
      self.weight = weight
      self.responses = responses
    }
  }

  /// Axes beside STAT1 and NF-κB.
  public var axes: [Axis] = []
  /// What raises, amplifies and lowers STAT1 and NF-κB besides; rates do not count.
  public var standard: [Axis] = []
  /// What follows axes.
  public var followers: [Follower] = []
  /// Damage besides, 1/min.
  public var stress: [Stress] = []
  /// Hazard of death at full activity of an axis, or of what follows it, by name, 1/min.
  public var hazards: [String: Double] = [:]

  /// Division: a cell divides at a rate, in proportion to a level where one is named; both daughters go on as it was.
  ///
  ///     dN/dt = r L N
  public struct Division: Codable, Sendable, Equatable {
    /// r: rate at which a cell divides, 1/min.
    public var rate: Double
    /// Name of the axis, or of what follows one, that it needs; `nil` where cells divide whatever they sense.
    public var level: String?

    /// Division at a rate (1/min).
    public init(rate: Double, level: String? = nil) {
      self.rate = rate
      self.level = level
    }
  }

  /// Its division; `nil` where it does not divide.
  public var division: Division?

  /// A cell like all others.
  public init() {}

  /// Names of the numbers that a cell carries, in their order: activity and memory of axes, then what follows them.
  public var names: [String] {
    Licensing.names
      + axes.flatMap { $0.remembers ? [$0.name, Self.memory(of: $0.name)] : [$0.name] }
      + followers.map(\.name)
  }

  /// Name of the memory of an axis.
  public static func memory(of axis: String) -> String { axis + "_memory" }

  /// Row of a number that a cell carries; `nil` where there is none.
  public func row(of name: String) -> Int? { names.firstIndex(of: name) }

  /// Row of a number that was checked to be there.
  public func knownRow(of name: String) -> Int {
    guard let row = row(of: name) else { preconditionFailure("a name that was checked: \(name)") }
    return row
  }

  /// What can be named by uses of the numbers: axes and what follows them.
  public var levels: [String] {
    ["stat1", "nfkb", Licensing.protein] + axes.map(\.name) + followers.map(\.name)
  }
}
