import CCells
import Substrate

/// What cells on a grid are to those near them in a step, per voxel: remade from the cells at its start.
///
/// Antigen is looked at anew every 5 min (assumed 1–10): dendritic cells hardly move or mature in between.
public struct GridContacts: Sendable {
  private let shape: GridShape
  private let law: Contact
  /// σ of the grid.
  public let share: Double
  /// Share of each voxel's cells that cells of the product touch, by what these show.
  package private(set) var touch: SparseMap
  /// The same by mature dendritic cells.
  package private(set) var antigen: SparseMap
  /// Share of each voxel that cells of the product touch, whatever they show.
  package private(set) var reached: SparseMap
  /// Hazard of cells of the product by natural killers and by T cells, 1/min.
  private var naturalKillers: SparseMap, tCells: SparseMap
  /// Cells of the product near each voxel.
  private var targets: SparseMap

  /// Time for which antigen is held, min.
  private static let presenting = 5.0

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
    touch = SparseMap(shape, isUsed: contacts.contains(.contact))
    antigen = SparseMap(shape, isUsed: contacts.contains(.antigen))
    naturalKillers = SparseMap(shape, isUsed: killers.contains(.natural))
    tCells = SparseMap(shape, isUsed: killers.contains(.mismatched))
    targets = SparseMap(shape, isUsed: !killers.isEmpty || reachesTissue)
    reached = SparseMap(shape, isUsed: reachesTissue)
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

  /// By how much a killer in a voxel shares its rate among the targets near it, 1 or more.
  func sharing(in voxel: Int) -> Double {
    targets.isUnused ? 1 : max(1, share * Double(targets.values[voxel]))
  }

  /// Opens what cells of the product touch for the length of `body`.
  mutating func withReached(_ body: (Slab<Float>?) -> Void) { reached.withSlab(body) }

  /// Goes through what is held from one step to the next.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try antigen.visit(&visitor)
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
  ///   - step: the step.
  public mutating func look(
    _ product: GridCells,
    _ hosts: [HostCells],
    _ kinds: [HostKind],
    mismatch: Double,
    _ step: HostStep
  ) {
    touch.clear()
    targets.clear()
    reached.clear()
    let near = (0..<product.count).lazy.map { n -> (voxel: Int32, number: Float) in
      let block = n / cellsPerBlock
      return (
        product.blocks[block].voxel[n % cellsPerBlock],
        product.blocks[block].weight[n % cellsPerBlock]
      )
    }
    targets.add(near)
    reached.add(near)
    let law = law
    touch.add(
      (0..<product.count).lazy.map { n -> (voxel: Int32, number: Float) in
        let (block, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        let shown = law.shown(
          protein: Double(product.blocks[block].protein[lane]),
          potency: Double(product.blocks[block].potency[lane])
        )
        return (
          product.blocks[block].voxel[lane], product.blocks[block].weight[lane] * Float(shown)
        )
      }
    )
    touch.touch(share: share)
    reached.touch(share: share)
    if step.number % UInt32(max(1, Self.presenting / step.time)) == 0 {
      antigen.clear()
      for (cells, kind) in zip(hosts, kinds) where kind.presents { antigen.add(cells) }
      antigen.touch(share: share)
    }
    threaten(&naturalKillers, .natural, product, hosts, kinds, mismatch)
    threaten(&tCells, .mismatched, product, hosts, kinds, mismatch)
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
      let near = cells.near(targets)
      for b in near.indices where near[b] != 0 {
        for lane in 0..<min(cellsPerBlock, cells.count - b * cellsPerBlock)
        where near[b] >> lane & 1 == 1 {
          let voxel = Int(cells.blocks[b].voxel[lane])
          let (around, activity) = (targets.values[voxel], cells.blocks[b].activity[lane])
          guard around > 0, activity > 0 else { continue }
          hazard.add(
            CollectionOfOne(
              (voxel: Int32(voxel), number: rate * activity / max(1, Float(share) * around))
            )
          )
        }
      }
    }
  }
}

extension HostCells {
  /// A bit per cell that may lie where a map is not 0, by block.
  fileprivate func near(_ map: SparseMap) -> [UInt16] {
    var near = [UInt16](repeating: 0, count: blocks.count)
    guard count > 0 else { return [] }
    blocks.withReadSlab { blocks in
      map.runs.withReadSlab { runs in
        near.withSlab { near in
          hosts_near(blocks.start(as: hosts_block.self), blocks.count, runs.start, near.start)
        }
      }
    }
    return near
  }
}
