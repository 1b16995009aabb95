import Substrate

/// Contact between cells of the product and host cells, among neighbouring voxels: all that share a face, an
/// edge or a corner.
///
///     p(v) = 1 − exp(−σ Σ e),   σ = a / 9h² on a plane, w / 27h³ in tissue,   e = (e₀ + (1 − e₀) E) q
///     killing of one target by a killer near it = k A σ / max(1, σ n), of that by natural killers 1 − ζ E, by T cells
///                                                 η = η₀ + (1 − η₀) E
///     antigen that it shows, relative to a mature dendritic cell = α η
///     eating of one corpse by all eaters near it  = g σ Σ 1
///
/// Being near is mutual, and so is what comes of it: a killer or eater is credited with each target that is
/// lost to it. A killer shares its rate among the n targets near it.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | a | `footprint` | um² |
/// | w | `reach` | um³ |
/// | h | edge of a voxel | um |
/// | e₀ | `resting` | 1 |
/// | E, q | proteins of the STAT1 axis (HLA-I among them) and potency of an MSC | 1 |
/// | ζ | `shielding` | 1 |
/// | η₀ | `restingHLA` | 1 |
/// | α | `alloantigen` | 1; 0 for cells that match |
/// | k, g | `HostKind` | 1/min |
/// | A | activity of the killer | 1 |
public struct Contact: Codable, Sendable, Equatable {
  /// Area that a spread cell touches on a plane, um².
  public var footprint = 0.0
  /// Volume of tissue that a cell touches, um³.
  public var reach = 0.0
  /// What an unlicensed cell shows of what a licensed one does.
  public var resting = 0.0
  /// ζ: share of the hazard by natural killers that full HLA-I spares, a protein of the STAT1 axis.
  public var shielding = 0.0
  /// η₀: HLA-I that an unlicensed cell shows to T cells, of what a licensed one does.
  public var restingHLA = 1.0
  /// α: antigen that a licensed mismatched cell shows, relative to a mature dendritic cell.
  public var alloantigen = 0.0
  /// Share of the remaining way to M2 by which each corpse engulfed polarises a macrophage.
  public var polarisationPerCorpse = 0.0
  /// Share of the remaining way to M1 by which each corpse that antibody marks polarises a macrophage.
  public var polarisationByAntibody = 0.0

  /// Share of contact with cells of the product that what they lie in leaves.
  public var exposure = 1.0

  /// A law whose parameters are to be set.
  public init() {}

  /// Voxels of a neighbourhood on a plane and in space, with the one in the middle.
  private static let squares = 9.0
  private static let cubes = 27.0

  /// σ: share of the neighbourhood that a cell touches.
  public func share(spacing h: Double, isPlane: Bool) -> Double {
    min(1, isPlane ? footprint / (Self.squares * h * h) : reach / (Self.cubes * h * h * h))
  }

  /// e: what a cell shows.
  @inlinable
  public func shown(protein: Double, potency: Double) -> Double {
    (resting + (1 - resting) * protein) * potency
  }

  /// η: HLA-I that a cell shows to T cells.
  @inlinable
  public func hla(protein: Double) -> Double { restingHLA + (1 - restingHLA) * protein }

  /// p: share of cells in a voxel that are touched, where the cells near it show so much in all.
  @inlinable
  public func touched(_ shown: Double, share: Double) -> Double {
    1 - Elementary.exp(-share * shown)
  }
}

extension Contact: Law {
  /// What the law describes.
  public static let title = "Contact between cells of the product and host cells"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    p = 1 - \exp(-\sigma \sum e) \\
    e = (e_0 + (1 - e_0) \, E) \, q \\
    \sigma = \min(1, a / 9 h^2) \quad \mathrm{plane}, \quad \min(1, w / 27 h^3) \quad \mathrm{tissue} \\
    k_N = k \, (1 - \zeta E), \qquad k_T = k \, \eta, \qquad \eta = \eta_0 + (1 - \eta_0) \, E \\
    y = \alpha \, \eta \\
    m_{n+1} = m_n + u \, (1 - m_n), \quad (1 - b) \, m_n \quad \mathrm{where\ antibody\ marks\ it}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("p", "share of the cells of a voxel that are touched"),
    Symbol("e", "what a cell shows"),
    Symbol("E", "proteins of the STAT1 axis"),
    Symbol("q", "potency of the cell"),
    Symbol(#"\sigma"#, "share of the neighbourhood that a cell touches"),
    Symbol("h", "edge of a voxel"),
    Symbol("k", "rate of killing by a killer"),
    Symbol("k_N", "that of natural killers, for a cell with HLA-I of their species"),
    Symbol("k_T", "that of T cells, for a cell that does not match"),
    Symbol(#"\eta"#, "HLA-I that a cell shows to T cells"),
    Symbol("y", "antigen that it shows, relative to a mature dendritic cell"),
    Symbol("m_n", "M2 polarisation of a macrophage after n corpses"),
    Symbol("m_{n+1}", "that after one more"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Contact>] = [
    Parameter("footprint", .area, \.footprint, symbol: "a", "area that a cell touches on a plane"),
    Parameter("reach", .volume, \.reach, symbol: "w", "volume of tissue that a cell touches"),
    Parameter(
      "resting",
      .fraction,
      \.resting,
      symbol: "e_0",
      "what an unlicensed cell shows on contact of what a licensed one does"
    ),
    Parameter(
      "shielding",
      .fraction,
      \.shielding,
      symbol: #"\zeta"#,
      "share of the hazard by natural killers that full HLA-I spares, a protein that follows the STAT1 axis"
    ),
    Parameter(
      "resting_hla",
      .fraction,
      \.restingHLA,
      symbol: #"\eta_0"#,
      "HLA-I that an unlicensed cell shows to T cells, of what a licensed one does"
    ),
    Parameter(
      "alloantigen",
      .fraction,
      \.alloantigen,
      symbol: #"\alpha"#,
      "antigen that a licensed mismatched cell shows, relative to a mature dendritic cell"
    ),
    Parameter(
      "polarisation_per_corpse",
      .fraction,
      \.polarisationPerCorpse,
      symbol: "u",
      "share of the remaining way to M2 by which each corpse engulfed polarises a macrophage"
    ),
    Parameter(
      "polarisation_by_antibody",
      .fraction,
      \.polarisationByAntibody,
      symbol: "b",
      "share of the remaining way to M1 by which each corpse that antibody marks polarises a macrophage"
    ),
  ]
}
