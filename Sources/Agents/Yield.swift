import Fields
import Substrate
import Vocabulary

/// What came of a factor that was taken or decayed and is still to be given, as another.
///
/// What came of it over some steps is given evenly over as many steps that follow.
public struct Yield: Sendable {
  /// Positions of the factor it came of and of the one it is given as.
  public let from: Int, into: Int
  /// Amount that comes out of an amount.
  public let ratio: Double
  /// Rates at which it is given in each voxel, nM/min, and for how many steps more.
  private var rates: [Float] = []
  private var left = 0

  /// Nothing yet.
  public init(from: Int, into: Int, ratio: Double) {
    self.from = from
    self.into = into
    self.ratio = ratio
  }

  /// Adds what came (nM per voxel) over some steps of a length (min).
  public mutating func add(_ amounts: [Float], over steps: Int, of step: Double) {
    let (kept, scale) = (Float(left) / Float(steps), Float(1 / (Double(steps) * step)))
    if left == 0 { rates = Array(repeating: 0, count: amounts.count) }
    for i in amounts.indices { rates[i] = rates[i] * kept + amounts[i] * scale }
    left = steps
  }

  /// Gives what is due in a step to a grid, as that share of what its factor is given until it is carried on.
  public mutating func give(to fields: inout FieldStack, share: Double) {
    guard left > 0 else { return }
    fields.give(rates, share: share, to: into)
    left -= 1
  }

  /// Forgets what is still to be given.
  public mutating func clear() { left = 0 }

  /// Whether a state that was read fits a grid.
  public func isSound(on shape: GridShape) -> Bool {
    (0...1 << 20).contains(left) && [0, shape.count].contains(rates.count)
      && (left == 0 || !rates.isEmpty)
      && rates.allSatisfy { (0...Float(Bounds.number)).contains($0) }
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&rates)
    try visitor.visit(&left)
  }
}
