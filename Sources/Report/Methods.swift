import Campaign
import Files
import Foundation
import Laws
import Scenario
import Simulation
import Vocabulary

/// What runs rest on: equations, and every value with its source, from the text of a resolved scenario.
struct Methods {
  /// Values of the resolved scenario.
  let values: [ResolvedValue]

  init(yaml: String) { values = ResolvedValue.all(in: yaml) }

  /// The text of a value; `nil` where it is not given.
  func text(_ path: String) -> String? {
    values.first { $0.path == path }.map(\.text).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Those that describe the run, but for names and words.
  private var parameters: [ResolvedValue] {
    values.filter { value in
      !value.meaning.isEmpty && !["name", "question"].contains(value.path)
        && !value.path.hasPrefix("notes.") && !value.path.hasSuffix(".source")
    }
  }

  /// Numbers among them, and how many of these are assumed, fitted or calibrated.
  var shares: (all: Int, assumed: Int, sourced: Int) {
    let numbers = parameters.filter { !$0.allowed.isEmpty }
    return (
      numbers.count, numbers.count { $0.isAssumed },
      numbers.count { !$0.source.isEmpty && !$0.isAssumed }
    )
  }

  /// A table of all values.
  var table: CSVTable {
    CSVTable(
      columns: [
        "parameter", "value", "assumed", "source", "meaning", "known range", "allowed", "set by",
      ],
      rows: parameters.map { value in
        [
          value.path, value.text, value.isAssumed ? "yes" : "", value.source, value.meaning,
          value.range, value.allowed, value.origin,
        ]
      }
    )
  }

  /// What the scenario itself sets in one arm and not in all: arm, parameter and value.
  var arms: CSVTable {
    let rows = values.filter { $0.path.hasPrefix("arms.") && $0.origin.hasPrefix("line ") }
      .map { value -> [String] in
        let steps = value.path.split(separator: ".").map(String.init)
        return [steps[1], steps.dropFirst(2).joined(separator: "."), value.text]
      }
    return CSVTable(columns: ["arm", "parameter", "value"], rows: rows)
  }

  /// Laws whose parameters the run has, each with its equation, and its parameters with symbol, meaning and value.
  var laws: [LawShown] {
    let known = Dictionary(values.map { ($0.path, $0.text) }) { first, _ in first }
    let inArms = Dictionary(
      values.filter { $0.path.hasPrefix("arms.") }.map { value in
        (
          value.path.split(separator: ".").dropFirst(2).joined(separator: "."),
          "differs between arms"
        )
      }
    ) { first, _ in first }
    return LawSections.all.compactMap { path, law in
      LawShown(law, path) { known[$0] ?? inArms[$0] }
    }
  }
}

/// A law as a report shows it.
struct LawShown {
  /// Its title, and its equation as MathML.
  let title: String, equation: String
  /// Symbols that are no parameters: as MathML, with what they stand for.
  let symbols: [(symbol: String, meaning: String)]
  /// Parameters: symbol as MathML, key, meaning and value.
  let parameters: [(symbol: String, key: String, meaning: String, value: String)]

  /// A law with the values of its parameters; `nil` where a run has none of them.
  init?<Shown: Law>(_ law: Shown.Type, _ path: [String], value: (String) -> String?) {
    parameters = law.parameters.compactMap { parameter in
      let key = (path + [parameter.key]).joined(separator: ".")
      return value(key).map {
        (MathML.of(parameter.symbol, isBlock: false), key, parameter.meaning, $0)
      }
    }
    guard !parameters.isEmpty else { return nil }
    title = law.title
    equation = MathML.of(law.equation, isBlock: true)
    symbols = law.symbols.map { (MathML.of($0.text, isBlock: false), $0.meaning) }
  }
}
