import Substrate

/// Differentiation of cells that have lain in tissue for long.
///
///     a cell differentiates when it has been in the tissue for t₀ + X,   X exponential of rate δ
///
/// X is drawn once per cell: that it has differentiated follows from how long it has been there. It goes on
/// living and giving as before; few do it, and what comes of it is counted.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | t₀ | `onset` | min | assumed 3–14 d: differentiation media take 1–3 weeks |
/// | δ | `rate` | 1/min | assumed 0–1e-3 1/h: few cells do it in vivo |
public struct Differentiation: Codable, Sendable, Equatable {
  /// Time in tissue before which no cell differentiates, min.
  public var onset: Double
  /// Rate after that, 1/min.
  public var rate: Double

  /// Differentiation of the given parameters.
  public init(onset: Double, rate: Double) {
    self.onset = onset
    self.rate = rate
  }

  /// Whether a cell that has been in tissue for a time (min) has differentiated.
  public func hasDifferentiated(_ cell: UInt32, after time: Double, _ chance: Chance) -> Bool {
    time > onset && rate * (time - onset) > chance.block(.differentiation, cell: cell).exponential
  }
}
