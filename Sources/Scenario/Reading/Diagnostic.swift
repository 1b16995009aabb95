/// One thing wrong with a scenario: where, which key, what was found, what is allowed.
public struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
  /// File, or the command-line option, it stands in.
  public let file: String
  /// Line and column from 1; 0 where there is none.
  public let line: Int, column: Int
  /// Path of the key, empty for the whole file.
  public let path: String
  /// What is wrong and what is allowed.
  public let message: String

  init(_ origin: Origin, path: String, _ message: String) {
    file = origin.file
    line = origin.line
    column = origin.column
    self.path = path
    self.message = message
  }

  /// `file:line:column: path: message`.
  public var description: String {
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    return path.isEmpty ? "\(place): \(message)" : "\(place): \(path): \(message)"
  }
}

/// A scenario that cannot be run, with all that is wrong with it.
public struct ScenarioError: Error, Sendable, CustomStringConvertible {
  /// At least one.
  public let diagnostics: [Diagnostic]

  init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  init(_ origin: Origin, path: String = "", _ message: String) {
    diagnostics = [Diagnostic(origin, path: path, message)]
  }

  /// A line per diagnostic.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// Finds the word somebody may have meant.
enum Suggestion {
  /// " (did you mean 'x'?)" where a known word is close, else nothing.
  static func text(for word: String, among known: some Sequence<String>) -> String {
    var best: (word: String, distance: Int)?
    for candidate in known.sorted() {
      let d = distance(word.lowercased(), candidate.lowercased())
      if d < best?.distance ?? Int.max { best = (candidate, d) }
    }
    guard let best, best.distance <= max(1, min(word.count, best.word.count) / 3) else { return "" }
    return " (did you mean '\(best.word)'?)"
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
