import Agents
import Benchmark
import Body
import Laws
import Simulation
import Substrate
import Vocabulary

/// Cells off the grids, from when the circulation has lodged them.
///
/// As in a model, those that extravasate go on in tissue, and those that die or are released leave.
private struct Lodged {
  private let experiment = MainJob.experiment
  private let clock: OrganClock
  private let stress: [Double]
  private let dose: Dose
  private var places: PlaceHistories
  private var cells = OrganCells()

  /// One cell per element, in the lumen of the organ of that position.
  init(_ organs: [Int]) {
    let laws = experiment.laws
    let gridded = Set(experiment.tissues.map(\.organ))
    var dose = experiment.doses[0]
    dose.cells = UInt32(organs.count)
    dose.agents = dose.cells
    self.dose = dose
    let program = experiment.program
    clock = OrganClock(
      laws.survival,
      laws.residence,
      program,
      largestKilling: laws.killing.largestHazard(in: experiment.host.immunity),
      killingRise: experiment.firstDose + laws.killing.onset,
      step: experiment.clock.step
    )
    stress = experiment.stress.flatMap { [$0.lumen, $0.tissue] }
    places = PlaceHistories(
      stress.enumerated().map { place, stress in
        PlaceHistories.Place(
          largestDamage: gridded.contains(place / 2)
            ? program.largestSteadyDamage(at: stress) : stress
        )
      }
    )
    for (cell, organ) in organs.enumerated() {
      add(MainJob.fresh(UInt32(cell)), OrganCells.place(organ: organ, .lumen), step: 0)
    }
  }

  /// Lets every clock run for a step.
  ///
  /// - Returns: number of cells left.
  mutating func advance(_ step: UInt32) -> Int {
    let extravasation = experiment.laws.residence.extravasation(activation: 0)
    places.extend(MainJob.length, killing: MainJob.killing, by: experiment.clock.step) {
      (stress[$0], extravasation)
    }
    let now = MainJob.life(step) { [dose] in dose.entry(of: $0) }
    for event in clock.advance(&cells, now, places, using: Workers(count: 1))
    where event.ring == .extravasation {
      add(event.cell, OrganCells.place(organ: event.site, .tissue), step: step + 1)
    }
    return cells.count
  }

  private mutating func add(_ cell: Cell, _ place: UInt8, step: UInt32) {
    cells.append(cell, standingFor: 1, dose: 0, place: place, step: step, places)
  }
}

/// Times the clocks of cells off the grids.
func organCellsBenchmark() {
  let count: UInt32 = 1_000_000
  let rate = BenchmarkMetric.rate("Cell steps")
  Benchmark(
    "OrganCells: clocks of 1e6 cells through 24 h",
    configuration: .kernel(seconds: 15, iterations: 20, [rate]),
    closure: { (benchmark: Benchmark, organs: [Int]) in
      let steps = MainJob.experiment.clock.steps
      var lodged = Lodged(organs)
      benchmark.timed(organs.count * steps, per: rate) {
        for step in 0..<UInt32(steps) { blackHole(lodged.advance(step)) }
      }
    },
    setup: {
      let passage = Passage()
      return (0..<count).map(passage.organ)
    }
  )
}
