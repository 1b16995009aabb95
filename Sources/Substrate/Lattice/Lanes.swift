/// Eight numbers side by side: sums over them are taken in one order whatever the processor.
extension SIMD8<Float> {
  /// Sum of the lanes, first to last.
  @inlinable
  public var total: Double {
    var sum = 0.0
    for lane in 0..<8 { sum += Double(self[lane]) }
    return sum
  }

  /// Largest lane.
  @inlinable
  public var top: Double {
    var top = self[0]
    for lane in 1..<8 where self[lane] > top { top = self[lane] }
    return Double(top)
  }

  /// Lane by lane, its distance from zero.
  @inlinable
  public var magnitude: SIMD8 {
    SIMD8(bitPattern: SIMD8<UInt32>(bitPattern: self) & 0x7FFF_FFFF)
  }

  /// Lane by lane the larger number.
  @inlinable
  public func largest(_ other: SIMD8) -> SIMD8 { replacing(with: other, where: other .> self) }

  /// Lane by lane the lesser number.
  @inlinable
  public func least(_ other: SIMD8) -> SIMD8 { replacing(with: other, where: other .< self) }
}

extension SIMD8<UInt32> {
  @inlinable
  init(bitPattern lanes: SIMD8<Float>) { self = unsafeBitCast(lanes, to: Self.self) }
}

extension SIMD8<Float> {
  @inlinable
  init(bitPattern lanes: SIMD8<UInt32>) { self = unsafeBitCast(lanes, to: Self.self) }
}

extension Span<Float> {
  /// Eight numbers from a position on; 0 beyond the end.
  @inlinable
  public func eight(at position: Int) -> SIMD8<Float> {
    precondition(position >= 0, "before the span")
    if position + 8 <= count {
      return bytes.unsafeLoadUnaligned(fromByteOffset: 4 * position, as: SIMD8<Float>.self)
    }
    var lanes = SIMD8<Float>()
    for i in position..<count { lanes[i - position] = self[i] }
    return lanes
  }
}

extension MutableSpan<Float> {
  /// Writes eight numbers from a position on, those beyond the end to nowhere.
  @inlinable
  public mutating func setEight(at position: Int, to lanes: SIMD8<Float>) {
    precondition(position >= 0, "before the span")
    for i in position..<Swift.min(position + 8, count) { self[i] = lanes[i - position] }
  }
}
