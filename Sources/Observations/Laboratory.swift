import Body
import Simulation
import Substrate

/// What the modalities of an experiment report of one run.
///
/// They look at what was observed: reading changes nothing in the run.
public struct Laboratory: Sendable {
  /// A place that is read.
  public struct Place: Sendable {
    /// Its name.
    public let name: String
    /// The organ; `nil` for the whole body or well.
    public let organ: Int?
  }

  private let trajectory: Trajectory
  private let read: Observables
  private let chance: Chance

  /// The laboratory that looks at a run.
  public init(_ trajectory: Trajectory) {
    self.trajectory = trajectory
    read = Observables(trajectory.experiment)
    chance = trajectory.chance
  }

  /// The places that are read: the body and its organs, or the well.
  public var places: [Place] { Self.places(of: trajectory.experiment) }

  /// The places that are read of an experiment.
  public static func places(of experiment: Experiment) -> [Place] {
    if experiment.setting == .culture {
      return experiment.tissues.map { Place(name: $0.name, organ: nil) }
    }
    return [Place(name: "body", organ: nil)]
      + experiment.host.organs.enumerated().map { Place(name: $0.element.name, organ: $0.offset) }
  }

  /// What a modality reports of an organ, or of the whole, at one observation.
  ///
  /// The whole is a place of its own: it holds blood, and is counted once, not organ by organ. Where organs are sampled, cells
  /// are detected in the whole where they are in one of them.
  public func reading(by modality: Modality, of snapshot: Snapshot, organ: Int?)
    -> Modality.Reading
  {
    let experiment = trajectory.experiment
    let age = max(0, snapshot.time - read.labelling)
    var reading = modality.reading(
      of: signal(modality, snapshot, organ),
      activity: experiment.laws.remains.activity(after: age),
      volume: volume(of: organ),
      place: organ.map { UInt32($0) + 1 } ?? 0,
      step: UInt32((snapshot.time / experiment.clock.step).rounded()),
      chance
    )
    if organ == nil, modality.sample != nil, experiment.setting != .culture {
      reading.isDetected = experiment.host.organs.indices.contains {
        self.reading(by: modality, of: snapshot, organ: $0).isDetected
      }
    }
    return reading
  }

  /// Volume of an organ, or of all, um³; of a well 0.
  private func volume(of organ: Int?) -> Double {
    let experiment = trajectory.experiment
    guard experiment.setting != .culture else { return 0 }
    let organs = experiment.host.organs
    let volume = organ.map { organs[$0].volume } ?? organs.reduce(0) { $0 + $1.volume }
    return volume * Double(experiment.parts)
  }

  /// What reaches the detector of a modality, cells as at the surface.
  private func signal(_ modality: Modality, _ snapshot: Snapshot, _ organ: Int?) -> Double {
    let organs = trajectory.experiment.host.organs
    func part(_ n: Int) -> Double { truth(modality.quantity, snapshot, n) }
    func rest() -> Double {
      max(0, organs.indices.reduce(truth(modality.quantity, snapshot, nil)) { $0 - part($1) })
    }
    if let organ {
      let name = organs[organ].name
      let shown = modality.overlap[name].map { $0 * rest() } ?? 0
      return (part(organ) + shown) * modality.transmission(from: name)
    }
    guard modality.halving != nil else { return truth(modality.quantity, snapshot, nil) }
    let seen = organs.indices.reduce(0) {
      $0 + part($1) * modality.transmission(from: organs[$1].name)
    }
    return seen + rest() * modality.transmission(from: "blood")
  }

  /// What a modality would read without error, cells.
  private func truth(_ quantity: Modality.Quantity, _ snapshot: Snapshot, _ organ: Int?) -> Double {
    switch quantity {
    case .viable:
      Double((organ.map { read.living(snapshot, organ: $0) } ?? read.living(snapshot)).all)
    case .dna: organ.map { read.dna(snapshot, organ: $0) } ?? read.dna(snapshot)
    case .label: organ.map { read.label(snapshot, organ: $0) } ?? read.label(snapshot)
    }
  }
}
