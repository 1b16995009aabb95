import Body
import Laws
import Vocabulary

/// The keys of `leukocytes` of a host.
enum LeukocyteSchema {
  /// Names of organs that a host may have.
  private static let known = OrganVocabulary.names

  /// Reads the cells off the grids of a host.
  ///
  /// - Parameters:
  ///   - section: the section.
  ///   - scale: from the reference weight to that of the host.
  ///   - blood: volume of its blood, um³.
  ///   - organs: names of its organs; what is said of others counts as taken out with them.
  /// - Returns: the cells; as far as they could be read where something was reported.
  static func read(
    _ section: Section,
    _ scale: HostSchema.Scale,
    blood: Double,
    organs: [String]
  ) -> Leukocytes {
    var cells = Leukocytes()
    cells.blood = blood
    cells.margins = section.numbers("margins", of: known) {
      $0.quantity(
        $1,
        .fraction,
        allowed: "0 to 1",
        "share of the margin that lies in vessels of the organ"
      )
    }
    let sum = cells.margins.values.reduce(0, +)
    if !cells.margins.isEmpty, (sum - 1).magnitude > 0.01 {
      section.report(
        "margins",
        "add up to \((1000 * sum).rounded() / 1000) with those of the preset; allowed is 1"
      )
    }
    cells.stays = section.section("stays") { list in
      let places = ["spleen"] + Leukocytes.nodes
      return list.sections { stay($0, $1, among: places, list) }.compactMap { $0 }
    }
    section.section("lymph") { lymph($0, scale, &cells) }
    var own: Set<String> = []
    let types = section.section("types") { list in
      let names = list.keys
      return list.sections { name, section in
        if section.has("blood") { own.insert(name) }
        return type(name, section, scale, blood: blood, names)
      }
    }
    cells.types = ordered(types, own: own, section)
    let named =
      cells.lymph.map(\.organ) + cells.types.compactMap(\.home?.organ) + cells.margins.keys
      + cells.stays.map(\.place).filter(known.contains)
    // The reserve is there whether or not the host lists marrow as an organ.
    cells.excised = Set(named).subtracting(organs + [Leukocytes.reserve])
    return cells
  }

  private static func stay(
    _ place: String,
    _ section: Section,
    among places: [String],
    _ list: Section
  ) -> Leukocytes.Stay? {
    guard places.contains(place) else {
      list.report(
        key: place,
        "is no such place\(Suggestion.text(for: place, among: places)); places are \(places.joined(separator: ", "))"
      )
      section.skipAll()
      return nil
    }
    return Leukocytes.Stay(
      place,
      rate: section.quantity(
        "rate",
        .rate,
        allowed: "0 to 1000 1/h",
        "rate at which lymphocytes in blood go there"
      ),
      time: section.quantity("time", .time, allowed: "0.01 to 1000 h", "mean time that they stay")
    )
  }

  private static func lymph(
    _ section: Section,
    _ scale: HostSchema.Scale,
    _ cells: inout Leukocytes
  ) {
    guard section.has("organs") else {
      for key in ["share", "crossing", "organs"] { section.skip(key) }
      return
    }
    cells.lymphShare = section.quantity(
      "share",
      .fraction,
      allowed: "0 to 1",
      "lymphocytes in lymph that comes from an organ over those in blood, by volume"
    )
    cells.crossing = section.quantity(
      "crossing",
      .time,
      allowed: "0.1 to 1000 h",
      "mean time that lymphocytes take from blood through an organ"
    )
    let nodes = cells.stays.map(\.place)
    cells.lymph = section.section("organs") { list in
      list.sections { organ, section in
        guard known.contains(organ) else {
          list.report(
            key: organ,
            "is no organ\(Suggestion.text(for: organ, among: known)); organs are \(known.joined(separator: ", "))"
          )
          section.skipAll()
          return nil
        }
        let flow = section.quantity(
          "flow",
          .flow,
          allowed: "0 to 1e4 mL/min",
          "flow of its lymph, at the reference weight"
        )
        guard let node = section.name("node", of: nodes, "nodes that it drains to") else {
          return nil
        }
        guard !nodes.contains(organ) else {
          list.report(key: organ, "is under 'stays' already, from where cells go back to blood")
          return nil
        }
        return Leukocytes.Lymph(organ, to: node, flow: scale.flow * flow)
      }.compactMap { $0 }
    }
  }

