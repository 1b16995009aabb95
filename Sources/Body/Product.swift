import Laws
import Substrate
import Vocabulary

/// A preparation of cells.
public struct Product: Codable, Sendable {
  /// Name, as the scenario gives it.
  public var name: String
  /// Species of the donor.
  public var species: Species
  /// State of the cells when they are given.
  public var condition: Condition
  /// Traits in which its cells differ.
  public var traits: Traits
  /// The donor, with what age, disease and culture make of the cells.
  public var donor: Donor
  /// How blood and macrophages clear the cells and their corpses.
  public var clearance: Clearance
  /// What its cells have beside those of other products.
  public var terms: CellTerms
  /// Licensing of the cells when given.
  public var priming: CellState
  /// What was done to license the cells before they are given; `nil` where nothing was.
  public var preconditioning: Preconditioning?
  /// Secretion per factor name.
  public var secretion: [String: Secretion]
  /// Uptake per factor name.
  public var uptake: [String: Uptake]

  /// A product of the given properties.
  public init(
    name: String,
    species: Species,
    condition: Condition,
    traits: Traits,
    donor: Donor = Donor(),
    clearance: Clearance = Clearance(),
    terms: CellTerms = CellTerms(),
    priming: CellState = .init(),
    preconditioning: Preconditioning? = nil,
    secretion: [String: Secretion] = [:],
    uptake: [String: Uptake] = [:]
  ) {
    self.name = name
    self.species = species
    self.condition = condition
    self.traits = traits
    self.donor = donor
    self.clearance = clearance
    self.terms = terms
    self.priming = priming
    self.preconditioning = preconditioning
    self.secretion = secretion
    self.uptake = uptake
  }
}

extension Product {
  /// How the host clears cells of the product and their corpses, relative to cells from marrow.
  public struct Clearance: Codable, Sendable, Equatable {
    /// Tissue factor that the cells carry, relative to marrow cells: what they do to start clot.
    public var procoagulance: Double
    /// Effect of one of its corpses on the macrophage that engulfs it, as a share of that of an apoptotic one.
    public var efferocytosis: Double

    /// As for cells from marrow, which die by apoptosis.
    public init(procoagulance: Double = 1, efferocytosis: Double = 1) {
      self.procoagulance = procoagulance
      self.efferocytosis = efferocytosis
    }
  }

  /// The product after its time since thawing.
  ///
  /// What is given at once was thawed that long ago, and viability and damage are those at thaw.
  /// Other handlings state them as given.
  public func waited(_ law: Survival) -> Product {
    var product = self
    product.condition = condition.waited(law)
    return product
  }

  /// The product as its preconditioning has licensed it.
  public func licensed(_ program: CellProgram) -> Product {
    guard let preconditioning else { return self }
    var product = self
    product.priming = preconditioning.state(after: priming, program)
    return product
  }

  /// The same product where its donor, if it is fixed, is drawn by a seed alone.
  public func drawn(by seed: UInt64) -> Product {
    var product = self
    product.donor = donor.drawn(by: seed)
    return product
  }
}

// Properties of single cells: functions of random numbers and identity alone, so that none is stored.
extension Product {
  /// Diameter of the cell, um.
  public func diameter(of cell: UInt32, _ chance: Chance) -> Double {
    diameterLaw(chance.block(.diameter, cell: cell).normal)
  }

  /// Whether the cell carries working CXCR4.
  public func carriesReceptor(_ cell: UInt32, _ chance: Chance) -> Bool {
    Self.carriesReceptor(cell, share: traits.receptorFraction, chance)
  }

  /// Whether a cell carries working CXCR4 where a share of the cells does.
  public static func carriesReceptor(_ cell: UInt32, share: Double, _ chance: Chance) -> Bool {
    chance.block(.receptor, cell: cell).uniform < share
  }

  /// z of the cell: what damage does to it, relative to the mean.
  public func frailty(of cell: UInt32, _ chance: Chance) -> Float {
    Float(Survival.frailty(of: cell, variation: traits.frailtyVariation, chance))
  }

  /// Names of the signals that brake its secretion.
  public var brakes: [String] { secretion.values.flatMap { $0.brakes.flatMap(\.signals) } }

  /// Potency of the cell: its secretion and contact effects relative to the mean of all donors.
  public func potency(of cell: UInt32, _ chance: Chance) -> Double {
    LognormalDistribution.number(
      mean: donor.potency(chance),
      variation: traits.potencyVariation,
      chance.block(.potency, cell: cell).normal
    )
  }

  /// Whether the cell is alive when given.
  public func isViable(_ cell: UInt32, _ chance: Chance) -> Bool {
    chance.block(.viability, cell: cell).uniform < condition.viability
  }
}

// Size of the cells as culture left them.
extension Product {
  /// Volume of a cell of the mean diameter, um³.
  public var cellVolume: Double {
    Double.pi / 6 * meanDiameter * meanDiameter * meanDiameter
  }

  /// Mean diameter of the cells, um.
  public var meanDiameter: Double { traits.diameter * donor.provenance.growth }

  /// Capillaries that a cell stops the flow to, where vessels have each of some calibres (um): the mean over the cells.
  public func blocked(calibres: [Double], _ tree: Occlusion.Tree) -> [Double] {
    let (tree, cells) = (traits.areInert ? tree.rigid : tree, diameters)
    var known: [Double: Double] = [:]
    return calibres.map { calibre in
      if let found = known[calibre] { return found }
      let mean = cells.reduce(0) { $0 + $1.share * tree.blocked(ratio: $1.diameter / calibre) }
      known[calibre] = mean
      return mean
    }
  }

  /// How its cells leave the lumen of a vessel: inert bodies do not.
  public func leaves(_ law: Residence) -> Residence {
    guard traits.areInert else { return law }
    var law = law
    law.release = 0
    return law
  }

  /// ρ(x) of `Residence` by cell and organ, 1/min, as one exponential of the normal number that the diameter is made of.
  public func releases(_ law: Residence, from calibres: [Double], _ chance: Chance)
    -> @Sendable (UInt32, Int) -> Double
  {
    let variation = traits.diameterVariation
    let sigma = Elementary.log(1 + variation * variation).squareRoot()
    let slope = law.releaseExponent * sigma
    let middle = Elementary.exp(slope * sigma / 2)
    let rates = calibres.map {
      law.release * middle
        * Elementary.power(law.releaseRatio * $0 / meanDiameter, law.releaseExponent)
    }
    return { cell, organ in
      let normal = chance.block(.diameter, cell: cell).normal
      return min(law.fastest, rates[organ] * Elementary.exp(-slope * normal))
    }
  }

  private func diameterLaw(_ normal: Double) -> Double {
    LognormalDistribution.number(mean: meanDiameter, variation: traits.diameterVariation, normal)
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
