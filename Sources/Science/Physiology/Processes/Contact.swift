import Substrate

/// Contact between cells of the product and host cells, among neighbouring voxels: all that share a face, an
/// edge or a corner.
///
///     p(v) = 1 − exp(−σ Σ e),   σ = a / 9h² on a plane, w / 27h³ in tissue,   e = (e₀ + (1 − e₀) E) q
///     killing of one target by a killer near it = k A σ / max(1, σ n), by natural killers (1 − ζ E) of that
///     eating of one corpse by all eaters near it  = g σ Σ 1
///
/// Being near is mutual, and so is what comes of it: a killer or eater is credited with each target that is
/// lost to it. A killer shares its rate among the n targets near it.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | a | `footprint` | um² | assumed 1500–6000: area of a spread MSC |
/// | w | `reach` | um³ | assumed 2e4–9e4: within a cell's diameter of an MSC |
/// | h | argument | um | edge of a voxel |
/// | e₀ | `resting` | 1 | assumed 0–0.2: PD-L1 of an unlicensed MSC over a licensed one |
/// | E, q | arguments | 1 | proteins of the STAT1 axis (HLA-I among them) and potency of an MSC |
/// | ζ | `shielding` | 1 | assumed 0.3–0.9: HLA-I holds natural killers back (Spaggiari 2006, doi 10.1182/blood-2005-07-2775) |
/// | k, g | `HostKind` | 1/min | of the kind |
/// | A | argument | 1 | activity of the killer |
public struct Contact: Codable, Sendable, Equatable {
  /// Area that a spread cell touches on a plane, um².
  public var footprint: Double
  /// Volume of tissue that a cell touches, um³.
  public var reach: Double
  /// What an unlicensed cell shows of what a licensed one does.
  public var resting: Double
  /// ζ: share of the hazard by natural killers that full HLA-I spares, a protein of the STAT1 axis.
  public var shielding: Double
  /// Share of what is left to M2 that a macrophage goes for each corpse it eats.
  public var meal: Double

  /// Share of contact with cells of the product that what they lie in leaves.
  public var exposure = 1.0

  /// A contact of the given extent.
  public init(footprint: Double, reach: Double, resting: Double, shielding: Double, meal: Double) {
    self.footprint = footprint
    self.reach = reach
    self.resting = resting
    self.shielding = shielding
    self.meal = meal
  }

  /// σ: share of the neighbourhood that a cell touches.
  public func share(spacing h: Double, isPlane: Bool) -> Double {
    min(1, isPlane ? footprint / (9 * h * h) : reach / (27 * h * h * h))
  }

  /// e: what a cell shows.
  public func shown(protein: Double, potency: Double) -> Double {
    (resting + (1 - resting) * protein) * potency
  }

  /// p: share of cells in a voxel that are touched, where the cells near it show so much in all.
  public func touched(_ shown: Double, share: Double) -> Double {
    1 - Elementary.exp(-share * shown)
  }
}
