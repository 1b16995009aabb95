/// A run of numbers that several workers read and write at once.
///
/// The owner of a slab decides who writes where: a number is written by one worker in a phase, and
/// not read by any other worker in that phase. Spans and single numbers are checked against the ends of the slab;
/// `FourLanes` are when they are made, and a `Stencil` before its loops.
@frozen
public struct Slab<Element: BitwiseCopyable & Sendable>: @unchecked Sendable, BitwiseCopyable {
  @usableFromInline
  let base: UnsafeMutablePointer<Element>
  /// How many numbers it has.
  public let count: Int

  /// Checks that some numbers are within it.
  @inlinable
  func check(from start: Int, count: Int) {
    precondition(start >= 0 && count >= 0 && start + count <= self.count, "beyond the slab")
  }

  @inlinable
  init(base: UnsafeMutablePointer<Element>, count: Int) {
    self.base = base
    self.count = count
  }

  /// The numbers from a position on, to read.
  @inlinable
  @_lifetime(borrow self)
  public func span(from start: Int, count: Int) -> Span<Element> {
    check(from: start, count: count)
    let numbers = UnsafeBufferPointer(start: base + start, count: count)
    return _overrideLifetime(numbers.span, borrowing: self)
  }

  /// The numbers from a position on, to write.
  @inlinable
  @_lifetime(borrow self)
  public func mutableSpan(from start: Int, count: Int) -> MutableSpan<Element> {
    check(from: start, count: count)
    let numbers = UnsafeMutableBufferPointer(start: base + start, count: count)
    return _overrideLifetime(numbers.mutableSpan, borrowing: self)
  }

  /// The number at a position.
  @inlinable
  public subscript(position: Int) -> Element {
    get {
      precondition(position >= 0 && position < count, "beyond the slab")
      return base[position]
    }
    nonmutating set {
      precondition(position >= 0 && position < count, "beyond the slab")
      base[position] = newValue
    }
  }

  /// How many numbers before `count` may be left out by `aligned(count:)`.
  public static var slack: Int { 64 / MemoryLayout<Element>.stride - 1 }

  /// So many numbers from the first that begins a line of the cache: reads of eight at multiples of eight
  /// cross no line.
  public func aligned(count: Int) -> Slab {
    let size = MemoryLayout<Element>.stride
    let beyond = Int(bitPattern: base) & 63
    precondition(64 % size == 0 && beyond % size == 0, "numbers that do not fill lines")
    return part(from: (64 - beyond) % 64 / size, count: count)
  }

  /// Where it begins, for loops in C.
  public var start: UnsafeMutablePointer<Element> { base }

  /// Where it begins, as elements of the same layout.
  public func start<Other>(as other: Other.Type) -> UnsafeMutablePointer<Other> {
    precondition(MemoryLayout<Other>.stride == MemoryLayout<Element>.stride, "another layout")
    return UnsafeMutableRawPointer(base).assumingMemoryBound(to: Other.self)
  }

  /// The same memory as words of 32 bits.
  public var words: Slab<UInt32> {
    let size = MemoryLayout<Element>.stride
    precondition(size % 4 == 0 && MemoryLayout<Element>.alignment >= 4, "numbers that are no words")
    return Slab<UInt32>(
      base: UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt32.self),
      count: count * size / 4
    )
  }

  /// A part of the slab as a slab of its own.
  @inlinable
  public func part(from start: Int, count: Int) -> Slab {
    check(from: start, count: count)
    return Slab(base: base + start, count: count)
  }
}

extension Array where Element: BitwiseCopyable & Sendable {
  /// Opens the array as a slab for the length of `body`; an empty one as none.
  public mutating func withSlabOrNone<Result>(_ body: (Slab<Element>?) throws -> Result) rethrows
    -> Result
  {
    isEmpty ? try body(nil) : try withSlab(body)
  }

  /// Opens the array, which is not empty, as a slab for the length of `body`.
  @inlinable
  public mutating func withSlab<Result>(_ body: (Slab<Element>) throws -> Result) rethrows
    -> Result
  {
    try withUnsafeMutableBufferPointer { numbers in
      guard let base = numbers.baseAddress else { preconditionFailure("an empty slab") }
      return try body(Slab(base: base, count: numbers.count))
    }
  }
}

extension Array where Element: BitwiseCopyable & Sendable {
  /// Opens the array, which is not empty, to be read for the length of `body`.
  public func withReadSlab<Result>(_ body: (Slab<Element>) throws -> Result) rethrows -> Result {
    try withUnsafeBufferPointer { numbers in
      guard let base = numbers.baseAddress else { preconditionFailure("an empty slab") }
      return try body(Slab(base: UnsafeMutablePointer(mutating: base), count: numbers.count))
    }
  }
}

extension Array {
  /// Opens all arrays of a list as slabs for the length of `body`; empty ones as none.
  public mutating func withSlabs<Number: BitwiseCopyable & Sendable>(
    _ body: ([Slab<Number>?]) -> Void
  ) where Element == [Number] {
    // Each is taken out of the list while it is open, so that it has one owner.
    func open(_ rest: inout [[Number]], _ slabs: [Slab<Number>?]) {
      guard var last = rest.popLast() else { return body(slabs) }
      last.withSlabOrNone { open(&rest, [$0] + slabs) }
      rest.append(last)
    }
    open(&self, [])
  }
}
