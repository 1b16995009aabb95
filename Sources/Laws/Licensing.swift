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
/// L is read as IDO1 mRNA relative to its maximum on the STAT1 axis. Each step holds f, R and M and
/// solves L exactly, then M and E with the new L: with the step, M and E converge to first order, L to second.
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
  /// Activity and memory of both axes and the proteins that follow one, each in 0...1.
  @frozen
  public struct State: Codable, Sendable, Hashable, BitwiseCopyable {
    /// Activity and memory of the STAT1 axis.
    public var stat1: Float, stat1Memory: Float
    /// Activity and memory of the NF-κB axis.
    public var nfkb: Float, nfkbMemory: Float
    /// E: proteins that follow the STAT1 axis.
    public var protein: Float

    /// A state of the given levels; the default is a naive cell.
    @inlinable
    public init(
      stat1: Float = 0,
      stat1Memory: Float = 0,
      nfkb: Float = 0,
      nfkbMemory: Float = 0,
      protein: Float = 0
    ) {
      self.stat1 = stat1
      self.stat1Memory = stat1Memory
      self.nfkb = nfkb
      self.nfkbMemory = nfkbMemory
      self.protein = protein
    }
  }

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

  /// What a time (min) keeps of the difference between E and L, which is held over it.
  @inlinable
  public func proteinKept(over time: Double) -> Double {
    Elementary.exp(-Elementary.log(2) / proteinHalfLife * time)
  }

  /// R: responsiveness a time (min) after thawing.
  @inlinable
  public func responsiveness(sinceThaw time: Double) -> Double {
    1 - Elementary.exp(-max(0, time) / thawRecovery)
  }

  /// f of both axes in the surroundings of a cell.
  @inlinable
  public func drive(_ around: Survival.Surroundings) -> (stat1: Double, nfkb: Double) {
    let stat1 = ifn(around.ifn)
    let gain = 1 + (synergy - 1) * stat1
    let direct = 1 - (1 - tnf(around.tnf)) * (1 - il1b(around.il1b))
    return (stat1, gain * direct / (1 + (gain - 1) * direct))
  }

  /// L and M of one axis after a time (min) under a drive f·R.
  @inlinable
  public func advance(activity: Double, memory: Double, drive: Double, by time: Double)
    -> (activity: Double, memory: Double)
  {
    let rise = drive * (naiveRate + memoryRate * memory)
    let rate = rise + decay
    let steady = rate > 0 ? rise / rate : activity
    let next = steady + (activity - steady) * Elementary.exp(-rate * time)
    let gain = memoryGain * next
    let turnover = gain + memoryLoss
    guard turnover > 0 else { return (next, memory) }
    let steadyMemory = gain / turnover
    return (next, steadyMemory + (memory - steadyMemory) * Elementary.exp(-turnover * time))
  }

  /// The state of a cell after a time (min) under drives f·R of both axes.
  @inlinable
  public func advance(_ state: State, stat1: Double, nfkb: Double, by time: Double) -> State {
    var state = state
    if stat1 > 0 || state.stat1 > 0 || state.stat1Memory > 0 || state.protein > 0 {
      let next = advance(
        activity: Double(state.stat1),
        memory: Double(state.stat1Memory),
        drive: stat1,
        by: time
      )
      (state.stat1, state.stat1Memory) = (Float(next.activity), Float(next.memory))
      let lag = Double(state.protein) - next.activity
      state.protein = Float(next.activity + lag * proteinKept(over: time))
    }
    if nfkb > 0 || state.nfkb > 0 || state.nfkbMemory > 0 {
      let next = advance(
        activity: Double(state.nfkb),
        memory: Double(state.nfkbMemory),
        drive: nfkb,
        by: time
      )
      (state.nfkb, state.nfkbMemory) = (Float(next.activity), Float(next.memory))
    }
    return state
  }
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
