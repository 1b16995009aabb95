import CCells
import Laws
import Substrate
import Vocabulary

/// The host cells of one kind on a tissue grid.
public struct HostCells: CellColumns, Sendable {
  /// Sixteen cells side by side: `hosts_block` of C.
  struct Block: CellBlock {
    var identity = SIMD16<UInt32>()
    /// Divisions since it came, and how many cells it killed or ate.
    var generation = SIMD16<UInt32>(), kills = SIMD16<UInt32>()
    /// The voxel of the place.
    var voxel = SIMD16<Int32>()
    /// Place, um.
    var x = SIMD16<Float>(), y = SIMD16<Float>(), z = SIMD16<Float>()
    /// Depth of rest Q, and 1 where triggered.
    var rest = SIMD16<Float>(), trigger = SIMD16<Float>()
    /// Time left to division, min, and cumulative hazard left before death.
    var cycle = SIMD16<Float>(), budget = SIMD16<Float>()
  }

  /// One cell as it stands.
  public struct Resident: Sendable, BitwiseCopyable {
    /// Number among the host cells of the grid, and divisions since it came.
    public var identity: UInt32, generation: UInt32
    /// How many cells it killed or ate.
    public var kills: UInt32 = 0
    /// Place, um.
    public var x: Float, y: Float, z: Float
    /// Its numbers, of which the first is activity.
    public var state = CellState()
    /// Depth of rest Q, and 1 where triggered.
    public var rest: Float = 0, trigger: Float
    /// Time left to division, min, and cumulative hazard left before death.
    public var cycle: Float, budget: Float

    /// Activity A.
    public var activity: Float { state[0] }

    /// A cell that arrives at a position (um).
    public init(
      identity: UInt32,
      generation: UInt32 = 0,
      at place: (x: Float, y: Float, z: Float),
      activity: Float,
      isTriggered: Bool,
      cycle: Float,
      budget: Float
    ) {
      self.identity = identity
      self.generation = generation
      (x, y, z) = place
      state[0] = activity
      trigger = isTriggered ? 1 : 0
      self.cycle = cycle
      self.budget = budget
    }
  }

  /// What became of the cells of the kind so far, as exact integers.
  public struct Ledger: Sendable, BitwiseCopyable, Equatable {
    /// There at the start, come from blood, born here, come from other kinds.
    public internal(set) var initial = 0, recruited = 0, born = 0, joined = 0
    /// Dead, and gone to other kinds.
    public internal(set) var dead = 0, left = 0
    /// Divisions of cells of the kind, and cells of the product that they killed or ate.
    public internal(set) var divisions = 0, kills = 0

    /// Nothing yet.
    public init() {}

    /// Whether all counts are such.
    public var isPossible: Bool {
      [initial, recruited, born, joined, dead, left, divisions, kills].allSatisfy {
        (0...Bounds.cells).contains($0)
      }
    }

    /// Makes the counts those of so many groups alike.
    public mutating func multiply(by groups: Int) {
      for count in [
        \Ledger.initial, \.recruited, \.born, \.joined, \.dead, \.left, \.divisions, \.kills,
      ] {
        self[keyPath: count] *= groups
      }
    }

    /// What there must be.
    public var present: Int { initial + recruited + born + joined - dead - left }
  }

  var blocks: [Block] = []
  /// Their numbers, in rows, of which the first is activity.
  var values: [SIMD16<Float>] = []
  /// How many numbers each carries.
  public let rows: Int
  /// Number of cells.
  public internal(set) var count = 0
  /// What became of them.
  public internal(set) var ledger = Ledger()

  /// Bytes that a cell with so many numbers of its own takes, twice while cells are put in order.
  public static func bytesPerCell(rows: Int) -> Int {
    2 * (MemoryLayout<Block>.stride / cellsPerBlock + 4 * rows)
  }

  /// No cells, each of which would carry so many numbers.
  public init(rows: Int = 1) {
    self.rows = rows
    precondition(MemoryLayout<Block>.stride == MemoryLayout<hosts_block>.stride, "one layout")
  }

  /// Adds a cell; the ledger does not know of it.
  package mutating func append(_ cell: Resident, on shape: GridShape) {
    let (b, lane) = grow()
    blocks[b].identity[lane] = cell.identity
    blocks[b].generation[lane] = cell.generation
    blocks[b].kills[lane] = cell.kills
    blocks[b].voxel[lane] = Int32(
      shape.voxel(x: Double(cell.x), y: Double(cell.y), z: Double(cell.z))
    )
    (blocks[b].x[lane], blocks[b].y[lane], blocks[b].z[lane]) = (cell.x, cell.y, cell.z)
    put(cell.state, b, lane)
    blocks[b].rest[lane] = cell.rest
    blocks[b].trigger[lane] = cell.trigger
    blocks[b].cycle[lane] = cell.cycle
    blocks[b].budget[lane] = cell.budget
  }

