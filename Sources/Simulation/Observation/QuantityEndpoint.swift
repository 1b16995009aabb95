import Body
import Substrate

/// An endpoint that a scenario makes of a quantity: where it is read, when, and what is taken of its course.
public struct QuantityEndpoint: Sendable, Equatable {
  /// When it is read, min after a dose or the start of the run.
  public enum When: Sendable, Equatable {
    /// Once.
    case at(Double)
    /// Every so often (min) from one time to another; without an end to that of the run, or to the next dose where
    /// each is read; without an interval every hour, at both ends and 5 min after every dose.
    case window(from: Double, to: Double?, every: Double? = nil)
  }

  /// What is taken of the values.
  public enum Statistic: String, Sendable, CaseIterable {
    /// The value itself.
    case value
    /// The value over the cells of all doses that have begun by then, as a fraction or in per cent.
    case share
    case percentage = "percent of dose"
    /// The mean over time, and the integral over time in days, both by straight lines between observations.
    case mean, area
    /// The sum of the values.
    case sum
    /// The largest and the least value.
    case maximum, minimum
    /// When it is largest, h.
    case timeOfMaximum = "time of maximum"
    /// How long it is above a threshold, by straight lines between observations, h.
    case timeAbove = "time above"
    /// The last observation at which it is above a threshold, h.
    case lastAbove = "last above"
    /// How long it stays above a threshold, d: until it last falls to it, by a straight line of the logarithm between
    /// observations; to the last observation where it is above it then, and 0 where it never is.
    case persistence
    /// How long it takes from the start of the window until an observation reaches a share of the largest value, h.
    case riseTime = "rise time"
    /// The last observation at which the modality detects cells, h.
    case lastDetected = "last detected"

    /// Whether it is taken of one time, not of a window.
    public var isOfOneTime: Bool { [.value, .share, .percentage].contains(self) }
    /// Whether it is one of the cells given.
    public var isOfDose: Bool { self == .share || self == .percentage }
    /// Whether it takes a threshold: in the unit of the values, or as a share of the largest.
    public var takesThreshold: Bool {
      [.timeAbove, .lastAbove, .persistence, .riseTime].contains(self)
    }
  }

  /// What it is compared with: the same in another arm, at another time, at another place, or another quantity.
  public struct Comparison: Sendable, Equatable {
    /// How two numbers are compared.
    public enum Form: String, Sendable, CaseIterable {
      /// a / b.
      case ratio
      /// a − b.
      case difference
      /// 100 (1 − a / b), %.
      case suppression
      /// 100 (a / b − 1), %.
      case change
      /// 100 a / b, %.
      case percentage = "percent"
      /// 1 where a > b, else 0.
      case exceeds

      /// The number that a value comes to; `nil` where it is divided by 0.
      public func of(_ value: Double, _ other: Double) -> Double? {
        switch self {
        case .difference: return value - other
        case .exceeds: return value > other ? 1 : 0
        case _ where other == 0: return nil
        case .ratio: return value / other
        case .suppression: return 100 * (1 - value / other)
        case .change: return 100 * (value / other - 1)
        case .percentage: return 100 * value / other
        }
      }

      /// The unit that a unit becomes.
      public func unit(of unit: String) -> String {
        switch self {
        case .ratio: "ratio"
        case .difference: unit
        case .suppression, .change, .percentage: "%"
        case .exceeds: "1 for yes"
        }
      }
    }

    /// How they are compared.
    public let form: Form
    /// The other arm; `nil` for its own.
    public let arm: String?
    /// The other quantity (or modality), place and time (min); `nil` for its own.
    public let quantity: String?, place: String?, time: Double?

    /// A comparison.
    public init(
      _ form: Form,
      arm: String?,
      quantity: String? = nil,
      place: String? = nil,
      time: Double? = nil
    ) {
      self.form = form
      self.arm = arm
      self.quantity = quantity
      self.place = place
      self.time = time
    }

    /// Whether it compares two numbers of one run.
    public var isWithinRun: Bool { quantity != nil || place != nil || time != nil }

