import Science
import Substrate

/// An endpoint that a scenario makes of a quantity: where it is read, when, and what is taken of its course.
public struct QuantityEndpoint: Sendable, Equatable {
  /// When it is read, min after a dose or the start of the run.
  public enum When: Sendable, Equatable {
    /// Once.
    case at(Double)
    /// Every hour from one time to another; without an end to that of the run, or to the next dose where each is read.
    case window(from: Double, to: Double?)
  }

  /// What is taken of the values.
  public enum Statistic: String, Sendable, CaseIterable {
    /// The value itself.
    case value
    /// The value over the cells of all doses that have begun by then.
    case share
    /// The mean over time, and the integral over time in days, both by straight lines between observations.
    case mean, area
    /// The largest and the least value.
    case maximum, minimum
    /// When it is largest, h.
    case timeOfMaximum = "time of maximum"
    /// How long it is above a threshold, by straight lines between observations, h.
    case timeAbove = "time above"
    /// The last observation at which it is above a threshold, h.
    case lastAbove = "last above"
    /// The last observation at which the modality detects cells, h.
    case lastDetected = "last detected"

    /// Whether it is taken of one time, not of a window.
    public var isOfOneTime: Bool { self == .value || self == .share }
    /// Whether it is a time.
    public var isTime: Bool {
      [.timeOfMaximum, .timeAbove, .lastAbove, .lastDetected].contains(self)
    }
    /// Whether it takes a threshold.
    public var takesThreshold: Bool { self == .timeAbove || self == .lastAbove }
  }

  /// What it is compared with: the same in another arm, at another time, or both.
  public struct Comparison: Sendable, Equatable {
    /// How two numbers are compared.
    public enum Form: String, Sendable, CaseIterable {
      /// a / b.
      case ratio
      /// a − b.
      case difference
      /// 100 (1 − a / b), %.
      case suppression

      /// The number that a value comes to; `nil` where it is divided by 0.
      public func of(_ value: Double, _ other: Double) -> Double? {
        if self == .difference { return value - other }
        guard other != 0 else { return nil }
        return self == .ratio ? value / other : 100 * (1 - value / other)
      }
    }

    /// How they are compared.
    public let form: Form
    /// The other arm; `nil` for its own.
    public let arm: String?
    /// The other time, min; `nil` for its own.
    public let time: Double?

    /// A comparison.
    public init(_ form: Form, arm: String?, time: Double?) {
      self.form = form
      self.arm = arm
      self.time = time
    }

    /// The number that a value comes to.
    ///
    /// - Throws: `Missing` where it is divided by 0.
    func of(_ value: Double, _ other: Double) throws(Missing) -> Double {
      guard let compared = form.of(value, other) else { throw Missing(words: "is compared with 0") }
      return compared
    }

    /// The unit that a unit becomes.
    func unit(of unit: String) -> String {
      switch form {
      case .ratio: "ratio"
      case .difference: unit
      case .suppression: "%"
      }
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
    case .area: "\(unit) d"
    case _ where statistic.isTime: "h"
    default: unit
    }
  }

  /// How it is read of a run.
  func rule(named name: String) -> EndpointRule {
    let unit = unitOfStatistic
    return EndpointRule(
      name,
      comparison.map { $0.arm == nil ? $0.unit(of: unit) : unit } ?? unit,
      afterDose: after != nil,
      times,
      .readings
    ) { window throws(Missing) in
      guard let comparison, let other = comparison.time else {
        return try value(in: window, at: nil)
      }
      guard case .at(let time) = when else {
        preconditionFailure("a comparison with another time is of one time")
      }
      let (own, then) = (try value(in: window, at: time), try value(in: window, at: other))
      // Between arms each is compared with its own other time first.
      return try comparison.of(own, then)
    }
  }

  private var times: EndpointRule.Times {
    // What is incorporated is read from what was there when the pulse began.
    let pulse = quantity == "proliferation" && !isModality ? [Assay.pulse] : []
    switch when {
    case .at(let time): return .at([time] + [comparison?.time].compactMap { $0 }, before: pulse)
    case .window(let from, let to): return .window(from: from, to: to)
    }
  }

  // MARK: - Values

  private func value(in window: EndpointWindow, at time: Double?) throws(Missing) -> Double {
    if statistic == .lastDetected { return try lastDetected(window) }
    var seen = window.snapshots
    if case .at(let own) = when {
      let wanted = window.span.start + (time ?? own)
      seen =
        seen.min { ($0.time - wanted).magnitude < ($1.time - wanted).magnitude }
        .map { [$0] } ?? []
    }
    let points = seen.compactMap { snapshot -> Point? in
      reading(of: snapshot, window).map {
        Point(time: (snapshot.time - window.span.start) / 60, value: $0)
      }
    }
    guard let last = points.last else {
      throw Missing(words: "has no value at any of its observations: no cell of it is there")
    }
    switch statistic {
    case .value: return last.value
    case .share:
      let given = seen[seen.count - 1].given(of: window.experiment.doses)
      guard given > 0 else { throw Missing(words: "nothing has been given by then") }
      return last.value / Double(given)
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
    case .lastDetected: preconditionFailure("it was read before")
    }
  }

  private func reading(of snapshot: Snapshot, _ window: EndpointWindow) -> Double? {
    let value: Double?
    if isModality {
      value = reported(snapshot, window)?.value
    } else {
      value = Quantities.value(of: quantity, at: place, snapshot, in: window.trajectory)
    }
    return value.flatMap { $0.isFinite ? $0 : nil }
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

  /// A value at a time (h).
  private struct Point {
    let time: Double, value: Double

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
