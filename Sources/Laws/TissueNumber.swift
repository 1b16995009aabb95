import Substrate
import Vocabulary

/// A number that the laws of tissue are worked out with: one in double precision where they are quoted
/// and tested, four side by side in single precision where they run.
public protocol TissueNumber: Sendable {
  /// A constant of a law, rounded to the precision of this number.
  static func constant(_ value: Double) -> Self
  /// Sum.
  static func + (a: Self, b: Self) -> Self
  /// Difference.
  static func - (a: Self, b: Self) -> Self
  /// Product.
  static func * (a: Self, b: Self) -> Self
  /// Quotient.
  static func / (a: Self, b: Self) -> Self
  /// The lesser of two.
  func least(_ other: Self) -> Self
  /// The number where it is at least `trace`, else 0.
  func cut(below trace: Self) -> Self
}

extension Double: TissueNumber {
  /// The value itself.
  @inlinable
  public static func constant(_ value: Double) -> Double { value }
  /// The lesser of two.
  @inlinable
  public func least(_ other: Double) -> Double { min(self, other) }
  /// The number where it is at least `trace`, else 0.
  @inlinable
  public func cut(below trace: Double) -> Double { self < trace ? 0 : self }
}

extension SIMD4: TissueNumber where Scalar == Float {
  /// The value in every lane.
  @inlinable
  @inline(__always)
  public static func constant(_ value: Double) -> SIMD4 { SIMD4(repeating: Float(value)) }

  /// Lane by lane the number where it is at least `trace`, else 0.
  @inlinable
  @inline(__always)
  public func cut(below trace: SIMD4) -> SIMD4 { replacing(with: 0, where: self .< trace) }
}

extension Hill {
  /// H(c).
  @inlinable
  @inline(__always)
  public func callAsFunction<Number: TissueNumber>(_ concentration: Number) -> Number {
    concentration / (concentration + .constant(halfSaturation))
  }
}
