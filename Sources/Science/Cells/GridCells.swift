import CCells
import Substrate

/// Cells on a tissue grid, as columns of sixteen.
///
/// Their order is part of the state: a cell that leaves is replaced by the last, and now and then all are
/// put in the order of their voxels, so that neighbours in memory are neighbours on the grid.
public struct GridCells: Sendable {
  /// Sixteen cells side by side, every field sixteen words: `cells_block` of C.
  struct Block: BitwiseCopyable, Sendable {
    var identity = SIMD16<UInt32>()
    /// How many times the clock has rung.
    var episode = SIMD16<UInt32>()
    /// Step in which the cell came to the niche.
    var since = SIMD16<UInt32>()
    /// Lumen or tissue, as `Niche` has it.
    var niche = SIMD16<Int32>()
    /// The voxel of the place.
    var voxel = SIMD16<Int32>()
    /// Damage, 1/min, and cumulative hazard left before the clock rings.
    var damage = SIMD16<Float>(), budget = SIMD16<Float>()
    /// Activity and memory of both axes of licensing.
    var stat1 = SIMD16<Float>(), stat1Memory = SIMD16<Float>()
    var nfkb = SIMD16<Float>(), nfkbMemory = SIMD16<Float>()
    /// Place, um.
    var x = SIMD16<Float>(), y = SIMD16<Float>(), z = SIMD16<Float>()
    /// Velocity, um/min.
    var vx = SIMD16<Float>(), vy = SIMD16<Float>(), vz = SIMD16<Float>()
    /// Secretion relative to the product's mean.
    var potency = SIMD16<Float>()
    /// How many cells it stands for.
    var weight = SIMD16<Float>()
    /// Diameter, um; negative for a cell without working CXCR4.
    var signedDiameter = SIMD16<Float>()
  }

  /// Cells of a block.
  static let width = CELLS
  private static let fields = MemoryLayout<Block>.stride / (4 * width)

  /// Bytes that a cell takes, twice while cells are put in order.
  public static let bytesPerCell = 2 * MemoryLayout<Block>.stride / width

  var blocks: [Block] = []
  /// Number of cells.
  public private(set) var count = 0
  /// How many cells they stand for.
  public private(set) var weight = 0

  /// No cells.
  public init() {
    precondition(MemoryLayout<Block>.stride == MemoryLayout<cells_block>.stride, "one layout")
  }

  /// Adds a cell that comes to a place (um) at the start of a step.
  public mutating func append(
    _ cell: Cell,
    standingFor cells: Int,
    _ niche: Niche,
    step: UInt32,
    at place: (x: Double, y: Double, z: Double),
    on shape: GridShape,
    _ product: Product,
    _ chance: Chance
  ) {
    let (b, lane) = (count / Self.width, count % Self.width)
    if lane == 0 { blocks.append(Block()) }
    let diameter = Float(product.diameter(of: cell.identity, chance))
    let isDrawn = product.carriesReceptor(cell.identity, chance)
    blocks[b].put(cell, lane)
    blocks[b].identity[lane] = cell.identity
    blocks[b].since[lane] = step
    blocks[b].niche[lane] = Int32(niche.rawValue)
    blocks[b].voxel[lane] = Int32(shape.voxel(x: place.x, y: place.y, z: place.z))
    blocks[b].stat1[lane] = cell.licensing.stat1
    blocks[b].stat1Memory[lane] = cell.licensing.stat1Memory
    blocks[b].nfkb[lane] = cell.licensing.nfkb
    blocks[b].nfkbMemory[lane] = cell.licensing.nfkbMemory
    blocks[b].x[lane] = Float(place.x)
    blocks[b].y[lane] = Float(place.y)
    blocks[b].z[lane] = Float(place.z)
    blocks[b].vx[lane] = 0
    blocks[b].vy[lane] = 0
    blocks[b].vz[lane] = 0
    blocks[b].potency[lane] = Float(product.potency(of: cell.identity, chance))
    blocks[b].weight[lane] = Float(cells)
    blocks[b].signedDiameter[lane] = isDrawn ? diameter : -diameter
    count += 1
    weight += cells
  }

