import ArgumentParser
import Foundation
import Scenario

struct LawsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "laws",
    abstract:
      "Prints, as Markdown, the equations of all laws and their parameters with defaults, ranges and sources.",
    discussion: "stroma laws > laws.md"
  )

  @OptionGroup var library: LibraryOptions

  func run() throws {
    let page: LawPage
    do {
      page = try LawPage(of: try library.found())
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
    try Terminal.show(page.text)
  }
}
