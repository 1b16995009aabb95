import Files

extension Page {
  /// Adds a protocol, heading by heading.
  mutating func add(_ text: ProtocolText) {
    for (heading, words) in text.parts {
      add(html: "<h3>\(Self.escaped(heading))</h3>")
      add(words)
    }
  }

  /// Adds a section with the share of assumed numbers and all values.
  mutating func addParameters(_ methods: Methods) {
    section("parameters", "What it rests on") { page in
      let shares = methods.shares
      guard shares.all > 0 else { return }
      let per = 100 * shares.assumed / shares.all
      page.add(
        "\(methods.table.rows.count) values, of which \(shares.all) are numbers: \(shares.sourced) have a published source, \(shares.assumed) (\(per) %) are assumed, fitted or calibrated, and \(shares.all - shares.sourced - shares.assumed) are settings of the scenario or the program."
      )
      let table = methods.table
      page.add(
        table,
        caption: "Every value, with unit, ranges and source",
        folded: "All \(table.rows.count) values"
      )
    }
  }

  /// Adds lines to be typed.
  mutating func add(code: String) { add(html: "<pre tabindex=\"0\">\(Self.escaped(code))</pre>") }

  /// Adds the files that were read, with their hashes.
  mutating func add(files: [String: String]) {
    add(
      CSVTable(
        columns: ["file", "SHA-256"],
        rows: files.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
      ),
      caption: "Files that were read",
      folded: "\(files.count) files that were read"
    )
  }

  /// Adds a law: its equation, symbols, and the values of its parameters.
  mutating func add(_ law: LawShown) {
    add(
      html:
        "<h3>\(Self.escaped(law.title))</h3><div class=\"equations\" tabindex=\"0\" role=\"region\" aria-label=\"\(Self.escaped(law.title)), equations\">\(law.equation)</div>"
    )
    if !law.symbols.isEmpty {
      add(
        html: "<p class=\"small\">"
          + law.symbols.map { "\($0.symbol) \(Self.escaped($0.meaning))" }.joined(separator: "; ")
          + ".</p>"
      )
    }
    var html =
      "<details><summary>\(law.parameters.count) parameters</summary><div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"\(Self.escaped(law.title)), parameters\"><table><thead><tr><th scope=\"col\">symbol</th><th scope=\"col\">parameter</th><th scope=\"col\">meaning</th><th scope=\"col\">value</th></tr></thead><tbody>"
    for parameter in law.parameters {
      html +=
        "<tr><td>\(parameter.symbol)</td><td><code>\(Self.escaped(parameter.key))</code></td><td>\(Self.escaped(parameter.meaning))</td><td>\(Self.escaped(parameter.value))</td></tr>"
    }
    add(html: html + "</tbody></table></div></details>")
  }
}

extension String {
  /// It as a word of a command, as a shell takes it.
  var asShellWord: String {
    let isPlain =
      !isEmpty && allSatisfy { $0.isLetter || $0.isNumber || "./_-=:,+%@".contains($0) }
    return isPlain ? self : "'\(replacing("'", with: "'\\''"))'"
  }
}
