import Substrate
import Vocabulary

/// A field that the scenario gives instead of one that is solved.
///
///     c(x, t) = c₀ + c₁ g(x) a(t)
///     g = exp(−|x − centre|² / 2w²)   (1 everywhere without a width)
///     a = (1 − exp(−s/t_r)) exp(−s ln 2 / t_h),  s = t − onset ≥ 0   (a factor without its time is 1)
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | c₀ | `baseline` | nM | scenario |
/// | c₁ | `amplitude` | nM | scenario |
/// | w | `width` | um | scenario |
/// | t_r, t_h | `rise`, `halfLife` | min | scenario |
public struct GivenField: Codable, Sendable {
  /// Concentration everywhere at any time, nM.
  public var baseline: Double
  /// Concentration added at the centre, nM.
  public var amplitude: Double
  /// Width of the focus about the centre of the grid, um; `nil` for none.
  public var width: Double?
  /// Time at which the added part begins, min.
  public var onset: Double
  /// Time in which it rises, min; `nil` for at once.
  public var rise: Double?
  /// Time in which it halves, min; `nil` for never.
  public var halfLife: Double?

  /// A given field of the given parameters.
  public init(
    baseline: Double,
    amplitude: Double,
    width: Double?,
    onset: Double,
    rise: Double?,
    halfLife: Double?
  ) {
    self.baseline = baseline
    self.amplitude = amplitude
    self.width = width
    self.onset = onset
    self.rise = rise
    self.halfLife = halfLife
  }

  /// a(t).
  public func course(at time: Double) -> Double {
    let s = time - onset
    if s < 0 { return 0 }
    var course = 1.0
    if let rise { course *= 1 - Elementary.exp(-s / rise) }
    if let halfLife { course *= Elementary.exp(-s * 0.6931471805599453 / halfLife) }
    return course
  }

  /// g in every voxel of a grid.
  public func pattern(on shape: GridShape) -> [Float] {
    var pattern = [Float](repeating: 1, count: shape.count)
    guard let width else { return pattern }
    let centre = shape.centre
    var voxel = 0
    for k in 0..<shape.nz {
      for j in 0..<shape.ny {
        for i in 0..<shape.nx {
          let x = (Double(i) + 0.5) * shape.spacing - centre.x
          let y = (Double(j) + 0.5) * shape.spacing - centre.y
          let z = (Double(k) + 0.5) * shape.spacing - centre.z
          pattern[voxel] = Float(Elementary.exp(-(x * x + y * y + z * z) / (2 * width * width)))
          voxel += 1
        }
      }
    }
    return pattern
  }

  /// Writes the field of a time into a factor of a stack.
  public func fill(_ fields: inout FieldStack, factor: Int, pattern: [Float], time: Double) {
    let added = Float(amplitude * course(at: time))
    let base = Float(baseline)
    let start = fields.range(of: factor).lowerBound
    let shape = pattern.span
    var values = fields.concentration.mutableSpan
    for voxel in shape.indices { values[start + voxel] = base + added * shape[voxel] }
  }
}
