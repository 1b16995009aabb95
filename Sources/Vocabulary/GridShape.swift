/// The voxels of a tissue grid.
///
/// x varies fastest; a 2-D grid has nz = 1.
@frozen
public struct GridShape: Codable, Sendable, Equatable {
  /// Voxels along each axis.
  public let nx, ny, nz: Int
  /// Edge of a voxel, um.
  public let spacing: Double

  /// A grid of at least one voxel per axis, of positive spacing.
  public init(nx: Int, ny: Int, nz: Int, spacing: Double) {
    precondition(nx > 0 && ny > 0 && nz > 0 && spacing > 0, "a grid has voxels of positive size")
    self.nx = nx
    self.ny = ny
    self.nz = nz
    self.spacing = spacing
  }

  /// Number of voxels.
  @inlinable
  public var count: Int { nx * ny * nz }

  /// Volume of a voxel, um³.
  @inlinable
  public var voxelVolume: Double { spacing * spacing * spacing }

  /// Volume of the grid, um³.
  public var volume: Double { voxelVolume * Double(count) }

  /// Extent along each axis, um.
  public var extent: (x: Double, y: Double, z: Double) {
    (Double(nx) * spacing, Double(ny) * spacing, Double(nz) * spacing)
  }

  /// The voxel that holds a place (um) inside the grid.
  @inlinable
  public func voxel(x: Double, y: Double, z: Double) -> Int {
    let i = min(nx - 1, Int(x / spacing))
    let j = min(ny - 1, Int(y / spacing))
    let k = min(nz - 1, Int(z / spacing))
    return (k * ny + j) * nx + i
  }
}
