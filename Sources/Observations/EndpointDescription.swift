import Simulation

/// What an endpoint of an experiment is, without a value.
public struct EndpointDescription: Sendable, Equatable {
  /// Its name, and its unit.
  public let name: String, unit: String
  /// What it is.
  public let meaning: String
  /// When it is read, in words.
  public let when: String
  /// What a scenario has where it is read; `nil` for one that the scenario defines.
  public let needs: String?

  /// It with other names in its name and meaning.
  package func renamed(_ change: (String) -> String) -> EndpointDescription {
    EndpointDescription(
      name: change(name),
      unit: unit,
      meaning: change(meaning),
      when: when,
      needs: needs
    )
  }
}

extension Endpoints {
  /// What the endpoints of an experiment are, in the order of `summary.csv`.
  ///
  /// - Parameter experiment: an arm.
  /// - Returns: the endpoints of every run, then those that the scenario defines.
  public static func descriptions(of experiment: Experiment) -> [EndpointDescription] {
    zip(EndpointRules(of: experiment).named, all(of: experiment)).map { named, endpoint in
      let (name, rule, after) = named
      let isOwn = name != rule.name || rule.meaning.isEmpty
      let read = rule.name == name ? "" : ": \(rule.name) after the \(after.rawValue)"
      return EndpointDescription(
        name: name,
        unit: endpoint.unit,
        meaning: isOwn ? "defined by the scenario\(read)" : rule.meaning,
        when: rule.times.words + (rule.times.isWindow && rule.isAfterDose ? " after the dose" : ""),
        needs: isOwn ? nil : rule.needs
      )
    }
  }
}

extension EndpointRule.Times {
  /// Whether it is a window.
  fileprivate var isWindow: Bool {
    switch self {
    case .window(0, nil, nil): false
    case .window: true
    default: false
    }
  }

  /// When it is read, in words.
  var words: String {
    switch self {
    case .never: "before the run"
    case .end: "at the end of the run"
    case .pulse: "at the end of the run, and \(EndpointSpan.words(Assay.pulse)) before"
    case .course, .doseCourse, .window(0, nil, nil): "at 5 min, every hour, and at the end"
    case .after(let time): "\(EndpointSpan.words(time)) after the dose"
    case .at(let times, _):
      "at \(times.map(EndpointSpan.words).joined(separator: " and "))"
    case .window(let start, let end, let interval):
      "every \((interval == 60 ? nil : interval).map(EndpointSpan.words) ?? "hour") from \(EndpointSpan.words(start)) to \(end.map(EndpointSpan.words) ?? "the end")"
    }
  }
}
