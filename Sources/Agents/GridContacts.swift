import CCells
import Fields
import Laws
import Substrate
import Vocabulary

/// What cells on a grid are to those near them in a step, per voxel: remade from the cells at its start.
///
/// Antigen is looked at anew every 5 min (assumed 1–10): dendritic cells hardly move or mature in between.
public struct GridContacts: Sendable {
  private let shape: GridShape
  private let law: Contact
  /// Row of what cells of the product show; `nil` where these are inert and nothing to those near them.
  private let shown: Int?
  /// Row of their HLA-I.
  private let hla: Int
  /// σ of the grid, for cells of the product.
  public let share: Double
  /// σ of the grid among host cells.
  private let hostShare: Double
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
    reachesTissue: Bool = false,
    shown: Int? = Licensing.proteinRow,
    hla: Int = Licensing.proteinRow
  ) {
    self.shape = shape
    self.shown = shown
    self.hla = hla
    self.law = law
    hostShare = law.share(spacing: shape.spacing, isPlane: isPlane)
    share = law.exposure * hostShare
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

  /// The maps that cells sense, opened; those that are not used as none.
  struct Opened: Sendable {
    /// What cells of the product show, and antigen.
    let touch: Slab<Float>?, antigen: Slab<Float>?
    /// Hazards by killers, 1/min.
    let naturalKillers: Slab<Float>?, tCells: Slab<Float>?

    /// No maps.
    static let none = Opened(touch: nil, antigen: nil, naturalKillers: nil, tCells: nil)
  }

  /// Opens the maps for the length of `body`.
  mutating func withOpened(_ body: (Opened) -> Void) {
    touch.withSlab { touch in
      antigen.withSlab { antigen in
        naturalKillers.withSlab { natural in
          tCells.withSlab {
            body(Opened(touch: touch, antigen: antigen, naturalKillers: natural, tCells: $0))
          }
        }
      }
    }
  }

  /// Opens the levels of all signals, and the fields, for the length of `body`.
  mutating func withLevels(
    fields: inout FieldStack,
    _ places: GridSignals,
    _ body: (SignalLevels, FieldSlabs) -> Void
  ) {
    let voxels = shape.count
    fields.withSlabs { slabs in
      withOpened { contacts in
        body(
          SignalLevels(
            places: places,
            voxels: voxels,
            concentration: slabs.concentration,
            contacts: contacts
          ),
          slabs
        )
      }
    }
  }

  /// By how much a killer in a voxel shares its rate among the targets near it, 1 or more.
  func sharing(in voxel: Int) -> Double {
    targets.isUnused ? 1 : max(1, share * Double(targets.values[voxel]))
  }

  /// Opens what cells of the product touch for the length of `body`.
  package mutating func withReached(_ body: (Slab<Float>?) -> Void) { reached.withSlab(body) }

  /// Goes through what is held from one step to the next.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try antigen.visit(&visitor)
  }

  /// A grid without host cells.
  static func nobody(on shape: GridShape) -> GridContacts {
    GridContacts(
      Contact(),
      on: shape,
      isPlane: false,
      contacts: [],
      killers: []
    )
  }

  /// Hazard of a cell of the product in a voxel by the killers about it.
  ///
  /// - Parameters:
  ///   - voxel: where it is.
  ///   - shielding: share of the hazard by natural killers that its HLA-I spares it.
  ///   - hla: η, what it shows to T cells.
  /// - Returns: the hazard, 1/min.
  package func killing(in voxel: Int, shielding: Double, hla: Double = 1) -> Double {
    let natural = naturalKillers.isUnused ? 0 : Double(naturalKillers.values[voxel])
    let specific = tCells.isUnused ? 0 : Double(tCells.values[voxel])
    return natural * (1 - shielding) + specific * hla
  }

  /// Calls `body` with the rows of a voxel and of all that share a face, an edge or a corner with it.
  static func rows(around voxel: Int, on shape: GridShape, _ body: (Range<Int>) -> Void) {
    let (i, j, k) = (
      voxel % shape.nx, voxel / shape.nx % shape.ny, voxel / (shape.nx * shape.ny)
    )
    for z in max(0, k - 1)...min(shape.nz - 1, k + 1) {
      for y in max(0, j - 1)...min(shape.ny - 1, j + 1) {
        let row = (z * shape.ny + y) * shape.nx
        body(row + max(0, i - 1)..<row + min(shape.nx - 1, i + 1) + 1)
      }
    }
  }

  /// Sees who is where.
  ///
  /// - Parameters:
  ///   - product: cells of the product.
  ///   - hosts: host cells by kind.
  ///   - kinds: their kinds.
  ///   - natural: share of the rate of natural killers that acts, on own cells as on others.
  ///   - mismatch: share of the rate of T cells that the match leaves.
  ///   - step: the step.
  public mutating func look(
    _ product: GridCells,
    _ hosts: [HostCells],
    _ kinds: [HostKind],
    natural: Double = 1,
    mismatch: Double,
    _ step: HostStep
  ) {
    touch.clear()
    targets.clear()
    reached.clear()
    let count = shown == nil ? 0 : product.count
    let near = (0..<count).lazy.map { n -> (voxel: Int32, number: Float) in
      let block = n / cellsPerBlock
      return (
        product.blocks[block].voxel[n % cellsPerBlock],
        product.blocks[block].weight[n % cellsPerBlock]
      )
    }
    targets.add(near)
    reached.add(near)
    let (law, shown) = (law, shown ?? 0)
    touch.add(
      (0..<count).lazy.map { n -> (voxel: Int32, number: Float) in
        let (block, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        let visible = law.shown(
          protein: Double(product.value(shown, block, lane)),
          potency: Double(product.blocks[block].potency[lane])
        )
        return (
          product.blocks[block].voxel[lane], product.blocks[block].weight[lane] * Float(visible)
        )
      }
    )
    touch.touch(share: share)
    reached.touch(share: share)
    if step.number % UInt32(max(1, Self.presenting / step.time)) == 0 {
      antigen.clear()
      for (cells, kind) in zip(hosts, kinds) where kind.presents { antigen.add(cells) }
      if law.alloantigen > 0 { showAntigen(of: product, count) }
      antigen.touch(share: hostShare)
    }
    naturalKillers.clear()
    tCells.clear()
    guard count > 0 else { return }
    for (cells, kind) in zip(hosts, kinds) where kind.killing > 0 {
      let acting = kind.target == .natural ? natural : mismatch
      guard acting > 0 else { continue }
      let rate = Float(kind.killing * share * acting)
      switch kind.target {
      case .natural: naturalKillers.threaten(targets, by: cells, rate: rate, share: Float(share))
      case .mismatched: tCells.threaten(targets, by: cells, rate: rate, share: Float(share))
      }
    }
  }

  /// Adds the antigen that so many cells of the product show.
  private mutating func showAntigen(of product: GridCells, _ count: Int) {
    let (law, hla) = (law, hla)
    antigen.add(
      (0..<count).lazy.map { n -> (voxel: Int32, number: Float) in
        let (block, lane) = (n / cellsPerBlock, n % cellsPerBlock)
        let protein = Double(product.value(hla, block, lane))
        let shown = law.exposure * law.alloantigen * law.hla(protein: protein)
        return (
          product.blocks[block].voxel[lane], product.blocks[block].weight[lane] * Float(shown)
        )
      }
    )
  }
}

