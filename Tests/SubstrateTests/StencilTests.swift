import Substrate
import Testing

/// The loops in C next to plain ones, number by number.
@Suite("Stencil")
struct StencilTests {
  /// A plane of three rows between two more, every row of 8 or 24 numbers, the first a ghost.
  struct Case {
    let length: Int
    let pitch: Int
    let old, now, loss, change: [Float]
    var plane: Int { 3 * pitch }
    /// The ghost before the middle row of the middle plane.
    var start: Int { 8 + plane + pitch }

    init(length: Int) {
      self.length = length
      pitch = (length + 2 + 7) / 8 * 8
      let count = 9 * pitch + 24
      func numbers(_ stream: UInt32) -> [Float] {
        (0..<count).map { i in
          Float(Philox.block(counter: .init(UInt32(i), stream, 0, 0), key: (7, 11)).uniform)
        }
      }
      old = numbers(0)
      now = numbers(1)
      loss = numbers(2)
      change = numbers(3)
    }

    var rows: Stencil.Plane {
      Stencil.Plane(
        start: start - pitch,
        count: 3,
        length: length,
        pitch: pitch,
        below: -plane,
        above: plane,
        rows: 1..<2
      )
    }

    /// The whole middle plane where it is the first of a grid.
    func wholePlane(rows: Range<Int>) -> Stencil.Plane {
      Stencil.Plane(
        start: start - pitch,
        count: 3,
        length: length,
        pitch: pitch,
        below: 0,
        above: plane,
        rows: rows
      )
    }

    func doubled(_ i: Int, _ d: Float) -> Float {
      doubled(i, d, south: -pitch, north: pitch, below: -plane)
    }

    func doubled(_ i: Int, _ d: Float, south: Int, north: Int, below: Int) -> Float {
      let around =
        (now[i - 1] + now[i + 1]) + (now[i + south] + now[i + north])
        + (now[i + below] + now[i + plane])
      return d * around + ((2 - 6 * d) - loss[i]) * now[i]
    }
  }

  @Test(arguments: [1, 5, 6, 7, 8, 14, 22, 23, 30, 600])
  func equalsPlainLoops(length: Int) {
    let input = Case(length: length)
    let d: Float = 0.21875
    var (old, now, loss, change) = (input.old, input.now, input.loss, input.change)
    var sums = [Double](repeating: 0, count: 16)
    let p = Stencil.Shares(older: 0.3, newer: -0.7)
    let q = Stencil.Shares(older: 0.11, newer: 1.3)
    for isFirst in [true, false] {
      old = input.old
      change = input.change
      sums = Array(repeating: 0, count: 16)
      with(&old, &now, &loss, d) { stencil in
        change.withSlab { change in
          sums.withSlab {
            stencil.leap(
              input.rows,
              adding: p,
              to: change,
              isFirst: isFirst,
              adding: q,
              to: $0
            )
          }
        }
      }
      var parts = [(passed: Float, lost: Float)](repeating: (0, 0), count: 8)
      var expected = [Double](repeating: 0, count: 16)
      func widen() {
        for lane in 0..<8 {
          expected[lane] += Double(parts[lane].passed)
          expected[lane + 8] += Double(parts[lane].lost)
        }
        parts = Array(repeating: (0, 0), count: 8)
      }
      for column in 0..<input.pitch {
        let i = input.start + column
        let (before, x) = (input.old[i], input.now[i])
        #expect(old[i] == input.doubled(i, d) - before)
        #expect(
          change[i] == (isFirst ? 0 : input.change[i]) + (p.older * before + p.newer * x)
        )
        if column > 0, column <= length {
          let s = q.older * before + q.newer * x
          parts[column % 8].passed += s
          parts[column % 8].lost += input.loss[i] * s
        }
        // The sums are widened after 512 columns, the first eight apart, and before the last eight.
        if column > 8, column % 512 == 7 || column == input.pitch - 9 { widen() }
      }
      widen()
      #expect(sums == expected)
    }
    old = input.old
    with(&old, &now, &loss, d) { $0.leap(input.rows) }
    for i in input.start..<input.start + input.pitch {
      #expect(old[i] == input.doubled(i, d) - input.old[i])
    }
    var fall: Float = 0
    with(&old, &now, &loss, d) { fall = $0.open(input.rows) }
    var largest: Float = 0
    for i in input.start..<input.start + input.pitch {
      #expect(old[i] == 0.5 * input.doubled(i, d))
      if (1...length).contains(i - input.start) {
        largest = max(largest, abs(input.now[i] - 0.5 * input.doubled(i, d)))
      }
    }
    #expect(fall == largest)
    #expect(old[..<input.start] == input.old[..<input.start])
    let end = input.start + input.pitch
    #expect(old[end...] == input.old[end...])
  }

  /// Rows at the edge of a plane stand for their neighbours beyond it, however the plane is divided.
  @Test(arguments: [5, 6, 14, 30], [[0..<3], [0..<1, 1..<3], [0..<2, 2..<3]])
  func exposesEveryNumberOfAPlane(length: Int, parts: [Range<Int>]) {
    let input = Case(length: length)
    let d: Float = 0.21875
    let p = Stencil.Shares(older: 0.3, newer: -0.7)
    let q = Stencil.Shares(older: 0.11, newer: 1.3)
    for isFirst in [true, false] {
      var (old, now, loss) = (input.old, input.now, input.loss)
      var (change, integral) = (input.change, input.old)
      with(&old, &now, &loss, d) { stencil in
        change.withSlab { change in
          integral.withSlab { integral in
            for rows in parts {
              stencil.leap(
                input.wholePlane(rows: rows),
                adding: p,
                to: change,
                isFirst: isFirst,
                exposing: q,
                to: integral
              )
            }
          }
        }
      }
      let first = input.start - input.pitch
      for i in first..<first + input.plane {
        let row = (i - first) / input.pitch
        let (before, x) = (input.old[i], input.now[i])
        let south = row == 0 ? 0 : -input.pitch
        let north = row == 2 ? 0 : input.pitch
        #expect(
          old[i] == input.doubled(i, d, south: south, north: north, below: 0) - before
        )
        #expect(
          change[i] == (isFirst ? 0 : input.change[i]) + (p.older * before + p.newer * x)
        )
        #expect(
          integral[i] == (isFirst ? 0 : input.old[i]) + (q.older * before + q.newer * x)
        )
      }
    }
  }

  @Test
  func closesRows() {
    let input = Case(length: 10)
    let first = input.start - input.pitch
    for clears in [false, true] {
      var array = input.old
      array.withSlab { input.wholePlane(rows: 1..<3).close($0, clearing: clears) }
      for i in array.indices {
        let column = (i - first) % input.pitch
        let isMet = (first + input.pitch..<first + input.plane).contains(i)
        let expected =
          switch column {
          case 0 where isMet: input.old[i + 1]
          case 11 where isMet: input.old[i - 1]
          case 12... where isMet && clears: Float(0)
          default: input.old[i]
          }
        #expect(array[i] == expected)
      }
    }
  }

  private func with(
    _ old: inout [Float],
    _ now: inout [Float],
    _ loss: inout [Float],
    _ d: Float,
    _ body: (Stencil) -> Void
  ) {
    old.withSlab { old in
      now.withSlab { now in
        loss.withSlab { loss in
          body(Stencil(neighbour: d, old: old, now: now, loss: loss))
        }
      }
    }
  }
}
