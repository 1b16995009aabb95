/// What a signal does to a cell.
///
///     r = w c / (c + K)         or, where it acts by its lack,   r = w (1 − c / (c + K))
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | c | argument | nM, or share of a voxel's surroundings | factor, or contact |
/// | K | `response` | as c | of the kind of cell |
/// | w | `weight` | 1 or 1/min | of the kind of cell |
public struct Response: Codable, Sendable, Equatable {
  /// Signals that are no factors: what other cells show on contact, 0...1.
  public enum Contact: String, Codable, Sendable, CaseIterable {
    /// Cells of the product, by what they show of PD-L1.
    case contact
    /// Antigen on mature dendritic cells.
    case antigen
  }

  /// Name of a factor, or of a contact.
  public var signal: String
  /// How the response rises with the signal.
  public var response: Hill
  /// The largest response.
  public var weight: Double
  /// Whether the lack of the signal is what acts.
  public var actsByLack: Bool

  /// A response to a signal.
  public init(to signal: String, halfSaturation: Double, weight: Double, actsByLack: Bool = false) {
    self.signal = signal
    response = Hill(halfSaturation: halfSaturation)
    self.weight = weight
    self.actsByLack = actsByLack
  }

  /// Its value in the absence of the signal: all of r = w where its lack acts, else nothing.
  package var neutralised: Response? {
    guard actsByLack else { return nil }
    var law = self
    law.response.halfSaturation = Self.beyondReach
    return law
  }

  /// K that no level of a signal comes near, so that c / (c + K) is 0 in single precision.
  private static let beyondReach = 1e30

  /// r at a level of the signal.
  @inlinable
  public func callAsFunction(_ level: Double) -> Double {
    weight * (actsByLack ? 1 - response(level) : response(level))
  }
}

extension [Response] {
  /// Σ r at the levels of their signals.
  @inlinable
  public func sum(_ level: (Response) -> Double) -> Double {
    reduce(0) { $0 + $1(level($1)) }
  }

  /// Π (1 − r): what brakes leave.
  @inlinable
  public func freedom(_ level: (Response) -> Double) -> Double {
    reduce(1) { $0 * (1 - $1(level($1))) }
  }
}
