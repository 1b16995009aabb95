import Files
import Foundation
import Recording

/// The description of a run as an RO-Crate, `ro-crate-metadata.json`: which program made which files from which, with their sizes
/// and hashes.
///
/// Sources: RO-Crate 1.1 (w3id.org/ro/crate/1.1); Process Run Crate 0.5 (w3id.org/ro/wfrun/process/0.5).
public struct RunCrate: Sendable {
  /// Name of the file.
  public static let name = "ro-crate-metadata.json"

  /// What only its author knows of a run.
  public struct Terms: Sendable {
    /// Licence as an address or an identifier of SPDX, and name of the author.
    public var licence: String?, author: String?

    /// Nothing that is known.
    public init(licence: String? = nil, author: String? = nil) {
      self.licence = licence
      self.author = author
    }
  }

  /// The description.
  public let json: JSON

  /// The names of the files of a run that are there, the scenario first.
  public static func files(of manifest: RunOutput.Manifest, in directory: String) -> [String] {
    let names =
      [RunOutput.resolved, RunOutput.manifest] + manifest.csvFiles
      + [SlicesFile.name, RunOutput.report]
    return names.filter { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }
  }

  /// The description of a run and of the files that it left.
  ///
  /// - Parameters:
  ///   - manifest: what the run was.
  ///   - files: name and bytes of each file, in order.
  ///   - terms: licence and author.
  public init(
    _ manifest: RunOutput.Manifest,
    files: [(name: String, bytes: Data)],
    terms: Terms = Terms()
  ) {
    let run =
      "#run-\(Digest.of(Data((manifest.scenarioSHA256 + manifest.csvSHA256).utf8)).prefix(32))"
    let tool = "#stroma"
    let graph =
      [
        Self.entity(
          Self.name,
          "CreativeWork",
          ["about": Self.link("./"), "conformsTo": Self.link("https://w3id.org/ro/crate/1.1")]
        ),
        Self.root(manifest, files.map(\.name), run, terms),
        Self.entity(
          "https://w3id.org/ro/wfrun/process/0.5",
          "CreativeWork",
          ["name": "Process Run Crate", "version": "0.5"]
        ),
        Self.entity(
          tool,
          "SoftwareApplication",
          ["name": "Stroma", "softwareVersion": .string(manifest.version)]
        ),
        Self.action(manifest, files.map(\.name), run, tool, terms),
        Self.entity(
          "#seed",
          "PropertyValue",
          ["name": "seed", "value": .string(String(manifest.seed))]
        ),
      ] + Self.people(terms) + files.map { Self.file($0.name, $0.bytes) }
    json = [
      "@context": [
        "https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context",
      ],
      "@graph": .array(graph),
    ]
  }

  private static func link(_ id: String) -> JSON { ["@id": .string(id)] }

  private static func entity(_ id: String, _ type: String, _ rest: JSON) -> JSON {
    guard case .object(let members) = rest else { return rest }
    return .object(
      [.init(key: "@id", value: .string(id)), .init(key: "@type", value: .string(type))] + members
    )
  }

  private static func root(
    _ manifest: RunOutput.Manifest,
    _ files: [String],
    _ run: String,
    _ terms: Terms
  ) -> JSON {
    var root = entity(
      "./",
      "Dataset",
      [
        "name": .string(scenario(manifest)),
        "description": .string("Run of Stroma: \(scenario(manifest))"),
        "datePublished": .string(String(time(manifest.started).prefix(10))),
        "license": terms.licence.map { link(address(ofLicence: $0)) } ?? "No licence is stated.",
        "conformsTo": link("https://w3id.org/ro/wfrun/process/0.5"),
        "hasPart": .array(files.map(link)), "mentions": link(run),
      ]
    )
    if terms.author != nil { root["author"] = link("#author") }
    return root
  }

  private static func action(
    _ manifest: RunOutput.Manifest,
    _ files: [String],
    _ run: String,
    _ tool: String,
    _ terms: Terms
  ) -> JSON {
    // Paths of the machine it was made on say nothing elsewhere.
    let command = manifest.command.map { String($0.split(separator: "/").last ?? "") }
    let state = manifest.complete ? "CompletedActionStatus" : "FailedActionStatus"
    var action = entity(
      run,
      "CreateAction",
      [
        "name": "stroma run", "description": .string(command.joined(separator: " ")),
        "instrument": link(tool), "startTime": .string(time(manifest.started)),
        "endTime": .string(time(manifest.started + manifest.wallTime)),
        "object": [link(RunOutput.resolved), link("#seed")],
        "result": .array(files.filter { $0 != RunOutput.resolved }.map(link)),
        "actionStatus": .string("http://schema.org/\(state)"),
      ]
    )
    if !manifest.complete { action["error"] = .string(manifest.failure ?? "stopped") }
    if terms.author != nil { action["agent"] = link("#author") }
    return action
  }

  private static func people(_ terms: Terms) -> [JSON] {
    var people: [JSON] = []
    if let author = terms.author {
      people.append(entity("#author", "Person", ["name": .string(author)]))
    }
    if let licence = terms.licence {
      people.append(
        entity(
          address(ofLicence: licence),
          "CreativeWork",
          ["name": .string(licence), "description": .string("Licence \(licence)")]
        )
      )
    }
    return people
  }

  private static func file(_ name: String, _ bytes: Data) -> JSON {
    let (format, what) =
      switch name.split(separator: ".").last {
      case "csv": ("text/csv", "A table")
      case "yaml": ("application/yaml", "Every value of the scenario: repeats the run")
      case "json": ("application/json", "Version, seed, command, hashes and notes")
      case "html": ("text/html", "The report")
      default: ("application/octet-stream", "Slices through the grids")
      }
    return entity(
      name,
      "File",
      [
        "name": .string(name), "description": .string(what), "encodingFormat": .string(format),
        "contentSize": .string(String(bytes.count)), "sha256": .string(Digest.of(bytes)),
      ]
    )
  }

  private static func scenario(_ manifest: RunOutput.Manifest) -> String {
    String(manifest.scenario.split(separator: "/").last ?? "a scenario")
  }

  private static func address(ofLicence licence: String) -> String {
    licence.contains("://") ? licence : "https://spdx.org/licenses/\(licence)"
  }

  /// A time as the profile wants it, in UTC to the second.
  private static func time(_ date: Date) -> String {
    date.formatted(.iso8601).replacing("Z", with: "+00:00")
  }
}
