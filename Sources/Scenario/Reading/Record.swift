/// A value of a resolved scenario with all that is known of it.
public struct Record: Sendable {
  /// Path of its key.
  public let path: [String]
  /// Its text, as given.
  public let text: String
  /// The value in base units, where it is a quantity.
  public let value: Double?
  /// The allowed range as text, where it has one.
  public let allowed: String?
  /// Where the value is known to lie, as text, where that is given.
  public let range: String?
  /// Citation, or "assumed" and why.
  public let source: String?
  /// What it means.
  public let meaning: String
  /// Where it comes from.
  public let origin: Origin
  /// Whether the text is a list in YAML's flow style.
  let isList: Bool
}

/// Collects what is read and what is wrong while a scenario is read.
final class Reading {
  private(set) var records: [Record] = []
  private(set) var diagnostics: [Diagnostic] = []

  func add(_ record: Record) { records.append(record) }

  func report(_ origin: Origin, _ path: [String], _ message: String) {
    diagnostics.append(Diagnostic(origin, path: path.joined(separator: "."), message))
  }
}
