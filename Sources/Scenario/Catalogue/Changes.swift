/// What a scenario gives that is not the default: neither that of the schema nor that of the presets it names.
public struct Changes: Sendable {
  /// A value that is given.
  public struct Change: Sendable, Equatable {
    /// Its path, which begins with `arms.NAME` where not all arms have it.
    public let path: String
    /// Its text, and that of the default; `nil` where there is none.
    public let text: String, standard: String?
    /// The preset that gives the default; `nil` where the schema does.
    public let preset: String?
    /// Where the value stands.
    public let place: String
    /// Citation, or "assumed" and why.
    public let source: String?

    fileprivate func within(_ arm: String) -> Change {
      Change(
        path: "arms.\(arm).\(path)",
        text: text,
        standard: standard,
        preset: preset,
        place: place,
        source: source
      )
    }
  }

  /// The changes, in the order of the schema: those of all arms, then those of each.
  public let all: [Change]

  /// Keys of a scenario that name or explain it.
  private static let words: Set = ["name", "question", "notes"]

  /// Finds the changes of a scenario.
  ///
  /// - Throws: `ScenarioError` for a scenario that cannot be resolved.
  public init(of source: ScenarioSource) throws(ScenarioError) {
    let resolved = try source.resolved()
    let base = source.base.without("arms")
    let over = source.overrides.map { $0.without("arms") }
    let arms = try ResolvedScenario.arms(
      source.overrides.reduce(source.base) { $0.overlaid(with: $1) }
    )
    var changes: [(arm: String, changes: [Change])] = []
    for (name, records) in resolved.arms {
      let arm = arms.first { $0.name == name }
      let tree = ResolvedScenario.tree(of: arm?.tree, over, base)
      changes.append((name, try Self.changes(tree, records, source.loader)))
    }
    let shared = changes[0].changes.filter { change in
      changes.allSatisfy { $0.changes.contains(change) }
    }
    all =
      shared
      + changes.flatMap { arm in
        arm.changes.filter { !shared.contains($0) }.map { $0.within(arm.arm) }
      }
  }

  private static func changes(_ tree: Document, _ records: [Record], _ loader: Loader)
    throws(ScenarioError) -> [Change]
  {
    var presets: [Change] = []
    var standards: [[String]: (leaf: Document.Leaf, preset: String)] = [:]
    func note(_ part: Document, _ path: [String], _ folder: String) throws(ScenarioError) {
      guard let name = part["preset"], case .scalar(let text) = name.content else { return }
      if path.count == 1 { presets.append(Self.change(path, text.trimmed, name)) }
      if case .sequence(let items)? = part["overlays"]?.content {
        let overlays = items.compactMap(\.scalar).joined(separator: ", ")
        presets.append(Self.change(path + ["overlays"], "[\(overlays)]", items.first ?? name))
      }
      var loader = loader
      let plain = Document(
        .mapping([.init(key: "preset", origin: name.origin, value: name)]),
        name.origin
      )
      let own = try loader.expand(plain, folder: folder, path: path.joined(separator: "."))
      for leaf in own.leaves(under: path) {
        standards[leaf.path] = (leaf, "\(folder)/\(text.trimmed)")
      }
    }
    // What the presets of tissues bring is a default as well.
    var reader = loader
    let own = tree.without("factors").without("kinds")
    let brought = TissuePresets.laid(own, &reader, Reading())
    for key in ["factors", "kinds"] {
      guard case .mapping(let entries)? = brought[key]?.content else { continue }
      for entry in entries {
        let path = [key, entry.key]
        let whole = try reader.expand(entry.value, folder: key, path: path.joined(separator: "."))
        for leaf in whole.leaves(under: path) {
          standards[leaf.path] = (leaf, leaf.preset ?? "\(key)/\(entry.key)")
        }
      }
    }
    for (key, folder) in PresetFolders.presets {
      if let part = tree[key] { try note(part, [key], folder) }
    }
    for (key, folder) in PresetFolders.lists {
      guard let list = tree[key], case .mapping(let entries) = list.content else { continue }
      presets += names(list, entries, [key])
      for entry in entries { try note(entry.value, [key, entry.key], folder) }
    }
    return presets + records.compactMap { change($0, standards[$0.path]) }
  }

  /// The names of a list, and of those that are called otherwise than their presets the presets.
  private static func names(_ list: Document, _ entries: [Document.Entry], _ path: [String])
    -> [Change]
  {
    var plain: [String] = []
    var named: [Change] = []
    for entry in entries {
      let preset = entry.value["preset"]
      if let preset, let name = preset.scalar, name != entry.key || path == ["tissues"] {
        named.append(change(path + [entry.key], name, preset))
      } else {
        plain.append(entry.key)
      }
    }
    let text = "[\(plain.joined(separator: ", "))]"
    return (plain.isEmpty ? [] : [change(path, text, list)]) + named
  }

  /// A preset that is named, or a list of names.
  private static func change(_ path: [String], _ text: String, _ node: Document) -> Change {
    Change(
      path: path.joined(separator: "."),
      text: text,
      standard: nil,
      preset: nil,
      place: node.origin.place,
      source: nil
    )
  }

  /// A value that is not the default; `nil` for one that is.
  private static func change(_ record: Record, _ own: (leaf: Document.Leaf, preset: String)?)
    -> Change?
  {
    guard record.origin.layer != .standard, !words.contains(record.path[0]) else { return nil }
    if record.origin.isPreset, own.map({ Catalogue.isSame($0.leaf.text, record.text) }) ?? false {
      return nil
    }
    let standard = own?.leaf.text ?? record.standard?.text
    if let standard, Catalogue.isSame(standard, record.text) { return nil }
    return Change(
      path: record.path.joined(separator: "."),
      text: record.text,
      standard: standard,
      preset: own?.preset,
      place: record.origin.place,
      source: record.source
    )
  }
}
