import Substrate

/// How far disease has activated the endothelium of an organ.
///
///     α(t) = A (1 − exp(−x/τ)) 2^(−x/T),  x = t + b
///
/// | symbol | property | unit |
/// |---|---|---|
/// | A | `peak` | 1 |
/// | b | `begun` | min |
/// | τ | `rise`; 0 where it is there at once | min |
/// | T | `halfLife`; `nil` where it stays | min |
public struct Activation: Codable, Sendable, Equatable {
  /// A: the share that it tends to before it falls.
  public var peak: Double
  /// b: time from its beginning to the start of the run, min.
  public var begun: Double
  /// τ: time in which it rises, min.
  public var rise: Double
  /// T: time in which it falls by half, min.
  public var halfLife: Double?

  /// Endothelium that disease activates to some share.
  public init(peak: Double, begun: Double = 0, rise: Double = 0, halfLife: Double? = nil) {
    self.peak = peak
    self.begun = begun
    self.rise = rise
    self.halfLife = halfLife
  }

  /// α at a time of the run (min), in 0...1.
  public func share(at time: Double) -> Double {
    let since = time + begun
    let risen = rise > 0 ? 1 - Elementary.exp(-since / rise) : 1
    let left = halfLife.map { Elementary.exp(-Elementary.log(2) * since / $0) } ?? 1
    return peak * risen * left
  }
}

/// Blood flow of a block of tissue relative to that of its organ, by volume.
///
///     f(t) = f₁ + (f₀ − f₁) exp(−t/τ)
///
/// | symbol | property | unit |
/// |---|---|---|
/// | f₀, f₁ | `start`, `end` | 1 |
/// | τ | `recovery` | min |
public struct BloodFlow: Codable, Sendable, Equatable {
  /// f₀: at the start of the run.
  public var start: Double
  /// f₁: what it tends to.
  public var end: Double
  /// τ: time in which it does, min.
  public var recovery: Double

  /// Flow that goes from one value to another; as in the rest of the organ where neither is given.
  public init(start: Double = 1, end: Double? = nil, recovery: Double = 1) {
    self.start = start
    self.end = end ?? start
    self.recovery = recovery
  }

  /// f at a time of the run, min.
  public func fold(at time: Double) -> Double {
    end == start ? start : end + (start - end) * Elementary.exp(-time / recovery)
  }
}
