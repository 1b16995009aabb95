/// The folders of a library, and the keys of a scenario whose presets are in them.
enum PresetFolders {
  /// Parts that are presets of the library, with the folder they are in.
  static let presets = [
    ("host", "hosts"), ("product", "products"), ("label", "labels"), ("medium", "media"),
    ("formulation", "formulations"), ("treatment", "regimens"),
  ]
  /// The parts that are lists of presets, with their folders.
  static let lists = [
    (key: "tissues", folder: "tissues"), (key: "factors", folder: "factors"),
    (key: "kinds", folder: "kinds"), (key: "observe", folder: "modalities"),
  ]
  /// Rules of notes.
  static let notes = "notes"
  /// Published rows.
  static let rows = "rows"
}

extension Document {
  /// A list of presets as presets by name, and so those that are given by their name alone.
  var presetsByName: Document {
    if case .mapping(let entries) = content {
      return Document(
        .mapping(
          entries.map { entry in
            guard case .scalar(let text) = entry.value.content, !text.isEmpty,
              entry.key != "source"
            else { return entry }
            let preset = Document.Entry(
              key: "preset",
              origin: entry.value.origin,
              value: entry.value
            )
            return .init(
              key: entry.key,
              origin: entry.origin,
              value: Document(.mapping([preset]), entry.value.origin)
            )
          }
        ),
        origin
      )
    }
    guard case .sequence(let items) = content else { return self }
    return Document(
      .mapping(
        items.map { item in
          var name = ""
          if case .scalar(let text) = item.content { name = text }
          let preset = Document.Entry(key: "preset", origin: item.origin, value: item)
          return .init(
            key: name,
            origin: item.origin,
            value: Document(.mapping([preset]), item.origin)
          )
        }
      ),
      origin
    )
  }
}
