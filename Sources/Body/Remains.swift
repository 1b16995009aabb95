import Laws
import Substrate

/// What outlives a cell: its DNA and its label, per organ.
///
///     dC/dt = deaths − λ_D C                      DNA of corpses, cell equivalents
///     dK/dt = deaths · ℓ − λ_K K                  label on corpses and debris
///     outflow λ_K K = δ dissolved + (1 − δ) eaten
///     eaten         = ρ by phagocytes here + (1 − ρ) carried away
///     carried away  = s to the spleen + (1 − s) over organs by phagocytosis
///     ℓ(t) = (1 − φ) exp(−λ_L t)                  label still on a live cell
///     dS/dt = leaked + dissolved − λ_S S          label in plasma
///     dO/dt = q_O λ_S S − λ_O O                   free label in an organ, or in the carcass
///
/// Label that leaks from live cells, the free share φ at injection and what dissolves of debris are in plasma. Of what
/// leaves it, phagocytes take up a share u, organs and carcass take shares q; the rest is excreted, as is what organs and
/// carcass give up. Label is decay-corrected;
/// the activity that a counter sees is label times exp(−λ_P t), with λ_P = 0 for a dye or iron. A label that
/// phagocytes do not give up again has a ρ of its own.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | λ_D | `dnaDecay` | 1/min |
/// | λ_K | `debrisClearance` | 1/min |
/// | ρ | `Label.retained`, else `retained` | 1 |
/// | s | `spleenShare` | 1 |
/// | λ_L | `Label.leak` | 1/min |
/// | λ_P | `Label.decay` | 1/min |
/// | φ | `Label.free` | 1 |
/// | u | `Label.solubleUptake` | 1 |
/// | δ, λ_S, q, λ_O | `Label.soluble`; without it soluble label stays nowhere | 1, 1/min, 1, 1/min |
public struct Remains: Codable, Sendable {
  /// A label on the cells.
  public struct Label: Codable, Sendable {
    /// What it is called.
    public var name: String
    /// Physical decay, 1/min; 0 where it does not decay.
    public var decay: Double
    /// Rate at which a live cell loses label, 1/min.
    public var leak: Double
    /// Share of the label that is free or on dead material at injection.
    public var free: Double
    /// Share of soluble label that phagocytes take up.
    public var solubleUptake: Double
    /// Share of labelled debris kept by phagocytes of the same organ, where it differs from others.
    public var retained: Double?

    /// What becomes of it in soluble form; `nil` where it is taken up or excreted at once.
    public var soluble: Soluble?

    /// A label of the given properties.
    public init(
      name: String,
      decay: Double,
      leak: Double,
      free: Double,
      solubleUptake: Double,
      retained: Double? = nil,
      soluble: Soluble? = nil
    ) {
      self.name = name
      self.decay = decay
      self.leak = leak
      self.free = free
      self.solubleUptake = solubleUptake
      self.retained = retained
      self.soluble = soluble
    }

    /// What becomes of a label in soluble form.
    public struct Soluble: Codable, Sendable {
      /// Time in which half of it leaves plasma, min.
      public var plasmaHalfLife: Double
      /// δ: share of the label on debris that dissolves.
      public var dissolved: Double
      /// q by the name of an organ, and of the carcass: muscle, skeleton, skin.
      public var organs: [String: Double], carcass: Double
      /// Time in which organs, and the carcass, give up half of it, min.
      public var organHalfLife: Double, carcassHalfLife: Double

      /// Label that leaves plasma with a half-life for some places.
      public init(
        plasmaHalfLife: Double,
        dissolved: Double,
        organs: [String: Double],
        carcass: Double,
        organHalfLife: Double,
        carcassHalfLife: Double
      ) {
        self.plasmaHalfLife = plasmaHalfLife
        self.dissolved = dissolved
        self.organs = organs
        self.carcass = carcass
        self.organHalfLife = organHalfLife
        self.carcassHalfLife = carcassHalfLife
      }
    }
  }

  /// Half-life of the DNA of a corpse, min.
  public var dnaHalfLife = 1.0
  /// Half-life of label on a corpse before its debris is carried away, min.
  public var debrisHalfLife = 1.0
  /// Share of that debris kept by phagocytes of the same organ.
  public var retained = 0.0
  /// Share of carried debris that goes to the spleen as whole corpses.
  public var spleenShare = 0.0
  /// The label, where the cells carry one.
  public var label: Label?

  /// A law whose parameters are to be set.
  public init() {}

  /// λ_D: rate at which the DNA of a corpse is lost, 1/min.
  public var dnaDecay: Double { Elementary.log(2) / dnaHalfLife }

  /// λ_K: rate at which labelled debris leaves a corpse, 1/min.
  public var debrisClearance: Double { Elementary.log(2) / debrisHalfLife }

  /// exp(−λ_P t): activity per label a time (min) after labelling.
  public func activity(after time: Double) -> Double {
    Elementary.exp(-(label?.decay ?? 0) * time)
  }

  /// ℓ: label left on a live cell a time (min) after it was labelled, as a share of what was given.
  public func onLiveCell(after time: Double) -> Double {
    guard let label else { return 0 }
    return (1 - label.free) * Elementary.exp(-label.leak * time)
  }
}

extension Remains: Law {
  /// What the law describes.
  public static let title = "What outlives a cell: its DNA and its label"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    \frac{\mathrm{d}C}{\mathrm{d}t} = B - \frac{\ln 2}{T_D} \, C \\
    \frac{\mathrm{d}K}{\mathrm{d}t} = B \, l - \frac{\ln 2}{T_K} \, K \\
    P = (1 - \delta) \, \frac{\ln 2}{T_K} \, K \, (\rho + (1 - \rho) \, (s \, i + (1 - s) \, w)) \\
    \frac{\mathrm{d}S}{\mathrm{d}t} = L + \delta \, \frac{\ln 2}{T_K} \, K - \lambda_S \, S \\
    \frac{\mathrm{d}O}{\mathrm{d}t} = q \, \lambda_S \, S - \lambda_O \, O
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("C", "DNA of corpses, cell equivalents"),
    Symbol("K", "label on corpses and debris"),
    Symbol("B", "deaths per time"),
    Symbol("l", "label on a live cell"),
    Symbol("P", "label taken up by phagocytes of an organ per time, of debris of all organs"),
    Symbol("S", "label in plasma"),
    Symbol("L", "label that live cells lose per time"),
    Symbol("O", "free label in an organ or the carcass"),
    Symbol(#"\delta"#, "share of the label on debris that dissolves"),
    Symbol("q", "share of the label leaving plasma that an organ or the carcass takes"),
    Symbol(#"\lambda_S"#, "rate at which label leaves plasma"),
    Symbol(#"\lambda_O"#, "rate at which an organ or the carcass gives it up"),
    Symbol("i", "1 in the spleen, else 0"),
    Symbol("w", "share of the organ in phagocytosis"),
    Symbol("t", "time"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Remains>] = [
    Parameter(
      "dna_half_life",
      .time,
      \.dnaHalfLife,
      symbol: "T_D",
      "half-life of the DNA of a corpse"
    ),
    Parameter(
      "debris_half_life",
      .time,
      \.debrisHalfLife,
      symbol: "T_K",
      "half-life of label on a corpse before its debris is carried away"
    ),
    Parameter(
      "retained",
      .fraction,
      \.retained,
      symbol: #"\rho"#,
      "share of debris kept by phagocytes of the same organ"
    ),
    Parameter(
      "spleen_share",
      .fraction,
      \.spleenShare,
      symbol: "s",
      "share of carried debris that goes to the spleen as whole corpses"
    ),
  ]
}
