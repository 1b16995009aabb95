import Synchronization

/// The parameter set of a library: the files of its folder `laws`, with a record for each key that has a value of its own.
///
/// A file holds the keys of the part of a scenario that it is named for. A step `*` of a path stands for every name that has
/// no entry of its own.
struct ParameterSet: Sendable {
  /// What is known of a parameter: a record of the set, with an identity.
  final class Entry: Sendable {
    /// The value; `nil` where a scenario or preset must give one.
    let value: String?
    /// What is allowed, as `low to high unit`.
    let allowed: String
    /// Where the value is known to lie.
    let range: String?
    /// Citation, or "assumed" and why.
    let source: String?
    /// Where it stands.
    let origin: Origin

    fileprivate init(
      value: String?,
      allowed: String,
      range: String?,
      source: String?,
      origin: Origin
    ) {
      self.value = value
      self.allowed = allowed
      self.range = range
      self.source = source
      self.origin = origin
    }
  }

  /// Folder of the library that holds it.
  static let folder = "laws"

  fileprivate final class Node: Sendable {
    let entry: Entry?
    let children: [String: Node]

    init(entry: Entry? = nil, children: [String: Node] = [:]) {
      self.entry = entry
      self.children = children
    }

    /// The entry of a path, by its own names before those that `*` stands for.
    func entry(of path: ArraySlice<String>) -> Entry? {
      guard let first = path.first else { return entry }
      return children[first]?.entry(of: path.dropFirst())
        ?? children["*"]?.entry(of: path.dropFirst())
    }

    /// All paths with an entry.
    func paths(under path: [String]) -> [[String]] {
      (entry == nil ? [] : [path])
        + children.sorted { $0.key < $1.key }.flatMap { $0.value.paths(under: path + [$0.key]) }
    }
  }

  /// The part of the set that belongs to a section.
  struct Part: Sendable {
    /// Under the section's own name before what `*` stands for.
    fileprivate let nodes: [Node]

    /// What is known of a key, or of a case of one; `nil` where the set has no record of it.
    func entry(of key: String, case name: String? = nil) -> Entry? {
      let rest = name.map { [key, $0] } ?? [key]
      for node in nodes {
        if let entry = node.entry(of: rest[...]) { return entry }
      }
      return nil
    }
  }

  private var root = Node()

  /// A set without any parameter, for what is read to name its keys alone.
  init() {}

  /// Reads the parameter set of a library.
  ///
  /// - Parameter loader: reads the files.
  /// - Throws: `ScenarioError` where there is none, or with everything that is wrong with it.
  init(_ loader: inout Loader) throws(ScenarioError) {
    let library = try loader.required()
    let names = library.names(in: Self.folder)
    guard !names.isEmpty else {
      throw ScenarioError(
        Origin(file: library.path, line: 0, column: 0, layer: .scenario),
        "the library has no parameter set; its folder '\(Self.folder)' holds one"
      )
    }
    var problems: [Diagnostic] = []
    var parts: [String: Node] = [:]
    for name in names {
      let file = library.file(name, in: Self.folder)
      do throws(ScenarioError) {
        let document = try loader.read(file, layer: .preset("\(Self.folder)/\(name)"))
        parts[name] = Self.node(document, [name], &problems)
      } catch {
        problems += error.diagnostics
      }
    }
    root = Node(children: parts)
    for path in paths {
      guard let problem = LawSections.problem(with: path), let entry = entry(of: path) else {
        continue
      }
      problems.append(Diagnostic(entry.origin, path: path.joined(separator: "."), problem))
    }
    guard problems.isEmpty else { throw ScenarioError(problems.inOrder) }
  }

  /// What is known of the parameter of a path; `nil` where the set has none.
  func entry(of path: [String]) -> Entry? { root.entry(of: path[...]) }

  /// The part that belongs to the section at a path.
  func part(at path: [String]) -> Part {
    Part(
      nodes: path.reduce([root]) { nodes, name in
        nodes.flatMap { [$0.children[name], $0.children["*"]].compactMap { $0 } }
      }
    )
  }

  /// Whether one of several cases of a parameter has a record of its own, other than that of `*`.
  func hasCase(_ name: String, of path: [String]) -> Bool {
    path.reduce(Optional(root)) { $0?.children[$1] }?.children[name] != nil
  }

  /// The paths of all parameters, sorted; a step `*` stands for names.
  var paths: [[String]] { root.paths(under: []) }

  // MARK: - Reading

  private static func node(_ document: Document, _ path: [String], _ problems: inout [Diagnostic])
    -> Node
  {
    guard case .mapping(let entries) = document.content else {
      report(document, path, "expected keys, each with {value, allowed, range, source}", &problems)
      return Node()
    }
    if entries.contains(where: { $0.key == "allowed" }) {
      return Node(entry: entry(document, entries, path, &problems))
    }
    var children: [String: Node] = [:]
    for entry in entries {
      children[entry.key] = node(entry.value, path + [entry.key], &problems)
    }
    return Node(children: children)
  }

  private static func report(
    _ document: Document,
    _ path: [String],
    _ message: String,
    _ problems: inout [Diagnostic]
  ) {
    problems.append(Diagnostic(document.origin, path: path.joined(separator: "."), message))
  }

  /// What is wrong with the numbers of a record, whatever quantity its parameter is.
  private static func unreadable(_ texts: [String: String]) -> String? {
    if let value = texts["value"], (try? Quantity(value)) == nil {
      return
        "the value \"\(value)\" cannot be read; expected a number, with a unit where it has one"
    }
    for key in ["allowed", "range"] {
      guard let text = texts[key], Bounds(text) == nil else { continue }
      return
        "\(key) is \"\(text)\", which cannot be read; expected low to high, with a unit where they have one"
    }
    return nil
  }

  private static func entry(
    _ document: Document,
    _ entries: [Document.Entry],
    _ path: [String],
    _ problems: inout [Diagnostic]
  ) -> Entry? {
    let known = ["value", "allowed", "range", "source"]
    var texts: [String: String] = [:]
    for entry in entries {
      guard known.contains(entry.key), case .scalar(let text) = entry.value.content else {
        report(
          entry.value,
          path + [entry.key],
          "unknown key\(Suggestion.text(for: entry.key, among: known)); its keys are \(known.joined(separator: ", "))",
          &problems
        )
        return nil
      }
      texts[entry.key] = text.trimmed
    }
    guard let allowed = texts["allowed"] else { return nil }
    guard texts["value"] == nil || texts["source"]?.isEmpty == false else {
      report(document, path, "has no source; expected a citation, or 'assumed' and why", &problems)
      return nil
    }
    if let problem = unreadable(texts) {
      report(document, path, problem, &problems)
      return nil
    }
    return Entry(
      value: texts["value"],
      allowed: allowed,
      range: texts["range"],
      source: texts["source"],
      origin: document.origin
    )
  }
}
