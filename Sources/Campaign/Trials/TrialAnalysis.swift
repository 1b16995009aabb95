import Files
import Scenario
import Simulation
import Substrate

/// The results of a virtual trial: `trial.csv`, `survival.csv`, and the same in sentences.
///
/// Every patient is a point of the campaign; an endpoint of a patient is the mean over the replicates.
public struct TrialAnalysis: Sendable {
  /// An arm.
  public struct Arm: Sendable, Encodable {
    /// Its name, and the number of patients in it that tell the endpoint.
    public let name: String, patients: Int
    /// Mean of the endpoint and its interval; of responses the share, with its exact interval.
    public let mean: Double, interval: ClosedRange<Double>?
    /// Patients that responded, where responses are requested.
    public let responders: Int?
    /// Difference from the control: mean, interval, and how likely one as large is by chance alone.
    public let difference: Double?, bounds: ClosedRange<Double>?, chance: Double?
    /// Share of trials as large that would find the difference, and patients per arm of one that finds it with
    /// 80 and 90 %.
    public let power: Double?, needed80: Int?, needed90: Int?
  }

  /// The arms.
  public let arms: [Arm]
  /// The curves of the event, by arm, where one is requested.
  public let curves: [(arm: String, curve: SurvivalCurve)]
  /// Sentences.
  public let notes: [String]
  private let trial: SweepDescription.Trial

  /// The analysis of a campaign; `nil` where it is no trial.
  public init?(_ results: SweepResults) {
    guard let trial = results.sweep.description.trial,
      let control = results.sweep.arms.firstIndex(of: trial.control)
    else { return nil }
    self.trial = trial
    let sweep = results.sweep
    let names = sweep.arms
    func values(_ endpoint: String, _ arm: Int) -> [Double?] {
      guard let e = sweep.description.endpoints.firstIndex(of: endpoint) else { return [] }
      return results.values(of: e, arm: arm).map { values in
        let known = values.compactMap { $0 }
        return known.isEmpty || known.count < values.count
          ? nil : known.reduce(0, +) / Double(known.count)
      }
    }
    let raw = names.indices.map { values(trial.endpoint, $0) }
    let scored = raw.map { values in
      values.map { value in
        value.map { value in trial.response.map { $0.contains(value) ? 1.0 : 0 } ?? value }
      }
    }
    arms = names.indices.map { arm in
      Self.arm(
        names[arm],
        scored[arm],
        against: arm == control ? nil : scored[control],
        trial
      )
    }
    var notes: [String] = []
    if let event = trial.event {
      let ends = sweep.description.base.experiments.map {
        $0.clock.step * Double($0.clock.steps) / 60
      }
      // Of a patient the first replicate counts; one whose run failed is in no curve.
      let present = names.indices.map { results.times(of: event, arm: $0) }
      curves = names.indices.map { (names[$0], SurvivalCurve(present[$0], end: ends[$0])) }
      for arm in names.indices where arm != control {
        // The test takes patients of two groups, not the same in both.
        let p = SurvivalCurve.logRank(present[arm], present[control])
        let test = trial.isPaired ? "" : "; log-rank p = \(CSV.number(p, digits: 2))"
        notes.append(
          "\(event): median \(Self.text(curves[arm].curve.median)) h in \(names[arm]), \(Self.text(curves[control].curve.median)) h in \(names[control])\(test)"
        )
      }
    } else {
      curves = []
    }
    if !trial.doses.isEmpty {
      var groups = [(dose: 0.0, values: scored[control])]
      for level in trial.doses {
        if let arm = names.firstIndex(of: level.arm) { groups.append((level.level, scored[arm])) }
      }
      let response =
        trial.isPaired
        ? DoseResponse(paired: groups)
        : DoseResponse(groups.map { ($0.dose, $0.values.compactMap { $0 }) })
      notes.append(Self.sentence(response.answer))
    }
    if !trial.times.isEmpty { notes.append(Self.window(trial.times, arms)) }
    for arm in arms where arm.difference != nil {
      notes.append(Self.sentence(arm, trial))
    }
    self.notes = notes
  }

  private static func arm(
    _ name: String,
    _ values: [Double?],
    against control: [Double?]?,
    _ trial: SweepDescription.Trial
  ) -> Arm {
    let known = values.compactMap { $0 }
    let count = known.count
    let mean = count == 0 ? 0 : known.reduce(0, +) / Double(count)
    let responders = trial.response == nil ? nil : known.filter { $0 == 1 }.count
    let interval =
      count == 0
      ? nil
      : responders.map { BetaDistribution.share($0, of: count) }
        ?? (count > 1 ? Estimate.mean(of: known).interval : nil)
    var difference: Comparison?
    if let control { difference = Comparison(values, control, trial) }
    return Arm(
      name: name,
      patients: count,
      mean: mean,
      interval: interval,
      responders: responders,
      difference: difference?.mean,
      bounds: difference?.interval,
      chance: difference?.chance,
      power: difference?.power,
      needed80: difference?.needed(0.8),
      needed90: difference?.needed(0.9)
    )
  }

