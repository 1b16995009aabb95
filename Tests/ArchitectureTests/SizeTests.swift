import Foundation
import Testing

/// Functions and initialisers stay short enough to be read at a glance.
@Suite("Sizes")
struct SizeTests {
  /// Most lines of a function, from its first to its closing brace, and most parameters of an initialiser.
  static let lines = 80, parameters = 12

  @Test func functionsAreShortAndInitialisersNarrow() {
    var count = 0
    for (path, text) in ArchitectureTests.files(in: "Sources") {
      let functions = FunctionSize.all(in: text)
      count += functions.count
      for function in functions {
        #expect(function.lines <= Self.lines, "\(path): \(function.name)")
        if function.name.hasPrefix("init") {
          #expect(function.parameters <= Self.parameters, "\(path): \(function.name)")
        }
      }
    }
    #expect(count > 1000)
  }

  /// A requirement without a body, one line, a body of its own lines, a signature of several lines, and a closure as default.
  @Test func sizesAreCounted() {
    let text = """
      protocol A {
        func required(_ x: Int)
        func other() -> Int
      }
      struct B {
        init() {}
        func short(pair: (a: Int, b: Int)) -> Int { 1 }
        func long(
          of x: [Int: String],
          _ body: (Int, Int) -> Void = { _, _ in }
        ) throws -> Int {
          let y = { 1 }
          return y()
        }
      }
      """
    let sizes = FunctionSize.all(in: text)
    #expect(sizes.map(\.name) == ["init", "func short", "func long"])
    #expect(sizes.map(\.lines) == [1, 1, 7])
    #expect(sizes.map(\.parameters) == [0, 1, 2])
  }
}

/// How large a function is, in a source whose indentation the formatter keeps.
struct FunctionSize {
  /// `init`, or `func` and its name.
  let name: String
  /// Lines from the first of its signature to its closing brace.
  let lines: Int
  /// Its parameters.
  let parameters: Int

  /// The functions and initialisers with a body, in order.
  static func all(in text: String) -> [FunctionSize] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.indices.compactMap { start in
      guard
        let found = lines[start].firstMatch(
          of: /^( *)(?:@?\w+(?:\(\w+\))? )*?(init|func [^ (<]+)[?]?[<(]/
        ),
        let signature = signature(lines, from: start)
      else { return nil }
      let closing = found.1 + "}"
      let end = lines[start...].indices.first {
        $0 >= signature.end && (lines[$0] == closing || $0 == start && lines[$0].hasSuffix("}"))
      }
      return end.map {
        FunctionSize(
          name: String(found.2),
          lines: $0 - start + 1,
          parameters: parameters(of: signature.text)
        )
      }
    }
  }

  /// The signature, and the line on which its body opens; `nil` where there is no body.
  private static func signature(_ lines: [String], from start: Int) -> (text: String, end: Int)? {
    var text = ""
    for i in start..<lines.count {
      text += lines[i] + " "
      guard text.count(where: { $0 == "(" }) == text.count(where: { $0 == ")" }) else { continue }
      if lines[i].contains("{") { return (text, i) }
      let next = i + 1 < lines.count ? lines[i + 1].trimmingCharacters(in: .whitespaces) : ""
      guard ["{", "->", "where", "throws", "async"].contains(where: next.hasPrefix) else {
        return nil
      }
    }
    return nil
  }

  /// The number of parameters in the first parentheses.
  private static func parameters(of signature: String) -> Int {
    let text = signature.replacing("->", with: "")
    guard let open = text.firstIndex(of: "(") else { return 0 }
    var (depth, count, isEmpty) = (0, 1, true)
    for character in text[open...] {
      switch character {
      case "(", "[", "{", "<": depth += 1
      case ")", "]", "}", ">": depth -= 1
      case "," where depth == 1: count += 1
      case " ": continue
      default: break
      }
      if depth == 0 { break }
      if depth > 1 || !"(,".contains(character) { isEmpty = false }
    }
    return isEmpty ? 0 : count
  }
}
