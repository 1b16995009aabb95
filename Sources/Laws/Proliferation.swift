import Substrate

/// Division of triggered lymphocytes, with arrest in G1.
///
///     dC/dt = −φ (1 − Q)   while C > s,   −1 after      C = time left to division
///     dQ/dt = d (1 − φ)² (1 − Q) − l φ Q
///     C at the n-th division = T_n exp(σ z − σ²/2),   T_1 = first, T_n = later
///
/// φ is the remaining fraction under inhibition. A strongly inhibited cell stops in G1 and enters quiescence Q, which
/// it leaves slowly when the brake lifts (Munn 1999; Glennie 2005); S, G2 and M run to their end. After `most`
/// divisions the trigger is spent.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | T_1 | `first` | min | of the kind |
/// | T_n | `later` | min | of the kind |
/// | σ | `variation` | 1 | assumed 0.1–0.4 |
/// | s | `tail` | min | assumed 4–8 h: S, G2 and M |
/// | d, l | `deepening`, `lifting` | 1/min | assumed: rest deepens in hours and lifts in a day |
public struct Proliferation: Codable, Sendable {
  /// Mean time to the first division, and from one to the next, min.
  public var first: Double, later: Double
  /// Coefficient of variation of these times (lognormal).
  public var variation: Double
  /// End of the cycle that no brake holds, min.
  public var tail: Double
  /// Rates at which rest deepens and lifts, 1/min.
  public var deepening: Double, lifting: Double
  /// Divisions after which the trigger is spent.
  public var most: UInt32
  /// Name of the kind that daughters are of; `nil` for the same.
  public var offspring: String?

  /// A proliferation of the given times.
  public init(
    first: Double,
    later: Double,
    variation: Double,
    tail: Double,
    deepening: Double,
    lifting: Double,
    most: UInt32,
    offspring: String?
  ) {
    self.first = first
    self.later = later
    self.variation = variation
    self.tail = tail
    self.deepening = deepening
    self.lifting = lifting
    self.most = most
    self.offspring = offspring
  }

  /// C of a cell that has divided so often, at a standard normal number, min.
  @inlinable
  public func cycle(generation: UInt32, _ normal: Double) -> Double {
    LognormalDistribution.number(
      mean: generation == 0 ? first : later,
      variation: variation,
      normal
    )
  }

  /// Q after a time (min) under a freedom φ.
  @inlinable
  public func rest(_ rest: Double, freedom: Double, by time: Double) -> Double {
    let deepening = deepening * (1 - freedom) * (1 - freedom)
    let rate = deepening + lifting * freedom
    guard rate > 0 else { return rest }
    let steady = deepening / rate
    return steady + (rest - steady) * Elementary.exp(-rate * time)
  }

  /// −dC/dt of a triggered cell.
  @inlinable
  public func speed(left: Double, freedom: Double, rest: Double) -> Double {
    left <= tail ? 1 : freedom * (1 - rest)
  }
}