    /// The number that a value comes to.
    ///
    /// - Throws: `Missing` where it is divided by 0.
    func of(_ value: Double, _ other: Double) throws(Missing) -> Double {
      guard let compared = form.of(value, other) else { throw Missing(words: "is compared with 0") }
      return compared
    }
  }

  /// The quantity, or the modality that it is read by, and the place.
  public let quantity: String, isModality: Bool, place: String
  /// Unit of its values.
  public let unit: String
  /// When it is read, and after which dose; `nil` for the start of the run.
  public let when: When, after: ReferenceDose?
  /// What is taken of it, and the threshold of that, in the unit of the values.
  public let statistic: Statistic, threshold: Double
  /// What it is compared with.
  public let comparison: Comparison?

  /// An endpoint of a quantity.
  public init(
    of quantity: String,
    isModality: Bool = false,
    in place: String,
    unit: String,
    _ when: When,
    after: ReferenceDose? = nil,
    as statistic: Statistic = .value,
    above threshold: Double = 0,
    against comparison: Comparison? = nil
  ) {
    self.quantity = quantity
    self.isModality = isModality
    self.place = place
    self.unit = unit
    self.when = when
    self.after = after
    self.statistic = statistic
    self.threshold = threshold
    self.comparison = comparison
  }

  /// Unit of what is taken, before it is compared.
  var unitOfStatistic: String {
    switch statistic {
    case .share: EndpointRule.share
    case .percentage: "% of dose"
    case .area: "\(unit) d"
    case .timeOfMaximum, .timeAbove, .lastAbove, .lastDetected, .riseTime: "h"
    case .persistence: "d"
    case .value, .mean, .sum, .maximum, .minimum: unit
    }
  }

  /// Its unit, as compared.
  public var unitAsCompared: String {
    comparison.map { $0.form.unit(of: unitOfStatistic) } ?? unitOfStatistic
  }

  /// How it is read of a run.
  func rule(named name: String) -> EndpointRule {
    let unit = unitOfStatistic
    return EndpointRule(
      name,
      comparison.map { $0.arm == nil ? $0.form.unit(of: unit) : unit } ?? unit,
      afterDose: after != nil,
      times,
      .readings
    ) { window throws(Missing) in
      let own = try value(in: window)
      guard let comparison, comparison.isWithinRun else { return own }
      // Between arms each is first compared within its own run.
      return try comparison.of(own, try other(comparison).value(in: window))
    }
  }

  /// What it is compared with in the same run.
  private func other(_ comparison: Comparison) -> QuantityEndpoint {
    QuantityEndpoint(
      of: comparison.quantity ?? quantity,
      isModality: isModality,
      in: comparison.place ?? place,
      unit: unit,
      comparison.time.map { .at($0) } ?? when,
      after: after,
      as: statistic,
      above: threshold
    )
  }

  private var times: EndpointRule.Times {
    // What is incorporated is read from what was there when the pulse began.
    let isOfPulse = [quantity, comparison?.quantity].contains("proliferation") && !isModality
    let pulse = isOfPulse ? [Assay.pulse] : []
    switch when {
    case .at(let time): return .at([time] + [comparison?.time].compactMap { $0 }, before: pulse)
    case .window(let from, let to, let every): return .window(from: from, to: to, every: every)
    }
  }

  // MARK: - Values

