/// Killing of mismatched cells by the host.
///
///     κ = m (n k_N + t k_T),   the second term from a time t₀ after the first dose on
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | m | `mismatch` | 1 | 0 for autologous and syngeneic cells, else 1 |
/// | n, t | `Immunity` | 1 | host |
/// | k_N | `naturalKillers` | 1/min | assumed 0–0.02 1/h: activated NK lyse MSC, resting ones do not (Spaggiari 2006) |
/// | k_T | `tCells` | 1/min | assumed 0.005–0.25 1/h: 2–16 kills per day (Halle 2016, doi 10.1016/j.immuni.2016.01.010) |
/// | t₀ | `onset` | min | assumed 5–14 d; antibody by day 7 in horse (Berglund & Schnabel, PMC5425313) |
public struct Killing: Codable, Sendable, Equatable {
  /// Share of the killers' hazard that the match leaves.
  public var mismatch: Double
  /// Hazard by natural killers of an immunocompetent host, 1/min.
  public var naturalKillers: Double
  /// Hazard by T cells of an immunocompetent host after the onset, 1/min.
  public var tCells: Double
  /// Time from the first dose to the onset of T-cell killing, min.
  public var onset: Double

  /// Killing with the given parameters.
  public init(mismatch: Double, naturalKillers: Double, tCells: Double, onset: Double) {
    self.mismatch = mismatch
    self.naturalKillers = naturalKillers
    self.tCells = tCells
    self.onset = onset
  }

  /// κ: the hazard in a host a time (min) after the first dose, 1/min.
  public func hazard(in immunity: Immunity, sinceFirstDose time: Double) -> Double {
    let adaptive = time >= onset ? immunity.tCells * tCells : 0
    return mismatch * (immunity.naturalKillers * naturalKillers + adaptive)
  }

  /// The largest κ of a host, 1/min.
  public func largestHazard(in immunity: Immunity) -> Double {
    hazard(in: immunity, sinceFirstDose: .infinity)
  }
}
