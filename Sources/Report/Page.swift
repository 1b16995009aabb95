import CPage
import Files
import Foundation
import Mustache

/// A page of HTML that carries all it needs.
struct Page {
  /// A part of the page, under a heading.
  struct Section {
    let id: String, title: String
    fileprivate(set) var body = ""

    init(_ id: String, _ title: String) {
      self.id = id
      self.title = title
    }
  }

  private var sections: [Section] = []
  private var figures: [Figure] = []
  private let title: String, question: String, facts: String, made: String
  /// Slices as JSON, with the bytes in base64; empty without any.
  var slices = ""
  /// The resolved scenario, to be saved from the page; empty without one.
  var scenario = ""

  init(title: String, question: String, facts: String, made: String) {
    self.title = title
    self.question = question
    self.facts = facts
    self.made = made
  }

  /// Adds a section that a closure fills; one without content is left out.
  mutating func section(_ id: String, _ title: String, _ fill: (inout Page) throws -> Void) rethrows
  {
    sections.append(Section(id, title))
    try fill(&self)
    if sections[sections.count - 1].body.isEmpty { sections.removeLast() }
  }

  /// Adds text of HTML to the section.
  mutating func add(html: String) { sections[sections.count - 1].body += html + "\n" }

  /// Adds a paragraph.
  mutating func add(_ text: String, class name: String? = nil) {
    add(html: "<p\(name.map { " class=\"\($0)\"" } ?? "")>\(Self.escaped(text))</p>")
  }

  /// Adds a figure.
  mutating func add(_ figure: Figure) {
    figures.append(figure)
    let name = Self.escaped(figure.name)
    add(
      html: """
        <figure id="figure-\(name)"><h3>\(Self.escaped(figure.title))</h3>
        <div class="chart" data-figure="\(name)"></div>
        <figcaption>\(Self.escaped(figure.caption))</figcaption></figure>
        """
    )
  }

  /// Adds a table with its caption; columns that hold numbers only are set to the right.
  mutating func add(_ table: CSVTable, caption: String, folded: String? = nil) {
    guard !table.rows.isEmpty else { return }
    let areNumbers = table.columns.indices.map { n in
      table.rows.allSatisfy { $0[n].isEmpty || Double($0[n]) != nil }
    }
    var html = ""
    if let folded { html += "<details><summary>\(Self.escaped(folded))</summary>" }
    html +=
      "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"\(Self.escaped(caption))\">"
    html += "<table><caption>\(Self.escaped(caption))</caption><thead><tr>"
    for (n, column) in table.columns.enumerated() {
      html +=
        "<th scope=\"col\"\(areNumbers[n] ? " class=\"number\"" : "")>\(Self.escaped(column))</th>"
    }
    html += "</tr></thead><tbody>"
    for row in table.rows {
      html += "<tr>"
      for (n, field) in row.enumerated() {
        let kind = areNumbers[n] ? " class=\"number\"" : field.count < 42 ? " class=\"short\"" : ""
        html += "<td\(kind)>\(Self.escaped(field))</td>"
      }
      html += "</tr>"
    }
    html += "</tbody></table></div>"
    if folded != nil { html += "</details>" }
    add(html: html)
  }

  /// Text as HTML.
  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { [38, 60, 62, 34].contains($0) }) else { return text }
    return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }

  /// The page as HTML.
  ///
  /// - Throws: where the template is wrong, which a test rules out.
  func html() throws -> String {
    let drawn = figures.map { figure -> JSON in
      [
        "name": .string(figure.name), "title": .string(figure.title), "chart": figure.chart,
        "format": figure.format, "data": .string(figure.data.text),
      ]
    }
    var context: [String: Any] = [
      "title": title, "question": question, "facts": facts, "made": made,
      "sections": sections.map { ["id": $0.id, "title": $0.title, "body": $0.body] },
      "style": Self.text(page_style()), "script": Self.text(page_script()),
      "licences": Self.text(page_licences()), "figures": JSON.array(drawn).text,
      "charts": Self.data(page_charts()).base64EncodedString(),
    ]
    if !slices.isEmpty { context["slices"] = ["json": slices] }
    if !scenario.isEmpty { context["scenario"] = ["json": JSON.string(scenario).text] }
    return try MustacheTemplate(string: Self.text(page_template())).render(context)
  }

  static func data(_ part: page_part) -> Data {
    part.bytes.map { Data(bytes: $0, count: part.count) } ?? Data()
  }

  static func text(_ part: page_part) -> String { String(decoding: data(part), as: UTF8.self) }
}
