import Laws
import Substrate
import Vocabulary

/// Cells in organs, off the grids, in 28 bytes a cell.
///
/// They cost nothing until their clock may ring; then what is known of one lies together, since those
/// that are due at a time lie apart.
///
/// The clock of a cell rings when its cumulative hazard of death, release and extravasation
/// together passes its budget; which of them it was is drawn by their shares at that moment.
/// After each look at a cell the next one is set where the largest possible hazard could first
/// exhaust the rest of the budget.
///
/// A cell keeps its slot while it stays. Slots of cells that left are given out again, and closed up
/// when they outnumber the others.
public struct OrganCells: Sendable {
  /// What is kept of a cell.
  fileprivate struct Lodger: BitwiseCopyable, Sendable {
    var identity: UInt32
    /// Step in which the cell came to the place.
    var since: UInt32
    /// Damage at entry minus G at entry, 1/min.
    var excess: Float
    /// Cumulative hazard left at entry, with what its cohort's axes had spent by then.
    var budget: Float
    /// The cohort whose place, dose and licensing the cell shares; `vacant` for an empty slot.
    var cohort: UInt32
    /// How many times the clock has rung.
    var episode: UInt32
  }

  private var lodgers: [Lodger] = []
  /// Step at whose end the clock is looked at next.
  private var check: [UInt32] = []
  private var vacancies: [UInt32] = []
  private var agenda = Agenda()
  private(set) var cohorts = LicensingCohorts()

  /// Bytes that a cell takes, with its place in the agenda.
  public static let bytesPerCell = MemoryLayout<Lodger>.stride + 2 * MemoryLayout<UInt32>.stride

  private static let vacant = UInt32.max
  /// Cells that a worker looks at in one go.
  private static let piece = 2048
  /// Fewest slots that are worth closing up.
  private static let leastClosed = 4096

  /// No cells.
  public init() {}

  /// Number of cells.
  public var count: Int { lodgers.count - vacancies.count }

  /// Number of a place: organ · 2 + niche.
  public static func place(organ: Int, _ niche: Niche) -> UInt8 {
    UInt8(organ * 2) + niche.rawValue
  }

  /// Adds a cell that arrives in a place at the start of a step.
  ///
  /// - Parameters:
  ///   - cell: the cell.
  ///   - cells: how many cells it stands for.
  ///   - dose: position of the dose it came with.
  ///   - place: where it arrives.
  ///   - step: the step.
  ///   - places: the histories of all places.
  ///   - stay: how long and how the cell it was born of has been there, which it goes on with.
  public mutating func append(
    _ cell: Cell,
    standingFor cells: Int,
    dose: Int,
    place: UInt8,
    step: UInt32,
    _ places: PlaceHistories,
    goingOnWith stay: ClockEvent.Stay? = nil
  ) {
    let cohort = cohorts.join(cells, place: place, dose: UInt8(dose), state: cell.licensing)
    let lodger = Lodger(
      identity: cell.identity,
      since: stay?.since ?? step,
      excess: stay?.excess ?? cell.damage - Float(places.damage(in: place, at: Int(step))),
      budget: cell.budget + Float((stay?.spent ?? 0) + cohorts.spent[Int(cohort)]),
      cohort: cohort,
      episode: cell.episode
    )
    let slot = vacancies.popLast().map(Int.init) ?? lodgers.count
    if slot == lodgers.count {
      lodgers.append(lodger)
      check.append(step)
    } else {
      lodgers[slot] = lodger
      check[slot] = step
    }
    agenda.note(UInt32(slot), due: step)
  }

  /// Takes the axes of every cell through a time (min), by what acts in its place.
  ///
  /// - Parameters:
  ///   - program: what cells make of what they sense.
  ///   - acting: what acts in each place.
  ///   - responsiveness: R of each dose, by position.
  ///   - time: the time, min.
  public mutating func license(
    _ program: CellProgram,
    _ acting: [PlaceSignals],
    responsiveness: [Double],
    by time: Double
  ) {
    cohorts.advance(program, acting, responsiveness: responsiveness, by: time)
  }

  /// Calls `body` with every group of cells that share place, dose and licensing: how many cells its
  /// members stand for, their place and dose, and their licensing.
  public func forEachGroup(
    _ body: (_ cells: Int, _ place: UInt8, _ dose: Int, _ state: CellState) -> Void
  ) { cohorts.forEach(body) }

  /// One cell as its clock sees it.
  public struct Resident: Sendable, BitwiseCopyable {
    /// Number in the order of giving, and step in which it came.
    public let identity, since: UInt32
    /// Where it is.
    public let place: UInt8
    let episode: UInt32
    let excess, budget: Float
    /// What axes have added to its cumulative hazard, and to that of its cohort before it came.
    let spentByAxes: Double
    /// Lumen or tissue.
    public var niche: Niche { place & 1 == 0 ? .lumen : .tissue }

    fileprivate init(_ lodger: Lodger, _ cohorts: LicensingCohorts) {
      let group = Int(lodger.cohort)
      self.init(lodger, cohorts.place[group], spentByAxes: cohorts.spent[group])
    }

