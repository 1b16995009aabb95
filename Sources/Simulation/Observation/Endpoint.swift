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

/// The dose that an endpoint is read after; doses that begin at one time are one.
public enum ReferenceDose: String, Sendable, CaseIterable {
  /// The first that is given.
  case first = "first dose"
  /// The last that is given.
  case last = "last dose"
  /// Each that is given: the mean over those after which it can be read.
  case each = "each dose"
}

/// An endpoint that a scenario defines.
public struct NamedEndpoint: Sendable, Equatable {
  /// What it reads.
  public enum Content: Sendable, Equatable {
    /// An endpoint of every run, by its name, after a dose, compared with another arm.
    case endpoint(String, after: ReferenceDose, against: QuantityEndpoint.Comparison? = nil)
    /// A quantity.
    case quantity(QuantityEndpoint)
  }

  /// Its name, and what it reads.
  public let name: String, content: Content

  /// An endpoint of a name.
  public init(name: String, _ content: Content) {
    self.name = name
    self.content = content
  }

  /// An endpoint of every run, read after a dose.
  public init(name: String, read: String, after: ReferenceDose = .first) {
    self.init(name: name, .endpoint(read, after: after))
  }

  /// The dose that it is read after; `nil` for the start of the run.
  public var after: ReferenceDose? {
    switch content {
    case .endpoint(_, let after, _): after
    case .quantity(let quantity): quantity.after
    }
  }

  /// What it is compared with; `nil` for nothing.
  public var comparison: QuantityEndpoint.Comparison? {
    switch content {
    case .endpoint(_, _, let comparison): comparison
    case .quantity(let quantity): quantity.comparison
    }
  }

  /// The other arm that it is compared with; `nil` for none.
  public var control: String? { comparison?.arm }
}

/// Why an endpoint cannot be read of a run: words that go on from its name.
struct Missing: Error, Equatable {
  let words: String
}
