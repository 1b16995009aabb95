import Substrate
import Vocabulary

/// Crawling: a persistent random walk biased up the CXCL12 gradient.
///
///     dv = (u − v) dt/τ + σ √(2/τ) dW,   u = s β ∇c/|∇c|,   σ² = π s² / 8 per axis (2 s² / π in 2-D)
///     β  = ΔO / (ΔO + O½),               ΔO = O(c + |∇c| d/2) − O(c − |∇c| d/2),  O = c / (c + K)
///
/// The velocity is advanced exactly (Ornstein–Uhlenbeck), the place by the mean of old and new
/// velocity; walls reflect. Cells without working CXCR4 do not sense the gradient. σ makes the mean
/// speed of an unbiased cell s.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | s | `speed` | um/min |
/// | τ | `persistence` | min |
/// | K | `receptor` | nM |
/// | O½ | `halfOccupancyDifference` | 1 |
/// | d | cell diameter | um |
public struct Crawling: Codable, Sendable {
  /// Mean speed, um/min.
  public var speed = 0.0
  /// Time over which a direction is kept, min.
  public var persistence = 0.0
  /// Occupancy of CXCR4 by CXCL12.
  public var receptor = Hill(halfSaturation: 1)
  /// Difference of occupancy across the cell at which half the speed is directed.
  public var halfOccupancyDifference = 0.0

  /// A law whose parameters are to be set.
  public init() {}

  /// Crawling at a share of the speed.
  @inlinable
  public func slowed(to share: Double) -> Crawling {
    var slow = self
    slow.speed *= share
    return slow
  }

  /// σ² / s² in two and in three dimensions: that of a Rayleigh and of a Maxwell distribution of mean speed s.
  private static let varianceInPlane = 2 / Double.pi
  private static let varianceInSpace = Double.pi / 8

  /// Standard deviation of each component of the velocity, um/min: it makes the mean speed `speed`.
  public func spread(axes: Int) -> Double {
    speed * (axes == 2 ? Self.varianceInPlane : Self.varianceInSpace).squareRoot()
  }

  /// β: the directed share of the speed at a concentration (nM) and gradient (nM/um).
  @inlinable
  public func bias(concentration: Double, gradient: Double, diameter: Double) -> Double {
    let half = min(gradient * diameter / 2, concentration)
    let difference = receptor(concentration + half) - receptor(concentration - half)
    return difference / (difference + halfOccupancyDifference)
  }

  /// A component of the velocity after a step that keeps `kept` = exp(−t/τ) of it.
  @inlinable
  public func velocity(after v: Double, drift: Double, kept: Double, spread: Double, normal: Double)
    -> Double
  {
    drift + (v - drift) * kept + spread * (1 - kept * kept).squareRoot() * normal
  }

  /// A place between walls at 0 and `extent` that reflect, and the sign the velocity takes.
  @inlinable
  public static func reflect(_ x: Double, extent: Double) -> (place: Double, sign: Double) {
    var x = x
    var sign = 1.0
    while x < 0 || x >= extent {
      x = x < 0 ? -x : 2 * extent - x
      sign = -sign
      if x == extent { x = extent.nextDown }
    }
    return (x, sign)
  }
}

extension Crawling: Law {
  /// What the law describes.
  public static let title = "Crawling of the cells of the product in tissue"

  /// The equation, as lines of LaTeX.
  public static let equation = #"""
    \mathrm{d}v = (u - v) \, \frac{\mathrm{d}t}{\tau} + \sigma \, \sqrt{2 / \tau} \, \mathrm{d}W, \qquad u = s \, \beta \, \frac{\nabla c}{|\nabla c|}, \qquad \sigma^2 = \frac{\pi s^2}{8} \\
    \beta = \frac{\Delta}{\Delta + O_h}, \qquad \Delta = O(c + |\nabla c| \, d / 2) - O(c - |\nabla c| \, d / 2), \qquad O(c) = \frac{c}{c + K}
    """#

  /// Its symbols other than parameters.
  public static let symbols = [
    Symbol("v", "velocity"),
    Symbol("u", "drift"),
    Symbol("t", "time"),
    Symbol("W", "Wiener process"),
    Symbol(#"\sigma"#, "spread of each component of the velocity"),
    Symbol(#"\beta"#, "directed share of the speed"),
    Symbol("c", "concentration of CXCL12"),
    Symbol(#"\Delta"#, "difference of occupancy across the cell"),
    Symbol("O", "occupancy of CXCR4"),
    Symbol("d", "diameter of the cell"),
  ]

  /// Its parameters.
  public static let parameters: [Parameter<Crawling>] = [
    Parameter("speed", .speed, \.speed, symbol: "s", "mean speed in tissue without a cue"),
    Parameter(
      "persistence",
      .time,
      \.persistence,
      symbol: #"\tau"#,
      "time over which a direction is kept"
    ),
    Parameter(
      "cxcl12_half",
      .concentration(of: "cxcl12"),
      \.receptor.halfSaturation,
      symbol: "K",
      "CXCL12 that occupies half the receptors"
    ),
    Parameter(
      "half_occupancy_difference",
      .fraction,
      \.halfOccupancyDifference,
      symbol: "O_h",
      isPositive: true,
      "difference of occupancy across the cell at which half the speed is directed"
    ),
  ]
}
