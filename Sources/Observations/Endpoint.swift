import Simulation

/// A number that sums up a run.
public struct Endpoint: Sendable, Equatable {
  /// Its name.
  public let name: String
  /// Its value; `nil` where the run does not tell.
  public let value: Double?
  /// Its unit.
  public let unit: String
  /// Why it has no value; `nil` where it has one, and for an endpoint of no run.
  public let missing: String?

  /// An endpoint with its value, or why it has none.
  public init(name: String, value: Double?, unit: String, missing: String?) {
    self.name = name
    self.value = value
    self.unit = unit
    self.missing = missing
  }
}

extension Endpoint {
  /// It as it compares with the same endpoint of another arm.
  ///
  /// - Parameters:
  ///   - comparison: how they are compared.
  ///   - arm: its own arm.
  ///   - other: the endpoint of the other arm; `nil` where that was not run.
  /// - Returns: the endpoint with the compared value, or why there is none.
  public func compared(
    _ comparison: QuantityEndpoint.Comparison,
    in arm: String,
    with other: Endpoint?
  ) -> Endpoint {
    func endpoint(_ value: Double?, _ missing: String?) -> Endpoint {
      Endpoint(name: name, value: value, unit: comparison.form.unit(of: unit), missing: missing)
    }
    let control = comparison.arm ?? arm
    if control == arm { return endpoint(nil, "is compared with \(arm) itself") }
    guard let value else { return endpoint(nil, missing) }
    guard let other else { return endpoint(nil, "is compared with \(control), which was not run") }
    guard let second = other.value else {
      return endpoint(nil, "of \(control), with which it is compared: \(other.missing ?? "failed")")
    }
    do throws(Missing) {
      return endpoint(try comparison.of(value, second), nil)
    } catch {
      return endpoint(nil, "\(error.words) of \(control)")
    }
  }
}

/// Why an endpoint cannot be read of a run: words that continue from its name.
struct Missing: Error, Equatable {
  let words: String
}
