import ArgumentParser
import Foundation
import Scenario

/// A folder of the library that can be listed.
protocol ListedFolder {
  /// Its name, which is that of the command.
  static var name: String { get }
}

enum Products: ListedFolder { static let name = "products" }
enum Hosts: ListedFolder { static let name = "hosts" }
enum Studies: ListedFolder { static let name = "studies" }
enum Kinds: ListedFolder { static let name = "kinds" }
enum Factors: ListedFolder { static let name = "factors" }
enum Modalities: ListedFolder { static let name = "modalities" }
enum Labels: ListedFolder { static let name = "labels" }
enum Overlays: ListedFolder { static let name = "overlays" }
enum Modifications: ListedFolder { static let name = "modifications" }
enum Formulations: ListedFolder { static let name = "formulations" }
enum Regimens: ListedFolder { static let name = "regimens" }

struct ListCommand<Folder: ListedFolder>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Folder.name,
      abstract: "Lists the \(Folder.name) of the library, each with a sentence about it."
    )
  }

  @OptionGroup var library: LibraryOptions

  @Flag(help: "Print the sources of the values of each beneath it.")
  var sources = false

  func run() throws {
    let library = try library.find()
    let listing = Listing(of: Folder.name, in: library)
    let width = listing.entries.map(\.name.count).max() ?? 0
    let lines = listing.entries.map { entry in
      let name = entry.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let sources = self.sources ? entry.sources.map { "  source: \($0)\n" } : []
      return "\(name)  \(entry.sentence)\n\(sources.joined())"
    }
    try Terminal.show(lines.joined())
    if lines.isEmpty && listing.problems.isEmpty {
      Terminal.say("there are none in \(library.path)/\(Folder.name)")
    }
    try LibraryOptions.end(with: listing.problems)
  }
}
