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

  private let loader: Loader
  private let source: ScenarioSource
  private let tree: Document
  private let workers = Workers(count: 1)

  init() throws {
    loader = Loader(library: .success(try Library(given: Self.library, scenario: "", program: "")))
    tree = ResolvedScenario.normalised(
      try Document.read(yaml: Self.base, file: Self.place, layer: .scenario)
    )
    source = try ScenarioSource(tree, path: Self.place, loader)
    _ = try source.resolved()
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

  /// Reads `key.path=value` of each line, over the scenario.
  func values(_ text: String) {
    do {
      go(try source.with(text.split(separator: "\n").map(String.init)).resolved())
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
