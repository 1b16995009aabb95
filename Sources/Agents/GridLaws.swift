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
    _ level: Slab<Float>?,
    killers: (natural: Slab<Float>?, tCells: Slab<Float>?),
    ready: Slab<Float>,
    first: Slab<UInt32>
  ) {
    func factor(_ position: Int?, _ activity: Double = 1) -> cells_factor {
      let part = position.flatMap { level?.part(from: $0 * shape.count, count: shape.count) }
      return cells_factor(level: part?.start, activity: Float(activity))
    }
    let life = step.life
    let crawls = step.crawling
    let kept = Elementary.exp(-life.length.time / crawls.persistence)
    let axes = step.isPlane || shape.nz == 1 ? 2 : 3
    let spread = crawls.spread(axes: axes)
    self.step = Shared(
      step: cells_step(
        ifn: factor(senses.ifn, senses.ifnActivity),
        tnf: factor(senses.tnf, senses.tnfActivity),
        il1b: factor(senses.il1b, senses.il1bActivity),
        oxygen: factor(senses.oxygen),
        glucose: factor(senses.glucose),
        cxcl12: factor(senses.cxcl12, senses.cxcl12Activity),
        licensing: Self.licensing(step, ready: ready, first: first),
        survival: Self.survival(step),
        crawling: cells_crawling(
          speed: Float(crawls.speed),
          receptor: Float(crawls.receptor.halfSaturation),
          occupancy: Float(crawls.halfOccupancyDifference),
          kept: Float(kept),
          noise: Float(spread * (1 - kept * kept).squareRoot())
        ),
        natural_killers: UnsafePointer(killers.natural?.start),
        t_cells: UnsafePointer(killers.tCells?.start),
        nx: Int32(shape.nx),
        ny: Int32(shape.ny),
        nz: Int32(shape.nz),
        axes: Int32(axes),
        spacing: Float(shape.spacing),
        number: life.number,
        time: Float(life.length.time),
        key: life.chance.key,
        purpose: Chance.Purpose.crawl.rawValue
      )
    )
  }

  private static func licensing(
    _ step: GridStep,
    ready: Slab<Float>,
    first: Slab<UInt32>
  ) -> cells_licensing {
    let law = step.licensing
    return cells_licensing(
      naive_rate: Float(law.naiveRate),
      memory_rate: Float(law.memoryRate),
      decay: Float(law.decay),
      memory_gain: Float(law.memoryGain),
      memory_loss: Float(law.memoryLoss),
      ifn: Float(law.ifn.halfSaturation),
      tnf: Float(law.tnf.halfSaturation),
      il1b: Float(law.il1b.halfSaturation),
      synergy: Float(law.synergy - 1),
      protein_kept: Float(law.proteinKept(over: step.life.length.time)),
      primed: step.isPrimed ? 1 : 0,
      responsiveness: ready.start,
      first: first.start,
      doses: Int32(ready.count)
    )
  }

  private static func survival(_ step: GridStep) -> cells_survival {
    let law = step.life.survival
    let residence = step.life.residence
    let length = step.life.length
    return cells_survival(
      lumen: Float(step.place.lumen),
      tissue: Float(step.place.tissue),
      inflammatory: Float(law.inflammatoryStress),
      starvation: Float(law.starvationStress),
      tnf: Float(law.tnf.halfSaturation),
      ifn: Float(law.ifn.halfSaturation),
      oxygen: Float(law.oxygen.halfSaturation),
      glucose: Float(law.glucose.halfSaturation),
      kept: Float(length.kept),
      relaxation: Float((1 - length.kept) / law.damageRelaxation),
      vulnerability: Float(1 - law.protection),
      always: Float(law.floor + step.life.killing),
      release: Float(residence.release),
      extravasation: Float(residence.extravasation),
      activated: Float(residence.activatedFold - 1),
      endothelium: Float(step.life.endothelium.halfSaturation),
      shielded: Float(step.shielding),
      onset: residence.onsetSteps(of: length.time)
    )
  }

  /// Takes some blocks through the step; `due` gets a bit per cell whose budget is spent.
  func live(_ blocks: Slab<GridCells.Block>, _ due: Slab<UInt16>) {
    precondition(blocks.count == due.count, "bits for every block")
    withUnsafePointer(to: step.step) { step in
      cells_live(blocks.start(as: cells_block.self), blocks.count, step, due.start)
    }
  }

  /// Adds what some cells give, times a scale, to the voxels of a factor.
  static func give(
    _ law: Secretion,
    scale: Double,
    oxygen: Slab<Float>?,
    _ blocks: Slab<GridCells.Block>,
    count: Int,
    into source: Slab<Float>
  ) {
    precondition(blocks.count * GridCells.width >= count, "beyond the cells")
    let normal = law.oxygen(Secretion.normoxia)
    var laws = cells_secretion(
      basal: Float(law.basal * scale),
      licensed: Float(law.licensedFold - 1),
      axis: law.axis == .stat1 ? 0 : law.axis == .nfkb ? 1 : 2,
      hypoxic: Float(law.hypoxicFold - 1),
      normal: Float(normal),
      range: Float(1 / (normal - law.oxygen(Secretion.hypoxia))),
      half: Float(law.oxygen.halfSaturation),
      oxygen: oxygen?.start
    )
    cells_give(blocks.start(as: cells_block.self), count, &laws, source.start)
  }

  /// Adds an amount per cell, and one per cell of full potency and STAT1 protein, to the voxels of a factor.
  static func take(
    _ amount: Double,
    enzyme: Double,
    _ blocks: Slab<GridCells.Block>,
    count: Int,
    into sink: Slab<Float>
  ) {
    precondition(blocks.count * GridCells.width >= count, "beyond the cells")
    cells_take(
      blocks.start(as: cells_block.self),
      count,
      Float(amount),
      Float(enzyme),
      sink.start
    )
  }
}
