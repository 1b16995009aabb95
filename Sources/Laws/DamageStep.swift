import Substrate

/// Damage of a cell over a stretch of time in which the signals about it are steady: exact.
///
///     dD/dt = k (S + P exp(−λ t) − D)
///     D(t)  = S + (D₀ − S) e^{−kt} + P ρ (e^{−λt} − e^{−kt}),   ρ = k/(k − λ)
///     ∫D dt = S t + (D₀ − S) E(k) + P ρ (E(λ) − E(k)),          E(x) = (1 − e^{−xt})/x
///
/// | symbol | property | unit |
/// |---|---|---|
/// | k | s r of `PlaceStress` and `Survival` | 1/min |
/// | λ | 1/τ of `Survival` | 1/min |
/// | S | what signals and settled cells meet | 1/min |
/// | P | what passes as a cell settles, at the start of the step | 1/min |
public struct DamageStep: Sendable, BitwiseCopyable {
  /// exp(−k t).
  public let kept: Double
  /// Length, min.
  public let time: Double
  /// k, 1/min.
  public let rate: Double
  /// λ, 1/min.
  public let settling: Double
  /// ρ (e^{−λt} − e^{−kt}), and ρ (E(λ) − E(k)), min: what stress that passes adds to damage and to its integral.
  public let added: Double, addedIntegral: Double

  /// The least difference of k and λ, as a share of k, at which their formulas are exact enough.
  @usableFromInline static let leastDifference = 1e-4

  /// The step of a length (min) under a law, in a place where damage builds up some times as fast as elsewhere.
  public init(_ law: Survival, filling: Double = 1, time: Double) {
    rate = law.damageRelaxation * filling
    let settling = 1 / law.settling
    let isNear = (rate - settling).magnitude < Self.leastDifference * rate
    self.settling = isNear ? rate * (1 - Self.leastDifference) : settling
    self.time = time
    kept = Elementary.exp(-rate * time)
    (added, addedIntegral) = Self.passing(rate, self.settling, time: time, kept: kept)
  }

  /// e^{−λt}: the share that is left after a time (min) of stress that passes.
  @inlinable
  public func left(after time: Double) -> Double { Elementary.exp(-settling * time) }

  /// e^{−kt}: the share that is left after a time (min) of a difference of damage.
  @inlinable
  public func kept(after time: Double) -> Double { Elementary.exp(-rate * time) }

  /// E(k): the integral of a difference of damage of which a share is kept, min.
  @inlinable
  public func integral(kept: Double) -> Double { (1 - kept) / rate }

  /// What a stress of 1 that passes from the start of a time (min) adds to damage and to its integral (min), where a share of
  /// a difference of damage is kept.
  @inlinable
  public func passing(time: Double, kept: Double) -> (damage: Double, integral: Double) {
    Self.passing(rate, settling, time: time, kept: kept)
  }

  @inlinable
  static func passing(_ rate: Double, _ settling: Double, time: Double, kept: Double) -> (
    damage: Double, integral: Double
  ) {
    let ratio = rate / (rate - settling)
    let left = Elementary.exp(-settling * time)
    return (ratio * (left - kept), ratio * ((1 - left) / settling - (1 - kept) / rate))
  }

  /// D after the step, under stress that is steady and stress that passes, as at its start.
  @inlinable
  public func damage(after damage: Double, steady: Double, passing: Double = 0) -> Double {
    steady + (damage - steady) * kept + passing * added
  }

  /// ∫D dt over the step.
  @inlinable
  public func integral(from damage: Double, steady: Double, passing: Double = 0) -> Double {
    steady * time + (damage - steady) * (1 - kept) / rate + passing * addedIntegral
  }
}
