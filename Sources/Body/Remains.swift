import Laws
import Substrate

/// What outlives a cell: its DNA and its label, per organ.
///
///     dC/dt = deaths − λ_D C                      DNA of corpses, cell equivalents
///     dK/dt = deaths · ℓ − λ_K K                  label on corpses and debris
///     outflow λ_K K = ρ to phagocytes here + (1 − ρ) carried away
///     carried away   = s to the spleen + (1 − s) over organs by phagocytosis
///     ℓ(t) = (1 − φ) exp(−λ_L t)                  label still on a live cell
///
/// Label that leaks from live cells, and the free share φ at injection, leave in soluble form:
/// a share u is taken up by phagocytes, the rest is excreted. Label is decay-corrected;
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

    /// A label of the given properties.
    public init(
      name: String,
      decay: Double,
      leak: Double,
      free: Double,
      solubleUptake: Double,
      retained: Double? = nil
    ) {
      self.name = name
      self.decay = decay
      self.leak = leak
      self.free = free
      self.solubleUptake = solubleUptake
      self.retained = retained
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
    P = \frac{\ln 2}{T_K} \, K \, (\rho + (1 - \rho) \, (s \, i + (1 - s) \, w))
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("C", "DNA of corpses, cell equivalents"),
    Symbol("K", "label on corpses and debris"),
    Symbol("B", "deaths per time"),
    Symbol("l", "label on a live cell"),
    Symbol("P", "label taken up by phagocytes of an organ per time, of debris of all organs"),
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

/// The pools of remains of one run: everything here is in units of one cell given.
public struct RemainsPools: Codable, Sendable {
  /// DNA of corpses in each organ, cell equivalents.
  public private(set) var dna: [Double]
  /// Label on corpses and debris in each organ.
  public private(set) var corpseLabel: [Double]
  /// Label in phagocytes of each organ.
  public private(set) var phagocyteLabel: [Double]
  /// Label that left the body.
  public private(set) var excretedLabel: Double

  /// Empty pools for a number of organs.
  public init(organs: Int) {
    dna = Array(repeating: 0, count: organs)
    corpseLabel = dna
    phagocyteLabel = dna
    excretedLabel = 0
  }

  /// Takes in the death of `cells` cells in an organ, each with `label` still on it.
  public mutating func bury(cells: Double, label: Double, in organ: Int) {
    dna[organ] += cells
    corpseLabel[organ] += cells * label
  }

  /// Takes in label (units of one cell) that leaves the body at once.
  public mutating func excrete(_ label: Double) { excretedLabel += label }

  /// Moves soluble label (units of one cell) to phagocytes and out of the body.
  public mutating func dissolve(_ label: Double, _ law: Remains, _ host: Host) {
    guard label > 0, let properties = law.label else { return }
    let taken = label * properties.solubleUptake
    excretedLabel += label - taken
    spread(taken, host)
  }

  /// Advances the pools by a time (min): exact exponentials, so the split of time does not matter.
  public mutating func advance(_ law: Remains, _ host: Host, by time: Double) {
    let dnaLeft = Elementary.exp(-law.dnaDecay * time)
    let labelLeft = Elementary.exp(-law.debrisClearance * time)
    let spleen = host.index(of: "spleen")
    let retained = law.label?.retained ?? law.retained
    for organ in dna.indices {
      dna[organ] *= dnaLeft
      let gone = corpseLabel[organ] * (1 - labelLeft)
      guard gone > 0 else { continue }
      corpseLabel[organ] *= labelLeft
      phagocyteLabel[organ] += gone * retained
      let carried = gone * (1 - retained)
      let whole = spleen == nil ? 0 : carried * law.spleenShare
      if let spleen { phagocyteLabel[spleen] += whole }
      spread(carried - whole, host)
    }
  }

  private mutating func spread(_ label: Double, _ host: Host) {
    let total = host.organs.reduce(0) { $0 + $1.phagocytosis }
    for (organ, properties) in host.organs.enumerated() {
      phagocyteLabel[organ] += label * properties.phagocytosis / total
    }
  }
}

extension RemainsPools {
  /// Numbers of cells that a pool may hold: beyond any dose, and no less than none but for rounding.
  private static let possible = -1e-3...1e18

  /// Whether a state that was read is one of so many organs.
  public func isSound(organs: Int) -> Bool {
    [dna, corpseLabel, phagocyteLabel].allSatisfy { pools in
      pools.count == organs && pools.allSatisfy { Self.possible.contains($0) }
    } && Self.possible.contains(excretedLabel)
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&dna)
    try visitor.visit(&corpseLabel)
    try visitor.visit(&phagocyteLabel)
    try visitor.visit(&excretedLabel)
  }
}
