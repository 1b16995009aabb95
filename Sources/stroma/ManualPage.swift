import ArgumentParser
import Foundation

/// The manual pages of the program, made of the same texts as `--help`, in the macros of man(7).
struct ManualPage {
  /// Name of the file, as in `stroma-run.1`.
  let name: String
  /// The page.
  let text: String

  /// The page of every command.
  static var all: [ManualPage] {
    guard
      let tool = try? JSONDecoder().decode(Tool.self, from: Data(Stroma._dumpHelp().utf8))
    else { preconditionFailure("the description of the commands is JSON") }
    let root = tool.command
    let own = (root.subcommands ?? []).filter { $0.commandName != "help" }
    return [ManualPage(root, under: nil, with: own)]
      + own.map { ManualPage($0, under: root.commandName, with: []) }
  }

  private init(_ command: Command, under root: String?, with commands: [Command]) {
    let title = ([root] + [command.commandName]).compactMap { $0 }
    let name = title.joined(separator: "-")
    self.name = "\(name).1"
    let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
    var text =
      ".TH \(Self.escaped(name.uppercased())) 1 \"\" \"stroma \(Stroma.configuration.version)\"\n"
    text += ".SH NAME\n\(Self.escaped(name)) \\- \(Self.escaped(command.abstract ?? ""))\n"
    text += ".SH SYNOPSIS\n.B \(Self.escaped(title.joined(separator: " ")))\n"
    if !commands.isEmpty { text += ".I command\n" }
    text += arguments.map { "\($0.usage)\n" }.joined()
    if let discussion = command.discussion {
      text += ".SH DESCRIPTION\n" + Self.paragraphs(discussion)
    }
    if !arguments.isEmpty {
      text += ".SH OPTIONS\n" + arguments.map(\.item).joined()
    }
    if !commands.isEmpty {
      let items = commands.map {
        ".TP\n.BR \(Self.escaped("\(name)-\($0.commandName)")) (1)\n\(Self.escaped($0.abstract ?? ""))\n"
      }
      text += ".SH COMMANDS\n" + items.joined()
    }
    if let root { text += ".SH SEE ALSO\n.BR \(root) (1)\n" }
    self.text = text
  }

  /// Paragraphs of a text; commands keep their lines.
  private static func paragraphs(_ text: String) -> String {
    text.split(separator: "\n\n").map { paragraph in
      let isExample = paragraph.hasPrefix("stroma ") || paragraph.hasPrefix("# ")
      let body = escaped(String(paragraph))
      return isExample ? ".nf\n\(body)\n.fi\n" : "\(body)\n"
    }.joined(separator: ".PP\n")
  }

  /// A text without what the macros would take for their own.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : String($0) }
      .joined(separator: "\n")
  }

  // MARK: - What the parser of the command line tells of itself

  private struct Tool: Decodable {
    let command: Command
  }

  private struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String, name: String

      var text: String { kind == "short" ? "-\(name)" : "--\(name)" }
    }

    let kind: String
    let shouldDisplay: Bool, isOptional: Bool, isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let abstract: String?

    private var value: String { "\\fI\(escaped(valueName ?? ""))\\fR" }

    /// How it is written: its names, and its value where it has one.
    private var written: String {
      let names = (names ?? []).map { "\\fB\(escaped($0.text))\\fR" }.joined(separator: ", ")
      return switch kind {
      case "positional": value
      case "flag": names
      default: "\(names) \(value)"
      }
    }

    /// As it stands in the synopsis.
    var usage: String {
      (isOptional ? "[\(written)]" : written) + (isRepeating ? " \\&..." : "")
    }

    /// As it stands among the options.
    var item: String { ".TP\n\(written)\n\(escaped(abstract ?? ""))\n" }
  }
}
