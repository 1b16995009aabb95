import Observations
import Simulation

extension CalibrationDescription {
  /// A positive number that is given, or fitted with the values of the scenario.
  public enum Amount: Sendable, Equatable {
    /// The number.
    case given(Double)
    /// Its position among `nuisances`.
    case estimated(Int)
  }

  /// What was measured, and the law of its error.
  public struct Measured: Sendable, Equatable {
    /// What a laboratory reports.
    public enum Outcome: Sendable, Equatable {
      /// A number.
      case number(Double)
      /// Less than a limit, more than a limit.
      case below(Double), above(Double)
      /// So many animals of a number of them.
      case share(Int, of: Int)
    }

    /// How a number errs.
    public enum Law: String, Sendable, CaseIterable {
      /// Normal, with a standard error in the unit of the number.
      case normal
      /// Normal in the natural logarithm, with the standard deviation of that.
      case lognormal
      /// Normal, with a standard deviation that is a share of what the model gives.
      case proportional
    }

    /// What is reported, in the unit of what the model reads or, with a scale, of that.
    public let outcome: Outcome
    /// The law and its size; shares of animals err by their number.
    public let law: Law, error: Amount
    /// By what the reading of the model is multiplied.
    public let scale: Amount
    /// The animal; `nil` where none is named.
    public let animal: String?
    /// The laboratory: as the row names it, else the name of the scenario.
    public let laboratory: String
  }

  /// What counts as an event in a run.
  public enum Event: Sendable, Equatable {
    /// A reading above or below a number.
    case above(Double), below(Double)

    /// Whether a reading is one.
    public func holds(_ value: Double) -> Bool {
      switch self {
      case .above(let limit): value > limit
      case .below(let limit): value < limit
      }
    }
  }

  /// A datum: what is read of the model, and what was measured.
  public struct Observation: Sendable, Equatable {
    /// How what was read is put beside what was read elsewhere.
    public typealias Comparison = QuantityEndpoint.Comparison.Form

    /// What is taken of several arms.
    public enum Across: String, Sendable, CaseIterable {
      /// The least, the largest, the mean.
      case least, most, mean
    }

    /// Position of its scenario in the campaign.
    public let scenario: Int
    /// The arm as it was given, and the arms that are meant.
    public let arm: String, arms: [String]
    /// The endpoint or reading, and the modality it was observed by (empty for the number itself).
    public let endpoint: String, modality: String
    /// Time of observing, h; `nil` for an endpoint that has its own.
    public let time: Double?
    /// How it is compared, with which arm (`nil` for its own) and at which time (h).
    public let comparison: Comparison?, controlArm: String?, controlTime: Double?
    /// What is taken of several arms.
    public let across: Across?
    /// Of which event the share of the runs is taken; `nil` for the reading itself.
    public let event: Event?
    /// What was measured.
    public let measured: Measured

    /// Whether another datum is of the same number of the model.
    public func readsTheSame(as other: Observation) -> Bool {
      scenario == other.scenario && arms == other.arms && endpoint == other.endpoint
        && modality == other.modality
        && time == other.time && comparison == other.comparison && controlArm == other.controlArm
        && controlTime == other.controlTime && across == other.across && event == other.event
    }

    /// Places and times (h) at which it reads a modality of an arm.
    func observed(of arm: String) -> [Observed] {
      guard !modality.isEmpty else { return [] }
      return times(of: arm).map { Observed(time: $0, place: endpoint, modality: modality) }
    }

    /// Times (h) of its own at which it reads an arm.
    private func times(of arm: String) -> [Double] {
      guard let time else { return [] }
      var times = arms.contains(arm) ? [time] : []
      if comparison != nil, controlArm.map({ $0 == arm }) ?? arms.contains(arm) {
        times.append(controlTime ?? time)
      }
      return times
    }

    /// What it reads of an arm at times of its own, neither an endpoint nor by a modality.
    func readings(of arm: String) -> [Quantities.Asked] {
      guard modality.isEmpty else { return [] }
      return times(of: arm).map { Quantities.Asked(name: endpoint, time: $0) }
    }
  }
}
