/// A cell of the product that killers took.
public struct Victim: Sendable {
  /// What is left of it.
  public var corpse: Corpse
  /// Share of the hazard by natural killers that its HLA-I spared it.
  public var spared: Double
  /// What it showed of it to T cells.
  public var hla: Double

  /// A victim with a corpse.
  public init(_ corpse: Corpse, spared: Double, hla: Double = 1) {
    self.corpse = corpse
    self.spared = spared
    self.hla = hla
  }
}

/// What is left of a cell of the product on a grid.
public struct Corpse: Sendable, BitwiseCopyable {
  /// Identity of the cell.
  public var identity: UInt32
  /// 1 where antibody marks it, else 0.
  private var mark: UInt32
  /// Where it lies.
  public var voxel: Int

  /// Whether antibody marks it, so that those who eat it take it for a microbe.
  public var isMarked: Bool { mark != 0 }

  /// The corpse of a cell.
  public init(identity: UInt32, voxel: Int, isMarked: Bool = false) {
    self.identity = identity
    self.voxel = voxel
    mark = isMarked ? 1 : 0
  }
}
