import Files
import Observations
import Scenario
import Simulation
import Substrate

/// How endpoints move when one uncertain parameter after the other is set to the ends of its range.
///
/// Every point runs with the same random numbers, so that noise largely cancels; the remainder is the
/// spread between the replicates.
public struct OneAtATime: Sendable {
  /// What one parameter does to one endpoint.
  public struct Effect: Sendable {
    /// Path of the parameter, its value and the ends of its range, as texts.
    public let parameter: String, value: String, low: String, high: String
    /// Whether the value is assumed, fitted or calibrated.
    public let isAssumed: Bool
    /// Name of the endpoint.
    public let endpoint: String
    /// Its mean at the value and at both ends.
    public let base: Double?, atLow: Double?, atHigh: Double?
    /// Standard error of the change from end to end, over the replicates.
    public let noise: Double?
    /// Why it could not be read of some run; `nil` where it could of all.
    public let missing: String?

    /// The change from end to end; with the sign of the parameter.
    public var change: Double? {
      guard let atLow, let atHigh else { return nil }
      return atHigh - atLow
    }

    /// The largest departure from the value at the parameter's own value.
    var departure: Double {
      guard let base, let atLow, let atHigh else { return -1 }
      return max((atLow - base).magnitude, (atHigh - base).magnitude)
    }

    /// `no effect` where nothing moves at all, `above noise` where the change is more than three
    /// standard errors of it, else `not above noise`; `not read` where some run does not tell it.
    public var verdict: String {
      guard missing == nil else { return "not read" }
      guard departure != 0 else { return "no effect" }
      guard let change, let noise, change.magnitude > 3 * noise else { return "not above noise" }
      return "above noise"
    }
  }

  /// The effects, by endpoint, the largest departure first.
  public let effects: [Effect]

  /// Parameters that cannot go to an end of their range alone, because the scenario then contradicts
  /// itself (an output that its flows do not add up to).
  public let refused: [String]

  /// Runs the first arm of a scenario, and the arms that its endpoints compare it with, at both ends of every range.
  ///
  /// - Parameters:
  ///   - path: the scenario file.
  ///   - library: directory of presets, or `nil`.
  ///   - program: path of the program.
  ///   - overrides: `key.path=value` texts that hold at every point.
  ///   - endpoints: names of endpoints.
  ///   - replicates: replicates of each point, at least 2.
  ///   - workers: cores to use.
  /// - Throws: `ScenarioError` for a scenario that cannot be read, `MassError` for a run that cannot be
  ///   trusted.
  public init(
    path: String,
    library: String?,
    program: String,
    overrides: [String],
    endpoints: [String],
    replicates: Int,
    workers: Workers
  ) throws {
    let base = try ResolvedScenario(
      path: path,
      library: library,
      program: program,
      overrides: overrides
    )
    var uncertain: [Record] = []
    var refused: [String] = []
    var scenarios = [base]
    for record in base.records where record.value != nil {
      guard let ends = record.ends else { continue }
      let parameter = record.path.joined(separator: ".")
      do {
        let both = try [ends.low, ends.high].map { end throws(ScenarioError) in
          try ResolvedScenario(
            path: path,
            library: library,
            program: program,
            overrides: overrides + ["\(parameter)=\(end)"]
          )
        }
        uncertain.append(record)
        scenarios += both
      } catch {
        refused.append(parameter)
      }
    }
    self.refused = refused
    let points = scenarios
    let values = try workers.map(points.count) { index in
      Result { try Self.values(points[index], endpoints, replicates) }
    }.map { try $0.get() }
    var effects: [Effect] = []
    for (e, endpoint) in endpoints.enumerated() {
      let ofEndpoint = uncertain.enumerated().map { i, record -> Effect in
        let runs = [values[0], values[1 + 2 * i], values[2 + 2 * i]].map { $0.map { $0[e] } }
        let (low, high) = (runs[1].map(\.value), runs[2].map(\.value))
        return Effect(
          parameter: record.path.joined(separator: "."),
          value: record.text,
          low: record.ends?.low ?? "",
          high: record.ends?.high ?? "",
          isAssumed: record.isAssumed,
          endpoint: endpoint,
          base: Self.mean(runs[0].map(\.value)),
          atLow: Self.mean(low),
          atHigh: Self.mean(high),
          noise: Self.error(
            zip(high, low).map { high, low in
              high.flatMap { h in low.map { h - $0 } }
            }
          ),
          missing: runs.joined().first { $0.value == nil }.map { $0.missing ?? "is not known" }
        )
      }
      effects += ofEndpoint.sorted { a, b in
        (b.departure, a.parameter) < (a.departure, b.parameter)
      }
    }
    self.effects = effects
  }

