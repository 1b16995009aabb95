import Observations
import Simulation

/// A reading of a published experiment, and the interval that counts as right: an entry of `rows` in a file of
/// `Scenarios/rows/`.
public struct PublishedRow: Sendable {
  /// Whether parameters may be set on the row, or it is predicted.
  public enum Role: String, Sendable, CaseIterable {
    case calibrate, validate
  }

  /// How several readings are combined.
  public enum Combination: String, Sendable, CaseIterable {
    /// The first of two over the second, or less it.
    case ratio, difference
    /// Their sum, the least and the largest of them, and the largest less the least.
    case sum, least, most, range
    /// The least step from one to the next, in the order in which they are given.
    case leastStep = "least step"

    /// The combination of the readings of a replicate.
    package func of(_ values: [Double]) -> Double {
      let (least, most) = (values.min() ?? .nan, values.max() ?? .nan)
      switch self {
      case .ratio: return values[0] / values[1]
      case .difference: return values[0] - values[1]
      case .sum: return values.reduce(0, +)
      case .least: return least
      case .most: return most
      case .range: return most - least
      case .leastStep: return zip(values.dropFirst(), values).map { $0 - $1 }.min() ?? .nan
      }
    }

    /// Whether it is of two readings only.
    var isOfTwo: Bool { self == .ratio || self == .difference }

    /// The unit that a unit becomes.
    func unit(of unit: String) -> String {
      switch self {
      case .ratio: "ratio"
      case .difference, .range, .leastStep: unit == "%" ? "points" : unit
      case .sum, .least, .most: unit
      }
    }
  }

  /// What is read of one arm.
  public struct Reading: Sendable {
    /// The arm; `nil` for the only one.
    public let arm: String?
    /// What is read of it.
    public let content: NamedEndpoint.Content
  }

  /// What a row reads of the runs of its scenario.
  public struct Readings: Sendable {
    /// The readings, in order.
    public let all: [Reading]
    /// How they are combined; `nil` for a single reading.
    public let combination: Combination?
  }

  /// Its name; rows of one experiment share what stands before a dash.
  public let name: String
  /// Its role.
  public let role: Role
  /// The scenario as the file names it, and the path of its file.
  public let scenario: String, scenarioFile: String
  /// What is read in words, and its unit.
  public let observable: String, unit: String
  /// The interval that counts as right; none where the paper gives none.
  public let interval: ClosedRange<Double>?
  /// Where the interval comes from.
  public let source: String

  /// The entry of the file, and the path of its key.
  let node: Document, path: [String]
}
