import Foundation
import Observations
import Simulation

/// The keys of a campaign.
enum SweepSchema {
  static func read(
    _ document: Document,
    _ reading: Reading,
    _ place: CampaignPlace,
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
      read($0, reading, place, overrides, &failure)
    }
    if let failure, reading.diagnostics.isEmpty { throw failure }
    return description
  }

  /// Reads the campaign; the error of a scenario that could not be resolved goes to `failure`.
  private static func read(
    _ top: Section,
    _ reading: Reading,
    _ place: CampaignPlace,
    _ overrides: [String],
    _ failure: inout ScenarioError?
  ) -> SweepDescription? {
    let name = top.text("name", "name of the campaign")
    let question = top.text("question", default: "none stated", "what the campaign is to tell")
    let seed = top.integer("seed", default: 1, in: 0...Int.max, "seed of the design")
    let given = Given(top, overrides)
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
    let accepted = NoteSchema.accepted(top) { place.names(in: $0) }
    let parts = given.resolved(place, accepted: accepted, reading, &failure)
    let names = parts.first.map { known($0.base) } ?? []
    let endpoints = given.parts.first?.endpoints ?? []
    let everyRun = parts.first?.base.experiments.first?.everyRun ?? .none
    if !parts.isEmpty, reading.diagnostics.isEmpty {
      check(endpoints, among: names, of: everyRun, top)
    }
    let schema = VariationSchema(parts)
    let varied = top.section("vary") { list in
      list.keys.compactMap { schema.parameter($0, list) }
    }
    let calibration = calibration(top, given, parts, place)
    let (design, list) =
      calibration == nil
      ? top.part("design", "keys and values, with method") {
        DesignSchema.read($0, place, list: top, varied, schema)
      } : (.grid, nil)
    let trial = trial(top, parts.first?.base.arms.map(\.name) ?? [], names, of: everyRun, design)
    let parameters = list?.parameters ?? varied
    if parameters.isEmpty, reading.diagnostics.isEmpty, failure == nil {
      top.report("vary", "is missing; expected paths of values and how they vary")
    }
    guard !parts.isEmpty, reading.diagnostics.isEmpty else { return nil }
    if keepsObservations, parts.flatMap(\.base.experiments).allSatisfy(\.modalities.isEmpty) {
      top.report(
        "observations",
        "the scenario observes by no modality; add some to its 'observe'"
      )
    }
    let description = SweepDescription(
      name: name,
      question: question,
      file: place.campaign,
      seed: UInt64(seed),
      endpoints: analysed(endpoints.isEmpty ? names : endpoints, trial),
      keepsTimeseries: keepsTimeseries,
      keepsObservations: keepsObservations,
      design: design,
      parameters: parameters,
      trial: trial,
      calibration: calibration,
      parts: parts
    )
    given.check(description, list, reading, top)
    return reading.diagnostics.isEmpty ? description : nil
  }

  /// The scenarios of a campaign, and what is set in all of them.
  private struct Given {
    let parts: [PartSchema]
    /// Whether they stand in `scenarios`.
    let areSeveral: Bool
    /// Texts of `set` and replicates that hold in all of several.
    let settings: [String], replicates: [String]
    /// Where each text of `set` that holds in all of several stands.
    let origins: [String: Origin]
    /// Texts of the command line.
    let overrides: [String]

    init(_ top: Section, _ overrides: [String]) {
      areSeveral = top.has("scenarios")
      parts = areSeveral ? several(top) : [PartSchema(top, name: "", hasData: false)]
      if !areSeveral { top.skip("scenarios") }
      settings = areSeveral ? PartSchema.settings(top) : []
      origins = areSeveral ? top.origins("set") : [:]
      replicates = areSeveral ? PartSchema.replicates(top) : []
      self.overrides = overrides
    }

    /// Resolves all scenarios; none where one fails or something was reported.
    func resolved(
      _ place: CampaignPlace,
      accepted: [String: String],
      _ reading: Reading,
      _ failure: inout ScenarioError?
    ) -> [SweepDescription.Part] {
      guard reading.diagnostics.isEmpty else { return [] }
      var resolved: [SweepDescription.Part] = []
      do throws(ScenarioError) {
        for part in parts {
          resolved.append(
            try part.resolved(
              place,
              shared: settings + (part.replicates.isEmpty ? replicates : []),
              overrides: overrides,
              accepted: accepted
            )
          )
        }
      } catch {
        failure = error.placed(at: origins)
        return []
      }
      return resolved
    }

    /// Reports values that two places give, and those that a scenario does not take.
    func check(
      _ description: SweepDescription,
      _ list: DesignedList?,
      _ reading: Reading,
      _ top: Section
    ) {
      for (n, part) in parts.enumerated() {
        let taken = description.part(n).parameters
        let check = CampaignCheck(description.parts[n], reading)
        if areSeveral, n == 0 { check.repeats(settings, besides: replicates, top) }
        check.overlaps(
          taken,
          rows: list?.table.rows ?? [],
          set: part.settings,
          shared: (texts: settings, replicates: part.replicates + replicates),
          overrides: overrides,
          part.section
        )
        guard reading.diagnostics.isEmpty else { continue }
        if let list { check.rows(list) } else { check.laws(taken) }
      }
    }
  }

  /// Reads what the campaign is fitted to; `nil` where it is not fitted.
  private static func calibration(
    _ top: Section,
    _ given: Given,
    _ parts: [SweepDescription.Part],
    _ place: CampaignPlace
  ) -> CalibrationDescription? {
    guard top.has("calibration") else {
      top.skip("calibration")
      return nil
    }
    return top.section("calibration") { section in
      CalibrationSchema(section, laboratoriesAreSeveral: given.areSeveral).description(
        given.parts.enumerated().map { n, part in
          let base = parts.isEmpty ? nil : parts[n].base
          return .init(position: n, name: part.name, base: base, data: part.data)
        },
        section,
        place
      )
    }
  }

  /// Reads the trial, which belongs to a design of patients.
  private static func trial(
    _ top: Section,
    _ arms: [String],
    _ names: [String],
    of everyRun: EndpointPatterns,
    _ design: SweepDescription.Design
  ) -> SweepDescription.Trial? {
    let trial =
      top.has("trial")
      ? top.section("trial") { TrialSchema.read($0, arms, names, of: everyRun) } : nil
    top.skip("trial")
    if case .patients = design {
      if !top.has("trial") {
        top.report("trial", "is missing; a design of patients needs it to define the analysis")
      }
    } else if trial != nil, top.reading.diagnostics.isEmpty {
      top.report("trial", "belongs to 'design: {method: patients}'")
    }
    return trial
  }

  /// The scenarios of a campaign that has several.
  private static func several(_ top: Section) -> [PartSchema] {
    for key in ["scenario", "arms", "endpoints"] {
      if top.has(key) { top.report(key, "must be given in each of 'scenarios'; move it there") }
      top.skip(key)
    }
    if !top.has("calibration") {
      top.report(
        "scenarios",
        "are of a campaign that is fitted; add 'calibration', or give one 'scenario'"
      )
    }
    let parts = top.section("scenarios") { list in
      list.sections { name, section in PartSchema(section, name: name, hasData: true) }
    }
    if parts.isEmpty {
      top.report("scenarios", "is empty; expected names, each with 'scenario' and 'data'")
    }
    for part in parts where part.endpoints.count > part.defined.count {
      part.section.report(
        "endpoints",
        "expected definitions, as [{late: {read: survival_1_d, after: last dose}}]; others are read where the data name them"
      )
    }
    return parts
  }

  /// Reports endpoints that are listed twice or not known.
  private static func check(
    _ endpoints: [String],
    among names: [String],
    of everyRun: EndpointPatterns,
    _ top: Section
  ) {
    for (i, endpoint) in endpoints.enumerated() where endpoints[..<i].contains(endpoint) {
      top.report("endpoints", item: i, "is listed more than once; keep one")
    }
    for (i, endpoint) in endpoints.enumerated() where !names.contains(endpoint) {
      top.report(
        "endpoints",
        item: i,
        "there is no such endpoint\(Suggestion.endpoint(endpoint, among: names, of: everyRun)); there are \(names.joined(separator: ", "))"
      )
    }
  }

  /// Names of the endpoints of any arm.
  private static func known(_ base: ResolvedScenario) -> [String] {
    var names: [String] = []
    for experiment in base.experiments {
      for endpoint in Endpoints.all(of: experiment) where !names.contains(endpoint.name) {
        names.append(endpoint.name)
      }
    }
    return names
  }

  /// The endpoints, including those that a trial needs.
  private static func analysed(_ endpoints: [String], _ trial: SweepDescription.Trial?) -> [String]
  {
    let asked = [trial?.endpoint, trial?.event].compactMap { $0 }
    return endpoints + asked.filter { !endpoints.contains($0) }
  }
}
