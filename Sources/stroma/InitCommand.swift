import ArgumentParser
import Files
import Foundation
import Scenario

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract:
      "Writes a commented scenario that runs, from answers to a few questions or from options.",
    discussion: """
      At a terminal it asks for what no option gives; elsewhere that takes its default. The scenario is checked before it is
      written.

      stroma init my-mouse.yaml
      stroma init lung.yaml --host mouse --tissue endotoxin-lung --dose "5e5 cells" --duration "3 d"
      """
  )

  @Argument(help: "File to write.", completion: .file(extensions: ["yaml"]))
  var file: String

  @Option(help: "Host, as 'stroma hosts' lists it.")
  var host: String?

  @Option(help: "Product, as 'stroma products' lists it.")
  var product: String?

  @Option(help: "Route of the treatment, as in intravenous.")
  var route: String?

  @Option(help: "Dose, as in \"1e6 cells/kg\".")
  var dose: String?

  @Option(help: "Tissue, as 'stroma tissues' lists it, or none.")
  var tissue: String?

  @Option(help: "Time that is simulated, as in \"7 d\".")
  var duration: String?

  @Option(help: "Number of replicates of each arm.")
  var replicates: Int?

  @Flag(help: "Write over a file that is there.")
  var overwrite = false

  @OptionGroup var library: LibraryOptions

  /// A question, with its default.
  private struct Question {
    let words: String, standard: String
    /// Names that may be given; `nil` for any text.
    var among: [String]?
  }

  func run() throws {
    guard overwrite || !FileManager.default.fileExists(atPath: file) else {
      Terminal.say("\(file) is there; choose another name, or add --overwrite")
      throw ExitCode(EX_CANTCREAT)
    }
    let library = try library.find()
    let host = try answer(
      host,
      Question(words: "Who is treated", standard: "mouse", among: library.names(in: "hosts"))
    )
    let product = try answer(
      product,
      Question(
        words: "Which cells are given",
        standard: "human-marrow-msc",
        among: library.names(in: "products")
      )
    )
    let route = try answer(route, Question(words: "By which route", standard: "intravenous"))
    let dose = try answer(dose, Question(words: "Which dose", standard: "1e6 cells/kg"))
    let tissue = try answer(
      tissue,
      Question(
        words: "Which tissue is followed on a grid, or none",
        standard: "none",
        among: ["none"] + library.names(in: "tissues")
      )
    )
    let duration = try answer(
      duration,
      Question(words: "How long is it followed", standard: "7 d")
    )
    let replicates = try answer(
      replicates.map(String.init),
      Question(words: "How many replicates of each arm", standard: "4")
    )
    let text = Self.text(
      name: URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent,
      host: host,
      product: product,
      route: route,
      dose: dose,
      tissue: tissue == "none" ? nil : tissue,
      duration: duration,
      replicates: replicates
    )
    try write(text, checkedWith: library)
    try Terminal.show("\(file)\n")
    Terminal.say("run it with: stroma run \(file) --report")
  }

  /// What an option gives, else what is answered at a terminal, else the default.
  private func answer(_ given: String?, _ question: Question) throws -> String {
    var answer = given ?? question.standard
    if given == nil, isatty(STDIN_FILENO) == 1 {
      FileHandle.standardError.write(Data("\(question.words)? [\(question.standard)] ".utf8))
      let line = readLine()?.trimmingCharacters(in: .whitespaces) ?? ""
      if !line.isEmpty { answer = line }
    }
    if let names = question.among, !names.contains(answer) {
      throw ValidationError(
        "There is no '\(answer)'\(Suggestion.text(for: answer, among: names)); there are \(names.joined(separator: ", "))."
      )
    }
    return answer
  }

  /// Writes the scenario where it can be run, or says why not and ends with exit code 65.
  private func write(_ text: String, checkedWith library: Library) throws {
    let url = URL(fileURLWithPath: file)
    let folder = url.deletingLastPathComponent()
    let trial = folder.appendingPathComponent(".\(url.lastPathComponent).trial.yaml")
    do {
      let directory = try OutputDirectory(folder.path, overwrite: true)
      try directory.write(trial.lastPathComponent, text)
      defer { try? FileManager.default.removeItem(at: trial) }
      _ = try ResolvedScenario(path: trial.path, library: library.path)
      try directory.write(url.lastPathComponent, text)
    } catch let error as ScenarioError {
      for problem in error.diagnostics { Terminal.say("\(problem.path): \(problem.message)") }
      throw ExitCode(EX_DATAERR)
    } catch let error as OutputError {
      Terminal.say(error.description)
      throw ExitCode(EX_CANTCREAT)
    }
  }

  /// A scenario with two arms, each line of which says what else it may be.
  private static func text(
    name: String,
    host: String,
    product: String,
    route: String,
    dose: String,
    tissue: String?,
    duration: String,
    replicates: String
  ) -> String {
    let site =
      tissue.map {
        """
        # Grids on which tissue, factors and host cells are simulated: a name of your own and a preset (stroma tissues).
        tissues: {site: \($0)}

        """
      } ?? """
        # Add a grid of tissue with its factors and host cells (stroma tissues), as in:
        # tissues: {site: endotoxin-lung}

        """
    return """
      # A scenario of stroma. 'stroma check' prints every value with its source, 'stroma explain KEY' explains one.
      name: \(name)
      question: Does treatment change the outcome, and how many cells live how long?

      # How long is simulated, and how often it is observed.
      duration: \(duration)
      clock: {output_every: 1 h}

      # Who is treated (stroma hosts), with which cells (stroma products).
      host: \(host)
      product: \(product)

      # How they are given. More boluses: boluses: 2, interval: 3 d. Fewer agents than cells: agents: 1e5.
      treatment: {route: \(route), dose: \(dose)}

      \(site)
      # Arms differ in the values that each gives; all share random numbers, so that differences are taken in pairs.
      control: untreated
      replicates: \(replicates)
      arms:
        untreated: {without: [cells]}
        treated: {}

      """
  }
}
