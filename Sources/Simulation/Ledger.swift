import Science
import Substrate

/// Who the cells of all doses are: identities run through the doses in order.
struct Roster: Sendable {
  let doses: [Dose]
  let first: [UInt32]

  init(_ doses: [Dose]) {
    self.doses = doses
    var next: UInt32 = 0
    first = doses.map { dose in
      defer { next += dose.cells }
      return next
    }
  }

  /// Position of the dose a cell came with.
  func dose(of cell: UInt32) -> Int {
    var d = first.count - 1
    while cell < first[d] { d -= 1 }
    return d
  }

  /// When a cell entered the body, min.
  func entry(of cell: UInt32) -> Double {
    let d = dose(of: cell)
    return doses[d].entry(of: cell - first[d])
  }

  /// The jump number a released cell goes on from: each stay in blood has numbers of its own.
  func jumps(after cell: Cell) -> UInt32 { UInt32(cell.episode) << 20 }
}

/// What has happened to the cells so far, as exact integers.
struct Census: Sendable {
  /// Cells of each dose that have entered the body, and how many of them live.
  private(set) var entered: [UInt32], living: [UInt32]
  /// Cells dead when given.
  private(set) var deadAtThaw = 0
  /// Deaths by cause and site.
  private(set) var deaths: [[Int]]
  /// Cells in the lumen of each organ's microvessels, blocks included.
  var lumen: [Int]
  /// How each dead cell of the sample died, and where; no cause for those dead when given.
  private(set) var fates: [UInt32: (cause: Survival.Cause?, site: Int)] = [:]

  private let sample: Sample
  private let blood: Int
  private let doses: [Dose]
  private var labelled: [UInt32]

  init(sites: Sites, doses: [Dose], sample: Sample) {
    self.sample = sample
    blood = sites.blood
    self.doses = doses
    entered = Array(repeating: 0, count: doses.count)
    living = entered
    labelled = entered
    deaths = Array(
      repeating: Array(repeating: 0, count: sites.count),
      count: Survival.Cause.allCases.count
    )
    lumen = Array(repeating: 0, count: sites.organs)
  }

  mutating func enter(dose: Int) {
    entered[dose] += 1
    living[dose] += 1
  }

  mutating func bury(thawedDead cell: UInt32, dose: Int) {
    if sample.contains(cell) { fates[cell] = (nil, blood) }
    deadAtThaw += 1
    living[dose] -= 1
  }

  mutating func bury(_ cell: UInt32, _ cause: Survival.Cause, site: Int, dose: Int) {
    if sample.contains(cell) { fates[cell] = (cause, site) }
    deaths[cause.rawValue][site] += 1
    living[dose] -= 1
  }

  /// Cells of a dose that have entered since the last call: their free label is still to be moved.
  mutating func newLabel(of dose: Int) -> Double {
    defer { labelled[dose] = entered[dose] }
    return Double(entered[dose] - labelled[dose])
  }

  /// Label that live cells lose between two times (min), in units of one cell.
  func leak(_ law: Remains, from: Double, to: Double) -> Double {
    doses.indices.reduce(0) { sum, d in
      let start = doses[d].start
      let before = law.onLiveCell(after: max(0, from - start))
      let after = law.onLiveCell(after: max(0, to - start))
      return sum + Double(living[d]) * (before - after)
    }
  }
}
