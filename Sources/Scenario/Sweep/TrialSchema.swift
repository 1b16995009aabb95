import Simulation

/// The keys of `trial`.
enum TrialSchema {
  private enum Analysis: String, CaseIterable { case paired, parallel }

  static func read(
    _ section: Section,
    _ arms: [String],
    _ endpoints: [String],
    of everyRun: EndpointPatterns
  ) -> SweepDescription.Trial? {
    func endpoint(_ key: String, _ meaning: String) -> String {
      let name = section.text(key, meaning)
      if !endpoints.isEmpty, !name.isEmpty, !endpoints.contains(name) {
        section.report(
          key,
          "found \"\(name)\"\(Suggestion.endpoint(name, among: endpoints, of: everyRun)); expected an endpoint: \(endpoints.joined(separator: ", "))"
        )
      }
      return name
    }
    func arm(_ section: Section, _ key: String, _ name: String) {
      guard !arms.isEmpty, !arms.contains(name) else { return }
      section.report(
        key,
        "found \"\(name)\"\(Suggestion.text(for: name, among: arms)); expected one of the arms \(arms.joined(separator: ", "))"
      )
    }
    let control = section.text("control", "arm that the others are compared with")
    if !control.isEmpty { arm(section, "control", control) }
    let name = endpoint("endpoint", "endpoint that is compared")
    let analysis: Analysis = section.choice(
      "analysis",
      default: .paired,
      source: "by definition",
      "paired: every patient in every arm; parallel: each in one"
    )
    let response = section.has("response") ? section.section("response", response) : nil
    section.skip("response")
    let event =
      section.has("event") ? endpoint("event", "endpoint that is a time to an event, h") : nil
    section.skip("event")
    func levels(_ key: String, _ meaning: String) -> [SweepDescription.Trial.Level] {
      section.section(key) { list in
        list.keys.compactMap { name -> SweepDescription.Trial.Level? in
          arm(list, name, name)
          guard let level = Double(list.text(name, meaning)), level.isFinite else {
            list.report(name, "expected a number")
            return nil
          }
          return .init(arm: name, level: level)
        }
      }
    }
    let doses = levels("doses", "dose of the arm, in any unit")
    if doses.contains(where: { $0.arm == control }) {
      section.report("doses", "expected arms beside the control, which stands for 0")
    }
    if doses.contains(where: { $0.level <= 0 }) {
      section.report("doses", "expected doses above 0; the control stands for 0")
    }
    return .init(
      control: control,
      endpoint: name,
      response: response ?? nil,
      isPaired: analysis == .paired,
      doses: doses,
      times: levels("times", "time of treatment, h"),
      event: event
    )
  }

  private static func response(_ section: Section) -> ClosedRange<Double>? {
    func limit(_ key: String, _ standard: Double) -> Double? {
      guard section.has(key) else {
        section.skip(key)
        return standard
      }
      let value = Double(section.text(key, "end of the range that counts as a response"))
        .flatMap { $0.isFinite ? $0 : nil }
      if value == nil { section.report(key, "expected a number") }
      return value
    }
    guard let low = limit("above", -.infinity), let high = limit("below", .infinity) else {
      return nil
    }
    guard low <= high, low.isFinite || high.isFinite else {
      section.report("above", "expected a number at most that of 'below'; one of the two is given")
      return nil
    }
    return low...high
  }
}
