import Files
import Foundation
import Observations
import Recording
import Scenario
import Simulation

/// What a run leaves behind: CSV files, the resolved scenario and the manifest.
public struct RunOutput: Sendable {
  /// Version of the program.
  public static let version = Revision.program

  /// Name of the file with the resolved scenario.
  public static let resolved = "scenario.resolved.yaml"

  /// Name of the file that says what the run was.
  public static let manifest = "manifest.json"

  /// Name of the file with the report.
  public static let report = "report.html"

  /// What the manifest says besides the results.
  public struct Manifest: Codable, Sendable {
    /// Program and version.
    public var program = "stroma", version = RunOutput.version
    /// Revision of the program: runs of one revision have the same results.
    public var revision = Model.revision
    /// The command as given.
    public var command: [String]
    /// The scenario file.
    public var scenario: String
    /// SHA-256 of the resolved scenario.
    public var scenarioSHA256: String
    /// Every file that was read, with its SHA-256.
    public var files: [String: String]
    /// Seed, replicates and threads.
    public var seed: UInt64, replicates: Int, threads: Int
    /// Operating system, architecture and number of cores.
    public var machine: String, cores: Int
    /// Cells given and agents that stand for them, per arm.
    public var cells: [String: Int], agents: [String: Int]
    /// Number, size and time of every dose in words, per arm.
    public var doses: [String: [String]]
    /// Start, in UTC.
    public var started: Date
    /// Time the run took, s.
    public var wallTime: Double
    /// Whether every model got to its end; simulated hours that all of them reached.
    public var complete: Bool, reachedHours: Double
    /// Why the first model that failed did; absent where none did.
    public var failure: String?
    /// One SHA-256 over the CSV files: name, then content, in the order of the list.
    public var csvSHA256: String, csvFiles: [String]
    /// What its author should know, accepted or not: known before the run, then after it.
    public var notes: [Note]

    private enum CodingKeys: String, CodingKey {
      case program, version, revision, command, scenario, files, seed, replicates, threads, machine,
        cores, cells, agents, doses, started, complete, failure, notes
      case scenarioSHA256 = "scenario_sha256"
      case wallTime = "wall_time"
      case reachedHours = "reached_hours"
      case csvSHA256 = "csv_sha256"
      case csvFiles = "csv_files"
    }
  }

  /// Removes the results of an earlier run.
  ///
  /// - Throws: `OutputError`.
  public static func clear(_ directory: OutputDirectory) throws {
    try directory.remove(Self.manifest)
    try directory.remove(RunCrate.name)
    for recorder in Recorders.every { try directory.remove(recorder.file) }
    try directory.remove(SlicesFile.name)
    try FrameFolder(in: directory).clear()
    try directory.remove(Self.report)
  }

  /// Writes everything into a directory; files of an earlier run that this one does not write go.
  ///
  /// - Parameters:
  ///   - trajectories: what was seen.
  ///   - scenario: the scenario.
  ///   - yaml: its text as it was resolved first.
  ///   - path: the scenario file.
  ///   - command: the command as given.
  ///   - threads: cores in use.
  ///   - followed: cells followed one by one.
  ///   - started: start.
  ///   - wallTime: time the run took, s.
  ///   - notes: what its author should know.
  ///   - failure: why a model failed on its way, where one did.
  ///   - directory: where to.
  /// - Returns: the manifest.
  /// - Throws: `OutputError`.
  public static func write(
    _ trajectories: [Trajectory],
    scenario: ResolvedScenario,
    yaml: String,
    path: String,
    command: [String],
    threads: Int,
    followed: Int,
    started: Date,
    wallTime: Double,
    notes: [Note],
    failure: RunError? = nil,
    to directory: OutputDirectory
  ) throws -> Manifest {
    let files = Recorders.files(trajectories, followingCells: followed > 0)
    var digest = Digest()
    for file in files {
      digest.add(file.name)
      digest.add(file.text)
    }
    let reached = trajectories.map { $0.snapshots.last?.time ?? 0 }.min() ?? 0
    let manifest = Manifest(
      command: command,
      scenario: path,
      scenarioSHA256: Digest.of(Data(yaml.utf8)),
      files: Dictionary(scenario.files.map { ($0.path, $0.sha256) }) { first, _ in first },
      seed: trajectories.first?.seed ?? scenario.seed,
      replicates: trajectories.map(\.replicate).max() ?? scenario.replicates,
      threads: threads,
      machine: "\(ProcessInfo.processInfo.operatingSystemVersionString), \(architecture)",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      cells: Dictionary(scenario.experiments.map { ($0.arm, $0.cells) }) { first, _ in first },
      agents: Dictionary(scenario.experiments.map { ($0.arm, Int($0.agents)) }) { first, _ in first
      },
      doses: scenario.doses.reduce(into: [:]) { doses, given in
        for arm in given.arms { doses[arm] = given.texts }
      },
      started: started,
      wallTime: wallTime,
      complete: trajectories.allSatisfy(\.isComplete) && failure == nil,
      reachedHours: reached / 60,
      failure: failure?.description,
      csvSHA256: digest.hexadecimal,
      csvFiles: files.map(\.name),
      notes: notes
    )
    try directory.remove(Self.manifest)
    for file in files { try directory.write(file.name, file.text) }
    for recorder in Recorders.every
    where !files.contains(where: { $0.name == recorder.file }) {
      try directory.remove(recorder.file)
    }
    let arms = scenario.experiments
    let slices = SlicesFile(trajectories) { SlicePlan(of: $0, among: arms).shrink }
    if let slices {
      try directory.write(SlicesFile.name, try slices.file())
    } else {
      try directory.remove(SlicesFile.name)
    }
    try directory.write(Self.resolved, yaml)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    let json = try encoder.encode(manifest)
    try directory.write(Self.manifest, String(decoding: json, as: UTF8.self) + "\n")
    let left = RunCrate.files(of: manifest, in: directory.path).map { name in
      (
        name: name,
        bytes: InputFile.contents("\(directory.path)/\(name)") ?? Data()
      )
    }
    try directory.write(RunCrate.name, RunCrate(manifest, files: left).json.text + "\n")
    return manifest
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown architecture"
    #endif
  }
}
