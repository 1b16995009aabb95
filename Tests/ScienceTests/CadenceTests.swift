import Fields
import Testing

@Suite("Cadence of fields")
struct CadenceTests {
  private func next(
    _ cadence: inout Cadence,
    moved: Double,
    step: Int,
    cells: Int = 100,
    tolerance: Double? = 0.01
  ) {
    cadence.begin(
      moved: moved,
      mean: 1,
      time: 1,
      step: step,
      cells: cells,
      tolerance: tolerance,
      Cadence.lengths(step: 1)
    )
  }

  @Test func lengthsDivideTheHour() {
    #expect(Cadence.lengths(step: 1) == [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60])
    #expect(Cadence.lengths(step: 5) == [1, 2, 3, 4, 6, 12])
    #expect(Cadence.lengths(step: 0.5).last == 120)
    #expect(Cadence.lengths(step: 60) == [1] && Cadence.lengths(step: 600) == [1])
  }

  /// Slow fields are held for twice as long at most, and only from a multiple of that on.
  @Test func slowFieldsAreHeldLonger() {
    var cadence = Cadence()
    var due = [cadence.isDue()]
    next(&cadence, moved: 0.004, step: 1)
    #expect(cadence.steps == 1)
    due.append(cadence.isDue())
    #expect(due == [true, true])
    next(&cadence, moved: 0.004, step: 2)
    #expect(cadence.steps == 2)
    due = [cadence.isDue(), cadence.isDue()]
    #expect(due == [false, true])
    // 0.008 in two steps: three would be 0.012.
    next(&cadence, moved: 0.008, step: 4)
    #expect(cadence.steps == 2)
  }

  @Test func fastFieldsAreNotHeld() {
    var cadence = Cadence()
    for step in 1...60 {
      let isDue = cadence.isDue()
      #expect(isDue)
      next(&cadence, moved: 0.02, step: step)
      #expect(cadence.steps == 1)
    }
    // Where nobody is left to sense it, the whole hour.
    for step in 61...240 where cadence.isDue() {
      next(&cadence, moved: 0.5, step: step, tolerance: nil)
    }
    #expect(cadence.steps == 60)
  }

  @Test func jumpsEndAHold() {
    var cadence = Cadence()
    for step in 1...240 where cadence.isDue() { next(&cadence, moved: 0, step: step) }
    #expect(cadence.steps == 60 && cadence.elapsed == 0)
    #expect(!cadence.isOverdue(cells: 1000))
    let isDue = cadence.isDue()
    #expect(!isDue)
    #expect(!cadence.isOverdue(cells: 109) && !cadence.isOverdue(cells: 91))
    #expect(cadence.isOverdue(cells: 120) && cadence.isOverdue(cells: 80))
  }
}
