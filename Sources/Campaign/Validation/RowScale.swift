import Scenario
import Substrate

/// How a published interval counts in a joint fit.
///
/// A row that cannot be negative counts by its logarithm, from a thousandth of the interval's end on. An interval of two ends
/// is that of 90 % of a normal law; one whose low end is 0, or whose high end is beyond all values, is a limit: what lies within
/// it agrees, what does not has an error of 0.3 in the logarithm (assumed). No error is below 0.05 in the logarithm, or a
/// thousandth of the larger end where that is not taken (assumed): an interval without width is not exact.
package struct RowScale: Sendable {
  /// The ends in the scale of the row; `nil` where the interval has none.
  package let low: Double?, high: Double?
  /// Standard deviation of the published value.
  package let deviation: Double
  private let floor: Double?

  private static let noEnd = 1e5, limitError = 0.3, least = 1e-3, leastError = 0.05
  /// Width of the interval of 90 % of a normal law in standard deviations.
  private static let width = 3.2897

  /// The scale of a published interval.
  package init(_ interval: ClosedRange<Double>) {
    let (low, high) = (interval.lowerBound, interval.upperBound)
    guard low >= 0, high > 0 else {
      floor = nil
      self.low = low
      self.high = high
      let size = max(low.magnitude, high.magnitude)
      deviation = max((high - low) / Self.width, size > 0 ? Self.least * size : Self.least)
      return
    }
    let isBelow = low == 0
    let isAbove = high >= Self.noEnd * max(1, low)
    floor = Self.least * (isBelow ? high : low)
    self.low = isBelow ? nil : Elementary.log(low)
    self.high = isAbove ? nil : Elementary.log(high)
    deviation =
      isBelow || isAbove
      ? Self.limitError : max(Self.leastError, Elementary.log(high / low) / Self.width)
  }

  /// A value in the scale.
  package func callAsFunction(_ value: Double) -> Double {
    floor.map { Elementary.log(max($0, value)) } ?? value
  }

  /// The value of a number in the scale.
  package func value(_ number: Double) -> Double { floor == nil ? number : Elementary.exp(number) }

  /// How far a value in the scale is to go to where a draw puts the published one, by a standard normal number with an error.
  package func innovation(of value: Double, error: Double) -> Double {
    if let low, let high { return (low + high) / 2 + error - value }
    if let low, value < low { return low + error.magnitude - value }
    if let high, value > high { return high - error.magnitude - value }
    return 0
  }
}
