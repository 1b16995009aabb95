import Substrate

/// How much of what cells give off the grids, and of what blocks lose to blood, enters plasma.
///
///     S_o = Σ q (σ_v n_v + σ_t n_t) + w L,   w = V / Σ v
///
/// Cells in the lumen of microvessels lie in blood; of what cells in tissue give a part is degraded, or leaves with lymph. A block is
/// a piece of its organ, or of the volume there that takes what is put in, and stands for all of it: where blocks carry a factor, cells off
/// the grids of their organ count for nothing.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | q | `Secretion` | nM um³/min | of the cell and factor |
/// | n_v, n_t | arguments | cells | off the grids, in the lumen and in the tissue of the organ |
/// | σ_v, σ_t | `lumenShare`, `tissueShare` | 1 | parameter set |
/// | L | argument | nM um³/min | what a block loses to blood less what it takes |
/// | V, v | what the blocks stand for, and the blocks | um³ | host, treatment, grids |
public struct PlasmaEntry: Codable, Sendable, Equatable {
  /// Share of what cells in the lumen give that enters plasma.
  public var lumenShare = 1.0
  /// Share of what cells in tissue give that enters plasma.
  public var tissueShare = 0.0

  /// A law whose parameters are to be set.
  public init() {}
}

extension PlasmaEntry: Law {
  /// What the law describes.
  public static let title = "Entry of factors into plasma"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    S_o = q \, (\sigma_v \, n_v + \sigma_t \, n_t) + w \, L
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("S_o", "what enters the plasma of an organ"),
    Symbol("q", "what a cell gives"),
    Symbol("n_v", "cells in lumens off the grids, where no block carries the factor"),
    Symbol("n_t", "the same in tissue"),
    Symbol("w", "volume that the blocks stand for over theirs"),
    Symbol("L", "what its blocks lose to blood less what they take"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<PlasmaEntry>] = [
    Parameter(
      "lumen_share",
      .fraction,
      \.lumenShare,
      symbol: #"\sigma_v"#,
      "share of what cells in the lumen of microvessels give that enters plasma"
    ),
    Parameter(
      "tissue_share",
      .fraction,
      \.tissueShare,
      symbol: #"\sigma_t"#,
      "share of what cells in tissue give that enters plasma"
    ),
  ]
}
