import Substrate

/// Differentiation of cells that have lain in tissue for long.
///
///     a cell differentiates when it has been in the tissue for t₀ + X,   X exponential of rate δ
///
/// X is drawn once per cell: that it has differentiated follows from how long it has been there. It goes on
/// living and giving as before; few do it, and what comes of it is counted.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | t₀ | `onset` | min |
/// | δ | `rate` | 1/min |
public struct Differentiation: Codable, Sendable, Equatable {
  /// Time in tissue before which no cell differentiates, min.
  public var onset = 0.0
  /// Rate after that, 1/min.
  public var rate = 0.0

  /// A law whose parameters are to be set.
  public init() {}

  /// Whether a cell that has been in tissue for a time (min) has differentiated.
  @inlinable
  public func hasDifferentiated(_ cell: UInt32, after time: Double, _ chance: Chance) -> Bool {
    time > onset && rate * (time - onset) > chance.block(.differentiation, cell: cell).exponential
  }
}

extension Differentiation: Law {
  /// What the law describes.
  public static let title = "Differentiation of cells that have been in tissue for long"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    p = 1 - \exp(-\delta \, (t - t_0)) \quad (t > t_0)
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("p", "chance that a cell has differentiated"),
    Symbol("t", "time in tissue"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Differentiation>] = [
    Parameter(
      "onset",
      .time,
      \.onset,
      symbol: "t_0",
      isPositive: false,
      "time in tissue before which no cell differentiates"
    ),
    Parameter("rate", .rate, \.rate, symbol: #"\delta"#, "rate of differentiation after that"),
  ]
}
