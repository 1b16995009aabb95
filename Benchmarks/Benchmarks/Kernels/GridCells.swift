import Benchmark
import Science
import Simulation
import Substrate

/// A block of tissue in which every second cell lies in tissue, the others in the lumen.
private struct Block {
  let senses: Senses
  let secretion: [(factor: Int, law: Secretion)]
  var fields: FieldStack
  var cells = GridCells()

  /// A number of cells anywhere among the given fields of a time (min).
  init(cells count: UInt32, on shape: GridShape, _ names: [String], time: Double) {
    let experiment = MainJob.experiment
    let carried = MainJob.infarct.fields.filter { names.contains($0.factor.name) }
    let factors = carried.map(\.factor)
    senses = Senses(factors, host: experiment.host.species, cell: experiment.product.species)
    fields = FieldStack(shape: shape, factors: factors)
    fields.clearExchange()
    var secretion: [(factor: Int, law: Secretion)] = []
    for (i, field) in carried.enumerated() {
      if case .given(let given) = field.origin {
        given.fill(&fields, factor: i, pattern: given.pattern(on: shape), time: time)
      } else if let law = experiment.product.secretion[field.factor.name] {
        secretion.append((i, law))
      }
    }
    self.secretion = secretion
    for identity in 0..<count {
      let draw = MainJob.chance.block(.lodging, cell: identity)
      let spot = MainJob.chance.block(.lodging, cell: identity, draw: 1)
      cells.append(
        MainJob.fresh(identity),
        identity % 2 == 0 ? .lumen : .tissue,
        step: 0,
        at: (
          x: spot.uniform * shape.extent.x,
          y: spot.secondUniform * shape.extent.y,
          z: draw.secondUniform * shape.extent.z
        ),
        on: shape,
        experiment.product,
        MainJob.chance
      )
    }
  }
}

/// Times one step of cells on a grid, and each of its parts.
///
/// A day after giving: complement is over and extravasation is open.
func gridCellsBenchmark() {
  let count: UInt32 = 20_000
  let shape = GridShape(nx: 48, ny: 48, nz: 48, spacing: 40)
  let rate = BenchmarkMetric.rate("Cells")
  let licensing = BenchmarkMetric.time("of which licensing")
  let survival = BenchmarkMetric.time("of which survival")
  let crawling = BenchmarkMetric.time("of which crawling")
  let clearing = BenchmarkMetric.time("of which clearing the exchange")
  let exchange = BenchmarkMetric.time("of which exchange")
  Benchmark(
    "GridCells: one step of 2e4 cells on 48 x 48 x 48 voxels",
    configuration: .kernel(
      seconds: 5,
      iterations: 200,
      [rate, licensing, survival, crawling, clearing, exchange]
    )
  ) { benchmark in
    let laws = MainJob.experiment.laws
    let dt = MainJob.experiment.clock.step
    let now = UInt32(max(1440, laws.residence.onset) / dt)
    let life = MainJob.life(now) { _ in 0 }
    let stress = MainJob.experiment.stress[MainJob.infarct.organ]
    var block = Block(
      cells: count,
      on: shape,
      ["tnfa", "cxcl12", "pge2"],
      time: Double(now) * dt
    )
    benchmark.timed(count, per: rate) {
      benchmark.lap(licensing) {
        block.cells.license(
          laws.licensing,
          block.fields,
          block.senses,
          responsiveness: { _ in 1 },
          by: dt
        )
      }
      benchmark.lap(survival) {
        let place = (stress.lumen, stress.tissue)
        blackHole(block.cells.live(life, block.fields, block.senses, place: place, site: 0))
      }
      benchmark.lap(crawling) {
        block.cells.crawl(
          laws.crawling,
          block.fields,
          block.senses,
          step: now,
          time: dt,
          MainJob.chance
        )
      }
      benchmark.lap(clearing) { block.fields.clearExchange() }
      benchmark.lap(exchange) {
        block.cells.exchange(block.secretion, [], &block.fields, block.senses) { _ in 1 }
      }
    }
    blackHole(block)
  }
}
