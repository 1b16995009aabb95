import Body
import Laws
import Vocabulary

/// The sections of a scenario that hold the parameters of laws.
package enum LawSections {
  /// The laws by the path of the section that holds their parameters.
  package static let all: [(path: [String], law: any Law.Type)] = [
    (["arrest"], Arrest.self), (["residence"], Residence.self), (["survival"], Survival.self),
    (["killing"], Killing.self), (["licensing"], Licensing.self), (["crawling"], Crawling.self),
    (["differentiation"], Differentiation.self), (["contact"], Contact.self),
    (["remains"], Remains.self), (["clot"], Clot.self), (["embolism"], Embolism.self),
    (["systemic"], PlasmaEntry.self), (["repair"], TissueRepair.self),
    (["repair", "tumour"], TumourGrowth.self),
  ]

  /// The sections whose parameters stand by place: blood, and lumen and tissue of each organ.
  private static let ofPlaces = ["stress", "filling"]

  /// Paths of the parameters beside those of laws and of places: `*` is any name, `ORGAN` that of an organ.
  package static let others: [[String]] = paths.split(whereSeparator: \.isWhitespace).map {
    (path: Substring) -> [String] in path.split(separator: ".").map { String($0) }
  }

  private static let paths: String = """
    culture.spacing transport.tolerance vessels.branching vessels.capillary_share vessels.hold_ratio
    vessels.segments vessels.vessel_length
    factors.*.activity.* factors.*.medium_decay factors.*.medium_diffusivity
    host.coagulation host.plasma_share host.organs.ORGAN.adhesion host.organs.ORGAN.bypass
    host.organs.ORGAN.natural_killers host.organs.ORGAN.phagocytosis
    host.immunity.complement host.immunity.natural_activity host.immunity.natural_killers
    host.immunity.sensitisation host.immunity.t_cells
    kinds.*.persistence kinds.*.division.deepening kinds.*.division.lifting kinds.*.division.most
    kinds.*.division.tail kinds.*.division.variation
    product.age_fragility product.age_loss product.cxcr4_fraction product.diabetes_loss product.diameter_variation
    product.donor_variation product.potency_variation product.protection product.secretion.*.oxygen_half
    product.senescence_fragility product.senescence_growth product.senescence_loss product.senescence_passage
    product.viability.fresh product.viability.rested product.viability.thawed
    product.damage.fresh product.damage.rested product.damage.thawed_in_protein product.damage.thawed_in_saline
    treatment.collected treatment.over treatment.room treatment.shed treatment.retention.ORGAN
    treatment.vesicles.diameter treatment.vesicles.variation
    """

  /// What is wrong with the path of a record of a parameter set: one that no parameter takes.
  static func problem(with path: [String]) -> String? {
    guard let key = path.last else { return nil }
    if let first = path.first, ofPlaces.contains(first) {
      let places = OrganVocabulary.names + ["culture", "*"]
      let name = path.count == 2 ? key : path[1]
      let parts = ["lumen", "tissue"]
      if path.count == 3, places.contains(name), !parts.contains(key) {
        return
          "is no part of a place\(Suggestion.text(for: key, among: parts)); expected \(parts.joined(separator: " or "))"
      }
      if path.count == 2 ? name == "blood" : places.contains(name) { return nil }
      return
        "is no organ\(Suggestion.text(for: name, among: places)); expected 'blood', or one of \(places.joined(separator: ", "))"
    }
    guard
      let section = all.filter({ path.starts(with: $0.path) }).max(by: {
        $0.path.count < $1.path.count
      })
    else { return problem(besideLaws: path) }
    let known = keys(section.law)
    if path.count == section.path.count + 1, known.contains(key) { return nil }
    return
      "is no parameter of the law\(Suggestion.text(for: key, among: known)); its parameters are \(known.joined(separator: ", "))"
  }

  /// What is wrong with the path of a record that is of no law.
  private static func problem(besideLaws path: [String]) -> String? {
    let organs = OrganVocabulary.names
    func fits(_ known: String, _ step: String, anyOrgan: Bool) -> Bool {
      known == step || known == "*" || step == "*"
        || known == "ORGAN" && (anyOrgan || organs.contains(step))
    }
    func isKnown(anyOrgan: Bool) -> Bool {
      others.contains { known in
        known.count == path.count
          && zip(known, path).allSatisfy { fits($0, $1, anyOrgan: anyOrgan) }
      }
    }
    if isKnown(anyOrgan: false) { return nil }
    if isKnown(anyOrgan: true) {
      let wrong = path.dropFirst().first { step in
        !others.contains { $0.contains(step) } && !organs.contains(step)
      }
      let name = wrong ?? path.last ?? ""
      return
        "'\(name)' is no organ\(Suggestion.text(for: name, among: organs)); expected one of \(organs.joined(separator: ", "))"
    }
    let names = others.map { $0.joined(separator: ".") }
    let near = names.filter { $0.hasPrefix((path.first ?? "") + ".") }
    let known =
      near.isEmpty
      ? "the sections of parameters are \(sections.joined(separator: ", "))"
      : "those of the section are \(near.joined(separator: ", "))"
    return
      "is no parameter\(Suggestion.text(for: path.joined(separator: "."), among: names)); \(known)"
  }

  /// The sections that hold parameters.
  private static var sections: [String] {
    Set(all.compactMap { $0.path.first } + ofPlaces + others.compactMap(\.first)).sorted()
  }

  private static func keys<Named: Law>(_ law: Named.Type) -> [String] { law.parameters.map(\.key) }
}
