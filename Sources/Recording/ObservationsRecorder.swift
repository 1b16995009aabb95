import Body
import Files
import Observations
import Simulation

/// `observations.csv`: what a laboratory reports by each modality that the scenario observes with.
///
/// Values below the limit of detection are written too, as not detected.
public enum ObservationsRecorder: Recorder {
  /// Name of the file.
  public static let file = "observations.csv"
  /// Its columns.
  public static let columns = ["time_h", "site", "modality", "value", "unit", "detected"]

  /// Its places and times can be chosen.
  public static let isLong = true

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside _: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    let laboratory = Laboratory(trajectory)
    let places = laboratory.places
    for snapshot in trajectory.snapshots {
      let time = CSV.number(snapshot.time / 60)
      for place in places {
        for modality in trajectory.experiment.modalities {
          let reading = laboratory.reading(by: modality, of: snapshot, organ: place.organ)
          row([
            time, place.name, modality.name, CSV.number(reading.value), unit(modality),
            reading.isDetected ? "true" : "false",
          ])
        }
      }
    }
  }

  private static func unit(_ modality: Modality) -> String {
    modality.quantity == .label && modality.counts == .decayed ? "cells less decay" : "cells"
  }
}