  /// The cell at a position.
  public subscript(position: Int) -> Resident {
    precondition(position < count, "beyond the cells")
    let block = blocks[position / cellsPerBlock]
    let lane = position % cellsPerBlock
    var cell = Resident(
      identity: block.identity[lane],
      generation: block.generation[lane],
      at: (block.x[lane], block.y[lane], block.z[lane]),
      activity: 0,
      isTriggered: block.trigger[lane] > 0,
      cycle: block.cycle[lane],
      budget: block.budget[lane]
    )
    cell.state = state(position / cellsPerBlock, lane, rows)
    cell.kills = block.kills[lane]
    cell.rest = block.rest[lane]
    return cell
  }

  /// Writes a cell that has not moved back.
  mutating func put(_ cell: Resident, at position: Int) {
    let (b, lane) = (position / cellsPerBlock, position % cellsPerBlock)
    blocks[b].generation[lane] = cell.generation
    blocks[b].rest[lane] = cell.rest
    blocks[b].trigger[lane] = cell.trigger
    blocks[b].cycle[lane] = cell.cycle
  }

  /// The voxel of the cell at a position.
  func voxel(of position: Int) -> Int {
    Int(blocks[position / cellsPerBlock].voxel[position % cellsPerBlock])
  }

  /// A of the cell at a position.
  func activity(of position: Int) -> Float {
    value(0, position / cellsPerBlock, position % cellsPerBlock)
  }

  /// Counts a cell killed or a corpse engulfed by a host cell, and shifts its activity by a share of the way to 1, or to 0 where it is
  /// negative.
  mutating func credit(_ position: Int, shift: Float) {
    let (b, lane) = (position / cellsPerBlock, position % cellsPerBlock)
    blocks[b].kills[lane] += 1
    let activity = values[b * rows][lane]
    values[b * rows][lane] += shift * (shift > 0 ? 1 - activity : activity)
    ledger.kills += 1
  }

  /// What the cells look like together.
  public struct Summary: Sendable, Equatable {
    /// Number of cells, of those with an activity above a half, and sum of the activities.
    public internal(set) var cells = 0, active = 0, activity = 0.0
    /// Sums of their numbers beside activity, by row from the second.
    public internal(set) var levels: [Double] = []
    /// Cells by divisions since they came, the last for that many or more.
    public internal(set) var generations = [Int](repeating: 0, count: 17)

    /// Nobody.
    public init() {}

    /// Makes the counts those of so many groups alike.
    public mutating func multiply(by groups: Int) {
      cells *= groups
      active *= groups
      activity *= Double(groups)
      for row in levels.indices { levels[row] *= Double(groups) }
      for n in generations.indices { generations[n] *= groups }
    }

    /// Goes through what was counted.
    public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
      try visitor.visit(&cells)
      try visitor.visit(&active)
      try visitor.visit(&activity)
      try visitor.visit(&levels)
      try visitor.visit(&generations)
    }
  }

  /// Counts the cells.
  public func summary() -> Summary {
    var summary = Summary()
    summary.cells = count
    summary.levels = (1..<rows).map { row in
      (0..<count).reduce(0) {
        $0 + Double(value(row, $1 / cellsPerBlock, $1 % cellsPerBlock))
      }
    }
    for i in 0..<count {
      let block = i / cellsPerBlock
      let activity = value(0, block, i % cellsPerBlock)
      if activity > 0.5 { summary.active += 1 }
      summary.activity += Double(activity)
      summary.generations[min(16, Int(blocks[block].generation[i % cellsPerBlock]))] += 1
    }
    return summary
  }
}

extension HostCells {
  /// Whether a state that was read is one on a grid.
  public func isSound(on shape: GridShape) -> Bool {
    guard lies(on: shape), ledger.isPossible, ledger.present == count else { return false }
    return (0..<count).allSatisfy { i in
      let (b, lane) = (i / cellsPerBlock, i % cellsPerBlock)
      let block = blocks[b]
      return block.generation[lane] <= Bounds.events && block.kills[lane] <= Bounds.events
        && shape.holds(block.x[lane], block.y[lane], block.z[lane], in: block.voxel[lane])
        && [0, 1].contains(block.trigger[lane])
        && [block.rest, block.cycle, block.budget].allSatisfy { Bounds.holds($0[lane]) }
        && areShares(b, lane, rows)
    }
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&blocks)
    try visitor.visit(&values)
    try visitor.visit(&count)
    try visitor.visit(&ledger)
  }
}
