import Substrate

/// What cells on a grid are to those near them in a step, per voxel: remade from the cells at its start.
public struct GridContacts: Sendable {
  private let shape: GridShape
  private let law: Contact
  /// σ of the grid.
  public let share: Double
  /// Share of each voxel's cells that cells of the product touch, by what these show; empty where unused.
  public private(set) var touch: [Float] = []
  /// The same by mature dendritic cells.
  public private(set) var antigen: [Float] = []
  /// Hazard of cells of the product by natural killers and by T cells, 1/min; empty where there are none.
  var naturalKillers: [Float] = [], tCells: [Float] = []
  /// Cells of the product near each voxel.
  private var targets: [Float] = []

  /// No contacts yet, on a grid where those named are used.
  public init(
    _ law: Contact,
    on shape: GridShape,
    isPlane: Bool,
    contacts: Set<Response.Contact>,
    killers: Set<HostKind.Target>
  ) {
    self.shape = shape
    self.law = law
    share = law.share(spacing: shape.spacing, isPlane: isPlane)
    let none = [Float](repeating: 0, count: shape.count)
    if contacts.contains(.contact) { touch = none }
    if contacts.contains(.antigen) { antigen = none }
    if killers.contains(.natural) { naturalKillers = none }
    if killers.contains(.mismatched) { tCells = none }
    if !killers.isEmpty { targets = none }
  }

  /// Opens the levels of all signals, and the fields, for the length of `body`.
  mutating func withLevels(
    fields: inout FieldStack,
    _ senses: HostSenses,
    _ body: (SignalLevels, FieldSlabs) -> Void
  ) {
    let voxels = shape.count
    fields.withSlabs { slabs in
      touch.withSlabOrNone { touch in
        antigen.withSlabOrNone { antigen in
          body(
            SignalLevels(
              senses: senses,
              voxels: voxels,
              concentration: slabs.concentration,
              touch: touch,
              antigen: antigen
            ),
            slabs
          )
        }
      }
    }
  }

  /// A grid without host cells.
  static func nobody(on shape: GridShape) -> GridContacts {
    GridContacts(
      Contact(footprint: 0, reach: 0, resting: 0, shielding: 0, meal: 0),
      on: shape,
      isPlane: false,
      contacts: [],
      killers: []
    )
  }

  /// Hazard of a cell of the product in a voxel by the killers about it, 1/min.
  func killing(in voxel: Int, shielding: Double) -> Double {
    let natural = naturalKillers.isEmpty ? 0 : Double(naturalKillers[voxel]) * (1 - shielding)
    return natural + (tCells.isEmpty ? 0 : Double(tCells[voxel]))
  }

  /// Opens the hazards by killers for the length of `body`.
  mutating func withKillers(_ body: ((natural: Slab<Float>?, tCells: Slab<Float>?)) -> Void) {
    naturalKillers.withSlabOrNone { natural in
      tCells.withSlabOrNone { body((natural, $0)) }
    }
  }

  /// Calls `body` with a voxel and all near it.
  static func near(_ voxel: Int, on shape: GridShape, _ body: (Int) -> Void) {
    let (i, j, k) = (
      voxel % shape.nx, voxel / shape.nx % shape.ny, voxel / (shape.nx * shape.ny)
    )
    for z in max(0, k - 1)...min(shape.nz - 1, k + 1) {
      for y in max(0, j - 1)...min(shape.ny - 1, j + 1) {
        let row = (z * shape.ny + y) * shape.nx
        for x in max(0, i - 1)...min(shape.nx - 1, i + 1) { body(row + x) }
      }
    }
  }

  /// Sees who is where.
  ///
  /// - Parameters:
  ///   - product: cells of the product.
  ///   - hosts: host cells by kind.
  ///   - kinds: their kinds.
  ///   - mismatch: share of the killers' rate that the match leaves.
  public mutating func look(
    _ product: GridCells,
    _ hosts: [HostCells],
    _ kinds: [HostKind],
    mismatch: Double
  ) {
    for i in touch.indices { touch[i] = 0 }
    for i in targets.indices { targets[i] = 0 }
    if !touch.isEmpty || !targets.isEmpty {
      for n in 0..<product.count {
        let (b, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        let weight = product.blocks[b].weight[lane]
        let shown =
          weight
          * Float(
            law.shown(
              protein: Double(product.blocks[b].protein[lane]),
              potency: Double(product.blocks[b].potency[lane])
            )
          )
        Self.near(Int(product.blocks[b].voxel[lane]), on: shape) { voxel in
          if !touch.isEmpty { touch[voxel] += shown }
          if !targets.isEmpty { targets[voxel] += weight }
        }
      }
      // Most voxels have nobody near.
      for i in touch.indices where touch[i] > 0 {
        touch[i] = Float(law.touched(Double(touch[i]), share: share))
      }
    }
    present(hosts, kinds)
    threaten(&naturalKillers, .natural, product, hosts, kinds, mismatch)
    threaten(&tCells, .mismatched, product, hosts, kinds, mismatch)
  }

  private mutating func present(_ hosts: [HostCells], _ kinds: [HostKind]) {
    guard !antigen.isEmpty else { return }
    for i in antigen.indices { antigen[i] = 0 }
    for (cells, kind) in zip(hosts, kinds) where kind.presents {
      for n in 0..<cells.count {
        let (b, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        let shown = cells.blocks[b].activity[lane]
        Self.near(Int(cells.blocks[b].voxel[lane]), on: shape) { antigen[$0] += shown }
      }
    }
    for i in antigen.indices where antigen[i] > 0 {
      antigen[i] = Float(law.touched(Double(antigen[i]), share: share))
    }
  }

  /// The hazard of each cell of the product by the killers of one sort near it.
  private func threaten(
    _ hazard: inout [Float],
    _ target: HostKind.Target,
    _ product: GridCells,
    _ hosts: [HostCells],
    _ kinds: [HostKind],
    _ mismatch: Double
  ) {
    guard !hazard.isEmpty else { return }
    for i in hazard.indices { hazard[i] = 0 }
    guard product.count > 0, mismatch > 0 else { return }
    for (cells, kind) in zip(hosts, kinds) where kind.killing > 0 && kind.target == target {
      let rate = Float(kind.killing * share * mismatch)
      for n in 0..<cells.count {
        let (b, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        let voxel = Int(cells.blocks[b].voxel[lane])
        guard targets[voxel] > 0, cells.blocks[b].activity[lane] > 0 else { continue }
        let each = rate * cells.blocks[b].activity[lane] / max(1, Float(share) * targets[voxel])
        Self.near(voxel, on: shape) { hazard[$0] += each }
      }
    }
  }
}

/// Who near a voxel did something: drawn among the host cells of some kinds by their activity, or evenly.
struct Culprit {
  private var orders: [Int: VoxelOrder] = [:]

  /// The kind and position of the cell that did it; `nil` where nobody is near.
  ///
  /// - Parameters:
  ///   - voxel: where it was done.
  ///   - kinds: positions of the kinds that may have.
  ///   - weight: how likely each is.
  ///   - uniform: a random number in 0...1.
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
