import Substrate

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

  /// What a cell is born with: a function of chance and identity alone, so it need not be stored.
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
    Self.lognormal(
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
    Self.lognormal(mean: meanDiameter, variation: diameterVariation, normal)
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

  /// A lognormal number of a mean and coefficient of variation at a standard normal one.
  public static func lognormal(mean: Double, variation: Double, _ normal: Double) -> Double {
    let variance = Elementary.log(1 + variation * variation)
    return mean * Elementary.exp(variance.squareRoot() * normal - variance / 2)
  }
}

/// How cells are given.
///
/// A dose of many cells may be followed by fewer agents, each of which stands for a whole number of
/// cells; the weights of all agents add up to the dose exactly.
public struct Dose: Codable, Sendable, Equatable {
  /// The way into the body.
  public enum Route: Codable, Sendable, Equatable {
    /// Into a vein: the lung is met first.
    case intravenous
    /// Into the artery that feeds the organ of that position: its microvessels are met first.
    case intraArterial(organ: Int)
    /// Into the tissue of the organ of that position, where a share is retained; of the rest a share
    /// is shed from the body and the others wash out into blood.
    case deposit(organ: Int, retention: Double, shed: Double)

    /// The way in where tissue has room for so much of the volume of cells (um³) only.
    public func retaining(atMost room: Double, of volume: Double) -> Route {
      guard case .deposit(let organ, let retention, let shed) = self, volume > 0 else {
        return self
      }
      return .deposit(organ: organ, retention: min(retention, room / volume), shed: shed)
    }

    /// Position of the organ whose tissue it is put into; `nil` for a way through blood.
    public var site: Int? {
      if case .deposit(let organ, _, _) = self { organ } else { nil }
    }

    /// Share of what is given that enters blood at once.
    public var shareIntoBlood: Double {
      if case .deposit(_, let retention, let shed) = self {
        (1 - retention) * (1 - shed)
      } else {
        1
      }
    }

    /// Position of the organ through which it enters the body: that whose artery or tissue is injected; `nil` for a
    /// vein.
    public var entrance: Int? {
      switch self {
      case .intravenous: nil
      case .intraArterial(let organ), .deposit(let organ, _, _): organ
      }
    }
  }

  /// The way in.
  public var route: Route
  /// Number of cells, alive or not.
  public var cells: UInt32
  /// Number of agents that stand for them.
  public var agents: UInt32
  /// Time of the start, min.
  public var start: Double
  /// Time the infusion takes, min.
  public var duration: Double
  /// What decides whether it is given at all; `nil` where nothing does.
  public var condition: Condition?

  /// What the host must look like for a dose to be given: a share of the tissue of a grid, at a time.
  public struct Condition: Codable, Sendable, Equatable {
    /// Position of the grid.
    public var tissue: Int
    /// Name of the share, as `TissueShares.named` has it.
    public var share: String
    /// Range in which it must lie.
    public var low: Double, high: Double
    /// When it is looked at, min.
    public var time: Double

    /// A share of a grid that must lie in a range at a time.
    public init(tissue: Int, share: String, low: Double, high: Double, time: Double) {
      self.tissue = tissue
      self.share = share
      (self.low, self.high) = (low, high)
      self.time = time
    }

    /// Whether the shares of the tissue let the dose be given.
    public func isMet(by shares: TissueShares<Double>) -> Bool {
      guard let found = shares.named.first(where: { $0.name == share }) else {
        preconditionFailure("a share that no tissue has")
      }
      return found.value >= low && found.value <= high
    }
  }

  /// A dose of the given properties; there are no more agents than cells.
  public init(route: Route, cells: UInt32, agents: UInt32, start: Double, duration: Double) {
    precondition(agents > 0 && agents <= cells, "an agent stands for at least one cell")
    self.route = route
    self.cells = cells
    self.agents = agents
    self.start = start
    self.duration = duration
  }

  /// Number of cells the n-th agent stands for: all the same, the first ones more by one where the
  /// dose does not divide.
  public func weight(of n: UInt32) -> Int {
    Int(cells / agents) + (n < cells % agents ? 1 : 0)
  }

  /// When the n-th agent of the dose enters the body, min: evenly over the infusion.
  public func entry(of n: UInt32) -> Double {
    start + duration * (Double(n) + 0.5) / Double(agents)
  }

  /// How many agents have entered before a time (min).
  public func entered(before time: Double) -> UInt32 {
    if time <= start { return 0 }
    if time >= start + duration { return agents }
    var low: UInt32 = 0
    var high = agents
    while low < high {
      let middle = low + (high - low) / 2
      if entry(of: middle) < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
