import CCells
import Laws
import Substrate
import Vocabulary

/// The laws of a step on a grid as C takes them: single precision, with the fields opened.
struct GridLaws: Sendable {
  private let step: Shared

  /// The pointers in it are to slabs that outlive it.
  private struct Shared: @unchecked Sendable { var step: cells_step }

  init(
    _ step: GridStep,
    _ shape: GridShape,
    _ senses: Senses,
    _ levels: SignalLevels,
    ready: Slab<Float>,
    first: Slab<UInt32>
  ) {
    let life = step.life
    let crawls = step.crawling
    let kept = Elementary.exp(-life.length.time / crawls.persistence)
    let spread = crawls.spread(axes: cells_grid.axes(of: shape, isPlane: step.isPlane))
    var program = cells_program(step.program, over: life.length.time, levels)
    if step.isPrimed { program.changes = 1 }
    // Frailty stands after the numbers of the program.
    if life.survival.frailtyVariation > 0 { program.rows += 1 }
    program.responsiveness = UnsafePointer(ready.start)
    program.first = UnsafePointer(first.start)
    program.doses = Int32(ready.count)
    self.step = Shared(
      step: cells_step(
        program: program,
        cxcl12: cells_factor(
          level: senses.attractant.flatMap { levels.level(of: $0) },
          activity: Float(senses.attraction)
        ),
        survival: Self.survival(step),
        crawling: cells_crawling(
          speed: Float(crawls.speed),
          receptor: Float(crawls.receptor.halfSaturation),
          occupancy: Float(crawls.halfOccupancyDifference),
          kept: Float(kept),
          noise: Float(spread * (1 - kept * kept).squareRoot())
        ),
        natural_killers: UnsafePointer(levels.contacts.naturalKillers?.start),
        t_cells: UnsafePointer(levels.contacts.tCells?.start),
        grid: cells_grid(shape, isPlane: step.isPlane),
        number: life.number,
        time: Float(life.length.time),
        key: life.chance.key,
        purpose: Chance.Purpose.crawl.rawValue
      )
    )
  }

  private static func survival(_ step: GridStep) -> cells_survival {
    let law = step.life.survival
    let residence = step.life.residence
    let endothelium = step.endothelium
    let time = step.life.length.time
    func niche(_ place: PlaceStress) -> cells_niche {
      let length = DamageStep(law, filling: place.filling, time: time)
      return cells_niche(
        lasting: Float(law.lastingStress(of: place)),
        passing: Float(law.passingStress(of: place)),
        kept: Float(length.kept),
        relaxation: Float(length.integral(kept: length.kept)),
        added: Float(length.added),
        added_integral: Float(length.addedIntegral),
        settling: Float(length.settling * time)
      )
    }
    return cells_survival(
      lumen: niche(step.place.lumen),
      tissue: niche(step.place.tissue),
      vulnerability: Float(law.vulnerability),
      always: Float(law.floor + step.life.killing + step.program.steadyDivision),
      release: Float(residence.release),
      fastest: Float(residence.fastest),
      release_diameter: Float(residence.releaseRatio * step.calibre),
      release_exponent: Float(residence.releaseExponent),
      extravasation: Float(residence.extravasation),
      held: Float(residence.held),
      activator: Int32(step.program.activator),
      scale: Float(endothelium.scale),
      activation: Float(endothelium.activation),
      ligands: Float(endothelium.ligands),
      endothelium: Float(endothelium.law.endothelialTNF.halfSaturation),
      drawn: Float(endothelium.law.chemokineBinding),
      receptor: Float(endothelium.law.receptorBinding.halfSaturation),
      shielded: Float(step.shielding),
      resting_hla: Float(step.restingHLA),
      shield: Int32(step.shield),
      frailty: law.frailtyVariation > 0 ? Int32(step.program.rows) : -1,
      onset: residence.onsetSteps(of: time)
    )
  }

  /// Takes some cells through the step; `due` gets a bit per cell whose budget is spent.
  func live(_ cells: OpenCells<GridCells.Block>, _ due: Slab<UInt16>) {
    precondition(cells.blocks.count == due.count, "bits for every block")
    withUnsafePointer(to: step.step) { step in
      cells_live(
        cells.blocks.start(as: cells_block.self),
        cells.values.floats,
        cells.blocks.count,
        step,
        due.start
      )
    }
  }
}

extension OpenCells<GridCells.Block> {
  /// Adds what the cells give or take to the voxels of a factor.
  func exchange(_ flow: cells_flow, into voxels: Slab<Float>) {
    let first = blocks.start(as: cells_block.self)
    var flow = flow
    var view = cells_view(
      voxel: first.lanes(\.voxel),
      potency: first.lanes(\.potency),
      weight: first.lanes(\.weight),
      stride: MemoryLayout<cells_block>.stride / MemoryLayout<Float>.stride,
      values: values.floats,
      rows: Int32(rows),
      count: count
    )
    cells_exchange(&view, &flow, voxels.start)
  }
}

extension OpenCells<HostCells.Block> {
  /// Adds what the cells give or take to the voxels of a factor.
  func exchange(_ flow: cells_flow, into voxels: Slab<Float>) {
    var flow = flow
    var view = cells_view(
      voxel: blocks.start(as: hosts_block.self).lanes(\.voxel),
      potency: nil,
      weight: nil,
      stride: MemoryLayout<hosts_block>.stride / MemoryLayout<Float>.stride,
      values: values.floats,
      rows: Int32(rows),
      count: count
    )
    cells_exchange(&view, &flow, voxels.start)
  }
}

extension UnsafeMutablePointer {
  /// The first of the sixteen numbers of a field of a block.
  fileprivate func lanes<Lanes, Number>(_ field: KeyPath<Pointee, Lanes>) -> UnsafePointer<Number> {
    guard let offset = MemoryLayout<Pointee>.offset(of: field) else {
      preconditionFailure("a stored field")
    }
    return UnsafeRawPointer(self).advanced(by: offset).assumingMemoryBound(to: Number.self)
  }
}
