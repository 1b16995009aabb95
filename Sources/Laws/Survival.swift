import Substrate
import Vocabulary

/// Damage and death of a cell.
///
///     dD/dt = s r (D∞ − D)
///     D∞    = D_p m(a) + D_I H_T(TNF-α) H_G(IFN-γ) + D_S L_O(O₂) L_C(glucose) + D_R H_R(ROS),   L = 1 − H
///     m(a)  = φ + (1 − φ) exp(−a/τ) in tissue, a the time since the cell came; 1 in blood and lumen
///     h     = h₀ + c(t) + κ(t) + (1 − p) v z D
///     c(t)  = −ln(1 − f) / 1 h  in the first hour in blood, else 0
///
/// A cell dies when its cumulative hazard ∫h dt passes a threshold drawn once from Exp(1): no
/// chance is drawn per step, so the split of time hardly matters.
///
/// At the rate s r damage builds up under stress and is repaired without it: a greater one kills cells in a stressful place
/// sooner, and spares those that were damaged before they came to a mild one. Where it is small, survival begins with a
/// shoulder of about 1/(s r). As a cell in tissue finds matrix and a niche, the stress of the place falls to a share φ.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | D | state of the cell | 1/min |
/// | r | `damageRelaxation` | 1/min |
/// | h₀ | `floor` | 1/min |
/// | D_p, s | `PlaceStress` of the organ, in the lumen or in tissue | 1/min, 1 |
/// | φ | `settled` | 1 |
/// | τ | `settling` | min |
/// | D_I | `inflammatoryStress` | 1/min |
/// | D_S | `starvationStress` | 1/min |
/// | H_T, H_G | `tnf`, `ifn` | nM |
/// | L_O, L_C | `oxygen`, `glucose` | nM |
/// | D_R | `oxidativeStress` | 1/min |
/// | H_R | `ros` | nM |
/// | p, v | `protection`, `fragility` | 1 |
/// | z | `frailty`, lognormal of mean 1 and variation `frailtyVariation` | 1 |
/// | κ | `Killing` | 1/min |
/// | f | `bloodLoss` | 1 |
public struct Survival: Codable, Sendable, Equatable {
  /// Why a cell died.
  public enum Cause: Int, Codable, Sendable, CaseIterable {
    /// Complement and the instant blood-mediated reaction.
    case complement
    /// Killers of the host.
    case killing
    /// Damage, by stress of the place or from before.
    case damage
    /// The floor of the hazard, and what axes add to it.
    case turnover

    /// The word in the output files.
    public var name: String { "\(self)" }
  }

  /// Rate at which damage relaxes to the steady value of the place, upwards or downwards, 1/min.
  public var damageRelaxation = 0.0
  /// Share of the stress of tissue that is left to cells that have found matrix and a niche.
  public var settled = 1.0
  /// Time in which they find them, min.
  public var settling = 1.0
  /// Hazard without damage, 1/min.
  public var floor = 0.0
  /// Steady damage added where TNF-α and IFN-γ saturate, 1/min.
  public var inflammatoryStress = 0.0
  /// Steady damage added where neither oxygen nor glucose is left, 1/min.
  public var starvationStress = 0.0
  /// Steady damage added where reactive oxygen species saturate, 1/min.
  public var oxidativeStress = 0.0
  /// Response of stress to TNF-α.
  public var tnf = Hill(halfSaturation: 1)
  /// Response of stress to IFN-γ.
  public var ifn = Hill(halfSaturation: 1)
  /// Half-saturation of oxygen supply.
  public var oxygen = Hill(halfSaturation: 1)
  /// Half-saturation of glucose supply.
  public var glucose = Hill(halfSaturation: 1)
  /// Response of stress to reactive oxygen species.
  public var ros = Hill(halfSaturation: 1)
  /// Share of the damage hazard that the product is spared.
  public var protection = 0.0
  /// v: fold of the hazard by damage that passage and age of the donors bring.
  public var fragility = 1.0
  /// Coefficient of variation of frailty z between cells (lognormal, mean 1).
  public var frailtyVariation = 0.0
  /// Share of cells lost to complement in their first hour in blood.
  public var bloodLoss = 0.0
  /// Fold of that loss for autologous and syngeneic cells.
  public var ownBloodLoss = 1.0

  /// A law whose parameters are to be set.
  public init() {}

  /// The largest share of cells that may be lost to complement: the hazard of losing all is infinite.
  private static let largestBloodLoss = 0.99

