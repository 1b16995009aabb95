import Vocabulary

/// What a cell gives to a factor of its voxel.
///
///     q = q₀ · potency · Π (1 + (F − 1) L) · (1 + (X − 1) h),   h = (H(n) − H(O₂)) / (H(n) − H(x)) in 0...1
///
/// The hypoxic fold is that of cells at x against cells at n, as it is measured; below x nothing is
/// known, and it stays.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | q₀ | `basal` | nM um³/min | of the product and factor |
/// | potency | argument | 1 | drawn per cell |
/// | F | `folds` | 1 | of the product and factor |
/// | L | argument | 1 | level of an axis or of what follows it, or the product of two |
/// | X | `hypoxicFold` | 1 | of the product and factor |
/// | H | `oxygen` | nM | half-saturation of oxygen, assumed |
/// | n | `normoxia` | nM | 196 uM at 21 % O₂ (Lavrentieva 2010, doi 10.1186/1478-811X-8-18) |
/// | x | `hypoxia` | nM | 15 uM at 1.5 % O₂ (as above) |
public struct Secretion: Codable, Sendable {
  /// A fold in proportion to a level, or to the product of two.
  public struct Fold: Codable, Sendable, Equatable {
    /// Names of the levels: axes, or what follows them; one or two.
    public var levels: [String]
    /// F: fold where they are full.
    public var fold: Double

    /// A fold where some levels are full.
    public init(_ fold: Double, at levels: [String]) {
      self.fold = fold
      self.levels = levels
    }
  }

  /// Amount a naive cell gives, nM um³/min.
  public var basal: Double
  /// Its folds by levels of the cell.
  public var folds: [Fold]
  /// Fold at `hypoxia` over that at `normoxia`.
  public var hypoxicFold: Double
  /// Response to oxygen.
  public var oxygen: Hill

  /// A secretion of the given parameters.
  public init(basal: Double, folds: [Fold], hypoxicFold: Double, oxygen: Hill) {
    self.basal = basal
    self.folds = folds
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

  /// Π (1 + (F − 1) L) at levels by name.
  public func fold(_ level: (String) -> Double) -> Double {
    folds.reduce(1) { $0 * (1 + ($1.fold - 1) * $1.levels.reduce(1) { $0 * level($1) }) }
  }

  /// q, nM um³/min, at levels by name; `oxygen` in nM where the scenario has it.
  public func rate(potency: Double, oxygen: Double?, _ level: (String) -> Double) -> Double {
    let rate = basal * potency * fold(level)
    return oxygen.map { rate * (1 + (hypoxicFold - 1) * hypoxicShare($0)) } ?? rate
  }
}

/// What a cell takes from a factor of its voxel.
///
///     u = (V + W p L) / ((K + c) · v)   or   u = C / v     rate at the concentration c in a voxel of volume v
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | V | `largest` | nM um³/min | of the product and factor |
/// | W | `enzyme` | nM um³/min | of the product and factor; an enzyme (IDO) |
/// | p, L | arguments | 1 | potency of the cell and the level of its enzyme, which is that of the STAT1 axis unless stated |
/// | K | `halfSaturation` | nM | of the product and factor |
/// | C | `clearance` | um³/min | of the product and factor |
public struct Uptake: Codable, Sendable {
  /// Amount a cell takes where the factor saturates it, nM um³/min.
  public var largest: Double
  /// Amount that a cell of full enzyme takes besides, nM um³/min.
  public var enzyme: Double
  /// Name of the level that tells how much enzyme a cell has.
  public var enzymeLevel: String
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
    enzymeLevel: String = Licensing.protein,
    conversion: Conversion? = nil
  ) {
    self.largest = largest
    self.halfSaturation = halfSaturation
    self.enzyme = enzyme
    self.enzymeLevel = enzymeLevel
    self.conversion = conversion
    clearance = 0
  }

  /// An uptake of first order.
  public init(clearance: Double) {
    largest = 0
    halfSaturation = 0
    enzyme = 0
    enzymeLevel = Licensing.protein
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
