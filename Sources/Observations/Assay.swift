import Agents
import Simulation
import Substrate
import Vocabulary

/// What a laboratory reads from a well, or from host cells on a grid.
public enum Assay {
  /// Time over which labelled thymidine is given before cells are harvested, min.
  public static let pulse = 18.0 * 60
  /// Unit of what is read over it.
  static let proliferationUnit = "divisions in 18 h"

  /// Division index: divisions per cell that was there at the start, as it is read from the dilution of a dye.
  ///
  ///     Σ i N_i / 2^i  /  Σ N_i / 2^i,   N_i cells that have divided i times
  ///
  /// - Returns: the index over all kinds that divide, and those that come of them as regulatory T cells do; `nil`
  ///   where there are none.
  public static func divisionIndex(_ populations: [Snapshot.Population]) -> Double? {
    var divisions = 0.0
    var founders = 0.0
    for population in populations where population.divides {
      var share = 1.0
      for (i, cells) in population.summary.generations.enumerated() {
        divisions += Double(i) * Double(cells) * share
        founders += Double(cells) * share
        share /= 2
      }
    }
    return founders > 0 ? divisions / founders : nil
  }

  /// Divisions of all kinds since the start.
  public static func divisions(_ populations: [Snapshot.Population]) -> Int {
    populations.reduce(0) { $0 + $1.ledger.divisions }
  }

  /// Divisions on a grid in the pulse before an observation of a run, as thymidine tells them; `nil` where the run
  /// was not looked at when the pulse began.
  public static func incorporation(
    _ trajectory: Trajectory,
    at snapshot: Snapshot,
    tissue: Int
  ) -> Double? {
    let step = trajectory.experiment.clock.step
    let start = Int(((snapshot.time - pulse) / step).rounded())
    guard snapshot.time >= pulse else { return nil }
    let now = Double(divisions(snapshot.populations[tissue]))
    if start == 0 { return now }
    return trajectory.seen(after: start).map { now - Double(divisions($0.populations[tissue])) }
  }

  /// Share of active cells of a kind, or of several; `nil` where there are none.
  public static func activeShare(_ populations: [Snapshot.Population], of kinds: Set<String>)
    -> Double?
  {
    let found = populations.filter { kinds.contains($0.kind) }
    let cells = found.reduce(0) { $0 + $1.summary.cells }
    return cells > 0 ? found.reduce(0) { $0 + $1.summary.activity } / Double(cells) : nil
  }

  /// A concentration (nM) as a laboratory reports it.
  public static func reported(_ level: Double, of factor: Factor) -> (value: Double, unit: String) {
    switch factor.readout {
    case .mass: (level * factor.molarMass, "pg/mL")
    case .molar: (level / 1000, "uM")
    }
  }
}
