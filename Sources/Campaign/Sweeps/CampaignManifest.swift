import Files
import Foundation
import Scenario
import Simulation

/// What a campaign says of itself beside its tables: `campaign.json`.
public struct CampaignManifest: Codable, Sendable {
  /// Name of the file.
  public static let file = "campaign.json"

  /// What sort of campaign it is.
  public enum Kind: String, Codable, Sendable {
    /// Runs at the points of a design; virtual patients; a fit; published experiments.
    case sweep, trial, calibration, validation
  }

  /// Program, version and revision of the equations.
  public var program = "stroma", version = RunOutput.version, revision = Model.revision
  /// What sort of campaign it is.
  public var kind: Kind
  /// Its file, name and question.
  public var campaign: String, name: String, question: String
  /// The command as given.
  public var command: [String]
  /// Every file that was read, with its SHA-256.
  public var files: [String: String]
  /// The arm that others are compared with; absent where there is none.
  public var control: String?
  /// Of a trial what is measured in each patient, and the event whose time is; absent elsewhere.
  public var measured: String?, event: String?
  /// Of a trial the dose or the time of each arm that has one; absent elsewhere.
  public var doses: [String: Double]?, times: [String: Double]?
  /// Runs of the campaign, of a calibration parameter sets that were evaluated, of a validation rows; and replicates of each
  /// arm at each point.
  public var runs: Int, replicates: Int
  /// What its author should know, in sentences.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case program, version, revision, kind, campaign, name, question, command, files, control,
      measured, event, doses, times, runs, replicates, notes
  }

  /// A campaign of some runs.
  public init(
    _ description: SweepDescription,
    command: [String],
    runs: Int,
    notes: [String] = []
  ) {
    kind =
      description.calibration != nil ? .calibration : description.trial != nil ? .trial : .sweep
    campaign = description.file
    name = description.name
    question = description.question
    self.command = command
    self.runs = runs
    self.notes = notes
    replicates = description.base.replicates
    control = description.trial?.control ?? description.base.experiments.first?.control
    event = description.trial?.event
    func levels(_ levels: [SweepDescription.Trial.Level]?) -> [String: Double]? {
      guard let levels, !levels.isEmpty else { return nil }
      return Dictionary(levels.map { ($0.arm, $0.level) }) { first, _ in first }
    }
    doses = levels(description.trial?.doses)
    times = levels(description.trial?.times)
    measured = description.trial.map { trial in
      guard let response = trial.response else { return trial.endpoint }
      let ends = [response.lowerBound, response.upperBound].map { CSV.number($0, digits: 3) }
      return
        "\(trial.endpoint) from \(ends[0].isEmpty ? "any" : ends[0]) to \(ends[1].isEmpty ? "any" : ends[1])"
    }
    files = Self.files(of: description.parts.map(\.base))
    if let data = InputFile.contents(campaign) {
      files[campaign] = Digest.of(data)
    }
  }

  /// Published experiments, of some scenarios.
  public init(
    validating rows: Int,
    of scenarios: [ResolvedScenario],
    replicates: Int,
    command: [String]
  ) {
    kind = .validation
    campaign = ""
    name = "validation"
    question = "How far does the model agree with published experiments?"
    self.command = command
    runs = rows
    self.replicates = replicates
    notes = []
    files = Self.files(of: scenarios)
  }

  private static func files(of scenarios: [ResolvedScenario]) -> [String: String] {
    Dictionary(scenarios.flatMap(\.files).map { ($0.path, $0.sha256) }) { first, _ in first }
  }

  /// Reads it from a directory; `nil` where there is none that can be read.
  public init?(in directory: String) {
    guard let data = InputFile.contents("\(directory)/\(Self.file)"),
      let found = try? JSONDecoder().decode(Self.self, from: data)
    else { return nil }
    self = found
  }

  /// Writes it into a directory.
  ///
  /// - Throws: `OutputError`.
  public func write(to directory: OutputDirectory) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try directory.write(Self.file, String(decoding: try encoder.encode(self), as: UTF8.self) + "\n")
  }
}
