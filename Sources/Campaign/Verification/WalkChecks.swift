import Agents
import Fields
import Laws
import Substrate
import Vocabulary

/// Crawling of cells of the product, and wandering of host cells, against the moments of a persistent walk.
struct WalkChecks {
  /// The rows.
  private(set) var rows: [Verification.Row] = []
  private let workers: Workers

  /// 21 um/h, an hour of persistence, and CXCR4 so far from saturation that the bias is the same everywhere.
  private static let law = Crawling {
    $0.speed = 0.35
    $0.persistence = 60
    $0.receptor = Hill(halfSaturation: 4000)
    $0.halfOccupancyDifference = 1e-4
  }
  private static let count = 50_000
  private static let moments = "Uhlenbeck and Ornstein 1930, Phys. Rev. 36:823"

  /// Makes the rows.
  init(_ bench: VerificationBench) {
    workers = bench.workers
    spread(isPlane: false)
    spread(isPlane: true)
    drift()
    wander()
  }

  private mutating func add(
    _ quantity: String,
    _ unit: String,
    _ measured: Double,
    _ expected: Double,
    within tolerance: Double,
    _ theory: String
  ) {
    rows.append(
      .init(
        group: .walk,
        quantity: quantity,
        unit: unit,
        measured: measured,
        expected: expected,
        tolerance: tolerance,
        theory: theory
      )
    )
  }

  /// Mean square displacement along an axis of a walk that starts at rest, um².
  ///
  /// 2 σ² τ² (x − 3/2 + 2 e^(−x) − e^(−2x)/2), x = t/τ, σ² the variance of a component of the velocity.
  static func square(_ law: Crawling, axes: Int, after time: Double) -> Double {
    let x = time / law.persistence
    let length = law.spread(axes: axes) * law.persistence
    return 2 * length * length
      * (x - 1.5 + 2 * Elementary.exp(-x) - 0.5 * Elementary.exp(-2 * x))
  }

  private mutating func spread(isPlane: Bool) {
    let axes = isPlane ? 2 : 3
    var cells = CrawlingCells(
      Self.law,
      Self.count,
      step: 5,
      isPlane: isPlane,
      seed: 31,
      workers
    )
    func squares() -> [Double] {
      let along = [cells.moves(\.x), cells.moves(\.y)] + (isPlane ? [] : [cells.moves(\.z)])
      return (0..<Self.count).map { i in along.reduce(0) { $0 + $1[i] * $1[i] } }
    }
    cells.crawl(until: 600)
    let before = squares()
    cells.crawl(until: 1200)
    let after = squares()
    let place = isPlane ? "on a plane" : "in space"
    let whole = SampleMean(after)
    add(
      "mean square displacement \(place) after 20 persistence times",
      "um^2",
      whole.mean,
      Double(axes) * Self.square(Self.law, axes: axes, after: 1200),
      within: whole.four,
      "2 d s^2 T^2 (x - 3/2 + 2 e^-x - e^-2x/2), x = t/T, from rest (\(Self.moments)); 4 standard errors"
    )
    let slope = SampleMean(zip(after, before).map { ($0 - $1) / 600 })
    let length = Self.law.spread(axes: axes)
    add(
      "growth of the mean square displacement \(place)",
      "um^2/min",
      slope.mean,
      2 * Double(axes) * length * length * Self.law.persistence,
      within: slope.four,
      "2 d D, D = s^2 T; s^2 = \(isPlane ? "2/pi" : "pi/8") of the squared speed; 4 standard errors"
    )
  }

  private mutating func drift() {
    let gradient = 0.02
    var cells = CrawlingCells(
      Self.law,
      Self.count,
      step: 5,
      gradient: (gradient, 0, 0),
      seed: 37,
      workers
    )
    cells.crawl(until: 1200)
    let up = SampleMean(cells.moves(\.x))
    let bias = Self.law.bias(concentration: 22, gradient: gradient, diameter: 20)
    let persistence = Self.law.persistence
    let time = 1200 - persistence * (1 - Elementary.exp(-1200 / persistence))
    add(
      "drift up a gradient",
      "um",
      up.mean,
      Self.law.speed * bias * time,
      within: up.four,
      "s b (t - T (1 - e^(-t/T))), b = dO/(dO + O_h), the law of crawling; 4 standard errors"
    )
    let sideways = SampleMean(cells.moves(\.y))
    add(
      "drift across the gradient",
      "um",
      sideways.mean,
      0,
      within: sideways.four,
      "0; 4 standard errors"
    )
  }

  private mutating func wander() {
    var kind = HostKind(name: "cell")
    let law = Wandering(speed: 5, persistence: 3)
    kind.wandering = law
    let shape = GridShape(nx: 100, ny: 100, nz: 100, spacing: 20)
    var fields = FieldsOfNothing(shape)
    var hosts = HostPopulations([kind], triggered: [1], on: shape, fields.stack.factors, first: 0)
    for i in 0..<UInt32(Self.count) {
      let cell = HostCells.Resident(
        identity: i,
        at: (1000, 1000, 1000),
        activity: 0,
        isTriggered: false,
        cycle: 0,
        budget: 1
      )
      hosts.cells[0].append(cell, on: shape)
    }
    let chance = Chance(seed: 41, replicate: 1)
    for number in 0..<10 {
      let step = HostStep(number: UInt32(number), time: 5, chance: chance)
      hosts.live(step, &fields.stack, &fields.contacts, using: workers)
    }
    let squares = SampleMean(
      (0..<Self.count).map { i in
        let cell = hosts.cells[0][i]
        let moves = [cell.x, cell.y, cell.z].map { Double($0) - 1000 }
        return moves.reduce(0) { $0 + $1 * $1 }
      }
    )
    let one = law.displacement(axes: 3, over: 5)
    add(
      "mean square displacement of wandering host cells, 10 steps",
      "um^2",
      squares.mean,
      3 * 10 * one * one,
      within: squares.four,
      "10 x 2 s^2 T (t - T (1 - e^(-t/T))), the law of wandering; 4 standard errors"
    )
  }
}
