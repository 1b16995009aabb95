import Laws
import Substrate

/// Licensing of cells off the grids, kept once for all cells that share it.
///
/// Cells of one dose in one place with the same state remain identical: they sense the same mean
/// field. So a state is kept per cohort, and a cell stores only its cohort, as do the counts.
struct LicensingCohorts: Sendable {
  private(set) var state: [CellState] = []
  private(set) var place: [UInt8] = []
  private var dose: [UInt8] = []
  private var members: [UInt32] = []
  /// How many cells the members stand for.
  private var cells: [Int] = []
  private var free: [UInt32] = []
  /// The cohort that cells of a place, dose and state join, by a digest of these.
  ///
  /// Short keys are found fast. Where two digests are the same by chance, one of the two is not found, and cells that are
  /// alike make a cohort more.
  private var lookup: [UInt64: UInt32] = [:]
  /// What axes have added to the cumulative hazard since a cohort was made.
  private(set) var spent: [Double] = []

  private static func key(_ place: UInt8, _ dose: UInt8, _ state: CellState) -> UInt64 {
    state.digest &* 0x1_0000_0001_B3 ^ (UInt64(place) << 8 | UInt64(dose))
  }

  private func key(of cohort: Int) -> UInt64 {
    Self.key(place[cohort], dose[cohort], state[cohort])
  }

  /// The cohort that a cell, standing for some, joins; made where there is none like it.
  mutating func join(_ cells: Int, place: UInt8, dose: UInt8, state: CellState) -> UInt32 {
    let key = Self.key(place, dose, state)
    if let cohort = lookup[key], self.state[Int(cohort)] == state,
      self.place[Int(cohort)] == place, self.dose[Int(cohort)] == dose
    {
      members[Int(cohort)] += 1
      self.cells[Int(cohort)] += cells
      return cohort
    }
    let cohort = free.popLast() ?? UInt32(members.count)
    if Int(cohort) == members.count {
      self.state.append(state)
      self.place.append(place)
      self.dose.append(dose)
      members.append(1)
      self.cells.append(cells)
      spent.append(0)
    } else {
      self.state[Int(cohort)] = state
      self.place[Int(cohort)] = place
      self.dose[Int(cohort)] = dose
      members[Int(cohort)] = 1
      self.cells[Int(cohort)] = cells
      spent[Int(cohort)] = 0
    }
    lookup[key] = cohort
    return cohort
  }

  /// Takes a cell, standing for some, out of its cohort.
  mutating func leave(_ cohort: UInt32, _ cells: Int) {
    let i = Int(cohort)
    members[i] -= 1
    self.cells[i] -= cells
    guard members[i] == 0 else { return }
    let key = key(of: i)
    if lookup[key] == cohort { lookup[key] = nil }
    free.append(cohort)
  }

  /// Takes the axes of every cohort through a time (min).
  ///
  /// - Parameters:
  ///   - program: what cells make of what they sense.
  ///   - acting: what acts in each place.
  ///   - responsiveness: R of each dose, by position.
  ///   - time: the time, min.
  mutating func advance(
    _ program: CellProgram,
    _ acting: [PlaceSignals],
    responsiveness: [Double],
    by time: Double
  ) {
    let driven = program.driven
    for i in members.indices where members[i] > 0 {
      let here = Int(place[i])
      var drives = acting[here].drives
      if program.sensesItself {
        var levels = acting[here].levels
        levels.own = state[i]
        drives = program.drives(levels)
      }
      let next = program.advance(
        state[i],
        drives: drives[...],
        ready: responsiveness[Int(dose[i])],
        by: time
      )
      for rate in driven { spent[i] += rate.rate * Double(next[rate.row]) * time }
      guard next != state[i] else { continue }
      let before = key(of: i)
      if lookup[before] == UInt32(i) { lookup[before] = nil }
      state[i] = next
      lookup[key(of: i)] = UInt32(i)
    }
  }

  /// Opens the places and what axes have spent for the length of `body`.
  mutating func withSlabs(_ body: (Slab<UInt8>, Slab<Double>) -> Void) {
    place.withSlab { place in spent.withSlab { spent in body(place, spent) } }
  }

  /// Calls `body` with the cells, place, dose and state of every cohort.
  func forEach(_ body: (Int, UInt8, Int, CellState) -> Void) {
    for i in members.indices where members[i] > 0 {
      body(cells[i], place[i], Int(dose[i]), state[i])
    }
  }
}

extension LicensingCohorts {
  /// How many lodgers a cohort has, and how many cells they stand for.
  typealias Held = (lodgers: Int, cells: Int)

  /// No lodgers and no cells, for each of the cohorts.
  var noneHeld: [Held] { members.map { _ in (0, 0) } }

  /// Position of the dose of a cohort.
  func dose(of cohort: Int) -> Int { Int(dose[cohort]) }

  /// Whether a state that was read is one of so many organs, and of cells with so many numbers.
  func isSound(organs: Int, _ levels: Int) -> Bool {
    let count = members.count
    guard
      [state.count, place.count, dose.count, cells.count, spent.count].allSatisfy({ $0 == count }),
      Set(free).count == free.count,
      free.allSatisfy({ members.indices.contains(Int($0)) && members[Int($0)] == 0 }),
      free.count == members.count(where: { $0 == 0 }),
      lookup.values.allSatisfy({ members[Int($0)] > 0 })
    else { return false }
    return members.indices.allSatisfy { i in
      Int(place[i]) < 2 * organs && (0...Bounds.number).contains(spent[i])
        && Bounds.areShares(state[i], levels)
    }
  }

  /// Whether the cohorts have so many lodgers and cells.
  func hold(_ held: [Held]) -> Bool {
    members.indices.allSatisfy {
      Int(members[$0]) == held[$0].lodgers && cells[$0] == held[$0].cells
    }
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&state)
    try visitor.visit(&place)
    try visitor.visit(&dose)
    try visitor.visit(&members)
    try visitor.visit(&cells)
    try visitor.visit(&free)
    try visitor.visit(&spent)
    // Of cohorts that are alike, the one that cells join. Lists that are read back may not be of one length.
    var joined =
      visitor.isReading ? [] : members.indices.map { lookup[key(of: $0)] == UInt32($0) }
    try visitor.visit(&joined)
    guard visitor.isReading else { return }
    let count = members.count
    guard [state.count, place.count, dose.count, joined.count].allSatisfy({ $0 == count }) else {
      throw StateError.unexpected
    }
    lookup = [:]
    for i in joined.indices where joined[i] { lookup[key(of: i)] = UInt32(i) }
  }
}
