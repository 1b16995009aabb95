import ArgumentParser
import Foundation
import Scenario

struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Updates files written for an older version.",
    discussion: """
      Accepts scenarios, presets, and campaigns with their tables of values. Prints the lines that change; --write
      changes them in the files. Comments, order and spelling are preserved. The exit code is 0 if nothing remains
      to be changed, 1 if changes were printed but not written, and 65 if something must be changed by hand.

      stroma migrate my-old.yaml --write
      """
  )

  @Argument(help: "Files.", completion: .file(extensions: ["yaml", "csv"]))
  var files: [String]

  @Flag(help: "Write the changes to the files.")
  var write = false

  @Option(help: ArgumentHelp("Library directory (hosts, products, factors, …).", valueName: "dir"))
  var library: String?

  func run() throws {
    var isLeft = false
    var isUnwritten = false
    for file in files {
      let migrations: [Migration]
      do throws(ScenarioError) {
        migrations = try Migration.of(file, library: library, program: ValueOptions.program)
      } catch {
        Terminal.say(error.description)
        isLeft = true
        continue
      }
      for migration in migrations {
        for problem in migration.byHand { Terminal.say(problem.description) }
        isLeft = isLeft || !migration.byHand.isEmpty
        guard migration.isNeeded else { continue }
        isUnwritten = !write
        try Terminal.show(Self.difference(migration))
        if write { try Self.write(migration) }
      }
    }
    if isLeft { throw ExitCode(EX_DATAERR) }
    if isUnwritten {
      Terminal.say("nothing was written; --write changes the files")
      throw ExitCode(1)
    }
  }

  /// Replaces a file, which is whole at any time.
  private static func write(_ migration: Migration) throws {
    do {
      let file = URL(fileURLWithPath: migration.path).resolvingSymlinksInPath()
      try Data(migration.new.utf8).write(to: file, options: .atomic)
    } catch {
      Terminal.say("cannot write \(migration.path): \(error.localizedDescription)")
      throw ExitCode(EX_IOERR)
    }
  }

  /// The lines that change, as `diff -U0` prints them.
  private static func difference(_ migration: Migration) -> String {
    func range(_ line: Int, _ lines: [String]) -> String {
      switch lines.count {
      case 0: "\(line - 1),0"
      case 1: "\(line)"
      default: "\(line),\(lines.count)"
      }
    }
    let hunks = migration.changes.map { change in
      "@@ -\(range(change.oldLine, change.old)) +\(range(change.newLine, change.new)) @@\n"
        + change.old.map { "-\($0)\n" }.joined() + change.new.map { "+\($0)\n" }.joined()
    }
    return "--- \(migration.path)\n+++ \(migration.path)\n" + hunks.joined()
  }
}
