import Vocabulary

/// What a product adds to the cell that all products share: axes, what follows them, stress, hazards and division.
///
///     D∞ = D_place + Σ w Π r          damage that a place leads to, with that of signals that act together
///     h  = h₀ + … + Σ h_k L_k         hazard of death, with what levels add to it
///     dN/dt = r L N                   division
///
/// | symbol | property | unit |
/// |---|---|---|
/// | w, r | `stress`: `weight`, `responses` | 1/min, 1 |
/// | h_k | `hazards` | 1/min |
/// | r, L | `division`: `rate`, `level` (1 without one) | 1/min, 1 |
public struct CellTerms: Codable, Sendable, Equatable {
  /// Damage that signals lead to: w Π r.
  public struct Stress: Codable, Sendable, Equatable {
    /// The largest damage, w, 1/min.
    public var weight: Double
    /// The responses whose product counts.
    public var responses: [Response]

    /// Damage of a largest value (1/min) by signals that act together.
    public init(weight: Double, _ responses: [Response]) {
      self.weight = weight
      self.responses = responses
    }
  }

  /// Names of the axes that every product has, whose rates are those of `Licensing`.
  public static let standardAxes = ["stat1", "nfkb"]

  /// Axes beside STAT1 and NF-κB.
  public var axes: [Axis] = []
  /// What raises, amplifies and lowers STAT1 and NF-κB besides; rates do not count.
  public var standard: [Axis] = []
  /// What follows axes.
  public var followers: [Follower] = []
  /// Damage besides, 1/min.
  public var stress: [Stress] = []
  /// Hazard of death at full activity of an axis, or of what follows it, by name, 1/min.
  public var hazards: [String: Double] = [:]

  /// Division: a cell divides at a rate, in proportion to a level where one is named; both daughters go on as it was.
  public struct Division: Codable, Sendable, Equatable {
    /// r: rate at which a cell divides, 1/min.
    public var rate: Double
    /// Name of the axis, or of what follows one, that it needs; `nil` where cells divide whatever they sense.
    public var level: String?

    /// Division at a rate (1/min).
    public init(rate: Double, level: String? = nil) {
      self.rate = rate
      self.level = level
    }
  }

  /// Its division; `nil` where it does not divide.
  public var division: Division?

  /// A cell like all others.
  public init() {}

  /// Names of the numbers that a cell carries, in their order: activity and memory of axes, then what follows them.
  public var names: [String] {
    Licensing.names
      + axes.flatMap { $0.remembers ? [$0.name, Self.memory(of: $0.name)] : [$0.name] }
      + followers.map(\.name)
  }

  /// Name of the memory of an axis.
  public static func memory(of axis: String) -> String { axis + "_memory" }

  /// Row of a number that a cell carries; `nil` where there is none.
  public func row(of name: String) -> Int? { names.firstIndex(of: name) }

  /// Row of a number that was checked to be there.
  public func knownRow(of name: String) -> Int {
    guard let row = row(of: name) else { preconditionFailure("a name that was checked: \(name)") }
    return row
  }

  /// What can be named by uses of the numbers: axes and what follows them.
  public var levels: [String] {
    CellTerms.standardAxes + [Licensing.protein] + axes.map(\.name) + followers.map(\.name)
  }
}
