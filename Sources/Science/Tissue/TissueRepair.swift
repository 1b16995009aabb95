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
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | V, I, S | arguments | 1 | viable, injured and scarred share of the tissue |
/// | A | argument | 1 | activated progenitors, share of the most there can be |
/// | B, ρ | arguments | 1 | sprouts and perfused vessels, 1 is the density of healthy tissue |
/// | contact | argument | 1 | share of the tissue that MSC touch |
/// | d_R | `oxidativeInjury` | 1/min | half of all cells in 1 h at H_R = ½: LD50 of H₂O₂ (doi 10.1155/2013/474931); 0.002–0.03 |
/// | H_R | `ros` | nM | half-saturation 3.85e5 (3.7e5–4e5), LD50 of H₂O₂ in fibroblasts (as above) |
/// | d_C | `inflammatoryInjury` | 1/min | assumed 1e-5–1e-3 |
/// | L_T | `tnfa` | nM | half-saturation, assumed 0.06–3 |
/// | L_1 | `il1b` | nM | half-saturation, assumed 0.006–0.6 |
/// | q | `hgfProtection` | 1 | assumed 0–0.95 |
/// | H_H | `hgf` | nM | half-saturation, assumed 0.06–1 |
/// | r₀ | `regeneration` | 1/min | assumed 2e-4–3e-3 |
/// | g_H | `hgfRegeneration` | 1 | assumed 0–2 |
/// | g_I | `il10Regeneration` | 1 | assumed 0–2 |
/// | H_I | `il10` | nM | half-saturation, assumed 0.01–0.3 |
/// | c₀ | `rescue` | 1/min | assumed 0–1e-3; that it acts: Islam 2012 Nat Med |
/// | f₀ | `scarring` | 1/min | assumed 2e-5–5e-4 |
/// | H_F | `tgfb1` | nM | half-saturation, assumed 0.01–0.2 |
/// | m₀ | `dissolution` | 1/min | assumed 0–5e-5 |
/// | g_S | `hgfDissolution` | 1 | assumed 0–10 |
/// | I_A | `activatingInjury` | 1 | assumed 0.02–0.3 |
/// | a₀ | `restingPool` | 1 | 1/7: four rounds of chances 0.9, 0.85, 0.65, 0.2 (Haase 2024, doi 10.7554/eLife.91924, model value); 0.05–0.3 |
/// | τ_A, τ_D, τ_F | `activationTime`, `divisionTime`, `differentiationTime` | min | 8, 10, 18 h (as above, model values) |
/// | ℓ | `vesselLoss` | 1/min | assumed 2e-5–5e-4 |
/// | τ_B, τ_P | `sproutingTime`, `reperfusionTime` | min | 72, 120 h (as above, model values) |
/// | b | `unguidedSprouting` | 1 | sprouts 5.9 um without VEGF, 43.8 um with 10 ng/mL (PMC4572154); 0.05–0.3 |
/// | H_V | `vegf` | nM | half-saturation, assumed 0.013–0.25; activation at 0.6 ng/mL in a model (doi 10.1186/1752-0509-3-13) |
public struct TissueRepair: Codable, Sendable, Equatable {
  /// Injury by saturating ROS, 1/min.
  public var oxidativeInjury: Double
  /// Response of injury to ROS.
  public var ros: Hill
  /// Injury by saturating TNF-α or IL-1β, 1/min.
  public var inflammatoryInjury: Double
  /// Response of injury to TNF-α.
  public var tnfa: Hill
  /// Response of injury to IL-1β.
  public var il1b: Hill
  /// Share of injury that saturating HGF prevents, 0...1.
  public var hgfProtection: Double
  /// Response to HGF.
  public var hgf: Hill
  /// Regeneration of injured tissue with all progenitors and vessels, 1/min.
  public var regeneration: Double
  /// Regeneration that saturating HGF adds, as a share.
  public var hgfRegeneration: Double
  /// Regeneration that saturating IL-10 adds, as a share.
  public var il10Regeneration: Double
  /// Response of regeneration to IL-10.
  public var il10: Hill
  /// Rescue of injured tissue that MSC touch, 1/min.
  public var rescue: Double
  /// Scarring of injured tissue under saturating TGF-β1, 1/min.
  public var scarring: Double
  /// Response of scarring to TGF-β1.
  public var tgfb1: Hill
  /// Dissolution of scar, 1/min.
  public var dissolution: Double
  /// Dissolution that saturating HGF adds, as a share.
  public var hgfDissolution: Double
  /// Injured share at which progenitors are half as active as they can be.
  public var activatingInjury: Double
  /// Progenitors at rest, as a share of the most that can be active.
  public var restingPool: Double
  /// Time in which a progenitor at rest is activated, min.
  public var activationTime: Double
  /// Time in which active progenitors double, min.
  public var divisionTime: Double
  /// Time in which an active progenitor differentiates, min.
  public var differentiationTime: Double
  /// Loss of perfused vessels where all tissue is injured, 1/min.
  public var vesselLoss: Double
  /// Time in which missing vessels sprout under saturating VEGF, min.
  public var sproutingTime: Double
  /// Share of that sprouting which needs no VEGF.
  public var unguidedSprouting: Double
  /// Time in which a sprout is perfused, min.
  public var reperfusionTime: Double
  /// Response of sprouting to VEGF.
  public var vegf: Hill
  /// Growth of the tumour, where the tissue has one.
  public var tumour: TumourGrowth?

