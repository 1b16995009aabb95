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
    (["remains"], Remains.self), (["repair"], TissueRepair.self),
    (["repair", "tumour"], TumourGrowth.self),
  ]

  /// What is wrong with the path of a record of a parameter set: one that no law and no place of stress takes.
  static func problem(with path: [String]) -> String? {
    guard let key = path.last else { return nil }
    if path.first == "stress" {
      let places = OrganVocabulary.names + ["culture", "*"]
      let name = path.count == 2 ? key : path[1]
      if path.count == 2 ? name == "blood" : places.contains(name) { return nil }
      return
        "is no organ\(Suggestion.text(for: name, among: places)); expected 'blood', or one of \(places.joined(separator: ", "))"
    }
    guard
      let section = all.filter({ path.starts(with: $0.path) }).max(by: {
        $0.path.count < $1.path.count
      })
    else { return nil }
    let known = keys(section.law)
    if path.count == section.path.count + 1, known.contains(key) { return nil }
    return
      "is no parameter of the law\(Suggestion.text(for: key, among: known)); its parameters are \(known.joined(separator: ", "))"
  }

  private static func keys<Named: Law>(_ law: Named.Type) -> [String] { law.parameters.map(\.key) }
}