extension SparseMap {
  /// Adds the hazard of cells of the product by killers of one kind near them, 1/min.
  ///
  /// - Parameters:
  ///   - targets: cells of the product near each voxel.
  ///   - killers: the killers.
  ///   - rate: hazard by one that is fully active, for the one cell near it.
  ///   - share: σ of the grid: those near a killer beyond the first share its rate.
  fileprivate mutating func threaten(
    _ targets: SparseMap,
    by killers: HostCells,
    rate: Float,
    share: Float
  ) {
    killers.forEach(near: targets) { position, voxel in
      let (around, activity) = (targets.values[voxel], killers.activity(of: position))
      guard around > 0, activity > 0 else { return }
      let hazard = rate * activity / max(1, share * around)
      add(CollectionOfOne((voxel: Int32(voxel), number: hazard)))
    }
  }
}

extension HostCells {
  /// Calls `body` with position and voxel of every cell that may lie where a map is not 0, and of few others.
  func forEach(near map: SparseMap, _ body: (Int, Int) -> Void) {
    let near = near(map)
    for b in near.indices where near[b] != 0 {
      for lane in 0..<min(cellsPerBlock, count - b * cellsPerBlock)
      where near[b] >> lane & 1 == 1 {
        body(b * cellsPerBlock + lane, Int(blocks[b].voxel[lane]))
      }
    }
  }

  /// A bit per cell that may lie where a map is not 0, by block.
  private func near(_ map: SparseMap) -> [UInt16] {
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
