import Substrate
import Vocabulary

/// Arrest of a cell in a pass through an organ's microvessels, by size and by adhesion.
///
///     F(x) = (1 − w′) / (1 + (x / x½)ᵏ) + w′ min(1, (x_w / x)^α),  x = d / calibre,  w′ = w (1 + σ o)
///     P_size = (1 − F)(1 − bypass (1 + σ o))
///     P = 1 − (1 − P_size)(1 − a b),  b of `Endothelium`
///
/// Calibres differ: most paths stop cells by a steep law of size, a few wide ones by a power of it. A cell that its size
/// stops waits for a time that `Residence` gives by the same x: a leukocyte for minutes, a stromal cell for good.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | x½ | `halfRatio` | 1 |
/// | k | `steepness` | 1 |
/// | w, x_w, α | `wideShare`, `wideRatio`, `wideExponent` | 1 |
/// | σ | `saturation` | 1 |
/// | o | occluded share of the organ's microvessels | 1 |
/// | a | `adhesion` | 1 |
public struct Arrest: Codable, Sendable {
  /// Cell diameter over calibre at which half the cells stop.
  public var halfRatio = 0.0
  /// Steepness of the rise with size.
  public var steepness = 0.0
  /// Share of the passes that meet a wide path.
  public var wideShare = 0.0
  /// Cell diameter over calibre up to which a wide path lets all cells pass.
  public var wideRatio = 0.0
  /// Exponent of the fall of their share with size beyond it.
  public var wideExponent = 0.0
  /// Gain of wide paths and of bypass per occluded share.
  public var saturation = 0.0
  /// Share of the passes that end in arrest where adhesion is full.
  public var adhesion = 0.0
  /// Adhesion of a CXCR4-carrying cell where CXCL12 saturates.
  public var chemokineBinding = 0.0
  /// Response of endothelium to TNF-α.
  public var endothelialTNF = Hill(halfSaturation: 1)
  /// Response of CXCR4-carrying cells to CXCL12.
  public var receptorBinding = Hill(halfSaturation: 1)

  /// A law whose parameters are to be set.
  public init() {}

  /// P_size: the probability that a pass through an organ stops a cell by its size.
  ///
  /// - Parameters:
  ///   - ratio: x, diameter of the cell over the calibre of the vessels.
  ///   - bypass: share of passes that meet no such vessel.
  ///   - occluded: share of the organ's segments that cells and clot occlude, 0...1.
  /// - Returns: the probability.
  @inlinable
  public func stops(ratio: Double, bypass: Double, occluded: Double = 0) -> Double {
    let gain = 1 + saturation * occluded
    let wide = min(1, wideShare * gain)
    let narrow = 1 / (1 + Elementary.power(ratio / halfRatio, steepness))
    let through = ratio > wideRatio ? Elementary.power(wideRatio / ratio, wideExponent) : 1
    return (1 - (1 - wide) * narrow - wide * through) * (1 - min(1, bypass * gain))
  }
}

extension Arrest: Law {
  /// What the law describes.
  public static let title = "Arrest of a cell in a pass through the microvessels of an organ"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    F = \frac{1 - w_o}{1 + (d / (x_h d_v))^k} + w_o \, \min(1, (x_w d_v / d)^\omega), \quad w_o = \min(1, w \, (1 + \sigma o)) \\
    P_A = (1 - F) \, (1 - \min(1, b \, (1 + \sigma o))) \\
    P = 1 - (1 - P_A) \, (1 - a \, b_c) \\
    b_c = 1 - (1 - B) \, (1 - h \, r \, H(C, K_C)) \\
    B = \frac{\kappa V g}{1 + \kappa V (g - 1)}, \qquad V = 1 - (1 - \alpha) \, (1 - H(T, K_V)) \\
    H(y, K) = \frac{y}{y + K}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("F", "share of the passes through microvessels that no vessel is too narrow for"),
    Symbol("w_o", "share of the passes that meet a wide path"),
    Symbol("P_A", "chance that its size stops a cell, where some passes meet no such vessel"),
    Symbol("P", "chance that a pass ends in arrest"),
    Symbol("d", "diameter of the cell"),
    Symbol("d_v", "calibre of the vessels"),
    Symbol("b", "share of passes that meet no such vessel"),
    Symbol("o", "occluded share of the vessels"),
    Symbol("b_c", "adhesion of a cell"),
    Symbol("B", "that of a cell without CXCR4"),
    Symbol("V", "share of the endothelium that is activated"),
    Symbol(#"\kappa"#, "adhesion of the organ where all of its endothelium is activated"),
    Symbol(#"\alpha"#, "activation that the host states"),
    Symbol(
      "g",
      "ligands of selectins times those of VCAM-1 on the cell, relative to marrow cells"
    ),
    Symbol("r", "1 for a cell with working CXCR4, else 0"),
    Symbol("T", "concentration of TNF-a"),
    Symbol("C", "concentration of CXCL12"),
    Symbol("H", "saturating response"),
    Symbol("y", "concentration"),
    Symbol("K", "half-saturation"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Arrest>] = [
    Parameter(
      "half_ratio",
      .number,
      \.halfRatio,
      symbol: "x_h",
      isPositive: true,
      "cell diameter over calibre at which half the cells stop"
    ),
    Parameter("steepness", .number, \.steepness, symbol: "k", "steepness of that rise"),
    Parameter(
      "wide_share",
      .fraction,
      \.wideShare,
      symbol: "w",
      "share of the passes that meet a wide path where nothing is occluded"
    ),
    Parameter(
      "wide_ratio",
      .number,
      \.wideRatio,
      symbol: "x_w",
      isPositive: true,
      "cell diameter over calibre up to which wide paths let all cells pass"
    ),
    Parameter(
      "wide_exponent",
      .number,
      \.wideExponent,
      symbol: #"\omega"#,
      "exponent of the fall of that share with size"
    ),
    Parameter(
      "saturation",
      .number,
      \.saturation,
      symbol: #"\sigma"#,
      "gain of wide paths and of bypass per occluded share"
    ),
    Parameter(
      "adhesion",
      .fraction,
      \.adhesion,
      symbol: "a",
      "share of the passes that end in arrest where adhesion is full"
    ),
    Parameter(
      "chemokine_binding",
      .fraction,
      \.chemokineBinding,
      symbol: "h",
      "adhesion of a CXCR4-carrying cell where CXCL12 saturates"
    ),
    Parameter(
      "endothelial_tnf",
      .concentration(of: "tnfa"),
      \.endothelialTNF.halfSaturation,
      symbol: "K_V",
      "TNF-a that activates endothelium by half"
    ),
    Parameter(
      "receptor_binding",
      .concentration(of: "cxcl12"),
      \.receptorBinding.halfSaturation,
      symbol: "K_C",
      "CXCL12 that draws CXCR4-carrying cells by half"
    ),
  ]
}
