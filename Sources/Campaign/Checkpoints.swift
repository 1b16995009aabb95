import Foundation
import Simulation

/// Where the models of a run leave checkpoints, and how often.
public struct Checkpoints: Sendable {
  /// The directory.
  public let directory: String
  /// Simulated time between two checkpoints of a model, min; `nil` for none but when it is stopped.
  public let every: Double?
  /// The resolved scenario.
  public let scenario: String
  /// Whether a model that has ended leaves one too.
  public let keepsEnds: Bool

  /// Checkpoints of a scenario, whose run has a number of models, in a directory.
  public init(directory: String, every: Double?, scenario: String, models: Int) {
    keepsEnds = every != nil || models > 1
    self.directory = directory
    self.every = every
    self.scenario = scenario
  }

  /// The checkpoint of a model.
  public func path(of experiment: Experiment, replicate: Int, index: Int) -> String {
    let arm = String(
      experiment.arm.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" }
    )
    return "\(directory)/\(index + 1)-\(arm)-\(replicate).checkpoint"
  }

  /// The checkpoint of the history that the arms of a replicate have in common.
  public func path(ofHistory replicate: Int) -> String {
    "\(directory)/0-history-\(replicate).checkpoint"
  }

  /// Whether a model that has just reached a time (min), a step after another, is to leave one.
  func isDue(at time: Double, step: Double) -> Bool {
    guard let every else { return false }
    return (time / every + 1e-9).rounded(.down) > ((time - step) / every + 1e-9).rounded(.down)
  }
}
