import Substrate

/// Who near a voxel did something: drawn among the host cells of some kinds by their activity, or evenly.
struct Culprit {
  private var orders: [Int: VoxelOrder] = [:]

  /// Finds who did it.
  ///
  /// - Parameters:
  ///   - voxel: where it was done.
  ///   - kinds: positions of the kinds that may have.
  ///   - hosts: the cells of all kinds.
  ///   - shape: the grid.
  ///   - uniform: a random number in 0...1.
  ///   - weight: how likely each is, by kind and position.
  /// - Returns: the kind and position of the cell; `nil` where nobody is near.
  mutating func find(
    near voxel: Int,
    among kinds: [Int],
    of hosts: [HostCells],
    on shape: GridShape,
    uniform: Double,
    weight: (Int, Int) -> Double
  ) -> (kind: Int, position: Int)? {
    var near: [(kind: Int, position: Int, weight: Double)] = []
    for kind in kinds where hosts[kind].count > 0 {
      let order = orders[kind] ?? hosts[kind].inOrder(on: shape)
      orders[kind] = order
      order.forEachCell(around: voxel) { cell in
        let w = weight(kind, Int(cell))
        if w > 0 { near.append((kind, Int(cell), w)) }
      }
    }
    var point = uniform * near.reduce(0) { $0 + $1.weight }
    for cell in near {
      point -= cell.weight
      if point < 0 { return (cell.kind, cell.position) }
    }
    return near.last.map { ($0.kind, $0.position) }
  }
}
