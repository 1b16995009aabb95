import Files
import Foundation
import Substrate

@testable import Campaign
@testable import Scenario
@testable import Simulation

/// The library of the project, read once, and a scenario over which values are set.
final class Bench {
  /// The root of the project, and its library.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardizedFileURL.path
  static let library = root + "/Scenarios"
  /// Where documents seem to stand, beside the files that they name.
  static let place = library + "/sweeps/fuzz.yaml"

  /// The scenario over which values are set.
  static let base = """
    name: base
    duration: 3 h
    clock: {cell_step: 30 min, output_every: 1 h}
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 2e3 cells, agents: 20}
    """

  /// Scenarios over which values are set: small bodies without a grid, with a block of regions and host cells, with a
  /// tumour, with a gel in muscle, and a well.
  static let bases: [String] = {
    let body = base.replacing("name: base", with: "name: body")
    let muscle = body.replacing("intravenous", with: "intramuscular")
    return [
      body,
      muscle + """

        factors: [pge2, ifng, oxygen]
        kinds: {macrophage: macrophage}
        tissues:
          block:
            organ: muscle
            voxels: 5 x 5 x 5
            spacing: 40 um
            regions:
              gel: {shape: sphere, centre: [100 um, 100 um, 100 um], radius: 60 um, diffusivity: 0.4, exchange: 0 1/min}
            factors:
              pge2: {exchange: 0.2 1/min, faces: {z_high: {fixed: 0 nM}}}
              ifng: {initial: 1 ng/mL, within: {gel: {diffusivity: 0.2}}}
              oxygen: {given: {baseline: 40 uM, amplitude: -35 uM, width: 400 um}}
            cells: {macrophage: {density: 4e6 cells/mL}}
        """,
      body + """

        factors: [oxygen, vegf, tgfb1]
        tissues: {t: {preset: skin-tumour, voxels: 6 x 6 x 6}}
        label: cr51
        """,
      muscle + """

        factors: [vegf, tgfb1]
        tissues: {t: {preset: injured-muscle, voxels: 6 x 6 x 6}}
        formulation: alginate
        """,
      """
      name: well
      duration: 3 h
      clock: {cell_step: 30 min, output_every: 1 h}
      culture:
        species: human
        width: 240 um
        depth: 1.2 mm
        changes: {on: {at: 0 h, add: {ifng: 10 ng/mL}}}
        cells: {macrophage: {density: 2e5 cells/mL}}
      medium: rpmi
      product: human-marrow-msc
      treatment: {dose: 1e4 cells/mL}
      kinds: {macrophage: macrophage}
      factors: [ifng, tnfa, il10, il1b]
      """,
    ]
  }()

  /// Time of the processor that steps of models have taken.
  nonisolated(unsafe) private(set) static var stepping = clock_t(0)

  private let loader: Loader
  private let source: ScenarioSource
  private let sources: [ScenarioSource]
  private let tree: Document
  private let workers = Workers(count: 1)

  init() throws {
    let loader = Loader(
      library: .success(try Library(given: Self.library, scenario: "", program: ""))
    )
    self.loader = loader
    tree = ResolvedScenario.normalised(
      try Document.read(yaml: Self.base, file: Self.place, layer: .scenario)
    )
    source = try ScenarioSource(tree, path: Self.place, loader)
    sources = try Self.bases.map { text in
      let document = try Document.read(yaml: text, file: Self.place, layer: .scenario)
      return try ScenarioSource(document, path: Self.place, loader)
    }
  }

  /// For each base and each of its values the ends of what is allowed, as `values` reads them.
  func ends() throws -> [String] {
    try sources.enumerated().flatMap { n, source in
      try source.resolved().records.flatMap { record -> [String] in
        guard let ends = record.allowed?.split(separator: " to "), ends.count == 2 else {
          return []
        }
        let unit = ends[1].drop { $0 != " " }
        let path = record.path.joined(separator: ".")
        return ["\(n)\n\(path)=\(ends[0])\(unit)", "\(n)\n\(path)=\(ends[1])"]
      }
    }
  }

  /// The scenario over which values are set, with others.
  func resolved(_ settings: [String]) throws -> ResolvedScenario {
    try source.with(settings).resolved()
  }

  /// A scenario of a text.
  func resolved(yaml: String) throws(ScenarioError) -> ResolvedScenario {
    let document = try Document.read(yaml: yaml, file: Self.place, layer: .scenario)
    return try ScenarioSource(document, path: Self.place, loader).resolved()
  }

  /// Reads one `key.path=value`.
  func set(_ text: String) {
    do {
      _ = tree.overlaid(with: ResolvedScenario.normalised(try ScenarioSource.override(text)))
    } catch {
      _ = error.description
    }
  }

  /// Reads `key.path=value` of each line but the first, over the base whose number that is.
  func values(_ text: String) {
    let lines = text.split(separator: "\n").map(String.init)
    let number = lines.first.flatMap { UInt16($0) } ?? 0
    let source = sources[Int(number) % sources.count]
    do {
      go(try source.with(Array(lines.dropFirst())).resolved())
    } catch {
      _ = error.description
    }
  }

  /// Reads a scenario.
  func scenario(_ text: String) {
    do {
      go(try resolved(yaml: text))
    } catch {
      _ = error.description
    }
  }

  /// What a command does with a scenario that it takes, and, where that is little, the first steps of each model.
  private func go(_ scenario: ResolvedScenario) {
    _ = scenario.dosesInWords
    let text = scenario.yaml
    // What takes long is done with some.
    if text.utf8.count % 8 == 0 {
      _ = try? scenario.notes()
      do {
        _ = try resolved(yaml: text)
      } catch {
        fatalError("a resolved scenario is refused: \(error.description)\n\(text)")
      }
    }
    let before = clock()
    defer { Self.stepping += clock() - before }
    for experiment in scenario.experiments.prefix(2) where Model.bytes(experiment) < 4e6 {
      var model = Model(experiment, seed: scenario.seed, replicate: 1, sampled: 1)
      for _ in 0..<min(2, experiment.clock.steps) {
        guard (try? model.advance(using: workers)) != nil else { break }
      }
    }
  }

  /// Reads a campaign.
  func campaign(_ text: String) {
    do {
      let document = try Document.read(yaml: text, file: Self.place, layer: .scenario)
      if FileKind(document, path: Self.place)?.problem(asCampaign: Self.place) != nil { return }
      let reading = Reading()
      let place = CampaignPlace(campaign: Self.place, library: Self.library, program: "")
      let description = try SweepSchema.read(document, reading, place, [])
      _ = ScenarioError(reading.diagnostics.inOrder).description
      guard let description, reading.diagnostics.isEmpty else { return }
      guard Points.problem(description) == nil, description.calibration == nil else { return }
      _ = Sweep(description).problems()
    } catch {
      _ = error.description
    }
  }
}
