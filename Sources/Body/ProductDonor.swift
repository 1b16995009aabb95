import Substrate

extension Product {
  /// The donor of a product.
  public struct Donor: Codable, Sendable, Equatable {
    /// Number of the donor, 0 for the mean of all.
    public var number: UInt32
    /// Whether the donor is the same in all replicates, or drawn again in each.
    public var isFixed: Bool
    /// What donors and culture make of the cells.
    public var provenance: Provenance
    /// Potency of a fixed donor, once it is drawn.
    private var fixedPotency: Double?

    /// A donor by number.
    public init(
      number: UInt32 = 0,
      isFixed: Bool = false,
      provenance: Provenance = Provenance()
    ) {
      self.number = number
      self.isFixed = isFixed
      self.provenance = provenance
    }

    /// Potency of the donor in a replicate, or in all where it is fixed.
    public func potency(_ chance: Chance) -> Double {
      fixedPotency ?? provenance.potency(of: number, chance)
    }

    /// The same donor, drawn by a seed alone if it is fixed.
    func drawn(by seed: UInt64) -> Donor {
      guard isFixed else { return self }
      var donor = self
      // Replicates count from 1.
      donor.fixedPotency = provenance.potency(of: number, Chance(seed: seed, replicate: 0))
      return donor
    }
  }
}
