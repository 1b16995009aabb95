import Substrate

/// Three pools of which each flows into the next, over a time: the solution of Bateman.
///
///     dx₁/dt = −a x₁,  dx₂/dt = a x₁ − b x₂,  dx₃/dt = b x₂ − c x₃
///
/// Rates that are the same but for a share of 1e-4 are set apart by that share, for the formulas divide by their differences.
struct DecayChain {
  /// What is left of the first and of the third pool after the time, of what was in it.
  let firstLeft: Double, thirdLeft: Double
  private let secondLeft: Double
  private let a: Double, b: Double, c: Double

  /// A chain of rates (1/min) over a time (min).
  init(_ a: Double, _ b: Double, _ c: Double, time: Double) {
    let least = 1e-4
    var b = b, c = c
    if (b - a).magnitude < least * a { b = a * (1 + least) }
    if (c - a).magnitude < least * a || (c - b).magnitude < least * b {
      c = min(a, b) * (1 - 2 * least)
    }
    (self.a, self.b, self.c) = (a, b, c)
    firstLeft = Elementary.exp(-a * time)
    secondLeft = Elementary.exp(-b * time)
    thirdLeft = Elementary.exp(-c * time)
  }

  /// What is in the second pool after the time, of what was in the first two.
  func second(first: Double, second: Double) -> Double {
    second * secondLeft + first * a / (b - a) * (firstLeft - secondLeft)
  }

  /// What has come to the third pool after the time and is still there, of what was in the first two.
  func third(first: Double, second: Double) -> Double {
    let ofSecond = second * b / (c - b) * (secondLeft - thirdLeft)
    let ofFirst =
      firstLeft / ((b - a) * (c - a)) + secondLeft / ((a - b) * (c - b))
      + thirdLeft / ((a - c) * (b - c))
    return ofSecond + first * a * b * ofFirst
  }
}
