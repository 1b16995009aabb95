import Substrate

/// The share that is free of an event, by time (Kaplan & Meier 1958, J Am Stat Assoc 53:457,
/// doi 10.1080/01621459.1958.10501452).
///
///     S(t) = Π (1 − d_i / n_i),   var ln(−ln S) = Σ d_i / (n_i (n_i − d_i)) / (ln S)²
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | d_i, n_i | `events`, `atRisk` | 1 | events at a time, and those free of it until then |
/// | S | `share` | 1 | with its interval by the log-log transformation |
public struct SurvivalCurve: Sendable {
  /// A step of the curve.
  public struct Step: Sendable {
    /// Time, h; those at risk, and events.
    public let time: Double, atRisk: Int, events: Int
    /// Share free of the event from then on, and its 95 % interval.
    public let share: Double, low: Double, high: Double
  }

  /// The steps, in order of time.
  public let steps: [Step]

  /// The curve of times to an event (h); `nil` is free of it at the end.
  public init(_ times: [Double?], end: Double) {
    let events = Dictionary(grouping: times.compactMap { $0 }.filter { $0 <= end }) { $0 }
    var steps: [Step] = []
    var share = 1.0
    var sum = 0.0
    for time in events.keys.sorted() {
      let atRisk = times.filter { ($0 ?? .infinity) >= time }.count
      let count = events[time]?.count ?? 0
      share *= 1 - Double(count) / Double(atRisk)
      if atRisk > count { sum += Double(count) / (Double(atRisk) * Double(atRisk - count)) }
      var (low, high) = (share, share)
      if share > 0, share < 1 {
        let logarithm = Elementary.log(share)
        let width = 1.959964 * sum.squareRoot() / logarithm.magnitude
        low = Elementary.exp(logarithm * Elementary.exp(width))
        high = Elementary.exp(logarithm * Elementary.exp(-width))
      }
      steps.append(
        Step(time: time, atRisk: atRisk, events: count, share: share, low: low, high: high)
      )
    }
    self.steps = steps
  }

  /// Median time, h; `nil` where more than half are free of the event at the end.
  public var median: Double? { steps.first { $0.share <= 0.5 }?.time }

  /// How likely two curves that differ as much are alike (log-rank test, Mantel 1966); 1 without events.
  public static func logRank(_ a: [Double?], _ b: [Double?]) -> Double {
    let times = Set((a + b).compactMap { $0 }).sorted()
    var (observed, expected, variance) = (0.0, 0.0, 0.0)
    for time in times {
      func atRisk(_ times: [Double?]) -> Double {
        Double(times.filter { ($0 ?? .infinity) >= time }.count)
      }
      func events(_ times: [Double?]) -> Double { Double(times.filter { $0 == time }.count) }
      let (n1, n2) = (atRisk(a), atRisk(b))
      let (n, d) = (n1 + n2, events(a) + events(b))
      observed += events(a)
      expected += d * n1 / n
      if n > 1 { variance += d * n1 * n2 * (n - d) / (n * n * (n - 1)) }
    }
    guard variance > 0 else { return 1 }
    return 2 * (1 - NormalTail.below((observed - expected).magnitude / variance.squareRoot()))
  }
}

/// The standard normal distribution from its quantiles.
enum NormalTail {
  /// Chance of a value below z.
  static func below(_ z: Double) -> Double {
    guard z > -8 else { return 0 }
    guard z < 8 else { return 1 }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if NormalDistribution.quantile(middle) < z { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
