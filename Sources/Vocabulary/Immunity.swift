/// Which killers a host has, each relative to an immunocompetent host.
public struct Immunity: Codable, Sendable, Equatable {
  /// Natural killer cells.
  public var naturalKillers: Double
  /// Activity of natural killers off the grids: 0 at rest, 1 where they meet cells of another species.
  public var naturalActivity: Double
  /// Cytotoxic T cells.
  public var tCells: Double
  /// Complement.
  public var complement: Double
  /// Share of hosts that a first mismatched dose sensitises.
  public var sensitisation: Double
  /// Species of its immune cells, where that is another than the body's (a humanised mouse).
  public var species: Species?

  /// Killers of the given activity.
  public init(
    naturalKillers: Double = 1,
    naturalActivity: Double = 0,
    tCells: Double = 1,
    complement: Double = 1,
    sensitisation: Double = 1,
    species: Species? = nil
  ) {
    self.naturalKillers = naturalKillers
    self.naturalActivity = naturalActivity
    self.tCells = tCells
    self.complement = complement
    self.sensitisation = sensitisation
    self.species = species
  }
}
