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
    func levels(_ position: Int?) -> UnsafePointer<Float>? {
      position.flatMap { level?.part(from: $0 * shape.count, count: shape.count) }
        .map { UnsafePointer($0.start) }
    }
    let life = step.life
    let crawls = step.crawling
    let kept = Elementary.exp(-life.length.time / crawls.persistence)
    let axes = step.isPlane || shape.nz == 1 ? 2 : 3
    let spread = crawls.spread(axes: axes)
    var program = cells_program(step.program, over: life.length.time, senses, levels)
    if step.isPrimed { program.changes = 1 }
    program.responsiveness = UnsafePointer(ready.start)
    program.first = UnsafePointer(first.start)
    program.doses = Int32(ready.count)
    self.step = Shared(
      step: cells_step(
        program: program,
        cxcl12: cells_factor(
          level: levels(senses.attractant),
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

  private static func survival(_ step: GridStep) -> cells_survival {
    let law = step.life.survival
    let residence = step.life.residence
    let length = step.life.length
    return cells_survival(
      lumen: Float(step.place.lumen),
      tissue: Float(step.place.tissue),
      kept: Float(length.kept),
      relaxation: Float((1 - length.kept) / law.damageRelaxation),
      vulnerability: Float(1 - law.protection),
      always: Float(law.floor + step.life.killing + step.program.steadyDivision),
      release: Float(residence.release),
      extravasation: Float(residence.extravasation),
      activated: Float(residence.activatedFold - 1),
      activator: Int32(step.program.activator),
      endothelium: Float(step.life.endothelium.halfSaturation),
      shielded: Float(step.shielding),
      shield: Int32(Licensing.proteinRow),
      onset: residence.onsetSteps(of: length.time)
    )
  }

  /// Takes some blocks, with the rows of their numbers, through the step; `due` gets a bit per cell whose budget is spent.
  func live(_ blocks: Slab<GridCells.Block>, _ values: Slab<SIMD16<Float>>, _ due: Slab<UInt16>) {
    precondition(blocks.count == due.count, "bits for every block")
    withUnsafePointer(to: step.step) { step in
      cells_live(
        blocks.start(as: cells_block.self),
        values.floats,
        blocks.count,
        step,
        due.start
      )
    }
  }

  /// Adds what some cells give, times a scale, to the voxels of a factor; `row` is the row of a level by its name.
  static func give(
    _ law: Secretion,
    scale: Double,
    oxygen: Slab<Float>?,
    _ cells: GridCells.Opened,
    row: (String) -> Int,
    into source: Slab<Float>
  ) {
    let normal = law.oxygen(Secretion.normoxia)
    var laws = cells_secretion()
    laws.basal = Float(law.basal * scale)
    laws.fold_count = fill(
      &laws.folds,
      with: law.folds.filter { $0.fold != 1 }.map { fold in
        cells_fold(
          excess: Float(fold.fold - 1),
          row: Int32(row(fold.levels[0])),
          other: fold.levels.count > 1 ? Int32(row(fold.levels[1])) : -1
        )
      }
    )
    laws.hypoxic = Float(law.hypoxicFold - 1)
    laws.normal = Float(normal)
    laws.range = Float(1 / (normal - law.oxygen(Secretion.hypoxia)))
    laws.half = Float(law.oxygen.halfSaturation)
    laws.oxygen = UnsafePointer(oxygen?.start)
    cells_give(
      cells.blocks.start(as: cells_block.self),
      cells.values.floats,
      Int32(cells.rows),
      cells.count,
      &laws,
      source.start
    )
  }

  /// Adds an amount per cell, and one per cell of full potency and enzyme, to the voxels of a factor.
  static func take(
    _ amount: Double,
    enzyme: Double,
    row: Int,
    _ cells: GridCells.Opened,
    into sink: Slab<Float>
  ) {
    cells_take(
      cells.blocks.start(as: cells_block.self),
      cells.values.floats,
      Int32(cells.rows),
      cells.count,
      Float(amount),
      Float(enzyme),
      Int32(row),
      sink.start
    )
  }
}

extension Slab where Element == SIMD16<Float> {
  /// The numbers one after the other.
  fileprivate var floats: UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(start).assumingMemoryBound(to: Float.self)
  }
}

extension cells_program {
  /// A program over a step of a length (min), where signals have the levels that a closure finds by position.
  fileprivate init(
    _ program: CellProgram,
    over time: Double,
    _ senses: Senses,
    _ level: (Int?) -> UnsafePointer<Float>?
  ) {
    self.init()
    let levels = senses.signals.map { level($0.position) }
    signals.count = fill(&signals.level, with: levels)
    _ = fill(&signals.activity, with: senses.signals.map { Float($0.activity) })
    // The stress of the place comes after the signals.
    func acts(_ signal: Int) -> Bool { signal == levels.count || levels[signal] != nil }
    func responses(_ terms: [CellProgram.Term]) -> cells_responses {
      cells_responses(
        terms.map { term in
          var law = cells_response(
            term.law,
            signal: Int32(term.signal),
            antagonist: term.antagonist.map(Int32.init)
          )
          // What is not there does not act, by its lack neither.
          if !acts(term.signal) { law.weight = 0 }
          return law
        }
      )
    }
    axis_count = fill(
      &self.axes,
      with: program.axes.map { terms in
        cells_axis(
          activity: Int32(terms.activity),
          memory: Int32(terms.memory ?? -1),
          raise: responses(terms.raise),
          amplify: responses(terms.amplifiers),
          lower: responses(terms.lower),
          needs_all: terms.axis.needsAll ? 1 : 0,
          recovers: terms.axis.recovers ? 1 : 0,
          naive_rate: Float(terms.axis.rates.naive),
          memory_rate: Float(terms.axis.rates.memory),
          decay: Float(terms.axis.rates.decay),
          memory_gain: Float(terms.axis.rates.gain),
          memory_loss: Float(terms.axis.rates.loss)
        )
      }
    )
    follower_count = fill(
      &followers,
      with: program.followers.map {
        cells_follower(
          row: Int32($0.row),
          followed: Int32($0.followed),
          kept: Float($0.law.kept(over: time))
        )
      }
    )
    stress_count = fill(
      &stress,
      with: program.stress.filter { $0.responses.allSatisfy { acts($0.signal) } }.map {
        cells_stress(weight: Float($0.weight), responses: responses($0.responses))
      }
    )
    hazard_count = fill(
      &hazards,
      with: program.driven.map { cells_rate(row: Int32($0.row), rate: Float($0.rate)) }
    )
    rows = Int32(program.rows)
    let isRaised = program.axes.contains { $0.raise.contains { acts($0.signal) } }
    changes = isRaised ? 1 : 0
  }
}
