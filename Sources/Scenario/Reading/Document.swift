import Yams

/// Where a value comes from.
public struct Origin: Sendable, Equatable {
  /// Which layer of configuration gave it.
  public enum Layer: Sendable, Equatable {
    /// The scenario file.
    case scenario
    /// A preset of the library, by its folder and name.
    case preset(String)
    /// A `--set` of the command line.
    case commandLine
    /// The schema.
    case standard
  }

  /// What all origins in one file have in common.
  private final class Text: Sendable {
    let file: String, layer: Layer

    init(file: String, layer: Layer) {
      self.file = file
      self.layer = layer
    }
  }

  private let text: Text
  /// Line and column from 1; 0 where there is none.
  public let line: Int, column: Int

  /// File, or option.
  public var file: String { text.file }
  /// The layer.
  public var layer: Layer { text.layer }

  init(file: String, line: Int, column: Int, layer: Layer) {
    text = Text(file: file, layer: layer)
    self.line = line
    self.column = column
  }

  private init(_ text: Text, line: Int, column: Int) {
    self.text = text
    self.line = line
    self.column = column
  }

  /// Another line and column of the same text.
  func at(line: Int, column: Int) -> Origin { Origin(text, line: line, column: column) }

  /// Whether both are the same place.
  public static func == (a: Origin, b: Origin) -> Bool {
    a.file == b.file && a.layer == b.layer && a.line == b.line && a.column == b.column
  }

  static let standard = Origin(file: "default", line: 0, column: 0, layer: .standard)

  /// Where it stands, for one who looks for it: `file:line`, `preset hosts/mouse, line 4`, an option.
  var place: String {
    switch layer {
    case .scenario: "\(file):\(line)"
    case .preset: "\(words), line \(line)"
    case .commandLine: file
    case .standard: words
    }
  }

  /// Whether a preset gave it.
  var isPreset: Bool {
    if case .preset = layer { true } else { false }
  }

  /// In words: `line 3`, `preset hosts/mouse`, `default`.
  var words: String {
    switch layer {
    case .scenario: "line \(line)"
    case .preset(let name): "preset \(name)"
    case .commandLine: "command line"
    case .standard: "default"
    }
  }
}

/// A tree of configuration in which every node records its origin.
final class Document: Sendable {
  enum Content: Sendable {
    case scalar(String)
    case sequence([Document])
    case mapping([Entry])
  }

  struct Entry: Sendable {
    let key: String
    let origin: Origin
    var value: Document
  }

  let content: Content
  let origin: Origin
  /// What the file gives as the source of all values of the mapping this is in.
  let source: String?

  /// Largest size of a file, depth of nesting and number of nodes.
  static let sizeLimit = 1 << 20
  static let depthLimit = 32
  static let nodeLimit = 100_000

  /// Reads YAML.
  ///
  /// - Throws: `ScenarioError` for text that is not one YAML document within the limits.
  static func read(yaml text: String, file: String, layer: Origin.Layer) throws(ScenarioError)
    -> Document
  {
    let start = Origin(file: file, line: 1, column: 1, layer: layer)
    let scalars = text.unicodeScalars
    if scalars.contains("*"), scalars.contains("&") {
      // Yams compares the keys of a mapping with all that is in them. Keys that are aliases of
      // aliases would keep it busy for ever, so they are looked for with aliases as plain words.
      let words = scalars.map { $0 == "*" ? alias : $0 }
      _ = try parse(String(String.UnicodeScalarView(words)), start)
    }
    return try parse(text, start)
  }

  /// What an alias begins with while it stands as a plain word.
  private static let alias: Unicode.Scalar = "\u{F8AA}"

