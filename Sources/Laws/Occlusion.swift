import Substrate

/// Microvessels that arrested cells occlude.
///
///     o = 1 − exp(−n / N)
///
/// Cells lodge in any of N parallel vessels with equal probability, so n cells leave a share
/// exp(−n/N) open. Vessels of calibre d and length l that hold a share κ of an organ's blood V are
///
///     N = κ V / (¼ π d² l)
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | n | argument | cells | arrested in the lumen |
/// | N | `Organ.microvessels` | vessels | host, or as above |
/// | κ | argument | 1 | assumed 0.16–0.9; human lung 0.16 (ICRP 89), pig heart 0.89 (Kassab 1994) |
/// | l | argument | um | 606 in rat heart, arteriole to venule (1992); 60 segments in dog lung (Hogg 1988) |
public enum Occlusion {
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
