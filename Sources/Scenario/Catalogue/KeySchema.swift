import Files
import Laws

/// The keys of scenarios and campaigns as a JSON Schema, with which editors complete and check them.
///
/// A key that the schema does not know is an error. What a value may be is said in words, as texts with units are no types of
/// JSON; the program itself checks them.
public struct KeySchema: Sendable {
  /// What a file is.
  public enum Kind: Sendable, Hashable {
    /// A scenario, a campaign, or a preset of a folder of the library.
    case scenario, campaign
    case preset(folder: String)
  }

  /// The folders whose presets have a schema.
  public static let folders = FileKind.folders.keys.sorted()

  /// The schema of a kind of file.
  public let json: JSON

  /// The schema of a kind of file, with the keys that a library knows.
  public init(of kind: Kind, in library: Library) {
    var tree = Node()
    for parameter in Catalogue(of: library).parameters
    where parameter.isOfCampaign == (kind == .campaign) {
      tree.add(parameter)
    }
    tree.nameEffects()
    for block in Catalogue.Block.all where block.isOfCampaign == (kind == .campaign) {
      tree.describe(block)
    }
    let address = "https://json-schema.org/draft/2020-12/schema"
    var schema: JSON
    switch kind {
    case .scenario:
      tree.add(Self.free)
      schema = tree.schema(isTop: true)
      schema["title"] = "a scenario of stroma"
      let arm: JSON = ["$ref": "#"]
      schema["properties"]?["arms"] = [
        "description": "arms by name, each with the values that differ",
        "type": ["object", "null"],
        "additionalProperties": arm,
      ]
    case .campaign:
      tree.completeLaws()
      schema = tree.schema(isTop: true)
      schema["title"] = "a campaign of stroma"
    case .preset(let folder):
      let key = FileKind.folders[folder] ?? folder
      var part = tree[key] ?? Node()
      // Of parts that are lists of presets, each is one.
      if PresetFolders.lists.contains(where: { $0.key == key }) { part = part.merged }
      part.add(["preset", "overlays", "name"])
      // A tissue brings the kinds of host cells that it needs.
      if folder == "tissues" { part.parts["kinds"] = tree["kinds"] }
      schema = part.schema(isTop: true)
      schema["title"] = .string("a preset of \(folder)")
    }
    schema["$schema"] = .string(address)
    json = schema
  }

  /// Keys that stand beside those of the schema: in every scenario, and in parts that build on presets.
  private static let free = ["without", "arms"]

  /// A key with those below it.
  private struct Node {
    var parts: [String: Node] = [:]
    var words: [String] = []
    var isValue = false
    /// Whether it holds values by names of the user's own.
    var hasNames = false

    subscript(key: String) -> Node? { parts[key] }

    /// What lies below any of its names.
    var merged: Node {
      parts.values.reduce(into: Node()) { $0.merge($1) }
    }

    mutating func merge(_ other: Node) {
      parts.merge(other.parts) { own, other in
        var both = own
        both.merge(other)
        return both
      }
      if words.isEmpty { words = other.words }
      isValue = isValue || other.isValue
    }

    mutating func add(_ parameter: Catalogue.Parameter) {
      let meaning = parameter.meanings.first
      var words = [parameter.summary]
      if let takes = meaning?.takes, !takes.isEmpty { words.append("takes \(takes)") }
      if let allowed = meaning?.allowed { words.append("allowed \(allowed)") }
      if let standard = parameter.standards.first?.text { words.append("default \(standard)") }
      add(Catalogue.starred(parameter.path)[...], words)
    }

    mutating func add(_ keys: [String]) {
      for key in keys where parts[key] == nil { parts[key] = Node() }
    }

    private mutating func add(_ path: ArraySlice<String>, _ words: [String]) {
      guard let key = path.first else {
        if self.words.isEmpty { self.words = words }
        isValue = true
        return
      }
      parts[key, default: Node()].add(path.dropFirst(), words)
    }

    /// Gives what acts on the state of a tissue, which the catalogue merges, the names that it has.
    mutating func nameEffects() {
      guard let effect = parts["tissues"]?.parts["*"]?.parts["state"]?.parts["*"] else { return }
      for name in TissueTerms.Effect.allCases.map(\.rawValue) {
        parts["tissues"]?.parts["*"]?.parts["state"]?.parts[name, default: Node()].merge(effect)
      }
      parts["tissues"]?.parts["*"]?.parts["state"]?.parts["*"] = nil
    }

    /// Lets what is fitted beside the parameters take the laws that values take which vary, and listed values have names.
    mutating func completeLaws() {
      guard let varied = parts["vary"]?.parts["*"] else { return }
      parts["vary"]?.parts["*"]?.parts["values", default: Node()].hasNames = true
      for path in [["laboratories"], ["errors", "*"], ["scales", "*"]] {
        parts["calibration", default: Node()].add(varied, at: path[...])
      }
    }

    private mutating func add(_ other: Node, at path: ArraySlice<String>) {
      guard let key = path.first else { return merge(other) }
      parts[key, default: Node()].add(other, at: path.dropFirst())
    }

    mutating func describe(_ block: Catalogue.Block) {
      parts[block.key, default: Node()].words = [block.meaning, "as in \(block.example)"]
    }

    /// The schema of the key.
    func schema(isTop: Bool = false) -> JSON {
      var schema: JSON = [:]
      if !words.isEmpty { schema["description"] = .string(words.joined(separator: "; ")) }
      if isTop { schema["type"] = "object" }
      var properties: JSON = ["source": ["description": "where the values come from"]]
      if isValue || parts.isEmpty {
        // A number may be given with the range in which it is known to lie.
        for key in ["value", "range", "allowed"] { properties[key] = [:] }
      }
      if !isTop, !parts.isEmpty { for key in ["preset", "overlays"] { properties[key] = [:] } }
      for (key, part) in parts.sorted(by: { $0.key < $1.key }) where key != "*" {
        properties[key] = part.schema()
      }
      schema["properties"] = properties
      schema["additionalProperties"] = parts["*"].map { $0.schema() } ?? .bool(hasNames)
      return schema
    }
  }
}
