import Substrate
import Vocabulary

/// Cells of a grid by the voxel they are in: who lies with whom, found in a time linear in cells and voxels.
public struct VoxelOrder: Sendable {
  private let shape: GridShape
  /// Where the cells of each voxel begin among `cells`, and their end.
  private let starts: [UInt32]
  /// Positions of the cells, by voxel, those of a voxel as they were.
  let cells: [UInt32]

  /// The order of cells on a grid, given the voxel of each.
  public init(_ count: Int, on shape: GridShape, voxel: (Int) -> Int) {
    self.shape = shape
    var next = [UInt32](repeating: 0, count: shape.count + 1)
    for i in 0..<count { next[voxel(i) + 1] += 1 }
    for voxel in 1...shape.count { next[voxel] += next[voxel - 1] }
    starts = next
    var cells = [UInt32](repeating: 0, count: count)
    for i in 0..<count {
      let here = voxel(i)
      cells[Int(next[here])] = UInt32(i)
      next[here] += 1
    }
    self.cells = cells
  }

  /// Positions of the cells in a voxel, as they were.
  public func cells(in voxel: Int) -> ArraySlice<UInt32> {
    cells[Int(starts[voxel])..<Int(starts[voxel + 1])]
  }

  /// Calls `body` with every cell in a voxel and in those that share a face, an edge or a corner with it:
  /// voxel by voxel in their order, in each as the cells were.
  public func forEachCell(around voxel: Int, _ body: (UInt32) -> Void) {
    let (i, j, k) = (
      voxel % shape.nx, voxel / shape.nx % shape.ny, voxel / (shape.nx * shape.ny)
    )
    for z in max(0, k - 1)...min(shape.nz - 1, k + 1) {
      for y in max(0, j - 1)...min(shape.ny - 1, j + 1) {
        // Voxels of a row lie next to each other, and so do their cells.
        let row = (z * shape.ny + y) * shape.nx
        let first = starts[row + max(0, i - 1)]
        let end = starts[row + min(shape.nx - 1, i + 1) + 1]
        for cell in cells[Int(first)..<Int(end)] { body(cell) }
      }
    }
  }
}