  /// A repair of the given parameters.
  public init(
    oxidativeInjury: Double,
    ros: Hill,
    inflammatoryInjury: Double,
    tnfa: Hill,
    il1b: Hill,
    hgfProtection: Double,
    hgf: Hill,
    regeneration: Double,
    hgfRegeneration: Double,
    il10Regeneration: Double,
    il10: Hill,
    rescue: Double,
    scarring: Double,
    tgfb1: Hill,
    dissolution: Double,
    hgfDissolution: Double,
    activatingInjury: Double,
    restingPool: Double,
    activationTime: Double,
    divisionTime: Double,
    differentiationTime: Double,
    vesselLoss: Double,
    sproutingTime: Double,
    unguidedSprouting: Double,
    reperfusionTime: Double,
    vegf: Hill,
    tumour: TumourGrowth?
  ) {
    self.oxidativeInjury = oxidativeInjury
    self.ros = ros
    self.inflammatoryInjury = inflammatoryInjury
    self.tnfa = tnfa
    self.il1b = il1b
    self.hgfProtection = hgfProtection
    self.hgf = hgf
    self.regeneration = regeneration
    self.hgfRegeneration = hgfRegeneration
    self.il10Regeneration = il10Regeneration
    self.il10 = il10
    self.rescue = rescue
    self.scarring = scarring
    self.tgfb1 = tgfb1
    self.dissolution = dissolution
    self.hgfDissolution = hgfDissolution
    self.activatingInjury = activatingInjury
    self.restingPool = restingPool
    self.activationTime = activationTime
    self.divisionTime = divisionTime
    self.differentiationTime = differentiationTime
    self.vesselLoss = vesselLoss
    self.sproutingTime = sproutingTime
    self.unguidedSprouting = unguidedSprouting
    self.reperfusionTime = reperfusionTime
    self.vegf = vegf
    self.tumour = tumour
  }

  /// Share of a voxel that is taken for none.
  public static let trace = 1e-15

  private static let ln2 = 0.6931471805599453

