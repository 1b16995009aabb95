/// Goes through the state of a model, to write it down or to read it back.
///
/// What has a state names its parts once, in one order, for both ways.
public protocol StateVisitor {
  /// Whether the state is read back.
  var isReading: Bool { get }
  /// Most parts that a list which is read back can have.
  var mostParts: Int { get }
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

  /// A state that this program does not write.
  public static let unexpected = StateError("it does not hold what this program expects")
}

extension StateVisitor {
  /// Most parts of a list: some ten million.
  public var mostParts: Int { 1 << 24 }

  /// Goes through a truth value, a byte of 0 or 1.
  ///
  /// - Throws: `StateError` where another byte is read back.
  public mutating func visit(_ value: inout Bool) throws(StateError) {
    var byte: UInt8 = value ? 1 : 0
    try visit(&byte)
    guard byte <= 1 else { throw StateError.unexpected }
    value = byte == 1
  }

  /// Goes through truth values, each a byte of 0 or 1.
  ///
  /// - Throws: `StateError` where another byte is read back.
  public mutating func visit(_ values: inout [Bool]) throws(StateError) {
    var bytes = values.map { UInt8($0 ? 1 : 0) }
    try visit(&bytes)
    guard isReading else { return }
    guard bytes.allSatisfy({ $0 <= 1 }) else { throw StateError.unexpected }
    values = bytes.map { $0 == 1 }
  }

  /// Goes through a value that may be missing, in the layout that Swift gives it.
  ///
  /// That is the value, which has no bit patterns to spare, then a byte that is 1 where there is none.
  ///
  /// - Throws: `StateError` where another byte is read back.
  public mutating func visit<Wrapped: BitwiseCopyable>(_ value: inout Wrapped?) throws(StateError) {
    try visitWhole(&value)
    let mark = withUnsafeBytes(of: &value) { $0[MemoryLayout<Wrapped>.size] }
    guard mark <= 1 else { throw StateError.unexpected }
  }

  /// Goes through values that may be missing; see that of one.
  ///
  /// - Throws: `StateError` where a byte is read back that marks neither a value nor none.
  public mutating func visit<Wrapped: BitwiseCopyable>(_ values: inout [Wrapped?])
    throws(StateError)
  {
    try visitWhole(&values)
    let (first, stride) = (MemoryLayout<Wrapped>.size, MemoryLayout<Wrapped?>.stride)
    let areSound = values.withUnsafeBytes { bytes in
      Swift.stride(from: first, to: bytes.count, by: stride).allSatisfy { bytes[$0] <= 1 }
    }
    guard areSound else { throw StateError.unexpected }
  }

  private mutating func visitWhole<Value: BitwiseCopyable>(_ value: inout Value)
    throws(StateError)
  {
    try visit(&value)
  }

  private mutating func visitWhole<Element: BitwiseCopyable>(_ values: inout [Element])
    throws(StateError)
  {
    try visit(&values)
  }

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
    guard (0...min(mostParts, 1 << 24)).contains(count) else {
      throw StateError("a list of \(count) parts")
    }
    list = Array(repeating: empty, count: count)
  }
}
