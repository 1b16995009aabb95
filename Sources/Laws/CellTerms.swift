import Vocabulary

/// What a cell has beside the laws that all of its sort share: axes, what follows them, stress, hazards and division.
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

  /// Axes beside STAT1 and NF-κB of a product, or beside the activity of a host cell.
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

  /// Names of the levels that tell how much of PD-L1 and of HLA-I a cell shows: what brakes host cells on contact, and what
  /// spares it from natural killers.
  public var shown = Licensing.protein, shield = Licensing.protein

  /// Its division; `nil` where it does not divide.
  public var division: Division?

  /// A cell like all others.
  public init() {}

  /// Names of the numbers that these terms add to those of a cell, in their order: activity and memory of axes, then what
  /// follows them.
  public var added: [String] { axes.flatMap(\.rows) + followers.map(\.name) }

  /// Names of the numbers that a cell of the product carries, in their order.
  public var names: [String] { Licensing.names + added }

  /// Row of a number that a cell carries; `nil` where there is none.
  public func row(of name: String) -> Int? { names.firstIndex(of: name) }

  /// Row of a number that was checked to be there.
  public func knownRow(of name: String) -> Int {
    guard let row = row(of: name) else { preconditionFailure("a name that was checked: \(name)") }
    return row
  }

  /// What can be named by uses of the numbers that these terms add: axes and what follows them.
  public var addedLevels: [String] { axes.map(\.name) + followers.map(\.name) }

  /// What can be named by uses of the numbers of a cell of the product.
  public var levels: [String] { CellTerms.standardAxes + [Licensing.protein] + addedLevels }
}
