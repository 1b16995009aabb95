import ArgumentParser
import Foundation
import Scenario

/// A folder of the library that can be listed.
protocol ListedFolder {
  /// Its name, which is that of the command.
  static var name: String { get }
  /// Keys whose values are shown between the name and the sentence.
  static var keys: [String] { get }
  /// Whether the source of what has none of its own is shown after the sentence.
  static var showsSource: Bool { get }
}

extension ListedFolder {
  static var keys: [String] { [] }
  static var showsSource: Bool { false }
}

enum Products: ListedFolder { static let name = "products" }
enum Hosts: ListedFolder { static let name = "hosts" }
enum Studies: ListedFolder { static let name = "studies" }
enum Kinds: ListedFolder { static let name = "kinds" }
enum Factors: ListedFolder { static let name = "factors" }
enum Modalities: ListedFolder { static let name = "modalities" }
enum Labels: ListedFolder { static let name = "labels" }
enum Media: ListedFolder { static let name = "media" }
enum Overlays: ListedFolder { static let name = "overlays" }
enum Modifications: ListedFolder { static let name = "modifications" }
enum Formulations: ListedFolder { static let name = "formulations" }
enum Regimens: ListedFolder { static let name = "regimens" }

enum Tissues: ListedFolder {
  static let name = "tissues"
  static let keys = ["organ"]
  static let showsSource = true
}

struct ListCommand<Folder: ListedFolder>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Folder.name,
      abstract: "Lists the \(Folder.name) in the library, each with a one-sentence description.",
      discussion: "stroma \(Folder.name) --sources"
    )
  }

  @OptionGroup var library: LibraryOptions

  @Flag(help: "Also print the sources of the values of each entry.")
  var sources = false

  func run() throws {
    let library = try library.find()
    let keys = Folder.keys + (Folder.showsSource ? ["source"] : [])
    let listing = Listing(of: Folder.name, in: library, keys: keys)
    let rows = listing.entries.map { [$0.name] + $0.values.prefix(Folder.keys.count) }
    let widths = (0...Folder.keys.count).map { n in rows.map { $0[n].count }.max() ?? 0 }
    let lines = zip(listing.entries, rows).map { entry, row in
      let columns = zip(row, widths).map { text, width in
        text.padding(toLength: width, withPad: " ", startingAt: 0)
      }
      let source = Folder.showsSource ? entry.values.last ?? "" : ""
      let end = source.isEmpty ? "" : " [\(source)]"
      let sources = self.sources ? entry.sources.map { "  source: \($0)\n" } : []
      return "\(columns.joined(separator: "  "))  \(entry.sentence)\(end)\n\(sources.joined())"
    }
    try Terminal.show(lines.joined())
    if lines.isEmpty && listing.problems.isEmpty {
      Terminal.say("there are none in \(library.path)/\(Folder.name)")
    }
    try LibraryOptions.end(with: listing.problems)
  }
}
