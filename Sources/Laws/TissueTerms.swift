import Vocabulary

/// How a tissue differs from others: parameters of the law of its repair, and signals that act on it besides.
///
///     V + W + I + S = 1
///     dV/dt = (r_W + Σ recovers) W + (x r + c' + Σ heals) I + (m + Σ dissolves) S − p (d + Σ injures + Σ stuns) V
///     dW/dt = p Σ stuns V − (r_W + c + Σ recovers + p (d_W + Σ kills)) W
///     dI/dt = p (d + Σ injures) V + p (d_W + Σ kills) W − (x r + c' + Σ heals + f + Σ scars) I
///     dS/dt = (f + Σ scars) I − (m + Σ dissolves) S
///     p     = Π (1 − protects),   x = Π (1 + regenerates)
///
/// Vessels sprout by Σ sprouts more where they are missing and are lost by Σ prunes more, 1/min, and progenitors are
/// activated by Σ activates more, 1/min.
///
/// W is the share at risk, stunned but not dead: it recovers or dies. d, r, c, f and m are those of `TissueRepair`, whose
/// injured share is I; without a share at risk its law is this one with W = 0. c' is c where nothing is at risk, and 0
/// where something may be: contact rescues what is not dead yet.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | r_W, d_W | `recovery`, `death` | 1/min |
/// | stuns, … | `Response`, by what it does | 1/min |
/// | protects, regenerates | `Response`: share, and fold less 1 | 1 |
public struct TissueTerms: Codable, Sendable, Equatable {
  /// What a signal may do to tissue.
  public enum Effect: String, Codable, Sendable, CaseIterable {
    /// From viable to at risk, and from viable to dead.
    case stuns, injures
    /// From at risk to dead, and to viable.
    case kills, recovers
    /// From dead to viable, and to scar.
    case heals, scars
    /// From scar to viable.
    case dissolves
    /// Holds injury, stunning and death back, and amplifies regeneration.
    case protects, regenerates
    /// Makes vessels sprout, and takes perfused ones.
    case sprouts, prunes
    /// Activates progenitors.
    case activates
  }

  /// Parameters of the law of repair that the tissue has of its own, by key, in base units.
  public var changes: [String: Double] = [:]
  /// Signals that act besides: 1/min, a share of what protects, a fold less 1 of what regenerates.
  public var signals: [Effect: [Response]] = [:]
  /// Rates at which what is at risk recovers and dies without any signal, 1/min.
  public var recovery = 0.0, death = 0.0
  /// Whether there is a share at risk.
  public var hasRisk = false

  /// A tissue like all others.
  public init() {}

  /// Takes a signal away: its lack is complete, and it acts in no other way.
  public mutating func neutralise(_ signal: String) {
    signals = signals.mapValues { $0.neutralised(signal) }
  }

  /// Names of the signals that act.
  public var names: Set<String> { Set(signals.values.joined().flatMap(\.signals)) }

  /// The law of repair as it holds in the tissue.
  public func changed(_ law: TissueRepair) -> TissueRepair {
    var law = law
    for parameter in TissueRepair.parameters {
      if let value = changes[parameter.key] { law[keyPath: parameter.property] = value }
    }
    return law
  }
}

/// Rates of what changes in tissue besides, 1/min.
public struct TissueRates<Number: TissueNumber>: Sendable {
  /// From viable to at risk, and to dead.
  public var stuns = Number.constant(0), injures = Number.constant(0)
  /// From at risk to dead, and to viable.
  public var kills = Number.constant(0), recovers = Number.constant(0)
  /// From dead to viable, and to scar.
  public var heals = Number.constant(0), scars = Number.constant(0)
  /// From scar to viable.
  public var dissolves = Number.constant(0)
  /// Share of injury, stunning and death that is left, and fold of regeneration.
  public var left = Number.constant(1), fold = Number.constant(1)
  /// Of vessels that sprout and are lost.
  public var sprouts = Number.constant(0), prunes = Number.constant(0)
  /// Of progenitors that are activated.
  public var activates = Number.constant(0)
  /// Whether there is a share at risk.
  public var hasRisk = false

  /// Nothing besides.
  @inlinable
  public init() {}
}

/// A step of matter in four states: viable, at risk, dead and scar, whatever its length.
///
/// The implicit Euler step, solved in closed form: every share is a sum of products of what is not negative, and all
/// add up to 1.
@frozen
@usableFromInline
struct FourStateCycle<Number: TissueNumber> {
  /// Rates times step: from viable to at risk and to dead, from at risk to viable and to dead, from dead to viable and
  /// to scar, from scar to viable.
  @usableFromInline let stun, injury, recovery, death, back, on, round: Number

  @inlinable
  init(
    stun: Number,
    injury: Number,
    recovery: Number,
    death: Number,
    back: Number,
    on: Number,
    round: Number
  ) {
    self.stun = stun
    self.injury = injury
    self.recovery = recovery
    self.death = death
    self.back = back
    self.on = on
    self.round = round
  }

  /// The shares at risk, dead and scarred after the step; the viable is the rest.
  @inlinable
  @inline(__always)
  func shares(risk: Number, dead: Number, scar: Number) -> (
    risk: Number, dead: Number, scar: Number
  ) {
    let one = Number.constant(1)
    // Each share is a part that is there and one in proportion to the viable share after the step.
    let risk0 = risk / (one + recovery + death)
    let risk1 = stun / (one + recovery + death)
    let dead0 = (dead + death * risk0) / (one + back + on)
    let dead1 = (injury + death * risk1) / (one + back + on)
    let scar0 = (scar + on * dead0) / (one + round)
    let scar1 = on * dead1 / (one + round)
    let before = ((one - scar) - dead) - risk
    let viable =
      (before + recovery * risk0 + back * dead0 + round * scar0) / (one + risk1 + dead1 + scar1)
    let newScar = (scar0 + scar1 * viable).least(one)
    let newDead = (dead0 + dead1 * viable).least(one - newScar)
    return ((risk0 + risk1 * viable).least((one - newScar) - newDead), newDead, newScar)
  }
}
