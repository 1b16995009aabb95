import Agents
import Simulation

/// What is looked at after which steps of a run: everything at its outputs, and at other times what its endpoints
/// and read-outs need.
///
/// What is looked at beside the outputs is written to no table of observations.
public struct ObservationSchedule: Sendable {
  private var parts: [Int: Snapshot.Parts] = [:]
  /// How the endpoints of the first experiment are read.
  public let rules: EndpointRules
  /// Voxels along an axis that a place of a slice stands for.
  public let shrink: Int

  /// The observations of a run, or of several that have one history; the outputs are those of the first.
  public init(
    _ first: Experiment,
    with others: ArraySlice<Experiment> = [],
    slices: SlicePlan = .none
  ) {
    rules = EndpointRules(of: first)
    shrink = slices.shrink
    add(first, rules)
    for other in others { add(other, EndpointRules(of: other)) }
    for step in first.clock.outputs {
      parts[step] = slices.steps.contains(step) ? [.whole, .slices] : .whole
    }
  }

  /// What is looked at after a step; `nil` for nothing.
  public subscript(step: Int) -> Snapshot.Parts? { parts[step] }

  /// How often the run is looked at.
  public var count: Int { parts.count }

  private mutating func add(_ experiment: Experiment, _ rules: EndpointRules) {
    let clock = experiment.clock
    func steps(_ rule: EndpointRule, _ span: EndpointSpan) -> [Int] {
      // What a run is too short for is not observed.
      (try? span.steps(rule.times, clock)) ?? []
    }
    for (_, rule, after) in rules.named {
      let spans =
        rule.isAfterDose
        ? Endpoints.candidates(of: experiment, after) : [EndpointSpan(of: clock)]
      for step in spans.flatMap({ steps(rule, $0) }) { parts[step, default: []].insert(rule.parts) }
    }
    // What divided by the start of the pulse before each read-out.
    guard experiment.setting == .culture,
      experiment.kinds.contains(where: { $0.proliferation != nil })
    else { return }
    for output in clock.outputs {
      let start = Double(output) * clock.step - Assay.pulse
      if start > 0 { parts[Int((start / clock.step).rounded()), default: []].insert([]) }
    }
  }
}
