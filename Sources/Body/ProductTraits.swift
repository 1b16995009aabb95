extension Product {
  /// Traits in which the cells of a product differ from one another, each as a distribution.
  public struct Traits: Codable, Sendable, Equatable {
    /// Mean diameter at early passage, um, and coefficient of variation (lognormal).
    public var diameter: Double, diameterVariation: Double
    /// Share of cells with working CXCR4.
    public var receptorFraction: Double
    /// Coefficient of variation of potency between cells (lognormal, mean 1).
    public var potencyVariation: Double
    /// Coefficient of variation of frailty between cells (lognormal, mean 1).
    public var frailtyVariation: Double
    /// Ligands by which a cell adheres to activated endothelium, the mean of those of P- and E-selectin times those of
    /// VCAM-1, relative to marrow cells.
    public var ligands = 1.0
    /// Whether they are bodies that neither deform nor live, as spheres of polystyrene.
    public var areInert = false

    /// Traits of cells.
    public init(
      diameter: Double,
      diameterVariation: Double,
      receptorFraction: Double,
      potencyVariation: Double,
      frailtyVariation: Double = 0
    ) {
      self.diameter = diameter
      self.diameterVariation = diameterVariation
      self.receptorFraction = receptorFraction
      self.potencyVariation = potencyVariation
      self.frailtyVariation = frailtyVariation
    }
  }
}
