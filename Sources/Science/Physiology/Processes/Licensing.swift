import Substrate

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
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | a | `naiveRate` | 1/min | trial fit to IDO1 mRNA near maximum at 24 h (Rovira Gonzalez 2016); 0.013–0.3 1/h |
/// | b | `memoryRate` | 1/min | trial fit to 4–8 h on re-exposure (as above); 0.19–2.7 1/h |
/// | d | `decay` | 1/min | trial fit to a fall within 2 d (as above); 0.017–0.25 1/h |
/// | g | `memoryGain` | 1/min | trial fit; 0.005–0.14 1/h |
/// | m | `memoryLoss` | 1/min | assumed 1e-4–8e-3 1/h |
/// | T | `proteinHalfLife` | min | assumed 6–48 h |
/// | τ | `thawRecovery` | min | trial fit to François 2012 (doi 10.3109/14653249.2011.623691); 3.4–10.4 h |
/// | H | `ifn`, `tnf`, `il1b` | nM | half-saturation assumed 0.1–10, 0.1–10, 0.01–1 ng/mL |
/// | S | `synergy` | 1 | assumed 1–10; IFN-γ and TNF-α synergise (Hegyi 2012) |
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
  public var naiveRate: Double
  /// Rate of activation that full memory adds, 1/min.
  public var memoryRate: Double
  /// Rate at which activity falls, 1/min.
  public var decay: Double
  /// Rate at which activity lays down memory, 1/min.
  public var memoryGain: Double
  /// Rate at which memory is lost, 1/min.
  public var memoryLoss: Double
  /// Half-life of the proteins of the STAT1 axis, min.
  public var proteinHalfLife: Double
  /// Time in which responsiveness returns after thawing, min.
  public var thawRecovery: Double
  /// Response to IFN-γ.
  public var ifn: Hill
  /// Response to TNF-α.
  public var tnf: Hill
  /// Response to IL-1β.
  public var il1b: Hill
  /// Gain of the NF-κB axis where IFN-γ saturates.
  public var synergy: Double

  /// Licensing with the given parameters.
  public init(
    naiveRate: Double,
    memoryRate: Double,
    decay: Double,
    memoryGain: Double,
    memoryLoss: Double,
    proteinHalfLife: Double,
    thawRecovery: Double,
    ifn: Hill,
    tnf: Hill,
    il1b: Hill,
    synergy: Double
  ) {
    self.naiveRate = naiveRate
    self.memoryRate = memoryRate
    self.decay = decay
    self.memoryGain = memoryGain
    self.memoryLoss = memoryLoss
    self.proteinHalfLife = proteinHalfLife
    self.thawRecovery = thawRecovery
    self.ifn = ifn
    self.tnf = tnf
    self.il1b = il1b
    self.synergy = synergy
  }

  /// What a time (min) keeps of the difference between E and L, which is held over it.
  public func proteinKept(over time: Double) -> Double {
    Elementary.exp(-Elementary.log(2) / proteinHalfLife * time)
  }

  /// R: responsiveness a time (min) after thawing.
  public func responsiveness(sinceThaw time: Double) -> Double {
    1 - Elementary.exp(-max(0, time) / thawRecovery)
  }

  /// f of both axes in the surroundings of a cell.
  public func drive(_ around: Survival.Surroundings) -> (stat1: Double, nfkb: Double) {
    let stat1 = ifn(around.ifn)
    let gain = 1 + (synergy - 1) * stat1
    let direct = 1 - (1 - tnf(around.tnf)) * (1 - il1b(around.il1b))
    return (stat1, gain * direct / (1 + (gain - 1) * direct))
  }

  /// L and M of one axis after a time (min) under a drive f·R.
  public func advance(activity: Double, memory: Double, drive: Double, by time: Double)
    -> (activity: Double, memory: Double)
  {
    let rise = drive * (naiveRate + memoryRate * memory)
    let rate = rise + decay
    let steady = rise / rate
    let next = steady + (activity - steady) * Elementary.exp(-rate * time)
    let gain = memoryGain * next
    let turnover = gain + memoryLoss
    guard turnover > 0 else { return (next, memory) }
    let settled = gain / turnover
    return (next, settled + (memory - settled) * Elementary.exp(-turnover * time))
  }

  /// The state of a cell after a time (min) under drives f·R of both axes.
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
