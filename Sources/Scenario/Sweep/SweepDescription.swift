import Foundation
import Observations

/// A campaign over a scenario, as its file describes it.
public struct SweepDescription: Sendable {
  /// How the points lie among the values.
  public enum Design: Sendable, Equatable {
    /// Every combination of the listed values.
    case grid
    /// A Latin hypercube of so many points.
    case latinHypercube(points: Int)
    /// The first points of a Sobol sequence, digitally shifted.
    case sobol(points: Int)
    /// Elementary effects along so many trajectories over so many levels (Morris 1991).
    case morris(trajectories: Int, levels: Int)
    /// Two matrices and their mixtures of so many points (Saltelli 2010), of a Sobol sequence or of random numbers.
    case saltelli(points: Int, isSobol: Bool)
    /// The rows of a table.
    case list(rows: [[String]])
    /// Patients drawn from the laws.
    case patients(Int)

    /// Whether its points are of interest one by one, or as patients, and not for what the values do to the endpoints.
    public var isListed: Bool {
      switch self {
      case .grid, .list, .patients: true
      case .latinHypercube, .sobol, .morris, .saltelli: false
      }
    }
  }

  /// A value that varies.
  public struct Parameter: Sendable, Equatable {
    /// Path of its key, with dots, and of those that take the same value.
    public let path: String, also: [String]
    /// How it varies; `nil` in a table.
    public let variation: Variation?
    /// Whether the value that the scenario gives is assumed, fitted or calibrated.
    public let isAssumed: Bool
    /// Where the campaign names it.
    public let origin: Origin

    /// Whether a path of an arm is that of its key, or of a part of it.
    package func holds(_ path: String) -> Bool {
      ([self.path] + also).contains { own in
        let steps = own.split(separator: ".")
        let inArm = steps.first == "arms" ? steps.dropFirst(2) : steps[...]
        return path.split(separator: ".").starts(with: inArm)
      }
    }

    /// The values that go over everything else where it has a text.
    public func settings(_ text: String) -> [ScenarioSource.Setting] {
      ([path] + also).map { .init(path: $0, text: text) }
    }
  }

  /// The analysis of virtual patients.
  public struct Trial: Sendable, Equatable {
    /// The control arm, the endpoint, and the range of it that counts as a response; `nil` for the endpoint itself.
    public let control: String, endpoint: String, response: ClosedRange<Double>?
    /// Whether every patient is in every arm; else each in one.
    public let isPaired: Bool
    /// Arms by dose, where a dose-response is requested, and by the time of treatment, h, where a window is.
    public let doses: [Level], times: [Level]
    /// Endpoint that is a time to an event, h; a patient without it is censored at the end.
    public let event: String?

    /// An arm as a dose or time among others.
    public struct Level: Sendable, Equatable {
      /// The arm, and its dose in any unit, or its time.
      public let arm: String, level: Double
    }
  }

  /// Name and question.
  public let name: String, question: String
  /// The file.
  public let file: String
  /// Seed of the design.
  public let seed: UInt64
  /// Endpoints that are analysed.
  public let endpoints: [String]
  /// Whether the time series of every run are kept, and what a laboratory reports of it.
  public let keepsTimeseries: Bool, keepsObservations: Bool
  /// How the points lie.
  public let design: Design
  /// What varies.
  public let parameters: [Parameter]
  /// The analysis of virtual patients, if there are any.
  public let trial: Trial?
  /// What is fitted, where something is.
  public let calibration: CalibrationDescription?
  /// The scenarios: one, or of a calibration several.
  public let parts: [Part]

  /// A scenario with what holds at every point.
  public struct Part: Sendable {
    /// Its name among several; empty for the only one.
    public let name: String
    /// The file.
    public let scenario: String
    /// `key.path=value` texts that hold at every point.
    public let settings: [String]
    /// The scenario, read once.
    public let source: ScenarioSource
    /// The scenario without any of the variations.
    public let base: ResolvedScenario
  }

  /// The scenario of a campaign that has one.
  public var source: ScenarioSource { parts[0].source }
  /// It without any of the variations.
  public var base: ResolvedScenario { parts[0].base }
  /// What holds at every point of it.
  public var settings: [String] { parts[0].settings }

  /// The campaign over one of its scenarios alone: its data, and of the values that vary those that it has.
  public func part(_ n: Int) -> SweepDescription {
    guard parts.count > 1 else { return self }
    return SweepDescription(
      name: name,
      question: question,
      file: file,
      seed: seed,
      endpoints: endpoints,
      keepsTimeseries: keepsTimeseries,
      keepsObservations: keepsObservations,
      design: design,
      parameters: taken(by: n).map(\.parameter),
      trial: trial,
      calibration: calibration,
      parts: [parts[n]]
    )
  }

