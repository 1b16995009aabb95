import Substrate

/// What the occlusion of the vessels of the lung does to the pressure before it, and to the animal.
///
///     R = 1 / (1 − o)
///     p = min(p_m, p_l + Δ R)
///     M = (R − 1)ᶻ / ((R − 1)ᶻ + Lᶻ)
///
/// All of the cardiac output goes through the segments that are left open, which are taken for tubes side by side; none are held
/// in reserve, as in mouse and rat (Presson 1997). The pressure has no upper bound: a ventricle fails before it makes 100 mmHg. The chance of death follows the largest resistance that was reached.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | o | argument | 1 | share of the segments of the lung that cells and clot occlude |
/// | p_l, Δ, p_m | `leftPressure`, `drop`, `largestPressure` | mmHg | assumed |
/// | L, z | `lethal`, `steepness` | 1 | assumed |
public struct Embolism: Codable, Sendable, Equatable {
  /// Pressure in the left atrium, mmHg.
  public var leftPressure = 0.0
  /// Drop of pressure over the lung without occlusion, mmHg.
  public var drop = 0.0
  /// Pressure that the right ventricle makes at most, mmHg.
  public var largestPressure = Double.infinity
  /// Gain of resistance of which half the animals die.
  public var lethal = 1.0
  /// Steepness of the rise of that share with the gain.
  public var steepness = 1.0

  /// A law whose parameters are to be set.
  public init() {}

  /// Upper bound of the resistance, which holds where all segments are occluded.
  private static let largest = 1e6

  /// R: resistance of the lung relative to one without occlusion.
  public static func resistance(occluded: Double) -> Double {
    min(largest, 1 / max(0, 1 - occluded))
  }

  /// p: mean pressure in the pulmonary artery at a relative resistance, mmHg.
  public func pressure(resistance: Double) -> Double {
    min(largestPressure, leftPressure + drop * resistance)
  }

  /// M: the chance of death by embolism of an animal whose lung reached a relative resistance.
  public func death(resistance: Double) -> Double {
    let gain = resistance - 1
    return gain > 0 ? 1 / (1 + Elementary.power(lethal / gain, steepness)) : 0
  }
}

extension Embolism: Law {
  /// What the law describes.
  public static let title = "Pressure before an occluded lung, and death by embolism"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    R = 1 / (1 - o_c) \\
    p = \min(p_m, p_l + \Delta \, R) \\
    M = \frac{(R - 1)^z}{(R - 1)^z + L^z}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("R", "resistance of the lung over that without occlusion; in M its largest"),
    Symbol("o_c", "share of the segments of the lung that cells and clot occlude"),
    Symbol("p", "mean pressure in the pulmonary artery, mmHg"),
    Symbol("M", "chance of death by embolism"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Embolism>] = [
    Parameter(
      "left_pressure",
      .number,
      \.leftPressure,
      symbol: "p_l",
      "mean pressure in the left atrium, mmHg"
    ),
    Parameter(
      "pressure_drop",
      .number,
      \.drop,
      symbol: #"\Delta"#,
      "drop of the mean pressure over the lung without occlusion, mmHg"
    ),
    Parameter(
      "largest_pressure",
      .number,
      \.largestPressure,
      symbol: "p_m",
      "mean pressure that the right ventricle makes at most, mmHg"
    ),
    Parameter(
      "lethal_gain",
      .number,
      \.lethal,
      symbol: "L",
      isPositive: true,
      "gain of the resistance of the lung of which half the animals die"
    ),
    Parameter(
      "steepness",
      .number,
      \.steepness,
      symbol: "z",
      "steepness of the rise of that share with the gain"
    ),
  ]
}
