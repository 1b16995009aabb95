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

/// A row of numbers that is read four at a time.
///
/// It is checked when it is made; reads are not checked again.
@frozen
public struct FourLanes {
  @usableFromInline
  let base: UnsafeMutablePointer<Float>
  /// How many numbers it has.
  public let count: Int

  /// How many numbers may be summed in single precision before the sum is widened.
  @inlinable @inline(__always)
  public static var few: Int { 256 }

  @inlinable @inline(__always)
  init(base: UnsafeMutablePointer<Float>, count: Int) {
    self.base = base
    self.count = count
  }

  /// Where the last numbers begin that are fewer than four.
  @inlinable @inline(__always)
  public var whole: Int { count & ~3 }

  /// Four numbers from a position on; 0 beyond the end where `isLast`.
  @inlinable @inline(__always)
  public func read(_ position: Int, isLast: Bool = false) -> SIMD4<Float> {
    assert(position >= 0 && (isLast || position + 4 <= count), "beyond the row")
    guard isLast else {
      return UnsafeRawPointer(base + position).loadUnaligned(as: SIMD4<Float>.self)
    }
    var lanes = SIMD4<Float>()
    for lane in 0..<min(4, count - position) { lanes[lane] = base[position + lane] }
    return lanes
  }

  /// Writes four numbers from a position on, those beyond the end to nowhere where `isLast`.
  @inlinable @inline(__always)
  public func write(_ position: Int, _ lanes: SIMD4<Float>, isLast: Bool = false) {
    assert(position >= 0 && (isLast || position + 4 <= count), "beyond the row")
    guard isLast else {
      UnsafeMutableRawPointer(base + position).storeBytes(of: lanes, as: SIMD4<Float>.self)
      return
    }
    for lane in 0..<min(4, count - position) { base[position + lane] = lanes[lane] }
  }

  /// The numbers before four of them; the first stands for the one before it.
  @inlinable @inline(__always)
  public func west(_ position: Int, isLast: Bool = false) -> SIMD4<Float> {
    if position > 0 { return read(position - 1, isLast: isLast) }
    let lanes = read(0, isLast: isLast)
    return SIMD4(lanes[0], lanes[0], lanes[1], lanes[2])
  }

  /// The numbers after four of them; the last stands for the one after it.
  @inlinable @inline(__always)
  public func east(_ position: Int, isLast: Bool = false) -> SIMD4<Float> {
    if position + 5 <= count { return read(position + 1) }
    var lanes = SIMD4<Float>()
    for lane in 0..<min(4, count - position) {
      lanes[lane] = base[min(position + lane + 1, count - 1)]
    }
    return lanes
  }
}

extension Slab<Float> {
  /// The numbers from a position on, to be read four at a time.
  @inlinable @inline(__always)
  public func fourLanes(from start: Int, count: Int) -> FourLanes {
    check(from: start, count: count)
    return FourLanes(base: base + start, count: count)
  }
}