  /// Takes into account who gives and who receives the cells: f.
  ///
  /// - Parameters:
  ///   - complement: activity of complement of the host.
  ///   - isOwn: whether the cells are compatible with the host's serum.
  public mutating func expose(to complement: Double, isOwn: Bool) {
    bloodLoss = min(
      Self.largestBloodLoss,
      complement * (isOwn ? bloodLoss * ownBloodLoss : bloodLoss)
    )
  }

  /// (1 − p) v: hazard by damage over that of unprotected cells of early passage.
  @inlinable
  public var vulnerability: Double { (1 - protection) * fragility }

  /// How long complement acts on a cell in blood, min.
  @inlinable
  public static var bloodLossTime: Double { 60 }

  /// c: hazard by complement in the first hour in blood, 1/min.
  @inlinable
  public var complementHazard: Double {
    -Elementary.log(1 - bloodLoss) / Self.bloodLossTime
  }

  /// D_p φ: what is left of the stress of a place when a cell has settled in it, 1/min.
  @inlinable
  public func lastingStress(of place: PlaceStress) -> Double {
    place.isTissue ? place.damage * settled : place.damage
  }

  /// D_p (1 − φ): what passes of the stress of a place as a cell settles in it, 1/min.
  @inlinable
  public func passingStress(of place: PlaceStress) -> Double {
    place.isTissue ? place.damage * (1 - settled) : 0
  }

  /// What signals add to the damage that a place leads to: inflammation, starvation and oxidation.
  public var stress: [CellTerms.Stress] {
    func response(_ name: String, _ law: Hill, weight: Double = 1, lack: Bool = false) -> Response {
      Response(to: name, halfSaturation: law.halfSaturation, weight: weight, actsByLack: lack)
    }
    return [
      .init(
        weight: 1,
        [response("tnfa", tnf, weight: inflammatoryStress), response("ifng", ifn)]
      ),
      .init(
        weight: starvationStress,
        [response("oxygen", oxygen, lack: true), response("glucose", glucose, lack: true)]
      ),
      .init(weight: oxidativeStress, [response("ros", ros)]),
    ]
  }

  /// z: what damage does to a cell, relative to the mean of all; D of the hazard is z D.
  @inlinable
  public func frailty(of cell: UInt32, _ chance: Chance) -> Double {
    Self.frailty(of: cell, variation: frailtyVariation, chance)
  }

  /// z of a cell where cells differ by a coefficient of variation.
  @inlinable
  public static func frailty(of cell: UInt32, variation: Double, _ chance: Chance) -> Double {
    guard variation > 0 else { return 1 }
    return LognormalDistribution.number(
      mean: 1,
      variation: variation,
      chance.block(.frailty, cell: cell).normal
    )
  }

  /// h: the hazard of a cell of that damage under killers (1/min), with what axes add to it (1/min); `exposed` while
  /// complement acts.
  @inlinable
  public func hazard(damage: Double, killing: Double, turnover: Double = 0, exposed: Bool)
    -> Double
  {
    floor + turnover + (exposed ? complementHazard : 0) + killing + vulnerability * damage
  }

  /// What waiting a time (min) without stress leaves of a share of viable cells and of their damage.
  ///
  /// D decays as exp(−r t), and cells die of the floor and of D.
  @inlinable
  public func waiting(viability: Double, damage: Double, time: Double) -> (
    viability: Double, damage: Double
  ) {
    let kept = Elementary.exp(-damageRelaxation * time)
    let spent = floor * time + vulnerability * damage * (1 - kept) / damageRelaxation
    return (viability * Elementary.exp(-spent), damage * kept)
  }

  /// Why a cell that died died: drawn by the shares of the hazard at that moment.
  @inlinable
  public func cause(
    damage: Double,
    killing: Double,
    turnover: Double = 0,
    exposed: Bool,
    uniform: Double
  ) -> Cause {
    var point =
      uniform * hazard(damage: damage, killing: killing, turnover: turnover, exposed: exposed)
    point -= floor + turnover
    if point < 0 { return .turnover }
    if exposed {
      point -= complementHazard
      if point < 0 { return .complement }
    }
    return point < killing ? .killing : .damage
  }
}

