import Foundation

/// The keys of one scenario of a campaign: those of the campaign itself where it has one, else of an entry of `scenarios`.
struct PartSchema {
  /// Its name; empty for the only one.
  let name: String
  let section: Section
  /// The file, and the texts of `set`.
  let file: String, settings: [String]
  /// Endpoints that are named, and those that are defined.
  let endpoints: [String], defined: [EndpointSchema.Definition]
  /// Where each text of `set` stands.
  private let origins: [String: Origin]
  private let arms: [String]
  /// `replicates=4`, where it is given.
  let replicates: [String]
  /// What it is fitted to; `nil` where the data stand elsewhere or there are none.
  let data: DataSchema?

  /// Reads the keys.
  ///
  /// - Parameters:
  ///   - section: the mapping.
  ///   - name: the name.
  ///   - hasData: whether its data are named here.
  init(_ section: Section, name: String, hasData: Bool) {
    self.section = section
    self.name = name
    file = section.text("scenario", "scenario file, from the folder of this file")
    settings = Self.settings(section)
    origins = section.origins("set")
    (endpoints, defined) = EndpointSchema.list(section)
    arms = section.names("arms", "arms of the scenario that are run; without them all")
    replicates = Self.replicates(section)
    data = hasData ? DataSchema(section) : nil
  }

  static func settings(_ section: Section) -> [String] {
    section.texts("set", "values that hold at every point, as in [\"duration=3 d\"]")
  }

  static func replicates(_ section: Section) -> [String] {
    guard section.has("replicates") else {
      section.skip("replicates")
      return []
    }
    return [
      "replicates=\(section.integer("replicates", in: 1...100_000, "replicates of each point"))"
    ]
  }

  /// The scenario with what holds at every point.
  ///
  /// - Parameters:
  ///   - place: where files and presets are looked for.
  ///   - shared: texts of `set` that hold in all scenarios, and the replicates of those that give none.
  ///   - overrides: texts of the command line.
  ///   - accepted: notes that are accepted.
  /// - Returns: the scenario.
  /// - Throws: `ScenarioError`, with the place in the file of what a text of `set` has wrong.
  func resolved(
    _ place: CampaignPlace,
    shared: [String],
    overrides: [String],
    accepted: [String: String]
  ) throws(ScenarioError) -> SweepDescription.Part {
    do throws(ScenarioError) {
      return try read(place, shared: shared, overrides: overrides, accepted: accepted)
    } catch {
      throw error.placed(at: origins)
    }
  }

  private func read(
    _ place: CampaignPlace,
    shared: [String],
    overrides: [String],
    accepted: [String: String]
  ) throws(ScenarioError) -> SweepDescription.Part {
    let own = shared + settings + replicates
    var source = try ScenarioSource(
      path: place.path(of: file),
      library: place.library,
      program: place.program,
      overrides: own + overrides
    )
    source = source.accepting(accepted)
    if !arms.isEmpty { source = source.limited(to: arms) }
    var base = try source.resolved()
    _ = EndpointSchema.endpoints(defined, of: base.experiments)
    if !defined.isEmpty, section.reading.diagnostics.isEmpty {
      source = try source.with(defined.flatMap(\.settings))
      base = try source.resolved()
    }
    return SweepDescription.Part(
      name: name,
      scenario: place.path(of: file),
      settings: own,
      source: source,
      base: base
    )
  }
}

/// Where a campaign stands, and where its presets are.
struct CampaignPlace {
  let campaign: String
  let library: String?
  let program: String

  /// The path of a file that the campaign names.
  func path(of name: String) -> String {
    let folder = URL(fileURLWithPath: campaign).deletingLastPathComponent()
    return URL(fileURLWithPath: name, relativeTo: folder).standardizedFileURL.path
  }

  /// Names of the presets of a folder; `nil` where there is no library.
  func names(in folder: String) -> [String]? {
    (try? Library(given: library, scenario: campaign, program: program))?.names(in: folder)
  }
}
