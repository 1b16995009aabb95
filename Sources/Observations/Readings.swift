import Simulation

extension Quantities {
  /// A number that was read of a run at a time.
  public struct Reading: Sendable, Equatable {
    /// Time, h.
    public let time: Double
    /// The site, and the quantity or the modality that reports it.
    public let site: String, quantity: String
    /// The number; `nil` where the run does not tell.
    public let value: Double?
    /// Its unit.
    public let unit: String
    /// Whether the modality detects cells; `nil` for what none reports.
    public let isDetected: Bool?

    /// A number at a time.
    public init(
      time: Double,
      site: String,
      quantity: String,
      value: Double?,
      unit: String,
      isDetected: Bool? = nil
    ) {
      self.time = time
      self.site = site
      self.quantity = quantity
      self.value = value
      self.unit = unit
      self.isDetected = isDetected
    }
  }

  /// A reading that is requested: site and quantity in one word, as in `lung_viable_cells`, at a time.
  public struct Asked: Sendable, Hashable {
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

  /// The requested readings that a run has, each with the requested time; others are omitted.
  public static func readings(of trajectory: Trajectory, asked: [Asked]) -> [(
    asked: Asked, reading: Reading
  )] {
    var found: [(asked: Asked, reading: Reading)] = []
    let entries = Quantities(of: trajectory.experiment).all
    for snapshot in trajectory.snapshots {
      let wanted = asked.filter { ($0.time - snapshot.time / 60).magnitude < 1e-6 }
      guard !wanted.isEmpty else { continue }
      for entry in entries {
        let joined = entry.name.joined
        guard let asked = wanted.first(where: { $0.name == joined }),
          let value = entry.value(snapshot, trajectory), value.isFinite
        else { continue }
        let name = entry.name
        let reading = Reading(
          time: asked.time,
          site: name.site,
          quantity: name.quantity,
          value: value,
          unit: name.unit
        )
        found.append((asked, reading))
      }
    }
    return found
  }
}
