extension ResolvedScenario {
  /// What is given, arms that are given the same together, in the order of the first of each.
  public var doses: [GivenDoses] {
    var order: [[String]] = []
    var names: [[String]: [String]] = [:]
    for (arm, words) in zip(arms, doseWords) {
      let texts = words.sentences
      if names[texts] == nil { order.append(texts) }
      names[texts, default: []].append(arm.name)
    }
    return order.map { GivenDoses(arms: names[$0] ?? [], texts: $0) }
  }

  /// Number, size and time of every dose in words, a line for arms that are given the same.
  public var dosesInWords: String {
    doses.map { $0.line(ofMany: arms.count > 1) }.joined(separator: "\n")
  }
}
