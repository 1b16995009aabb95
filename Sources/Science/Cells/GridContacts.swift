import Substrate

/// A number per voxel that is 0 in most.
struct SparseMap: Sendable {
  /// The numbers; empty where the map is not used.
  private(set) var values: [Float] = []
  /// Voxels that may have a number other than 0.
  private var marked: [Int32] = []

  /// A map of so many voxels.
  init(voxels: Int) { values = Array(repeating: 0, count: voxels) }

  /// A map that is not used.
  init() {}

  /// Whether it is not used.
  var isUnused: Bool { values.isEmpty }

  /// Sets all to 0.
  mutating func clear() {
    for voxel in marked { values[Int(voxel)] = 0 }
    marked.removeAll(keepingCapacity: true)
  }

  /// Adds to the voxels near one.
  mutating func add(_ value: Float, near voxel: Int, on shape: GridShape) {
    guard value != 0 else { return }
    GridContacts.near(voxel, on: shape) { near in
      if values[near] == 0 { marked.append(Int32(near)) }
      values[near] += value
    }
  }

  /// Replaces each number that is not 0.
  mutating func map(_ body: (Float) -> Float) {
    for voxel in marked { values[Int(voxel)] = body(values[Int(voxel)]) }
  }

  /// Takes over what a law makes of the numbers of another.
  mutating func take(_ other: SparseMap, _ body: (Float) -> Float) {
    clear()
    marked = other.marked
    for voxel in marked { values[Int(voxel)] = body(other.values[Int(voxel)]) }
  }

  /// Opens the numbers for the length of `body`.
  mutating func withSlab(_ body: (Slab<Float>?) -> Void) { values.withSlabOrNone(body) }
}

/// What cells on a grid are to those near them in a step, per voxel: remade from the cells at its start.
public struct GridContacts: Sendable {
  private let shape: GridShape
  private let law: Contact
  /// σ of the grid.
  public let share: Double
  /// Share of each voxel's cells that cells of the product touch, by what these show.
  private(set) var touch = SparseMap()
  /// The same by mature dendritic cells.
  private(set) var antigen = SparseMap()
  /// Share of each voxel that cells of the product touch, whatever they show.
  private(set) var reached = SparseMap()
  /// Hazard of cells of the product by natural killers and by T cells, 1/min.
  private var naturalKillers = SparseMap(), tCells = SparseMap()
  /// Cells of the product near each voxel.
  private var targets = SparseMap()

  /// No contacts yet, on a grid where those named are used.
  public init(
    _ law: Contact,
    on shape: GridShape,
    isPlane: Bool,
    contacts: Set<Response.Contact>,
    killers: Set<HostKind.Target>,
    reachesTissue: Bool = false
  ) {
    self.shape = shape
    self.law = law
    share = law.share(spacing: shape.spacing, isPlane: isPlane)
    let map = SparseMap(voxels: shape.count)
    if contacts.contains(.contact) { touch = map }
    if contacts.contains(.antigen) { antigen = map }
    if killers.contains(.natural) { naturalKillers = map }
    if killers.contains(.mismatched) { tCells = map }
    if !killers.isEmpty || reachesTissue { targets = map }
    if reachesTissue { reached = map }
  }

  /// The level of a contact in a voxel, 0...1; 0 where it is not used.
  public func level(of contact: Response.Contact, in voxel: Int) -> Double {
    let map = contact == .contact ? touch : antigen
    return map.isUnused ? 0 : Double(map.values[voxel])
  }

  /// Opens the levels of all signals, and the fields, for the length of `body`.
  mutating func withLevels(
    fields: inout FieldStack,
    _ senses: HostSenses,
    _ body: (SignalLevels, FieldSlabs) -> Void
  ) {
    let voxels = shape.count
    fields.withSlabs { slabs in
      touch.withSlab { touch in
        antigen.withSlab { antigen in
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

  /// Opens what cells of the product touch for the length of `body`.
  mutating func withReached(_ body: (Slab<Float>?) -> Void) { reached.withSlab(body) }

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
  package func killing(in voxel: Int, shielding: Double) -> Double {
    let natural = naturalKillers.isUnused ? 0 : Double(naturalKillers.values[voxel])
    let specific = tCells.isUnused ? 0 : Double(tCells.values[voxel])
    return natural * (1 - shielding) + specific
  }

  /// Opens the hazards by killers for the length of `body`.
  mutating func withKillers(_ body: ((natural: Slab<Float>?, tCells: Slab<Float>?)) -> Void) {
    naturalKillers.withSlab { natural in tCells.withSlab { body((natural, $0)) } }
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
    touch.clear()
    targets.clear()
    if !touch.isUnused || !targets.isUnused {
      for n in 0..<product.count {
        let (b, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        let voxel = Int(product.blocks[b].voxel[lane])
        let weight = product.blocks[b].weight[lane]
        if !targets.isUnused { targets.add(weight, near: voxel, on: shape) }
        guard !touch.isUnused else { continue }
        let shown = law.shown(
          protein: Double(product.blocks[b].protein[lane]),
          potency: Double(product.blocks[b].potency[lane])
        )
        touch.add(weight * Float(shown), near: voxel, on: shape)
      }
    }
    let (law, share) = (law, share)
    func touched(_ shown: Float) -> Float { Float(law.touched(Double(shown), share: share)) }
    touch.map(touched)
    if !reached.isUnused { reached.take(targets, touched) }
    present(hosts, kinds)
    antigen.map(touched)
    threaten(&naturalKillers, .natural, product, hosts, kinds, mismatch)
    threaten(&tCells, .mismatched, product, hosts, kinds, mismatch)
  }

  private mutating func present(_ hosts: [HostCells], _ kinds: [HostKind]) {
    antigen.clear()
    guard !antigen.isUnused else { return }
    for (cells, kind) in zip(hosts, kinds) where kind.presents {
      for n in 0..<cells.count {
        let (b, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        antigen.add(
          cells.blocks[b].activity[lane],
          near: Int(cells.blocks[b].voxel[lane]),
          on: shape
        )
      }
    }
  }

  /// The hazard of each cell of the product by the killers of one sort near it.
  private func threaten(
    _ hazard: inout SparseMap,
    _ target: HostKind.Target,
    _ product: GridCells,
    _ hosts: [HostCells],
    _ kinds: [HostKind],
    _ mismatch: Double
  ) {
    hazard.clear()
    guard !hazard.isUnused, product.count > 0, mismatch > 0 else { return }
    for (cells, kind) in zip(hosts, kinds) where kind.killing > 0 && kind.target == target {
      let rate = Float(kind.killing * share * mismatch)
      for n in 0..<cells.count {
        let (b, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        let voxel = Int(cells.blocks[b].voxel[lane])
        guard targets.values[voxel] > 0, cells.blocks[b].activity[lane] > 0 else { continue }
        let each =
          rate * cells.blocks[b].activity[lane] / max(1, Float(share) * targets.values[voxel])
        hazard.add(each, near: voxel, on: shape)
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
