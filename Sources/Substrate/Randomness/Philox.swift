/// Philox4x32-10, a counter-based generator: 128 random bits are a pure function of a 128-bit
/// counter and a 64-bit key.
///
/// Source: Salmon JK et al. 2011, Parallel random numbers: as easy as 1, 2, 3 (SC'11),
/// doi 10.1145/2063384.2063405.
public enum Philox {
  /// Four random words.
  @frozen
  public struct Block: Sendable, Equatable {
    /// The words in order.
    public var w0, w1, w2, w3: UInt32

    /// A block of the four given words.
    @inlinable
    public init(_ w0: UInt32, _ w1: UInt32, _ w2: UInt32, _ w3: UInt32) {
      (self.w0, self.w1, self.w2, self.w3) = (w0, w1, w2, w3)
    }
  }

  /// The block that belongs to a counter under a key.
  @inlinable
  public static func block(counter: Block, key: (UInt32, UInt32)) -> Block {
    var c = counter
    var (k0, k1) = key
    for round in 0..<10 {
      if round > 0 {
        k0 &+= 0x9E37_79B9
        k1 &+= 0xBB67_AE85
      }
      let p0 = UInt64(c.w0) &* 0xD251_1F53
      let p1 = UInt64(c.w2) &* 0xCD9E_8D57
      c = Block(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c.w1 ^ k0,
        UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c.w3 ^ k1,
        UInt32(truncatingIfNeeded: p0)
      )
    }
    return c
  }
}
