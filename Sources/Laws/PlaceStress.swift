/// What a place does to the cells in it.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | D_p | `damage` | 1/min |
/// | s | `filling` | 1 |
public struct PlaceStress: Codable, Sendable, Equatable {
  /// D_p: damage that the place leads to in a cell that has just come, 1/min.
  public var damage: Double
  /// s: how many times as fast as elsewhere damage builds up in it, 1.
  public var filling: Double
  /// Whether cells find matrix and a niche in it: tissue, and not blood or the lumen of a vessel.
  public var isTissue: Bool

  /// The stress of a place: damage, 1/min.
  public init(damage: Double, filling: Double = 1, isTissue: Bool = false) {
    self.damage = damage
    self.filling = filling
    self.isTissue = isTissue
  }
}

/// What the two niches of an organ do to the cells in them.
public struct NicheStress: Codable, Sendable, Equatable {
  /// In the lumen of microvessels, and in tissue.
  public var lumen: PlaceStress, tissue: PlaceStress

  /// Damage of lumen and tissue (1/min) that builds up as elsewhere.
  public init(lumen: Double, tissue: Double) {
    self.lumen = PlaceStress(damage: lumen)
    self.tissue = PlaceStress(damage: tissue, isTissue: true)
  }
}
