/// Every key of scenarios and campaigns as a page of Markdown: of each block its meaning, an example and its keys with meaning,
/// what they take, default and allowed range.
package struct KeyReference {
  /// The page.
  package let text: String

  /// The page of a library.
  package init(of library: Library) {
    let parameters = Catalogue.merged(Catalogue(of: library).parameters)
    var text = """
      # Reference of keys

      Every key of scenarios and campaigns. Written by `stroma schema --reference`.

      A `*` stands for a name: of a factor, a type of cell, an organ, a tissue, or one of your own. A number may be given with its
      source and the range in which it is known to lie, `{value: 0.03 1/h, range: 0.02 to 0.06 1/h, source: "…"}`. Where a key has
      several meanings, a dish has one and a body another. `stroma explain KEY` adds the sources and the files that set a key; the
      equations in which the parameters of the laws stand are in <doc:Laws>.


      """
    for (title, isOfCampaign) in [("Scenarios", false), ("Campaigns", true)] {
      let own = parameters.filter { $0.isOfCampaign == isOfCampaign }
      let blocks = Catalogue.Block.all.filter { $0.isOfCampaign == isOfCampaign }
      let keys = Set(blocks.map(\.key))
      text += "## \(title)\n\n" + Self.table(own.filter { !keys.contains($0.path[0]) })
      for block in blocks {
        text += "### \(block.key)\(isOfCampaign ? " of a campaign" : "")\n\n"
        text += block.meaning.prefix(1).uppercased() + block.meaning.dropFirst() + ":\n\n"
        // What needs other files or takes the place of other blocks is no example by itself.
        text +=
          block.stands
          ? "```yaml\n\(block.example)\n```\n\n" : "`\(block.example)` (<doc:Examples>)\n\n"
        text += Self.table(own.filter { $0.path[0] == block.key })
      }
    }
    self.text = text
  }

  private static func table(_ parameters: [Catalogue.Parameter]) -> String {
    if parameters.isEmpty { return "" }
    let rows = parameters.map { parameter in
      let meaning = parameter.meanings.first
      let standards = Set(parameter.standards.map(\.text))
      let standard = standards.count > 1 ? "depends on others" : standards.first
      let takes = [
        meaning?.takes, meaning?.allowed.map { "allowed \($0)" },
        standard.map { "default \($0)" },
      ]
      let cells = [
        "`\(parameter.name)`", parameter.summary, takes.compactMap { $0 }.joined(separator: "; "),
      ]
      return "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
    }
    return "| key | meaning | takes |\n|---|---|---|\n" + rows.joined()
      + "\n"
  }
}
