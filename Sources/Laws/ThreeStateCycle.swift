/// A step of matter that goes round three states, whatever its length.
///
///     dx₁/dt = r x₂ + m x₃ − d x₁
///     dx₂/dt = d x₁ − (r + f) x₂
///     dx₃/dt = f x₂ − m x₃,           x₁ + x₂ + x₃ = 1
///
/// The implicit Euler step is solved in closed form: each new share is a sum of products of what is not
/// negative over the sum of all three, so that every share stays in 0...1 for any step. Its error is of
/// first order in the step, and none where nothing changes.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | d, r, f, m | `forth`, `back`, `on`, `round` | 1 | rate times step, ≥ 0, of the law that uses it |
@frozen
@usableFromInline
struct ThreeStateCycle<Number: TissueNumber> {
  /// From the first to the second state.
  @usableFromInline let forth: Number
  /// From the second to the first.
  @usableFromInline let back: Number
  /// From the second to the third.
  @usableFromInline let on: Number
  /// From the third to the first.
  @usableFromInline let round: Number

  @inlinable
  init(forth: Number, back: Number, on: Number, round: Number) {
    self.forth = forth
    self.back = back
    self.on = on
    self.round = round
  }

  /// The second and third share after the step; the first is the rest, `(1 − third) − second` ≥ 0.
  @inlinable
  @inline(__always)
  func shares(second: Number, third: Number) -> (second: Number, third: Number) {
    let one = Number.constant(1)
    let others = one - third
    let first = others - second
    let newFirst =
      round * (back + on + (one - second)) + first * (one + back + on) + second * back
    let newSecond = second * (one + round) + forth * (round + others)
    let newThird = third * (one + forth + back + on) + on * (second + forth)
    let total = newFirst + newSecond + newThird
    let share = newThird / total
    // Only rounding, of the last digit, can lift the two above 1.
    return ((newSecond / total).least(one - share), share)
  }
}
