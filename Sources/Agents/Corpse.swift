/// A cell of the product that killers took.
public struct Victim: Sendable {
  /// What is left of it.
  public var corpse: Corpse
  /// Share of the hazard by natural killers that its HLA-I spared it.
  public var spared: Double

  /// A victim with a corpse.
  public init(_ corpse: Corpse, spared: Double) {
    self.corpse = corpse
    self.spared = spared
  }
}

/// What is left of a cell of the product on a grid.
public struct Corpse: Sendable, BitwiseCopyable {
  /// Identity of the cell.
  public var identity: UInt32
  /// Where it lies.
  public var voxel: Int

  /// The corpse of a cell.
  public init(identity: UInt32, voxel: Int) {
    self.identity = identity
    self.voxel = voxel
  }
}
