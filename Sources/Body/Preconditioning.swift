import Laws

/// Licensing of cells in culture before they are given.
///
/// Cells meet factors of their own species for a time, then medium without them until they are given, in which only what
/// they feed on is as it was. What they carry over follows the laws of their axes, taken in steps of ten minutes; what is
/// not stated of the medium does not act, by its lack neither.
public struct Preconditioning: Codable, Sendable, Equatable {
  /// What the medium holds, nM, by factor.
  public var medium: [String: Double]
  /// Time in it, and from its end to giving, min.
  public var time: Double, rest: Double

  private static let step = 10.0

  /// Preconditioning in medium of the given concentrations (nM) for a time, then rest (min).
  public init(_ medium: [String: Double], time: Double, rest: Double) {
    self.medium = medium
    self.time = time
    self.rest = rest
  }

  /// The state of a cell at giving that began in the given one.
  public func state(after start: CellState, _ program: CellProgram) -> CellState {
    let licensed = Self.advance(start, program, in: medium, for: time)
    let fed = medium.filter { CellProgram.nutrients.contains($0.key) }
    return Self.advance(licensed, program, in: fed, for: rest)
  }

  private static func advance(
    _ start: CellState,
    _ program: CellProgram,
    in medium: [String: Double],
    for time: Double
  ) -> CellState {
    guard time > 0 else { return start }
    var levels = program.levels { medium[$0] }
    let drives = program.drives(levels)
    let steps = max(1, Int((time / step).rounded(.up)))
    return (0..<steps).reduce(start) { state, _ in
      levels.own = state
      let now = program.sensesItself ? program.drives(levels) : drives
      return program.advance(state, drives: now[...], by: time / Double(steps))
    }
  }
}
