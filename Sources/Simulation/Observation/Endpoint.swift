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
  /// Its name.
  public let name: String
  /// Name of the endpoint of every run that is read.
  public let read: String
  /// The dose that it is read after.
  public let after: ReferenceDose

  /// An endpoint of every run, read after a dose.
  public init(name: String, read: String, after: ReferenceDose = .first) {
    self.name = name
    self.read = read
    self.after = after
  }
}

/// Why an endpoint cannot be read of a run: words that go on from its name.
struct Missing: Error, Equatable {
  let words: String
}
