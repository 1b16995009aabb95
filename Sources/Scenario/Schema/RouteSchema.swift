import Body

/// The route of `treatment`: its name, and where it needs one the artery or organ.
enum RouteSchema {
  /// Routes by name.
  enum Name: String, CaseIterable {
    case intravenous
    case intraArterial = "intra-arterial"
    case intracoronary
    case intraportal
    case intramyocardial
    case intramuscular
    case subcutaneous
    case intraperitoneal
    case intraArticular = "intra-articular"
    case intratissue

    /// The organ that the name itself says.
    var organ: String? {
      switch self {
      case .intravenous, .intraArterial, .intratissue: nil
      case .intracoronary, .intramyocardial: "heart"
      case .intraportal: "liver"
      case .intramuscular: "muscle"
      case .subcutaneous: "skin"
      case .intraperitoneal: "peritoneum"
      case .intraArticular: "joint"
      }
    }
  }

  /// Reads the route; where it or the host could not be read, none of the keys that belong to it.
  static func read(_ section: Section, _ host: Host?, washOut: Double) -> Dose.Route {
    let (name, isNameRead): (Name, Bool) = section.reading.whole {
      section.choice("route", "way into the body")
    }
    guard let host, isNameRead else {
      for key in ["artery", "into", "retention", "shed"] { section.skip(key) }
      return .intravenous
    }
    let organs = host.organs.map(\.name)
    let fed = host.organs.filter { $0.supply != .cavity }.map(\.name)
    switch name {
    case .intravenous: return .intravenous
    case .intraArterial:
      let organ = section.name("artery", of: fed, "organ that the artery feeds")
      return arterial(organ, host)
    case .intracoronary, .intraportal:
      let organ = implied(name, of: fed, host, section, " that is no cavity")
      return arterial(organ, host)
    case .intratissue:
      let organ = section.name("into", of: organs, "organ whose tissue is injected")
      return deposit(organ.flatMap(host.index(of:)), host, section, washOut: washOut)
    case .intramyocardial, .intramuscular, .subcutaneous, .intraperitoneal, .intraArticular:
      let organ = implied(name, of: organs, host, section)
      return deposit(organ.flatMap(host.index(of:)), host, section, washOut: washOut)
    }
  }

  /// The organ that the name of the route says, where it is one of those that the host has for it.
  private static func implied(
    _ name: Name,
    of organs: [String],
    _ host: Host,
    _ section: Section,
    _ words: String = ""
  ) -> String? {
    guard let organ = name.organ else { return nil }
    if organs.contains(organ) { return organ }
    section.report(
      "route",
      "found \"\(name.rawValue)\", which needs an organ '\(organ)'\(words); the host \(host.name) has \(organs.joined(separator: ", "))"
    )
    return nil
  }

  private static func arterial(_ organ: String?, _ host: Host) -> Dose.Route {
    organ.flatMap(host.index(of:)).map { .intraArterial(organ: $0) } ?? .intravenous
  }

  private static func deposit(
    _ organ: Int?,
    _ host: Host,
    _ section: Section,
    washOut: Double
  ) -> Dose.Route {
    let name = organ.map { host.organs[$0].name } ?? ""
    let cavity = organ.map { host.organs[$0].supply == .cavity } ?? false
    let hasOwn = section.reading.parameters.hasCase(name, of: section.path + ["retention"])
    let retention = section.parameter(
      "retention",
      .fraction,
      case: name,
      when: "injected into \(hasOwn ? "the \(name)" : "another organ")",
      "share of cells retained at the site of injection, in suspension"
    )
    let shed =
      cavity
      ? 1
      : section.parameter(
        "shed",
        .fraction,
        "share of the cells not retained that leaks out of the body; the rest washes into blood"
      )
    guard let organ else { return .intravenous }
    let held = (1 - washOut) * (1 - retention)
    return .deposit(organ: organ, retention: retention + held, shed: shed)
  }
}
