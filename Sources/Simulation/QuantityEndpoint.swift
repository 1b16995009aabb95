import Body
import Substrate

/// An endpoint that is made of a quantity: where it is read, when, and what is taken of its course.
public struct QuantityEndpoint: Sendable, Equatable {
  /// When it is read, min after a dose or the start of the run.
  public enum When: Sendable, Equatable {
    /// Once, or at the end of the run.
    case at(Double), end
    /// Every so often (min) from one time to another; without an end to that of the run, or to the next dose where
    /// each is read; without an interval every hour, at both ends and 5 min after every dose.
    case window(from: Double, to: Double?, every: Double? = nil)

    /// Whether it is a window.
    public var isWindow: Bool { if case .window = self { true } else { false } }
  }

  /// What is taken of the values.
  public enum Statistic: String, Sendable, CaseIterable {
    /// The value itself.
    case value
    /// The value over the cells of all doses that have begun by then, as a fraction or in per cent.
    case share
    case percentage = "percent of dose"
    /// The mean over time, and the integral over time in days, both by straight lines between observations.
    case mean, area
    /// The sum of the values.
    case sum
    /// The largest and the least value.
    case maximum, minimum
    /// The half-life, h, by a straight line fitted to the logarithm.
    case fittedHalfLife = "fitted half-life"
    /// When it is largest, h.
    case timeOfMaximum = "time of maximum"
    /// How long it is above a threshold, by straight lines between observations, h.
    case timeAbove = "time above"
    /// The last observation at which it is above a threshold, h.
    case lastAbove = "last above"
    /// How long it stays above a threshold, d: until it last falls to it, by a straight line of the logarithm between
    /// observations; to the last observation where it is above it then, and 0 where it never is.
    case persistence
    /// How long it takes from the start of the window until an observation reaches a share of the largest value, h.
    case riseTime = "rise time"
    /// The last observation at which the modality detects cells, h.
    case lastDetected = "last detected"

    /// Whether it is one of the observations of a window after its start; others begin with the start itself.
    package var isOfOneObservation: Bool {
      [.maximum, .minimum, .timeOfMaximum, .lastAbove, .lastDetected].contains(self)
    }
    /// Whether it is taken of one time, not of a window.
    public var isOfOneTime: Bool { [.value, .share, .percentage].contains(self) }
    /// Whether it is one of the cells given.
    public var isOfDose: Bool { self == .share || self == .percentage }
    /// Whether it takes a threshold: in the unit of the values, or as a share of the largest.
    public var takesThreshold: Bool {
      [.timeAbove, .lastAbove, .persistence, .riseTime].contains(self)
    }
  }

  /// What it is compared with: the same in another arm, at another time, at another place, or another quantity.
  public struct Comparison: Sendable, Equatable {
    /// How two numbers are compared.
    public enum Form: String, Sendable, CaseIterable {
      /// a / b.
      case ratio
      /// a − b.
      case difference
      /// 100 (1 − a / b), %.
      case suppression
      /// 100 (a / b − 1), %.
      case change
      /// 100 a / b, %.
      case percentage = "percent"
      /// 1 where a > b, else 0.
      case exceeds

      /// The value as a number; `nil` where it is divided by 0.
      public func of(_ value: Double, _ other: Double) -> Double? {
        switch self {
        case .difference: return value - other
        case .exceeds: return value > other ? 1 : 0
        case _ where other == 0: return nil
        case .ratio: return value / other
        case .suppression: return 100 * (1 - value / other)
        case .change: return 100 * (value / other - 1)
        case .percentage: return 100 * value / other
        }
      }

      /// The unit that a unit becomes.
      public func unit(of unit: String) -> String {
        switch self {
        case .ratio: "ratio"
        case .difference: unit
        case .suppression, .change, .percentage: "%"
        case .exceeds: "1 for yes"
        }
      }
    }

    /// How they are compared.
    public let form: Form
    /// The other arm; `nil` for its own.
    public let arm: String?
    /// The other quantity (or modality), place and time (min); `nil` for its own.
    public let quantity: String?, place: String?, time: Double?

    /// A comparison.
    public init(
      _ form: Form,
      arm: String?,
      quantity: String? = nil,
      place: String? = nil,
      time: Double? = nil
    ) {
      self.form = form
      self.arm = arm
      self.quantity = quantity
      self.place = place
      self.time = time
    }

    /// Whether it compares two numbers of one run.
    public var isWithinRun: Bool { quantity != nil || place != nil || time != nil }
  }

  /// The quantity, or the modality that it is read by, and the place.
  public let quantity: String, isModality: Bool, place: String
  /// Unit of its values.
  public let unit: String
  /// When it is read, and after which dose; `nil` for the start of the run.
  public let when: When, after: ReferenceDose?
  /// What is taken of it, and the threshold of that, in the unit of the values.
  public let statistic: Statistic, threshold: Double
  /// What it is compared with.
  public let comparison: Comparison?

  /// An endpoint of a quantity.
  public init(
    of quantity: String,
    isModality: Bool = false,
    in place: String,
    unit: String,
    _ when: When,
    after: ReferenceDose? = nil,
    as statistic: Statistic = .value,
    above threshold: Double = 0,
    against comparison: Comparison? = nil
  ) {
    self.quantity = quantity
    self.isModality = isModality
    self.place = place
    self.unit = unit
    self.when = when
    self.after = after
    self.statistic = statistic
    self.threshold = threshold
    self.comparison = comparison
  }

  /// The same with other names of quantity and place.
  package func renamed(_ change: (String) -> String) -> QuantityEndpoint {
    let other = comparison.map {
      Comparison(
        $0.form,
        arm: $0.arm,
        quantity: $0.quantity.map(change),
        place: $0.place.map(change),
        time: $0.time
      )
    }
    return read(
      change(quantity),
      at: change(place),
      in: unit,
      isModality: isModality,
      against: other
    )
  }

  /// The same read at a place, in the unit that its quantity has there.
  package func read(at place: String, in unit: String, isModality: Bool) -> QuantityEndpoint {
    read(quantity, at: place, in: unit, isModality: isModality, against: comparison)
  }

  private func read(
    _ quantity: String,
    at place: String,
    in unit: String,
    isModality: Bool,
    against comparison: Comparison?
  ) -> QuantityEndpoint {
    QuantityEndpoint(
      of: quantity,
      isModality: isModality,
      in: place,
      unit: unit,
      when,
      after: after,
      as: statistic,
      above: threshold,
      against: comparison
    )
  }
}
