import Substrate

/// Damage and death of a cell.
///
///     dD/dt = r (D∞ − D)
///     D∞    = D_place + D_I H_T(TNF-α) H_G(IFN-γ) + D_S L_O(O₂) L_C(glucose),   L = 1 − H
///     h     = h₀ + c(t) + κ(t) + (1 − p) D
///     c(t)  = −ln(1 − f) / 1 h  in the first hour in blood, else 0
///
/// A cell dies when its cumulative hazard ∫h dt passes a threshold drawn once from Exp(1): no
/// chance is drawn per step, so the split of time hardly matters.
///
/// At the rate r damage builds up under stress and is repaired without it: a greater one kills cells in a stressful place
/// sooner, and spares those that were damaged before they came to a mild one.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | D | argument | 1/min | state of the cell |
/// | r | `damageRelaxation` | 1/min | trial fit; 0.013–0.06 1/h |
/// | h₀ | `floor` | 1/min | upper bound from i.m. survival beyond 150 d (Braid 2018, doi 10.1016/j.jcyt.2017.09.013) |
/// | D_place | argument | 1/min | of the organ, in the lumen or in tissue |
/// | D_I | `inflammatoryStress` | 1/min | assumed 0–0.1 1/h |
/// | D_S | `starvationStress` | 1/min | assumed 0–0.2 1/h; hypoxia alone kills little (Mylotte 2008), with no glucose it does (Deschepper 2013, doi 10.1530/boneabs.1.PP114) |
/// | H_T, H_G | `tnf`, `ifn` | nM | of those parameters |
/// | L_O, L_C | `oxygen`, `glucose` | nM | assumed |
/// | p | `protection` | 1 | of the product |
/// | κ | argument | 1/min | `Killing` |
/// | f | `bloodLoss` | 1 | assumed 0–0.3; direction from doi 10.1182/blood-2012-03-420612 |
public struct Survival: Codable, Sendable, Equatable {
  /// Why a cell died.
  public enum Cause: Int, Codable, Sendable, CaseIterable {
    /// Complement and the instant blood-mediated reaction.
    case complement
    /// Killers of the host.
    case killing
    /// Damage, by stress of the place or from before.
    case damage
    /// The floor of the hazard.
    case turnover

    /// The word in the output files.
    public var name: String { "\(self)" }
  }

  /// What a cell senses of its place, nM; `nil` where a factor is not in the scenario.
  public struct Surroundings: Sendable {
    /// TNF-α that acts on the cell, nM.
    public var tnf: Double
    /// IL-1β that acts on the cell, nM.
    public var il1b: Double
    /// IFN-γ that acts on the cell, nM.
    public var ifn: Double
    /// Oxygen, nM, where the scenario has it.
    public var oxygen: Double?
    /// Glucose, nM, where the scenario has it.
    public var glucose: Double?

    /// Surroundings with the given concentrations.
    public init(
      tnf: Double = 0,
      il1b: Double = 0,
      ifn: Double = 0,
      oxygen: Double? = nil,
      glucose: Double? = nil
    ) {
      self.tnf = tnf
      self.il1b = il1b
      self.ifn = ifn
      self.oxygen = oxygen
      self.glucose = glucose
    }
  }

  /// Rate at which damage relaxes to the steady value of the place, upwards or downwards, 1/min.
  public var damageRelaxation: Double
  /// Hazard without damage, 1/min.
  public var floor: Double
  /// Steady damage added where TNF-α and IFN-γ saturate, 1/min.
  public var inflammatoryStress: Double
  /// Steady damage added where neither oxygen nor glucose is left, 1/min.
  public var starvationStress: Double
  /// Response of stress to TNF-α.
  public var tnf: Hill
  /// Response of stress to IFN-γ.
  public var ifn: Hill
  /// Half-saturation of oxygen supply.
  public var oxygen: Hill
  /// Half-saturation of glucose supply.
  public var glucose: Hill
  /// Share of the damage hazard that the product is spared.
  public var protection: Double
  /// Share of cells lost to complement in their first hour in blood.
  public var bloodLoss: Double

  /// Survival with the given parameters.
  public init(
    damageRelaxation: Double,
    floor: Double,
    inflammatoryStress: Double,
    starvationStress: Double,
    tnf: Hill,
    ifn: Hill,
    oxygen: Hill,
    glucose: Hill,
    protection: Double,
    bloodLoss: Double
  ) {
    self.damageRelaxation = damageRelaxation
    self.floor = floor
    self.inflammatoryStress = inflammatoryStress
    self.starvationStress = starvationStress
    self.tnf = tnf
    self.ifn = ifn
    self.oxygen = oxygen
    self.glucose = glucose
    self.protection = protection
    self.bloodLoss = bloodLoss
  }

  /// How long complement acts on a cell in blood, min.
  public static let bloodLossTime = 60.0

  /// c: hazard by complement in the first hour in blood, 1/min.
  public var complementHazard: Double {
    -Elementary.log(1 - bloodLoss) / Self.bloodLossTime
  }

  /// D∞: the damage a place leads to, 1/min.
  public func steadyDamage(at place: Double, in surroundings: Surroundings) -> Double {
    var damage = place
    damage += inflammatoryStress * tnf(surroundings.tnf) * ifn(surroundings.ifn)
    if let oxygenLevel = surroundings.oxygen, let glucoseLevel = surroundings.glucose {
      damage += starvationStress * (1 - oxygen(oxygenLevel)) * (1 - glucose(glucoseLevel))
    }
    return damage
  }

  /// The largest D∞ a place can lead to, 1/min.
  public func largestSteadyDamage(at place: Double) -> Double {
    place + inflammatoryStress + starvationStress
  }

  /// h: the hazard of a cell of that damage under killers (1/min); `exposed` while complement acts.
  public func hazard(damage: Double, killing: Double, exposed: Bool) -> Double {
    floor + (exposed ? complementHazard : 0) + killing + (1 - protection) * damage
  }

  /// What waiting a time (min) without stress leaves of a share of viable cells and of their damage.
  ///
  /// D decays as exp(−r t), and cells die of the floor and of D.
  public func waiting(viability: Double, damage: Double, time: Double) -> (
    viability: Double, damage: Double
  ) {
    let kept = Elementary.exp(-damageRelaxation * time)
    let spent = floor * time + (1 - protection) * damage * (1 - kept) / damageRelaxation
    return (viability * Elementary.exp(-spent), damage * kept)
  }

  /// Why a cell that died died: drawn by the shares of the hazard at that moment.
  public func cause(damage: Double, killing: Double, exposed: Bool, uniform: Double) -> Cause {
    var point = uniform * hazard(damage: damage, killing: killing, exposed: exposed)
    point -= floor
    if point < 0 { return .turnover }
    if exposed {
      point -= complementHazard
      if point < 0 { return .complement }
    }
    return point < killing ? .killing : .damage
  }
}

/// Damage over a stretch of time in which D∞ is steady: exact.
public struct DamageStep: Sendable {
  /// exp(−r t).
  public let kept: Double
  /// Length, min.
  public let time: Double
  /// r, 1/min.
  let rate: Double

  /// The step of a length (min) under a law.
  public init(_ law: Survival, time: Double) {
    kept = Elementary.exp(-law.damageRelaxation * time)
    rate = law.damageRelaxation
    self.time = time
  }

  /// D after the step.
  @inlinable
  public func damage(after damage: Double, steady: Double) -> Double {
    steady + (damage - steady) * kept
  }

  /// ∫D dt over the step.
  public func integral(from damage: Double, steady: Double) -> Double {
    steady * time + (damage - steady) * (1 - kept) / rate
  }
}
