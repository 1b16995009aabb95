import Substrate

/// A scheme that advances the solved factors of a grid by one whole step.
///
///     ∂c/∂t = ∇·(D ∇c) − (k + u + e + b) c + s + e c_blood + b c_beyond,   u = u₁ + V / (K + c)
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | D, e | `Medium.diffusivity`, `.exchange` | um²/min, 1/min | scenario, per region |
/// | b, c_beyond | `Medium.conductance`, `.level(beyond:)` | 1/min, nM | scenario, per face |
/// | k | `Factor.decay` | 1/min | factor |
/// | s | `FieldStack.source` | nM/min | cells |
/// | u₁ | `FieldStack.sink` | 1/min | cells |
/// | V, K | `FieldStack.capacity`, `.halfSaturation` | nM/min, nM | cells |
///
/// D between two voxels is the harmonic mean of theirs. What cells give and take stays as it is for
/// the step.
public protocol Transport: Sendable {
  /// Advances the factors of the given positions by a step (min), and enters what came and went into
  /// the balance of each.
  mutating func advance(
    _ fields: inout FieldStack,
    factors: [Int],
    by step: Double,
    using workers: Workers
  )
}
