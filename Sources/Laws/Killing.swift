import Substrate
import Vocabulary

/// Killing of mismatched cells by the host.
///
///     κ = m (n ν k_N + s t k_T b),   the second term from a time t₀ after the first dose on
///
/// Natural killers that are cells of a grid kill own and foreign cells alike, in proportion to their activity, which is 0 at
/// rest (`Contact`). ν is the density of natural killers in an organ relative to lung (`Organ.naturalKillers`).
/// b is the fold of killing once a dose has followed after t₀: antibody meets it.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | m | `mismatch` | 1 |
/// | n, t | `Immunity` | 1 |
/// | k_N | `naturalKillers` | 1/min |
/// | k_T | `tCells` | 1/min |
/// | s | whether the host is sensitised, a draw of `sensitisation` per host | 1 |
/// | b | `repeatFold` | 1 |
/// | t₀ | `onset` | min |
public struct Killing: Codable, Sendable, Equatable {
  /// Share of the killers' hazard that the match leaves.
  public var mismatch = 0.0
  /// Share of the rate of natural killers near a cell that acts, on own cells as on others: 0 where it is switched off.
  public var natural = 1.0
  /// Hazard by natural killers of an immunocompetent host, 1/min.
  public var naturalKillers = 0.0
  /// Hazard by T cells of an immunocompetent host after the onset, 1/min.
  public var tCells = 0.0
  /// Time from the first dose to the onset of T-cell killing, min.
  public var onset = 0.0
  /// Share of hosts that a first mismatched dose sensitises, of `Immunity`.
  public var sensitisation = 1.0
  /// Fold of the killing by T cells and antibody once a dose follows after the onset.
  public var repeatFold = 1.0

  /// A law whose parameters are to be set.
  public init() {}

  /// Whether a host is sensitised: the same in all arms of a replicate.
  @inlinable
  public func sensitises(_ chance: Chance) -> Bool {
    chance.block(.sensitisation, cell: 0).uniform < sensitisation
  }

  /// κ by what kills, 1/min.
  public struct Hazard: Sendable, Equatable {
    /// By natural killers, by T cells, and what antibody adds once a later dose meets it.
    public var natural: Double, tCells: Double, antibody: Double

    /// A hazard of the given parts.
    @inlinable
    public init(natural: Double, tCells: Double, antibody: Double) {
      self.natural = natural
      self.tCells = tCells
      self.antibody = antibody
    }

    /// A share of it, and of that by natural killers a share of that where they are fewer.
    @inlinable
    public func part(_ share: Double, natural density: Double) -> Hazard {
      Hazard(natural: natural * share * density, tCells: tCells * share, antibody: antibody * share)
    }

    /// All of it.
    @inlinable
    public var sum: Double { natural + tCells + antibody }
  }

  /// κ in a host that is sensitised or not a time (min) after the first dose; `isMetAgain` once a dose has
  /// followed after the onset.
  @inlinable
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
  @inlinable
  public func largestHazard(in immunity: Immunity) -> Double {
    hazard(in: immunity, sinceFirstDose: .infinity, isSensitised: true, isMetAgain: true).sum
  }
}

extension Killing: Law {
  /// What the law describes.
  public static let title = "Killing of mismatched cells by the host"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    \kappa = m \, (n \, \nu \, k_N + s \, t \, k_T \, \beta) \\
    s = 0 \quad (x < t_0), \qquad \beta = b \quad \mathrm{after\ a\ later\ dose}, \quad 1 \quad \mathrm{else}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol(#"\kappa"#, "hazard by killers of the host"),
    Symbol("m", "0 for autologous and syngeneic cells, else 1"),
    Symbol("n", "activity of natural killers of the host"),
    Symbol(#"\nu"#, "natural killers in the organ relative to lung, by volume"),
    Symbol("t", "activity of T cells of the host"),
    Symbol("s", "1 in a sensitised host, else 0"),
    Symbol("x", "time since the first dose"),
    Symbol(#"\beta"#, "fold of the killing by T cells and antibody"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Killing>] = [
    Parameter(
      "natural_killers",
      .rate,
      \.naturalKillers,
      symbol: "k_N",
      "hazard of mismatched cells by natural killers in lung"
    ),
    Parameter(
      "t_cells",
      .rate,
      \.tCells,
      symbol: "k_T",
      "hazard of mismatched cells by T cells after the onset"
    ),
    Parameter(
      "onset",
      .time,
      \.onset,
      symbol: "t_0",
      isPositive: false,
      "time from the first dose to the onset of killing by T cells"
    ),
    Parameter(
      "repeat_fold",
      .number,
      \.repeatFold,
      symbol: "b",
      "fold of the killing once a dose follows after the onset"
    ),
  ]
}
