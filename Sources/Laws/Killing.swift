import Substrate
import Vocabulary

/// Killing of the product's cells by the host.
///
///     κ = n ν A k_N + m S t k_T b,   S = s (1 − 2^(−(x − t₀) / τ)) from a time t₀ after the first dose on, before it 0
///
/// Natural killers kill own and foreign cells of their species alike, in proportion to their activity, which is 0 at rest; cells
/// of another species do not show them ligands of their inhibitory receptors, so that A is at least 1 for these. ν is the density of
/// natural killers in an organ relative to lung (`Organ.naturalKillers`). Those that are cells of a grid are in `Contact`.
/// The response of T cells rises with time. b is the fold of killing once a dose has followed after t₀: antibody meets it.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | m | `mismatch` | 1 |
/// | n, t, A | `Immunity` | 1 |
/// | k_N | `naturalKillers` | 1/min |
/// | k_T | `tCells` | 1/min |
/// | s | whether the host is sensitised, a draw of `sensitisation` per host | 1 |
/// | b | `repeatFold` | 1 |
/// | t₀, τ | `onset`, `rise` | min |
public struct Killing: Codable, Sendable, Equatable {
  /// Share of the hazard by T cells that the match leaves.
  public var mismatch = 0.0
  /// Share of the rate of natural killers that acts, on own cells as on others: 0 where it is switched off.
  public var natural = 1.0
  /// Whether the cells are of another species than the killers of the host.
  public var isForeign = false
  /// Hazard of cells of another species by natural killers of an immunocompetent host, 1/min.
  public var naturalKillers = 0.0
  /// Hazard by T cells of an immunocompetent host whose response has risen, 1/min.
  public var tCells = 0.0
  /// Time from the first dose to the onset of T-cell killing, min.
  public var onset = 0.0
  /// Time after the onset in which that killing rises to half, min; 0 where it is there at once.
  public var rise = 0.0
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
    let adaptive = isSensitised ? response(after: time) * mismatch * immunity.tCells * tCells : 0
    let activity = max(immunity.naturalActivity, isForeign ? 1 : 0)
    return Hazard(
      natural: natural * immunity.naturalKillers * activity * naturalKillers,
      tCells: adaptive,
      antibody: isMetAgain ? adaptive * (repeatFold - 1) : 0
    )
  }

  /// What the response of T cells has risen to a time (min) after the first dose, as a share.
  @inlinable
  public func response(after time: Double) -> Double {
    guard time >= onset else { return 0 }
    return rise > 0 ? 1 - Elementary.power(2, (onset - time) / rise) : 1
  }

  /// The largest κ of a host, 1/min.
  @inlinable
  public func largestHazard(in immunity: Immunity) -> Double {
    hazard(in: immunity, sinceFirstDose: .infinity, isSensitised: true, isMetAgain: true).sum
  }
}

extension Killing: Law {
  /// What the law describes.
  public static let title = "Killing of the product's cells by the host"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    \kappa = n \, \nu \, A \, k_N + m \, S \, t \, k_T \, \beta \\
    S = s \, (1 - 2^{-(x - t_0) / \tau}), \quad 0 \quad (x < t_0) \\
    \beta = b \quad \mathrm{after\ a\ later\ dose}, \quad 1 \quad \mathrm{else}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol(#"\kappa"#, "hazard by killers of the host"),
    Symbol("m", "0 for autologous and syngeneic cells, else 1"),
    Symbol("n", "natural killers of the host"),
    Symbol("A", "their activity: 0 at rest, at least 1 against cells of another species"),
    Symbol(#"\nu"#, "natural killers in the organ relative to lung, by volume"),
    Symbol("t", "activity of T cells of the host"),
    Symbol("s", "1 in a sensitised host, else 0"),
    Symbol("S", "response of its T cells"),
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
      "hazard of cells of another species by natural killers in lung"
    ),
    Parameter(
      "t_cells",
      .rate,
      \.tCells,
      symbol: "k_T",
      "hazard of mismatched cells by T cells once their response has risen"
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
      "rise",
      .time,
      \.rise,
      symbol: #"\tau"#,
      isPositive: false,
      "time after the onset in which killing by T cells rises to half"
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
