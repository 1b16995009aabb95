import Laws

/// What acts on the cells of a place off the grids, and what it leads to.
///
/// It is the same from step to step where no grid changes what is sensed.
public struct PlaceSignals: Sendable {
  /// The levels of signals, with the stress of the place.
  let levels: CellProgram.Levels
  /// What acts on each axis, where the cell itself is not sensed.
  let drives: [Axis.Drive]
  /// D∞: the damage that the place leads to in cells that have settled, 1/min.
  public let steady: Double
  /// What acts in a place.
  ///
  /// - Parameters:
  ///   - levels: the levels of signals.
  ///   - stress: that damage where no signal acts, 1/min.
  ///   - program: what cells make of it.
  public init(
    _ levels: CellProgram.Levels,
    stress: Double,
    _ program: CellProgram
  ) {
    steady = program.steadyDamage(at: stress, levels)
    var levels = levels
    levels.stress = steady
    self.levels = levels
    drives = program.drives(levels)
  }
}
