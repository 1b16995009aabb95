import Substrate

/// A way in which a laboratory counts the cells given: what it reads, from how many on it tells them
/// from none, and with what error.
///
///     x = N                 viable cells: culture, bioluminescence
///     x = N + C             donor DNA: living cells and the remains of dead cells
///     x = N ℓ + K + P       label: on living cells, on debris, in phagocytes
///     a = exp(−λ_P t)       share of the activity left at a time t after labelling; 1 without label
///     x = 0                 of DNA that is less than one genome: there is nothing to copy
///     x = Σ x_o 2^(−z_o / h)   where light of an organ o is dimmed by tissue of a depth z_o
///     x_o' = x_o + v_o (x − Σ x_o)   on a planar image, where blood and carcass lie before and behind an organ
///     L' = max(L, g max(1, V ρ / n))   where of an organ of a volume V a reaction takes the DNA of n cells
///     y = a x exp(s z₁ − s²/2) + b z₂ ,      s² = ln(1 + c²)
///     detected:  y > L
///     reported:  y, or y / a where counts are corrected for physical decay
///
/// z₁ and z₂ are standard normal numbers, so the factor exp(s z₁ − s²/2) has the mean 1 and the
/// coefficient of variation c; the background b z₂ is the deviation from its mean, which has been subtracted, and
/// may be negative. The limit holds for the signal as it is counted: correction for decay makes no
/// cell visible.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | N, C, K, P, ℓ | of the run | cells | `Remains` |
/// | λ_P | `Remains.Label.decay` | 1/min | of the label |
/// | h, z_o | `halving`, `depth` | um | of the modality; all light reaches the detector where it has none |
/// | v_o | `overlap` | 1 | of the modality; 0 where it does not say it |
/// | g, ρ, n | `Sample` | genomes, 1/um³, cells | of the modality |
/// | L | `limit` | cells, as labelled | of the modality |
/// | c | `noise` | 1 | 0 unless the scenario asks for it |
/// | b | `background` | cells, as labelled | 0 unless the scenario asks for it |
public struct Modality: Sendable, Equatable {
  /// What is read, x.
  public enum Quantity: String, Sendable, CaseIterable {
    /// Living cells.
    case viable
    /// DNA of living cells and of corpses.
    case dna
    /// Label, wherever it is.
    case label
  }

  /// How the counts of a label are reported.
  public enum Counts: String, Sendable, CaseIterable {
    /// Corrected for physical decay since labelling.
    case corrected
    /// As they are counted.
    case decayed
  }

  /// What it reports of one place at one time.
  public struct Reading: Sendable, Equatable {
    /// Cells; below the limit too.
    public var value: Double
    /// Whether the signal is above the limit.
    public var isDetected: Bool

    /// A reading of a number of cells.
    public init(value: Double, isDetected: Bool) {
      self.value = value
      self.isDetected = isDetected
    }
  }

  /// Its name in the output.
  public var name: String
  /// What it reads.
  public var quantity: Quantity
  /// How counts are reported.
  public var counts: Counts
  /// L: signal above which cells are detected, cells.
  public var limit: Double
  /// h: depth of tissue in which its signal falls by half, um; `nil` where it is not dimmed.
  public var halving: Double?
  /// z of organs and of `blood`, um; others lie at the surface.
  public var depth: [String: Double] = [:]
  /// v: share of what is in blood and carcass that a planar image counts to an organ.
  public var overlap: [String: Double] = [:]
  /// The DNA that goes into a reaction; `nil` where that is not followed.
  public var sample: Sample?
  /// c: coefficient of variation of the signal.
  public var noise: Double
  /// b: standard deviation of the background, cells.
  public var background: Double

  /// A modality of the given properties.
  public init(
    name: String,
    quantity: Quantity,
    counts: Counts = .corrected,
    limit: Double,
    noise: Double = 0,
    background: Double = 0
  ) {
    self.name = name
    self.quantity = quantity
    self.counts = counts
    self.limit = limit
    self.noise = noise
    self.background = background
  }

  /// Share of the signal of a place that reaches the detector.
  public func transmission(from place: String) -> Double {
    guard let halving, let depth = depth[place] else { return 1 }
    return Elementary.power(0.5, depth / halving)
  }

  /// The DNA of an organ that a reaction of a PCR takes.
  public struct Sample: Sendable, Equatable {
    /// n: cells whose DNA goes into a reaction.
    public var cells: Double
    /// ρ: cells of an organ per volume, 1/um³.
    public var density: Double
    /// g: genomes of the donor in a reaction from which on they are detected.
    public var genomes: Double

    /// A sample of the given size.
    public init(cells: Double, density: Double, genomes: Double) {
      self.cells = cells
      self.density = density
      self.genomes = genomes
    }
  }

  /// L': signal above which cells are detected in an organ of a volume, um³.
  public func limit(in volume: Double) -> Double {
    guard let sample else { return limit }
    return max(limit, sample.genomes * max(1, volume * sample.density / sample.cells))
  }

  /// What it reports of a number of cells.
  ///
  /// Noise is a function of seed, replicate, name, place and step: other modalities and other
  /// observations do not change it.
  ///
  /// - Parameters:
  ///   - cells: x, cells.
  ///   - activity: a, share of the activity that is left.
  ///   - volume: of what is read, um³.
  ///   - place: number of the place.
  ///   - step: step of the clock.
  ///   - chance: random numbers of the run.
  /// - Returns: what it reports.
  public func reading(
    of cells: Double,
    activity: Double,
    volume: Double = 0,
    place: UInt32,
    step: UInt32,
    _ chance: Chance
  ) -> Reading {
    var seen = quantity == .dna && cells < 1 ? 0 : cells
    var remainder = 0.0
    if noise > 0 || background > 0 {
      let block = chance.block(.reading, cell: identity, step: step, draw: place)
      seen = LognormalDistribution.number(mean: seen, variation: noise, block.normal)
      remainder = background * NormalDistribution.quantile(block.secondUniform)
    }
    let a = quantity == .label ? activity : 1
    let signal = a * seen + remainder
    let corrected = seen + (remainder == 0 ? 0 : remainder / a)
    return Reading(
      value: counts == .corrected ? corrected : signal,
      isDetected: signal > limit(in: volume)
    )
  }

  /// A number of the name that does not depend on what else is read: the 32-bit hash FNV-1a of
  /// Fowler, Noll and Vo.
  private var identity: UInt32 {
    name.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