  /// One cell as it stands.
  public struct Resident: Sendable {
    /// What it carries.
    public let cell: Cell
    /// Lumen or tissue.
    public let niche: Niche
    /// How many cells it stands for.
    public let weight: Int
    /// The voxel it is in.
    public let voxel: Int
    /// Place, um.
    public let x: Float, y: Float, z: Float
    /// Velocity, um/min.
    public let vx: Float, vy: Float, vz: Float
  }

  /// The cell at a position.
  public subscript(position: Int) -> Resident {
    precondition(position < count, "beyond the cells")
    let block = blocks[position / Self.width]
    let lane = position % Self.width
    return Resident(
      cell: block.cell(lane),
      niche: block.niche[lane] == 0 ? .lumen : .tissue,
      weight: Int(block.weight[lane]),
      voxel: Int(block.voxel[lane]),
      x: block.x[lane],
      y: block.y[lane],
      z: block.z[lane],
      vx: block.vx[lane],
      vy: block.vy[lane],
      vz: block.vz[lane]
    )
  }

  /// Removes the cells at ascending positions; the last ones take their places.
  mutating func remove(at positions: [Int]) {
    guard !positions.isEmpty else { return }
    for position in positions {
      weight -= Int(blocks[position / Self.width].weight[position % Self.width])
    }
    blocks.withSlab { blocks in
      let words = blocks.words
      for position in positions.reversed() {
        count -= 1
        Self.copy(words, count, to: words, position)
      }
    }
    blocks.removeLast(blocks.count - (count + Self.width - 1) / Self.width)
  }

  /// Who lies in which voxel of a grid.
  public func order(on shape: GridShape) -> VoxelOrder {
    let blocks = blocks.span
    return VoxelOrder(count, on: shape) { Int(blocks[$0 / Self.width].voxel[$0 % Self.width]) }
  }

  /// Puts the cells in the order of their voxels, those of one voxel as they were; gives memory back.
  mutating func sort(on shape: GridShape) {
    guard count > 0 else {
      blocks = []
      return
    }
    let order = order(on: shape)
    var sorted = [Block](repeating: Block(), count: blocks.count)
    sorted.withSlab { sorted in
      blocks.withSlab { blocks in
        let (from, to) = (blocks.words, sorted.words)
        for (j, i) in order.cells.enumerated() { Self.copy(from, Int(i), to: to, j) }
      }
    }
    blocks = sorted
  }

  /// Where the first word of a cell stands; the others follow a block's width apart.
  private static func word(of cell: Int) -> Int {
    cell / width * (fields * width) + cell % width
  }

  private static func copy(_ from: Slab<UInt32>, _ i: Int, to: Slab<UInt32>, _ j: Int) {
    let (a, b) = (word(of: i), word(of: j))
    for field in 0..<fields { to[b + width * field] = from[a + width * field] }
  }
}

extension GridCells.Block {
  /// What the cell of a lane carries.
  func cell(_ lane: Int) -> Cell {
    Cell(
      identity: identity[lane],
      episode: episode[lane],
      damage: damage[lane],
      budget: budget[lane],
      licensing: .init(
        stat1: stat1[lane],
        stat1Memory: stat1Memory[lane],
        nfkb: nfkb[lane],
        nfkbMemory: nfkbMemory[lane]
      )
    )
  }

  /// Writes back the clock and the damage of the cell of a lane.
  mutating func put(_ cell: Cell, _ lane: Int) {
    episode[lane] = cell.episode
    damage[lane] = cell.damage
    budget[lane] = cell.budget
  }
}

extension GridCells {
  /// Whether a state that was read lies on a grid.
  public func isSound(on shape: GridShape) -> Bool {
    (blocks.count - 1) * Self.width < count && count <= blocks.count * Self.width
      && (0..<count).allSatisfy { (0..<shape.count).contains(self[$0].voxel) }
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&blocks)
    try visitor.visit(&count)
    try visitor.visit(&weight)
  }
}
