import Simulation

/// What the rules of notes may look at: a number of a scenario, or of what its runs came to.
///
/// A measure has no threshold and no sentence: these are data of the library (`Scenarios/notes/`), so that a rule
/// on what is measured already takes no Swift.
public struct Measure: Sendable {
  /// What is found at one place.
  public struct Finding: Sendable {
    /// Path of the key it is about, with dots.
    var path: String
    /// The number, in base units.
    var value: Double
    /// What it was found of, where several at a place make one note, whatever the arm.
    var item = ""
    /// Which threshold holds for it, where a rule has one for each case.
    var condition = ""
    /// What sentences may name besides.
    var words: [String: String] = [:]
    /// Arms it is about: without it the one that was looked at.
    var arms: [String] = []
  }

  /// When it is known, and how it is found.
  enum Looking: Sendable {
    /// Before the run, of each arm.
    case arm(@Sendable (Experiment) -> [Finding])
    /// Before the run, of all arms together.
    case arms(@Sendable ([Experiment]) -> [Finding])
    /// Before the run, of each arm and its number of replicates.
    case replicates(@Sendable (Experiment, Int) -> [Finding])
    /// After the run, of what all runs came to.
    case outcomes(@Sendable ([Outcome]) -> [Finding])
  }

  /// Its name, as rules give it.
  public let name: String
  /// What its number is.
  public let meaning: String
  /// What a threshold is, and within which bounds.
  let kind: QuantityKind, allowed: String
  /// What sentences may name besides `value`, `limit` and `items`.
  let words: [String]
  /// How it is found.
  let looking: Looking
  /// The endpoint that it reads, where it reads one.
  var endpoint: String?

  /// All measures; a new one has its line here.
  public static let all: [Measure] = [
    .unrenewed, .responses, .ligandActivity, .hostDensity, .filling, .coverage,
    .agentsInBlock, .agentVolume, .cellsPastBlock,
    .drawnDonors, .unreadDoses, .washedOut, .occlusion, .bodyWeight, .doseVolume, .effectsOfFactors,
    .effectsOfPriming, .step,
    .identicalArms,
  ]

  /// Whether it is known before anything runs.
  public var isKnownBefore: Bool {
    if case .outcomes = looking { false } else { true }
  }

  /// The measure of a name: one of `all`, or `endpoint NAME` for any endpoint of a run.
  static func named(_ name: String) -> Measure? {
    if let endpoint = name.split(separator: " ").dropFirst().first, name == "endpoint \(endpoint)" {
      return .endpoint(String(endpoint))
    }
    return all.first { $0.name == name }
  }
}
