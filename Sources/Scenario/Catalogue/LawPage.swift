import Body
import Laws

/// The laws of the model and their parameters as a page of Markdown: equations, symbols, and of each parameter its
/// default, the ranges in which it is allowed and known to lie, and its source.
package struct LawPage {
  /// The page.
  package let text: String

  /// The page of a library.
  ///
  /// - Throws: `ScenarioError` where its parameter set cannot be read.
  package init(of library: Library) throws(ScenarioError) {
    var loader = Loader(library: .success(library))
    let set = try ParameterSet(&loader)
    var rest = set.paths
    var text = """
      # Laws and parameters

      The equation of every law as LaTeX, and its parameters with key, symbol, default, the range that is allowed, the range in
      which the value is known to lie, and the source. Written by `stroma laws` from `Scenarios/laws` and the laws themselves.


      """
    for (path, law) in LawSections.all {
      text += Self.section(law, path, set)
      rest.removeAll { $0.count == path.count + 1 && $0.starts(with: path) }
    }
    let catalogue = Catalogue(of: library)
    let meanings = Dictionary(
      catalogue.parameters.map { ($0.path, $0.summary) },
      uniquingKeysWith: { first, _ in first }
    )
    text += "## Other parameters\n\n| key | meaning | default | allowed | known | source |\n"
    text += "|---|---|---|---|---|---|\n"
    for path in rest {
      guard let entry = set.entry(of: path) else { continue }
      let meaning =
        meanings[path] ?? meanings[path.dropLast()] ?? Self.summary(of: path, catalogue)
      text += Self.row(["`\(path.joined(separator: "."))`", meaning] + Self.cells(entry))
    }
    self.text = text
  }

  /// What a parameter means whose path has names in it.
  private static func summary(of path: [String], _ catalogue: Catalogue) -> String {
    catalogue.parameters.first {
      $0.path.count == path.count
        && zip($0.path, path).allSatisfy { $0 == $1 || $0 == "*" || $1 == "*" }
    }?.summary ?? ""
  }

  private static func section<Shown: Law>(
    _ law: Shown.Type,
    _ path: [String],
    _ set: ParameterSet
  ) -> String {
    var text = "## \(law.title)\n\n`\(path.joined(separator: "."))`\n\n```latex\n"
    text += "\(law.equation)\n```\n\n"
    text += law.symbols.map { "`\($0.text)`: \($0.meaning)" }.joined(separator: "; ")
    text += ".\n\n| key | symbol | meaning | default | allowed | known | source |\n"
    text += "|---|---|---|---|---|---|---|\n"
    for parameter in law.parameters {
      guard let entry = set.entry(of: path + [parameter.key]) else { continue }
      text += row(
        ["`\(parameter.key)`", "`\(parameter.symbol)`", parameter.meaning] + cells(entry)
      )
    }
    return text + "\n"
  }

  private static func cells(_ entry: ParameterSet.Entry) -> [String] {
    [entry.value ?? "none", entry.allowed, entry.range ?? "", entry.source ?? ""]
  }

  private static func row(_ cells: [String]) -> String {
    "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
  }
}

/// The parameters that laws name and those that a library has values for, as paths with dots.
package struct LawParameters {
  /// Paths that laws name.
  package let named: [String]
  /// Paths with a record.
  package let recorded: [String]
  /// Of each record the value, where it is known to lie, and the source.
  package let records: [String: (value: String?, range: String?, source: String?)]

  /// Those of a library.
  ///
  /// - Throws: `ScenarioError` where its parameter set cannot be read.
  package init(of library: Library) throws(ScenarioError) {
    var loader = Loader(library: .success(library))
    let set = try ParameterSet(&loader)
    named = LawSections.all.flatMap { path, law in Self.paths(law, path) }
    recorded = set.paths.map { $0.joined(separator: ".") }
    records = Dictionary(
      uniqueKeysWithValues: set.paths.compactMap { path in
        set.entry(of: path).map { (path.joined(separator: "."), ($0.value, $0.range, $0.source)) }
      }
    )
  }

  private static func paths<Named: Law>(_ law: Named.Type, _ path: [String]) -> [String] {
    law.parameters.map { (path + [$0.key]).joined(separator: ".") }
  }
}
