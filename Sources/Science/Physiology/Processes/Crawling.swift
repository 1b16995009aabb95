import Substrate

/// Crawling: a persistent random walk biased up the CXCL12 gradient.
///
///     dv = (u − v) dt/τ + σ √(2/τ) dW,   u = s β ∇c/|∇c|,   σ² = π s² / 8 per axis (2 s² / π in 2-D)
///     β  = ΔO / (ΔO + O½),               ΔO = O(c + |∇c| d/2) − O(c − |∇c| d/2),  O = c / (c + K)
///
/// The velocity is advanced exactly (Ornstein–Uhlenbeck), the place by the mean of old and new
/// velocity; walls reflect. Cells without working CXCR4 do not sense the gradient. σ makes the mean
/// speed of an unbiased cell s.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | s | `speed` | um/min | 21 um/h in 2-D without a cue (Zhao 2011, Eur Cells Mater 22:344) |
/// | τ | `persistence` | min | assumed 20–180 |
/// | K | `receptor` | nM | functional half-saturation, assumed 1–25; binding Kd 25 (Drury 2011, doi 10.1073/pnas.1101133108) |
/// | O½ | `halfOccupancyDifference` | 1 | assumed 0.002–0.05 |
/// | d | argument | um | cell diameter |
public struct Crawling: Codable, Sendable {
  /// Mean speed, um/min.
  public var speed: Double
  /// Time over which a direction is kept, min.
  public var persistence: Double
  /// Occupancy of CXCR4 by CXCL12.
  public var receptor: Hill
  /// Difference of occupancy across the cell at which half the speed is directed.
  public var halfOccupancyDifference: Double

  /// Crawling with the given parameters.
  public init(speed: Double, persistence: Double, receptor: Hill, halfOccupancyDifference: Double) {
    self.speed = speed
    self.persistence = persistence
    self.receptor = receptor
    self.halfOccupancyDifference = halfOccupancyDifference
  }

  /// Crawling at a share of the speed.
  public func slowed(to share: Double) -> Crawling {
    var slow = self
    slow.speed *= share
    return slow
  }

  /// Standard deviation of each component of the velocity, um/min: it makes the mean speed `speed`.
  public func spread(axes: Int) -> Double {
    speed * (axes == 2 ? 2 / Double.pi : Double.pi / 8).squareRoot()
  }

  /// β: the directed share of the speed at a concentration (nM) and gradient (nM/um).
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
