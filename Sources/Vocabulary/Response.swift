/// What a signal does to a cell.
///
///     r = w c / (c + K (1 + a / K_a))         or, where it acts by its lack,   r = w (1 − c / (c + K (1 + a / K_a)))
///
/// An antagonist competes with the signal for its receptor, as IL-1Ra does with IL-1β.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | c | argument | nM, or share of a voxel's surroundings | factor, or contact |
/// | K | `response` | as c | of the kind of cell |
/// | w | `weight` | 1 or 1/min | of the kind of cell |
/// | a, K_a | `antagonist` | nM | factor, and of the kind of cell |
public struct Response: Codable, Sendable, Equatable {
  /// Signals that are no factors: what other cells show on contact, 0...1.
  public enum Contact: String, Codable, Sendable, CaseIterable {
    /// Cells of the product, by what they show of PD-L1.
    case contact
    /// Antigen on mature dendritic cells.
    case antigen
  }

  /// A factor that competes with a signal for its receptor.
  public struct Antagonist: Codable, Sendable, Equatable {
    /// Name of the factor.
    public var signal: String
    /// Concentration that doubles the half-saturation of the signal, nM.
    public var halfSaturation: Double

    /// An antagonist.
    public init(_ signal: String, halfSaturation: Double) {
      self.signal = signal
      self.halfSaturation = halfSaturation
    }
  }

  /// Name of a factor, or of a contact.
  public var signal: String
  /// How the response rises with the signal.
  public var response: Hill
  /// The largest response.
  public var weight: Double
  /// Whether the lack of the signal is what acts.
  public var actsByLack: Bool
  /// What competes with the signal.
  public var antagonist: Antagonist?

  /// A response to a signal.
  public init(
    to signal: String,
    halfSaturation: Double,
    weight: Double,
    actsByLack: Bool = false,
    antagonist: Antagonist? = nil
  ) {
    self.signal = signal
    response = Hill(halfSaturation: halfSaturation)
    self.weight = weight
    self.actsByLack = actsByLack
    self.antagonist = antagonist
  }

  /// Names of the signals it depends on.
  public var signals: [String] { [signal] + (antagonist.map { [$0.signal] } ?? []) }

  /// Its value in the absence of the signal: all of r = w where its lack acts, else nothing.
  package var neutralised: Response? {
    guard actsByLack else { return nil }
    var law = self
    law.response.halfSaturation = Self.beyondReach
    return law
  }

  /// K that no level of a signal comes near, so that c / (c + K) is 0 in single precision.
  private static let beyondReach = 1e30

  /// r at a level of the signal and of its antagonist.
  @inlinable
  public func callAsFunction(_ level: Double, antagonist other: Double = 0) -> Double {
    var response = response
    if let antagonist { response.halfSaturation *= 1 + other / antagonist.halfSaturation }
    return weight * (actsByLack ? 1 - response(level) : response(level))
  }

  /// r where each signal has the level that a closure tells.
  @inlinable
  public func callAsFunction(_ level: (String) -> Double) -> Double {
    self(level(signal), antagonist: antagonist.map { level($0.signal) } ?? 0)
  }
}

extension [Response] {
  /// The same where a signal is taken away: its lack is complete, and it acts in no other way, not as an antagonist either.
  package func neutralised(_ signal: String) -> [Response] {
    compactMap { response in
      if response.signal == signal { return response.neutralised }
      var response = response
      if response.antagonist?.signal == signal { response.antagonist = nil }
      return response
    }
  }

  /// Σ r at the levels of their signals.
  @inlinable
  public func sum(_ level: (String) -> Double) -> Double {
    reduce(0) { $0 + $1(level) }
  }

  /// Π (1 − r): what brakes leave.
  @inlinable
  public func freedom(_ level: (String) -> Double) -> Double {
    reduce(1) { $0 * (1 - $1(level)) }
  }
}
