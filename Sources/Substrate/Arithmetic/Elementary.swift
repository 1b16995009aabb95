/// Elementary functions made of `+`, `-`, `*`, `/` and bit moves only.
///
/// The C library picks a variant of `exp` and `log` by processor, so their last bit can differ
/// between machines. These cannot: every result that reaches a file goes through them.
public enum Elementary {
  @usableFromInline static let ln2High = 6.93147180369123816490e-01
  @usableFromInline static let ln2Low = 1.90821492927058770002e-10
  @usableFromInline static let log2e = 1.44269504088896338700

  /// eˣ, relative error below 4e-16 for |x| < 700; 0 below −708 and infinity above 709.
  ///
  /// x = k ln 2 + r with |r| ≤ ½ ln 2; eʳ by its Taylor series to r¹³.
  @inlinable
  public static func exp(_ x: Double) -> Double {
    if x < -708 { return 0 }
    if x > 709 { return .infinity }
    let k = (x * log2e).rounded(.toNearestOrEven)
    let r = (x - k * ln2High) - k * ln2Low
    var p = 1.6059043836821613e-10
    p = p * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 1.984126984126984e-04
    p = p * r + 1.388888888888889e-03
    p = p * r + 8.333333333333333e-03
    p = p * r + 4.1666666666666664e-02
    p = p * r + 1.6666666666666666e-01
    p = p * r + 0.5
    p = p * r * r + r
    let scale = Double(bitPattern: UInt64(bitPattern: Int64(k) + 1023) << 52)
    return scale + scale * p
  }

  /// ln x for normal x > 0, relative error below 4e-16 away from 1 and absolute below 2e-16 near it.
  ///
  /// x = 2ᵏ m with m in [√½, √2); ln m = 2 artanh((m − 1)/(m + 1)) by its series to the 21st power.
  @inlinable
  public static func log(_ x: Double) -> Double {
    precondition(x >= .leastNormalMagnitude && x < .infinity, "log of a number that is not normal")
    var bits = x.bitPattern
    var k = Int(bits >> 52) - 1023
    bits = (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000
    var m = Double(bitPattern: bits)
    if m > 1.4142135623730951 {
      m *= 0.5
      k += 1
    }
    let s = (m - 1) / (m + 1)
    let z = s * s
    var p = 1.0 / 21
    p = p * z + 1.0 / 19
    p = p * z + 1.0 / 17
    p = p * z + 1.0 / 15
    p = p * z + 1.0 / 13
    p = p * z + 1.0 / 11
    p = p * z + 1.0 / 9
    p = p * z + 1.0 / 7
    p = p * z + 1.0 / 5
    p = p * z + 1.0 / 3
    let series = 2 * s + 2 * s * z * p
    return Double(k) * ln2High + (series + Double(k) * ln2Low)
  }

  /// xʸ for x > 0; 0 for x = 0 and y > 0.
  @inlinable
  public static func power(_ x: Double, _ y: Double) -> Double {
    x == 0 ? 0 : exp(y * log(x))
  }
}
