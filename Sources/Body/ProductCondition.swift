import Laws

extension Product {
  /// What was done with the cells before they are given.
  public enum Handling: String, Codable, Sendable, CaseIterable {
    /// Harvested from culture.
    case fresh
    /// Thawed and given at once.
    case thawed
    /// Thawed and cultured overnight.
    case rested
  }

  /// State of the cells when they are given.
  public struct Condition: Codable, Sendable, Equatable {
    /// Handling.
    public var handling: Handling
    /// Share of cells alive.
    public var viability: Double
    /// Damage, 1/min.
    public var damage: Double
    /// Share of the hazard by damage that the cells are spared (Bcl-2, Akt).
    public var protection: Double
    /// Time since thawing, min; `nil` for cells that were never frozen.
    public var sinceThaw: Double?

    /// A condition of cells.
    public init(
      handling: Handling,
      viability: Double,
      damage: Double,
      protection: Double = 0,
      sinceThaw: Double? = nil
    ) {
      self.handling = handling
      self.viability = viability
      self.damage = damage
      self.protection = protection
      self.sinceThaw = sinceThaw
    }

    /// The condition of thawed cells after their time since thawing, from that at thaw; that of others as it is.
    func waited(_ law: Survival) -> Condition {
      guard handling == .thawed, let sinceThaw else { return self }
      var condition = self
      (condition.viability, condition.damage) = law.waiting(
        viability: viability,
        damage: damage,
        time: sinceThaw
      )
      return condition
    }
  }
}
