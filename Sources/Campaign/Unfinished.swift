import Files
import Foundation
import Simulation

/// What `stroma resume` needs to know of a run, kept in its directory until it is done.
public struct Unfinished: Codable, Sendable {
  /// Name of the file.
  public static let file = "unfinished.json"
  /// Folder of the checkpoints.
  public static let folder = "checkpoints"
  /// How the names of checkpoints end.
  public static let suffix = ".checkpoint"

  /// Version and revision of the program.
  public var version = RunOutput.version, revision: Int? = Model.revision
  /// The command as given, and the scenario file it named.
  public var command: [String], scenario: String
  /// Directory of the library that the scenario was resolved with; `nil` where there was none.
  public var library: String?
  /// Cells that are followed one by one.
  public var followed: Int
  /// Simulated time between checkpoints, min; `nil` for none but where the run is stopped.
  public var checkpointEvery: Double?
  /// The checkpoint it went on from.
  public var from: String?
  /// Start, in UTC.
  public var started: Date
  /// SHA-256 of the resolved scenario.
  public var scenarioSHA256: String
  /// The resolved scenario itself, for a program that is killed before it writes the file of it.
  public var resolved: String?

  /// A run of the given options that begins.
  public init(
    command: [String],
    scenario: String,
    library: String? = nil,
    followed: Int,
    checkpointEvery: Double?,
    from: String?,
    started: Date,
    scenarioSHA256: String
  ) {
    self.command = command
    self.scenario = scenario
    self.library = library
    self.followed = followed
    self.checkpointEvery = checkpointEvery
    self.from = from
    self.started = started
    self.scenarioSHA256 = scenarioSHA256
  }

  /// Reads it from a directory.
  ///
  /// - Throws: `CheckpointError` where there is none, or one of another revision.
  public init(in directory: String) throws(CheckpointError) {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory),
      !isDirectory.boolValue
    {
      throw .data("\(directory) is a file; resume takes the directory of a run")
    }
    let path = "\(directory)/\(Self.file)"
    guard let data = InputFile.contents(path) else {
      throw .data(
        FileManager.default.fileExists(atPath: "\(directory)/manifest.json")
          ? "the run in \(directory) is done" : "there is no run in \(directory) to resume"
      )
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let found = try? decoder.decode(Self.self, from: data), found.isPossible else {
      throw .data("\(path) cannot be read")
    }
    if let refusal = Revision(found.revision).refusal("the run in \(directory) is one") {
      throw .data(refusal)
    }
    self = found
  }

  /// The library that the scenario was resolved with, where it still exists.
  public var knownLibrary: String? {
    library.flatMap { FileManager.default.fileExists(atPath: $0 + "/hosts") ? $0 : nil }
  }

  /// Whether a run can have been started with these options.
  private var isPossible: Bool {
    (0...1_000_000).contains(followed) && checkpointEvery.map { $0 > 0 } ?? true
  }

  /// Writes it, with the resolved scenario, into a directory.
  ///
  /// - Throws: `OutputError`.
  public func write(to directory: OutputDirectory, yaml: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    var whole = self
    whole.resolved = yaml
    let text = String(decoding: try encoder.encode(whole), as: UTF8.self) + "\n"
    // Whenever the program is killed, there is nothing yet or a run that can be resumed.
    try directory.remove(RunOutput.resolved)
    try directory.write(Self.file, text)
    try directory.write(RunOutput.resolved, yaml)
  }
}
