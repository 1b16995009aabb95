import Vocabulary

/// Injury, repair and scarring of tissue, its progenitors and its vessels.
///
///     V + I + S = 1
///     dI/dt = d V − (r + c + f) I
///     dS/dt = f I − m S
///     d = (d_R H_R(ROS) + d_C (1 − L_T(TNF-α) L_1(IL-1β))) (1 − q H_H(HGF)),   L = 1 − H
///     r = r₀ A ρ (1 + g_H H_H(HGF)) (1 + g_I H_I(IL-10))
///     c = c₀ contact
///     f = f₀ H_F(TGF-β1)
///     m = m₀ (1 + g_S H_H(HGF))
///     dA/dt = u (a₀/τ_A + A ln 2/τ_D) (1 − A) − A/τ_F,   u = I / (I + I_A)
///     dB/dt = (1 − B − ρ) (b + (1 − b) H_V(VEGF)) / τ_B − B/τ_P
///     dρ/dt = B/τ_P − ℓ I ρ
///
/// A tumour has its own law. HGF is anti-apoptotic (q), regenerative (g_H) and anti-fibrotic (g_S);
/// contact with MSC rescues by the transfer of mitochondria. Tissue without injury, scar, lost vessels
/// and signals stays as it is. In vivo the response of vessels to VEGF is not monotonic (4.8 and 480 pM
/// act, 48 pM does not: Microvasc Res 1996 51:153), which H_V cannot show.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | V, I, S | viable, injured and scarred share of the tissue | 1 |
/// | A | activated progenitors, share of the most there can be | 1 |
/// | B, ρ | sprouts and perfused vessels, 1 is the density of healthy tissue | 1 |
/// | contact | share of the tissue that MSC touch | 1 |
/// | d_R | `oxidativeInjury` | 1/min |
/// | H_R | `ros` | nM |
/// | d_C | `inflammatoryInjury` | 1/min |
/// | L_T | `tnfa` | nM |
/// | L_1 | `il1b` | nM |
/// | q | `hgfProtection` | 1 |
/// | H_H | `hgf` | nM |
/// | r₀ | `regeneration` | 1/min |
/// | g_H | `hgfRegeneration` | 1 |
/// | g_I | `il10Regeneration` | 1 |
/// | H_I | `il10` | nM |
/// | c₀ | `rescue` | 1/min |
/// | f₀ | `scarring` | 1/min |
/// | H_F | `tgfb1` | nM |
/// | m₀ | `dissolution` | 1/min |
/// | g_S | `hgfDissolution` | 1 |
/// | I_A | `activatingInjury` | 1 |
/// | a₀ | `restingPool` | 1 |
/// | τ_A, τ_D, τ_F | `activationTime`, `divisionTime`, `differentiationTime` | min |
/// | ℓ | `vesselLoss` | 1/min |
/// | τ_B, τ_P | `sproutingTime`, `reperfusionTime` | min |
/// | b | `unguidedSprouting` | 1 |
/// | H_V | `vegf` | nM |
public struct TissueRepair: Codable, Sendable, Equatable {
  /// Injury by saturating ROS, 1/min.
  public var oxidativeInjury = 0.0
  /// Response of injury to ROS.
  public var ros = Hill(halfSaturation: 1)
  /// Injury by saturating TNF-α or IL-1β, 1/min.
  public var inflammatoryInjury = 0.0
  /// Response of injury to TNF-α.
  public var tnfa = Hill(halfSaturation: 1)
  /// Response of injury to IL-1β.
  public var il1b = Hill(halfSaturation: 1)
  /// Share of injury that saturating HGF prevents, 0...1.
  public var hgfProtection = 0.0
  /// Response to HGF.
  public var hgf = Hill(halfSaturation: 1)
  /// Regeneration of injured tissue with all progenitors and vessels, 1/min.
  public var regeneration = 0.0
  /// Regeneration that saturating HGF adds, as a share.
  public var hgfRegeneration = 0.0
  /// Regeneration that saturating IL-10 adds, as a share.
  public var il10Regeneration = 0.0
  /// Response of regeneration to IL-10.
  public var il10 = Hill(halfSaturation: 1)
  /// Rescue of injured tissue that MSC touch, 1/min.
  public var rescue = 0.0
  /// Scarring of injured tissue under saturating TGF-β1, 1/min.
  public var scarring = 0.0
  /// Response of scarring to TGF-β1.
  public var tgfb1 = Hill(halfSaturation: 1)
  /// Dissolution of scar, 1/min.
  public var dissolution = 0.0
  /// Dissolution that saturating HGF adds, as a share.
  public var hgfDissolution = 0.0
  /// Injured share at which progenitors are half as active as they can be.
  public var activatingInjury = 0.0
  /// Progenitors at rest, as a share of the most that can be active.
  public var restingPool = 0.0
  /// Time in which a progenitor at rest is activated, min.
  public var activationTime = 0.0
  /// Time in which active progenitors double, min.
  public var divisionTime = 0.0
  /// Time in which an active progenitor differentiates, min.
  public var differentiationTime = 0.0
  /// Loss of perfused vessels where all tissue is injured, 1/min.
  public var vesselLoss = 0.0
  /// Time in which missing vessels sprout under saturating VEGF, min.
  public var sproutingTime = 0.0
  /// Share of that sprouting which needs no VEGF.
  public var unguidedSprouting = 0.0
  /// Time in which a sprout is perfused, min.
  public var reperfusionTime = 0.0
  /// Response of sprouting to VEGF.
  public var vegf = Hill(halfSaturation: 1)
  /// Growth of the tumour, where the tissue has one.
  public var tumour: TumourGrowth?

