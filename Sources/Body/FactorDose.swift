import Laws
import Substrate
import Vocabulary

/// Factors that are given: what cells have left in medium, all of it or a part, or vesicles.
///
///     A = N b (1 + (F − 1) L) (1 − e^{−k t}) / k
///
/// | symbol | argument | unit | source |
/// |---|---|---|---|
/// | A | result | nM um³ | amount of one factor in medium |
/// | N | `cells` | 1 | living cells that made it, of the product's mean potency; none dies meanwhile |
/// | b, F, L | `Secretion` | | of the product; L of the axis it follows, as the cells are licensed |
/// | k | `Factor.mediumDecay` | 1/min | of the factor |
/// | t | `time` | min | for which the medium was on the cells |
public struct FactorDose: Codable, Sendable, Equatable {
  /// The shortest time in which factors are given, min: a second.
  public static let shortest = 1.0 / 60

  /// The way into the body.
  public var route: Dose.Route
  /// Start and length of giving, min.
  public var start: Double, duration: Double
  /// Amounts by factor, nM um³, of cells of the product's mean potency as they are licensed.
  public private(set) var amounts: [String: Double]
  /// Those of the same cells unlicensed.
  private var unlicensed: [String: Double]
  /// Those that were counted, whatever the potency of the cells.
  public var counted: Set<String>

  /// A dose of factors.
  public init(
    route: Dose.Route,
    start: Double,
    duration: Double,
    amounts: [String: Double],
    unlicensed: [String: Double]? = nil,
    counted: Set<String> = []
  ) {
    precondition(duration > 0, "giving takes time")
    self.route = route
    self.counted = counted
    self.start = start
    self.duration = duration
    self.amounts = amounts
    self.unlicensed = unlicensed ?? amounts
  }

  /// Share of the dose that is given between two times (min).
  public func share(from: Double, to: Double) -> Double {
    max(0, min(to, start + duration) - max(from, start)) / duration
  }

  /// The dose of cells of a potency.
  public func of(potency: Double) -> FactorDose {
    var dose = self
    for factor in amounts.keys where !counted.contains(factor) {
      dose.amounts[factor]? *= potency
      dose.unlicensed[factor]? *= potency
    }
    return dose
  }

  /// One of so many equal parts of it.
  public func part(of parts: Int) -> FactorDose {
    var dose = self
    for factor in amounts.keys {
      dose.amounts[factor]? /= Double(parts)
      dose.unlicensed[factor]? /= Double(parts)
    }
    return dose
  }

  /// Takes a factor out of it.
  public mutating func leaveOut(_ factor: String) {
    amounts[factor] = nil
    unlicensed[factor] = nil
  }

  /// Makes it that of cells that nothing has licensed.
  public mutating func unlicense() { amounts = unlicensed }

  /// A: what cells leave of a factor in medium.
  public static func amount(
    cells: Double,
    _ law: Secretion,
    decay: Double,
    time: Double,
    _ level: (String) -> Double
  ) -> Double {
    let rate = cells * law.basal * law.fold(level)
    return rate * (decay > 0 ? (1 - Elementary.exp(-decay * time)) / decay : time)
  }
}

extension Factor {
  /// Vesicles of other sizes than the factor is made for, where it is that of vesicles.
  public func sized(as vesicles: Vesicles?) -> Factor {
    guard let vesicles, name == Vesicles.factor else { return self }
    var factor = self
    factor.diffusivity *= vesicles.mobility
    return factor
  }
}

/// Vesicles: their diameters, and what they carry.
///
///     D' = D (d₀/d) (1 + v²)       by Stokes and Einstein, the mean of 1/d of a lognormal distribution
///     s_f = n_f k c                what they carry is free soon after they were taken up
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | d, v | `diameter`, `variation` | um, 1 | mean and coefficient of variation |
/// | d₀ | `referenceDiameter` | um | 0.12, of the factor `ev` (120 nm) |
/// | n_f | `cargo` | 1 | molecules per vesicle |
/// | k, c | `Factor.decay`, level | 1/min, nM | of the vesicles in tissue |
public struct Vesicles: Codable, Sendable, Equatable {
  /// Name of their factor.
  public static let factor = "ev"
  /// d₀, um.
  public static let referenceDiameter = 0.12

  /// Mean diameter, um, and coefficient of variation.
  public var diameter: Double, variation: Double
  /// Molecules that one carries, by factor.
  public var cargo: [String: Double]

  /// Vesicles of the given sizes and cargo.
  public init(diameter: Double, variation: Double, cargo: [String: Double]) {
    self.diameter = diameter
    self.variation = variation
    self.cargo = cargo
  }

  /// D'/D: mobility relative to vesicles of the reference diameter.
  public var mobility: Double {
    Self.referenceDiameter / diameter * (1 + variation * variation)
  }
}
