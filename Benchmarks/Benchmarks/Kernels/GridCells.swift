import Agents
import Benchmark
import Body
import Fields
import Laws
import Simulation
import Substrate
import Vocabulary

/// A block of tissue with cells that sense, crawl, give and take.
private struct Block {
  let senses: Senses
  let secretion: [(factor: Int, law: Secretion)]
  let uptake: [(factor: Int, law: Uptake)]
  let share: [Double]
  var fields: FieldStack
  var cells = GridCells()

  /// A number of cells anywhere among the given fields of a time (min); what they do not secrete they
  /// clear.
  init(cells count: UInt32, on shape: GridShape, _ names: [String], time: Double) {
    let experiment = MainJob.experiment
    let carried = MainJob.infarct.fields.filter { names.contains($0.factor.name) }
    let factors = carried.map(\.factor)
    senses = Senses(
      factors,
      host: experiment.host.species,
      cell: experiment.product.species,
      experiment.program
    )
    fields = FieldStack(shape: shape, factors: factors)
    var secretion: [(factor: Int, law: Secretion)] = []
    var uptake: [(factor: Int, law: Uptake)] = []
    for (i, field) in carried.enumerated() {
      if case .given(let given) = field.origin {
        given.fill(&fields, factor: i, pattern: given.pattern(on: shape), time: time)
      }
      if let law = experiment.product.secretion[field.factor.name] {
        secretion.append((i, law))
      } else {
        uptake.append((i, Uptake(clearance: 1)))
      }
    }
    self.secretion = secretion
    self.uptake = uptake
    share = Array(repeating: 1, count: factors.count)
    for identity in 0..<count {
      let draw = MainJob.chance.block(.lodging, cell: identity)
      let spot = MainJob.chance.block(.lodging, cell: identity, draw: 1)
      cells.append(
        MainJob.fresh(identity),
        standingFor: 1,
        .tissue,
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

/// Times one step of cells on a grid, and its two parts.
///
/// A day after giving: complement is over and extravasation is open.
func gridCellsBenchmark() {
  let count: UInt32 = 100_000
  let shape = GridShape(nx: 64, ny: 64, nz: 64, spacing: 20)
  let rate = BenchmarkMetric.rate("Cells")
  let living = BenchmarkMetric.time("of which sensing, survival and crawling")
  let exchange = BenchmarkMetric.time("of which exchange")
  for (names, label) in [
    (["ifng", "tnfa", "cxcl12", "pge2"], "four factors"),
    (["ifng", "tnfa", "cxcl12", "oxygen", "pge2", "vegf"], "all factors"),
  ] {
    Benchmark(
      "GridCells: one step of 1e5 cells on 64 x 64 x 64 voxels, \(label), one worker",
      configuration: .kernel(
        seconds: 5,
        iterations: 200,
        [rate, living, exchange]
      )
    ) { benchmark in
      let laws = MainJob.experiment.laws
      let dt = MainJob.experiment.clock.step
      // Just after cells were put in the order of their voxels.
      let now = (UInt32(max(1440, laws.residence.onset) / dt) / 32 + 1) * 32
      let stress = MainJob.experiment.stress[MainJob.infarct.organ]
      var block = Block(cells: count, on: shape, names, time: Double(now) * dt)
      func step(_ number: UInt32) -> GridStep {
        GridStep(
          MainJob.life(number) { _ in 0 },
          MainJob.experiment.program,
          responsiveness: [1],
          first: [0],
          laws.crawling,
          place: (stress.lumen, stress.tissue),
          site: 0
        )
      }
      let workers = Workers(count: 1)
      _ = block.cells.live(step(now), &block.fields, block.senses, using: workers)
      // Memory of the arrays is there from here on, as in a run.
      block.fields.clearExchange()
      benchmark.timed(count, per: rate) {
        benchmark.lap(living) {
          blackHole(block.cells.live(step(now + 1), &block.fields, block.senses, using: workers))
        }
        benchmark.lap(exchange) {
          block.cells.exchange(
            block.secretion,
            block.uptake,
            &block.fields,
            block.senses,
            row: { MainJob.experiment.product.terms.knownRow(of: $0) },
            share: block.share,
            using: workers
          )
        }
      }
      blackHole(block)
    }
  }
}