  /// A law whose parameters are to be set.
  public init() {}

  /// Share of a voxel that is taken for none.
  @inlinable
  public static var trace: Double { 1e-15 }

  @inlinable
  static var ln2: Double { 0.6931471805599453 }

  /// d: rate at which viable tissue is injured, 1/min.
  @inlinable
  @inline(__always)
  public func injuryRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    let (halfT, half1) = (
      Number.constant(tnfa.halfSaturation), Number.constant(il1b.halfSaturation)
    )
    let inflamed =
      (levels.tnfa * half1 + levels.il1b * halfT + levels.tnfa * levels.il1b)
      / ((levels.tnfa + halfT) * (levels.il1b + half1))
    let stress = .constant(oxidativeInjury) * ros(levels.ros)
    return (stress + .constant(inflammatoryInjury) * inflamed)
      * (.constant(1) - .constant(hgfProtection) * hgf(levels.hgf))
  }

  /// r: rate at which progenitors and vessels make injured tissue viable again, 1/min.
  @inlinable
  @inline(__always)
  public func regenerationRate<Number: TissueNumber>(
    progenitors: Number,
    vessels: Number,
    _ levels: TissueLevels<Number>
  ) -> Number {
    .constant(regeneration) * progenitors * vessels
      * (.constant(1) + .constant(hgfRegeneration) * hgf(levels.hgf))
      * (.constant(1) + .constant(il10Regeneration) * il10(levels.il10))
  }

  /// c: rate at which contact with MSC makes injured tissue viable again, 1/min.
  @inlinable
  @inline(__always)
  public func rescueRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(rescue) * levels.contact
  }

  /// f: rate at which injured tissue scars, 1/min.
  @inlinable
  @inline(__always)
  public func scarringRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(scarring) * tgfb1(levels.tgfb1)
  }

  /// m: rate at which scar becomes viable tissue, 1/min.
  @inlinable
  @inline(__always)
  public func dissolutionRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(dissolution) * (.constant(1) + .constant(hgfDissolution) * hgf(levels.hgf))
  }

  /// u (a₀/τ_A + A ln 2/τ_D): rate at which room for active progenitors fills, 1/min.
  @inlinable
  @inline(__always)
  public func activationRate<Number: TissueNumber>(injured: Number, progenitors: Number) -> Number {
    injured / (injured + .constant(activatingInjury))
      * (.constant(restingPool / activationTime) + .constant(Self.ln2 / divisionTime) * progenitors)
  }

  /// (b + (1 − b) H_V) / τ_B: rate at which missing vessels sprout, 1/min.
  @inlinable
  @inline(__always)
  public func sproutingRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(unguidedSprouting / sproutingTime)
      + .constant((1 - unguidedSprouting) / sproutingTime) * vegf(levels.vegf)
  }

  /// ℓ I: rate at which perfused vessels are lost, 1/min.
  @inlinable
  @inline(__always)
  public func vesselLossRate<Number: TissueNumber>(injured: Number) -> Number {
    .constant(vesselLoss) * injured
  }

  /// The shares of a voxel after a step (min) under steady levels, with what changes besides (`TissueTerms`).
  ///
  /// What tissue, progenitors and vessels do to one another is evaluated at the start of the step, and
  /// each of them is advanced implicitly: every share stays in 0...1 for any step, the error is of first
  /// order, and no part sees another's new state. Shares below `trace` become 0, so that none arises
  /// that gains less than that in a step. A tumour stays as it is where the law has no growth for it.
  @inlinable
  @inline(__always)
  public func shares<Number: TissueNumber>(
    after shares: TissueShares<Number>,
    _ levels: TissueLevels<Number>,
    besides more: TissueRates<Number> = TissueRates(),
    step: Number
  ) -> TissueShares<Number> {
    let one = Number.constant(1)
    let trace = Number.constant(Self.trace)
    let regeneration =
      regenerationRate(
        progenitors: shares.progenitors,
        vessels: shares.vessels,
        levels
      ) * more.fold
    let injury = (injuryRate(levels) + more.injures) * more.left
    let scarring = scarringRate(levels) + more.scars
    let dissolution = dissolutionRate(levels) + more.dissolves
    let rescue = rescueRate(levels)
    var atRisk = shares.atRisk
    let tissue: (second: Number, third: Number)
    if more.hasRisk {
      let four = FourStateCycle(
        stun: step * (more.stuns * more.left),
        injury: step * injury,
        recovery: step * (more.recovers + rescue),
        death: step * (more.kills * more.left),
        back: step * (regeneration + more.heals),
        on: step * scarring,
        round: step * dissolution
      ).shares(risk: shares.atRisk, dead: shares.injured, scar: shares.scar)
      atRisk = four.risk.cut(below: trace)
      tissue = (four.dead, four.scar)
    } else {
      tissue = ThreeStateCycle(
        forth: step * injury,
        back: step * (regeneration + rescue + more.heals),
        on: step * scarring,
        round: step * dissolution
      ).shares(second: shares.injured, third: shares.scar)
    }
    let vessels = ThreeStateCycle(
      forth: step * (sproutingRate(levels) + more.sprouts),
      back: .constant(0),
      on: step * .constant(1 / reperfusionTime),
      round: step * (vesselLossRate(injured: shares.injured) + more.prunes)
    ).shares(second: shares.sprouts, third: shares.vessels)
    let activation = activationRate(injured: shares.injured, progenitors: shares.progenitors)
    let gain = step * (activation + more.activates)
    let progenitors =
      (shares.progenitors + gain) / (one + gain + step * .constant(1 / differentiationTime))
    return TissueShares(
      injured: tissue.second.cut(below: trace),
      scar: tissue.third.cut(below: trace),
      sprouts: vessels.second.cut(below: trace),
      vessels: vessels.third.cut(below: trace),
      progenitors: progenitors.cut(below: trace),
      tumour: tumour?.share(after: shares.tumour, levels, step: step).cut(below: trace)
        ?? shares.tumour,
      atRisk: atRisk
    )
  }
}

