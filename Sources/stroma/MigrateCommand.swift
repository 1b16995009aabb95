import ArgumentParser
import Foundation
import Scenario

struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Rewrites files of an older version as this one takes them.",
    discussion: """
      Takes scenarios, campaigns with their tables of values, and presets. Prints the lines that change; with --write
      it changes them in the files. Comments, order and spelling stay. Exit code 0 where nothing is left to change,
      1 where lines were printed and not written, 65 where something has to be changed by hand.
      """
  )

  @Argument(help: "Files.", completion: .file(extensions: ["yaml", "csv"]))
  var files: [String]

  @Flag(help: "Change the files.")
  var write = false

  @Option(help: ArgumentHelp("Directory of hosts, products and factors.", valueName: "dir"))
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

  private static func write(_ migration: Migration) throws {
    do {
      try Data(migration.new.utf8).write(to: URL(fileURLWithPath: migration.path))
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
