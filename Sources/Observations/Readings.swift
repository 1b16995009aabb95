import Simulation

/// What is read of a run at its observations, by a site and a quantity in one word: `lung_viable_cells`, `well_pge2`.
public enum Readings {
  /// A number that is read at a time.
  public struct Reading: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Time of an observation, h.
    public let time: Double

    /// A name at a time (h).
    public init(name: String, time: Double) {
      self.name = name
      self.time = time
    }
  }

  /// What a run tells of some readings; what it does not tell is left out.
  public static func values(_ trajectory: Trajectory, of readings: [Reading]) -> [(
    reading: Reading, value: Double
  )] {
    var values: [(reading: Reading, value: Double)] = []
    let entries = Quantities(of: trajectory.experiment).all
    for snapshot in trajectory.snapshots {
      let wanted = readings.filter { ($0.time - snapshot.time / 60).magnitude < 1e-6 }
      guard !wanted.isEmpty else { continue }
      for entry in entries {
        let name = entry.name.joined
        guard let reading = wanted.first(where: { $0.name == name }),
          let value = entry.value(snapshot, trajectory)
        else { continue }
        values.append((reading, value))
      }
    }
    return values
  }
}
