/// How an arrested cell leaves the lumen of a microvessel.
///
///     release:        rate ρ (1 − b) at any time
///     extravasation:  rate ε E b at any time, and ε (1 − b) from a time t₀ after arrest
///
/// Endothelium that holds a cell (b of `Endothelium`) keeps it from being released, and lets it through from the start.
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
  /// Time from arrest to the onset of extravasation through endothelium that does not hold the cell, min.
  public var onset = 0.0
  /// Fold of extravasation through endothelium that holds the cell.
  public var activatedFold = 0.0

  /// A law whose parameters are to be set.
  public init() {}

  /// Rate of release of a cell that is held by b, 1/min.
  @inlinable
  public func release(binding: Double) -> Double { release * (1 - binding) }

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
    r_{out} = \rho \, (1 - b_c) \\
    r_{in} = \epsilon \, E \, b_c \quad (t < t_0), \qquad \epsilon \, (1 + (E - 1) \, b_c) \quad (t \ge t_0)
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("r_{out}", "rate of release"),
    Symbol("r_{in}", "rate of extravasation"),
    Symbol("b_c", "adhesion of the cell, as in arrest"),
    Symbol("t", "time since arrest"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Residence>] = [
    Parameter(
      "release",
      .rate,
      \.release,
      symbol: #"\rho"#,
      "rate of release from the lumen into blood, where endothelium does not hold the cell"
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
