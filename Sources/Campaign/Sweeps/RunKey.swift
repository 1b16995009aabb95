import Files
import Foundation
import Scenario
import Simulation

/// What a run is a function of, as a hash: the values of its arm, seed, replicate and program.
///
/// Names, questions, accepted notes, sources and what other arms say are not in it, so that no run is repeated when they change.
struct RunKey {
  private let text: String
  private let history: String

  /// The keys of an arm; where arms part from a history, that is the first arm's.
  ///
  /// - Parameters:
  ///   - scenario: the scenario.
  ///   - arm: position of the arm.
  ///   - kept: what is kept of a run beside what every run tells, in words.
  init(_ scenario: ResolvedScenario, arm: Int, kept: [String]) {
    let everyRun = scenario.experiments[arm].everyRun.identity
    text = Self.text(scenario, arm) + "endpoints \(everyRun)\n" + kept.map { "\($0)\n" }.joined()
    let fork = scenario.experiments[arm].clock.fork
    history = fork > 0 && arm > 0 ? Self.text(scenario, 0) : ""
  }

  /// The values of an arm that a run is a function of.
  static func text(_ scenario: ResolvedScenario, _ arm: Int) -> String {
    var text = ""
    for record in scenario.arms[arm].records where !ResolvedScenario.inert.contains(record.path[0])
    {
      for step in record.path {
        text += step
        text += "."
      }
      text += "="
      text += record.text
      text += "\n"
    }
    return text
  }

  /// The key of a replicate.
  func key(seed: UInt64, replicate: Int) -> String {
    var digest = Digest()
    digest.add("\(RunOutput.version) \(Model.revision) \(seed) \(replicate)\n")
    digest.add(text)
    digest.add("\n")
    digest.add(history)
    return String(digest.hexadecimal.prefix(40))
  }
}