  /// The difference of two arms.
  private struct Comparison {
    let mean: Double
    let interval: ClosedRange<Double>?
    let chance: Double?
    /// Standard deviation that decides how many patients it takes, and patients per arm.
    private let deviation: Double, patients: Double
    /// Degrees of freedom of a trial of so many per arm.
    private let degrees: (Int) -> Int

    init?(_ own: [Double?], _ control: [Double?], _ trial: SweepDescription.Trial) {
      if trial.isPaired {
        let pairs = zip(own, control).compactMap { own, control in
          own.flatMap { own in control.map { (own, $0) } }
        }
        guard pairs.count > 1 else { return nil }
        let differences = pairs.map { $0.0 - $0.1 }
        let estimate = Estimate.mean(of: differences)
        mean = estimate.value ?? 0
        patients = Double(pairs.count)
        if trial.response != nil {
          let table = PairedShares(pairs)
          chance = BetaDistribution.fair(table.gained, of: table.gained + table.lost)
          interval = table.interval
        } else {
          interval = estimate.interval
          chance = Self.chance(differences)
        }
        degrees = { $0 - 1 }
        deviation = Self.deviation(differences)
        return
      }
      let (a, b) = (own.compactMap { $0 }, control.compactMap { $0 })
      guard a.count > 1, b.count > 1 else { return nil }
      let means = (
        a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count)
      )
      mean = means.0 - means.1
      let (u, v) = (Self.deviation(a), Self.deviation(b))
      if trial.response != nil {
        let counts = [a, b].map { values in values.filter { $0 == 1 }.count }
        interval = ShareInterval.difference(counts[0], of: a.count, less: counts[1], of: b.count)
        chance = ShareInterval.fisher(counts[0], of: a.count, counts[1], of: b.count)
      } else {
        let (s, t) = (u * u / Double(a.count), v * v / Double(b.count))
        let error = (s + t).squareRoot()
        // Welch 1947, Biometrika 34:28.
        let freedom =
          s + t > 0
          ? (s + t) * (s + t) / (s * s / Double(a.count - 1) + t * t / Double(b.count - 1)) : 1
        let law = StudentT(degrees: max(1, Int(freedom)))
        let half = law.quantile(0.975) * error
        interval = mean - half...mean + half
        chance = error > 0 ? law.outside((mean / error).magnitude) : nil
      }
      // Two arms of n patients each have the error of one paired arm with √(u² + v²).
      deviation = (u * u + v * v).squareRoot()
      patients = Double(min(a.count, b.count))
      degrees = { 2 * $0 - 2 }
    }

    /// Chance that a trial as large tells the difference from 0; `nil` where nothing varies.
    var power: Double? {
      guard deviation > 0 else { return nil }
      let t = StudentT(degrees: max(1, degrees(Int(patients)))).quantile(0.975)
      return NormalTail.below(mean.magnitude * patients.squareRoot() / deviation - t)
    }

    /// Patients per arm with which a trial tells it with such a power, by Student's quantiles of that many.
    func needed(_ power: Double) -> Int? {
      guard mean != 0, deviation > 0 else { return nil }
      let ratio = (deviation / mean) * (deviation / mean)
      var n = 2
      for _ in 0..<100 {
        let law = StudentT(degrees: max(1, degrees(n)))
        let t = law.quantile(0.975) + law.quantile(power)
        let next = t * t * ratio
        guard next < 1e9 else { return nil }
        let rounded = max(2, Int(next.rounded(.up)))
        if rounded <= n { return n }
        n = max(n + 1, (n + rounded) / 2)
      }
      return n
    }

