import Fields
import Files

/// The mass of a factor on a grid is not accounted for: the run cannot be trusted from there on.
public struct MassError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Largest residual allowed, as a share of the amount that passed: some hundred times what single
  /// precision leaves.
  public static let tolerance = 1e-5

  /// The grid and the factor.
  public let tissue: String, factor: String
  /// Time, min.
  public let time: Double
  /// The residual, amol, and its share of the amount that passed.
  public let residual: Double, share: Double

  /// Looks whether a balance closes.
  ///
  /// - Throws: `MassError` where it does not.
  public static func check(
    _ balance: MassBalance,
    of factor: String,
    in tissue: String,
    at time: Double
  ) throws(MassError) {
    let share = balance.relativeResidual
    guard !(share <= tolerance) else { return }
    throw MassError(
      tissue: tissue,
      factor: factor,
      time: time,
      residual: MassBalance.amol(balance.residual),
      share: share
    )
  }

  /// What went wrong, in a sentence.
  public var description: String {
    "\(tissue), \(factor), at \(CSV.number(time / 60)) h: \(residual) amol are not accounted for, "
      + "\(share) of what passed (allowed: \(Self.tolerance)); this is a fault of the program, "
      + "please report the scenario"
  }
}
