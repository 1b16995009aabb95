/// The values of a resolved scenario as its text tells them, each with the comment that `ResolvedText` writes.
public struct ResolvedValue: Sendable, Equatable {
  /// Path of its key, with dots; begins with `arms.NAME` where arms differ.
  public let path: String
  /// Its text.
  public let text: String
  /// Where it comes from: `line 3`, `preset hosts/mouse`, `default`.
  public let origin: String
  /// Citation, or "assumed" and why; empty where there is none.
  public let source: String
  /// Where the value is known to lie; empty where that is not given.
  public let range: String
  /// What is allowed; empty where that is not given.
  public let allowed: String
  /// What it means.
  public let meaning: String

  /// Whether the value is assumed, fitted or calibrated instead of measured.
  public let isAssumed: Bool

  /// All values of a text.
  public static func all(in yaml: String) -> [ResolvedValue] {
    var values: [ResolvedValue] = []
    var parents: [String] = []
    for line in yaml.split(separator: "\n") {
      let level = line.prefix { $0 == " " }.count / 2
      guard let (key, rest) = key(of: line.drop { $0 == " " }) else { continue }
      parents = parents.prefix(level) + [key]
      guard let (text, comment) = value(of: rest) else { continue }
      values.append(ResolvedValue(parents.joined(separator: "."), text, comment))
    }
    return values
  }

  private init(_ path: String, _ text: String, _ comment: Substring) {
    self.path = path
    self.text = text
    var parts = Self.parts(of: comment)[...]
    origin = String(parts.popFirst() ?? "")
    func position(_ word: String) -> Int? { parts.lastIndex { $0.hasPrefix(word) } }
    let (range, allowed) = (position("range "), position("allowed "))
    let meaning = (allowed ?? range).map { $0 + 1 } ?? max(parts.startIndex, parts.endIndex - 1)
    let source = range ?? allowed ?? meaning
    self.source = parts[..<source].joined(separator: "; ")
    isAssumed = Record.isAssumed(self.source)
    self.range = range.map { String(parts[$0].dropFirst("range ".count)) } ?? ""
    self.allowed = allowed.map { String(parts[$0].dropFirst("allowed ".count)) } ?? ""
    self.meaning = parts[meaning...].joined(separator: "; ")
  }

  /// Where a text of ASCII begins in another; bytes are compared, as characters would be by grapheme, slowly.
  private static func start(of sign: StaticString, in text: Substring) -> Substring.Index? {
    let sign = UnsafeBufferPointer(start: sign.utf8Start, count: sign.utf8CodeUnitCount)
    let bytes = text.utf8
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == sign[0], bytes[index...].starts(with: sign) { return index }
      index = bytes.index(after: index)
    }
    return nil
  }

  /// The parts of a comment, between semicolons.
  private static func parts(of comment: Substring) -> [Substring] {
    var parts: [Substring] = []
    var rest = comment
    while let end = start(of: "; ", in: rest) {
      parts.append(rest[..<end])
      rest = rest[rest.utf8.index(end, offsetBy: 2)...]
    }
    return parts + [rest]
  }

  /// The key that a line begins with, in quotes or without, and what follows its colon.
  private static func key(of line: Substring) -> (String, Substring)? {
    guard let (key, rest) = scalar(of: line, until: ":"), rest.first == ":" else { return nil }
    return (key, rest.dropFirst())
  }

  /// The value that follows a colon, and its comment; `nil` where a mapping begins.
  private static func value(of rest: Substring) -> (String, Substring)? {
    guard let (text, comment) = scalar(of: rest.dropFirst(), until: "  # "),
      comment.hasPrefix("  # ")
    else { return nil }
    return (text, comment.dropFirst(4))
  }

  /// A text in quotes, or one that ends before a sign, and the rest of the line.
  private static func scalar(of line: Substring, until end: StaticString) -> (String, Substring)? {
    guard line.first == "\"" else {
      guard let position = start(of: end, in: line) else { return nil }
      return (String(line[..<position]), line[position...])
    }
    var text = ""
    var rest = line.dropFirst()
    while let character = rest.popFirst() {
      if character == "\"" { return (text, rest) }
      guard character == "\\", let next = rest.popFirst() else {
        text.append(character)
        continue
      }
      switch next {
      case "n": text += "\n"
      case "t": text += "\t"
      case "U":
        let scalar = UInt32(rest.prefix(8), radix: 16).flatMap(Unicode.Scalar.init)
        if let scalar { text.unicodeScalars.append(scalar) }
        rest = rest.dropFirst(8)
      default: text.append(next)
      }
    }
    return nil
  }
}
