import CCells
import Laws
import Substrate
import Vocabulary

/// Sixteen cells side by side, every field sixteen words of 32 bits.
protocol CellBlock: BitwiseCopyable, Sendable {
  /// Sixteen empty places.
  init()
  /// The voxel of each cell.
  var voxel: SIMD16<Int32> { get set }
}

/// Cells on a grid as columns of sixteen, and the numbers that their program tells in rows of their own.
///
/// Their order is part of the state: a cell that leaves is replaced by the last, and now and then all are
/// put in the order of their voxels, so that neighbours in memory are neighbours on the grid.
protocol CellColumns {
  /// Sixteen cells.
  associatedtype Block: CellBlock
  /// All cells; the last block may be full in part.
  var blocks: [Block] { get set }
  /// The numbers of the cells that their program tells: `rows` for each block.
  var values: [SIMD16<Float>] { get set }
  /// How many numbers each carries.
  var rows: Int { get }
  /// Number of cells.
  var count: Int { get set }
}

/// Cells of a block.
let cellsPerBlock = CELLS

/// Cells of a grid, opened: their blocks, and their numbers in rows.
struct OpenCells<Block: CellBlock>: Sendable {
  let blocks: Slab<Block>
  let values: Slab<SIMD16<Float>>
  let rows: Int, count: Int

  /// Some of the blocks.
  func part(_ range: Range<Int>) -> OpenCells {
    OpenCells(
      blocks: blocks.part(from: range.lowerBound, count: range.count),
      values: values.part(from: range.lowerBound * rows, count: range.count * rows),
      rows: rows,
      count: min(count, range.upperBound * cellsPerBlock) - range.lowerBound * cellsPerBlock
    )
  }
}

extension CellColumns {
  /// Makes room for one cell more; returns where it goes.
  mutating func grow() -> (block: Int, lane: Int) {
    let place = (count / cellsPerBlock, count % cellsPerBlock)
    if place.1 == 0 {
      blocks.append(Block())
      values.append(contentsOf: repeatElement(SIMD16(), count: rows))
    }
    count += 1
    return place
  }

  /// A number of a cell.
  func value(_ row: Int, _ block: Int, _ lane: Int) -> Float { values[block * rows + row][lane] }

  /// The first numbers of a cell, as many as stated.
  func state(_ block: Int, _ lane: Int, _ count: Int) -> CellState {
    var state = CellState()
    for row in 0..<count { state[row] = value(row, block, lane) }
    return state
  }

  /// Writes all numbers of a cell.
  mutating func put(_ state: CellState, _ block: Int, _ lane: Int) {
    for row in 0..<rows { values[block * rows + row][lane] = state[row] }
  }

  /// Opens the cells, of which there are some, for the length of `body`.
  mutating func withOpened(_ body: (OpenCells<Block>) -> Void) {
    let (rows, count) = (rows, count)
    // Each is taken out while it is open, so that it has one owner.
    var (blocks, values) = ([Block](), [SIMD16<Float>]())
    swap(&blocks, &self.blocks)
    swap(&values, &self.values)
    blocks.withSlab { blocks in
      values.withSlab { body(OpenCells(blocks: blocks, values: $0, rows: rows, count: count)) }
    }
    swap(&blocks, &self.blocks)
    swap(&values, &self.values)
  }

  /// Removes the cells at ascending positions; the last ones take their places.
  mutating func drop(at positions: [Int]) {
    guard !positions.isEmpty else { return }
    let (before, rows) = (count, rows)
    blocks.withSlab { CellRows($0.words, perCell: Self.fields).close(positions, of: before) }
    values.withSlab { CellRows($0.words, perCell: rows).close(positions, of: before) }
    count -= positions.count
    blocks.removeLast(blocks.count - blocksUsed)
    values.removeLast(values.count - blocksUsed * rows)
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
      (blocks, values) = ([], [])
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
    var numbers = [SIMD16<Float>](repeating: SIMD16(), count: values.count)
    let rows = rows
    numbers.withSlab { numbers in
      values.withSlab {
        CellRows($0.words, perCell: rows)
          .copy(in: order, to: CellRows(numbers.words, perCell: rows))
      }
    }
    values = numbers
  }

  /// Whether a state that was read lies on a grid: all lanes of its blocks, for empty ones may be looked at too.
  func lies(on shape: GridShape) -> Bool {
    count >= 0 && count <= blocks.count * cellsPerBlock && blocksUsed == blocks.count
      && values.count == blocks.count * rows
      && blocks.allSatisfy { block in
        (0..<cellsPerBlock).allSatisfy { (0..<shape.count).contains(Int(block.voxel[$0])) }
      }
  }

  /// Whether the numbers of a cell lie in 0...1, but for rounding: so many rows of them.
  func areShares(_ block: Int, _ lane: Int, _ rows: Int) -> Bool {
    (0..<rows).allSatisfy { Bounds.isShare(value($0, block, lane)) }
  }

  private static var fields: Int { MemoryLayout<Block>.stride / (4 * cellsPerBlock) }
}

extension GridShape {
  /// Whether a place (um) lies in a voxel, but for the rounding of single precision.
  func holds(_ x: Float, _ y: Float, _ z: Float, in voxel: Int32) -> Bool {
    let voxel = Int(voxel)
    func lies(_ place: Float, _ position: Int) -> Bool {
      (Double(position) - 0.01...Double(position) + 1.01).contains(Double(place) / spacing)
    }
    return lies(x, voxel % nx) && lies(y, voxel / nx % ny) && lies(z, voxel / (nx * ny))
  }
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
