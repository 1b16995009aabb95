import Laws
import Substrate
import Vocabulary

/// A preparation of cells.
public struct Product: Codable, Sendable {
  /// What was done with the cells before they are given.
  public enum Handling: String, Codable, Sendable, CaseIterable {
    /// Harvested from culture.
    case fresh
    /// Thawed and given at once.
    case thawed
    /// Thawed and cultured overnight.
    case rested
  }

  /// Name, as the scenario gives it.
  public var name: String
  /// Species of the donor.
  public var species: Species
  /// Handling.
  public var handling: Handling
  /// Share of cells alive when given.
  public var viability: Double
  /// Mean diameter, um, and coefficient of variation (lognormal).
  public var diameter: Double, diameterVariation: Double
  /// Share of cells with working CXCR4.
  public var receptorFraction: Double
  /// Coefficient of variation of potency between cells (lognormal, mean 1).
  public var potencyVariation: Double
  /// Number of the donor, 0 for the mean of all, and what donor and culture make of the cells.
  public var donor: UInt32, provenance: Provenance
  /// Whether the donor is one in all replicates, or drawn anew in each.
  public var isDonorFixed: Bool
  /// Potency of a fixed donor, once it is drawn.
  private var fixedPotency: Double?
  /// Damage at giving, 1/min.
  public var damage: Double
  /// Share of the hazard by damage that the cells are spared (Bcl-2, Akt).
  public var protection: Double
  /// Time since thawing at giving, min; `nil` for cells never frozen or long recovered.
  public var sinceThaw: Double?
  /// Licensing of the cells when given.
  public var priming: Licensing.State
  /// What was done to license the cells before they are given; `nil` where nothing was.
  public var preconditioning: Preconditioning?
  /// Fold of the loss in blood, by the tissue factor that the cells carry.
  public var procoagulance: Double
  /// What one of its corpses is to a macrophage that eats it, as a share of an apoptotic one.
  public var efferocytosis: Double
  /// Secretion per factor name.
  public var secretion: [String: Secretion]
  /// Uptake per factor name.
  public var uptake: [String: Uptake]

  /// A product of the given properties.
  public init(
    name: String,
    species: Species,
    handling: Handling,
    viability: Double,
    diameter: Double,
    diameterVariation: Double,
    receptorFraction: Double,
    potencyVariation: Double,
    donor: UInt32 = 0,
    provenance: Provenance = Provenance(),
    isDonorFixed: Bool = false,
    damage: Double,
    protection: Double,
    sinceThaw: Double?,
    priming: Licensing.State = .init(),
    preconditioning: Preconditioning? = nil,
    procoagulance: Double = 1,
    efferocytosis: Double = 1,
    secretion: [String: Secretion],
    uptake: [String: Uptake]
  ) {
    self.name = name
    self.species = species
    self.handling = handling
    self.viability = viability
    self.diameter = diameter
    self.diameterVariation = diameterVariation
    self.receptorFraction = receptorFraction
    self.potencyVariation = potencyVariation
    self.donor = donor
    self.provenance = provenance
    self.isDonorFixed = isDonorFixed
    self.damage = damage
    self.protection = protection
    self.sinceThaw = sinceThaw
    self.priming = priming
    self.preconditioning = preconditioning
    self.procoagulance = procoagulance
    self.efferocytosis = efferocytosis
    self.secretion = secretion
    self.uptake = uptake
  }

  /// The product after its time since thawing.
  ///
  /// What is given at once was thawed that long ago, and viability and damage are those at thaw.
  /// Other handlings state them as given.
  public func waited(_ law: Survival) -> Product {
    guard handling == .thawed, let sinceThaw else { return self }
    var product = self
    (product.viability, product.damage) = law.waiting(
      viability: viability,
      damage: damage,
      time: sinceThaw
    )
    return product
  }

  /// The product as its preconditioning has licensed it.
  public func licensed(_ law: Licensing) -> Product {
    guard let preconditioning else { return self }
    var product = self
    product.priming = preconditioning.state(after: priming, law)
    return product
  }

  /// Volume of a cell of the mean diameter, um³.
  public var cellVolume: Double {
    Double.pi / 6 * meanDiameter * meanDiameter * meanDiameter
  }

  /// Mean diameter of the cells as culture left them, um.
  public var meanDiameter: Double { diameter * provenance.growth }

  /// What a cell is born with: a function of its random numbers and identity alone, so it need not be stored.
  public func diameter(of cell: UInt32, _ chance: Chance) -> Double {
    diameterLaw(chance.block(.diameter, cell: cell).normal)
  }

  /// Whether the cell carries working CXCR4.
  public func carriesReceptor(_ cell: UInt32, _ chance: Chance) -> Bool {
    chance.block(.receptor, cell: cell).uniform < receptorFraction
  }

  /// Potency of the donor in a replicate, or in all where it is fixed.
  public func donorPotency(_ chance: Chance) -> Double {
    fixedPotency ?? provenance.potency(of: donor, chance)
  }

  /// The same product where its donor, if it is fixed, is drawn by a seed alone.
  public func drawn(by seed: UInt64) -> Product {
    guard isDonorFixed else { return self }
    var product = self
    // Replicates count from 1.
    product.fixedPotency = provenance.potency(of: donor, Chance(seed: seed, replicate: 0))
    return product
  }

  /// Potency of the cell: what it gives and does relative to the mean of all donors.
  public func potency(of cell: UInt32, _ chance: Chance) -> Double {
    LognormalDistribution.number(
      mean: donorPotency(chance),
      variation: potencyVariation,
      chance.block(.potency, cell: cell).normal
    )
  }

  /// Whether the cell is alive when given.
  public func isViable(_ cell: UInt32, _ chance: Chance) -> Bool {
    chance.block(.viability, cell: cell).uniform < viability
  }

  private func diameterLaw(_ normal: Double) -> Double {
    LognormalDistribution.number(mean: meanDiameter, variation: diameterVariation, normal)
  }

  /// Diameters of the cells, um, with the share of the cells that each stands for: sums of smooth functions over them are means
  /// over the law of diameters (trapezoidal rule in the standard normal number, from −8 to 8 in steps of 1/8).
  public var diameters: [(diameter: Double, share: Double)] {
    (-64...64).map { node in
      let z = Double(node) / 8
      let density = Elementary.exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      return (diameterLaw(z), density / 8)
    }
  }
}
