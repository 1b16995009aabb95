import Agents
import Laws
import Vocabulary

/// Responses to signals: a list of names, each with the level of half the response and the largest response.
enum ResponseSchema {
  /// What responses do, which says what their largest value is.
  enum Use {
    /// A rate, a share or arrivals, which the file states.
    case rate, share, arrivals
    /// A share of a full effect, all of it unless the file says otherwise.
    case drive
    /// A gain: the file states the fold.
    case gain
  }

  /// Signals that are no factors, which some responses take.
  enum Other {
    /// What cells show on contact: those that a host cell senses.
    case contacts
    /// Those that a cell of the product senses: antigen, and the stress of a place.
    case product
    /// None.
    case none

    fileprivate var names: [String] {
      switch self {
      case .contacts: Response.Contact.allCases.map(\.rawValue)
      case .product: [Response.Contact.antigen.rawValue, CellProgram.stressName]
      case .none: []
      }
    }
  }

  /// The responses of a key to factors, to other signals and to some levels of the cell itself, at most as many as a cell has room for; those to factors that the scenario does not carry
  /// are left out where they come from a preset.
  static func read(
    _ section: Section,
    _ key: String,
    _ use: Use,
    _ other: Other,
    _ factors: [Factor],
    levels: [String] = []
  ) -> [Response] {
    let names = other.names + levels
    return section.section(key) { list in
      var found: [Response] = []
      for name in list.keys {
        let molarMass = factors.first { $0.name == name }.map { $0.molarMass * Unit.molesPerBase }
        guard molarMass != nil || names.contains(name) else {
          let known = factors.map(\.name) + names
          guard name != CellProgram.stressName, Response.Contact(rawValue: name) == nil else {
            list.skip(name)
            list.report(
              key: name,
              "is not sensed here; expected factors\(names.isEmpty ? "" : " or one of " + names.joined(separator: ", "))"
            )
            continue
          }
          list.passOver(name, known: known) { _ = response(to: name, $0, $1, use, factors) }
          continue
        }
        found.append(
          list.section(name) { response(to: name, molarMass, $0, use, factors) }
        )
        if found.count == HostKind.mostResponses + 1 {
          list.report(
            key: name,
            "is one signal too many that the scenario carries; allowed are \(HostKind.mostResponses)"
          )
        }
      }
      return found
    }
  }

  private static func response(
    to name: String,
    _ molarMass: Double?,
    _ section: Section,
    _ use: Use,
    _ factors: [Factor]
  ) -> Response {
    Response(
      to: name,
      halfSaturation: half(of: name, molarMass, section),
      weight: weight(section, use),
      actsByLack: section.flag("lack", default: false, "whether the lack of the signal acts"),
      antagonist: antagonist(section, factors)
    )
  }

  private static func half(of name: String, _ molarMass: Double?, _ section: Section) -> Double {
    if let molarMass {
      return section.molar(
        "half",
        .concentration,
        allowed: "1e-9 to 1e9 nM",
        molarMass: molarMass,
        "concentration of half the response"
      )
    }
    if name == CellProgram.stressName {
      return section.quantity(
        "half",
        .rate,
        allowed: "1e-6 to 1000 1/h",
        "damage that the place leads to of half the response"
      )
    }
    let isContact = Response.Contact(rawValue: name) != nil
    return section.quantity(
      "half",
      .fraction,
      allowed: "1e-6 to 100",
      isContact
        ? "share of a cell's surroundings in touch that makes half the response"
        : "level of the cell of half the response"
    )
  }

  private static func weight(_ section: Section, _ use: Use) -> Double {
    let meaning = "largest response"
    switch use {
    case .rate: return section.quantity("weight", .rate, allowed: "0 to 1000 1/h", meaning)
    case .share: return section.quantity("weight", .fraction, allowed: "0 to 1", meaning)
    case .arrivals:
      return section.quantity("weight", .arrivals, allowed: "0 to 1e12 cells/mL/h", meaning)
    case .drive:
      return section.quantity(
        "weight",
        .fraction,
        default: "1",
        allowed: "0 to 1",
        source: "by definition: a full response",
        meaning
      )
    case .gain:
      return section.quantity(
        "fold",
        .number,
        allowed: "1 to 1000",
        "fold where the signal saturates"
      ) - 1
    }
  }

  private static func antagonist(_ section: Section, _ factors: [Factor]) -> Response.Antagonist? {
    guard section.has("antagonist") else {
      section.skip("antagonist")
      return nil
    }
    return section.section("antagonist") { rival in
      let meaning = "factor that competes with the signal for its receptor"
      func half(_ molarMass: Double, _ rival: Section) -> Double {
        rival.molar(
          "half",
          .concentration,
          allowed: "1e-9 to 1e9 nM",
          molarMass: molarMass,
          "concentration that doubles the half-saturation of the signal"
        )
      }
      guard let name = rival.factor("factor", meaning, factors),
        let factor = factors.first(where: { $0.name == name })
      else {
        rival.skip("half")
        return nil
      }
      return Response.Antagonist(
        name,
        halfSaturation: half(factor.molarMass * Unit.molesPerBase, rival)
      )
    }
  }
}
