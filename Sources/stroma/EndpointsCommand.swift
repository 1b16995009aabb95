import ArgumentParser
import Foundation
import Observations
import Scenario

struct EndpointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "endpoints",
    abstract: "Lists the endpoints of a run with their units, meanings and times of observation.",
    discussion: """
      Without FILE, lists all endpoints and what a scenario must contain to have them; TISSUE, KIND, MODALITY and ORGAN \
      stand for names in the scenario. With FILE, lists the endpoints of that scenario, including those it defines.

      stroma endpoints Scenarios/studies/gvhd-acute.yaml
      """
  )

  @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml"]))
  var file: String?

  @OptionGroup var library: LibraryOptions

  func run() throws {
    let endpoints = try Self.catalogue(file, library).endpoints
    let names = endpoints.map(\.name.count).max() ?? 0
    let units = endpoints.map(\.unit.count).max() ?? 0
    let lines = endpoints.map { endpoint in
      let name = endpoint.name.padding(toLength: names, withPad: " ", startingAt: 0)
      let unit = endpoint.unit.padding(toLength: units, withPad: " ", startingAt: 0)
      let needs = file == nil ? endpoint.needs.map { "; needs \($0)" } ?? "" : ""
      return "\(name)  \(unit)  \(endpoint.meaning); read \(endpoint.when)\(needs)\n"
    }
    try Terminal.show(lines.joined())
  }

  /// The endpoints of a scenario, or of any.
  static func catalogue(_ file: String?, _ library: LibraryOptions) throws -> EndpointCatalogue {
    do throws(ScenarioError) {
      guard let file else { return try EndpointCatalogue(of: try library.found()) }
      return EndpointCatalogue(
        of: try ResolvedScenario(
          path: file,
          library: library.directory,
          program: ValueOptions.program
        )
      )
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_DATAERR)
    }
  }
}