    private static func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(values.count - 1)).squareRoot()
    }

    private static func chance(_ values: [Double]) -> Double? {
      let error = deviation(values) / Double(values.count).squareRoot()
      guard error > 0 else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      return StudentT(degrees: values.count - 1).outside((mean / error).magnitude)
    }
  }

  private static func text(_ value: Double?) -> String {
    value.map { CSV.number($0, digits: 3) } ?? "not reached"
  }

  private static func sentence(_ answer: DoseResponse.Answer) -> String {
    switch answer {
    case .curve(let half, let slope, _, _, let interval):
      "dose-response: EC50 \(CSV.number(half, digits: 3)) (\(bounds(interval))), Hill slope \(CSV.number(slope, digits: 2))"
    case .notMonotone(let from, let to):
      "dose-response: not monotone; it goes back between \(CSV.number(from, digits: 3)) and \(CSV.number(to, digits: 3))"
    case .flat: "dose-response: no dose is told from another"
    case .beyond: "dose-response: monotone, and half its height lies beyond the doses"
    }
  }

  private static func bounds(_ interval: ClosedRange<Double>) -> String {
    let (low, high) = (interval.lowerBound, interval.upperBound)
    let ends = [low, high].map { CSV.number($0, digits: 3) }
    if low > 0 { return high < .infinity ? "\(ends[0]) to \(ends[1])" : "at least \(ends[0])" }
    return high < .infinity ? "at most \(ends[1])" : "not bounded by the doses"
  }

  /// The times whose difference from the control is significant and has the sign of the largest.
  private static func window(_ times: [SweepDescription.Trial.Level], _ arms: [Arm]) -> String {
    let levels = times.sorted { $0.level < $1.level }.compactMap { level in
      arms.first { $0.name == level.arm }.map { (level.level, $0) }
    }
    let largest = levels.compactMap(\.1.difference).max { $0.magnitude < $1.magnitude } ?? 0
    let acting = levels.filter { _, arm in
      guard let bounds = arm.bounds else { return false }
      return largest > 0 ? bounds.lowerBound > 0 : bounds.upperBound < 0
    }
    guard let first = acting.first, let last = acting.last else {
      return "time window: no time differs from the control"
    }
    return
      "time window: differs from the control from \(CSV.number(first.0, digits: 3)) to \(CSV.number(last.0, digits: 3)) h"
      + (acting.count < levels.count ? "" : ", all times that were tried")
  }

  private static func sentence(_ arm: Arm, _ trial: SweepDescription.Trial) -> String {
    let bounds =
      arm.bounds.map {
        " (\(CSV.number($0.lowerBound, digits: 3)) to \(CSV.number($0.upperBound, digits: 3)))"
      } ?? ""
    let isNull = arm.bounds.map { $0.contains(0) } ?? true
    let needed = arm.needed80.map { "; \($0) patients per arm for 80 % power" } ?? ""
    let difference = CSV.number(arm.difference ?? 0, digits: 3)
    return
      "\(trial.endpoint), \(arm.name) less \(trial.control): \(difference)\(bounds)\(isNull ? ", null" : "")\(needed)"
  }

  /// The arms as a table to read, numbers to three digits.
  public var table: String {
    let mean = trial.response == nil ? "mean" : "share that responds"
    var table =
      "\(trial.endpoint)\n| arm | patients | \(mean) (95 % interval) | difference from \(trial.control) | p |\n"
    table += "|---|---|---|---|---|\n"
    for arm in arms {
      func text(_ value: Double?, _ range: ClosedRange<Double>?) -> String {
        Answer.text(value, range?.lowerBound, range?.upperBound)
      }
      let p = arm.chance.map { CSV.number($0, digits: 2) } ?? ""
      table +=
        "| \(arm.name) | \(arm.patients) | \(text(arm.mean, arm.interval)) | \(text(arm.difference, arm.bounds)) | \(p) |\n"
    }
    return table
  }

  /// `trial.csv`.
  public var csv: String {
    var csv = CSV(columns: [
      "endpoint", "arm", "patients", "responders", "mean", "low", "high", "difference",
      "difference_low", "difference_high", "p", "power", "needed_80", "needed_90",
    ])
    for arm in arms {
      csv.row(
        [trial.endpoint, arm.name, "\(arm.patients)", arm.responders.map { "\($0)" } ?? ""]
          + [
            arm.mean, arm.interval?.lowerBound, arm.interval?.upperBound, arm.difference,
            arm.bounds?.lowerBound, arm.bounds?.upperBound, arm.chance, arm.power,
          ].map(CSV.number)
          + [arm.needed80.map { "\($0)" } ?? "", arm.needed90.map { "\($0)" } ?? ""]
      )
    }
    return csv.text
  }

  /// `survival.csv`; `nil` where no event is requested.
  public var survivalCSV: String? {
    guard trial.event != nil else { return nil }
    var csv = CSV(columns: ["arm", "time_h", "at_risk", "events", "share", "low", "high"])
    for (arm, curve) in curves {
      for step in curve.steps {
        csv.row(
          [arm, CSV.number(step.time), "\(step.atRisk)", "\(step.events)"]
            + [step.share, step.low, step.high].map(CSV.number)
        )
      }
    }
    return csv.text
  }
}
