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
  /// The whole is a place of its own: it holds blood, and is counted once, not organ by organ.
  public func reading(by modality: Modality, of snapshot: Snapshot, organ: Int?)
    -> Modality.Reading
  {
    let experiment = trajectory.experiment
    let age = max(0, snapshot.time - read.labelling)
    return modality.reading(
      of: signal(modality, snapshot, organ),
      activity: experiment.laws.remains.activity(after: age),
      place: organ.map { UInt32($0) + 1 } ?? 0,
      step: UInt32((snapshot.time / experiment.clock.step).rounded()),
      chance
    )
  }

  /// What reaches the detector of a modality, cells as at the surface.
  private func signal(_ modality: Modality, _ snapshot: Snapshot, _ organ: Int?) -> Double {
    let whole = truth(modality.quantity, snapshot, organ)
    guard modality.halving != nil else { return whole }
    let organs = trajectory.experiment.host.organs
    if let organ { return whole * modality.transmission(from: organs[organ].name) }
    var (rest, seen) = (whole, 0.0)
    for (n, organ) in organs.enumerated() {
      let part = truth(modality.quantity, snapshot, n)
      rest -= part
      seen += part * modality.transmission(from: organ.name)
    }
    return seen + max(0, rest) * modality.transmission(from: "blood")
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
