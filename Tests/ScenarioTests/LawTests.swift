import Foundation
import Laws
import Scenario
import Testing

/// Laws, their parameters, and what the library knows of these.
@Suite("Laws and parameters")
struct LawTests {
  private static let root = URL(fileURLWithPath: Scenarios.root).deletingLastPathComponent().path

  private static func library() throws -> Library {
    try Library(given: Scenarios.root, scenario: "", program: "")
  }

  /// A parameter without a record has no default; a record without a parameter is never read.
  @Test func everyParameterHasARecordAndEveryRecordAParameter() throws {
    let parameters = try LawParameters(of: try Self.library())
    #expect(Set(parameters.named).count == parameters.named.count)
    #expect(Set(parameters.named).isSubset(of: parameters.recorded))
    let sections = LawSections.all.map { $0.path.joined(separator: ".") }
    let ofLaws = parameters.recorded.filter { record in
      sections.contains { record.hasPrefix("\($0).") }
    }
    #expect(Set(ofLaws) == Set(parameters.named))
    // The others are read by scenarios of the library.
    let known = Catalogue(of: try Self.library()).parameters.map(\.path)
    for record in parameters.recorded where !ofLaws.contains(record) {
      let path = record.split(separator: ".").map(String.init)
      let isRead = known.contains { other in
        // A record for one of several cases has the name of the case last.
        (path.count - 1...path.count).contains(other.count)
          && zip(other, path).allSatisfy { $0 == $1 || $0 == "*" || $1 == "*" }
      }
      #expect(isRead, "\(record) is read by no scenario")
    }
  }

  /// What a record may be of beside laws is what the library has records of.
  @Test func everyPathBesideLawsHasARecord() throws {
    let recorded = try LawParameters(of: try Self.library()).recorded
      .map { $0.split(separator: ".").map(String.init) }
    for known in LawSections.others {
      let hasRecord = recorded.contains { record in
        record.count == known.count
          && zip(known, record).allSatisfy { $0 == $1 || ["*", "ORGAN"].contains($0) }
      }
      #expect(hasRecord, "\(known) has no record")
    }
  }

  /// A default has a source; one that is assumed has a range as well, or is one by definition.
  @Test func everyRecordHasASource() throws {
    for (path, record) in try LawParameters(of: try Self.library()).records {
      guard record.value != nil else { continue }
      let source = record.source ?? ""
      #expect(!source.isEmpty, "\(path) has no source")
      if source.contains("assumed"), !source.contains("assumed 0"),
        !source.contains("by definition")
      {
        #expect(record.range != nil, "\(path) is assumed without a range")
      }
    }
  }

  /// The symbols of an equation: letters and Greek letters with their subscripts.
  private static func symbols(in equation: String) -> Set<String> {
    let commands =
      /\\mathrm\{[^}]*\}|\\(frac|exp|ln|min|max|sum|sqrt|nabla|pi|quad|qquad|ge|le)\b/
    let text = equation.replacing(commands, with: " ")
    let symbol = /(\\[a-zA-Z]+|[A-Za-z])(_(\{[^}]*\}|[A-Za-z0-9]))?/
    return Set(text.matches(of: symbol).map { String(text[$0.range]) })
  }

  /// The equation is written in the symbols of its parameters and of what it names, and in all of them.
  @Test(arguments: LawSections.all.indices)
  func symbolsAreThoseOfTheEquation(index: Int) {
    func check<Checked: Law>(_ law: Checked.Type) {
      let named = law.parameters.map(\.symbol) + law.symbols.map(\.text)
      #expect(Set(named).count == named.count, "a symbol of \(law) stands for two things")
      #expect(Self.symbols(in: law.equation) == Set(named), "\(law)")
    }
    check(LawSections.all[index].law)
  }

  /// Each parameter has a property of its own: what is read of one does not fall to another.
  @Test(arguments: LawSections.all.indices)
  func propertiesAreDistinct(index: Int) {
    func check<Checked: Law>(_ law: Checked.Type) {
      var value = Checked()
      for (n, parameter) in law.parameters.enumerated() {
        value[keyPath: parameter.property] = Double(n + 1)
      }
      for (n, parameter) in law.parameters.enumerated() {
        #expect(value[keyPath: parameter.property] == Double(n + 1), "\(parameter.key)")
      }
    }
    check(LawSections.all[index].law)
  }

  /// The page of the documentation is the one that the program writes.
  @Test func pageIsWritten() throws {
    let page = try String(
      contentsOfFile: "\(Self.root)/Sources/Manual/Manual.docc/Laws.md",
      encoding: .utf8
    )
    #expect(
      page == (try LawPage(of: try Self.library())).text,
      "write it again: stroma laws > …/Laws.md"
    )
  }

  /// No number of a parameter stands in a file of laws: only 0, 1 and 2, and constants that have a name.
  @Test func lawsHoldNoNumbers() throws {
    let folder = "\(Self.root)/Sources"
    let found = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    var files = 0
    for path in found where path.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
      guard text.contains(": Law {") else { continue }
      files += 1
      for line in text.split(separator: "\n") {
        #expect(Self.literals(in: String(line)).isEmpty, "\(path): \(line)")
      }
    }
    #expect(files == LawSections.all.count)
  }

  /// The number literals of a line of code other than 0, 1 and 2; none of a comment, a text or a named constant.
  private static func literals(in line: String) -> [String] {
    var code = line.replacing(/#"[^"]*"#|"[^"]*"/, with: "")
    if let comment = code.firstRange(of: "//") { code = String(code[..<comment.lowerBound]) }
    if code.contains("static let") || code.contains("static var")
      || code.trimmingCharacters(in: .whitespaces).hasPrefix("\\")
    {
      return []
    }
    let number = /[A-Za-z_]?[0-9][0-9_]*(\.[0-9]+)?(e-?[0-9]+)?/
    return code.matches(of: number).map { String(code[$0.range]) }
      .filter { $0.first?.isNumber == true && !["0", "1", "2", "0.0", "1.0", "2.0"].contains($0) }
  }
}
