import Substrate

/// Sums of two terms over the voxels of a plane: m = Σ s and n = Σ λ s, s = Q_{j−1} T_{j−1} + Q_j T_j.
///
/// Every eighth column of a row is summed on its own, rows one after another: the result does not depend
/// on how rows are dealt to workers.
struct TermSums: Sendable {
  /// m, a sum for every eighth column, and n.
  var passed = SIMD8<Double>()
  var lost = SIMD8<Double>()

  /// Some of four numbers.
  typealias Lanes = SIMDMask<SIMD4<Float>.MaskStorage>

  /// Which numbers at the ends of a row are voxels: of the first eight, one ghost before them, and of the
  /// last.
  struct Ends {
    let first, last: (low: Lanes, high: Lanes)
    /// Where the last eight begin.
    let end: Int

    /// The ends of a row of a length, the next a pitch after it.
    init(length: Int, pitch: Int) {
      end = pitch - 8
      let lanes = SIMD4<Int32>(0, 1, 2, 3)
      let beforeEnd = (lanes .<= Int32(length - end), lanes .<= Int32(length - end - 4))
      let afterGhost = lanes .> 0
      first =
        end == 0 ? (afterGhost .& beforeEnd.0, beforeEnd.1) : (afterGhost, Lanes(repeating: true))
      last = beforeEnd
    }
  }

  /// Adds what a row summed up in columns 0...3 and 4...7 of eight.
  @inline(__always)
  mutating func add(
    _ low: SIMD4<Float>,
    _ high: SIMD4<Float>,
    _ lowLost: SIMD4<Float>,
    _ highLost: SIMD4<Float>
  ) {
    passed += SIMD8<Double>(SIMD8(lowHalf: low, highHalf: high))
    lost += SIMD8<Double>(SIMD8(lowHalf: lowLost, highHalf: highLost))
  }
}

extension SIMD4<Float> {
  /// These lanes, and 0 in the others.
  @inline(__always)
  func kept(_ lanes: TermSums.Lanes) -> SIMD4 { SIMD4().replacing(with: self, where: lanes) }
}