  /// d: rate at which viable tissue is injured, 1/min.
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
  @inline(__always)
  public func rescueRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(rescue) * levels.contact
  }

  /// f: rate at which injured tissue scars, 1/min.
  @inline(__always)
  public func scarringRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(scarring) * tgfb1(levels.tgfb1)
  }

  /// m: rate at which scar becomes viable tissue, 1/min.
  @inline(__always)
  public func dissolutionRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(dissolution) * (.constant(1) + .constant(hgfDissolution) * hgf(levels.hgf))
  }

  /// u (a₀/τ_A + A ln 2/τ_D): rate at which room for active progenitors fills, 1/min.
  @inline(__always)
  public func activationRate<Number: TissueNumber>(injured: Number, progenitors: Number) -> Number {
    injured / (injured + .constant(activatingInjury))
      * (.constant(restingPool / activationTime) + .constant(Self.ln2 / divisionTime) * progenitors)
  }

  /// (b + (1 − b) H_V) / τ_B: rate at which missing vessels sprout, 1/min.
  @inline(__always)
  public func sproutingRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(unguidedSprouting / sproutingTime)
      + .constant((1 - unguidedSprouting) / sproutingTime) * vegf(levels.vegf)
  }

  /// ℓ I: rate at which perfused vessels are lost, 1/min.
  @inline(__always)
  public func vesselLossRate<Number: TissueNumber>(injured: Number) -> Number {
    .constant(vesselLoss) * injured
  }

  /// The shares of a voxel after a step (min) under steady levels.
  ///
  /// What tissue, progenitors and vessels do to one another is taken from the begin of the step, and
  /// each of them is advanced implicitly: every share stays in 0...1 for any step, the error is of first
  /// order, and no part sees another's new state. Shares below `trace` become 0, so that none arises
  /// that gains less than that in a step. A tumour stays as it is where the law has no growth for it.
  @inline(__always)
  public func shares<Number: TissueNumber>(
    after shares: TissueShares<Number>,
    _ levels: TissueLevels<Number>,
    step: Number
  ) -> TissueShares<Number> {
    let one = Number.constant(1)
    let trace = Number.constant(Self.trace)
    let regeneration = regenerationRate(
      progenitors: shares.progenitors,
      vessels: shares.vessels,
      levels
    )
    let tissue = ThreeStateCycle(
      forth: step * injuryRate(levels),
      back: step * (regeneration + rescueRate(levels)),
      on: step * scarringRate(levels),
      round: step * dissolutionRate(levels)
    ).shares(second: shares.injured, third: shares.scar)
    let vessels = ThreeStateCycle(
      forth: step * sproutingRate(levels),
      back: .constant(0),
      on: step * .constant(1 / reperfusionTime),
      round: step * vesselLossRate(injured: shares.injured)
    ).shares(second: shares.sprouts, third: shares.vessels)
    let gain =
      step * activationRate(injured: shares.injured, progenitors: shares.progenitors)
    let progenitors =
      (shares.progenitors + gain) / (one + gain + step * .constant(1 / differentiationTime))
    return TissueShares(
      injured: tissue.second.cut(below: trace),
      scar: tissue.third.cut(below: trace),
      sprouts: vessels.second.cut(below: trace),
      vessels: vessels.third.cut(below: trace),
      progenitors: progenitors.cut(below: trace),
      tumour: tumour?.share(after: shares.tumour, levels, step: step).cut(below: trace)
        ?? shares.tumour
    )
  }
}

/// The shares of a voxel, each in 0...1.
public struct TissueShares<Number: TissueNumber & BitwiseCopyable>: Sendable, BitwiseCopyable {
  /// Injured share of the tissue.
  public var injured: Number
  /// Scarred share of the tissue.
  public var scar: Number
  /// Sprouts that are not perfused, of the vessels of healthy tissue.
  public var sprouts: Number
  /// Perfused vessels, of those of healthy tissue.
  public var vessels: Number
  /// Active progenitors, of the most there can be.
  public var progenitors: Number
  /// Tumour, of its largest density; not a part of the tissue's own shares.
  public var tumour: Number

  /// No tissue of any of these kinds.
  public static var none: TissueShares {
    let none = Number.constant(0)
    return TissueShares(
      injured: none,
      scar: none,
      sprouts: none,
      vessels: none,
      progenitors: none,
      tumour: none
    )
  }

  /// The given shares.
  public init(
    injured: Number,
    scar: Number,
    sprouts: Number,
    vessels: Number,
    progenitors: Number,
    tumour: Number
  ) {
    self.injured = injured
    self.scar = scar
    self.sprouts = sprouts
    self.vessels = vessels
    self.progenitors = progenitors
    self.tumour = tumour
  }

  /// Viable share of the tissue: the rest.
  public var viable: Number { (.constant(1) - scar) - injured }
}

/// What acts on the tissue of a voxel: concentrations (nM, ≥ 0) and contact; 0 where a factor is not in
/// the scenario.
public struct TissueLevels<Number: TissueNumber>: Sendable {
  /// TNF-α, nM.
  public var tnfa = Number.constant(0)
  /// IL-1β, nM.
  public var il1b = Number.constant(0)
  /// Reactive oxygen species as H₂O₂, nM.
  public var ros = Number.constant(0)
  /// HGF, nM.
  public var hgf = Number.constant(0)
  /// IL-10, nM.
  public var il10 = Number.constant(0)
  /// VEGF, nM.
  public var vegf = Number.constant(0)
  /// Active TGF-β1, nM.
  public var tgfb1 = Number.constant(0)
  /// What kills tumour cells, nM.
  public var payload = Number.constant(0)
  /// Share of the tissue that MSC touch, 0...1.
  public var contact = Number.constant(0)

  /// No factor and no contact.
  public init() {}
}

extension TissueShares<Double> {
  /// The shares by name, as the output has them.
  public var named: [(name: String, value: Double)] {
    [
      ("viable_share", viable), ("injured_share", injured), ("scar_share", scar),
      ("vessel_density", vessels), ("sprout_density", sprouts),
      ("active_progenitors", progenitors), ("tumour_share", tumour),
    ]
  }
}