  private static func parse(_ text: String, _ start: Origin) throws(ScenarioError) -> Document {
    let root: Node?
    do {
      // Every scalar is read as text: the rules for other types are costly and say nothing here.
      root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch {
      throw explain(error, of: text, file: start.file, layer: start.layer)
    }
    guard let root else { throw ScenarioError(start, "is empty; it needs keys and values") }
    var nodes = 0
    return try convert(root, start, source: nil, depth: 0, nodes: &nodes)
  }

  init(_ content: Content, _ origin: Origin, source: String? = nil) {
    self.content = content
    self.origin = origin
    self.source = source
  }

  private static func convert(
    _ node: Node,
    _ parent: Origin,
    source: String?,
    depth: Int,
    nodes: inout Int
  ) throws(ScenarioError) -> Document {
    let mark = node.mark
    let origin = parent.at(
      line: mark?.line ?? parent.line,
      column: mark?.column ?? parent.column
    )
    nodes += 1
    if depth > depthLimit {
      throw ScenarioError(origin, "nests deeper than \(depthLimit) levels")
    }
    if nodes > nodeLimit {
      throw ScenarioError(origin, "holds more than \(nodeLimit) values, counting repeated anchors")
    }
    switch node {
    case .scalar(let scalar):
      return Document(.scalar(scalar.string), origin, source: source)
    case .sequence(let sequence):
      var items: [Document] = []
      for item in sequence {
        items.append(try convert(item, origin, source: source, depth: depth + 1, nodes: &nodes))
      }
      return Document(.sequence(items), origin, source: source)
    case .mapping(let mapping):
      var entries: [Entry] = []
      var names: Set<String> = []
      let source =
        mapping.first { $0.key.scalar?.string == "source" }?.value.scalar?.string ?? source
      for (key, value) in mapping {
        let keyOrigin = parent.at(
          line: key.mark?.line ?? origin.line,
          column: key.mark?.column ?? origin.column
        )
        guard case .scalar(let name) = key, name.string.unicodeScalars.first != alias else {
          throw ScenarioError(keyOrigin, "has a key that is not a word")
        }
        guard names.insert(name.string).inserted else {
          throw ScenarioError(keyOrigin, repeated([name.string]))
        }
        entries.append(
          Entry(
            key: name.string,
            origin: keyOrigin,
            value: try convert(
              value,
              keyOrigin,
              source: source,
              depth: depth + 1,
              nodes: &nodes
            )
          )
        )
      }
      return Document(.mapping(entries), origin, source: source)
    case .alias:
      throw ScenarioError(origin, "has an alias that cannot be followed")
    }
  }

  private static func repeated(_ keys: [String]) -> String {
    let names = keys.map { "'\($0.replacing(String(alias), with: "*"))'" }.joined(
      separator: " and "
    )
    return "has \(names) more than once in the same place; keep one"
  }

  /// The first tab of the space that the line of an error, or the one before it, begins with.
  private static func tab(in text: String, line: Int) -> (line: Int, column: Int)? {
    let lines = text.split(
      separator: "\n",
      maxSplits: max(1, line),
      omittingEmptySubsequences: false
    )
    for number in [line, line - 1] where number >= 1 && number <= lines.count {
      let indent = lines[number - 1].prefix { $0 == " " || $0 == "\t" }
      if let tab = Array(indent).firstIndex(of: "\t") { return (number, tab + 1) }
    }
    return nil
  }

  private static func explain(
    _ error: any Error,
    of text: String,
    file: String,
    layer: Origin.Layer
  ) -> ScenarioError {
    func at(_ mark: Mark, _ message: String) -> ScenarioError {
      ScenarioError(
        Origin(file: file, line: max(1, mark.line), column: max(1, mark.column), layer: layer),
        message
      )
    }
    guard let error = error as? YamlError else {
      return ScenarioError(
        Origin(file: file, line: 1, column: 1, layer: layer),
        "is not YAML: \(error)"
      )
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      if problem.contains("nesting level") {
        return at(mark, "nests deeper than \(depthLimit) levels")
      }
      if problem.contains("another document") {
        return at(mark, "holds a second document; a file holds one")
      }
      if let tab = tab(in: text, line: mark.line) {
        return ScenarioError(
          Origin(file: file, line: tab.line, column: tab.column, layer: layer),
          "is indented by a tab; indent by spaces"
        )
      }
      return at(mark, "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return at(context.mark, repeated(keys))
    case .reader(let problem, let offset, _, _):
      let place = offset.map { " at byte \($0)" } ?? ""
      return ScenarioError(
        Origin(file: file, line: 1, column: 1, layer: layer),
        "is not text: \(problem)\(place)"
      )
    default:
      return ScenarioError(
        Origin(file: file, line: 1, column: 1, layer: layer),
        "cannot be read as YAML: \(error)"
      )
    }
  }
}

extension Document {
  subscript(key: String) -> Document? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// Its text, where it is one.
  var scalar: String? {
    if case .scalar(let text) = content { return text.trimmed }
    return nil
  }

  /// Whether this is a value with its record: `{value: …, source: …}`.
  var isRecord: Bool { self["value"] != nil }

  /// This tree with another laid over it: mappings merge key by key, everything else is replaced.
  ///
  /// What is given of `each` dose takes the place of what lay there in `total`, and the other way round.
  ///
  /// - Parameters:
  ///   - other: what is laid over it.
  ///   - key: the key whose value this is.
  /// - Returns: the tree of both.
  func overlaid(with other: Document, at key: String = "") -> Document {
    guard case .mapping(var entries) = content, case .mapping(let over) = other.content, !isRecord,
      !other.isRecord
    else { return other }
    if Portion.keys.contains(key), Portion.allCases.contains(where: { other[$0.rawValue] != nil }) {
      return other
    }
    for entry in over {
      if let i = entries.firstIndex(where: { $0.key == entry.key }) {
        let value = entries[i].value.overlaid(with: entry.value, at: entry.key)
        entries[i] = Entry(key: entry.key, origin: entry.origin, value: value)
      } else {
        entries.append(entry)
      }
    }
    return Document(.mapping(entries), origin)
  }

  /// This tree with the value of a key replaced by what `change` makes of it, where it has the key.
  func changing(_ key: String, _ change: (Document) -> Document) -> Document {
    guard case .mapping(var entries) = content,
      let i = entries.firstIndex(where: { $0.key == key })
    else { return self }
    entries[i].value = change(entries[i].value)
    return Document(.mapping(entries), origin)
  }

  /// This tree without a key.
  func without(_ key: String) -> Document {
    guard case .mapping(let entries) = content else { return self }
    return Document(.mapping(entries.filter { $0.key != key }), origin)
  }
}
