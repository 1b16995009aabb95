/// How an arrested cell leaves the lumen of a microvessel.
///
///     release:        rate ρ at any time
///     extravasation:  rate ε (1 + (E − 1) H_V(TNF-α)) from a time t₀ after arrest
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | ρ | `release` | 1/min | upper bound from Lee 2009: 0–1e-4 1/h |
/// | ε | `extravasation` | 1/min | Toma 2009: luminal at 1 d, in the wall at 3 d; 0.01–0.1 1/h |
/// | t₀ | `onset` | min | as above; 12–36 h |
/// | E | `activatedFold` | 1 | assumed 1–4 |
public struct Residence: Codable, Sendable, Equatable {
  /// Rate of release back into blood, 1/min.
  public var release: Double
  /// Rate of extravasation after the onset, 1/min.
  public var extravasation: Double
  /// Time from arrest to the onset of extravasation, min.
  public var onset: Double
  /// Fold of extravasation on TNF-activated endothelium.
  public var activatedFold: Double

  /// Residence with the given parameters.
  public init(release: Double, extravasation: Double, onset: Double, activatedFold: Double) {
    self.release = release
    self.extravasation = extravasation
    self.onset = onset
    self.activatedFold = activatedFold
  }

  /// Rate of extravasation after the onset where endothelium is activated by a share 0...1, 1/min.
  public func extravasation(activation: Double) -> Double {
    extravasation * (1 + (activatedFold - 1) * activation)
  }

  /// Steps of a length (min) from arrest to the onset of extravasation.
  public func onsetSteps(of length: Double) -> UInt32 { UInt32((onset / length).rounded()) }

  /// The largest rate of leaving the lumen, 1/min.
  public var largestRate: Double { release + extravasation * max(1, activatedFold) }
}
