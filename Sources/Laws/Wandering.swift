import Substrate

/// Wandering of host cells: a persistent random walk, its steps longer than its persistence.
///
///     ⟨Δx²⟩ per axis = 2 s² τ (t − τ (1 − e^(−t/τ))) / n,   Δx even in ±√3 of its root
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | s | `speed` | um/min | of the kind |
/// | τ | `persistence` | min | of the kind |
/// | n | argument | 1 | axes |
public struct Wandering: Codable, Sendable, Equatable {
  /// Speed, um/min, and time over which a direction is kept, min.
  public var speed: Double, persistence: Double

  /// Wandering of the given speed.
  public init(speed: Double, persistence: Double) {
    self.speed = speed
    self.persistence = persistence
  }

  /// Standard deviation of the displacement along an axis in a time (min), um.
  @inlinable
  public func displacement(axes: Int, over time: Double) -> Double {
    let lag = persistence * (1 - Elementary.exp(-time / persistence))
    return (2 * speed * speed * persistence * (time - lag) / Double(axes)).squareRoot()
  }

  /// Width of the interval about 0 in which a displacement lies evenly, um.
  @inlinable
  public func width(axes: Int, over time: Double) -> Double {
    12.0.squareRoot() * displacement(axes: axes, over: time)
  }
}
