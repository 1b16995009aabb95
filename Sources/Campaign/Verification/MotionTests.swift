import Agents
import Files
import Laws
import Substrate
import Vocabulary

/// Tests of chemotaxis and of the persistent walk.
enum MotionTests {
  /// The rows and tables.
  static func all(_ workers: Workers) -> (rows: [Verification.Row], tables: [Verification.Table]) {
    let (climb, positions) = chemotaxis(workers)
    let (walk, tracks) = walk(workers)
    return (
      climb + [walk, calibration(workers)],
      [
        .init(name: "permedcoe-chemotaxis.csv", text: positions),
        .init(name: "openvt-persistent-walk.csv", text: tracks),
      ]
    )
  }

  /// Cells in a gradient along the diagonal.
  private static func chemotaxis(_ workers: Workers) -> ([Verification.Row], String) {
    let law = Crawling {
      $0.speed = 0.35
      $0.persistence = 60
      $0.receptor = Hill(halfSaturation: 4000)
      $0.halfOccupancyDifference = 1e-4
    }
    let gradient = 0.01
    var cells = CrawlingCells(
      law,
      50_000,
      step: 5,
      gradient: (gradient, gradient, gradient),
      seed: 73,
      workers
    )
    var csv = CSV(columns: ["step", "uid", "x", "y", "z"])
    for hour in 0...10 {
      cells.crawl(until: Double(hour) * 60)
      for cell in cells.cells.prefix(20) {
        csv.row(
          ["\(hour * 12)", "\(cell.cell.identity)"]
            + [cell.x, cell.y, cell.z].map {
              CSV.number(Double($0) - CrawlingCells.start, digits: 7)
            }
        )
      }
    }
    let size = gradient * 3.0.squareRoot()
    let bias = law.bias(concentration: 30, gradient: size, diameter: 20)
    let along =
      law.speed * bias / 3.0.squareRoot()
      * (600 - 60 * (1 - Elementary.exp(-10)))
    let axes: [(String, KeyPath<GridCells.Resident, Float>)] = [("x", \.x), ("y", \.y), ("z", \.z)]
    let rows = axes.map { name, axis in
      let moves = SampleMean(cells.moves(axis))
      return CommunityChecks.row(
        "chemotaxis along the diagonal: drift in \(name) in 10 h",
        "um",
        moves.mean,
        along,
        within: moves.four,
        "the law of crawling in a linear gradient, the same along each axis (\(CommunityChecks.permedcoe)); 4 standard errors"
      )
    }
    return (rows, csv.text)
  }

  /// A walk on a plane over three persistence times, from ten after its start at rest.
  private static func walk(_ workers: Workers) -> (Verification.Row, String) {
    var law = Crawling()
    (law.speed, law.persistence, law.halfOccupancyDifference) = (0.35, 60, 1e-4)
    let count = 50_000
    var cells = CrawlingCells(law, count, step: 5, isPlane: true, seed: 79, workers)
    cells.crawl(until: 600)
    let before = cells.cells
    var csv = CSV(columns: ["time", "id", "com_1", "com_2", "area", "surface"])
    let disc = [CSV.number(100 * Double.pi, digits: 8), CSV.number(20 * Double.pi, digits: 8)]
    for part in 0...18 {
      cells.crawl(until: 600 + Double(part) * 10)
      for cell in cells.cells.prefix(100) {
        csv.row(
          [
            "\(part * 10)", "\(cell.cell.identity)", CSV.number(Double(cell.x), digits: 7),
            CSV.number(Double(cell.y), digits: 7),
          ] + disc
        )
      }
    }
    let (x, y) = (cells.moves(\.x, since: before), cells.moves(\.y, since: before))
    let squares = SampleMean(zip(x, y).map { $0 * $0 + $1 * $1 })
    let spread = law.spread(axes: 2)
    let time = 180 - 60 * (1 - Elementary.exp(-3))
    return (
      CommunityChecks.row(
        "persistent walk on a plane: mean square displacement in 3 persistence times",
        "um^2",
        squares.mean,
        2 * 2 * spread * spread * 60 * time,
        within: squares.four,
        "2 s^2 T (t - T (1 - e^(-t/T))), s^2 the mean square speed (Fuerth 1920; \(CommunityChecks.openvt), PersistentCell); 4 standard errors"
      ), csv.text
    )
  }

  /// An isolated cell of 20 um: 1 squared diameter in 100 units of a minute.
  private static func calibration(_ workers: Workers) -> Verification.Row {
    // 4 D t of a diffusivity of 1 um²/min; the start from rest costs a hundredth and a half of it.
    var law = Crawling()
    (law.persistence, law.halfOccupancyDifference) = (1, 1e-4)
    law.speed = (Double.pi / 2).squareRoot()
    let count = 50_000
    var cells = CrawlingCells(law, count, step: 0.1, isPlane: true, seed: 83, workers)
    cells.crawl(until: 100)
    let (x, y) = (cells.moves(\.x), cells.moves(\.y))
    let squares = SampleMean(zip(x, y).map { ($0 * $0 + $1 * $1) / 400 })
    return CommunityChecks.row(
      "calibration of time for cell sorting: mean square displacement in 100 units",
      "squared cell diameters",
      squares.mean,
      2 * WalkChecks.square(law, axes: 2, after: 100) / 400,
      within: squares.four,
      "4 D t less the start from rest, within 10 % of 1 (\(CommunityChecks.openvt), workshop of 2026); 4 standard errors"
    )
  }
}
