import Laws
import Vocabulary

/// Who receives the cells: a body whose organs are connected by blood.
public struct Host: Codable, Sendable, Equatable {
  /// Name of the host, as the scenario gives it.
  public var name: String
  /// Species whose ligands and receptors the host carries.
  public var species: Species
  /// Body weight, g.
  public var bodyWeight: Double
  /// Cardiac output, um³/min; the flows of organs fed by an artery add up to it.
  public var cardiacOutput: Double
  /// Blood in large veins and the right heart, um³.
  public var venousBlood: Double
  /// Blood in large arteries and the left heart, um³.
  public var arterialBlood: Double
  /// Volume of plasma, um³.
  public var plasma: Double
  /// Activity of its killers relative to an immunocompetent host.
  public var immunity: Immunity
  /// The organs; exactly one is the lung, which receives the whole cardiac output.
  public var organs: [Organ]
  /// Activity of coagulation relative to a host without an anticoagulant.
  public var coagulation = 1.0
  /// How the vessels above capillaries branch.
  public var tree = Occlusion.Tree(hold: 1, exponent: 0)
  /// White blood cells and macrophages off the grids.
  public var leukocytes = Leukocytes()

  /// A host of the given parts.
  public init(
    name: String,
    species: Species,
    bodyWeight: Double,
    cardiacOutput: Double,
    venousBlood: Double,
    arterialBlood: Double,
    plasma: Double = 0,
    immunity: Immunity,
    organs: [Organ]
  ) {
    self.name = name
    self.species = species
    self.bodyWeight = bodyWeight
    self.cardiacOutput = cardiacOutput
    self.venousBlood = venousBlood
    self.arterialBlood = arterialBlood
    self.plasma = plasma
    self.immunity = immunity
    self.organs = organs
  }

  /// Blood through each organ, um³/min: what arteries bring and what comes from organs that drain to it.
  public var throughFlow: [Double] {
    organs.indices.map { i in
      organs[i].flow + organs.filter { $0.drainsTo == i }.reduce(0) { $0 + $1.flow }
    }
  }

  /// Position of the lung; of a well, which has none, that of the well.
  public var lung: Int { organs.firstIndex { $0.supply == .pulmonary } ?? 0 }

  /// One of so many equal parts of it: its volumes, flows, vessels and weight, and so all times and concentrations as they are.
  public func part(of parts: Int) -> Host {
    var host = self
    let share = 1 / Double(parts)
    host.bodyWeight *= share
    host.cardiacOutput *= share
    host.venousBlood *= share
    host.arterialBlood *= share
    host.plasma *= share
    host.leukocytes = leukocytes.part(of: parts)
    for organ in organs.indices {
      host.organs[organ].volume *= share
      host.organs[organ].bloodVolume *= share
      host.organs[organ].flow *= share
      host.organs[organ].microvessels *= share
    }
    return host
  }

  /// Takes organs out: the blood that arteries brought them goes to the others, in proportion to their flow.
  ///
  /// - Parameter names: names of organs that arteries feed and no other drains to.
  public mutating func excise(_ names: Set<String>) {
    let kept = organs.indices.filter { !names.contains(organs[$0].name) }
    func inflow(_ organs: [Organ]) -> Double {
      organs.filter { $0.supply == .arterial }.reduce(0) { $0 + $1.flow }
    }
    let left = kept.map { organs[$0] }
    let scale = inflow(organs) / inflow(left)
    organs = left.map { organ in
      var organ = organ
      if organ.supply == .arterial { organ.flow *= scale }
      organ.drainsTo = organ.drainsTo.flatMap { kept.firstIndex(of: $0) }
      return organ
    }
    leukocytes.excised.formUnion(names)
  }

  /// Position of an organ in `organs`.
  public func index(of organ: String) -> Int? { organs.firstIndex { $0.name == organ } }
}

/// An organ as blood and cells meet it.
public struct Organ: Codable, Sendable, Equatable {
  /// How blood reaches the organ.
  public enum Supply: String, Codable, Sendable, CaseIterable {
    /// All of the cardiac output, from the right heart: the lung.
    case pulmonary
    /// A share of the cardiac output, from the aorta.
    case arterial
    /// None: a cavity that cells only reach by injection.
    case cavity
  }

  /// Name in the vocabulary of organs.
  public var name: String
  /// How blood reaches it.
  public var supply: Supply
  /// Volume with its blood, um³.
  public var volume: Double
  /// Blood in its vessels, um³.
  public var bloodVolume: Double
  /// Arterial inflow, um³/min (for the lung: the cardiac output).
  public var flow: Double
  /// Position of the organ its blood goes to before the veins (portal vein: the liver).
  public var drainsTo: Int?
  /// Calibre of the vessels in which cells arrest, um.
  public var calibre: Double
  /// Share of passes that meet no vessel of that calibre.
  public var bypass: Double
  /// Number of such vessels side by side: what an arrested cell can occlude.
  public var microvessels: Double
  /// Adhesion of cells where all of its endothelium is activated, 0...1.
  public var adhesion: Double
  /// How far disease activates it, beside TNF-α of its blocks; `nil` where it does not.
  public var activation: Activation?
  /// Natural killer cells relative to lung, by volume.
  public var naturalKillers = 1.0
  /// Share of blood-borne debris that the organ's phagocytes take up.
  public var phagocytosis: Double

  /// An organ of the given properties.
  public init(
    name: String,
    supply: Supply,
    volume: Double,
    bloodVolume: Double,
    flow: Double,
    drainsTo: Int?,
    calibre: Double,
    bypass: Double,
    microvessels: Double,
    adhesion: Double,
    phagocytosis: Double
  ) {
    self.name = name
    self.supply = supply
    self.volume = volume
    self.bloodVolume = bloodVolume
    self.flow = flow
    self.drainsTo = drainsTo
    self.calibre = calibre
    self.bypass = bypass
    self.microvessels = microvessels
    self.adhesion = adhesion
    self.phagocytosis = phagocytosis
  }
}
