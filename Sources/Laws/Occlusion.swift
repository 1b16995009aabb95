import Substrate

/// Microvessels that arrested cells occlude.
///
///     o = 1 − exp(−n f / N),   f = max(1, x / h)^β
///
/// A cell lodges in the first vessel that it cannot enter, whose calibre is 1/h of its diameter, and stops the flow to all
/// capillaries that this vessel feeds, f; vessels are the fewer the wider they are, by a power β of calibre. Cells lodge
/// anywhere with equal probability, so that n cells leave a share exp(−n f/N) of N segments of capillaries open: blood goes
/// round a segment that is stopped. Segments of calibre d and length l that hold a share κ of an organ's blood V are
///
///     N = κ V / (¼ π d² l)
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | n | argument | cells | arrested in the lumen |
/// | x | argument | 1 | diameter of the cell over calibre |
/// | h, β | `Tree` | 1 | `vessels` |
/// | N | `Organ.microvessels` | vessels | host, or as above |
/// | κ | argument | 1 | assumed 0.16–0.9; human lung 0.16 (ICRP 89), pig heart 0.89 (Kassab 1994) |
/// | l | argument | um | 606 in rat heart, arteriole to venule (1992); 60 segments in dog lung (Hogg 1988) |
public enum Occlusion {
  /// How vessels above capillaries branch, as cells meet them.
  public struct Tree: Codable, Sendable, Equatable {
    /// h: diameter over calibre above which a cell cannot enter a vessel.
    var hold: Double
    /// β: exponent of the fall of the number of vessels with calibre.
    var exponent: Double

    /// A tree.
    public init(hold: Double, exponent: Double) {
      self.hold = hold
      self.exponent = exponent
    }

    /// The same for bodies that keep their shape: none enters a vessel narrower than itself.
    public var rigid: Tree { Tree(hold: 1, exponent: exponent) }

    /// f: the capillaries that a cell of a ratio x stops the flow to.
    public func blocked(ratio: Double) -> Double {
      ratio > hold ? Elementary.power(ratio / hold, exponent) : 1
    }
  }

  /// o: the occluded share of `vessels` when `arrested` cells lie in them.
  @inlinable
  public static func fraction(arrested: Double, vessels: Double) -> Double {
    1 - Elementary.exp(-arrested / vessels)
  }

  /// N: vessels of a calibre and length (um) that hold a share of a blood volume (um³).
  @inlinable
  public static func vessels(
    bloodVolume: Double,
    share: Double,
    calibre: Double,
    length: Double
  ) -> Double {
    share * bloodVolume / (Double.pi / 4 * calibre * calibre * length)
  }
}
