/// Something in a scenario that its author should be aware of; it does not change the results.
public struct Note: Codable, Sendable, Equatable, CustomStringConvertible {
  /// Key of the rule that raises it, by which it is accepted.
  public let key: String
  /// What is so, with its number and threshold.
  public let sentence: String
  /// Path of the key it is about, with dots.
  public let path: String
  /// What to write instead.
  public let remedy: String
  /// Arms it is about; empty for all.
  public let arms: [String]
  /// Why it is accepted; `nil` where it is not.
  public let accepted: String?

  /// The same, where it holds at some points of a campaign only.
  public func adding(_ words: String) -> Note {
    Note(
      key: key,
      sentence: "\(sentence), \(words)",
      path: path,
      remedy: remedy,
      arms: arms,
      accepted: accepted
    )
  }

  /// The note on one line, as it is printed.
  public var description: String {
    let words = arms.isEmpty ? "" : " (\(arms.count == 1 ? "arm" : "arms") \(arms.listed))"
    return "note \(key): \(path)\(words): \(sentence); \(remedy)".visible
  }
}

extension [Note] {
  /// Those that are not accepted, in order.
  public var open: [Note] { filter { $0.accepted == nil } }
}

extension [String] {
  /// Its elements with commas between them.
  var listed: String { joined(separator: ", ") }
}
