/// What acts on the tissue of a voxel: concentrations (nM, ≥ 0) and contact; 0 where a factor is not in
/// the scenario.
@frozen
public struct TissueLevels<Number: TissueNumber>: Sendable {
  /// TNF-α, nM.
  public var tnfa = Number.constant(0)
  /// IL-1β, nM.
  public var il1b = Number.constant(0)
  /// Reactive oxygen species as H₂O₂, nM.
  public var ros = Number.constant(0)
  /// HGF, nM.
  public var hgf = Number.constant(0)
  /// IL-10, nM.
  public var il10 = Number.constant(0)
  /// VEGF, nM.
  public var vegf = Number.constant(0)
  /// Active TGF-β1, nM.
  public var tgfb1 = Number.constant(0)
  /// What kills tumour cells, nM.
  public var payload = Number.constant(0)
  /// Share of the tissue that MSC touch, 0...1.
  public var contact = Number.constant(0)

  /// No factor and no contact.
  @inlinable
  public init() {}
}
