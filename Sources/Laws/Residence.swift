/// How an arrested cell leaves the lumen of a microvessel.
///
///     release:        rate ρ at any time
///     extravasation:  rate ε (1 + (E − 1) H_V(TNF-α)) from a time t₀ after arrest
///
/// | symbol | property | unit |
/// |---|---|---|
/// | ρ | `release` | 1/min |
/// | ε | `extravasation` | 1/min |
/// | t₀ | `onset` | min |
/// | E | `activatedFold` | 1 |
public struct Residence: Codable, Sendable, Equatable {
  /// Rate of release back into blood, 1/min.
  public var release = 0.0
  /// Rate of extravasation after the onset, 1/min.
  public var extravasation = 0.0
  /// Time from arrest to the onset of extravasation, min.
  public var onset = 0.0
  /// Fold of extravasation on TNF-activated endothelium.
  public var activatedFold = 0.0

  /// A law whose parameters are to be set.
  public init() {}

  /// Rate of extravasation after the onset where endothelium is activated by a share 0...1, 1/min.
  @inlinable
  public func extravasation(activation: Double) -> Double {
    extravasation * (1 + (activatedFold - 1) * activation)
  }

  /// Steps of a length (min) from arrest to the onset of extravasation.
  @inlinable
  public func onsetSteps(of length: Double) -> UInt32 { UInt32((onset / length).rounded()) }

  /// The largest rate of leaving the lumen, 1/min.
  @inlinable
  public var largestRate: Double { release + extravasation * max(1, activatedFold) }
}

extension Residence: Law {
  /// What the law describes.
  public static let title = "Release and extravasation of an arrested cell"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    r_{out} = \rho \\
    r_{in} = \epsilon \, (1 + (E - 1) \, V) \quad (t \ge t_0), \quad 0 \quad (t < t_0)
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("r_{out}", "rate of release"),
    Symbol("r_{in}", "rate of extravasation"),
    Symbol("V", "share of the endothelium that is activated"),
    Symbol("t", "time since arrest"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Residence>] = [
    Parameter(
      "release",
      .rate,
      \.release,
      symbol: #"\rho"#,
      "rate of release from the lumen into blood"
    ),
    Parameter(
      "extravasation",
      .rate,
      \.extravasation,
      symbol: #"\epsilon"#,
      "rate of extravasation after the onset"
    ),
    Parameter(
      "onset",
      .time,
      \.onset,
      symbol: "t_0",
      isPositive: false,
      "time from arrest to the onset of extravasation"
    ),
    Parameter(
      "activated_fold",
      .number,
      \.activatedFold,
      symbol: "E",
      "fold of extravasation on TNF-activated endothelium"
    ),
  ]
}