  private func value(in window: EndpointWindow) throws(Missing) -> Double {
    if statistic == .lastDetected { return try lastDetected(window) }
    var seen = window.snapshots
    if case .at(let time) = when {
      let wanted = window.span.start + time
      seen =
        seen.min { ($0.time - wanted).magnitude < ($1.time - wanted).magnitude }
        .map { [$0] } ?? []
    }
    let read = reading(window)
    let points = seen.compactMap { snapshot -> Point? in
      read(snapshot).flatMap { value in
        value.isFinite
          ? Point(minutes: snapshot.time - window.span.start, value: value) : nil
      }
    }
    guard let last = points.last else {
      throw Missing(words: "has no value at any of its observations: no cell of it is there")
    }
    switch statistic {
    case .value: return last.value
    case .share, .percentage:
      let given = seen[seen.count - 1].given(of: window.experiment.doses)
      guard given > 0 else { throw Missing(words: "nothing has been given by then") }
      return (statistic == .share ? last.value : 100 * last.value) / Double(given)
    case .sum: return points.reduce(0) { $0 + $1.value }
    case .maximum: return points.map(\.value).max() ?? last.value
    case .minimum: return points.map(\.value).min() ?? last.value
    case .timeOfMaximum: return points.max { $0.value < $1.value }?.time ?? last.time
    case .area: return Point.area(points) / 24
    case .mean:
      let length = last.time - points[0].time
      return length > 0 ? Point.area(points) / length : last.value
    case .timeAbove: return Point.time(points, above: threshold)
    case .lastAbove:
      guard let above = points.last(where: { $0.value > threshold }) else {
        throw Missing(words: "is never above \(CSV.number(threshold)) \(unit)")
      }
      return above.time
    case .persistence: return Point.days(points, above: threshold)
    case .riseTime:
      let largest = points.map(\.value).max() ?? last.value
      let reached = points.first { $0.value >= threshold * largest } ?? last
      guard case .window(let from, _, _) = when else { return reached.time }
      return reached.time - from / 60
    case .lastDetected: preconditionFailure("it was read before")
    }
  }

  /// Reads its value at an observation.
  private func reading(_ window: EndpointWindow) -> (Snapshot) -> Double? {
    if isModality { return { reported($0, window)?.value } }
    let entry = Quantities(of: window.experiment).entry(quantity, at: place)
    return { entry?.value($0, window.trajectory) }
  }

  private func reported(_ snapshot: Snapshot, _ window: EndpointWindow) -> Modality.Reading? {
    let laboratory = Laboratory(window.trajectory)
    guard let modality = window.experiment.modalities.first(where: { $0.name == quantity }),
      let place = laboratory.places.first(where: { $0.name == place })
    else { return nil }
    return laboratory.reading(by: modality, of: snapshot, organ: place.organ)
  }

  private func lastDetected(_ window: EndpointWindow) throws(Missing) -> Double {
    let last = window.snapshots.last { reported($0, window)?.isDetected == true }
    guard let last else { throw Missing(words: "is not detected at any observation") }
    return (last.time - window.span.start) / 60
  }

  /// A value at a time.
  private struct Point {
    let minutes: Double, value: Double

    /// Its time, h.
    var time: Double { minutes / 60 }

    /// Time (d) at which values last fall to a threshold, by straight lines of the logarithm.
    static func days(_ points: [Point], above threshold: Double) -> Double {
      guard let last = points.lastIndex(where: { $0.value > threshold }) else { return 0 }
      let before = points[last]
      let start = before.minutes / 1440
      guard last + 1 < points.count, points[last + 1].value > 0, threshold > 0 else { return start }
      let after = points[last + 1]
      let share =
        Elementary.log(before.value / threshold) / Elementary.log(before.value / after.value)
      return start + share * (after.minutes / 1440 - start)
    }

    /// Integral over time, by straight lines.
    static func area(_ points: [Point]) -> Double {
      zip(points, points.dropFirst()).reduce(0) { sum, pair in
        sum + (pair.1.time - pair.0.time) * (pair.0.value + pair.1.value) / 2
      }
    }

    /// How long the straight lines between points are above a threshold.
    static func time(_ points: [Point], above threshold: Double) -> Double {
      zip(points, points.dropFirst()).reduce(0) { sum, pair in
        let (a, b) = (pair.0.value - threshold, pair.1.value - threshold)
        let length = pair.1.time - pair.0.time
        if a > 0, b > 0 { return sum + length }
        guard a > 0 || b > 0 else { return sum }
        return sum + length * max(a, b) / (max(a, b) - min(a, b))
      }
    }
  }
}