  private static func type(
    _ name: String,
    _ section: Section,
    _ scale: HostSchema.Scale,
    blood: Double,
    _ names: [String]
  ) -> Leukocytes.CellType {
    let kind =
      section.has("kind") ? section.text("kind", "kind of host cell whose law it follows") : name
    section.skip("kind")
    var type = Leukocytes.CellType(
      name: name,
      kind: kind,
      loss: 1
        / section.quantity(
          "life",
          .time,
          allowed: "0.01 to 1e7 h",
          "mean life outside marrow, until cells die, leave for good or become another type"
        )
    )
    if section.has("home") {
      type.home = section.section("home") { home in
        let organ = home.name("organ", of: known, "organ that it lives in alone")
        let cells = home.quantity(
          "cells",
          .cells,
          allowed: "0 to 1e15 cells",
          "cells there, at the reference weight"
        )
        return organ.map { Leukocytes.Home($0, cells: scale.volume * cells) }
      }
      return type
    }
    section.skip("home")
    flow(&type, section, blood: blood, names)
    return type
  }

  /// Reads how cells of a type that blood carries are found in it, and where they go.
  private static func flow(
    _ type: inout Leukocytes.CellType,
    _ section: Section,
    blood: Double,
    _ names: [String]
  ) {
    type.flowing =
      blood
      * (section.optionalQuantity(
        "blood",
        .density,
        allowed: "0 to 1e9 cells/mL",
        "cells that flow with blood; left out for a type that another becomes"
      ) ?? 0)
    type.margin = section.quantity(
      "margin",
      .number,
      default: "0",
      allowed: "0 to 100",
      source: "by definition: none",
      "cells in the margin of vessels for each that flows"
    )
    type.marrow = section.optionalQuantity(
      "marrow",
      .time,
      allowed: "0.01 to 1e4 h",
      "time that cells spend in the reserve of marrow"
    )
    type.recirculates = section.flag(
      "recirculates",
      default: false,
      "whether it goes through spleen, nodes and lymph"
    )
    let (others, loss) = (names.filter { [name = type.name] in $0 != name }, type.loss)
    if section.has("becomes") {
      type.becomes = section.section("becomes") { becomes in
        let into = becomes.name("type", of: others, "type that cells become")
        let rate = becomes.quantity(
          "rate",
          .rate,
          allowed: "0 to 1000 1/h",
          "rate at which cells in blood do"
        )
        // 1 over a mean life that is given in other units.
        if rate > loss * (1 + 1e-9) {
          becomes.report("rate", "is more than 1 over 'life', of which it is a part")
        }
        return into.map { Leukocytes.Becoming($0, rate: rate) }
      }
    }
    section.skip("becomes")
  }

  /// The types, those that another becomes after it; reports those that come from nowhere, or from two sources.
  private static func ordered(
    _ types: [Leukocytes.CellType],
    own: Set<String>,
    _ section: Section
  ) -> [Leukocytes.CellType] {
    var left = types
    var ordered: [Leukocytes.CellType] = []
    while let next = left.firstIndex(where: { type in
      !left.contains { $0.becomes?.type == type.name }
    }) {
      ordered.append(left.remove(at: next))
    }
    for type in left {
      section.report("types", "\(type.name) becomes a type that becomes it again")
    }
    for type in types where type.home == nil {
      let arises = types.contains { $0.becomes?.type == type.name }
      if arises == own.contains(type.name) {
        section.report(
          "types",
          arises
            ? "\(type.name) has cells in blood of its own, and another type becomes it; give one of both"
            : "\(type.name) comes from nowhere; give it 'blood' or 'home', or let another type become it"
        )
      }
      if let other = types.first(where: { $0.becomes?.type == type.name }), other.kind != type.kind
      {
        section.report(
          "types",
          "\(other.name) becomes \(type.name), which follows the law of another kind of cell; give both one 'kind'"
        )
      }
    }
    return ordered + left
  }
}
