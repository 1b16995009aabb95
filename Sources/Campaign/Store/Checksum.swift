import Foundation

/// A number of 64 bits that differs wherever a word of what was added does: it tells damage, not intent.
///
///     s ← rotate(s ⊕ word, 29) · k,  k odd
///
/// Every step is a bijection of s and of the word, so that one changed bit always changes the sum.
struct Checksum {
  private(set) var value: UInt64 = 0x5374_726F_6D61_5275

  private mutating func add(_ word: UInt64) {
    let mixed = value ^ word
    value = (mixed << 29 | mixed >> 35) &* 0x9E37_79B9_7F4A_7C15
  }

  mutating func add(_ number: Double) { add(number.bitPattern) }

  /// Adds a text with its length; none differs from an empty one.
  mutating func add(_ text: String?) {
    guard var text else { return add(UInt64.max) }
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// Adds bytes with their number; none differ from no bytes.
  mutating func add(_ data: Data?) {
    guard let data else { return add(UInt64.max) }
    data.withUnsafeBytes { add($0) }
  }

  private mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(UInt64(bytes.count))
    var next = 0
    while next + 8 <= bytes.count {
      add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: next, as: UInt64.self)))
      next += 8
    }
    add(bytes[next...].reduce(0) { $0 << 8 | UInt64($1) })
  }
}
