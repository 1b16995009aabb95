/// The source of random numbers: every draw is a function of (seed, replicate, purpose, cell, step, draw),
/// never of the order of execution or of the number of threads.
@frozen
public struct Chance: Sendable {
  /// What a draw is for.
  ///
  /// Two purposes never share a number. Raw values are part of the results: do not renumber.
  public enum Purpose: UInt32, Sendable, CaseIterable {
    case viability = 1
    case diameter = 2
    case receptor = 3
    case potency = 4
    case hazard = 5
    case cause = 6
    case jump = 7
    case lodging = 8
    case crawl = 9
    case injection = 10
    case wander = 11
    case hostPlace = 12
    case hostHazard = 13
    case hostCycle = 14
    case recruitment = 15
    case culprit = 16
    case engulfment = 17
    case donor = 18
    case sensitisation = 19
    case differentiation = 20
    case reading = 21
    case design = 22
    case bootstrap = 23
    case particle = 24
    case frailty = 25
  }

  /// The key of its blocks.
  public let key: (UInt32, UInt32)

  /// The source of random numbers of one replicate of a run.
  ///
  /// Arms of a run share it: the same cell draws the same numbers in every arm.
  public init(seed: UInt64, replicate: UInt32) {
    let k = Philox.block(
      counter: .init(replicate, 0x5354_524F, 0x4D41_0001, 0),
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    )
    key = (k.w0, k.w1)
  }

  /// Four random words.
  ///
  /// - Parameters:
  ///   - purpose: what they are for.
  ///   - cell: identity of the cell.
  ///   - step: step of the clock, or the episode of the cell's life, as the purpose has it.
  ///   - draw: number of the draw within the step.
  /// - Returns: the words.
  @inlinable
  public func block(_ purpose: Purpose, cell: UInt32, step: UInt32 = 0, draw: UInt32 = 0)
    -> Philox.Block
  {
    Philox.block(counter: .init(cell, step, purpose.rawValue, draw), key: key)
  }
}

extension Philox.Block {
  /// A uniform number in the open interval (0, 1) from the first two words: 53 bits.
  @inlinable
  public var uniform: Double { Self.uniform(w0, w1) }

  /// A second uniform number, from the last two words.
  @inlinable
  public var secondUniform: Double { Self.uniform(w2, w3) }

  /// An exponentially distributed number of mean 1.
  @inlinable
  public var exponential: Double { -Elementary.log(uniform) }

  /// A second exponentially distributed number of mean 1, independent of the first.
  @inlinable
  public var secondExponential: Double { -Elementary.log(secondUniform) }

  /// A standard normal number from the first two words.
  @inlinable
  public var normal: Double { NormalDistribution.quantile(uniform) }

  @inlinable
  static func uniform(_ high: UInt32, _ low: UInt32) -> Double {
    let bits = (UInt64(high) << 32 | UInt64(low)) >> 12
    return (Double(bits) + 0.5) * 0x1p-52
  }
}
