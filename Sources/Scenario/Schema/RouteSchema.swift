import Science

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

  /// Reads the route; without a host, because that could not be read, only its name.
  static func read(_ section: Section, _ host: Host?) -> Dose.Route {
    let name: Name = section.choice("route", "way into the body")
    guard let host else {
      for key in ["artery", "into", "retention", "shed"] { section.skip(key) }
      return .intravenous
    }
    switch name {
    case .intravenous: return .intravenous
    case .intraArterial:
      return arterial(named(section, "artery", "organ that the artery feeds", host), host, section)
    case .intracoronary, .intraportal:
      return arterial(implied(name, host, section), host, section)
    case .intratissue:
      return deposit(named(section, "into", "organ whose tissue is injected", host), host, section)
    case .intramyocardial, .intramuscular, .subcutaneous, .intraperitoneal, .intraArticular:
      return deposit(implied(name, host, section), host, section)
    }
  }

  private static func named(_ section: Section, _ key: String, _ meaning: String, _ host: Host)
    -> Int?
  {
    let organ = section.text(key, meaning)
    guard !organ.isEmpty else { return nil }
    if let index = host.index(of: organ) { return index }
    let names = host.organs.map(\.name)
    section.report(
      key,
      "found \"\(organ)\"\(Suggestion.text(for: organ, among: names)); it takes one of \(names.joined(separator: ", "))"
    )
    return nil
  }

  private static func implied(_ name: Name, _ host: Host, _ section: Section) -> Int? {
    guard let organ = name.organ else { return nil }
    if let index = host.index(of: organ) { return index }
    section.report(
      "route",
      "\(name.rawValue) needs an organ '\(organ)', which the host \(host.name) does not have"
    )
    return nil
  }

  private static func arterial(_ organ: Int?, _ host: Host, _ section: Section) -> Dose.Route {
    guard let organ else { return .intravenous }
    if host.organs[organ].supply == .cavity {
      section.report("artery", "\(host.organs[organ].name) is a cavity; no artery feeds it")
    }
    return .intraArterial(organ: organ)
  }

  private static func deposit(_ organ: Int?, _ host: Host, _ section: Section) -> Dose.Route {
    let name = organ.map { host.organs[$0].name } ?? ""
    let cavity = organ.map { host.organs[$0].supply == .cavity } ?? false
    let heart = name == "heart"
    let retention = section.quantity(
      "retention",
      .fraction,
      default: heart ? "0.15" : "0.9",
      allowed: "0 to 1",
      range: heart ? "0.10 to 0.23" : "0.5 to 1",
      source: heart
        ? "retention at 1 h of analogue cells in rat heart (Bonios 2011, doi 10.1007/s12350-011-9369-9)"
        : "assumed: no published retention",
      "share of cells retained at the site of injection"
    )
    let shed =
      cavity
      ? 1
      : section.quantity(
        "shed",
        .fraction,
        default: "0.5",
        allowed: "0 to 1",
        range: "0 to 1",
        source:
          "assumed: 29-43 % in lung with 10-23 % in heart leaves half unaccounted for (Bonios 2011)",
        "share of the cells not retained that leaks out of the body; the rest washes into blood"
      )
    guard let organ else { return .intravenous }
    return .deposit(organ: organ, retention: retention, shed: shed)
  }
}
