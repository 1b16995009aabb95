/// The concentrations of all factors on one grid, with what cells give and take during a step.
///
/// Every array is factor-major: the value of factor f in voxel v stands at f · voxels + v.
public struct FieldStack: Sendable {
  /// The voxels.
  public let shape: GridShape
  /// The factors, in order.
  public let factors: [Factor]
  /// Concentration, nM.
  public var concentration: [Float]
  /// What cells give, nM/min.
  public var source: [Float]
  /// First-order rate at which cells take, 1/min.
  public var sink: [Float]

  /// Empty fields.
  public init(shape: GridShape, factors: [Factor]) {
    self.shape = shape
    self.factors = factors
    concentration = Array(repeating: 0, count: shape.count * factors.count)
    source = concentration
    sink = concentration
  }

  /// Forgets what cells gave and took.
  public mutating func clearExchange() {
    for i in source.indices { source[i] = 0 }
    for i in sink.indices { sink[i] = 0 }
  }

  /// Sets one factor to the same concentration everywhere.
  public mutating func fill(_ factor: Int, with value: Float) {
    for i in range(of: factor) { concentration[i] = value }
  }

  /// Where the values of a factor stand.
  public func range(of factor: Int) -> Range<Int> {
    factor * shape.count..<(factor + 1) * shape.count
  }

  /// Amount of a factor on the grid, nM um³, summed in order in double precision.
  public func amount(of factor: Int) -> Double {
    var sum = 0.0
    let values = concentration.span
    for i in range(of: factor) { sum += Double(values[i]) }
    return sum * shape.voxelVolume
  }

  /// Mean and largest concentration of a factor, nM.
  public func statistics(of factor: Int) -> (mean: Double, largest: Double) {
    var sum = 0.0
    var largest: Float = 0
    let values = concentration.span
    for i in range(of: factor) {
      sum += Double(values[i])
      largest = max(largest, values[i])
    }
    return (sum / Double(shape.count), Double(largest))
  }
}
