import Substrate

/// Killing of mismatched cells by the host.
///
///     κ = m (n k_N + s t k_T b),   the second term from a time t₀ after the first dose on
///
/// b is the fold of killing once a dose has followed after t₀: antibody meets it.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | m | `mismatch` | 1 | 0 for autologous and syngeneic cells, else 1 |
/// | n, t | `Immunity` | 1 | host |
/// | k_N | `naturalKillers` | 1/min | assumed 0–0.02 1/h: activated NK lyse MSC, resting ones do not (Spaggiari 2006) |
/// | k_T | `tCells` | 1/min | assumed 0.005–0.25 1/h: 2–16 kills per day (Halle 2016, doi 10.1016/j.immuni.2016.01.010) |
/// | s | argument | 1 | whether the host is sensitised, a draw of `sensitisation` per host |
/// | b | `repeatFold` | 1 | assumed 2–20 |
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

  /// Share of hosts that a first mismatched dose sensitises.
  public var sensitisation: Double
  /// Fold of the killing by T cells and antibody once a dose follows after the onset.
  public var repeatFold: Double

  /// Killing with the given parameters.
  public init(
    mismatch: Double,
    naturalKillers: Double,
    tCells: Double,
    onset: Double,
    sensitisation: Double = 1,
    repeatFold: Double = 1
  ) {
    self.mismatch = mismatch
    self.naturalKillers = naturalKillers
    self.tCells = tCells
    self.onset = onset
    self.sensitisation = sensitisation
    self.repeatFold = repeatFold
  }

  /// Whether a host is sensitised: the same in all arms of a replicate.
  public func sensitises(_ chance: Chance) -> Bool {
    chance.block(.sensitisation, cell: 0).uniform < sensitisation
  }

  /// κ by what kills, 1/min.
  public struct Hazard: Sendable, Equatable {
    /// By natural killers, by T cells, and what antibody adds once a later dose meets it.
    public var natural: Double, tCells: Double, antibody: Double

    /// A hazard of the given parts.
    public init(natural: Double, tCells: Double, antibody: Double) {
      self.natural = natural
      self.tCells = tCells
      self.antibody = antibody
    }

    /// A share of it.
    public func part(_ share: Double) -> Hazard {
      Hazard(natural: natural * share, tCells: tCells * share, antibody: antibody * share)
    }

    /// All of it.
    public var sum: Double { natural + tCells + antibody }
  }

  /// κ in a host that is sensitised or not a time (min) after the first dose; `isMetAgain` once a dose has
  /// followed after the onset.
  public func hazard(
    in immunity: Immunity,
    sinceFirstDose time: Double,
    isSensitised: Bool,
    isMetAgain: Bool
  ) -> Hazard {
    let adaptive = isSensitised && time >= onset ? mismatch * immunity.tCells * tCells : 0
    return Hazard(
      natural: mismatch * immunity.naturalKillers * naturalKillers,
      tCells: adaptive,
      antibody: isMetAgain ? adaptive * (repeatFold - 1) : 0
    )
  }

  /// The largest κ of a host, 1/min.
  public func largestHazard(in immunity: Immunity) -> Double {
    hazard(in: immunity, sinceFirstDose: .infinity, isSensitised: true, isMetAgain: true).sum
  }
}