extension TissueRepair: Law {
  /// What the law describes.
  public static let title = "Injury, repair and scarring of tissue"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    V + I + Z = 1 \\
    \frac{\mathrm{d}I}{\mathrm{d}t} = d \, V - (r + c + f) \, I, \qquad \frac{\mathrm{d}Z}{\mathrm{d}t} = f \, I - m \, Z \\
    d = (d_R \, H(R, K_R) + d_C \, (1 - (1 - H(T, K_T)) (1 - H(Y, K_I)))) (1 - q \, H(G, K_H)) \\
    r = r_0 \, A \, \rho \, (1 + g_H \, H(G, K_H)) (1 + g_I \, H(J, K_J)) \\
    c = c_0 \, x, \qquad f = f_0 \, H(F, K_F), \qquad m = m_0 \, (1 + g_S \, H(G, K_H)) \\
    \frac{\mathrm{d}A}{\mathrm{d}t} = u \, (a_0 / \tau_A + A \ln 2 / \tau_D) (1 - A) - A / \tau_F, \qquad u = \frac{I}{I + I_A} \\
    \frac{\mathrm{d}B}{\mathrm{d}t} = (1 - B - \rho) (b + (1 - b) \, H(E, K_V)) / \tau_B - B / \tau_P, \qquad \frac{\mathrm{d}\rho}{\mathrm{d}t} = B / \tau_P - \ell \, I \rho \\
    H(y, K) = \frac{y}{y + K}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("V", "viable share of the tissue"),
    Symbol("I", "injured share"),
    Symbol("Z", "scarred share"),
    Symbol("d", "rate of injury"),
    Symbol("r", "rate of regeneration"),
    Symbol("c", "rate of rescue on contact"),
    Symbol("f", "rate of scarring"),
    Symbol("m", "rate of dissolution of scar"),
    Symbol("x", "share of the tissue that MSC touch"),
    Symbol("A", "active progenitors, share of the most there can be"),
    Symbol("B", "sprouts"),
    Symbol(#"\rho"#, "perfused vessels"),
    Symbol("u", "activity of progenitors"),
    Symbol("R", "concentration of reactive oxygen species"),
    Symbol("T", "concentration of TNF-a"),
    Symbol("Y", "concentration of IL-1b"),
    Symbol("G", "concentration of HGF"),
    Symbol("J", "concentration of IL-10"),
    Symbol("F", "concentration of TGF-b1"),
    Symbol("E", "concentration of VEGF"),
    Symbol("H", "saturating response"),
    Symbol("y", "concentration"),
    Symbol("K", "half-saturation"),
    Symbol("t", "time"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<TissueRepair>] = [
    Parameter(
      "oxidative_injury",
      .rate,
      \.oxidativeInjury,
      symbol: "d_R",
      "injury where reactive oxygen saturates"
    ),
    Parameter(
      "ros_half",
      .concentration(of: "ros"),
      \.ros.halfSaturation,
      symbol: "K_R",
      "reactive oxygen of half that injury"
    ),
    Parameter(
      "inflammatory_injury",
      .rate,
      \.inflammatoryInjury,
      symbol: "d_C",
      "injury where TNF-a or IL-1b saturates"
    ),
    Parameter(
      "tnf_half",
      .concentration(of: "tnfa"),
      \.tnfa.halfSaturation,
      symbol: "K_T",
      "TNF-a of half that injury"
    ),
    Parameter(
      "il1b_half",
      .concentration(of: "il1b"),
      \.il1b.halfSaturation,
      symbol: "K_I",
      "IL-1b of half that injury"
    ),
    Parameter(
      "hgf_protection",
      .fraction,
      \.hgfProtection,
      symbol: "q",
      "share of injury that saturating HGF prevents"
    ),
    Parameter(
      "hgf_half",
      .concentration(of: "hgf"),
      \.hgf.halfSaturation,
      symbol: "K_H",
      "HGF of half its effects"
    ),
    Parameter(
      "regeneration",
      .rate,
      \.regeneration,
      symbol: "r_0",
      "regeneration with all progenitors and vessels"
    ),
    Parameter(
      "hgf_regeneration",
      .number,
      \.hgfRegeneration,
      symbol: "g_H",
      "regeneration that saturating HGF adds, as a share"
    ),
    Parameter(
      "il10_regeneration",
      .number,
      \.il10Regeneration,
      symbol: "g_I",
      "regeneration that saturating IL-10 adds, as a share"
    ),
    Parameter(
      "il10_half",
      .concentration(of: "il10"),
      \.il10.halfSaturation,
      symbol: "K_J",
      "IL-10 of half that"
    ),
    Parameter("rescue", .rate, \.rescue, symbol: "c_0", "rescue of injured tissue that MSC touch"),
    Parameter(
      "scarring",
      .rate,
      \.scarring,
      symbol: "f_0",
      "scarring of injured tissue where TGF-b1 saturates"
    ),
    Parameter(
      "tgfb1_half",
      .concentration(of: "tgfb1"),
      \.tgfb1.halfSaturation,
      symbol: "K_F",
      "TGF-b1 of half that"
    ),
    Parameter("dissolution", .rate, \.dissolution, symbol: "m_0", "dissolution of scar"),
    Parameter(
      "hgf_dissolution",
      .number,
      \.hgfDissolution,
      symbol: "g_S",
      "dissolution that saturating HGF adds, as a share"
    ),
    Parameter(
      "activating_injury",
      .fraction,
      \.activatingInjury,
      symbol: "I_A",
      isPositive: true,
      "injured share at which progenitors are half as active as they can be"
    ),
    Parameter(
      "resting_pool",
      .fraction,
      \.restingPool,
      symbol: "a_0",
      isPositive: true,
      "progenitors at rest, as a share of the most that can be active"
    ),
    Parameter(
      "activation_time",
      .time,
      \.activationTime,
      symbol: #"\tau_A"#,
      "time in which a progenitor at rest is activated"
    ),
    Parameter(
      "division_time",
      .time,
      \.divisionTime,
      symbol: #"\tau_D"#,
      "time in which active progenitors double"
    ),
    Parameter(
      "differentiation_time",
      .time,
      \.differentiationTime,
      symbol: #"\tau_F"#,
      "time in which an active progenitor differentiates"
    ),
    Parameter(
      "vessel_loss",
      .rate,
      \.vesselLoss,
      symbol: #"\ell"#,
      "loss of vessels where all tissue is injured"
    ),
    Parameter(
      "sprouting_time",
      .time,
      \.sproutingTime,
      symbol: #"\tau_B"#,
      "time in which missing vessels sprout where VEGF saturates"
    ),
    Parameter(
      "unguided_sprouting",
      .fraction,
      \.unguidedSprouting,
      symbol: "b",
      "share of that sprouting which needs no VEGF"
    ),
    Parameter(
      "reperfusion_time",
      .time,
      \.reperfusionTime,
      symbol: #"\tau_P"#,
      "time in which a sprout is perfused"
    ),
    Parameter(
      "vegf_half",
      .concentration(of: "vegf"),
      \.vegf.halfSaturation,
      symbol: "K_V",
      "VEGF of half the sprouting"
    ),
  ]
}
