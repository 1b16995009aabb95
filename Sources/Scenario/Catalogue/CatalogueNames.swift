import Laws

extension Catalogue {
  /// Keys that hold names with keys of their own: of factors, kinds of cells, organs and so on.
  private static let holders: Set = [
    "accept", "amplify", "axes", "brakes", "cells", "changes", "endpoints", "faces", "factors",
    "followers", "gives", "hasten_decay", "holds", "injections", "kinds", "lower", "medium",
    "observables",
    "observe", "organs", "perturbations", "primers", "raise", "regions", "scenarios", "secretion",
    "signals",
    "stays", "stress",
    "tissues", "types", "uptake", "vary", "within",
  ]
  /// Keys that hold names with values.
  private static let holdersOfValues: Set = [
    "accept", "add", "conditions", "depth", "doses", "errors", "extraction", "folds",
    "hazards", "observables",
    "ligands", "margins", "overlap", "provoked", "plasma_half_lives",
    "scales",
    "shares",
    "scenarios", "times", "vary",
  ]

  /// Keys of the state of a tissue that hold signals, each of which does something else.
  private static let effects = Set(TissueTerms.Effect.allCases.map(\.rawValue))

  /// From so many on, parameters that differ in names alone are one.
  private static let many = 3

  /// A path with `*` for its names.
  static func starred(_ path: [String]) -> [String] {
    path.indices.map { i in
      guard i > 0 else { return path[i] }
      let isLast = i == path.count - 1
      let isName = (isLast ? holdersOfValues : holders).contains(path[i - 1])
      return isName || effects.contains(path[i]) && path[i - 1] == "state" ? "*" : path[i]
    }
  }

  /// The parameters, those that differ in names alone as one: `kinds.*.brakes.*.half`.
  ///
  /// - Parameter parameters: parameters, by path.
  /// - Returns: the parameters, each where the first that it stands for was.
  public static func merged(_ parameters: [Parameter]) -> [Parameter] {
    struct Key: Hashable {
      let path: [String], isOfCampaign: Bool
    }
    let groups = Dictionary(grouping: parameters) {
      Key(path: starred($0.path), isOfCampaign: $0.isOfCampaign)
    }
    var done: Set<Key> = []
    return parameters.compactMap { parameter in
      let key = Key(path: starred(parameter.path), isOfCampaign: parameter.isOfCampaign)
      guard let group = groups[key], group.count >= many else { return parameter }
      return done.insert(key).inserted ? Parameter(key.path, of: group) : nil
    }
  }
}

extension Catalogue.Parameter {
  /// Several parameters as one.
  fileprivate init(_ path: [String], of members: [Catalogue.Parameter]) {
    self.init(path: path, isOfCampaign: members[0].isOfCampaign)
    self.members = members
    for member in members {
      for meaning in member.meanings where !meanings.contains(meaning) { meanings.append(meaning) }
    }
  }

  /// The names that each `*` of its path stands for, in order.
  public var names: [[String]] {
    path.indices.filter { path[$0] == "*" }.map { i in
      Set(members.map { $0.path[i] }).sorted()
    }.filter { $0 != ["*"] }
  }
}
