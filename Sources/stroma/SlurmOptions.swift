import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario

/// The options that hand a campaign to Slurm.
struct SlurmOptions: ParsableArguments {
  @Flag(
    name: .customLong("slurm"),
    help:
      "Submit the campaign to Slurm as an array job of single-core tasks, followed by a merge job."
  )
  var isAsked = false

  @Option(
    name: .customLong("tasks"),
    help: "Number of array tasks (default: 64, or the number of points if that is smaller)."
  )
  var asked: Int?

  @Option(help: "Time limit of each task and of the merge job, in Slurm's format.")
  var time: String = "04:00:00"

  @Option(
    name: .customLong("mem"),
    help: "Memory of each task, in Slurm's format (default: the memory that one model needs)."
  )
  var memory: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Additional sbatch option for both jobs, as in --partition=short. May be repeated.",
      valueName: "option"
    )
  )
  var sbatch: [String] = []

  func validate() throws {
    if let asked, !(1...100_000).contains(asked) {
      throw ValidationError("--tasks is \(asked); expected a number from 1 to 100000.")
    }
    for option in sbatch where !option.hasPrefix("-") {
      throw ValidationError(
        "--sbatch \(option): expected an option with its dashes, as in --sbatch=--partition=short."
      )
    }
    try Self.check(time, of: "--time")
    if let memory { try Self.check(memory, of: "--mem") }
    for option in sbatch { try Self.check(option, of: "--sbatch") }
  }

  /// Refuses an output directory whose path cannot be written in a job script.
  func check(directory: String) throws {
    let path = Self.absolute(directory)
    try Self.check(path, of: "the path of --out")
    guard !path.unicodeScalars.contains("\\") else {
      throw ValidationError(
        "the path of --out contains a backslash, with which Slurm does not number the logs of the tasks."
      )
    }
  }

  private static func check(_ value: String, of option: String) throws {
    guard
      let found = value.unicodeScalars.first(where: { $0.properties.generalCategory == .control })
    else { return }
    let digits = String(found.value, radix: 16, uppercase: true)
    throw ValidationError(
      "\(option) contains the control character U+\(String(repeating: "0", count: 4 - digits.count))\(digits), which a job script cannot hold."
    )
  }

  /// Writes the two job scripts and submits them; ends with exit code 69 where no Slurm answers.
  func submit(
    _ campaign: Sweep,
    _ sweep: SweepOptions,
    to directory: OutputDirectory,
    retryFailed: Bool
  ) throws {
    let limit = try Slurm.arrayLimit()
    let tasks = min(asked ?? 64, campaign.points.count, limit)
    if let asked, asked > tasks {
      Terminal.say(
        "\(tasks) tasks: the array takes at most \(limit), the campaign has \(campaign.points.count) points"
      )
    }
    let job = SlurmJob(
      program: ValueOptions.program,
      arguments: arguments(sweep, directory),
      directory: Self.absolute(directory.path),
      name: campaign.description.name,
      tasks: tasks,
      time: time,
      memory: memory ?? "\(Int((campaign.memory / 1e6).rounded(.up)))M",
      options: sbatch,
      retryFailed: retryFailed
    )
    try directory.write("shards.sbatch", job.shards)
    try directory.write("merge.sbatch", job.merge)
    let array = try Slurm.submit(["\(job.directory)/shards.sbatch"])
    let merge = try Slurm.submit([
      "--dependency=afterok:\(array)", "\(job.directory)/merge.sbatch",
    ])
    Terminal.say("submitted \(tasks) tasks as job \(array), to be merged by job \(merge)")
    try Terminal.show("\(array) \(merge)\n")
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  private func arguments(_ sweep: SweepOptions, _ directory: OutputDirectory) -> [String] {
    [
      Self.absolute(sweep.file), "--out", Self.absolute(directory.path), "--threads", "1",
      "--quiet",
    ]
      + (sweep.values.library.map { ["--library", Self.absolute($0)] } ?? [])
      + sweep.values.overrides.flatMap { ["--set", $0] }
  }
}

/// The scripts of an array job and of the job that merges what it made.
struct SlurmJob {
  let program: String
  let arguments: [String]
  let directory: String
  let name: String
  let tasks: Int
  let time: String
  let memory: String
  let options: [String]
  let retryFailed: Bool

  /// One shard per task; a requeued task continues with the runs in its store.
  var shards: String {
    let again = retryFailed ? " --retry-failed" : ""
    return script(
      "stroma-\(word)",
      "shard-%a",
      ["--array=1-\(tasks)", "--requeue", "--signal=B:TERM@30"]
    )
      + "exec \(line("sweep")) --shard \"$SLURM_ARRAY_TASK_ID/\(tasks)\" --yes\(again)\n"
  }

  /// Merges the shards.
  var merge: String {
    script("stroma-\(word)-merge", "merge", ["--requeue", "--kill-on-invalid-dep=yes"])
      + "exec \(line("merge"))\n"
  }

  private var word: String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  private func script(_ name: String, _ log: String, _ more: [String]) -> String {
    let path = "\(Self.escaped(directory, ["%": "%%"]))/\(log).log"
    let settings =
      [
        "--job-name=\(name)", "--output=\(Self.value(path))", "--open-mode=append",
        "--ntasks=1",
        "--cpus-per-task=1", "--time=\(Self.value(time))", "--mem=\(Self.value(memory))",
      ] + more + options
    return "#!/bin/sh\n" + settings.map { "#SBATCH \($0)\n" }.joined() + "set -eu\n"
  }

  private func line(_ command: String) -> String {
    ([program, command] + arguments).map(Self.quoted).joined(separator: " ")
  }

  /// A word of the shell.
  private static func quoted(_ word: String) -> String {
    "'" + escaped(word, ["'": "'\\''"]) + "'"
  }

  /// The value of an option in a line `#SBATCH`.
  private static func value(_ text: String) -> String {
    "\"" + escaped(text, ["\"": "\\\"", "\\": "\\\\"]) + "\""
  }

  /// A text with scalars replaced; by scalars, because a quote and a combining mark make one `Character`.
  private static func escaped(
    _ text: String,
    _ replacements: [Unicode.Scalar: String]
  ) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let replacement = replacements[scalar] {
        escaped.append(contentsOf: replacement.unicodeScalars)
      } else {
        escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}

/// Slurm as its commands answer.
enum Slurm {
  /// Tasks that an array may have.
  static func arrayLimit() throws -> Int {
    let text = try answer("scontrol", ["show", "config"])
    let line = text.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
    // The largest index is one less than what is called the size.
    return max(
      1,
      (line?.split(separator: "=").last.flatMap { Int($0.filter(\.isNumber)) } ?? 1001) - 1
    )
  }

  /// Number of a job that was submitted.
  static func submit(_ arguments: [String]) throws -> String {
    let text = try answer("sbatch", ["--parsable"] + arguments)
    return String(text.prefix { $0.isNumber })
  }

  private static func answer(_ command: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      Terminal.say("Slurm does not answer: \(command): \(said.split(separator: "\n").first ?? "")")
      throw ExitCode(EX_UNAVAILABLE)
    }
    return text
  }
}