  /// The endpoints of every replicate of the first arm.
  private static func values(_ scenario: ResolvedScenario, _ names: [String], _ replicates: Int)
    throws -> [[(value: Double?, missing: String?)]]
  {
    let first = scenario.experiments[0]
    let others = Endpoints.armsBeside(first, for: names)
    let run = Run(
      experiments: [first] + scenario.experiments.dropFirst().filter { others.contains($0.arm) },
      seed: scenario.seed,
      replicates: replicates
    )
    let trajectories = try run.execute(on: Workers(count: 1))
    return trajectories.prefix(replicates).map { trajectory in
      let found = Endpoints.all(trajectory) { arm in
        trajectories.first {
          $0.experiment.arm == arm && $0.replicate == trajectory.replicate
        }
      }
      return names.map { name in
        let endpoint = found.first { $0.name == name }
        return (endpoint?.value, endpoint.map(\.missing) ?? "the run does not have it")
      }
    }
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let known = values.compactMap { $0 }
    guard known.count == values.count, !known.isEmpty else { return nil }
    return known.reduce(0, +) / Double(known.count)
  }

  private static func error(_ values: [Double?]) -> Double? {
    guard let mean = mean(values), values.count > 1 else { return nil }
    let n = Double(values.count)
    let squares = values.compactMap { $0 }.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / (n - 1) / n).squareRoot()
  }

  /// `sensitivity.csv`.
  public var csv: String {
    var csv = CSV(columns: [
      "endpoint", "parameter", "assumed", "value", "low", "high", "base", "at_low", "at_high",
      "change", "standard_error", "verdict", "missing",
    ])
    for effect in effects {
      csv.row([
        effect.endpoint, effect.parameter, effect.isAssumed ? "true" : "false", effect.value,
        effect.low, effect.high, CSV.number(effect.base), CSV.number(effect.atLow),
        CSV.number(effect.atHigh), CSV.number(effect.change), CSV.number(effect.noise),
        effect.verdict, effect.missing ?? "",
      ])
    }
    return csv.text
  }

  /// Why an endpoint could not be read, in a sentence for each that could not at the values of the scenario.
  public var unread: [String] {
    effects.filter { $0.base == nil }.map { "\($0.endpoint): \($0.missing ?? "")" }.uniqued
  }

  /// The largest effects of each endpoint as a table.
  public func table(most: Int) -> String {
    var text = """
      | endpoint | parameter | range | at low | at high |
      |---|---|---|---|---|

      """
    for endpoint in effects.map(\.endpoint).uniqued {
      for effect in effects.filter({ $0.endpoint == endpoint && $0.verdict == "above noise" })
        .prefix(most)
      {
        let ends = [effect.atLow, effect.atHigh].map { value in
          value.map { CSV.number($0, digits: 3) } ?? ""
        }
        text +=
          "| \(endpoint) | `\(effect.parameter)` | \(effect.low) to \(effect.high) | \(ends[0]) | \(ends[1]) |\n"
      }
    }
    return text
  }
}

extension [String] {
  /// Each once, in order.
  fileprivate var uniqued: [String] {
    var seen: [String] = []
    for element in self where !seen.contains(element) { seen.append(element) }
    return seen
  }
}
