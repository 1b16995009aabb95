import Substrate
import Vocabulary

/// Licensing by inflammatory cytokines, on two axes.
///
///     dL/dt = f R (a + b M)(1 − L) − d L
///     dM/dt = g L (1 − M) − m M
///     dE/dt = (ln 2 / T) (L − E)          on the STAT1 axis: IDO, HLA-I and II, PD-L1
///     R     = 1 − exp(−t_thaw / τ)        (1 for a product that was not thawed)
///     STAT1: f = H(IFN-γ)
///     NF-κB: f = s e / (1 + (s − 1) e),  e = 1 − (1 − H(TNF-α))(1 − H(IL-1β)),  s = 1 + (S − 1) H(IFN-γ)
///
/// Both are instances of `Axis`, which says how they are solved, and E is one of `Follower`. L is read as IDO1 mRNA
/// relative to its maximum on the STAT1 axis.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | a | `naiveRate` | 1/min |
/// | b | `memoryRate` | 1/min |
/// | d | `decay` | 1/min |
/// | g | `memoryGain` | 1/min |
/// | m | `memoryLoss` | 1/min |
/// | T | `proteinHalfLife` | min |
/// | τ | `thawRecovery` | min |
/// | H | `ifn`, `tnf`, `il1b` | nM |
/// | S | `synergy` | 1 |
public struct Licensing: Codable, Sendable {
  /// Rate of activation of a naive cell, 1/min.
  public var naiveRate = 0.0
  /// Rate of activation that full memory adds, 1/min.
  public var memoryRate = 0.0
  /// Rate at which activity falls, 1/min.
  public var decay = 0.0
  /// Rate at which activity lays down memory, 1/min.
  public var memoryGain = 0.0
  /// Rate at which memory is lost, 1/min.
  public var memoryLoss = 0.0
  /// Half-life of the proteins of the STAT1 axis, min.
  public var proteinHalfLife = 0.0
  /// Time in which responsiveness returns after thawing, min.
  public var thawRecovery = 0.0
  /// Response to IFN-γ.
  public var ifn = Hill(halfSaturation: 1)
  /// Response to TNF-α.
  public var tnf = Hill(halfSaturation: 1)
  /// Response to IL-1β.
  public var il1b = Hill(halfSaturation: 1)
  /// Gain of the NF-κB axis where IFN-γ saturates.
  public var synergy = 1.0
  /// L₀: activity from which a cell counts as licensed (STAT1 axis) or active (NF-κB axis).
  public var threshold = 1.0

  /// A law whose parameters are to be set.
  public init() {}

  /// R: responsiveness a time (min) after thawing.
  @inlinable
  public func responsiveness(sinceThaw time: Double) -> Double {
    1 - Elementary.exp(-max(0, time) / thawRecovery)
  }

  /// The two axes.
  public var axes: [Axis] {
    func response(_ name: String, _ law: Hill, weight: Double = 1) -> Response {
      Response(to: name, halfSaturation: law.halfSaturation, weight: weight)
    }
    func axis(_ name: String, _ raise: [Response], amplifiers: [Response] = []) -> Axis {
      var axis = Axis(
        name,
        raise: raise,
        amplifiers: amplifiers,
        rate: naiveRate,
        decay: decay,
        recovers: true
      )
      (axis.rates.memory, axis.rates.gain, axis.rates.loss) = (memoryRate, memoryGain, memoryLoss)
      axis.remembers = true
      return axis
    }
    return [
      axis("stat1", [response("ifng", ifn)]),
      axis(
        "nfkb",
        [response("tnfa", tnf), response("il1b", il1b)],
        amplifiers: [response("ifng", ifn, weight: synergy - 1)]
      ),
    ]
  }

  /// E, which follows the STAT1 axis.
  public var follower: Follower {
    Follower(Self.protein, axis: "stat1", halfLife: proteinHalfLife)
  }
}

