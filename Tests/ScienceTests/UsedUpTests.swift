import Fields
import Foundation
import Reference
import Substrate
import Testing
import Vocabulary

/// A factor that cells use up.
@Suite("Transport: used up")
struct UsedUpTests {
  /// A cell in the middle of a closed block that takes 2e7 nM/min in its voxel, as a hundred do of oxygen.
  private static func block(edge: Int) -> FieldStack {
    var fields = FieldStack(
      shape: GridShape(nx: edge, ny: edge, nz: edge, spacing: 20),
      factors: [FieldProblem.factor(102_000)],
      halfSaturation: [8000]
    )
    fields.fill(0, with: 40_000)
    fields.capacity[(edge / 2 * edge + edge / 2) * edge + edge / 2] = 2e7
    return fields
  }

  /// Against many small steps in double precision: until half is left, and until nearly nothing is.
  @Test(arguments: [0.25, 1.0]) func followsTheOracle(time: Double) {
    let fields = Self.block(edge: 6)
    var exact = fields
    var oracle = ExplicitTransport(fields)
    oracle.advance(&exact, factors: [0], by: time, using: Workers(count: 1))
    let after = fields.advanced(by: time, tolerance: 1e-2)
    let worst = zip(after.concentration, oracle.concentration).map { abs(Double($0) - $1) }.max()
    #expect((worst ?? .infinity) <= 0.01 * 40_000)
    #expect(after.isSound)
    #expect(after.residual <= 1e-6)
    let (taken, all) = (after.balance[0].takenUp, oracle.balance[0].takenUp)
    #expect(abs(taken / all - 1) <= 0.01)
  }

  /// The operator is applied some ten thousand times, and not a million times.
  @Test func isNotRefinedWithoutEnd() {
    var fields = Self.block(edge: 10)
    var transport = FieldTransport(tolerance: 1e-2)
    transport.advance(&fields, factors: [0], by: 5, using: Workers(count: 1))
    #expect(transport.stages <= 60_000)
    #expect(fields.isSound)
    #expect(fields.residual <= 1e-6)
  }
}
