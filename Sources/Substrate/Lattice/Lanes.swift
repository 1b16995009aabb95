/// Four numbers side by side: sums over them are taken in one order whatever the processor.
extension SIMD4<Float> {
  /// Sum of the lanes, first to last.
  @inlinable @inline(__always)
  public var total: Double {
    var sum = 0.0
    for lane in 0..<4 { sum += Double(self[lane]) }
    return sum
  }

  /// Largest lane.
  @inlinable @inline(__always)
  public var top: Double {
    var top = self[0]
    for lane in 1..<4 where self[lane] > top { top = self[lane] }
    return Double(top)
  }

  /// Lane by lane, its distance from zero.
  @inlinable @inline(__always)
  public var magnitude: SIMD4 {
    SIMD4(bitPattern: SIMD4<UInt32>(bitPattern: self) & 0x7FFF_FFFF)
  }

  /// The first lanes, so many, and a value in the others.
  @inlinable @inline(__always)
  public func kept(_ count: Int, else value: Float) -> SIMD4 {
    if count >= 4 { return self }
    var lanes = SIMD4(repeating: value)
    for lane in 0..<Swift.max(0, count) { lanes[lane] = self[lane] }
    return lanes
  }

  /// Lane by lane the larger number.
  @inlinable @inline(__always)
  public func largest(_ other: SIMD4) -> SIMD4 { replacing(with: other, where: other .> self) }

  /// Lane by lane the lesser number.
  @inlinable @inline(__always)
  public func least(_ other: SIMD4) -> SIMD4 { replacing(with: other, where: other .< self) }
}

extension SIMD4<UInt32> {
  @inlinable @inline(__always)
  init(bitPattern lanes: SIMD4<Float>) { self = unsafeBitCast(lanes, to: Self.self) }
}

extension SIMD4<Float> {
  @inlinable @inline(__always)
  init(bitPattern lanes: SIMD4<UInt32>) { self = unsafeBitCast(lanes, to: Self.self) }
}

extension Span<Float> {
  /// Four numbers from a position on; 0 beyond the end.
  @inlinable @inline(__always)
  public func four(at position: Int) -> SIMD4<Float> {
    precondition(position >= 0, "before the span")
    if position + 4 <= count {
      return bytes.unsafeLoadUnaligned(fromByteOffset: 4 * position, as: SIMD4<Float>.self)
    }
    var lanes = SIMD4<Float>()
    for i in position..<count { lanes[i - position] = self[i] }
    return lanes
  }
}

extension MutableSpan<Float> {
  /// Writes four numbers from a position on, those beyond the end to nowhere.
  @inlinable @inline(__always)
  public mutating func setFour(at position: Int, to lanes: SIMD4<Float>) {
    precondition(position >= 0, "before the span")
    if position + 4 <= count {
      var bytes = mutableBytes
      bytes.storeBytes(of: lanes, toByteOffset: 4 * position, as: SIMD4<Float>.self)
      return
    }
    for i in position..<Swift.min(position + 4, count) { self[i] = lanes[i - position] }
  }
}
