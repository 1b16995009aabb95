import Simulation

/// How the endpoints of an experiment are read, in the order of `summary.csv`: those of every run, then those that the
/// scenario defines.
///
/// A run needs them twice, for what is observed in it and for what is read of it.
public struct EndpointRules: Sendable {
  /// Name, rule, and the dose after which it is read.
  let named: [(name: String, rule: EndpointRule, after: ReferenceDose)]

  /// The endpoints of an experiment.
  public init(of experiment: Experiment) {
    let rules = Endpoints.rules(of: experiment)
    var named: [(name: String, rule: EndpointRule, after: ReferenceDose)] = rules.map {
      ($0.name, $0, .first)
    }
    if !experiment.endpoints.isEmpty {
      let found = Quantities.Found(of: experiment)
      named += experiment.endpoints.compactMap { own in
        switch own.content {
        case .endpoint(let read, let after, _):
          rules.first { $0.name == read }.map { (own.name, $0, after) }
        case .quantity(let quantity):
          (
            own.name, quantity.rule(named: own.name) { found.entry($0, at: $1) },
            quantity.after ?? .first
          )
        }
      }
    }
    self.named = named
  }
}
