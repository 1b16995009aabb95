import CCells
import Substrate
import Vocabulary

/// Sixteen cells side by side, every field sixteen words of 32 bits.
protocol CellBlock: BitwiseCopyable, Sendable {
  /// Sixteen empty places.
  init()
  /// The voxel of each cell.
  var voxel: SIMD16<Int32> { get set }
}

/// Cells on a grid as columns of sixteen.
///
/// Their order is part of the state: a cell that leaves is replaced by the last, and now and then all are
/// put in the order of their voxels, so that neighbours in memory are neighbours on the grid.
protocol CellColumns {
  /// Sixteen cells.
  associatedtype Block: CellBlock
  /// All cells; the last block may be full in part.
  var blocks: [Block] { get set }
  /// Number of cells.
  var count: Int { get set }
}

/// Cells of a block.
let cellsPerBlock = CELLS

extension CellColumns {
  /// Makes room for one cell more; returns where it goes.
  mutating func grow() -> (block: Int, lane: Int) {
    let place = (count / cellsPerBlock, count % cellsPerBlock)
    if place.1 == 0 { blocks.append(Block()) }
    count += 1
    return place
  }

  /// Removes the cells at ascending positions; the last ones take their places.
  mutating func drop(at positions: [Int]) {
    guard !positions.isEmpty else { return }
    var left = count
    blocks.withSlab { blocks in
      let words = blocks.words
      for position in positions.reversed() {
        left -= 1
        Self.copy(words, left, to: words, position)
      }
    }
    count = left
    blocks.removeLast(blocks.count - (count + cellsPerBlock - 1) / cellsPerBlock)
  }

  /// Who lies in which voxel of a grid.
  func inOrder(on shape: GridShape) -> VoxelOrder {
    let blocks = blocks.span
    return VoxelOrder(count, on: shape) {
      Int(blocks[$0 / cellsPerBlock].voxel[$0 % cellsPerBlock])
    }
  }

  /// Puts the cells in the order of their voxels, those of one voxel as they were; gives memory back.
  mutating func sort(on shape: GridShape) {
    guard count > 0 else {
      blocks = []
      return
    }
    let order = inOrder(on: shape)
    var sorted = [Block](repeating: Block(), count: blocks.count)
    sorted.withSlab { sorted in
      blocks.withSlab { blocks in
        let (from, to) = (blocks.words, sorted.words)
        for (j, i) in order.cells.enumerated() { Self.copy(from, Int(i), to: to, j) }
      }
    }
    blocks = sorted
  }

  /// Whether a state that was read lies on a grid.
  func lies(on shape: GridShape) -> Bool {
    (blocks.count - 1) * cellsPerBlock < count && count <= blocks.count * cellsPerBlock
      && (0..<count).allSatisfy {
        (0..<shape.count).contains(Int(blocks[$0 / cellsPerBlock].voxel[$0 % cellsPerBlock]))
      }
  }

  private static var fields: Int { MemoryLayout<Block>.stride / (4 * cellsPerBlock) }

  /// Where the first word of a cell stands; the others follow a block's width apart.
  private static func word(of cell: Int) -> Int {
    cell / cellsPerBlock * (fields * cellsPerBlock) + cell % cellsPerBlock
  }

  private static func copy(_ from: Slab<UInt32>, _ i: Int, to: Slab<UInt32>, _ j: Int) {
    let (a, b) = (word(of: i), word(of: j))
    for field in 0..<fields { to[b + cellsPerBlock * field] = from[a + cellsPerBlock * field] }
  }
}
