import ArgumentParser
import Foundation
import Observations
import Scenario

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Explains a parameter: its meaning, permitted values, default, source, and the files that set it.",
    discussion: """
      PARAMETER is a key path of a scenario or campaign as printed by 'stroma check' (arrest.half_ratio), \
      the end of one (half_ratio) or part of one (arrest); * stands for any step of the path. \
      If several paths match, they are listed; paths that differ only in a name share one line \
      (product.secretion.*.basal). PARAMETER may also be an endpoint (survival_1_d).

      Without FILE, prints the default and the presets and scenarios of the library that set another value; \
      with FILE, prints the value used in that scenario and where it is set.

      stroma explain half_ratio
      stroma explain survival Scenarios/studies/human-iv.yaml
      """
  )

  @Argument(help: "Key path, its end or part of it.")
  var parameter: String

  @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml"]))
  var file: String?

  @OptionGroup var library: LibraryOptions

  @Option(
    name: .customLong("set"),
    parsing: .singleValue,
    help: ArgumentHelp(
      "Override a value of FILE, as in host.body_weight=25g. May be repeated.",
      valueName: "key.path=value"
    )
  )
  var overrides: [String] = []

  func validate() throws {
    if file == nil, !overrides.isEmpty {
      throw ValidationError(
        "--set overrides a value of a scenario; give the scenario file as well."
      )
    }
  }

  func run() throws {
    let catalogue = try catalogue()
    let found = catalogue.parameters(named: parameter)
    let blocks = Catalogue.Block.all.filter {
      $0.key == parameter && (file == nil || !$0.isOfCampaign)
    }
    if found.isEmpty, blocks.isEmpty { return try explainEndpoint(or: catalogue) }
    try Terminal.show(blocks.map(text).joined())
    let merged = Catalogue.merged(found)
    if merged.count == 1, merged[0].name == parameter || found.count == 1 {
      try Terminal.show(detail(merged[0]))
    } else if Set(found.map(\.name)).count == 1 {
      try Terminal.show(found.map(detail).joined())
    } else if let first = found.first {
      try list(merged, of: found.count, example: first)
    }
    try LibraryOptions.end(with: catalogue.problems)
  }

  /// Lists parameters, a line each.
  private func list(
    _ parameters: [Catalogue.Parameter],
    of count: Int,
    example: Catalogue.Parameter
  )
    throws
  {
    let width = parameters.map(\.title.count).max() ?? 0
    let lines = parameters.map { parameter in
      let name = parameter.title.padding(toLength: width, withPad: " ", startingAt: 0)
      return "\(name)  \(parameter.summary.visible)\n"
    }
    try Terminal.show(lines.joined())
    let words = ([example.name] + (file.map { [$0] } ?? [])).joined(separator: " ")
    Terminal.say(
      "\(count) parameters fit '\(parameter)'; choose one by its path, as in: stroma explain \(words)"
    )
  }

  /// Explains the endpoint of the name; where there is none, says what may have been meant.
  private func explainEndpoint(or catalogue: Catalogue) throws {
    let endpoints = try endpoints()
    if let endpoint = endpoints?.endpoints(named: parameter).first {
      return try Terminal.show(text(of: endpoint))
    }
    for problem in catalogue.problems { Terminal.say(problem.description) }
    let names = endpoints?.endpoints.map(\.name) ?? []
    let suggestion = catalogue.suggestion(for: parameter, orAmong: names)
    let needs =
      endpoints.flatMap { $0.needs(of: parameter) }.map { "; \(parameter) needs \($0)" } ?? ""
    throw ValidationError(
      "There is no parameter or endpoint '\(parameter)'\(file.map { " in \($0)" } ?? "")\(suggestion)\(needs)."
    )
  }

  /// The endpoints of the scenario, or of any; `nil` for a library that lacks the presets by which they are known.
  private func endpoints() throws -> EndpointCatalogue? {
    if file != nil { return try EndpointsCommand.catalogue(file, library) }
    return try? EndpointCatalogue(of: library.find())
  }

  private func text(of endpoint: EndpointDescription) -> String {
    "\(endpoint.name) (endpoint)\n" + line("meaning", endpoint.meaning)
      + line("unit", endpoint.unit) + line("read", endpoint.when) + line("needs", endpoint.needs)
  }

  private func text(of block: Catalogue.Block) -> String {
    "\(block.key)\(block.isOfCampaign ? " (of a campaign)" : "")\n"
      + line("meaning", block.meaning) + line("example", block.example.replacing("\n", with: "; "))
  }

  private func detail(_ parameter: Catalogue.Parameter) -> String {
    if !parameter.members.isEmpty { return ofSeveral(parameter) }
    return file == nil ? inLibrary(parameter) : inScenario(parameter)
  }

  /// What the schema says of parameters that differ in names alone, and the values of each: those that hold in a
  /// scenario, or without one those that the library gives.
  private func ofSeveral(_ parameter: Catalogue.Parameter) -> String {
    var text = head(of: parameter)
    for names in parameter.names { text += line("names", names.joined(separator: ", ")) }
    let standards = parameter.members.map { Set($0.standards.map(\.text)) }
    let isOne = standards.allSatisfy { $0 == standards[0] }
    if isOne { text += self.standards(of: parameter.members[0]) }
    for member in parameter.members {
      let own = isOne ? [] : member.standards.map { "\($0.text) (default)" }
      let given = member.settings.map { "\($0.text) (\($0.by)\(words(for: $0.arms)))" }
      let values = file == nil ? own + given : given
      if !values.isEmpty { text += "  \(member.name)  \(values.joined(separator: "; ").visible)\n" }
    }
    return text
  }

  private func catalogue() throws -> Catalogue {
    guard let file else { return Catalogue(of: try library.find()) }
    do throws(ScenarioError) {
      return Catalogue(
        of: try ResolvedScenario(
          path: file,
          library: library.directory,
          program: ValueOptions.program,
          overrides: overrides
        )
      )
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
  }

  /// What the schema says of a parameter, and who says otherwise.
  private func inLibrary(_ parameter: Catalogue.Parameter) -> String {
    var text = head(of: parameter) + standards(of: parameter)
    for (i, setting) in parameter.settings.enumerated() {
      let range = setting.range.map { "; range \($0)" } ?? ""
      let source = setting.source.map { "; \($0)" } ?? ""
      text += line(
        i == 0 ? "set by" : "",
        "\(setting.by)\(words(for: setting.arms)): \(setting.text)\(inPrint(setting.text, parameter))\(range)\(source)"
      )
    }
    return text
  }

  /// The values of a parameter in a scenario and where they stand, and what the schema says.
  private func inScenario(_ parameter: Catalogue.Parameter) -> String {
    var text = head(of: parameter)
    for setting in parameter.settings {
      text += line("value", setting.text + inPrint(setting.text, parameter))
      text += line("set by", setting.by + words(for: setting.arms))
      text += line("range", setting.range) + line("source", setting.source)
    }
    let isGiven = parameter.settings.contains { !$0.isStandard }
    return isGiven ? text + standards(of: parameter) : text
  }

  private func head(of parameter: Catalogue.Parameter) -> String {
    parameter.meanings.reduce(parameter.title + "\n") { text, meaning in
      text + line("meaning", meaning.text) + line("unit", meaning.unit)
        + line("in print", meaning.printed.isEmpty ? nil : meaning.printed.joined(separator: ", "))
        + line("takes", meaning.takes) + line("allowed", meaning.allowed)
    }
  }

  private func standards(of parameter: Catalogue.Parameter) -> String {
    guard !parameter.standards.isEmpty else { return line("default", "none") }
    return parameter.standards.map { standard in
      line(
        "default",
        standard.text + inPrint(standard.text, parameter)
          + (standard.condition.map { " (\($0))" } ?? "")
      )
        + line("range", standard.range)
        + line("source", standard.source)
    }.joined()
  }

  /// ` = 12 pg/1e6 cells/24 h`, where papers print such a value in another unit.
  private func inPrint(_ text: String, _ parameter: Catalogue.Parameter) -> String {
    let printed = parameter.meanings.lazy.compactMap { $0.inPrint(text) }.first
    return printed.map { " = \($0)" } ?? ""
  }

  private func words(for arms: [String]) -> String {
    guard !arms.isEmpty else { return "" }
    return " (\(arms.count == 1 ? "arm" : "arms") \(arms.joined(separator: ", ")))"
  }

  private func line(_ key: String, _ text: String?) -> String {
    guard let text else { return "" }
    return "  \(key.padding(toLength: 9, withPad: " ", startingAt: 0))\(text.visible)\n"
  }
}
