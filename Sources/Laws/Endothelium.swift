/// How the endothelium of an organ holds a cell that lies on it.
///
///     V = 1 − (1 − α)(1 − H_V(TNF-α))
///     B = κ V g / (1 + κ V (g − 1)),  g = v (p + e)/2
///     b = 1 − (1 − B)(1 − h r H_K(CXCL12))
///
/// A cell rolls on either selectin and adheres by VCAM-1; it needs both steps, so that their ligands count as a product.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | α | `activation`, by the state of the host | 1 |
/// | κ | `scale` | 1 |
/// | g | `ligands` of P- and E-selectin (p, e) and of VCAM-1 (v), relative to marrow cells | 1 |
/// | h | `Arrest.chemokineBinding` | 1 |
/// | r | 1 where the cell carries working CXCR4, else 0 | 1 |
/// | H_V, H_K | `Arrest.endothelialTNF`, `.receptorBinding` | nM |
public struct Endothelium: Sendable {
  /// The law that holds what all organs share.
  public let law: Arrest
  /// κ: adhesion where all of it is activated.
  public let scale: Double
  /// α: activation that the host states.
  public let activation: Double
  /// g: the ligands of the cells.
  public let ligands: Double

  /// An endothelium to which cells with some ligands adhere.
  public init(_ law: Arrest, scale: Double, activation: Double = 0, ligands: Double = 1) {
    self.law = law
    self.scale = scale
    self.activation = activation
    self.ligands = ligands
  }

  /// Adhesion b, in 0...1, of cells without working CXCR4 and of those with it.
  public struct Binding: Sendable, Equatable, BitwiseCopyable {
    /// Of cells without it, and with it.
    public var plain: Double, carrier: Double

    /// Adhesion of the two.
    @inlinable
    public init(plain: Double = 0, carrier: Double = 0) {
      self.plain = plain
      self.carrier = carrier
    }

    /// That of a cell.
    @inlinable
    public subscript(carriesReceptor: Bool) -> Double { carriesReceptor ? carrier : plain }
  }

  /// b where endothelium is exposed to TNF-α and CXCL12 (nM).
  @inlinable
  public func binding(tnf: Double, cxcl12: Double) -> Binding {
    let activated = scale * (1 - (1 - activation) * (1 - law.endothelialTNF(tnf)))
    let plain = activated * ligands / (1 + activated * (ligands - 1))
    let drawn = law.chemokineBinding * law.receptorBinding(cxcl12)
    return Binding(plain: plain, carrier: 1 - (1 - plain) * (1 - drawn))
  }
}
