import Substrate

/// The Sobol sequence in up to 64 dimensions, with a random digital shift: points that fill the unit cube more
/// evenly than chance.
///
///     x_n = g₁ v₁ ⊕ g₂ v₂ ⊕ … ⊕ shift,   g the Gray code of n
///     v_j = m_j 2^(32 − j);  m_j from the polynomial and the first m by Sobol's recurrence
///
/// Sources: Bratley & Fox 1988, ACM TOMS 14:88, doi 10.1145/42288.214372; initial numbers of Joe & Kuo 2008, SIAM J Sci
/// Comput 30:2635, doi 10.1137/070709359 (new-joe-kuo-6).
package struct SobolSequence {
  /// Largest number of dimensions.
  package static let dimensions = 64

  private let directions: [[UInt32]]
  private let shift: [UInt32]

  /// A sequence in some dimensions with the shift of a seed.
  package init(dimensions: Int, seed: UInt64) {
    precondition(
      (1...Self.dimensions).contains(dimensions),
      "dimensions that there are numbers for"
    )
    directions = (0..<dimensions).map(Self.directions)
    let chance = Chance(seed: seed, replicate: 0)
    shift = (0..<dimensions).map { chance.block(.design, cell: UInt32($0)).w0 }
  }

  /// The n-th point, each coordinate within 0..<1.
  package func point(_ n: Int) -> [Double] {
    let gray = UInt32(n) ^ UInt32(n) >> 1
    return zip(directions, shift).map { directions, shift in
      var x = shift
      var bits = gray
      while bits != 0 {
        x ^= directions[bits.trailingZeroBitCount]
        bits &= bits - 1
      }
      return (Double(x) + 0.5) * 0x1p-32
    }
  }

  private static func directions(of dimension: Int) -> [UInt32] {
    guard dimension > 0 else { return (0..<32).map { 1 << (31 - UInt32($0)) } }
    let (polynomial, first) = numbers[dimension - 1]
    let degree = first.count
    var m = first
    for j in degree..<32 {
      var next = m[j - degree] ^ m[j - degree] << UInt32(degree)
      for k in 1..<max(1, degree) where polynomial >> UInt32(degree - k) & 1 == 1 {
        next ^= m[j - k] << UInt32(k)
      }
      m.append(next)
    }
    return m.enumerated().map { $1 << (31 - UInt32($0)) }
  }

  /// The polynomial of every dimension after the first, as its bits, and its first numbers.
  private static let numbers: [(polynomial: UInt32, first: [UInt32])] = [
    (3, [1]),
    (7, [1, 3]),
    (11, [1, 3, 1]),
    (13, [1, 1, 1]),
    (19, [1, 1, 3, 3]),
    (25, [1, 3, 5, 13]),
    (37, [1, 1, 5, 5, 17]),
    (41, [1, 1, 5, 5, 5]),
    (47, [1, 1, 7, 11, 19]),
    (55, [1, 1, 5, 1, 1]),
    (59, [1, 1, 1, 3, 11]),
    (61, [1, 3, 5, 5, 31]),
    (67, [1, 3, 3, 9, 7, 49]),
    (91, [1, 1, 1, 15, 21, 21]),
    (97, [1, 3, 1, 13, 27, 49]),
    (103, [1, 1, 1, 15, 7, 5]),
    (109, [1, 3, 1, 15, 13, 25]),
    (115, [1, 1, 5, 5, 19, 61]),
    (131, [1, 3, 7, 11, 23, 15, 103]),
    (137, [1, 3, 7, 13, 13, 15, 69]),
    (143, [1, 1, 3, 13, 7, 35, 63]),
    (145, [1, 3, 5, 9, 1, 25, 53]),
    (157, [1, 3, 1, 13, 9, 35, 107]),
    (167, [1, 3, 1, 5, 27, 61, 31]),
    (171, [1, 1, 5, 11, 19, 41, 61]),
    (185, [1, 3, 5, 3, 3, 13, 69]),
    (191, [1, 1, 7, 13, 1, 19, 1]),
    (193, [1, 3, 7, 5, 13, 19, 59]),
    (203, [1, 1, 3, 9, 25, 29, 41]),
    (211, [1, 3, 5, 13, 23, 1, 55]),
    (213, [1, 3, 7, 3, 13, 59, 17]),
    (229, [1, 3, 1, 3, 5, 53, 69]),
    (239, [1, 1, 5, 5, 23, 33, 13]),
    (241, [1, 1, 7, 7, 1, 61, 123]),
    (247, [1, 1, 7, 9, 13, 61, 49]),
    (253, [1, 3, 3, 5, 3, 55, 33]),
    (285, [1, 3, 1, 15, 31, 13, 49, 245]),
    (299, [1, 3, 5, 15, 31, 59, 63, 97]),
    (301, [1, 3, 1, 11, 11, 11, 77, 249]),
    (333, [1, 3, 1, 11, 27, 43, 71, 9]),
    (351, [1, 1, 7, 15, 21, 11, 81, 45]),
    (355, [1, 3, 7, 3, 25, 31, 65, 79]),
    (357, [1, 3, 1, 1, 19, 11, 3, 205]),
    (361, [1, 1, 5, 9, 19, 21, 29, 157]),
    (369, [1, 3, 7, 11, 1, 33, 89, 185]),
    (391, [1, 3, 3, 3, 15, 9, 79, 71]),
    (397, [1, 3, 7, 11, 15, 39, 119, 27]),
    (425, [1, 1, 3, 1, 11, 31, 97, 225]),
    (451, [1, 1, 1, 3, 23, 43, 57, 177]),
    (463, [1, 3, 7, 7, 17, 17, 37, 71]),
    (487, [1, 3, 1, 5, 27, 63, 123, 213]),
    (501, [1, 1, 3, 5, 11, 43, 53, 133]),
    (529, [1, 3, 5, 5, 29, 17, 47, 173, 479]),
    (539, [1, 3, 3, 11, 3, 1, 109, 9, 69]),
    (545, [1, 1, 1, 5, 17, 39, 23, 5, 343]),
    (557, [1, 3, 1, 5, 25, 15, 31, 103, 499]),
    (563, [1, 1, 1, 11, 11, 17, 63, 105, 183]),
    (601, [1, 1, 5, 11, 9, 29, 97, 231, 363]),
    (607, [1, 1, 5, 15, 19, 45, 41, 7, 383]),
    (617, [1, 3, 7, 7, 31, 19, 83, 137, 221]),
    (623, [1, 1, 1, 3, 23, 15, 111, 223, 83]),
    (631, [1, 1, 5, 13, 31, 15, 55, 25, 161]),
    (637, [1, 1, 3, 13, 25, 47, 39, 87, 257]),
  ]
}
