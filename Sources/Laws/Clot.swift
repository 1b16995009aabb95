import Substrate

/// Clot about cells that are stopped in microvessels.
///
///     x = a (q n + (q + φ) m) / N
///     dc/dt = k G(x) (1 − c) − c ln 2 / T,   G(x) = xˢ / (xˢ + Kˢ)
///
/// Living cells carry tissue factor and dead ones phosphatidylserine besides. What they start is held in check by inhibitors
/// of blood until there is too much of it for a segment, so that clot rises steeply with the density of the cells. It closes a
/// share c of the segments that cells leave open, and dissolves.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | n, m | arguments | cells | living and dead in the lumen of an organ |
/// | N | argument | 1 | segments of the organ over those that one cell stops |
/// | q | `Product.Clearance.procoagulance` | 1 | product; marrow cells 1 |
/// | a | `Host.coagulation` | 1 | host; 1 without an anticoagulant |
/// | φ | `dead` | 1 | parameter set |
/// | k | `growth` | 1/min | parameter set |
/// | T | `halfLife` | min | parameter set |
/// | K, s | `threshold`, `steepness` | 1 | parameter set |
public struct Clot: Codable, Sendable, Equatable {
  /// Rate at which segments clot where procoagulant cells are dense, 1/min.
  public var growth = 0.0
  /// Marrow cells per vessel at which that rate is half.
  public var threshold = 1.0
  /// Steepness of the rise with density.
  public var steepness = 1.0
  /// What a dead cell adds to its tissue factor, relative to that of a marrow cell.
  public var dead = 0.0
  /// Half-life of clot, min.
  public var halfLife = 1.0

  /// A law whose parameters are to be set.
  public init() {}

  /// x: procoagulant cells per vessel of an organ, in units of living marrow cells.
  ///
  /// - Parameters:
  ///   - living: living cells in its lumen.
  ///   - corpses: dead ones.
  ///   - vessels: its segments over those that one cell stops.
  ///   - procoagulance: q of the product.
  ///   - coagulation: a of the host.
  /// - Returns: the density.
  public func density(
    living: Double,
    corpses: Double,
    vessels: Double,
    procoagulance: Double,
    coagulation: Double
  ) -> Double {
    coagulation * (procoagulance * living + (procoagulance + dead) * corpses) / vessels
  }

  /// c after a time (min) at a density x, from what it was: exact while the density stays.
  public func share(after time: Double, at density: Double, from share: Double) -> Double {
    let rise = density > 0 ? growth / (1 + Elementary.power(threshold / density, steepness)) : 0
    let rate = rise + Elementary.log(2) / halfLife
    let steady = rise / rate
    return steady + (share - steady) * Elementary.exp(-rate * time)
  }
}

extension Clot: Law {
  /// What the law describes.
  public static let title = "Clot about cells that are stopped in microvessels"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    x = a \, (q n + (q + \phi) \, m) / N \\
    \frac{\mathrm{d}c}{\mathrm{d}t} = k \, \frac{x^s}{x^s + K^s} \, (1 - c) - \frac{\ln 2}{T} \, c \\
    o_c = 1 - (1 - o) \, (1 - c)
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("c", "share of the segments left open by cells that clot closes"),
    Symbol("x", "procoagulant cells per vessel, in units of living marrow cells"),
    Symbol("t", "time"),
    Symbol("a", "coagulation of the host"),
    Symbol("q", "procoagulance of the product"),
    Symbol("n", "living cells in the lumen of the organ"),
    Symbol("m", "dead cells in it, which are cleared as debris is"),
    Symbol("N", "segments of the organ over those that one cell stops"),
    Symbol("o", "share of the segments that cells occlude"),
    Symbol("o_c", "share of the segments that cells and clot occlude"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Clot>] = [
    Parameter(
      "growth",
      .rate,
      \.growth,
      symbol: "k",
      "rate at which segments clot where procoagulant cells are dense"
    ),
    Parameter(
      "threshold",
      .number,
      \.threshold,
      symbol: "K",
      isPositive: true,
      "living marrow cells per vessel at which that rate is half"
    ),
    Parameter(
      "steepness",
      .number,
      \.steepness,
      symbol: "s",
      "steepness of the rise of that rate with their density"
    ),
    Parameter(
      "dead",
      .number,
      \.dead,
      symbol: #"\phi"#,
      "what phosphatidylserine of a dead cell adds to its tissue factor, relative to a living marrow cell"
    ),
    Parameter(
      "half_life",
      .time,
      \.halfLife,
      symbol: "T",
      "half-life of clot in microvessels"
    ),
  ]
}