    @inline(always)
    fileprivate init(_ lodger: Lodger, _ place: UInt8, spentByAxes: Double) {
      identity = lodger.identity
      since = lodger.since
      self.place = place
      episode = lodger.episode
      excess = lodger.excess
      budget = lodger.budget
      self.spentByAxes = spentByAxes
    }
  }

  /// The cells that are in a sample, with the numbers they carry, in no order that means anything.
  public func residents(where isIncluded: (UInt32) -> Bool) -> [(
    cell: Resident, licensing: CellState
  )] {
    lodgers.filter { $0.cohort != Self.vacant && isIncluded($0.identity) }.map {
      (Resident($0, cohorts), cohorts.state[Int($0.cohort)])
    }
  }

  /// Looks at the cells whose clock is due in a step, which is the one after the last or the
  /// first.
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - weight: how many cells one that leaves stands for.
  ///   - workers: cores that share the looking.
  ///   - next: when to look at a cell next, or 0 where its clock rings; only a function of the cell.
  ///   - ring: called in turn with every cell whose clock rings; it leaves.
  mutating func look(
    due step: UInt32,
    weight: (UInt32) -> Int,
    using workers: Workers,
    next: @Sendable (Resident) -> UInt32,
    ring: (Resident, CellState) -> Void
  ) {
    if !agenda.covers(step) {
      closeUp()
      agenda.turn(to: step, check)
    }
    var slots = agenda.take(step)
    guard !slots.isEmpty else { return }
    var checks = [UInt32](repeating: 0, count: slots.count)
    let few = slots.count < 2 * Self.piece ? Workers(count: 1) : workers
    let count = slots.count
    lodgers.withSlab { lodgers in
      cohorts.withSlabs { place, spent in
        slots.withSlab { slots in
          checks.withSlab { checks in
            few.forEach((count + Self.piece - 1) / Self.piece) { piece in
              for i in piece * Self.piece..<min(count, (piece + 1) * Self.piece) {
                let lodger = lodgers[Int(slots[i])]
                let group = Int(lodger.cohort)
                checks[i] = next(Resident(lodger, place[group], spentByAxes: spent[group]))
              }
            }
          }
        }
      }
    }
    for i in slots.indices {
      let slot = Int(slots[i])
      if checks[i] > 0 {
        check[slot] = checks[i]
        agenda.note(slots[i], due: checks[i])
        continue
      }
      let lodger = lodgers[slot]
      ring(Resident(lodger, cohorts), cohorts.state[Int(lodger.cohort)])
      cohorts.leave(lodger.cohort, weight(lodger.identity))
      lodgers[slot].cohort = Self.vacant
      check[slot] = .max
      vacancies.append(slots[i])
    }
  }

  /// Closes the gaps up where more slots are empty than not, and gives their memory back.
  private mutating func closeUp() {
    guard vacancies.count > max(Self.leastClosed, lodgers.count / 2) else { return }
    let kept = lodgers.indices.filter { lodgers[$0].cohort != Self.vacant }
    check = kept.map { check[$0] }
    lodgers = kept.map { lodgers[$0] }
    vacancies = []
  }
}

extension OrganCells {
  /// Whether a state that was read is one; its cells are counted.
  ///
  /// - Parameters:
  ///   - enrolment: who the cells may be.
  ///   - places: the histories of all places, which are sound.
  /// - Returns: whether it is one.
  public func isSound(_ enrolment: inout Enrolment, _ places: PlaceHistories) -> Bool {
    guard check.count == lodgers.count, cohorts.isSound(organs: enrolment.organs, enrolment.levels)
    else { return false }
    var members = cohorts.noneHeld
    let step = UInt32(clamping: enrolment.step)
    let empty = Set(vacancies)
    guard empty.count == vacancies.count else { return false }
    var vacant = 0
    for (slot, lodger) in lodgers.enumerated() {
      if lodger.cohort == Self.vacant {
        vacant += 1
        guard empty.contains(UInt32(slot)), check[slot] == .max else { return false }
        continue
      }
      guard check[slot] >= step, check[slot] < .max, members.indices.contains(Int(lodger.cohort)),
        lodger.since <= step, Int(lodger.since) >= places.first, lodger.episode <= Bounds.events,
        Bounds.holds(lodger.excess), Bounds.holds(lodger.budget)
      else { return false }
      let group = Int(lodger.cohort)
      let place = cohorts.place[group]
      let organ = place & 1 == Niche.lumen.rawValue ? Int(place) / 2 : nil
      guard let (dose, weight) = enrolment.count(lodger.identity, inLumenOf: organ),
        cohorts.dose(of: group) == dose
      else { return false }
      members[group].lodgers += 1
      members[group].cells += weight
    }
    return vacant == vacancies.count && cohorts.hold(members)
      && agenda.isSound(check, before: step)
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&lodgers)
    try visitor.visit(&check)
    try visitor.visit(&vacancies)
    try agenda.visit(&visitor)
    try cohorts.visit(&visitor)
  }
}
