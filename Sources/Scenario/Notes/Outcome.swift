import Body
import Laws
import Observations
import Simulation
import Vocabulary

/// What a run came to, as far as notes look at it.
public struct Outcome: Sendable {
  /// Its arm, and the species of its host.
  public let arm: String, species: String
  /// What it is compared by with other arms: those of one replicate and point of a design.
  public let group: String
  /// Values of its endpoints that tell, by name.
  public let endpoints: [String: Double]
  /// What became of cells, host cells and tissue, as a hash: equal where all of it is.
  public let fate: String

  /// What a run came to.
  public init(
    arm: String,
    species: String,
    group: String,
    endpoints: [String: Double],
    fate: String
  ) {
    self.arm = arm
    self.species = species
    self.group = group
    self.endpoints = endpoints
    self.fate = fate
  }

  /// What the runs of a scenario came to, in their order.
  ///
  /// Licensing and concentrations do not count for their fate where an arm has them from what is given: cells that
  /// are primed, or factors in place of cells.
  public static func all(of trajectories: [Trajectory]) -> [Outcome] {
    let experiments = trajectories.map(\.experiment)
    let isPrimed = experiments.contains { $0.product.priming != .init() }
    let given = Set(experiments.flatMap { $0.factorDoses.flatMap(\.amounts.keys) })
    return trajectories.map { trajectory in
      let told = Endpoints.all(trajectory).compactMap { endpoint in
        endpoint.value.map { (endpoint.name, $0) }
      }
      return Outcome(
        arm: trajectory.experiment.arm,
        species: trajectory.experiment.host.species.rawValue,
        group: "\(trajectory.replicate)",
        endpoints: Dictionary(told) { first, _ in first },
        fate: trajectory.fate(withLicensing: !isPrimed, without: given)
      )
    }
  }
}