  /// Positions of the values that vary in one of the scenarios.
  public func positions(in part: Int) -> [Int] { taken(by: part).map(\.position) }

  private func taken(by n: Int) -> [(position: Int, parameter: Parameter)] {
    if parts.count == 1 { return parameters.enumerated().map { ($0, $1) } }
    let schema = VariationSchema([parts[n]])
    return parameters.enumerated().compactMap { position, parameter in
      let paths = ([parameter.path] + parameter.also).filter { schema.problem($0) == nil }
      guard let first = paths.first else { return nil }
      return (
        position,
        Parameter(
          path: first,
          also: Array(paths.dropFirst()),
          variation: parameter.variation,
          isAssumed: parameter.isAssumed,
          origin: parameter.origin
        )
      )
    }
  }

  /// Reads the file of a campaign.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - library: directory of presets, or `nil`.
  ///   - program: path of the program.
  ///   - overrides: `key.path=value` texts of the command line, over those of the file.
  /// - Throws: `ScenarioError` with everything that is wrong.
  public init(path: String, library: String?, program: String, overrides: [String])
    throws(ScenarioError)
  {
    let (_, text) = try Loader.text(path, layer: .scenario)
    let document = try Document.read(yaml: text, file: path, layer: .scenario)
    if let problem = FileKind(document, path: path)?.problem(asCampaign: path) {
      throw ScenarioError(document.origin, problem)
    }
    let reading = Reading()
    let place = CampaignPlace(campaign: path, library: library, program: program)
    let read = try SweepSchema.read(document, reading, place, overrides)
    guard let description = read, reading.diagnostics.isEmpty else {
      throw ScenarioError(reading.diagnostics.inOrder)
    }
    self = description
  }

  init(
    name: String,
    question: String,
    file: String,
    seed: UInt64,
    endpoints: [String],
    keepsTimeseries: Bool,
    keepsObservations: Bool,
    design: Design,
    parameters: [Parameter],
    trial: Trial?,
    calibration: CalibrationDescription?,
    parts: [Part]
  ) {
    self.name = name
    self.question = question
    self.file = file
    self.seed = seed
    self.endpoints = endpoints
    self.keepsTimeseries = keepsTimeseries
    self.keepsObservations = keepsObservations
    self.design = design
    self.parameters = parameters
    self.trial = trial
    self.calibration = calibration
    self.parts = parts
  }
}

/// What a calibration fits, and to what.
public struct CalibrationDescription: Sendable {
  /// How it goes about it.
  public enum Method: String, Sendable, CaseIterable {
    /// Approximate Bayesian computation by sequential Monte Carlo.
    case abc
    /// A Gaussian process in place of the model.
    case emulator
  }

  /// What a modality reports of a place at a time (h).
  public struct Observed: Sendable, Hashable {
    /// Time, h.
    public let time: Double
    /// The place, and the modality.
    public let place: String, modality: String

    /// What a modality reports of a place at a time (h).
    public init(time: Double, place: String, modality: String) {
      self.time = time
      self.place = place
      self.modality = modality
    }
  }

  /// The method.
  public let method: Method
  /// Particles of a generation, and generations at most.
  public let particles: Int, generations: Int
  /// Points of the emulator's first design, and those added to it.
  public let points: Int, refinements: Int
  /// What was observed.
  public let observations: [Observation]
  /// What is fitted beside the values of the scenario: errors, scales and the variations between animals and laboratories, positive numbers.
  public let nuisances: [SweepDescription.Parameter]
  /// Standard deviation between animals, in the coordinate of the error's law; 0 where no datum names an animal.
  public let animals: Amount
  /// Standard deviation between laboratories, a share of the number, of shares of animals in the logarithm of the odds.
  public let laboratories: Amount
  /// Sentences on data that are not used.
  public let remarks: [String]
  /// Its position among the campaigns that fit the defaults of the library; `nil` for one that does not.
  public let refit: Int?
  /// Tables that data were read from.
  public let files: [String]

  /// All that modalities are read for of an arm of a scenario, each once, in an order that is not that of the data.
  public func observed(of arm: String, in scenario: Int) -> [Observed] {
    Set(observations.filter { $0.scenario == scenario }.flatMap { $0.observed(of: arm) }).sorted {
      ($0.modality, $0.place, $0.time) < ($1.modality, $1.place, $1.time)
    }
  }

  /// All that is read of an arm of a scenario at times of its own, each once, in an order that is not that of the data.
  public func readings(of arm: String, in scenario: Int) -> [Quantities.Asked] {
    Set(observations.filter { $0.scenario == scenario }.flatMap { $0.readings(of: arm) }).sorted {
      ($0.name, $0.time) < ($1.name, $1.time)
    }
  }
}
