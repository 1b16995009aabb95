import CCells
import Substrate
import Vocabulary

/// A number per voxel that is 0 in most.
package struct SparseMap: Sendable {
  /// The numbers; empty where the map is not used.
  package private(set) var values: [Float] = []
  /// The first `count` are the voxels that may have a number other than 0.
  private var marked: [Int32] = []
  private var count = 0
  /// 1 for each run of 64 voxels that may have one: few enough to stay at hand.
  private(set) var runs: [UInt8] = []
  private let shape: GridShape

  /// A map of a grid, where it is used.
  package init(_ shape: GridShape, isUsed: Bool) {
    self.shape = shape
    guard isUsed else { return }
    values = Array(repeating: 0, count: shape.count)
    marked = Array(repeating: 0, count: shape.count)
    runs = Array(repeating: 0, count: shape.count >> 6 + 1)
  }

  /// Whether it is not used.
  var isUnused: Bool { values.isEmpty }

  /// Opens the map, where it is used, for the length of `body`.
  private mutating func open(_ body: (inout neighbours_map) -> Void) {
    guard !isUnused else { return }
    var map = neighbours_map()
    map.count = count
    (map.nx, map.ny, map.nz) = (Int32(shape.nx), Int32(shape.ny), Int32(shape.nz))
    map.cut = Int32(shape.cut?.rawValue ?? 0)
    values.withSlab { values in
      marked.withSlab { marked in
        runs.withSlab { runs in
          (map.values, map.marked, map.runs) = (values.start, marked.start, runs.start)
          body(&map)
        }
      }
    }
    count = map.count
  }

  /// Sets all to 0.
  mutating func clear() { open { neighbours_clear(&$0) } }

  /// Adds to the voxels near each of some.
  package mutating func add(_ numbers: some Sequence<(voxel: Int32, number: Float)>) {
    open { map in for (voxel, number) in numbers { neighbours_add(&map, voxel, number) } }
  }

  /// Adds the activity of cells to the voxels near each.
  mutating func add(_ cells: HostCells) {
    guard cells.count > 0 else { return }
    cells.blocks.withReadSlab { blocks in
      cells.values.withReadSlab { values in
        open {
          neighbours_present(
            &$0,
            blocks.start(as: hosts_block.self),
            values.floats,
            Int32(cells.rows),
            cells.count
          )
        }
      }
    }
  }

  /// Replaces each number x by 1 − exp(−σ x), as `Contact.touched`.
  mutating func touch(share: Double) { open { neighbours_touch(&$0, Float(share)) } }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    let sizes = [values.count, marked.count, runs.count]
    try visitor.visit(&values)
    try visitor.visit(&marked)
    try visitor.visit(&runs)
    try visitor.visit(&count)
    guard !visitor.isReading || sizes == [values.count, marked.count, runs.count] && isSound else {
      throw StateError.unexpected
    }
  }

  /// Whether every number other than 0 is marked, once, and lies in a run that may have one.
  private var isSound: Bool {
    guard (0...marked.count).contains(count) else { return false }
    let voxels = Set(marked[..<count])
    return voxels.count == count
      && voxels.allSatisfy { values.indices.contains(Int($0)) && runs[Int($0) >> 6] == 1 }
      && runs.allSatisfy { $0 <= 1 }
      && values.allSatisfy { (0...Float(Bounds.number)).contains($0) }
      && values.count { $0 != 0 } == voxels.count { values[Int($0)] != 0 }
  }

  /// Opens the numbers for the length of `body`.
  mutating func withSlab(_ body: (Slab<Float>?) -> Void) { values.withSlabOrNone(body) }
}
