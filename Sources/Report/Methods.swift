import Campaign
import Files
import Foundation
import Laws
import Scenario
import Simulation
import Vocabulary

/// What a run rests on: its model in the structure of an ODD protocol, equations, and every value with its source.
struct Methods {
  /// Values of the resolved scenario.
  let values: [ResolvedValue]
  private let run: RunFiles

  init(_ run: RunFiles) {
    self.run = run
    values = ResolvedValue.all(in: run.yaml)
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
      columns: ["parameter", "value", "known range", "allowed", "meaning", "source", "assumed", "set by"],
      rows: parameters.map { value in
        [
          value.path, value.text, value.range, value.allowed, value.meaning, value.source,
          value.isAssumed ? "yes" : "", value.origin,
        ]
      }
    )
  }

  /// Laws whose parameters the run has, each with its equation, and its parameters with symbol, meaning and value.
  var laws: [LawShown] {
    let known = Dictionary(values.map { ($0.path, $0.text) }) { first, _ in first }
    let inArms = Dictionary(
      values.filter { $0.path.hasPrefix("arms.") }.map { value in
        (value.path.split(separator: ".").dropFirst(2).joined(separator: "."), "differs between arms")
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

extension Methods {
  /// Sentences of the protocol, heading by heading.
  var protocolText: [(heading: String, text: String)] {
    guard let scenario = run.scenario, let first = scenario.experiments.first else { return [] }
    let manifest = run.manifest
    let clock = first.clock
    let isCulture = first.setting == .culture
    let experiments = scenario.experiments
    let blocks = experiments.flatMap(\.tissues).reduce(into: [String: String]()) { blocks, tissue in
      let shape = tissue.shape
      blocks[tissue.name] =
        "\(tissue.name) (\(shape.nx) x \(shape.ny) x \(shape.nz) voxels of \(CSV.number(shape.spacing, digits: 4)) um)"
    }
    func listed(_ names: some Sequence<String>) -> String {
      let all = Set(names).sorted()
      return all.isEmpty ? "none" : all.joined(separator: ", ")
    }
    let factors = experiments.flatMap(\.tissues).flatMap { $0.fields.map(\.factor.name) }
    let kinds = experiments.flatMap(\.kinds).map(\.name)
    let agents = manifest.agents.map { "\($0.key): \($0.value) agents for \(manifest.cells[$0.key] ?? 0) cells" }
      .sorted().joined(separator: "; ")
    let doses = manifest.doses.map { "\($0.key): \($0.value.joined(separator: ", "))" }.sorted()
    return [
      (
        "Purpose",
        "To follow every cell of a dose \(isCulture ? "in a well" : "through the circulation and tissues of a host") and to answer: \(Self.value("question", in: values) ?? "where the cells go, how many live and what they do.")"
      ),
      (
        "Entities, state variables and scales",
        "Cells of the product, each with place, damage, and the activities that its licensing keeps (\(agents)). Host cells of the kinds \(listed(kinds)). Grids: \(listed(blocks.values)). Factors: \(listed(factors)). Cells move and answer every \(CSV.number(clock.step)) min over \(CSV.number(Double(clock.steps) * clock.step / 60)) h; fields take as many steps as their accuracy needs."
      ),
      (
        "Process overview and scheduling",
        "In each step cells sense mean concentrations, those that are due enter and circulate until they arrest; they are licensed; stress and killer cells damage them and damage kills them; cells in tissue crawl; host cells are activated, divide, kill and die; tissue heals or scars; cells, tissue and vessels release and take up factors, which diffuse and decay. Then the ledger is balanced and observations are made."
      ),
      (
        "Design concepts",
        "Outcomes emerge from events of single cells, drawn from counter-based random numbers that all arms share, so that arms differ by what they are given alone. Cells sense the factors in their voxel and touch cells beside them. Observation follows a laboratory: counts, DNA, label and read-outs with their limits."
      ),
      (
        "Initialisation",
        "Host: \(listed(experiments.map(\.host.name))). Product: \(listed(experiments.map(\.product.name))). Given: \(doses.isEmpty ? "nothing" : doses.joined(separator: "; ")). Seed \(manifest.seed), \(manifest.replicates) replicate(s) of each arm."
      ),
      (
        "Input data",
        "Files: \(manifest.files.keys.sorted().joined(separator: ", "))."
      ),
      ("Submodels", "The laws with their equations and parameters follow."),
    ]
  }

  private static func value(_ path: String, in values: [ResolvedValue]) -> String? {
    values.first { $0.path == path }.map(\.text).flatMap { $0.isEmpty ? nil : $0 }
  }
}