extension Survival: Law {
  /// What the law describes.
  public static let title = "Damage and death of the cells of the product"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    \frac{\mathrm{d}D}{\mathrm{d}t} = s_p \, r \, (D_u - D) \\
    D_u = D_p \, m + D_I \, H(T, K_T) \, H(G, K_G) + D_S \, (1 - H(O, K_O)) \, (1 - H(C, K_C)) + D_R \, H(R, K_R) \\
    m = \phi + (1 - \phi) \, \exp(-a / \tau_m) \quad \mathrm{in\ tissue}, \quad 1 \quad \mathrm{else} \\
    h = h_0 + c + \kappa + (1 - p) \, v \, z D \\
    c = -\ln(1 - f) / \tau \quad (t < \tau), \qquad f = f_0 \, s \, n \\
    H(y, K) = \frac{y}{y + K}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("D", "damage"),
    Symbol("D_u", "damage that all stress leads to"),
    Symbol("D_p", "damage that the place leads to"),
    Symbol("s_p", "how many times as fast as elsewhere damage builds up in the place"),
    Symbol("m", "share of the stress of the place that acts"),
    Symbol("a", "time since the cell came to the place"),
    Symbol("T", "concentration of TNF-a"),
    Symbol("G", "concentration of IFN-g"),
    Symbol("O", "concentration of oxygen"),
    Symbol("C", "concentration of glucose"),
    Symbol("R", "concentration of reactive oxygen species"),
    Symbol("h", "hazard of death"),
    Symbol("c", "hazard by complement"),
    Symbol(#"\kappa"#, "hazard by killers"),
    Symbol("p", "protection of the product"),
    Symbol("v", "fragility by passage and age, 1 for young donors and early passages"),
    Symbol(
      "z",
      "frailty of the cell, lognormal about 1; 1 unless cells of the product differ in it"
    ),
    Symbol("f", "share lost in the first hour in blood"),
    Symbol("t", "time in blood"),
    Symbol(#"\tau"#, "first hour in blood"),
    Symbol("n", "activity of complement of the host"),
    Symbol("H", "saturating response"),
    Symbol("y", "concentration"),
    Symbol("K", "half-saturation"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Survival>] = [
    Parameter(
      "blood_loss",
      .fraction,
      \.bloodLoss,
      symbol: "f_0",
      "share of cells lost to complement in the first hour in blood"
    ),
    Parameter(
      "own_blood_loss",
      .fraction,
      \.ownBloodLoss,
      symbol: "s",
      "fold of that loss for autologous and syngeneic cells"
    ),
    Parameter(
      "damage_relaxation",
      .rate,
      \.damageRelaxation,
      symbol: "r",
      isPositive: true,
      "rate at which damage builds up under stress and is repaired without it"
    ),
    Parameter(
      "settled",
      .fraction,
      \.settled,
      symbol: #"\phi"#,
      "share of the stress of tissue that is left to cells with matrix and a niche"
    ),
    Parameter(
      "settling",
      .time,
      \.settling,
      symbol: #"\tau_m"#,
      isPositive: true,
      "time in which cells in tissue find matrix and a niche"
    ),
    Parameter("hazard_floor", .rate, \.floor, symbol: "h_0", "hazard of death without damage"),
    Parameter(
      "inflammatory_stress",
      .rate,
      \.inflammatoryStress,
      symbol: "D_I",
      "damage added where TNF-a and IFN-g saturate"
    ),
    Parameter(
      "starvation_stress",
      .rate,
      \.starvationStress,
      symbol: "D_S",
      "damage added where neither oxygen nor glucose is left"
    ),
    Parameter(
      "oxidative_stress",
      .rate,
      \.oxidativeStress,
      symbol: "D_R",
      "damage added where reactive oxygen species saturate"
    ),
    Parameter(
      "tnf_half",
      .concentration(of: "tnfa"),
      \.tnf.halfSaturation,
      symbol: "K_T",
      "TNF-a of half that stress"
    ),
    Parameter(
      "ifn_half",
      .concentration(of: "ifng"),
      \.ifn.halfSaturation,
      symbol: "K_G",
      "IFN-g of half that stress"
    ),
    Parameter(
      "oxygen_half",
      .concentration(of: "oxygen"),
      \.oxygen.halfSaturation,
      symbol: "K_O",
      "oxygen of half the supply"
    ),
    Parameter(
      "glucose_half",
      .concentration(of: "glucose"),
      \.glucose.halfSaturation,
      symbol: "K_C",
      "glucose of half the supply"
    ),
    Parameter(
      "ros_half",
      .concentration(of: "ros"),
      \.ros.halfSaturation,
      symbol: "K_R",
      "reactive oxygen species of half that stress"
    ),
  ]
}
