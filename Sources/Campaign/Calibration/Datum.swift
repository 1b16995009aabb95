import Scenario
import Substrate

/// What was observed, and the law of its error.
public struct Datum: Sendable, Equatable {
  /// A number that is given, or the position of one that is fitted.
  public typealias Amount = CalibrationDescription.Amount
  /// What was measured.
  public typealias Measured = CalibrationDescription.Measured

  /// What is reported.
  public let outcome: Measured.Outcome
  /// The law of its error and its size, in the unit of the number or as the law says.
  public let law: Measured.Law, error: Amount
  /// By what the reading of the model is multiplied.
  public let scale: Amount
  /// Data that share the deviation of an animal have one number, and so have those of a laboratory; `nil` for none.
  public let animal: Int?, laboratory: Int?
  /// Data of one number of the model have one number; `nil` for one of its own.
  public let reading: Int?
  /// Runs of which the model gives the share with an event; `nil` where it gives a probability.
  public let runs: Int?

  /// The number, the limit, or the share of the animals.
  public var value: Double {
    switch outcome {
    case .number(let value), .below(let value), .above(let value): value
    case .share(let count, let all): Double(count) / Double(all)
    }
  }

  /// Whether it is a share of animals.
  var isShare: Bool { if case .share = outcome { true } else { false } }

  /// A number with a standard error above 0.
  public init(value: Double, error: Double) {
    precondition(error > 0, "an error above 0")
    self.init(.number(value), .normal, error: .given(error))
  }

  /// What was reported, with the law of its error; of a share of animals the error is not used.
  public init(
    _ outcome: Measured.Outcome,
    _ law: Measured.Law = .normal,
    error: Amount = .given(1),
    scale: Amount = .given(1),
    animal: Int? = nil,
    laboratory: Int? = nil,
    reading: Int? = nil,
    runs: Int? = nil
  ) {
    self.outcome = outcome
    self.law = law
    self.error = error
    self.scale = scale
    self.animal = animal
    self.laboratory = laboratory
    self.reading = reading
    self.runs = runs
  }
}
