import Foundation

/// The built program, run as a user runs it.
enum Program {
  /// How a run of it ended.
  struct Ending {
    /// Exit code; 128 and the signal where one ended it.
    let code: Int32
    /// What it wrote to standard output and standard error.
    let output: String, errors: String
  }

  /// Thrown where the program is not found.
  struct NotBuilt: Error {}

  /// Its path: in the directory of the test bundle, or else of a build beside the sources.
  static func path() throws -> String {
    let places =
      [Bundle.main.executablePath, Bundle.main.bundlePath].compactMap { $0 }
      + CommandLine.arguments.filter { $0.contains("/") } + Bundle.allBundles.map(\.bundlePath)
    for place in places {
      var directory = URL(fileURLWithPath: place).standardizedFileURL.resolvingSymlinksInPath()
      for _ in 0..<6 where directory.path != "/" {
        directory.deleteLastPathComponent()
        if let found = program(in: directory.path) { return found }
      }
    }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../..").standardizedFileURL.path
    for build in ["release", "debug"] {
      if let found = program(in: "\(root)/.build/\(build)") { return found }
    }
    throw NotBuilt()
  }

  /// The library of the project.
  static let library = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scenarios").standardizedFileURL.path

  /// Runs it to its end.
  static func run(_ arguments: [String], in directory: String) throws -> Ending {
    let process = try start(arguments, in: directory)
    return try end(process, in: directory)
  }

  /// Starts it, with its output going to files of the directory it works in.
  ///
  /// `shell` is a command of the shell that ends in running `"$@"`; `output` is where its standard
  /// output goes, other than to a file of the directory.
  static func start(
    _ arguments: [String],
    in directory: String,
    shell: String? = nil,
    output: String? = nil
  ) throws -> Process {
    let process = Process()
    let program = try path()
    process.executableURL = URL(fileURLWithPath: shell == nil ? program : "/bin/sh")
    process.arguments = shell.map { ["-c", $0, "sh", program] + arguments } ?? arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.standardOutput = try file(output ?? directory + "/.output")
    process.standardError = try file(directory + "/.errors")
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs Python; `nil` where it is not installed.
  static func python(_ arguments: [String], in directory: String) -> (
    code: Int32, output: String
  )? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  /// Waits for its end.
  static func end(_ process: Process, in directory: String) throws -> Ending {
    process.waitUntilExit()
    let status = process.terminationStatus
    return Ending(
      code: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: try String(contentsOfFile: directory + "/.output", encoding: .utf8),
      errors: try String(contentsOfFile: directory + "/.errors", encoding: .utf8)
    )
  }

  private static func program(in directory: String) -> String? {
    let path = directory + "/stroma"
    var isDirectory: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    return isThere && !isDirectory.boolValue && FileManager.default.isExecutableFile(atPath: path)
      ? path : nil
  }

  private static func file(_ path: String) throws -> FileHandle {
    if !path.hasPrefix("/dev/") { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }
}

/// A directory to run the program in, removed with the value.
final class Workplace {
  /// A scenario that runs in a blink and uses every part.
  static let tiny = """
    name: tiny
    duration: 12 h
    host: mouse
    product: human-marrow-msc
    label: in111
    treatment:
      route: intravenous
      dose: 2e3 cells
    factors: [tnfa, cxcl12, pge2]
    tissues:
      lung_block:
        organ: lung
        voxels: 8 x 8 x 8
        spacing: 200 um
        factors:
          tnfa: {given: {baseline: 0.01 ng/mL, amplitude: 0.2 ng/mL, rise: 2 h, half_life: 24 h}}
          pge2: {}
      infarct:
        organ: heart
        voxels: 8 x 8 x 8
        spacing: 400 um
        factors:
          cxcl12: {given: {baseline: 0.3 nM, amplitude: 3 nM, width: 300 um}}
          pge2: {}
    notes:
      accept:
        closed_block: "the program is tested, not its answers"
        unsensed_factor: "the program is tested, not its answers"

    """

  /// The same with two arms that differ in what they have, not only in numbers.
  static let arms =
    tiny + """
      arms:
        thawed: {product: {handling: thawed}, treatment: {dose: 1e3 cells}}
        fresh:

      """

  /// The directory.
  let directory: String

  /// An empty directory with `tiny.yaml` and `arms.yaml`.
  init() throws {
    directory =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/stroma-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: directory,
      withIntermediateDirectories: true
    )
    try write(Self.tiny, "tiny.yaml")
    try write(Self.arms, "arms.yaml")
  }

  deinit {
    _ = chmod(directory + "/locked", 0o700)
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Writes a file.
  func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
  }

  /// Runs the program on the library of the project.
  func stroma(_ arguments: String...) throws -> Program.Ending {
    try Program.run(arguments + ["--library", Program.library], in: directory)
  }

  /// Names of what is in a directory, hidden files too.
  func names(_ name: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(name)")) ?? []).sorted()
  }

  /// Whether something is there.
  func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(directory)/\(name)")
  }

  /// The bytes of a file.
  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
  }

  /// The bytes of the files of a folder, by name.
  func files(_ folder: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try bytes("\(folder)/\($0)")) })
  }

  /// The bytes of the CSV files of a run, by name.
  func tables(_ run: String) throws -> [String: Data] {
    var tables: [String: Data] = [:]
    for name in names(run) where name.hasSuffix(".csv") {
      tables[name] = try bytes("\(run)/\(name)")
    }
    return tables
  }
}
