import Simulation

/// The keys of endpoints that a scenario or a campaign defines: `NAME: {read: survival_1_d, after: last dose}`.
enum EndpointSchema {
  /// An endpoint as it stands in the file.
  struct Definition {
    let name: String
    let read: String
    let after: ReferenceDose?
    /// The mapping of its keys.
    let section: Section

    /// It as `key.path=value` texts.
    var settings: [String] {
      ["endpoints.\(name).read=\(read)"]
        + (after.map { ["endpoints.\(name).after=\($0.rawValue)"] } ?? [])
    }

    /// It as the model takes it.
    var endpoint: NamedEndpoint { NamedEndpoint(name: name, read: read, after: after ?? .first) }
  }

  /// Reads a mapping of names to what they read.
  static func read(_ list: Section) -> [Definition] {
    list.sections { name, section in
      let read = section.text("read", "endpoint of every run that it reads")
      let after: ReferenceDose? =
        section.has("after")
        ? section.choice("after", "dose after which it is read; without it the first") : nil
      section.skip("after")
      return Definition(name: name, read: read, after: after, section: section)
    }
  }

  /// Reads the list of a campaign: names of endpoints, or mappings of one name to what it reads.
  static func list(_ top: Section) -> (names: [String], defined: [Definition]) {
    guard let node = top.node("endpoints"), case .sequence(let items) = node.content,
      items.contains(where: { if case .mapping = $0.content { true } else { false } })
    else { return (top.names("endpoints", "endpoints that are analysed; without them all"), []) }
    var names: [String] = []
    var defined: [Definition] = []
    for item in items {
      if case .scalar(let name) = item.content {
        names.append(name.trimmed)
        continue
      }
      let found = Section.read(item, ["endpoints"], top.reading, at: item.origin) { read($0) }
      if found.count != 1 {
        top.report(
          "endpoints",
          "takes names, or mappings of one name as {late: {read: survival_1_d}}"
        )
      }
      names.append(found.first?.name ?? "")
      defined += found
    }
    return (names, defined)
  }

  /// Reports definitions that no run of the experiments can read.
  static func check(_ definitions: [Definition], of experiments: [Experiment]) {
    if definitions.isEmpty { return }
    var known: [(name: String, isAfterDose: Bool)] = []
    for endpoint in experiments.flatMap({ Endpoints.readable(of: $0) })
    where !known.contains(where: { $0.name == endpoint.name }) {
      known.append(endpoint)
    }
    let names = known.map(\.name)
    for definition in definitions {
      let section = definition.section
      func isNamed(_ byte: UInt8) -> Bool {
        byte == 0x2d || byte == 0x5f || (0x30...0x39).contains(byte)
          || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
      }
      if !definition.name.utf8.allSatisfy(isNamed) {
        section.reading.report(
          section.origin,
          section.path,
          "an endpoint has a name of letters, digits, - and _"
        )
      } else if names.contains(definition.name) {
        section.reading.report(
          section.origin,
          section.path,
          "is an endpoint of every run; choose another name"
        )
      }
      // What is empty was reported.
      guard !definition.read.isEmpty else { continue }
      guard let found = known.first(where: { $0.name == definition.read }) else {
        section.report(
          "read",
          "there is no endpoint \"\(definition.read)\"\(Suggestion.text(for: definition.read, among: names)); there are \(names.joined(separator: ", "))"
        )
        continue
      }
      if definition.after != nil, !found.isAfterDose {
        section.report("after", "\(definition.read) is not read after a dose; leave 'after' out")
      }
    }
  }
}
