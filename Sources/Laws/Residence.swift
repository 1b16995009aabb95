import Substrate

/// How a cell that is stopped in a microvessel leaves its lumen.
///
///     release:        rate ρ(x) (1 − b) at any time,   ρ(x) = min(ρ_f, ρ (x_r / x)ᵐ),   x = d / calibre
///     extravasation:  rate ε E b at any time, and ε (1 − b) from a time t₀ after arrest
///
/// Endothelium that holds a cell (b of `Endothelium`) keeps it from being released, and lets it through from the start. A
/// cell whose mean wait 1/ρ(x) is short is delayed: it is followed in blood, in transit through the organ.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | ρ, ρ_f | `release`, `fastest` | 1/min |
/// | x_r, m | `releaseRatio`, `releaseExponent` | 1 |
/// | ε | `extravasation` | 1/min |
/// | t₀ | `onset` | min |
/// | E | `activatedFold` | 1 |
public struct Residence: Codable, Sendable, Equatable {
  /// Rate of release back into blood at the reference ratio, and the largest at any, 1/min.
  public var release = 0.0, fastest = 0.0
  /// Cell diameter over calibre of which that is the rate, and the exponent of its fall with size.
  public var releaseRatio = 1.0, releaseExponent = 0.0
  /// Longest mean wait of a cell that is delayed and not held, min.
  public var longestDelay = 0.0
  /// Rate of extravasation after the onset, 1/min.
  public var extravasation = 0.0
  /// Time from arrest to the onset of extravasation through endothelium that does not hold the cell, min.
  public var onset = 0.0
  /// Fold of extravasation through endothelium that holds the cell.
  public var activatedFold = 0.0

  /// A law whose parameters are to be set.
  public init() {}

  /// ρ(x): rate of release of a cell that endothelium does not hold, 1/min.
  @inlinable
  public func release(ratio: Double) -> Double {
    guard release > 0 else { return 0 }
    return min(fastest, release * Elementary.power(releaseRatio / ratio, releaseExponent))
  }

  /// Mean wait of a cell that its size stops, min; `nil` where it is held.
  @inlinable
  public func delay(ratio: Double) -> Double? {
    let rate = release(ratio: ratio)
    return rate * longestDelay >= 1 ? 1 / rate : nil
  }

  /// Rate of extravasation of a cell that is held by b, before the onset or after it, 1/min.
  @inlinable
  public func extravasation(binding: Double, isOpen: Bool) -> Double {
    held * binding + (isOpen ? extravasation * (1 - binding) : 0)
  }

  /// ε E: rate of extravasation of a cell that is held in full, 1/min.
  @inlinable
  public var held: Double { extravasation * activatedFold }

  /// Steps of a length (min) from arrest to the onset of extravasation.
  @inlinable
  public func onsetSteps(of length: Double) -> UInt32 { UInt32((onset / length).rounded()) }
}

extension Residence: Law {
  /// What the law describes.
  public static let title = "Release and extravasation of an arrested cell"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    r_{out} = \min(\rho_f, \rho \, (x_r d_v / d)^m) \, (1 - b_c), \qquad 1 / r_{out} > t_d \\
    r_{in} = \epsilon \, E \, b_c \quad (t < t_0), \qquad \epsilon \, (1 + (E - 1) \, b_c) \quad (t \ge t_0)
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("r_{out}", "rate of release"),
    Symbol("r_{in}", "rate of extravasation"),
    Symbol("b_c", "adhesion of the cell, as in arrest"),
    Symbol("d", "diameter of the cell"),
    Symbol("d_v", "calibre of the vessels"),
    Symbol("t", "time since arrest"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Residence>] = [
    Parameter(
      "release_rate",
      .rate,
      \.release,
      symbol: #"\rho"#,
      "rate of release from the lumen into blood of a cell as wide as release_ratio, where endothelium does not hold it"
    ),
    Parameter(
      "release_ratio",
      .number,
      \.releaseRatio,
      symbol: "x_r",
      isPositive: true,
      "cell diameter over calibre at which release_rate holds"
    ),
    Parameter(
      "release_exponent",
      .number,
      \.releaseExponent,
      symbol: "m",
      "exponent of the fall of that rate with size"
    ),
    Parameter(
      "fastest",
      .rate,
      \.fastest,
      symbol: #"\rho_f"#,
      "largest rate of release, of cells that hardly stop"
    ),
    Parameter(
      "longest_delay",
      .time,
      \.longestDelay,
      symbol: "t_d",
      "longest mean wait of a cell that is delayed in transit and does not count as arrested"
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
      "time from arrest to the onset of extravasation where endothelium does not hold the cell"
    ),
    Parameter(
      "activated_fold",
      .number,
      \.activatedFold,
      symbol: "E",
      "fold of extravasation through endothelium that holds the cell"
    ),
  ]
}
