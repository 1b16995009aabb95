import Observations
import Simulation
import Synchronization

/// The endpoints of every run for the names of a scenario, expanded once for all that a source resolves to.
final class EndpointExpansions: Sendable {
  private let known = Mutex<[[[String]]: [EndpointPattern]]>([:])

  /// The experiment with its endpoints expanded for its names.
  func expand(_ experiment: Experiment) -> Experiment {
    let names = EndpointPatterns.names(in: experiment)
    let patterns = known.withLock { known in
      if let patterns = known[names] { return patterns }
      let patterns = experiment.everyRun.expanded(for: names)
      known[names] = patterns
      return patterns
    }
    var experiment = experiment
    experiment.everyRun.expansion = (names, patterns)
    return experiment
  }
}
