import Simulation

extension ResolvedScenario {
  /// The notes that are known before anything runs, by key.
  ///
  /// - Throws: `ScenarioError` where a rule of the library cannot be read.
  public func notes() throws(ScenarioError) -> [Note] {
    try rules().filter(\.measure.isKnownBefore).flatMap { notes($0) }
  }

  /// The notes that runs give rise to, by key.
  ///
  /// - Parameter outcomes: what every run of the scenario came to, by arm, then replicate.
  /// - Returns: the notes, accepted or not.
  /// - Throws: `ScenarioError` where a rule of the library cannot be read.
  public func notes(after outcomes: [Outcome]) throws(ScenarioError) -> [Note] {
    try rules().flatMap { rule -> [Note] in
      guard case .outcomes(let find) = rule.measure.looking else { return [] }
      return notes(rule, find(outcomes))
    }
  }

  /// Names of the endpoints that notes look at after a run.
  ///
  /// - Throws: `ScenarioError` where a rule of the library cannot be read.
  public func endpointsOfNotes() throws(ScenarioError) -> [String] {
    try rules().compactMap(\.measure.endpoint)
  }

  /// Keys of notes that are accepted and not raised.
  ///
  /// - Parameters:
  ///   - notes: the notes that are raised.
  ///   - isRun: whether they are those after a run, or those before.
  /// - Returns: the keys.
  /// - Throws: `ScenarioError` where a rule of the library cannot be read.
  public func acceptedInVain(_ notes: [Note], afterRun isRun: Bool) throws(ScenarioError)
    -> [String]
  {
    try rules().filter { $0.measure.isKnownBefore != isRun }.map(\.key).filter { key in
      accepted.contains { $0[key] != nil } && !notes.contains { $0.key == key }
    }
  }

  private func rules() throws(ScenarioError) -> [NoteRule] {
    guard let library else { return [] }
    return try sharedRules.all(of: library)
  }

  private func notes(_ rule: NoteRule) -> [Note] {
    switch rule.measure.looking {
    case .arm(let find):
      return notes(rule, inEachArm: find)
    case .replicates(let find):
      return notes(rule, inEachArm: { find($0, replicates) })
    case .arms(let find): return notes(rule, find(experiments))
    case .outcomes: return []
    }
  }

  /// The notes that a rule makes of what is found in each arm by itself.
  private func notes(_ rule: NoteRule, inEachArm find: (Experiment) -> [Measure.Finding]) -> [Note]
  {
    let findings = experiments.flatMap { experiment in
      find(experiment).map {
        var finding = $0
        finding.arms = [experiment.arm]
        return finding
      }
    }
    return notes(rule, findings)
  }

  /// The notes that a rule makes of findings: one for all items at a place, else one for arms of which the same is said.
  private func notes(_ rule: NoteRule, _ findings: [Measure.Finding]) -> [Note] {
    struct Place: Hashable {
      let path: String, condition: String, sentence: String
    }
    var order: [Place] = []
    var passing: [Place: [Measure.Finding]] = [:]
    for finding in findings where rule.passed(by: finding) != nil {
      let sentence = finding.item.isEmpty ? sentence(rule, [finding]) : ""
      let place = Place(path: finding.path, condition: finding.condition, sentence: sentence)
      if passing[place] == nil { order.append(place) }
      passing[place, default: []].append(finding)
    }
    let names = arms.map(\.name)
    return order.map { place in
      let found = passing[place] ?? []
      let arms = names.filter { name in found.contains { $0.arms.contains(name) } }
      return Note(
        key: rule.key,
        sentence: sentence(rule, found),
        path: place.path,
        remedy: rule.remedy,
        arms: arms == names ? [] : arms,
        accepted: reason(for: rule.key, in: arms)
      )
    }
  }

  /// What a rule says of findings at one place; the number is the one that is farthest beyond the threshold.
  private func sentence(_ rule: NoteRule, _ findings: [Measure.Finding]) -> String {
    guard let first = findings.first, let (limit, side) = rule.passed(by: first) else {
      preconditionFailure("a note has findings that pass")
    }
    let values = findings.map(\.value)
    let value = side == "more than" ? values.max() : values.min()
    var words = first.words
    words["value"] = limit.text(of: value ?? first.value)
    words["limit"] = limit.text
    words["side"] = side
    var seen: Set<String> = []
    words["items"] = findings.map(\.item).filter { seen.insert($0).inserted }.listed
    return rule.sentence(words)
  }

  /// Why a note is accepted: by every arm that it is about, or by a campaign.
  private func reason(for key: String, in arms: [String]) -> String? {
    let reasons = zip(self.arms.map(\.name), accepted).filter { arms.contains($0.0) }
      .map { $0.1[key] }
    return reasons.allSatisfy { $0 != nil } ? reasons.compactMap { $0 }.first : nil
  }
}