extension Licensing {
  /// Name of the proteins that follow the STAT1 axis.
  public static let protein = "stat1_protein"
  /// Row of these.
  public static let proteinRow = 4
  /// Names of the numbers that a cell of every product carries, in their order.
  public static let names = ["stat1", "stat1_memory", "nfkb", "nfkb_memory", protein]
}

extension Licensing: Law {
  /// What the law describes.
  public static let title = "Licensing of the cells of the product by inflammatory cytokines"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    \frac{\mathrm{d}L}{\mathrm{d}t} = f R \, (a + b M) (1 - L) - d L \\
    \frac{\mathrm{d}M}{\mathrm{d}t} = g L (1 - M) - m M \\
    \frac{\mathrm{d}E}{\mathrm{d}t} = \frac{\ln 2}{T} (L - E) \\
    R = 1 - \exp(-t_r / \tau) \\
    f_S = H(G, K_G), \qquad f_N = \frac{x e}{1 + (x - 1) e}, \qquad f = f_S \, \mathrm{or} \, f_N \\
    e = 1 - (1 - H(F, K_T)) (1 - H(I, K_I)), \qquad x = 1 + (S - 1) \, H(G, K_G) \\
    L \ge L_0: \mathrm{licensed} \\
    H(y, K) = \frac{y}{y + K}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("L", "activity of an axis"),
    Symbol("M", "memory of an axis"),
    Symbol("E", "proteins that follow the STAT1 axis"),
    Symbol("f", "drive of an axis"),
    Symbol("f_S", "drive of the STAT1 axis"),
    Symbol("f_N", "drive of the NF-kB axis"),
    Symbol("R", "responsiveness after thawing"),
    Symbol("t_r", "time since thawing"),
    Symbol("G", "concentration of IFN-g"),
    Symbol("F", "concentration of TNF-a"),
    Symbol("I", "concentration of IL-1b"),
    Symbol("e", "direct drive of the NF-kB axis"),
    Symbol("x", "gain by IFN-g"),
    Symbol("H", "saturating response"),
    Symbol("y", "concentration"),
    Symbol("K", "half-saturation"),
    Symbol("t", "time"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Licensing>] = [
    Parameter("naive_rate", .rate, \.naiveRate, symbol: "a", "activation of a naive cell"),
    Parameter("memory_rate", .rate, \.memoryRate, symbol: "b", "activation that full memory adds"),
    Parameter("decay", .rate, \.decay, symbol: "d", "fall of activity without the cytokine"),
    Parameter(
      "memory_gain",
      .rate,
      \.memoryGain,
      symbol: "g",
      "rate at which activity lays down memory"
    ),
    Parameter("memory_loss", .rate, \.memoryLoss, symbol: "m", "loss of memory"),
    Parameter(
      "protein_half_life",
      .time,
      \.proteinHalfLife,
      symbol: "T",
      "half-life of the proteins of the STAT1 axis"
    ),
    Parameter(
      "thaw_recovery",
      .time,
      \.thawRecovery,
      symbol: #"\tau"#,
      "time in which responsiveness returns after thawing"
    ),
    Parameter(
      "ifn_half",
      .concentration(of: "ifng"),
      \.ifn.halfSaturation,
      symbol: "K_G",
      "IFN-g that licenses at half rate"
    ),
    Parameter(
      "tnf_half",
      .concentration(of: "tnfa"),
      \.tnf.halfSaturation,
      symbol: "K_T",
      "TNF-a that licenses at half rate"
    ),
    Parameter(
      "il1b_half",
      .concentration(of: "il1b"),
      \.il1b.halfSaturation,
      symbol: "K_I",
      "IL-1b that licenses at half rate"
    ),
    Parameter(
      "synergy",
      .number,
      \.synergy,
      symbol: "S",
      "gain of the NF-kB axis where IFN-g saturates"
    ),
    Parameter(
      "threshold",
      .fraction,
      \.threshold,
      symbol: "L_0",
      "activity from which a cell counts as licensed (STAT1 axis) or active (NF-kB axis)"
    ),
  ]
}
