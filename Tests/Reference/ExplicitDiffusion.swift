import Science

/// The diffusion equation in double precision, one small explicit step after another: slow and
/// plain, the oracle of every scheme.
///
///     c += Δt (D ∇²c − (k + u) c + s), no flux through the faces
///
/// The flux between two voxels is computed once and added to one and taken from the other.
public struct ExplicitDiffusion {
  /// The voxels.
  public let shape: GridShape
  /// Concentration, nM.
  public var concentration: [Double]

  /// A field with the given concentration.
  public init(_ shape: GridShape, _ concentration: [Double]) {
    precondition(concentration.count == shape.count, "one value per voxel")
    self.shape = shape
    self.concentration = concentration
  }

  /// Advances by a number of steps of a length (min); sources in nM/min, sinks in 1/min.
  public mutating func advance(
    diffusivity: Double,
    decay: Double,
    source: [Double]? = nil,
    sink: [Double]? = nil,
    step: Double,
    steps: Int
  ) {
    let ratio = step * diffusivity / (shape.spacing * shape.spacing)
    precondition(ratio <= 1.0 / 6, "the explicit step is stable")
    var change = [Double](repeating: 0, count: shape.count)
    for _ in 0..<steps {
      for v in change.indices {
        let loss = (decay + (sink?[v] ?? 0)) * concentration[v]
        change[v] = step * ((source?[v] ?? 0) - loss)
      }
      var v = 0
      for k in 0..<shape.nz {
        for j in 0..<shape.ny {
          for i in 0..<shape.nx {
            if i + 1 < shape.nx { exchange(v, v + 1, ratio, &change) }
            if j + 1 < shape.ny { exchange(v, v + shape.nx, ratio, &change) }
            if k + 1 < shape.nz { exchange(v, v + shape.nx * shape.ny, ratio, &change) }
            v += 1
          }
        }
      }
      for v in change.indices { concentration[v] += change[v] }
    }
  }

  private func exchange(_ a: Int, _ b: Int, _ ratio: Double, _ change: inout [Double]) {
    let flux = ratio * (concentration[a] - concentration[b])
    change[a] -= flux
    change[b] += flux
  }
}
