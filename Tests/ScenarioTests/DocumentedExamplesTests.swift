import Campaign
import Foundation
import Observations
import Scenario
import Substrate
import Testing

/// Every example of the documentation is read as a user would have it read.
@Suite("Examples of the documentation")
struct DocumentedExamplesTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL
  private static let library = root.appendingPathComponent("Scenarios").path
  private static let pages = root.appendingPathComponent("Sources/Manual/Manual.docc")

  /// A fenced block of YAML, and the table that follows it.
  struct Example: Sendable, CustomTestStringConvertible {
    let page: String
    let line: Int
    let text: String
    var table: String?

    var testDescription: String { "\(page):\(line)" }
    /// Its top-level keys.
    var keys: [String] { DocumentedExamplesTests.blocks(text).map(\.key) }
    /// Tables that it names.
    var files: [String] {
      text.matches(of: /(?:data|file): ([A-Za-z0-9._-]+)/).map { String($0.1) }
    }
    var isWhole: Bool { keys.first == "name" }
    var isCampaign: Bool {
      !isOfRows
        && !Set(keys).isDisjoint(with: ["scenario", "design", "vary", "trial", "calibration"])
    }
    /// Whether it is a file of published rows.
    var isOfRows: Bool { keys.contains("rows") }
    /// Whether it is a file of endpoints of every run.
    var isOfEndpoints: Bool { text.contains("\n  needs: ") }
  }

  /// The examples of all pages.
  private static let examples: [Example] = {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: pages.path)) ?? [])
      .filter { $0.hasSuffix(".md") }.sorted()
    let files =
      names.map { pages.appendingPathComponent($0) } + [root.appendingPathComponent("README.md")]
    return files.flatMap { file in
      examples(
        of: (try? String(contentsOf: file, encoding: .utf8)) ?? "",
        page: file.lastPathComponent
      )
    }
  }()

  private static func examples(of text: String, page: String) -> [Example] {
    var found: [Example] = []
    var fence: (language: String, line: Int, lines: [String])?
    for (n, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let open = fence {
        if !line.hasPrefix("```") {
          fence?.lines.append(String(line))
          continue
        }
        let body = open.lines.joined(separator: "\n") + "\n"
        if open.language == "yaml" {
          found.append(Example(page: page, line: open.line, text: body))
        }
        if open.language == "csv", !found.isEmpty { found[found.count - 1].table = body }
        fence = nil
      } else if line.hasPrefix("```") {
        fence = (String(line.dropFirst(3)), n + 1, [])
      }
    }
    return found
  }

  /// The top-level parts of a YAML text.
  fileprivate static func blocks(_ text: String) -> [(key: String, text: String)] {
    var parts: [(key: String, text: String)] = []
    for line in text.split(separator: "\n") {
      if let first = line.first, first != " ", first != "#", let colon = line.firstIndex(of: ":") {
        parts.append((String(line[..<colon]), ""))
      }
      if !parts.isEmpty { parts[parts.count - 1].text += line + "\n" }
    }
    return parts
  }

  /// A text with the parts of another in place of its own of the same name.
  private static func text(_ base: String, with part: String) -> String {
    let own = blocks(part)
    let keys = Set(own.map(\.key))
    return (blocks(base).filter { !keys.contains($0.key) } + own).map(\.text).joined()
  }

  // MARK: - What parts are added to

  private static let scenario = """
    name: example
    duration: 60 d
    host: mouse
    product: human-marrow-msc
    treatment: {route: intravenous, dose: 1e5 cells, agents: 500}
    observe: [bli, qpcr]
    factors: [tnfa, pge2, il10]
    kinds: [macrophage]
    tissues:
      lung_block:
        organ: lung
        voxels: 8 x 8 x 8
        spacing: 20 um
        factors: {tnfa: {}, pge2: {}, il10: {}}
        state: {injury: {baseline: 30 %}}
        cells: {macrophage: {density: 1e7 cells/mL}}
      gut_block:
        organ: small_intestine
        voxels: 8 x 8 x 8
        spacing: 20 um
        factors: {pge2: {}}
        state: {injury: {baseline: 30 %}}
      leg:
        organ: muscle
        voxels: 16 x 16 x 16
        spacing: 20 um
        factors: {pge2: {}}

    """

  private static let arms = """
    arms:
      untreated: {without: [cells]}
      low: {treatment: {dose: 1e4 cells}}
      high: {}

    """

  private static let campaign = """
    name: example
    scenario: example.yaml
    design: {method: sobol, points: 4}
    vary:
      stress.lung.lumen: range

    """

  /// What the example of trials in Campaigns.md names.
  private static let trial = """
    name: trial
    scenario: trial.yaml
    design: {method: patients, patients: 4}
    vary:
      host.body_weight: {uniform: [18 g, 22 g]}

    """

  private static let trialScenario =
    scenario.replacing("lung_block", with: "wall") + """
      arms:
        placebo: {without: [cells]}
        low: {treatment: {dose: 1e4 cells}}
        high: {}
        day-1: {treatment: {at: 24 h}}
        day-7: {treatment: {at: 168 h}}

      """

  // MARK: - Reading

  /// Reads an example, and says what is wrong with it.
  private static func problems(of example: Example) throws -> [String] {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent(
      "stroma-" + UUID().uuidString
    )
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    func write(_ text: String, _ name: String) throws -> String {
      let path = place.appendingPathComponent(name).path
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }
    do {
      if example.isOfRows {
        let path = try write(example.text, "rows.yaml")
        let library = try Library(given: library, scenario: "", program: "")
        let rows = try PublishedRows(of: library, and: [path]).rows(in: path)
        _ = try Validation.experiments(of: rows, library: library.path)
        return []
      }
      if example.isOfEndpoints {
        let copy = place.appendingPathComponent("library").path
        try FileManager.default.copyItem(atPath: library, toPath: copy)
        _ = try write(example.text, "library/endpoints/9-example.yaml")
        let path = try write(scenario, "example.yaml")
        let experiment = try ResolvedScenario(path: path, library: copy).experiments[0]
        let plain = try ResolvedScenario(path: path, library: library).experiments[0]
        let (more, known) = (Endpoints.all(of: experiment), Endpoints.all(of: plain))
        return more.count > known.count ? [] : ["no run has its endpoints"]
      }
      guard example.isCampaign else {
        let whole = example.isWhole ? example.text : text(scenario, with: example.text)
        _ = try ResolvedScenario(path: write(whole, "example.yaml"), library: library)
        return []
      }
      _ = try write(scenario, "example.yaml")
      _ = try write(scenario + arms, "arms.yaml")
      _ = try write(trialScenario, "trial.yaml")
      for name in example.files where example.table != nil {
        _ = try write(example.table ?? "", name)
      }
      var base = example.keys == ["trial"] ? trial : campaign
      if example.keys == ["design"], example.table != nil {
        base = base.replacing("vary:\n  stress.lung.lumen: range\n", with: "")
      }
      var whole = example.isWhole ? example.text : text(base, with: example.text)
      whole = whole.replacing("../studies/", with: library + "/studies/")
      _ = try SweepDescription(
        path: write(whole, "campaign.yaml"),
        library: library,
        program: "",
        overrides: []
      )
      return []
    } catch let error as ScenarioError {
      // A table that the page does not show is not there.
      let absent = example.table == nil ? example.files : []
      return error.diagnostics.map(\.description).filter { said in
        !absent.contains { said.contains("found \"\($0)\"") }
      }
    }
  }

  @Test(arguments: examples)
  func areRead(example: Example) throws {
    #expect(try Self.problems(of: example) == [])
  }

  /// An example of every block of scenarios and campaigns, and of every key of campaigns.
  @Test func areOfEveryBlockAndKeyOfCampaigns() {
    for isOfCampaign in [false, true] {
      let keys = Set(Self.examples.filter { $0.isCampaign == isOfCampaign }.flatMap(\.keys))
      for block in Catalogue.Block.all where block.isOfCampaign == isOfCampaign {
        #expect(keys.contains(block.key), "\(block.key)")
      }
    }
    let text = Self.examples.filter(\.isCampaign).map(\.text).joined()
    for path in Catalogue.keysOfCampaigns {
      guard let key = path.last, key != "*" else { continue }
      #expect(text.contains("\(key):"), "\(path.joined(separator: "."))")
    }
  }

  /// Every top-level key of the table of keys in Scenarios.md is one, and every block stands in it.
  @Test func theTableOfKeysIsThatOfTheSchema() throws {
    let page = try String(
      contentsOf: Self.pages.appendingPathComponent("Scenarios.md"),
      encoding: .utf8
    )
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let named = Set(
      rows.flatMap { row in
        row.split(separator: "|")[0].split(separator: "`").enumerated()
          .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      }
    )
    for block in Catalogue.Block.all where !block.isOfCampaign {
      #expect(named.contains(block.key), "\(block.key)")
    }
  }

  // MARK: - The worked example

  /// The share that lives a day after a dose under the stress of lung, as Model.md calculates it by hand.
  @Test func theWorkedExampleIsWhatTheModelSays() throws {
    let page = try String(
      contentsOf: Self.pages.appendingPathComponent("Model.md"),
      encoding: .utf8
    )
    let said = try #require(page.firstMatch(of: /A day after the dose \*\*([0-9.]+) %\*\* live/))
    let byHand = try #require(Double(said.1)) / 100
    let faded = (1 - exp(-0.09 * 24)) / 0.09
    let damage = 0.10 * (24 - faded) + 0.003 * faded + 0.0001 * 24
    #expect((byHand - 0.95 * 0.9 * exp(-damage)).magnitude < 0.0005)
    let example = try #require(Self.examples.first { $0.page == "Model.md" && $0.isWhole })
    let place = try ScratchLibrary()
    let path = try place.write(Data(example.text.utf8), "worked.yaml")
    let scenario = try ResolvedScenario(path: path, library: Self.library)
    let run = try Run(experiments: scenario.experiments, seed: scenario.seed, replicates: 1)
      .execute(on: Workers(count: 1))
    let endpoints = Endpoints.all(try #require(run.first))
    let share = try #require(endpoints.first { $0.name == "survival_1_d" }?.value)
    // Four standard errors of 4000 agents.
    #expect(
      (share - byHand).magnitude < 4 * (byHand * (1 - byHand) / 4000).squareRoot(),
      "\(share)"
    )
  }
}
