import Body
import Files
import Simulation
import Substrate

extension QuantityEndpoint.Comparison {
  /// The value as a number.
  ///
  /// - Throws: `Missing` where it is divided by 0.
  func of(_ value: Double, _ other: Double) throws(Missing) -> Double {
    guard let compared = form.of(value, other) else { throw Missing(words: "is compared with 0") }
    return compared
  }
}

extension QuantityEndpoint {
  /// Unit of what is taken, before it is compared.
  var unitOfStatistic: String {
    switch statistic {
    case .share: EndpointRule.share
    case .percentage: "% of dose"
    case .area: "\(unit) d"
    case .fittedHalfLife, .timeOfMaximum, .timeAbove, .lastAbove, .lastDetected, .riseTime: "h"
    case .persistence: "d"
    case .value, .mean, .sum, .maximum, .minimum: unit
    }
  }

  /// Its unit, as compared.
  public var unitAsCompared: String {
    comparison.map { $0.form.unit(of: unitOfStatistic) } ?? unitOfStatistic
  }

  /// How it is read of a run.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - meaning: what it is; empty for one that a scenario defines.
  ///   - missing: why it has no value where the quantity has none.
  ///   - find: finds a quantity at a site of the experiment.
  /// - Returns: the rule.
  func rule(
    named name: String,
    meaning: String = "",
    missing: String? = nil,
    _ find: (_ quantity: String, _ site: String) -> Quantities.Entry?
  ) -> EndpointRule {
    let unit = unitOfStatistic
    let entry = isModality ? nil : find(quantity, place)
    let other = comparison.flatMap { $0.isWithinRun ? self.other($0) : nil }
    let otherEntry = other.flatMap { $0.isModality ? nil : find($0.quantity, $0.place) }
    return EndpointRule(
      name,
      comparison.map { $0.arm == nil ? $0.form.unit(of: unit) : unit } ?? unit,
      meaning: meaning,
      afterDose: after != nil,
      times,
      parts(of: entry).union(other.map { $0.parts(of: otherEntry) } ?? [])
    ) { window throws(Missing) in
      let own = try value(entry, in: window, missing: missing)
      guard let comparison, let other else { return own }
      // Between arms each is first compared within its own run.
      return try comparison.of(own, try other.value(otherEntry, in: window))
    }
  }

  /// What an observation holds where it can be read.
  private func parts(of entry: Quantities.Entry?) -> Snapshot.Parts {
    isModality ? .cells : entry?.parts ?? .readings
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
    let other = [comparison?.time].compactMap { $0 }
    switch when {
    case .end: return isOfPulse ? .pulse : .end
    case .at(let time) where after != nil && other.isEmpty && !isOfPulse: return .after(time)
    case .at(let time): return .at([time] + other, before: pulse)
    case .window(0, nil, nil) where statistic.isOfOneObservation: return .course
    case .window(let from, let to, let every): return .window(from: from, to: to, every: every)
    }
  }

  // MARK: - Values

  private func value(
    _ entry: Quantities.Entry?,
    in window: EndpointWindow,
    missing: String? = nil
  ) throws(Missing) -> Double {
    if statistic == .lastDetected { return try lastDetected(window) }
    var seen = window.snapshots
    switch when {
    case .window: break
    case .end: seen = [window.last]
    case .at(let time):
      let wanted = window.span.start + time
      seen =
        seen.min { ($0.time - wanted).magnitude < ($1.time - wanted).magnitude }
        .map { [$0] } ?? []
    }
    let points = seen.compactMap { snapshot -> Point? in
      let read =
        isModality
        ? reported(snapshot, window)?.value : entry?.value(snapshot, window.trajectory)
      return read.flatMap { value in
        value.isFinite
          ? Point(minutes: snapshot.time - window.span.start, value: value) : nil
      }
    }
    guard let last = points.last else {
      throw Missing(
        words: missing ?? "has no value at any of its observations: no cell of it is there"
      )
    }
    switch statistic {
    case .value: return last.value
    case .share, .percentage:
      let given = seen[seen.count - 1].given(of: window.experiment)
      guard given > 0 else { throw Missing(words: "nothing has been given by then") }
      return (statistic == .share ? last.value : 100 * last.value) / Double(given)
    case .sum: return points.reduce(0) { $0 + $1.value }
    case .maximum: return points.map(\.value).max() ?? last.value
    case .minimum: return points.map(\.value).min() ?? last.value
    case .timeOfMaximum: return points.max { $0.value < $1.value }?.time ?? last.time
    case .area: return Point.area(points, per: 1440)
    case .mean:
      let length = last.time - points[0].time
      return length > 0 ? Point.area(points, per: 60) / length : last.value
    case .fittedHalfLife: return try Point.halfLife(points, at: seen)
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

    /// Integral over time in a unit (min), by straight lines.
    static func area(_ points: [Point], per unit: Double) -> Double {
      zip(points, points.dropFirst()).reduce(0) { sum, pair in
        sum + (pair.1.minutes / unit - pair.0.minutes / unit) * (pair.0.value + pair.1.value) / 2
      }
    }

    /// Half-life (h): a straight line fitted by least squares to the logarithm at the observations.
    static func halfLife(_ all: [Point], at observations: [Snapshot]) throws(Missing) -> Double {
      let points = all.filter { $0.value > 0 }
        .map { (x: $0.time, y: Elementary.log($0.value)) }
      guard let last = all.last, all.count == observations.count, last.value > 0 else {
        throw Missing(words: "nothing is left to read at the last of its observations")
      }
      guard points.count >= 2 else {
        throw Missing(words: "needs two observations, a step takes longer than 23 h")
      }
      let n = Double(points.count)
      let mx = points.reduce(0) { $0 + $1.x } / n
      let my = points.reduce(0) { $0 + $1.y } / n
      let sxy = points.reduce(0) { $0 + ($1.x - mx) * ($1.y - my) }
      let sxx = points.reduce(0) { $0 + ($1.x - mx) * ($1.x - mx) }
      let slope = sxy / sxx
      guard slope < 0 else { throw Missing(words: "does not fall") }
      return -Elementary.log(2) / slope
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
