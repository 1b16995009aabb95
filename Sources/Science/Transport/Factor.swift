/// A diffusing factor.
public struct Factor: Codable, Sendable {
  /// Name, as scenarios use it.
  public var name: String
  /// Molar mass, g/mol.
  public var molarMass: Double
  /// Diffusivity in tissue, um²/min.
  public var diffusivity: Double
  /// Decay in tissue, 1/min.
  public var decay: Double
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
    activity: [Species: [Species: Double]]
  ) {
    self.name = name
    self.molarMass = molarMass
    self.diffusivity = diffusivity
    self.decay = decay
    self.activity = activity
  }

  /// Strength with which the ligand of a species acts on cells of another, 0...1.
  public func activity(of ligand: Species, on receptor: Species) -> Double {
    activity[ligand]?[receptor] ?? 1
  }
}
