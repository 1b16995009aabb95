/// `sensitisation` of `killing`, written as one of the immunity of the host; a well, which has no such host, loses it.
extension Migrator {
  /// Rewrites a scenario and its arms.
  mutating func sensitisation(of scenario: Document) {
    let isCulture = scenario["culture"] != nil
    sensitisation(of: scenario, isCulture: isCulture)
    for arm in Self.entries(scenario["arms"]) {
      sensitisation(of: arm.value, isCulture: isCulture)
    }
  }

  private mutating func sensitisation(of tree: Document, isCulture: Bool) {
    let old = ["killing", "sensitisation"]
    let given = Self.entries(tree[old[0]]).first { $0.key == old[1] }
    guard let given, let rename = Rename.of(old) else { return }
    let before = edits
    let isMoved = isCulture || move(given, into: tree)
    if !isMoved || !edits.remove(given) {
      edits = before
      leave(given.origin, old, rename.words(in: nil))
    }
  }

  /// Writes the value beside what else is said of the immunity of the host; whether the layout allows that.
  private mutating func move(_ given: Document.Entry, into tree: Document) -> Bool {
    guard let value = edits.text(of: given.value),
      let host = Self.entries(tree).first(where: { $0.key == "host" })
    else { return false }
    let key = "sensitisation: \(value.text)"
    let comments = value.comment.map { [$0] } ?? []
    if let name = host.value.scalar, !name.isEmpty {
      let whole = "{preset: \(name), immunity: {\(key)}}"
      return edits.replace(name, by: whole, at: host.value.origin)
    }
    if let immunity = Self.entries(host.value).first(where: { $0.key == "immunity" }) {
      return edits.add([key], comments: comments, to: immunity.value, of: immunity.origin)
    }
    let whole = "immunity: {\(key)}"
    return edits.add([whole], comments: comments, to: host.value, of: host.origin)
  }
}
