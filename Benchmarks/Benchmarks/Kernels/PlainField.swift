import Fields
import Substrate
import Vocabulary

/// One factor on the grid of an hour as plain schemes see it: rows between two ghosts.
///
///     A u + f = D ∇²u − (k + sink) u + source, no flux through the faces
struct PlainField<Number: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// Weights of what makes a stage.
  struct Weights {
    /// Of u, of what stood there before, of the field at the start and of its slope.
    var newer, older, start, slope: Number
    /// Of A u + f.
    var rate: Number
  }

  private let rows, count: Int
  private let conductance: Number
  private let loss, gain: [Number]
  /// Nothing smaller than minus this is an eigenvalue of A, 1/min.
  let largestEigenvalue: Double

  /// A factor of a cube of voxels that gives a source.
  init(_ fields: FieldStack, factor f: Int, source: [Float]) {
    let edge = fields.shape.nx
    let factor = fields.factors[f]
    let g = factor.diffusivity / (fields.shape.spacing * fields.shape.spacing)
    let range = fields.range(of: f)
    rows = edge * edge
    count = edge
    conductance = Number(g)
    loss = Self.padded(fields.sink[range].map { Number(factor.decay) + Number($0) }, count)
    gain = Self.padded(source[range].map { Number($0) }, count)
    largestEigenvalue = 12 * g + factor.decay + Double(fields.sink[range].max() ?? 0)
  }

  /// Numbers with ghosts around every row.
  static func padded(_ numbers: [Number], _ count: Int) -> [Number] {
    var padded: [Number] = []
    for start in stride(from: 0, to: numbers.count, by: count) {
      padded.append(numbers[start])
      padded += numbers[start..<start + count]
      padded.append(numbers[start + count - 1])
    }
    return padded
  }

  /// Numbers without their ghosts.
  func bare(_ padded: [Number]) -> [Number] {
    var bare: [Number] = []
    for line in 0..<rows {
      let start = line * (count + 2) + 1
      bare += padded[start..<start + count]
    }
    return bare
  }

  /// Takes a stage over what stood there before.
  ///
  ///     v ← newer · u + older · v + start · c + slope · s + rate · (A u + f)
  func combine(
    _ u: [Number],
    into v: inout [Number],
    start c: [Number],
    slope s: [Number],
    _ weights: Weights
  ) {
    let pitch = count + 2
    let layer = pitch * count
    let g = conductance
    v.withSlab { v in
      for line in 0..<rows {
        let (k, j) = line.quotientAndRemainder(dividingBy: count)
        let start = line * pitch + 1
        func row(_ shift: Int) -> Range<Int> { start + shift..<start + shift + count }
        let here = u.span.extracting(row(0))
        let west = u.span.extracting(row(-1))
        let east = u.span.extracting(row(1))
        let south = u.span.extracting(row(j == 0 ? 0 : -pitch))
        let north = u.span.extracting(row(j == count - 1 ? 0 : pitch))
        let below = u.span.extracting(row(k == 0 ? 0 : -layer))
        let above = u.span.extracting(row(k == count - 1 ? 0 : layer))
        let c = c.span.extracting(row(0))
        let s = s.span.extracting(row(0))
        let loss = loss.span.extracting(row(0))
        let gain = gain.span.extracting(row(0))
        var v = v.mutableSpan(from: start - 1, count: pitch)
        for i in 0..<count {
          let x = here[i]
          let around = (west[i] + east[i]) + (south[i] + north[i]) + (below[i] + above[i])
          let rate = g * (around - 6 * x) + (gain[i] - loss[i] * x)
          v[i + 1] =
            weights.newer * x + weights.older * v[i + 1] + weights.start * c[i]
            + weights.slope * s[i] + weights.rate * rate
        }
        v[0] = v[1]
        v[count + 1] = v[count]
      }
    }
  }
}
