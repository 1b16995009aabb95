import Substrate
import Vocabulary

/// Arrest of a cell in a pass through an organ's microvessels, by size and by adhesion.
///
///     A(x) = 1 / (1 + (x½ / x)ᵏ),  x = d / calibre
///     P_size = A (1 − bypass (1 + σ o))
///     P = 1 − (1 − P_size)(1 − a b),  b of `Endothelium`
///
/// | symbol | property | unit |
/// |---|---|---|
/// | x½ | `halfRatio` | 1 |
/// | k | `steepness` | 1 |
/// | σ | `saturation` | 1 |
/// | o | occluded share of the organ's microvessels | 1 |
/// | a | `adhesion` | 1 |
public struct Arrest: Codable, Sendable {
  /// Cell diameter over calibre at which half the cells arrest.
  public var halfRatio = 0.0
  /// Steepness of the rise with size.
  public var steepness = 0.0
  /// Gain of bypass per occluded share.
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

  /// A(x): the share of cells of a diameter that a vessel of a calibre (both um) holds.
  @inlinable
  public func bySize(diameter: Double, calibre: Double) -> Double {
    1 / (1 + Elementary.power(halfRatio * calibre / diameter, steepness))
  }

  /// P: the probability that a pass ends in arrest.
  ///
  /// - Parameters:
  ///   - size: A(x) of the cell in the organ.
  ///   - bypass: share of passes that meet no such vessel.
  ///   - occluded: share of the organ's microvessels that cells occlude, 0...1.
  ///   - adhesive: probability of arrest by adhesion alone, a b.
  /// - Returns: the probability.
  @inlinable
  public func chance(size: Double, bypass: Double, occluded: Double, adhesive: Double) -> Double {
    let open = min(1, bypass * (1 + saturation * occluded))
    return 1 - (1 - size * (1 - open)) * (1 - adhesive)
  }
}

extension Arrest: Law {
  /// What the law describes.
  public static let title = "Arrest of a cell in a pass through the microvessels of an organ"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    A = \frac{1}{1 + (x_h d_v / d)^k} \\
    P_A = A \, (1 - \min(1, b \, (1 + \sigma o))) \\
    P = 1 - (1 - P_A) \, (1 - a \, b_c) \\
    b_c = 1 - (1 - B) \, (1 - h \, r \, H(C, K_C)) \\
    B = \frac{\kappa V g}{1 + \kappa V (g - 1)}, \qquad V = 1 - (1 - \alpha) \, (1 - H(T, K_V)) \\
    H(y, K) = \frac{y}{y + K}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("A", "chance of arrest by size alone"),
    Symbol("P_A", "that where some passes meet no such vessel"),
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
      "cell diameter over calibre at which half the cells arrest"
    ),
    Parameter("steepness", .number, \.steepness, symbol: "k", "steepness of that rise"),
    Parameter(
      "saturation",
      .number,
      \.saturation,
      symbol: #"\sigma"#,
      "gain of bypass per occluded share"
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
