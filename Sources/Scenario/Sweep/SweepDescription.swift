import Foundation
import Simulation

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
    /// Two matrices and their mixtures of so many points (Saltelli 2010), of a Sobol sequence or of chance.
    case saltelli(points: Int, isSobol: Bool)
    /// The rows of a table.
    case list(rows: [[String]])
    /// Patients drawn from the laws.
    case patients(Int)
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

  /// What is asked of virtual patients.
  public struct Trial: Sendable, Equatable {
    /// The control arm, the endpoint, and the range of it that counts as a response; `nil` for the endpoint itself.
    public let control: String, endpoint: String, response: ClosedRange<Double>?
    /// Whether every patient is in every arm; else each in one.
    public let isPaired: Bool
    /// Arms by dose, where a dose-response is asked for, and by the time of treatment, h, where a window is.
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
  /// The file, and the scenario that is varied.
  public let file: String, scenario: String
  /// `key.path=value` texts that hold at every point.
  public let settings: [String]
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
  /// What is asked of virtual patients, where they are.
  public let trial: Trial?
  /// What is fitted, where something is.
  public let calibration: CalibrationDescription?
  /// The scenario, read once.
  public let source: ScenarioSource
  /// The scenario without any of the variations.
  public let base: ResolvedScenario

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
    let read = try SweepSchema.read(document, reading, path, library, program, overrides)
    guard let description = read, reading.diagnostics.isEmpty else {
      throw ScenarioError(reading.diagnostics.inOrder)
    }
    self = description
  }

  init(
    name: String,
    question: String,
    file: String,
    scenario: String,
    settings: [String],
    seed: UInt64,
    endpoints: [String],
    keepsTimeseries: Bool,
    keepsObservations: Bool,
    design: Design,
    parameters: [Parameter],
    trial: Trial?,
    calibration: CalibrationDescription?,
    source: ScenarioSource,
    base: ResolvedScenario
  ) {
    self.name = name
    self.question = question
    self.file = file
    self.scenario = scenario
    self.settings = settings
    self.seed = seed
    self.endpoints = endpoints
    self.keepsTimeseries = keepsTimeseries
    self.keepsObservations = keepsObservations
    self.design = design
    self.parameters = parameters
    self.trial = trial
    self.calibration = calibration
    self.source = source
    self.base = base
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
  }

  /// The method.
  public let method: Method
  /// Particles of a generation, and generations at most.
  public let particles: Int, generations: Int
  /// Points of the emulator's first design, and those added to it.
  public let points: Int, refinements: Int
  /// What was observed.
  public let observations: [Observation]
  /// What is fitted beside the values of the scenario: errors, scales and the variation between animals, positive numbers.
  public let nuisances: [SweepDescription.Parameter]
  /// Standard deviation between animals, in the coordinate of the error's law; 0 where no datum names an animal.
  public let animals: Amount
  /// Sentences on data that are not used.
  public let remarks: [String]

  /// All that modalities are read for of an arm, each once, in an order that is not that of the data.
  public func observed(of arm: String) -> [Observed] {
    Set(observations.flatMap { $0.observed(of: arm) }).sorted {
      ($0.modality, $0.place, $0.time) < ($1.modality, $1.place, $1.time)
    }
  }

  /// All that is read of an arm at times of its own, each once, in an order that is not that of the data.
  public func readings(of arm: String) -> [Readings.Reading] {
    Set(observations.flatMap { $0.readings(of: arm) }).sorted {
      ($0.name, $0.time) < ($1.name, $1.time)
    }
  }
}
