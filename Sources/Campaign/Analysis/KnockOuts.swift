import Observations
import Scenario
import Simulation

/// The arms that tell what each mechanism of an experiment does: without the cells given, with
/// everything, without each mechanism, and without all of them; all share random numbers.
public struct KnockOuts: Sendable {
  /// Name of the run and of the arm that is taken apart.
  public let name: String, arm: String
  /// What is read at the end, and its unit.
  public let endpoint: String, unit: String
  /// The mechanisms that are switched off one by one.
  public let mechanisms: [String]
  /// All arms: without cells, with everything, without each mechanism in order and, where there are several,
  /// without all; last the arms of the scenario that the endpoint compares with.
  public let run: Run
  /// How many of the arms are of the scenario.
  let others: Int

  /// Fewest replicates, by default: three degrees of freedom.
  public static let fewest = 4

  /// Makes the arms of a scenario, without running them.
  ///
  /// The arms run apart from the start, also where the scenario lets its own arms share a history.
  ///
  /// - Parameters:
  ///   - scenario: the scenario.
  ///   - arm: the arm that is taken apart; `nil` for the first in which cells are given.
  ///   - endpoint: name of an endpoint that can be read without the cells.
  ///   - replicates: replicates of each arm, at least 2; `nil` for those of the scenario and at least
  ///     `fewest`.
  /// - Throws: `AttributionError` for an arm or endpoint that is not there, or without cells.
  public init(
    of scenario: ResolvedScenario,
    arm: String? = nil,
    endpoint: String,
    replicates: Int? = nil
  ) throws(AttributionError) {
    let experiments = scenario.experiments
    let given = experiments.filter { !$0.doses.isEmpty || !$0.factorDoses.isEmpty }
    if let arm, !experiments.contains(where: { $0.arm == arm }) {
      throw .noArm(arm, among: experiments.map(\.arm))
    }
    guard let chosen = arm == nil ? given.first : given.first(where: { $0.arm == arm }) else {
      throw .noCells(arm: arm, given: given.map(\.arm))
    }
    func apart(_ arm: Experiment) -> Experiment {
      var arm = arm
      arm.clock = TimeAxis(step: arm.clock.step, steps: arm.clock.steps, outputs: arm.clock.outputs)
      return arm
    }
    let whole = apart(chosen)
    func without(_ names: [String], _ text: String) -> Experiment {
      var experiment = whole
      for name in names { Mechanism.remove(name, from: &experiment) }
      experiment.arm = "\(whole.arm) without \(text)"
      return experiment
    }
    let control = without([Mechanism.cells.rawValue], Mechanism.cells.rawValue)
    let known = Endpoints.all(of: control)
    guard let found = known.first(where: { $0.name == endpoint }) else {
      if Endpoints.all(of: whole).contains(where: { $0.name == endpoint }) {
        throw .ofTheCells(endpoint, among: known.map(\.name))
      }
      throw .noEndpoint(endpoint, among: known.map(\.name), of: whole.everyRun)
    }
    let mechanisms = Mechanism.effects(of: whole)
    let all = mechanisms.count > 1 ? [without(mechanisms, mechanisms.joined(separator: ", "))] : []
    name = whole.name
    self.arm = whole.arm
    self.endpoint = endpoint
    unit = found.unit
    self.mechanisms = mechanisms
    let beside = Endpoints.armsBeside(whole, for: [endpoint])
    let others = experiments.filter { beside.contains($0.arm) }.map(apart)
    self.others = others.count
    run = Run(
      experiments: [control, whole] + mechanisms.map { without([$0], $0) } + all + others,
      seed: scenario.seed,
      replicates: replicates ?? max(Self.fewest, scenario.replicates)
    )
  }
}

/// Why an effect cannot be attributed: one sentence for the user.
public enum AttributionError: Error, Sendable, CustomStringConvertible {
  /// The scenario has no such arm.
  case noArm(String, among: [String])
  /// There is no such endpoint.
  case noEndpoint(String, among: [String], of: EndpointPatterns)
  /// The endpoint is read from the cells given, and cannot be compared with an arm that has none.
  case ofTheCells(String, among: [String])
  /// No cells are given in the arm, or in any; in some others they are.
  case noCells(arm: String?, given: [String])
  /// The endpoint cannot be read of a run, and why.
  case noValue(String, arm: String, replicate: Int, missing: String)

  /// Whether it is the command line that is wrong, and not the scenario.
  public var isOfCommandLine: Bool {
    switch self {
    case .noArm, .noEndpoint, .ofTheCells: true
    case .noCells, .noValue: false
    }
  }

  /// The sentence.
  public var description: String {
    switch self {
    case .noArm(let arm, let known):
      return
        "There is no arm '\(arm)'\(Suggestion.text(for: arm, among: known)); there are \(Self.list(known))."
    case .noEndpoint(let name, let known, let everyRun):
      return
        "There is no endpoint '\(name)'\(Suggestion.endpoint(name, among: known, of: everyRun)); \(Self.readable(known))."
    case .ofTheCells(let name, let known):
      return
        "The endpoint '\(name)' is read from the cells given, and there are none in the arm that the effect is measured against; \(Self.readable(known))."
    case .noCells(let arm, let given):
      let place = arm.map { "in the arm '\($0)'" } ?? "in any arm"
      let advice =
        given.isEmpty
        ? "give a treatment.dose in an arm that is not without: [cells]"
        : "choose another with --arm: \(Self.list(given))"
      return "no cells are given \(place), so that there is no effect to attribute; \(advice)"
    case .noValue(let name, let arm, let replicate, let missing):
      return
        "the endpoint '\(name)' has no value in the arm '\(arm)', replicate \(replicate): \(missing); choose another --endpoint, or another run"
    }
  }

  private static func readable(_ known: [String]) -> String {
    known.isEmpty
      ? "this scenario has no host cells, and without the cells given nothing is left to read"
      : "there are \(list(known))"
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
