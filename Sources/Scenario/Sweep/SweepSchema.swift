import Foundation
import Simulation

/// The keys of a campaign.
enum SweepSchema {
  static func read(
    _ document: Document,
    _ reading: Reading,
    _ path: String,
    _ library: String?,
    _ program: String,
    _ overrides: [String]
  ) throws(ScenarioError) -> SweepDescription? {
    guard case .mapping = document.content else {
      throw ScenarioError(
        document.origin,
        "a campaign is a mapping of keys to values, beginning with name: …"
      )
    }
    var failure: ScenarioError?
    let description = Section.read(document, [], reading, at: document.origin) {
      top -> SweepDescription? in
      let name = top.text("name", "name of the campaign")
      let question = top.text("question", default: "none stated", "what the campaign is to tell")
      let given = top.text("scenario", "scenario file, from the folder of this file")
      let settings = top.texts("set", "values that hold at every point, as in [\"duration=3 d\"]")
      let seed = top.integer("seed", default: 1, in: 0...Int.max, "seed of the design")
      let (endpoints, defined) = EndpointSchema.list(top)
      let armNames = top.names("arms", "arms of the scenario that are run; without them all")
      let keepsTimeseries = top.flag(
        "timeseries",
        default: false,
        "whether the time series of every run are kept"
      )
      let keepsObservations = top.flag(
        "observations",
        default: false,
        "whether what a laboratory reports of every run is kept"
      )
      let more =
        top.has("replicates")
        ? ["replicates=\(top.integer("replicates", in: 1...100_000, "replicates of each point"))"]
        : []
      top.skip("replicates")
      let accepted = NoteSchema.accepted(top) { folder in
        (try? Library(given: library, scenario: path, program: program))?.names(in: folder)
      }
      let scenario = Self.file(given, in: folder(of: path))
      var resolved: (source: ScenarioSource, base: ResolvedScenario)?
      if reading.diagnostics.isEmpty {
        do throws(ScenarioError) {
          var source = try ScenarioSource(
            path: scenario,
            library: library,
            program: program,
            overrides: settings + more + overrides
          )
          source = source.accepting(accepted)
          if !armNames.isEmpty { source = source.limited(to: armNames) }
          var base = try source.resolved()
          _ = EndpointSchema.endpoints(defined, of: base.experiments)
          if !defined.isEmpty, reading.diagnostics.isEmpty {
            source = try source.with(defined.flatMap(\.settings))
            base = try source.resolved()
          }
          resolved = (source, base)
        } catch {
          failure = error
        }
      }
      let names = resolved.map(known) ?? []
      if resolved != nil, reading.diagnostics.isEmpty {
        for (i, endpoint) in endpoints.enumerated() where endpoints[..<i].contains(endpoint) {
          top.report("endpoints", item: i, "is listed more than once; keep one")
        }
        for (i, endpoint) in endpoints.enumerated() where !names.contains(endpoint) {
          top.report(
            "endpoints",
            item: i,
            "there is no such endpoint\(Suggestion.endpoint(endpoint, among: names)); there are \(names.joined(separator: ", "))"
          )
        }
      }
      let schema = VariationSchema(resolved?.base)
      let varied = top.section("vary") { list in
        list.keys.compactMap { schema.parameter($0, list) }
      }
      let calibration =
        top.has("calibration")
        ? top.section("calibration") {
          CalibrationSchema.read($0, folder: folder(of: path), resolved?.base)
        } : nil
      top.skip("calibration")
      let (design, list) =
        calibration == nil
        ? top.part("design", "keys and values, with method") {
          DesignSchema.read($0, folder(of: path), list: top, varied, schema)
        } : (.grid, nil)
      let arms = resolved?.base.arms.map(\.name) ?? []
      let trial =
        top.has("trial") ? top.section("trial") { TrialSchema.read($0, arms, names) } : nil
      top.skip("trial")
      if case .patients = design {
        if !top.has("trial") {
          top.report("trial", "is missing; a design of patients takes what is asked of them")
        }
      } else if trial != nil, reading.diagnostics.isEmpty {
        top.report("trial", "belongs to 'design: {method: patients}'")
      }
      let parameters = list?.parameters ?? varied
      if parameters.isEmpty, reading.diagnostics.isEmpty, failure == nil {
        top.report("vary", "is missing; it takes paths of values and how they vary")
      }
      guard let resolved, reading.diagnostics.isEmpty else { return nil }
      if keepsObservations, resolved.base.experiments.allSatisfy(\.modalities.isEmpty) {
        top.report(
          "observations",
          "the scenario observes by no modality; add some to its 'observe'"
        )
      }
      let check = CampaignCheck(source: resolved.source, base: resolved.base, reading: reading)
      check.overlaps(
        parameters,
        rows: list?.table.rows ?? [],
        set: settings,
        replicates: more,
        overrides: overrides,
        top
      )
      guard reading.diagnostics.isEmpty else { return nil }
      if let list { check.rows(list) } else { check.laws(parameters) }
      guard reading.diagnostics.isEmpty else { return nil }
      return SweepDescription(
        name: name,
        question: question,
        file: path,
        scenario: scenario,
        settings: settings + more,
        seed: UInt64(seed),
        endpoints: analysed(endpoints.isEmpty ? names : endpoints, trial),
        keepsTimeseries: keepsTimeseries,
        keepsObservations: keepsObservations,
        design: design,
        parameters: parameters,
        trial: trial,
        calibration: calibration,
        source: resolved.source,
        base: resolved.base
      )
    }
    if let failure, reading.diagnostics.isEmpty { throw failure }
    return description
  }

  /// The path of a file that is named from a folder.
  static func file(_ name: String, in folder: URL) -> String {
    URL(fileURLWithPath: name, relativeTo: folder).standardizedFileURL.path
  }

  private static func folder(of path: String) -> URL {
    URL(fileURLWithPath: path).deletingLastPathComponent()
  }

  /// Names of the endpoints of any arm.
  private static func known(_ resolved: (source: ScenarioSource, base: ResolvedScenario))
    -> [String]
  {
    var names: [String] = []
    for experiment in resolved.base.experiments {
      for endpoint in Endpoints.all(of: experiment) where !names.contains(endpoint.name) {
        names.append(endpoint.name)
      }
    }
    return names
  }

  /// The endpoints with those that a trial asks for.
  private static func analysed(_ endpoints: [String], _ trial: SweepDescription.Trial?) -> [String]
  {
    let asked = [trial?.endpoint, trial?.event].compactMap { $0 }
    return endpoints + asked.filter { !endpoints.contains($0) }
  }
}
