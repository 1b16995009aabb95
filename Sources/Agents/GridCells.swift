import Body
import CCells
import Laws
import Substrate
import Vocabulary

/// Cells of the product on a tissue grid.
public struct GridCells: CellColumns, Sendable {
  /// Sixteen cells side by side, every field sixteen words: `cells_block` of C.
  struct Block: CellBlock {
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
  static let width = cellsPerBlock

  /// Bytes that a cell with so many numbers of its own takes, twice while cells are put in order.
  public static func bytesPerCell(rows: Int) -> Int {
    2 * (MemoryLayout<Block>.stride / width + 4 * rows)
  }

  var blocks: [Block] = []
  /// The numbers of the cells that their program tells, in rows: `rows` for each block.
  var values: [SIMD16<Float>] = []
  /// How many numbers each has: those of its program, and its frailty where cells differ in it.
  public let rows: Int
  /// How many of these its program tells.
  public let levels: Int
  /// Number of cells.
  public internal(set) var count = 0
  /// How many cells they stand for.
  public private(set) var weight = 0

  /// No cells, each of which would carry so many numbers: those of a cell that the product adds nothing to, or more.
  public init(rows levels: Int = Licensing.names.count, areFrail: Bool = false) {
    self.levels = levels
    rows = areFrail ? levels + 1 : levels
    precondition(MemoryLayout<Block>.stride == MemoryLayout<cells_block>.stride, "one layout")
  }

  /// Adds a cell that arrives at a position (um) at the start of a step.
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
    let (b, lane) = grow()
    put(cell.licensing, b, lane)
    if rows > levels {
      values[b * rows + levels][lane] = product.frailty(of: cell.identity, chance)
    }
    let diameter = Float(product.diameter(of: cell.identity, chance))
    let isDrawn = product.carriesReceptor(cell.identity, chance)
    blocks[b].put(cell, lane)
    blocks[b].identity[lane] = cell.identity
    blocks[b].since[lane] = step
    blocks[b].niche[lane] = Int32(niche.rawValue)
    blocks[b].voxel[lane] = Int32(shape.voxel(x: place.x, y: place.y, z: place.z))
    blocks[b].x[lane] = Float(place.x)
    blocks[b].y[lane] = Float(place.y)
    blocks[b].z[lane] = Float(place.z)
    blocks[b].vx[lane] = 0
    blocks[b].vy[lane] = 0
    blocks[b].vz[lane] = 0
    blocks[b].potency[lane] = Float(product.potency(of: cell.identity, chance))
    blocks[b].weight[lane] = Float(cells)
    blocks[b].signedDiameter[lane] = isDrawn ? diameter : -diameter
    weight += cells
  }

  /// One cell as it stands.
  public struct Resident: Sendable {
    /// What it carries.
    public let cell: Cell
    /// Lumen or tissue.
    public let niche: Niche
    /// Secretion relative to the product's mean.
    public let potency: Float
    /// Step in which it came to the niche.
    public let since: UInt32
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
    let (b, lane) = (position / Self.width, position % Self.width)
    let block = blocks[b]
    return Resident(
      cell: cell(b, lane),
      niche: block.niche[lane] == 0 ? .lumen : .tissue,
      potency: block.potency[lane],
      since: block.since[lane],
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
    for position in positions {
      weight -= Int(blocks[position / Self.width].weight[position % Self.width])
    }
    drop(at: positions)
  }

  /// What the cell of a lane carries.
  func cell(_ b: Int, _ lane: Int) -> Cell {
    Cell(
      identity: blocks[b].identity[lane],
      episode: blocks[b].episode[lane],
      damage: blocks[b].damage[lane],
      budget: blocks[b].budget[lane],
      licensing: state(b, lane, levels)
    )
  }

  /// Who lies in which voxel of a grid.
  public func order(on shape: GridShape) -> VoxelOrder { inOrder(on: shape) }
}

extension GridCells.Block {
  /// Place of the cell of a lane, um.
  func place(_ lane: Int) -> (x: Double, y: Double, z: Double) {
    (Double(x[lane]), Double(y[lane]), Double(z[lane]))
  }

  /// Writes back the clock and the damage of the cell of a lane.
  mutating func put(_ cell: Cell, _ lane: Int) {
    episode[lane] = cell.episode
    damage[lane] = cell.damage
    budget[lane] = cell.budget
  }
}

extension GridCells {
  /// Whether a state that was read is one on a grid of an organ; its cells are counted.
  public func isSound(on shape: GridShape, in organ: Int, _ enrolment: inout Enrolment) -> Bool {
    guard lies(on: shape) else { return false }
    var sum = 0
    for i in 0..<count {
      let (b, lane) = (i / Self.width, i % Self.width)
      let block = blocks[b]
      guard [0, 1].contains(block.niche[lane]) else { return false }
      let isInLumen = block.niche[lane] == Int32(Niche.lumen.rawValue)
      let numbers = [block.vx, block.vy, block.vz, block.potency, block.signedDiameter]
      let cell = cell(b, lane)
      guard cell.isSound(levels: levels), Int(block.since[lane]) <= enrolment.step,
        shape.holds(block.x[lane], block.y[lane], block.z[lane], in: block.voxel[lane]),
        numbers.allSatisfy({ Bounds.holds($0[lane]) }), block.potency[lane] >= 0,
        rows == levels || (0...Float(Bounds.number)).contains(value(levels, b, lane)),
        let (_, weight) = enrolment.count(cell.identity, inLumenOf: isInLumen ? organ : nil),
        block.weight[lane] == Float(weight)
      else { return false }
      sum += Int(block.weight[lane])
    }
    return sum == weight
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&blocks)
    try visitor.visit(&values)
    try visitor.visit(&count)
    try visitor.visit(&weight)
  }
}
