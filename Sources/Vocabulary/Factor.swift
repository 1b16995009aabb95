/// A diffusing factor.
public struct Factor: Codable, Sendable {
  /// How a laboratory reports a concentration.
  public enum Readout: String, Codable, Sendable, CaseIterable {
    /// As mass per volume, pg/mL.
    case mass
    /// As amount per volume, uM.
    case molar
  }

  /// Name, as scenarios use it.
  public var name: String
  /// Molar mass, g/mol.
  public var molarMass: Double
  /// Diffusivity in tissue, um²/min.
  public var diffusivity: Double
  /// Decay in tissue, 1/min.
  public var decay: Double
  /// Diffusivity, um²/min, and decay, 1/min, in culture medium.
  public var mediumDiffusivity: Double, mediumDecay: Double
  /// Half-life in plasma, min; `nil` if none is given.
  public var plasmaHalfLife: Double?
  /// Half-life in plasma of species that differ from others, min.
  public var plasmaHalfLives: [Species: Double] = [:]
  /// Share of what passes an organ in plasma that it extracts, by its name.
  public var extraction: [String: Double] = [:]
  /// Whether an antibody keeps it from acting on anything.
  public var isNeutralised = false
  /// How a laboratory reports it.
  public var readout: Readout
  /// Strength with which the ligand of one species acts on the receptor of another.
  ///
  /// Ligand species first, then receptor species; a pair that is not listed acts fully.
  public var activity: [Species: [Species: Double]]

  /// A factor of the given properties.
  public init(
    name: String,
    molarMass: Double,
    diffusivity: Double,
    decay: Double,
    mediumDiffusivity: Double = 6000,
    mediumDecay: Double = 0,
    plasmaHalfLife: Double? = nil,
    readout: Readout = .mass,
    activity: [Species: [Species: Double]]
  ) {
    self.name = name
    self.molarMass = molarMass
    self.diffusivity = diffusivity
    self.decay = decay
    self.mediumDiffusivity = mediumDiffusivity
    self.mediumDecay = mediumDecay
    self.plasmaHalfLife = plasmaHalfLife
    self.readout = readout
    self.activity = activity
  }

  /// Half-life in the plasma of a species, min; `nil` if none is given.
  public func plasmaHalfLife(in species: Species) -> Double? {
    plasmaHalfLives[species] ?? plasmaHalfLife
  }

  /// Strength with which the ligand of a species acts on cells of another, 0...1.
  public func activity(of ligand: Species, on receptor: Species) -> Double {
    isNeutralised ? 0 : activity[ligand]?[receptor] ?? 1
  }
}
