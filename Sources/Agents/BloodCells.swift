import Body
import Laws
import Substrate
import Vocabulary

/// Cells in blood, as columns.
public struct BloodCells: Sendable {
  /// What each cell carries.
  public private(set) var cells: [Cell] = []
  /// Where each is.
  public private(set) var place: [Circulation.Place] = []
  /// Time of its next jump, min.
  public private(set) var nextJump: [Double] = []
  /// How many jumps it has made: part of the key of its random numbers.
  public private(set) var jumps: [UInt32] = []

  /// No cells.
  public init() {}

  /// Number of cells.
  public var count: Int { cells.count }

  /// Adds a cell that will jump at a time (min).
  public mutating func append(
    _ cell: Cell,
    at place: Circulation.Place,
    nextJump: Double,
    jumps: UInt32
  ) {
    cells.append(cell)
    self.place.append(place)
    self.nextJump.append(nextJump)
    self.jumps.append(jumps)
  }

  /// Damages every cell for a step and removes those that die; those that divide stay, without their daughters.
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - program: what axes add to the hazard.
  ///   - place: D∞ in blood, 1/min.
  ///   - site: position that blood has among the sites.
  /// - Returns: the cells whose clock rang, in order.
  public mutating func live(
    _ step: LifeStep,
    _ program: CellProgram,
    place: Double,
    site: Int
  ) -> [ClockEvent] {
    var events: [ClockEvent] = []
    var leaving: [Int] = []
    for i in cells.indices {
      let exposure = step.exposure(of: cells[i].identity)
      let turnover = program.hazard(of: cells[i].licensing)
      let division = program.division(of: cells[i].licensing)
      cells[i].live(step, steady: place, exposure: exposure, leaving: turnover + division)
      guard cells[i].budget <= 0 else { continue }
      let ring = cells[i].ring(
        step,
        killing: step.killing,
        turnover: turnover,
        exposed: exposure > 0,
        release: 0,
        extravasation: 0,
        division: division
      )
      events.append(
        ClockEvent(
          cell: cells[i],
          site: site,
          niche: .lumen,
          ring: ring,
          circulating: self.place[i]
        )
      )
      if case .division = ring { continue }
      leaving.append(i)
    }
    remove(at: leaving)
    return events
  }

  /// Writes back where a cell got to.
  public mutating func move(
    _ i: Int,
    to place: Circulation.Place,
    nextJump: Double,
    jumps: UInt32
  ) {
    self.place[i] = place
    self.nextJump[i] = nextJump
    self.jumps[i] = jumps
  }

  /// Removes the cells at ascending positions.
  public mutating func remove(at positions: [Int]) {
    cells.remove(at: positions)
    place.remove(at: positions)
    nextJump.remove(at: positions)
    jumps.remove(at: positions)
  }
}

extension BloodCells {
  /// A place as it is written: that is the layout Swift gives it.
  private struct Written: BitwiseCopyable {
    /// Position of the organ; of veins 0, of arteries 1.
    var number: Int
    /// An inlet 0, an organ 1, else 2.
    var kind: UInt8

    init(_ place: Circulation.Place) {
      (number, kind) =
        switch place {
        case .inlet(let organ): (organ, 0)
        case .organ(let organ): (organ, 1)
        case .veins: (0, 2)
        case .arteries: (1, 2)
        }
    }

    /// The place; `nil` where it is none.
    var place: Circulation.Place? {
      switch (kind, number) {
      case (0, _): .inlet(number)
      case (1, _): .organ(number)
      case (2, 0): .veins
      case (2, 1): .arteries
      default: nil
      }
    }
  }

  /// Whether a state that was read is one; its cells are counted.
  public func isSound(_ enrolment: inout Enrolment) -> Bool {
    guard [place.count, nextJump.count, jumps.count].allSatisfy({ $0 == count }) else {
      return false
    }
    // The next jump comes after the step, whose end is known but for rounding.
    let times = enrolment.time * (1 - 1e-9)...enrolment.time + Bounds.number
    for i in cells.indices {
      switch place[i] {
      case .veins, .arteries: break
      case .inlet(let organ), .organ(let organ):
        guard (0..<enrolment.organs).contains(organ) else { return false }
      }
      guard cells[i].isSound(levels: enrolment.levels), times.contains(nextJump[i]),
        jumps[i] <= Bounds.events, enrolment.count(cells[i].identity, inLumenOf: nil) != nil
      else { return false }
    }
    return true
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&cells)
    var written = place.map(Written.init)
    try visitor.visit(&written)
    if visitor.isReading {
      place = written.compactMap(\.place)
      guard place.count == written.count else { throw StateError.unexpected }
    }
    try visitor.visit(&nextJump)
    try visitor.visit(&jumps)
  }
}
