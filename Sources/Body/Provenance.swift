import Substrate

/// What donor and culture make of the potency and size of cells.
///
///     q = P D (1 − a (y − y₀)/10) (1 − b) (1 − c s)      not below 0; b only where the donor is diabetic
///     d = d₀ (1 + g s)
///     v = (1 + (f − 1) s) (1 + e (ȳ − y₀)/10)            not below 0
///     s = pⁿ / (pⁿ + p_sⁿ),   n = 8
///
/// D is lognormal among donors with mean 1, y normal, diabetes a draw. Donor 0 is the mean of all: D = 1, y the
/// mean age, b taken in proportion. Cells of early passage have s = 0.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | P | `potency` | 1 | of the source of the cells, marrow 1 |
/// | D | `variation` (coefficient of variation) | 1 | calibrated: 27–88 % suppression over 11 products (Bloom 2015, doi 10.1016/j.jcyt.2014.10.002); 0.3–1 |
/// | y, y₀ | `age`, `ageSpread`; 30 | years | of the donors |
/// | a | `ageLoss` | 1 per decade | assumed 0–0.1; doubling 1.7 times slower, SA-β-gal 4 times in the old (Zhou 2008, doi 10.1111/j.1474-9726.2008.00377.x) |
/// | b | `diabetesLoss`, `diabetes` (share of donors) | 1 | assumed 0–0.5; HGF, VEGF, TGF-β lower, effect slightly inferior (doi 10.1186/s13287-020-01817-1) |
/// | p, p_s | `passage`, `senescencePassage` | 1 | p_s 7 marrow, 16 umbilical cord, 8 adipose (doi 10.1155/2013/901821) |
/// | c | `senescenceLoss` | 1 | assumed 0.3–1 |
/// | e, ȳ | `ageFragility`, `age` | 1 per decade, years | assumed 0–0.3: cells of old donors die more (Zhou 2008, doi 10.1111/j.1474-9726.2008.00377.x) |
/// | f | `senescenceFragility` | 1 | assumed 1–6: cells of more than 30 doublings live shorter (Braid 2018, doi 10.1016/j.jcyt.2017.09.013) |
/// | g | `senescenceGrowth` | 1 | assumed 0–1: cells grow with passage (17.9–30.4 um, Ge 2014, doi 10.1007/s12015-013-9492-x) |
public struct Provenance: Codable, Sendable, Equatable {
  /// Potency of cells of the source, relative to marrow.
  public var potency = 1.0
  /// Coefficient of variation of potency between donors.
  public var variation = 0.0
  /// Mean age of the donors and its standard deviation, years.
  public var age = Provenance.referenceAge, ageSpread = 0.0
  /// Potency lost per decade of age.
  public var ageLoss = 0.0
  /// Share of donors with diabetes, and potency lost in these.
  public var diabetes = 0.0, diabetesLoss = 0.0
  /// Passage of the culture; `nil` for early ones.
  public var passage: Double?
  /// Passage at which half of the cells are senescent.
  public var senescencePassage = 1.0
  /// Potency that a senescent cell has lost, and share by which it has grown.
  public var senescenceLoss = 0.0, senescenceGrowth = 0.0
  /// Fold of the hazard by damage of a senescent cell, and what a decade of age adds to it.
  public var senescenceFragility = 1.0, ageFragility = 0.0

  /// y₀: age of the donors of the reference product, years.
  public static let referenceAge = 30.0
  private static let steepness = 8.0

  /// A young and healthy donor like all others, cells of early passage.
  public init() {}

  /// s: senescent share of the cells.
  public var senescence: Double {
    share(byPassage: senescencePassage)
  }

  /// Share of what passages of the culture bring, of which a passage brings half; 0 for early passages.
  public func share(byPassage half: Double) -> Double {
    guard let passage else { return 0 }
    let ratio = Elementary.power(passage / half, Self.steepness)
    return ratio / (1 + ratio)
  }

  /// d/d₀: diameter of the cells over that at early passage.
  public var growth: Double { 1 + senescenceGrowth * senescence }

  /// v: hazard by damage of the cells over that of young donors and early passage.
  public var fragility: Double {
    let byAge = 1 + ageFragility * (age - Self.referenceAge) / 10
    return (1 + (senescenceFragility - 1) * senescence) * max(0, byAge)
  }

  /// q of a donor by number, or of the mean of all (0).
  public func potency(of donor: UInt32, _ chance: Chance) -> Double {
    var years = age
    var diabetic = diabetes
    var own = 1.0
    if donor > 0 {
      own = LognormalDistribution.number(
        mean: 1,
        variation: variation,
        chance.block(.donor, cell: donor).normal
      )
      let draw = chance.block(.donor, cell: donor, step: 1)
      years += ageSpread * chance.block(.donor, cell: donor, step: 2).normal
      diabetic = draw.uniform < diabetes ? 1 : 0
    }
    let kept =
      (1 - ageLoss * (years - Self.referenceAge) / 10) * (1 - diabetesLoss * diabetic)
      * (1 - senescenceLoss * senescence)
    return potency * own * max(0, kept)
  }
}
