/// The key `notes` of scenarios and campaigns.
enum NoteSchema {
  /// Reads which notes are accepted, and why.
  ///
  /// - Parameters:
  ///   - top: where the key stands.
  ///   - names: names of the files in a folder of the library; where there are no rules any key is taken.
  /// - Returns: the reasons by key.
  static func accepted(_ top: Section, among names: (String) -> [String]?) -> [String: String] {
    guard top.has("notes") else {
      top.skip("notes")
      return [:]
    }
    let known = names(PresetFolders.notes) ?? []
    return top.section("notes") { notes in
      notes.section("accept") { list in
        var reasons: [String: String] = [:]
        for key in list.keys {
          guard known.isEmpty || known.contains(key) else {
            list.report(
              key: key,
              "there is no such note\(Suggestion.text(for: key, among: known)); there are \(known.listed)"
            )
            list.skip(key)
            continue
          }
          reasons[key] = list.text(key, "why the note is accepted")
        }
        return reasons
      }
    }
  }
}
