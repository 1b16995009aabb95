import Body
import Simulation

/// The endpoints of every run, and those that a scenario defines.
public enum Endpoints {
  /// The endpoints that the runs of an experiment have, without values.
  public static func all(of experiment: Experiment) -> [Endpoint] {
    let comparisons = comparisons(of: experiment)
    return EndpointRules(of: experiment).named.map { name, rule, after in
      let unit = rule.unit(after: after)
      return Endpoint(
        name: name,
        value: nil,
        unit: comparisons[name]?.form.unit(of: unit) ?? unit,
        missing: nil
      )
    }
  }

  /// The endpoints that a run of an experiment tells at its end: those that the scenario defines; else the headlines among
  /// those of every run.
  public static func headlines(of experiment: Experiment) -> [(name: String, unit: String)] {
    let own = Set(experiment.endpoints.map(\.name))
    return zip(EndpointRules(of: experiment).named, all(of: experiment))
      .filter { own.isEmpty ? $0.0.rule.isHeadline : own.contains($0.0.name) }
      .map { ($1.name, $1.unit) }
  }

  /// All endpoints of a run, in the order of `summary.csv`.
  ///
  /// - Parameters:
  ///   - trajectory: the run.
  ///   - other: the same replicate of another arm, for endpoints that compare arms; `nil` where it was not run.
  /// - Returns: the endpoints, with values or why there are none.
  public static func all(
    _ trajectory: Trajectory,
    beside other: (String) -> Trajectory? = { _ in nil }
  ) -> [Endpoint] {
    let experiment = trajectory.experiment
    let comparisons = comparisons(of: experiment)
    var others: [String: [Endpoint]] = [:]
    return own(trajectory).map { endpoint in
      guard let comparison = comparisons[endpoint.name], let arm = comparison.arm else {
        return endpoint
      }
      if others[arm] == nil, let run = other(arm) { others[arm] = own(run) }
      return endpoint.compared(
        comparison,
        in: experiment.arm,
        with: others[arm]?.first { $0.name == endpoint.name }
      )
    }
  }

  /// All endpoints of a run by itself: those that compare arms are not compared yet.
  public static func own(_ trajectory: Trajectory) -> [Endpoint] {
    let read = Observables(trajectory.experiment)
    let rules = trajectory.rules ?? EndpointRules(of: trajectory.experiment)
    return rules.named.map { name, rule, after in
      do throws(Missing) {
        let value = try value(of: rule, after: after, trajectory, read)
        return Endpoint(name: name, value: value, unit: rule.unit(after: after), missing: nil)
      } catch {
        return Endpoint(
          name: name,
          value: nil,
          unit: rule.unit(after: after),
          missing: error.words
        )
      }
    }
  }

  /// The endpoints of an experiment that compare arms, by name.
  public static func comparisons(of experiment: Experiment) -> [String: QuantityEndpoint.Comparison]
  {
    var comparisons: [String: QuantityEndpoint.Comparison] = [:]
    for endpoint in experiment.endpoints {
      guard let comparison = endpoint.comparison, comparison.arm != nil else { continue }
      comparisons[endpoint.name] = comparison
    }
    return comparisons
  }

  /// The arms that endpoints of an experiment, by name, compare it with.
  public static func armsBeside(_ experiment: Experiment, for names: [String]) -> Set<String> {
    let comparisons = comparisons(of: experiment)
    return Set(names.compactMap { comparisons[$0]?.arm }).subtracting([experiment.arm])
  }

  /// Names of the endpoints that a scenario can read under a name of its own, and whether each is read after a dose.
  ///
  /// - Parameter experiment: an arm; where nothing is given in it, endpoints of doses count as well, which
  ///   other arms may have.
  /// - Returns: the names, in the order of `summary.csv`.
  public static func readable(of experiment: Experiment) -> [(name: String, isAfterDose: Bool)] {
    rules(of: experiment, evenWithoutDoses: true).map { ($0.name, $0.isAfterDose) }
  }

  /// The spans that an endpoint after a dose may be read in: a condition is known in the run only.
  static func candidates(of experiment: Experiment, _ after: ReferenceDose) -> [EndpointSpan] {
    func isSure(_ dose: Dose) -> Bool { dose.condition == nil }
    let spans = EndpointSpan.afterDoses(
      of: experiment,
      refused: experiment.doses.map { _ in false },
      isNext: isSure
    )
    func isSure(_ span: EndpointSpan) -> Bool {
      span.doses.contains { isSure(experiment.doses[$0]) }
    }
    if spans.isEmpty { return [] }
    switch after {
    case .first: return Array(spans[...(spans.firstIndex(where: isSure) ?? spans.count - 1)])
    case .last: return Array(spans[(spans.lastIndex(where: isSure) ?? 0)...])
    case .each: return spans.map(\.beforeNext)
    }
  }

  // MARK: - Values

  private static func value(
    of rule: EndpointRule,
    after: ReferenceDose,
    _ trajectory: Trajectory,
    _ read: Observables
  ) throws(Missing) -> Double {
    let experiment = trajectory.experiment
    guard rule.isAfterDose else {
      return try value(of: rule, in: EndpointSpan(of: experiment.clock), trajectory, read)
    }
    let refused = trajectory.seen.last?.refused ?? experiment.doses.map { _ in false }
    let spans = EndpointSpan.afterDoses(of: experiment, refused: refused)
    guard let first = spans.first, let last = spans.last else {
      throw Missing(words: "no dose was given: the host did not meet the condition")
    }
    switch after {
    case .first: return try value(of: rule, in: first, trajectory, read)
    case .last: return try value(of: rule, in: last, trajectory, read)
    case .each:
      var values: [Double] = []
      var missing: Missing?
      for span in spans {
        do throws(Missing) {
          values.append(try value(of: rule, in: span.beforeNext, trajectory, read))
        } catch {
          missing = missing ?? error
        }
      }
      if values.isEmpty, let missing { throw missing }
      return values.reduce(0, +) / Double(values.count)
    }
  }

  private static func value(
    of rule: EndpointRule,
    in span: EndpointSpan,
    _ trajectory: Trajectory,
    _ read: Observables
  ) throws(Missing) -> Double {
    let clock = trajectory.experiment.clock
    var snapshots: [Snapshot] = []
    for step in try span.steps(rule.times, clock) {
      guard let snapshot = trajectory.seen(after: step), snapshot.holds(rule.parts) else {
        let reached = (trajectory.seen.last?.time ?? 0)
        let isStopped = reached < clock.step * Double(clock.steps)
        throw Missing(
          words: isStopped
            ? "the run was stopped at \(EndpointSpan.words(reached))"
            : "was not observed in the history that the run goes on from, at \(EndpointSpan.words(Double(step) * clock.step))"
        )
      }
      snapshots.append(snapshot)
    }
    return try rule.value(
      EndpointWindow(span: span, trajectory: trajectory, read: read, snapshots: snapshots)
    )
  }

  // MARK: - Rules

  /// How the endpoints of an experiment are read, in the order of `summary.csv`.
  static func rules(of experiment: Experiment, evenWithoutDoses: Bool = false)
    -> [EndpointRule]
  {
    experiment.everyRun.rules(of: experiment, evenWithoutDoses: evenWithoutDoses)
  }
}
