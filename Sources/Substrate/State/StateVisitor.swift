/// Goes through the state of a model, to write it down or to read it back.
///
/// What has a state names its parts once, in one order, for both ways.
public protocol StateVisitor {
  /// Whether the state is read back.
  var isReading: Bool { get }
  /// Writes a value down, or reads it back.
  mutating func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError)
  /// Writes numbers down, or reads them back.
  mutating func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError)
}

/// Why a state cannot be written or read: one sentence for the user.
public struct StateError: Error, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// An error with a sentence.
  public init(_ description: String) { self.description = description }
}

extension StateVisitor {
  /// Goes through a list of lists.
  public mutating func visit<Element: BitwiseCopyable>(_ lists: inout [[Element]])
    throws(StateError)
  {
    try resize(&lists, with: [])
    for i in lists.indices { try visit(&lists[i]) }
  }

  /// Goes through a text.
  public mutating func visit(_ text: inout String) throws(StateError) {
    var bytes = Array(text.utf8)
    try visit(&bytes)
    if isReading { text = String(decoding: bytes, as: UTF8.self) }
  }

  /// Gives a list that is read back its length, each place empty.
  public mutating func resize<Element>(_ list: inout [Element], with empty: Element)
    throws(StateError)
  {
    var count = list.count
    try visit(&count)
    guard isReading else { return }
    guard (0...1 << 24).contains(count) else { throw StateError("a list of \(count) parts") }
    list = Array(repeating: empty, count: count)
  }
}
