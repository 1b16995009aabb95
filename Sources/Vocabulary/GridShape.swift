/// The voxels of a tissue grid.
///
/// x varies fastest; a 2-D grid has nz = 1.
@frozen
public struct GridShape: Codable, Sendable, Equatable {
  /// Voxels along each axis.
  public let nx, ny, nz: Int
  /// Edge of a voxel, um.
  public let spacing: Double
  /// Axes along which the grid is the lower part of a longer one; `nil` for none.
  ///
  /// What lies beyond such a face is the mirror image of what lies before it: cells touch it, and nothing passes on balance.
  public let cut: Axes?

  /// Axes of a grid.
  public struct Axes: OptionSet, Codable, Sendable, Hashable {
    /// The axes as bits.
    public let rawValue: UInt8

    /// Axes of the given bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// One axis: 0 for x, 1 for y, 2 for z.
    public static func axis(_ number: Int) -> Axes { Axes(rawValue: 1 << UInt8(number)) }
  }

  /// A grid of at least one voxel per axis, of positive spacing.
  public init(nx: Int, ny: Int, nz: Int, spacing: Double, cut: Axes? = nil) {
    precondition(nx > 0 && ny > 0 && nz > 0 && spacing > 0, "a grid has voxels of positive size")
    self.nx = nx
    self.ny = ny
    self.nz = nz
    self.spacing = spacing
    self.cut = cut
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

  /// The centre, um: of the longer grid where this is the lower half of one, and so at its upper end.
  public var centre: (x: Double, y: Double, z: Double) {
    func centre(_ extent: Double, _ axis: Int) -> Double {
      cut?.contains(.axis(axis)) == true ? extent : extent / 2
    }
    return (centre(extent.x, 0), centre(extent.y, 1), centre(extent.z, 2))
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
