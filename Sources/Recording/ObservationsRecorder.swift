import Body
import Files
import Observations
import Simulation

/// `observations.csv`: what a laboratory reports by each modality that the scenario observes with.
///
/// Values below the limit of detection are written too, as not detected.
public enum ObservationsRecorder: ReadingRecorder {
  /// Name of the file.
  public static let file = "observations.csv"
  /// Its columns.
  public static let columns = ["time_h", "site", "modality", "value", "unit", "detected"]

  /// Its places and times can be chosen.
  public static let isLong = true

  /// Calls `take` for every reading of a trajectory.
  public static func read(_ trajectory: Trajectory, _ take: (Quantities.Reading) -> Void) {
    let laboratory = Laboratory(trajectory)
    let places = laboratory.places
    for snapshot in trajectory.snapshots {
      for place in places {
        for modality in trajectory.experiment.modalities {
          let reading = laboratory.reading(by: modality, of: snapshot, organ: place.organ)
          take(
            Quantities.Reading(
              time: snapshot.time / 60,
              site: place.name,
              quantity: modality.name,
              value: reading.value,
              unit: unit(modality),
              isDetected: reading.isDetected
            )
          )
        }
      }
    }
  }

  /// A reading as a row.
  public static func fields(_ reading: Quantities.Reading) -> [String] {
    [
      CSV.number(reading.time), reading.site, reading.quantity, CSV.number(reading.value),
      reading.unit, reading.isDetected == true ? "true" : "false",
    ]
  }

  private static func unit(_ modality: Modality) -> String {
    if modality.halving != nil { return "cells at the surface" }
    return modality.quantity == .label && modality.counts == .decayed ? "cells less decay" : "cells"
  }
}
