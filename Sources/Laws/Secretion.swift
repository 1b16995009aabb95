import Vocabulary

/// What a cell gives to a factor of its voxel.
///
///     q = q₀ · potency · (1 + (F − 1) L_axis) · (1 + (X − 1) h),   h = (H(n) − H(O₂)) / (H(n) − H(x)) in 0...1
///
/// The hypoxic fold is that of cells at x against cells at n, as it is measured; below x nothing is
/// known, and it stays.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | q₀ | `basal` | nM um³/min | of the product and factor |
/// | potency | argument | 1 | drawn per cell |
/// | F | `licensedFold` | 1 | of the product and factor |
/// | L | argument | 1 | level of the axis |
/// | X | `hypoxicFold` | 1 | of the product and factor |
/// | H | `oxygen` | nM | half-saturation of oxygen, assumed |
/// | n | `normoxia` | nM | 196 uM at 21 % O₂ (Lavrentieva 2010, doi 10.1186/1478-811X-8-18) |
/// | x | `hypoxia` | nM | 15 uM at 1.5 % O₂ (as above) |
public struct Secretion: Codable, Sendable {
  /// The axis that licenses the secretion.
  public enum Axis: String, Codable, Sendable, CaseIterable {
    case stat1, nfkb
    /// The product of both.
    case both
  }

  /// Amount a naive cell gives, nM um³/min.
  public var basal: Double
  /// Fold of a fully licensed cell.
  public var licensedFold: Double
  /// The axis that counts.
  public var axis: Axis
  /// Fold at `hypoxia` over that at `normoxia`.
  public var hypoxicFold: Double
  /// Response to oxygen.
  public var oxygen: Hill

  /// A secretion of the given parameters.
  public init(basal: Double, licensedFold: Double, axis: Axis, hypoxicFold: Double, oxygen: Hill) {
    self.basal = basal
    self.licensedFold = licensedFold
    self.axis = axis
    self.hypoxicFold = hypoxicFold
    self.oxygen = oxygen
  }

  /// Oxygen in culture medium at 21 %, and at 1.5 %, nM.
  public static let normoxia = 196_000.0, hypoxia = 15_000.0

  /// h: how far oxygen (nM) has fallen from normoxia towards hypoxia, 0...1.
  @inlinable
  public func hypoxicShare(_ level: Double) -> Double {
    let normal = oxygen(Self.normoxia)
    return min(1, max(0, (normal - oxygen(level)) / (normal - oxygen(Self.hypoxia))))
  }

  /// q, nM um³/min; `oxygen` in nM where the scenario has it.
  @inlinable
  public func rate(potency: Double, licensing: Licensing.State, oxygen level: Double?) -> Double {
    let (stat1, nfkb) = (Double(licensing.stat1), Double(licensing.nfkb))
    let activity =
      switch axis {
      case .stat1: stat1
      case .nfkb: nfkb
      case .both: stat1 * nfkb
      }
    var rate = basal * potency * (1 + (licensedFold - 1) * activity)
    if let level { rate *= 1 + (hypoxicFold - 1) * hypoxicShare(level) }
    return rate
  }
}

/// What a cell takes from a factor of its voxel.
///
///     u = (V + W p E) / ((K + c) · v)   or   u = C / v     rate at the concentration c in a voxel of volume v
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | V | `largest` | nM um³/min | of the product and factor |
/// | W | `enzyme` | nM um³/min | of the product and factor; an enzyme that the STAT1 axis induces (IDO) |
/// | p, E | arguments | 1 | potency of the cell and its proteins of the STAT1 axis |
/// | K | `halfSaturation` | nM | of the product and factor |
/// | C | `clearance` | um³/min | of the product and factor |
public struct Uptake: Codable, Sendable {
  /// Amount a cell takes where the factor saturates it, nM um³/min.
  public var largest: Double
  /// Amount that a cell of full protein of the STAT1 axis takes besides, nM um³/min.
  public var enzyme: Double
  /// Concentration of half that, nM; 0 where nothing saturates.
  public var halfSaturation: Double
  /// Volume that a cell clears whatever the concentration, um³/min.
  public var clearance: Double
  /// What it is turned into.
  public var conversion: Conversion?

  /// An uptake that saturates.
  public init(
    largest: Double,
    halfSaturation: Double,
    enzyme: Double = 0,
    conversion: Conversion? = nil
  ) {
    self.largest = largest
    self.halfSaturation = halfSaturation
    self.enzyme = enzyme
    self.conversion = conversion
    clearance = 0
  }

  /// An uptake of first order.
  public init(clearance: Double) {
    largest = 0
    halfSaturation = 0
    enzyme = 0
    conversion = nil
    self.clearance = clearance
  }
}

/// What cells make of a factor that they take: tryptophan into kynurenine, glucose into lactate.
public struct Conversion: Codable, Sendable, Equatable {
  /// Name of the factor that comes out.
  public var product: String
  /// Amount that comes out of an amount taken.
  public var yield: Double

  /// A conversion into a factor.
  public init(into product: String, yield: Double) {
    self.product = product
    self.yield = yield
  }
}
