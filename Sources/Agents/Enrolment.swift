import Laws
import Substrate
import Vocabulary

/// Who the cells of a state that was read may be, and what is counted of them while they are checked.
public struct Enrolment {
  /// Steps that were taken, and the time reached, min.
  public let step: Int, time: Double
  /// Numbers that each cell carries.
  public let levels: Int
  /// Position of the dose that a cell came with, or the one it descends from; `nil` where no such cell has entered the body.
  private let dose: (UInt32) -> Int?
  /// How many cells such a cell stands for.
  private let weight: (UInt32) -> Int
  /// Cells that live: a bit for each agent of the doses, of which there may be hundreds of millions, and the identities of those born.
  private var given: [UInt64], born: Set<UInt32> = []
  /// Living cells by dose, and by organ those in the lumen of its microvessels.
  public private(set) var living: [Int], lumen: [Int]

  /// Nobody yet.
  ///
  /// - Parameters:
  ///   - step: steps that were taken.
  ///   - time: time reached, min.
  ///   - levels: numbers that each cell carries.
  ///   - agents: agents of all doses.
  ///   - doses: number of the doses.
  ///   - organs: number of the organs.
  ///   - dose: position of the dose of a cell; `nil` where no such cell has entered the body.
  ///   - weight: how many cells such a cell stands for.
  public init(
    step: Int,
    time: Double,
    levels: Int,
    agents: UInt32,
    doses: Int,
    organs: Int,
    dose: @escaping (UInt32) -> Int?,
    weight: @escaping (UInt32) -> Int
  ) {
    self.step = step
    self.time = time
    self.levels = levels
    given = Array(repeating: 0, count: Int(agents) / 64 + 1)
    self.dose = dose
    self.weight = weight
    living = Array(repeating: 0, count: doses)
    lumen = Array(repeating: 0, count: organs)
  }

  /// Number of the organs.
  var organs: Int { lumen.count }

  /// Whether a cell lives.
  public func lives(_ cell: UInt32) -> Bool {
    let word = Int(cell / 64)
    return given.indices.contains(word) ? given[word] & bit(of: cell) != 0 : born.contains(cell)
  }

  private func bit(of cell: UInt32) -> UInt64 { 1 << UInt64(cell % 64) }

  /// Counts a cell that lives; in the lumen of an organ where one is given.
  ///
  /// - Returns: the dose it came with and how many cells it stands for; `nil` where it cannot live.
  mutating func count(_ cell: UInt32, inLumenOf organ: Int?) -> (dose: Int, weight: Int)? {
    guard let dose = dose(cell), living.indices.contains(dose), !lives(cell) else { return nil }
    let word = Int(cell / 64)
    if given.indices.contains(word) { given[word] |= bit(of: cell) } else { born.insert(cell) }
    let cells = weight(cell)
    living[dose] += cells
    if let organ { lumen[organ] += cells }
    return (dose, cells)
  }
}

/// Bounds of what is read of a state: far beyond what any run comes to, and far below what arithmetic cannot take.
enum Bounds {
  /// Largest count of events.
  static let events: UInt32 = 1 << 30
  /// Largest count of cells.
  static let cells = 1 << 53
  /// Largest budget that is drawn: an exponential number of 64 bits.
  static let budget = 64.0
  /// Largest of all other numbers.
  static let number = 1e9

  /// Whether numbers of cells lie in 0...1, but for rounding.
  static func areShares(_ state: CellState, _ rows: Int) -> Bool {
    (0..<rows).allSatisfy { isShare(state[$0]) }
      && (rows..<CellState.most).allSatisfy { state[$0] == 0 }
  }

  /// Whether a number lies in 0...1, but for rounding.
  static func isShare(_ number: Float) -> Bool { (-1e-4...1.0001).contains(number) }

  /// Whether a number is none of those beyond all bounds.
  static func holds(_ number: Float) -> Bool { Double(number).magnitude <= Self.number }
}

extension Cell {
  /// Whether a cell that was read can be: what it carries, with so many numbers.
  func isSound(levels: Int) -> Bool {
    episode <= Bounds.events && (0...Float(Bounds.number)).contains(damage)
      && Bounds.holds(budget) && Double(budget) <= Bounds.budget
      && Bounds.areShares(licensing, levels)
  }
}
