import Foundation

/// One thing wrong with a scenario: where, which key, what was found, what is allowed.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
  /// File, or the command-line option, it stands in.
  public let file: String
  /// Line and column from 1; 0 where there is none.
  public let line: Int, column: Int
  /// Path of the key, empty for the whole file.
  public let path: String
  /// What is wrong and what is allowed.
  public let message: String

  /// Something wrong with the value of a path.
  package init(_ origin: Origin, path: String, _ message: String) {
    file = origin.file
    line = origin.line
    column = origin.column
    self.path = path
    self.message = message
  }

  /// `file:line:column: path: message`, on one line whatever the scenario holds.
  public var description: String {
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    return (path.isEmpty ? "\(place): \(message)" : "\(place): \(path): \(message)").visible
  }
}

/// A scenario that cannot be run, with all that is wrong with it.
public struct ScenarioError: Error, Sendable, CustomStringConvertible {
  /// At least one.
  public let diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  init(_ origin: Origin, path: String = "", _ message: String) {
    diagnostics = [Diagnostic(origin, path: path, message)]
  }

  /// It with the place in a file of what is wrong with a setting that stands in one, by its text.
  func placed(at origins: [String: Origin]) -> ScenarioError {
    ScenarioError(
      diagnostics.map { diagnostic in
        guard diagnostic.file.hasPrefix("--set "),
          let origin = origins[String(diagnostic.file.dropFirst("--set ".count))]
        else { return diagnostic }
        return Diagnostic(origin, path: diagnostic.path, diagnostic.message)
      }
    )
  }

  /// Diagnostics that are described, at most.
  private static let mostDescribed = 20

  /// A line per diagnostic, for the first twenty; of more, how many there are.
  public var description: String {
    let shown = diagnostics.prefix(Self.mostDescribed).map(\.description)
    let more = diagnostics.count - shown.count
    return (shown + (more > 0 ? ["and \(more) more"] : [])).joined(separator: "\n")
  }
}

extension Unicode.Scalar {
  /// Whether it shows on a line as what it is: no control, line break or mark of direction.
  var isVisible: Bool {
    if isASCII { return value >= 0x20 && value != 0x7f }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: true
    }
  }
}

extension String {
  /// This text on one line, with everything that does not show written as `\u{…}`.
  package var visible: String {
    if unicodeScalars.allSatisfy(\.isVisible) { return self }
    return unicodeScalars.map { $0.isVisible ? String($0) : "\\u{\(String($0.value, radix: 16))}" }
      .joined()
  }
}

/// Finds the word that was probably meant.
package enum Suggestion {
  /// " (did you mean 'x'?)" where a known word is close, else nothing: one that is written or called otherwise, see
  /// `Spelling`, else one that few letters make it.
  ///
  /// Of words equally close without regard to case, the closest with regard to it is taken, then the
  /// one that begins alike.
  package static func text(for word: String, among known: some Sequence<String>) -> String {
    let known = known.sorted()
    var close = Spelling.meant(by: word, among: known)
    var least = Int.max
    for candidate in known where close.isEmpty || least < Int.max {
      let limit = max(1, min(word.count, candidate.count) / 3)
      guard (word.count - candidate.count).magnitude <= limit else { continue }
      let d = distance(word.lowercased(), candidate.lowercased())
      guard d <= limit else { continue }
      if d < least { (least, close) = (d, []) }
      if d == least { close.append(candidate) }
    }
    let best = close.min { a, b in
      (distance(word, a), -word.commonPrefix(with: a).count)
        < (distance(word, b), -word.commonPrefix(with: b).count)
    }
    return best.map { " (did you mean '\($0)'?)" } ?? ""
  }

  /// Edits between two words: insertions, deletions, substitutions, swaps of neighbours.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.prefix(64))
    let b = Array(b.prefix(64))
    var before = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...max(1, a.count) where i <= a.count {
      var row = [i]
      for j in 1...max(1, b.count) where j <= b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        var least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          least = min(least, before[j - 2] + 1)
        }
        row.append(least)
      }
      before = last
      last = row
    }
    return last[b.count]
  }
}
