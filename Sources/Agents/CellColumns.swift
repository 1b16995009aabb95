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
    let before = count
    blocks.withSlab { CellRows($0.words, perCell: Self.fields).close(positions, of: before) }
    count -= positions.count
    blocks.removeLast(blocks.count - blocksUsed)
  }

  /// How many blocks the cells fill, the last perhaps in part.
  var blocksUsed: Int { (count + cellsPerBlock - 1) / cellsPerBlock }

  /// Who lies in which voxel of a grid.
  func inOrder(on shape: GridShape) -> VoxelOrder {
    let blocks = blocks.span
    return VoxelOrder(count, on: shape) {
      Int(blocks[$0 / cellsPerBlock].voxel[$0 % cellsPerBlock])
    }
  }

  /// Puts the cells in the order of their voxels, those of one voxel as they were; gives memory back.
  mutating func sort(on shape: GridShape) { sort(in: inOrder(on: shape)) }

  /// Puts the cells in an order; gives memory back.
  mutating func sort(in order: VoxelOrder) {
    guard count > 0 else {
      blocks = []
      return
    }
    var sorted = [Block](repeating: Block(), count: blocks.count)
    sorted.withSlab { sorted in
      blocks.withSlab { blocks in
        CellRows(blocks.words, perCell: Self.fields)
          .copy(in: order, to: CellRows(sorted.words, perCell: Self.fields))
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
}

/// Words of cells in rows: those of a cell stand a block's width apart.
struct CellRows {
  private let words: Slab<UInt32>
  private let perCell: Int

  /// Words, some for each cell.
  init(_ words: Slab<UInt32>, perCell: Int) {
    self.words = words
    self.perCell = perCell
  }

  /// Takes the cells at ascending positions out: the last ones take their places.
  func close(_ positions: [Int], of count: Int) {
    var left = count
    for position in positions.reversed() {
      left -= 1
      copy(left, to: self, position)
    }
  }

  /// Writes the cells in an order.
  func copy(in order: VoxelOrder, to other: CellRows) {
    for (j, i) in order.cells.enumerated() { copy(Int(i), to: other, j) }
  }

  /// Where the first word of a cell stands.
  private func first(of cell: Int) -> Int {
    cell / cellsPerBlock * (perCell * cellsPerBlock) + cell % cellsPerBlock
  }

  private func copy(_ i: Int, to other: CellRows, _ j: Int) {
    let (a, b) = (first(of: i), other.first(of: j))
    for row in 0..<perCell {
      other.words[b + cellsPerBlock * row] = words[a + cellsPerBlock * row]
    }
  }
}
