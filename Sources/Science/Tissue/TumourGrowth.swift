/// Growth of a tumour in its voxel, and what an engineered cell's payload kills of it.
///
///     dN/dt = γ N (1 − N) − k H_K(payload) N
///     γ     = γ₀ (1 + s_T H_T(TGF-β1) + s_V H_V(VEGF) + s_C contact)
///
/// N is the share of its largest density; it does not spread from voxel to voxel.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | N | argument | 1 | state of the voxel |
/// | γ₀ | `growth` | 1/min | assumed 5e-5–1e-3 (doubling in 10 h to 10 d) |
/// | s_T | `tgfb1Support` | 1 | assumed 0–1 |
/// | s_V | `vegfSupport` | 1 | assumed 0–2 |
/// | s_C | `contactSupport` | 1 | assumed 0–2 |
/// | k | `killing` | 1/min | assumed 1e-4–1e-2 |
/// | H_K | `payload` | nM | half-saturation, assumed 0.01–10, of the payload |
/// | H_T | `tgfb1` | nM | half-saturation, assumed 0.01–0.2 |
/// | H_V | `vegf` | nM | half-saturation, assumed 0.013–0.25 |
/// | contact | argument | 1 | share of the tissue that MSC touch |
public struct TumourGrowth: Codable, Sendable, Equatable {
  /// Growth of a sparse tumour without support, 1/min.
  public var growth: Double
  /// Growth that saturating TGF-β1 adds, as a share of `growth`.
  public var tgfb1Support: Double
  /// Growth that saturating VEGF adds, as a share of `growth`.
  public var vegfSupport: Double
  /// Growth that contact with MSC everywhere adds, as a share of `growth`.
  public var contactSupport: Double
  /// Hazard of tumour cells where the payload saturates, 1/min.
  public var killing: Double
  /// Response of tumour cells to the payload.
  public var payload: Hill
  /// Response of growth to TGF-β1.
  public var tgfb1: Hill
  /// Response of growth to VEGF.
  public var vegf: Hill

  /// A growth of the given parameters.
  public init(
    growth: Double,
    tgfb1Support: Double,
    vegfSupport: Double,
    contactSupport: Double,
    killing: Double,
    payload: Hill,
    tgfb1: Hill,
    vegf: Hill
  ) {
    self.growth = growth
    self.tgfb1Support = tgfb1Support
    self.vegfSupport = vegfSupport
    self.contactSupport = contactSupport
    self.killing = killing
    self.payload = payload
    self.tgfb1 = tgfb1
    self.vegf = vegf
  }

  /// γ, 1/min.
  @inline(__always)
  public func growthRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(growth)
      * (.constant(1) + .constant(tgfb1Support) * tgfb1(levels.tgfb1)
        + .constant(vegfSupport) * vegf(levels.vegf)
        + .constant(contactSupport) * levels.contact)
  }

  /// k H_K: hazard of tumour cells, 1/min.
  @inline(__always)
  public func killingRate<Number: TissueNumber>(_ levels: TissueLevels<Number>) -> Number {
    .constant(killing) * payload(levels.payload)
  }

  /// N after a step (min) under steady levels.
  ///
  /// What is lost is taken at the end of the step and what is gained at its begin, so that N stays in
  /// 0...1 for any step; the error is of first order.
  @inline(__always)
  public func share<Number: TissueNumber>(
    after share: Number,
    _ levels: TissueLevels<Number>,
    step: Number
  ) -> Number {
    let gain = step * growthRate(levels) * share
    return (share + gain) / (.constant(1) + gain + step * killingRate(levels))
  }
}
