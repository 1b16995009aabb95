import Benchmark
import Body
import Laws
import Simulation
import Substrate

/// The way of cells from the vein to the organ that holds them, where nothing is occluded yet.
struct Passage {
  private let experiment = MainJob.experiment
  private let circulation = Circulation(MainJob.experiment.host)

  /// Follows a cell until it arrests.
  ///
  /// - Returns: position of the organ.
  func organ(of cell: UInt32) -> Int {
    let law = experiment.laws.arrest
    let chance = MainJob.chance
    let diameter = experiment.product.diameter(of: cell, chance)
    let carriesReceptor = experiment.product.carriesReceptor(cell, chance)
    let wait = circulation.venousDwell * chance.block(.injection, cell: cell).exponential
    var jumps: UInt32 = 0
    let landing = circulation.follow(
      from: .veins,
      time: wait,
      until: .infinity,
      draw: {
        jumps += 1
        return chance.block(.jump, cell: cell, step: jumps)
      },
      arrest: { organ in
        let properties = experiment.host.organs[organ]
        let adhesive =
          properties.adhesive
          ? law.byAdhesion(tnf: 0, cxcl12: 0, carriesReceptor: carriesReceptor) : 0
        return law.chance(
          size: law.bySize(diameter: diameter, calibre: properties.calibre),
          bypass: properties.bypass,
          occluded: 0,
          adhesive: adhesive
        )
      }
    )
    guard case .arrested(let organ) = landing else { fatalError("time does not end") }
    return organ
  }
}

/// Times the way of fresh cells from the vein until they arrest.
func circulationBenchmark() {
  let count: UInt32 = 100_000
  let rate = BenchmarkMetric.rate("Cells")
  Benchmark(
    "Circulation: 1e5 cells from the vein until arrest",
    configuration: .kernel(seconds: 4, iterations: 100, [rate])
  ) { benchmark in
    let passage = Passage()
    benchmark.timed(count, per: rate) {
      var sum = 0
      for cell in 0..<count { sum += passage.organ(of: cell) }
      blackHole(sum)
    }
  }
}
