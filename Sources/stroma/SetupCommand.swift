import ArgumentParser
import Files
import Foundation

struct SetupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Installs completions for bash, zsh and fish, and the manual pages.",
    discussion: """
      Writes below PREFIX the files share/bash-completion/completions/stroma, share/zsh/site-functions/_stroma,
      share/fish/vendor_completions.d/stroma.fish and share/man/man1/stroma*.1, where the shells and man look for them: bash and
      fish below ~/.local at once, zsh where fpath names the folder.

      stroma setup
      sudo stroma setup --prefix /usr/local
      """
  )

  @Option(help: ArgumentHelp("Where to install (default: ~/.local).", valueName: "dir"))
  var prefix: String?

  func run() throws {
    let prefix = prefix ?? FileManager.default.homeDirectoryForCurrentUser.path + "/.local"
    let completions: [(folder: String, name: String, shell: CompletionShell)] = [
      ("bash-completion/completions", "stroma", .bash), ("zsh/site-functions", "_stroma", .zsh),
      ("fish/vendor_completions.d", "stroma.fish", .fish),
    ]
    var files = completions.map { ($0.folder, $0.name, Stroma.completionScript(for: $0.shell)) }
    files += ManualPage.all.map { ("man/man1", $0.name, $0.text) }
    do {
      for (folder, name, text) in files {
        let path = "\(prefix)/share/\(folder)"
        try OutputDirectory(path, overwrite: true).write(name, text)
        try Terminal.show("\(path)/\(name)\n")
      }
    } catch let error as OutputError {
      Terminal.say(error.description)
      throw ExitCode(EX_IOERR)
    }
  }
}
