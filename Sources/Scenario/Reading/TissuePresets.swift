/// Tissues that build on presets, and what these bring with them.
///
/// The preset of a tissue needs kinds of host cells and factors. Its `kinds` are written as those of a scenario, and every
/// factor in its `factors` is meant as the library has it. Both come with the preset: they are laid under what the scenario
/// says of the same kinds and factors.
struct TissuePresets {
  /// What one tissue brings.
  private struct Brought {
    /// Key of the tissue.
    let tissue: String
    let factors: Document, kinds: Document
  }

  private var brought: [Brought] = []

  /// Lays every tissue of a scenario over the preset it names, and kinds and factors over what the presets bring.
  ///
  /// Tissues for which that fails are reported and left out.
  ///
  /// - Parameters:
  ///   - tree: the scenario, with its lists written as mappings.
  ///   - loader: reads the presets.
  ///   - reading: takes what is wrong.
  /// - Returns: the scenario, whose tissues name no presets.
  static func laid(_ tree: Document, _ loader: inout Loader, _ reading: Reading) -> Document {
    guard let tissues = tree["tissues"], case .mapping(let entries) = tissues.content else {
      return tree
    }
    var presets = TissuePresets()
    var laid: [Document.Entry] = []
    for var entry in entries {
      do throws(ScenarioError) {
        entry.value = try presets.laid(entry, &loader)
        laid.append(entry)
      } catch {
        reading.report(error, unread: "tissues")
      }
    }
    let factors = presets.merged(\.factors, under: tree["factors"])
    let kinds = presets.merged(\.kinds, under: tree["kinds"])
    if let problem = presets.difference(under: tree["kinds"], at: tissues.origin) {
      reading.report(problem, unread: "kinds")
    }
    return tree.changing("tissues") { Document(.mapping(laid), $0.origin) }
      .setting("factors", to: factors).setting("kinds", to: kinds)
  }

  /// Lays a tissue over its preset, and keeps what this brings.
  private mutating func laid(_ entry: Document.Entry, _ loader: inout Loader) throws(ScenarioError)
    -> Document
  {
    let path = "tissues.\(entry.key)"
    guard case .mapping(let keys) = entry.value.content,
      let preset = keys.first(where: { $0.key == "preset" })
    else { return entry.value }
    let named = Document(.mapping([preset]), entry.value.origin)
    let base = try loader.expand(named, folder: "tissues", path: path)
    let none = Document(.mapping([]), base.origin)
    brought.append(
      Brought(
        tissue: entry.key,
        factors: base["factors"]?.named ?? none,
        kinds: base["kinds"] ?? none
      )
    )
    return base.without("kinds").overlaid(with: entry.value.without("preset"))
  }

  /// What all tissues bring, with what the scenario says of it laid over; first what the scenario names.
  private func merged(_ part: KeyPath<Brought, Document>, under own: Document?) -> Document? {
    let parts = brought.map { $0[keyPath: part] }
    guard let first = parts.first else { return own }
    let base = parts.dropFirst().reduce(first) { $0.overlaid(with: $1) }
    guard case .mapping(let needed) = base.content, !needed.isEmpty else { return own }
    guard let own, own.scalar != "" else { return base }
    guard case .mapping(let given) = own.content else { return own }
    let isNamed = Set(given.map(\.key))
    let laid = given.map { entry in
      guard let under = base[entry.key] else { return entry }
      return Document.Entry(
        key: entry.key,
        origin: entry.origin,
        value: under.overlaid(with: entry.value)
      )
    }
    return Document(.mapping(laid + needed.filter { !isNamed.contains($0.key) }), own.origin)
  }

  /// What is wrong where two tissues bring a kind otherwise, and the scenario does not say what holds: a run has one kind of
  /// a name.
  private func difference(under own: Document?, at origin: Origin) -> ScenarioError? {
    var first: [String: (tissue: String, kind: Document)] = [:]
    for tissue in brought {
      guard case .mapping(let entries) = tissue.kinds.content else { continue }
      for entry in entries {
        let kind = own?[entry.key].map { entry.value.overlaid(with: $0) } ?? entry.value
        guard let other = first[entry.key] else {
          first[entry.key] = (tissue.tissue, kind)
          continue
        }
        guard let path = kind.difference(from: other.kind) else { continue }
        let key = ([entry.key] + path).joined(separator: ".")
        return ScenarioError(
          own?.origin ?? origin,
          path: "kinds",
          "the presets of \(other.tissue) and \(tissue.tissue) give different values of \(key), but a run has one kind of that name; give the value under 'kinds'"
        )
      }
    }
    return nil
  }
}

extension Document {
  /// The keys of a mapping as presets of the same names.
  fileprivate var named: Document {
    guard case .mapping(let entries) = content else { return Document(.mapping([]), origin) }
    return Document(
      .mapping(
        entries.filter { $0.key != "source" }.map { entry in
          let name = Document(.scalar(entry.key), entry.origin)
          let preset = Entry(key: "preset", origin: entry.origin, value: name)
          return Entry(
            key: entry.key,
            origin: entry.origin,
            value: Document(.mapping([preset]), entry.origin)
          )
        }
      ),
      origin
    )
  }

  /// This tree with another value of a key, which is added where it has none; as it is for `nil`.
  fileprivate func setting(_ key: String, to value: Document?) -> Document {
    guard let value, case .mapping(let entries) = content else { return self }
    if self[key] != nil { return changing(key) { _ in value } }
    return Document(
      .mapping(entries + [Entry(key: key, origin: value.origin, value: value)]),
      origin
    )
  }

  /// Path of the first value that is not the same in another tree, but for its source and range; `nil` where there is none.
  fileprivate func difference(from other: Document) -> [String]? {
    if isRecord || other.isRecord {
      return (self["value"] ?? self).plainText == (other["value"] ?? other).plainText ? nil : []
    }
    switch (content, other.content) {
    case (.scalar(let a), .scalar(let b)): return a.trimmed == b.trimmed ? nil : []
    case (.sequence(let a), .sequence(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.difference(from: $1) == nil }
        ? nil : []
    case (.mapping(let a), .mapping(let b)):
      for key in (a + b).map(\.key) where key != "source" {
        guard let mine = self[key], let theirs = other[key] else { return [key] }
        if let path = mine.difference(from: theirs) { return [key] + path }
      }
      return nil
    default: return []
    }
  }
}
