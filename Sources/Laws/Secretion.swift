import Vocabulary

/// What a cell gives to a factor of its voxel.
///
///     q = (q₀ + Σ q₁ L + Σ q₂ (1 − L)) · potency · Π (1 + (F − 1) L) · Π (1 − brake) · (1 + (X − 1) h)
///     h = (H(n) − H(O₂)) / (H(n) − H(x)) in 0...1
///
/// The hypoxic fold is that of cells at x against cells at n, as it is measured; below x nothing is
/// known, and it stays.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | q₀ | `basal` | nM um³/min | of the cell and factor |
/// | q₁, q₂ | `amounts` | nM um³/min | of the cell and factor |
/// | potency | argument | 1 | drawn per cell of the product |
/// | F | `folds` | 1 | of the cell and factor |
/// | brake | `brakes` | 1 | of the cell and factor |
/// | L | argument | 1 | level of an axis or of what follows it, or the product of two |
/// | X | `hypoxicFold` | 1 | of the cell and factor |
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

  /// An amount in proportion to a level, or to what it lacks.
  public struct Amount: Codable, Sendable, Equatable {
    /// Name of the level.
    public var level: String
    /// Amount where the level is full, or where there is none of it, nM um³/min.
    public var amount: Double
    /// Whether it is in proportion to what the level lacks.
    public var isOfLack: Bool

    /// An amount (nM um³/min) in proportion to a level, or to what it lacks.
    public init(_ amount: Double, at level: String, isOfLack: Bool = false) {
      self.amount = amount
      self.level = level
      self.isOfLack = isOfLack
    }
  }

  /// Amount that any cell gives, nM um³/min.
  public var basal: Double
  /// Amounts besides, by levels of the cell.
  public var amounts: [Amount]
  /// Its folds by levels of the cell.
  public var folds: [Fold]
  /// Signals that brake it.
  public var brakes: [Response]
  /// Fold at `hypoxia` over that at `normoxia`.
  public var hypoxicFold: Double
  /// Response to oxygen.
  public var oxygen: Hill

  /// A secretion of the given parameters.
  public init(
    basal: Double,
    amounts: [Amount] = [],
    folds: [Fold] = [],
    brakes: [Response] = [],
    hypoxicFold: Double = 1,
    oxygen: Hill = Hill(halfSaturation: 1)
  ) {
    self.basal = basal
    self.amounts = amounts
    self.folds = folds
    self.brakes = brakes
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

  /// q, nM um³/min.
  ///
  /// - Parameters:
  ///   - potency: potency of the cell.
  ///   - oxygen: oxygen, nM, where the scenario has it.
  ///   - signal: levels of signals by name.
  ///   - level: levels of the cell by name.
  /// - Returns: what it gives.
  public func rate(
    potency: Double = 1,
    oxygen: Double? = nil,
    signal: (String) -> Double = { _ in 0 },
    _ level: (String) -> Double
  ) -> Double {
    let amount = amounts.reduce(basal) {
      $0 + $1.amount * ($1.isOfLack ? 1 - level($1.level) : level($1.level))
    }
    let rate = amount * potency * fold(level) * brakes.freedom(signal)
    return oxygen.map { rate * (1 + (hypoxicFold - 1) * hypoxicShare($0)) } ?? rate
  }

  /// Whether some cell gives some.
  public var isGiven: Bool { basal > 0 || amounts.contains { $0.amount > 0 } }
}

/// What a cell takes from a factor of its voxel.
///
///     u = (V + W p L) / ((K + c) · v)   or   u = C / v     rate at the concentration c in a voxel of volume v
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | V | `largest` | nM um³/min | of the cell and factor |
/// | W | `enzyme` | nM um³/min | of the cell and factor; an enzyme (IDO), or what an active host cell takes besides |
/// | p, L | arguments | 1 | potency of a cell of the product, and the level of its enzyme |
/// | K | `halfSaturation` | nM | of the cell and factor |
/// | C | `clearance` | um³/min | of the cell and factor |
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
