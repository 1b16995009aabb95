import Vocabulary

/// Growth of a tumour in its voxel, and what an engineered cell's payload kills of it.
///
///     dN/dt = γ N (1 − N) − k H_K(payload) N
///     γ     = γ₀ (1 + s_T H_T(TGF-β1) + s_V H_V(VEGF) + s_C contact)
///
/// N is the share of its largest density; it does not spread from voxel to voxel.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | N | state of the voxel | 1 |
/// | γ₀ | `growth` | 1/min |
/// | s_T | `tgfb1Support` | 1 |
/// | s_V | `vegfSupport` | 1 |
/// | s_C | `contactSupport` | 1 |
/// | k | `killing` | 1/min |
/// | H_K | `payload` | nM |
/// | H_T | `tgfb1` | nM |
/// | H_V | `vegf` | nM |
/// | contact | share of the tissue that MSC touch | 1 |
public struct TumourGrowth: Codable, Sendable, Equatable {
  /// Growth of a sparse tumour without support, 1/min.
  public var growth = 0.0
  /// Growth that saturating TGF-β1 adds, as a share of `growth`.
  public var tgfb1Support = 0.0
  /// Growth that saturating VEGF adds, as a share of `growth`.
  public var vegfSupport = 0.0
  /// Growth that contact with MSC everywhere adds, as a share of `growth`.
  public var contactSupport = 0.0
  /// Hazard of tumour cells where the payload saturates, 1/min.
  public var killing = 0.0
  /// Response of tumour cells to the payload.
  public var payload = Hill(halfSaturation: 1)
  /// Response of growth to TGF-β1.
  public var tgfb1 = Hill(halfSaturation: 1)
  /// Response of growth to VEGF.
  public var vegf = Hill(halfSaturation: 1)

  /// A law whose parameters are to be set.
  public init() {}

  /// γ, 1/min.
  @inlinable
  @inline(__always)
  public func growthRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(growth)
      * (.constant(1) + .constant(tgfb1Support) * tgfb1(levels.tgfb1)
        + .constant(vegfSupport) * vegf(levels.vegf)
        + .constant(contactSupport) * levels.contact)
  }

  /// k H_K: hazard of tumour cells, 1/min.
  @inlinable
  @inline(__always)
  public func killingRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(killing) * payload(levels.payload)
  }

  /// N after a step (min) under steady levels.
  ///
  /// What is lost is taken at the end of the step and what is gained at its begin, so that N stays in
  /// 0...1 for any step; the error is of first order.
  @inlinable
  @inline(__always)
  public func share<Number: TissueNumber>(
    after share: Number,
    _ levels: TissueLevels<Number>,
    step: Number
  ) -> Number {
    let gain = step * growthRate(levels) * share
    return (share + gain) / (.constant(1) + gain + step * killingRate(levels))
  }
}

extension TumourGrowth: Law {
  /// What the law describes.
  public static let title = "Growth of a tumour and its killing by a payload"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    \frac{\mathrm{d}N}{\mathrm{d}t} = \gamma \, N (1 - N) - k \, H(P, K_P) \, N \\
    \gamma = \gamma_0 \, (1 + s_T \, H(F, K_T) + s_V \, H(E, K_V) + s_C \, x) \\
    H(y, K) = \frac{y}{y + K}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("N", "tumour, share of its largest density"),
    Symbol(#"\gamma"#, "growth"),
    Symbol("P", "concentration of the payload"),
    Symbol("F", "concentration of TGF-b1"),
    Symbol("E", "concentration of VEGF"),
    Symbol("x", "share of the tissue that MSC touch"),
    Symbol("H", "saturating response"),
    Symbol("y", "concentration"),
    Symbol("K", "half-saturation"),
    Symbol("t", "time"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<TumourGrowth>] = [
    Parameter("growth", .rate, \.growth, symbol: #"\gamma_0"#, "growth of a sparse tumour"),
    Parameter(
      "tgfb1_support",
      .number,
      \.tgfb1Support,
      symbol: "s_T",
      "growth that saturating TGF-b1 adds, as a share"
    ),
    Parameter(
      "vegf_support",
      .number,
      \.vegfSupport,
      symbol: "s_V",
      "growth that saturating VEGF adds, as a share"
    ),
    Parameter(
      "contact_support",
      .number,
      \.contactSupport,
      symbol: "s_C",
      "growth that contact with MSC everywhere adds, as a share"
    ),
    Parameter(
      "killing",
      .rate,
      \.killing,
      symbol: "k",
      "hazard of tumour cells where the payload saturates"
    ),
    Parameter(
      "payload_half",
      .concentration(of: "payload"),
      \.payload.halfSaturation,
      symbol: "K_P",
      "payload of half that hazard"
    ),
    Parameter(
      "tgfb1_half",
      .concentration(of: "tgfb1"),
      \.tgfb1.halfSaturation,
      symbol: "K_T",
      "TGF-b1 of half its support"
    ),
    Parameter(
      "vegf_half",
      .concentration(of: "vegf"),
      \.vegf.halfSaturation,
      symbol: "K_V",
      "VEGF of half its support"
    ),
  ]
}
