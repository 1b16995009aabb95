/// `perfusion` of the state of a tissue, written as `exchange` of its factors.
///
/// Where a tissue has both `state` and `exchange` of factors, `exchange` held everywhere and `perfusion` went with vessels.
extension Migrator {
  /// Rewrites the tissues of a scenario and of its arms.
  mutating func exchange(of scenario: Document) {
    let tissues = Self.entries(scenario["tissues"])
    let arms = Self.entries(scenario["arms"]).map { Self.entries($0.value["tissues"]) }
    for tissue in tissues {
      let others = arms.flatMap { $0 }.filter { $0.key == tissue.key }.map(\.value)
      exchange(of: tissue.value, others, at: ["tissues", tissue.key], of: tissue.origin)
    }
    for tissue in arms.flatMap({ $0 }) {
      let base = tissues.filter { $0.key == tissue.key }.map(\.value)
      exchange(of: tissue.value, base, at: ["tissues", tissue.key], of: tissue.origin)
    }
  }

  /// Rewrites a tissue of the library.
  mutating func exchange(ofPreset tissue: Document) {
    exchange(of: tissue, [], at: ["tissues", "*"], of: nil)
  }

  /// Rewrites a tissue.
  ///
  /// - Parameters:
  ///   - tissue: the tissue.
  ///   - others: what it is laid over, or what is laid over it.
  ///   - path: its path.
  ///   - key: where its key stands; `nil` for one that is the whole file.
  private mutating func exchange(
    of tissue: Document,
    _ others: [Document],
    at path: [String],
    of key: Origin?
  ) {
    let states = Self.entries(tissue)
    guard let state = states.first(where: { $0.key == "state" }) else { return }
    let hasRates = ([tissue] + others).contains { tree in
      Self.entries(tree["factors"]).contains { $0.value["exchange"] != nil }
    }
    let isOld = ([tissue] + others).allSatisfy {
      $0["state"]?["exchange"] == nil && $0["preset"] == nil && $0.scalar == nil
    }
    guard let perfusion = Self.entries(state.value).first(where: { $0.key == "perfusion" }) else {
      let isWhole = isOld && hasRates && tissue["organ"] != nil
      if isWhole, others.allSatisfy({ $0["state"]?["perfusion"] == nil }) {
        _ = edits.add(["exchange: everywhere"], to: state.value, of: state.origin)
      }
      return
    }
    let old = path + ["state", "perfusion"]
    guard let rename = Rename.of(old) else { preconditionFailure("\(old) has a new name") }
    if hasRates {
      return leave(
        perfusion.origin,
        old,
        "some factors have 'exchange', which held everywhere, and others 'perfusion', which went with vessels; all rates of a tissue do one or the other now: write exchange: everywhere, or exchange: vessels, in 'state', and all rates under 'factors'"
      )
    }
    let before = edits
    if !move(perfusion, into: tissue, of: key) || !edits.replace(perfusion, by: "exchange: vessels")
    {
      edits = before
      leave(perfusion.origin, old, rename.words(in: nil))
    }
  }

  /// Writes the rates of all factors beside what else the tissue says of them; whether its layout allows that.
  private mutating func move(
    _ perfusion: Document.Entry,
    into tissue: Document,
    of key: Origin?
  ) -> Bool {
    guard case .mapping(let rates) = perfusion.value.content else { return false }
    let factors = Self.entries(tissue).first { $0.key == "factors" }
    // What is written into an anchor would be that of other tissues too.
    if let factors, TextEdits.isAlias(factors.value, of: factors.origin) { return false }
    let known = Self.entries(factors?.value)
    var added: [String] = []
    var comments: [String] = []
    for rate in rates where rate.key != "source" {
      let factor = known.first { $0.key == rate.key }
      let place = factor?.value ?? factors?.value ?? tissue
      // A source of the factor would be that of what is added too.
      guard factor?.value["source"] == nil, let moved = moved(rate.value, under: place.source)
      else { return false }
      if let factor {
        let isDone = edits.add(
          moved.keys,
          comments: moved.comments,
          to: factor.value,
          of: factor.origin
        )
        if !isDone { return false }
      } else {
        added.append("\(rate.key): {\(moved.keys.joined(separator: ", "))}")
        comments += moved.comments
      }
    }
    if added.isEmpty { return true }
    if let factors {
      return edits.add(added, comments: comments, to: factors.value, of: factors.origin)
    }
    let whole = "factors: {\(added.joined(separator: ", "))}"
    return edits.add([whole], comments: comments, to: tissue, of: key)
  }

  /// The keys of a factor that say what `perfusion` says of it.
  ///
  /// - Parameters:
  ///   - rate: what `perfusion` says.
  ///   - source: the source of values at the new place.
  /// - Returns: keys with their values, and their comments; `nil` where the layout is another.
  private func moved(_ rate: Document, under source: String?)
    -> (keys: [String], comments: [String])?
  {
    guard case .mapping(let keys) = rate.content else { return nil }
    var moved: [String] = []
    var comments = [edits.text(of: rate)?.comment]
    for key in keys {
      let found = edits.text(of: key.value)
      comments.append(found?.comment)
      if key.key == "source" { continue }
      guard let text = found?.text,
        let name = ["rate": "exchange", "blood": "blood"][key.key]
      else { return nil }
      var value = text
      if key.value.source != source, key.value["source"] == nil {
        guard let own = key.value.source else { return nil }
        let words = own.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let record = key.value.isRecord ? "\(text.dropLast())" : "{value: \(text)"
        value = "\(record), source: \"\(words)\"}"
      }
      moved.append("\(name): \(value)")
    }
    return (moved, comments.compactMap { $0 })
  }
}
