import Simulation

/// The endpoints that every run tells, where it has what they read: the files of `Scenarios/endpoints/`, in the order of
/// their names.
enum EndpointFiles {
  /// Folder of the library that holds them.
  static let folder = "endpoints"

  /// The endpoints of the library of a loader, which notes their files; none where it has none.
  ///
  /// - Throws: `ScenarioError` with everything that is wrong with their files.
  static func read(_ loader: inout Loader) throws(ScenarioError) -> EndpointPatterns {
    var files: [Document] = []
    for name in loader.names(in: folder) ?? [] {
      guard let path = loader.library?.file(name, in: folder) else { continue }
      files.append(try loader.read(path, layer: .preset("\(folder)/\(name)")))
    }
    let identity = loader.used.filter { used in files.contains { $0.origin.file == used.path } }
      .map(\.sha256).joined()
    return EndpointPatterns(try patterns(files), identity: identity)
  }

  private static func patterns(_ files: [Document]) throws(ScenarioError) -> [[EndpointPattern]] {
    let reading = Reading()
    var known: Set<String> = []
    let patterns = files.map { document in
      Section.read(document, [], reading, at: document.origin) { file in
        file.sections { name, section in
          if !known.insert(name).inserted {
            reading.report(section.origin, [name], "is an endpoint of another file too")
          }
          return pattern(name, section)
        }
      }.compactMap { $0 }
    }
    guard reading.diagnostics.isEmpty else { throw ScenarioError(reading.diagnostics.inOrder) }
    return patterns
  }

  private static func pattern(_ name: String, _ section: Section) -> EndpointPattern? {
    if !name.utf8.allSatisfy({ EndpointSchema.isNamed($0) }) {
      let words = "an endpoint has a name of letters, digits, - and _"
      section.reading.report(section.origin, section.path, words)
    }
    let meaning = section.text("meaning", "what it is")
    let needs = section.text("needs", "what a scenario has where it is read")
    let missing =
      section.has("missing")
      ? section.text("missing", "why it has no value where its quantity has none") : nil
    section.skip("missing")
    let isHeadline = section.flag(
      "headline",
      default: false,
      "whether the answer of a run shows it where the scenario defines no endpoint"
    )
    let content: EndpointPattern.Content?
    if section.has("computed") {
      content = .computed(section.choice("computed", "number that a method of its own comes to"))
    } else {
      section.skip("computed")
      content = EndpointSchema.content(section).flatMap { quantity($0, section) }
        .map { .quantity($0) }
    }
    return content.map {
      EndpointPattern(
        name: name,
        meaning: meaning,
        needs: needs,
        missing: missing,
        isHeadline: isHeadline,
        $0
      )
    }
  }

  /// What is read of any scenario; its place is empty where none is given, its unit where it is read.
  private static func quantity(_ content: EndpointSchema.Content, _ section: Section)
    -> QuantityEndpoint?
  {
    guard case .quantity(let text) = content else {
      section.report("read", "is for endpoints of a scenario; one of every run takes 'of'")
      return nil
    }
    if text.comparison?.arm != nil {
      section.report("against", "compares with an arm, which scenarios name as they like")
      return nil
    }
    let when: QuantityEndpoint.When =
      text.isAtEnd
      ? .end
      : text.at.map { .at($0) } ?? .window(from: text.from ?? 0, to: text.to, every: text.every)
    if !when.isWindow, text.from != nil || text.to != nil || text.every != nil {
      section.report("at", "is given beside a window; keep 'at', or 'from', 'to' and 'every'")
      return nil
    }
    guard let statistic = text.statistic(isOnce: !when.isWindow, section),
      let threshold = threshold(text.threshold, of: statistic, section)
    else { return nil }
    return QuantityEndpoint(
      of: text.of,
      in: text.place ?? "",
      unit: "",
      when,
      after: text.after?.dose,
      as: statistic,
      above: threshold,
      against: text.comparison
    )
  }

  /// A threshold in cells, nM or as a share.
  private static func threshold(
    _ text: String?,
    of statistic: QuantityEndpoint.Statistic,
    _ section: Section
  ) -> Double? {
    guard statistic.takesThreshold, let text else {
      if statistic.takesThreshold == (text != nil) { return 0 }
      section.report(
        "above",
        text == nil
          ? "is missing; \(statistic.rawValue) takes a threshold"
          : "belongs to what takes a threshold; leave it out"
      )
      return nil
    }
    let known: [Dimension] = [.one, .counts, .amounts / .volumes]
    if let quantity = try? Quantity(text), known.contains(quantity.dimension) {
      return quantity.value
    }
    section.report("above", "found \"\(text)\"; expected a threshold in cells, nM or as a share")
    return nil
  }
}
