import Body

/// Which places and times the long tables hold, `timeseries.csv`, `observations.csv` and `ledger.csv`, whether slices are
/// kept, and how often the grids are kept in full.
///
/// What is left out is observed all the same: endpoints do not depend on it.
public struct Recorded: Sendable, Equatable {
  /// The places, as their rows name them; `nil` for all.
  public var places: Set<String>?
  /// Time between the observations that are held, min; `nil` for all.
  ///
  /// The last one is always held.
  public var every: Double?
  /// Whether slices through the grids are kept for the report.
  public var slices: Bool
  /// Time between the frames of the factors and of the cells, min; without one none are kept.
  public var frames: [Frame.Part: Double]

  /// Everything but frames.
  public static let all = Recorded()

  /// Some places and times.
  public init(
    places: Set<String>? = nil,
    every: Double? = nil,
    slices: Bool = true,
    frames: [Frame.Part: Double] = [:]
  ) {
    self.places = places
    self.every = every
    self.slices = slices
    self.frames = frames
  }

  /// What of the grids is kept in full after a step.
  public func frames(after step: Int, of clock: TimeAxis) -> [Frame.Part] {
    Frame.Part.allCases.filter { part in
      frames[part].map { step % Int(($0 / clock.step).rounded()) == 0 } ?? false
    }
  }

  /// The places that rows of the long tables may name.
  public static func places(of experiment: Experiment) -> [String] {
    let sites = Sites(experiment)
    guard experiment.setting == .organism else {
      return experiment.tissues.map(\.name) + ["product"]
    }
    var places = ["body"] + experiment.host.organs.map(\.name)
    let pools = experiment.poolsAct == nil ? [] : experiment.host.leukocytes.pools.map(\.place)
    for name in sites.names + ["plasma", "carcass", "excreted", "product"] + pools
    where !places.contains(name) {
      places.append(name)
    }
    return places
  }

  /// Whether rows of a place are held.
  package func holds(place: String) -> Bool { places?.contains(place) ?? true }
}
