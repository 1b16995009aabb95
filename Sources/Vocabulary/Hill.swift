/// A saturating response.
///
///     H(c) = c / (c + K)
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | K | `halfSaturation` | nM | of the parameter that uses it |
public struct Hill: Codable, Sendable, Equatable {
  /// Concentration of half the largest response, nM.
  public var halfSaturation: Double

  /// A response that is half at the given concentration (nM, > 0).
  public init(halfSaturation: Double) {
    precondition(halfSaturation > 0, "a half-saturation is positive")
    self.halfSaturation = halfSaturation
  }

  /// The share of the largest response at a concentration (nM, ≥ 0), in 0..<1.
  @inlinable
  public func callAsFunction(_ concentration: Double) -> Double {
    concentration / (concentration + halfSaturation)
  }
}
