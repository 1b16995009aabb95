import Agents
import Body
import Simulation

extension EndpointPattern.Placeholder {
  /// The names that it stands for in an experiment.
  func names(in experiment: Experiment) -> [String] {
    switch self {
    case .tissue: return experiment.tissues.map(\.name)
    case .kind: return experiment.kinds.map(\.name)
    case .modality: return experiment.modalities.map(\.name)
    case .organ:
      guard experiment.setting == .organism else { return [] }
      return Set(experiment.doses.compactMap(\.route.site)).sorted()
        .map { experiment.host.organs[$0].name }
    }
  }
}

extension EndpointPatterns {
  /// How they are read of an experiment, in order.
  func rules(of experiment: Experiment, evenWithoutDoses: Bool) -> [EndpointRule] {
    guard !files.isEmpty else { return [] }
    let source = RuleSource(experiment, evenWithoutDoses: evenWithoutDoses)
    let names = Self.names(in: experiment)
    let patterns = expansion.flatMap { $0.names == names ? $0.patterns : nil }
    return (patterns ?? expanded(for: names)).compactMap { source.rule(of: $0) }
  }

  /// The names of an experiment by placeholder.
  package static func names(in experiment: Experiment) -> [[String]] {
    EndpointPattern.Placeholder.allCases.map { $0.names(in: experiment) }
  }

  /// The endpoints for names of a scenario by placeholder, in order.
  package func expanded(for names: [[String]]) -> [EndpointPattern] {
    let placeholders = Array(zip(EndpointPattern.Placeholder.allCases, names))
    return files.flatMap { Self.named($0[...], placeholders[...]) }
  }

  /// Endpoints for all names that they are read for: those that follow one another with one placeholder are read for one
  /// name after the other.
  private static func named(
    _ patterns: ArraySlice<EndpointPattern>,
    _ placeholders: ArraySlice<(EndpointPattern.Placeholder, [String])>
  ) -> [EndpointPattern] {
    guard let (placeholder, names) = placeholders.first, let first = patterns.first,
      !patterns.allSatisfy(\.placeholders.isEmpty)
    else { return Array(patterns) }
    func has(_ pattern: EndpointPattern) -> Bool { pattern.placeholders.contains(placeholder) }
    let end = patterns.firstIndex { has($0) != has(first) } ?? patterns.endIndex
    let (run, others) = (patterns[..<end], placeholders.dropFirst())
    let own =
      has(first)
      ? names.flatMap { name in
        named(run.map { $0.replacing(placeholder, with: name) }[...], others)
      }
      : named(run, others)
    return own + (end < patterns.endIndex ? named(patterns[end...], placeholders) : [])
  }
}

/// Makes rules of the endpoints that an experiment has.
private struct RuleSource {
  let experiment: Experiment
  let quantities: Quantities.Found
  let places: Set<String>, standard: String
  let hasDoses: Bool

  init(_ experiment: Experiment, evenWithoutDoses: Bool) {
    self.experiment = experiment
    quantities = Quantities.Found(of: experiment)
    let names = Laboratory.places(of: experiment).map(\.name)
    places = Set(names)
    standard = names.first ?? ""
    hasDoses = !experiment.doses.isEmpty || evenWithoutDoses
  }

  /// How an endpoint is read; `nil` where the experiment lacks what it reads.
  func rule(of pattern: EndpointPattern) -> EndpointRule? {
    var rule = plain(pattern)
    rule?.needs = pattern.needs
    rule?.isHeadline = pattern.isHeadline
    return rule
  }

  private func plain(_ pattern: EndpointPattern) -> EndpointRule? {
    switch pattern.content {
    case .computed(let computed):
      var rule = computed.rule(of: pattern, experiment, hasDoses: hasDoses)
      rule?.place = words(standard)
      return rule
    case .quantity(let given):
      guard hasDoses || given.after == nil else { return nil }
      let place = given.place.isEmpty ? standard : given.place
      let isModality = experiment.modalities.contains { $0.name == given.quantity }
      let entry = isModality ? nil : quantities.entry(given.quantity, at: place)
      guard isModality ? places.contains(place) : entry != nil else { return nil }
      if let other = given.comparison, !isModality,
        quantities.entry(other.quantity ?? given.quantity, at: other.place ?? place) == nil
      {
        return nil
      }
      let unit = entry?.name.unit ?? "cells"
      let quantity = given.read(at: place, in: unit, isModality: isModality)
      var rule = quantity.rule(
        named: pattern.name,
        meaning: pattern.meaning,
        missing: pattern.missing
      ) { quantities.entry($0, at: $1) }
      rule.place = words(place)
      return rule
    }
  }

  /// A place in words.
  private func words(_ place: String) -> String {
    experiment.setting == .culture ? "well" : place
  }
}
