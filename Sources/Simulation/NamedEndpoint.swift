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
