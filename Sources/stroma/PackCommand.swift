import ArgumentParser
import Campaign
import Files
import Foundation

struct PackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Puts a run into one archive to hand on, described as an RO-Crate.",
    discussion: """
      The archive holds the resolved scenario, which needs no library, the manifest, all tables, the slices and the report, with
      the size and SHA-256 of each. 'stroma unpack' checks them and runs the scenario again. Frames and checkpoints stay behind.

      stroma pack results/mouse-iv --license CC-BY-4.0 --author "A. Researcher"
      """
  )

  @Argument(help: ArgumentHelp("Directory of a run.", valueName: "dir"), completion: .directory)
  var directory: String

  @Option(help: ArgumentHelp("Archive to write (default: DIR.zip).", valueName: "file"))
  var out: String?

  @Option(help: "Licence of the results: an identifier of SPDX such as CC-BY-4.0, or an address.")
  var license: String?

  @Option(help: "Name of the author.")
  var author: String?

  func run() throws {
    var path = directory
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let target = URL(fileURLWithPath: out ?? path + ".zip")
    do {
      let bytes = try RunArchive.archive(path, terms: .init(licence: license, author: author))
      try OutputDirectory(target.deletingLastPathComponent().path, overwrite: true)
        .write(target.lastPathComponent, bytes)
    } catch let error as OutputError {
      Terminal.say(error.description)
      throw ExitCode(EX_IOERR)
    } catch let error as RunArchive.Problem {
      Terminal.say(error.description)
      throw ExitCode(EX_NOINPUT)
    } catch let error as ZipArchive.Problem {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    try Terminal.show(target.relativePath + "\n")
  }
}

struct UnpackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack",
    abstract: "Checks the archive of a run, unpacks it, and runs it again.",
    discussion: """
      Every file is compared with the size and SHA-256 of its description, before anything is written. Then the scenario is run again,
      and its tables are compared with those of the archive; ends with exit code 1 where they differ.

      stroma unpack mouse-iv.zip
      stroma unpack mouse-iv.zip --out from-a-colleague --no-run
      """
  )

  @Argument(help: "Archive of a run.", completion: .file(extensions: ["zip"]))
  var archive: String

  @Option(help: ArgumentHelp("Directory to write (default: the archive's name).", valueName: "dir"))
  var out: String?

  @Flag(name: .customLong("no-run"), help: "Do not run it again.")
  var isNotRun = false

  @Option(help: WorkOptions.threadsHelp)
  var threads: Int?

  func validate() throws { try WorkOptions.check(threads: threads) }

  func run() throws {
    let url = URL(fileURLWithPath: archive)
    let directory = out ?? url.deletingPathExtension().relativePath
    guard let data = InputFile.contents(archive) else {
      Terminal.say("\(archive) cannot be read")
      throw ExitCode(EX_NOINPUT)
    }
    do {
      let files = try RunArchive.files(in: [UInt8](data))
      try WorkOptions.writing(into: directory, overwrite: false) { output in
        for file in files { try output.write(file.path, file.bytes) }
      }
    } catch let error as RunArchive.Problem {
      Terminal.say("\(archive): \(error.description)")
      throw ExitCode(EX_DATAERR)
    }
    try Terminal.show("\(directory): every file is the one that was packed\n")
    if !isNotRun { try runAgain(directory) }
  }

  /// Runs the scenario of a directory and compares the tables.
  private func runAgain(_ directory: String) throws {
    let again = "\(directory)/again"
    var arguments = [
      "\(directory)/\(RunOutput.resolved)", "--out", again, "--quiet",
    ]
    if let threads { arguments += ["--threads", String(threads)] }
    let manifest = try RunArchive.manifest(in: directory)
    // Its cells one by one are not part of the scenario.
    try RunCommand.parse(arguments + manifest.sampling).run()
    let made = try RunArchive.manifest(in: again)
    let isSame = made.csvSHA256 == manifest.csvSHA256
    try Terminal.show(
      isSame
        ? "\(again): the same tables to the last bit\n"
        : "\(again): other tables than those of the archive; see: stroma diff \(directory) \(again)\n"
    )
    if !isSame { throw ExitCode(1) }
  }
}

extension RunOutput.Manifest {
  /// The options of the command that chose cells to follow one by one.
  fileprivate var sampling: [String] {
    let words = command.flatMap { word in
      word.hasPrefix("--record=")
        ? ["--record", String(word.dropFirst("--record=".count))] : [word]
    }
    return zip(words, words.dropFirst()).flatMap { option, value in
      option == "--record" && RecordOption(argument: value)?.sampled != nil ? [option, value] : []
    }
  }
}
