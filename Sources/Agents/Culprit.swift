import Substrate
import Vocabulary

/// Who near a voxel did something: drawn among the host cells of some kinds by their activity, or evenly.
struct Culprit: Sendable {
  /// Kind and position of a host cell.
  struct Found {
    let kind: Int, position: Int
  }

  private let shape: GridShape
  /// More than 0 near the voxels where something was done.
  private var scene: SparseMap
  /// Voxel and position of the cells of each kind that lie there, in the order of the voxels.
  private var suspects: [Int: [UInt64]] = [:]

  /// No cell yet, on a grid where some cell may act.
  init(on shape: GridShape, isUsed: Bool) {
    self.shape = shape
    scene = SparseMap(shape, isUsed: isUsed)
  }

  /// Sets the voxels where something was done or may be.
  mutating func look(at voxels: [Int]) {
    suspects = [:]
    scene.clear()
    scene.add(voxels.lazy.map { (voxel: Int32($0), number: 1) })
  }

  /// Finds who did it.
  ///
  /// - Parameters:
  ///   - voxel: where it was done: one of those looked at.
  ///   - kinds: positions of the kinds that may have.
  ///   - hosts: the cells of all kinds.
  ///   - uniform: a random number in 0...1.
  ///   - weight: how likely each is, by kind and position.
  /// - Returns: the cell; `nil` if none is near.
  mutating func find(
    near voxel: Int,
    among kinds: [Int],
    of hosts: [HostCells],
    uniform: Double,
    weight: (Int, Int) -> Double
  ) -> Found? {
    var near: [(cell: Found, weight: Double)] = []
    for kind in kinds where hosts[kind].count > 0 {
      let found = suspects[kind] ?? hosts[kind].inOrder(within: scene)
      suspects[kind] = found
      GridContacts.rows(around: voxel, on: shape) { row in
        var next = found.firstPosition { Int($0 >> 32) >= row.lowerBound }
        while next < found.count, Int(found[next] >> 32) < row.upperBound {
          let cell = Found(kind: kind, position: Int(UInt32(truncatingIfNeeded: found[next])))
          let weight = weight(kind, cell.position)
          if weight > 0 { near.append((cell, weight)) }
          next += 1
        }
      }
    }
    var point = uniform * near.reduce(0) { $0 + $1.weight }
    for (cell, weight) in near {
      point -= weight
      if point < 0 { return cell }
    }
    return near.last?.cell
  }
}

extension HostCells {
  /// The cells that lie where a map is not 0: voxel (upper half) and position, in this order.
  fileprivate func inOrder(within map: SparseMap) -> [UInt64] {
    var found: [UInt64] = []
    forEach(near: map) { position, voxel in
      if map.values[voxel] > 0 { found.append(UInt64(voxel) << 32 | UInt64(position)) }
    }
    found.sort()
    return found
  }
}

extension [UInt64] {
  /// The first position whose element passes, elements in order being split once: those that do come last.
  fileprivate func firstPosition(where passes: (UInt64) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if passes(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
