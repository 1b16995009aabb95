import ArgumentParser
import Files
import Scenario

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of scenarios, campaigns or presets, for editors.",
    discussion: """
      An editor with a YAML language server completes and checks keys with it; a scenario names it in its first line:

      stroma schema > scenario.schema.json
      # yaml-language-server: $schema=scenario.schema.json
      stroma schema --reference > reference.md
      """
  )

  @Argument(
    help: "scenario, campaign, or a folder of presets such as products (default: scenario)."
  )
  var kind = "scenario"

  @Flag(help: "Print all keys of scenarios and campaigns as a page of Markdown instead.")
  var reference = false

  @OptionGroup var library: LibraryOptions

  func run() throws {
    let kinds = ["scenario", "campaign"] + KeySchema.folders
    guard kinds.contains(kind) else {
      throw ValidationError(
        "There is no schema of '\(kind)'\(Suggestion.text(for: kind, among: kinds)); there are \(kinds.joined(separator: ", "))."
      )
    }
    let found = try library.find()
    if reference { return try Terminal.show(KeyReference(of: found).text) }
    let schema: KeySchema =
      switch kind {
      case "scenario": KeySchema(of: .scenario, in: found)
      case "campaign": KeySchema(of: .campaign, in: found)
      default: KeySchema(of: .preset(folder: kind), in: found)
      }
    try Terminal.show(schema.json.text + "\n")
  }
}
