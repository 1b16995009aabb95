import Vocabulary

/// The voxels of a grid that receive cells and factors put into tissue.
struct TissueBed {
  /// The voxels: those of the region of the formulation, or all.
  let voxels: [Int32]
  private let shape: GridShape
  private let isWhole: Bool

  init(of tissue: Tissue) {
    shape = tissue.shape
    isWhole = tissue.bed == nil
    voxels = (0..<Int32(tissue.shape.count)).filter {
      tissue.bed == nil || tissue.region[Int($0)] == tissue.bed?.region
    }
  }

  /// Where a cell is placed, um.
  ///
  /// - Parameters:
  ///   - x: random number in 0...1.
  ///   - y: another.
  ///   - z: a third.
  /// - Returns: a place in one of the voxels.
  func place(_ x: Double, _ y: Double, _ z: Double) -> (x: Double, y: Double, z: Double) {
    if isWhole { return (x * shape.extent.x, y * shape.extent.y, z * shape.extent.z) }
    let exact = x * Double(voxels.count)
    let voxel = Int(voxels[min(voxels.count - 1, Int(exact))])
    let (i, j, k) = (
      voxel % shape.nx, voxel / shape.nx % shape.ny, voxel / (shape.nx * shape.ny)
    )
    return (
      (Double(i) + exact - exact.rounded(.down)) * shape.spacing,
      (Double(j) + y) * shape.spacing, (Double(k) + z) * shape.spacing
    )
  }
}
