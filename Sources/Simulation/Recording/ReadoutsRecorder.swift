import Science

/// `readouts.csv`: what a laboratory reads from a well, at every observation.
///
/// Concentrations are those of the mixed medium. Each reading has one unit; what is compared with the arm that the
/// scenario names as `control` is a reading of its own, `proliferation_of_control`.
public enum ReadoutsRecorder: Recorder {
  /// Name of the file.
  public static let file = "readouts.csv"
  /// Its columns.
  public static let columns = ["time_h", "site", "readout", "value", "unit"]

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    against control: Trajectory?,
    row: ([String]) -> Void
  ) {
    let experiment = trajectory.experiment
    for (t, tissue) in experiment.tissues.enumerated() {
      for (n, snapshot) in trajectory.snapshots.enumerated() {
        let time = CSV.number(snapshot.time / 60)
        func write(_ readout: String, _ value: Double?, _ unit: String) {
          row([time, tissue.name, readout, CSV.number(value), unit])
        }
        for (field, level) in zip(tissue.fields, snapshot.levels[t]) {
          let reported = Assay.reported(level.mean, of: field.factor)
          write(level.factor, reported.value, reported.unit)
        }
        let product = snapshot.licensing[t]
        write("msc_stat1_activity", product.mean(\.stat1), "fraction of maximum")
        write("msc_nfkb_activity", product.mean(\.nfkb), "fraction of maximum")
        write("msc_stat1_protein", product.mean(\.protein), "fraction of maximum")
        write("msc_hla_ii_positive", product.mean(\.positive).map { 100 * $0 }, "% of viable MSC")
        let populations = snapshot.populations[t]
        guard !populations.isEmpty else { continue }
        for population in populations {
          write("\(population.kind)_cells", Double(population.summary.cells), "cells")
        }
        let other = control.flatMap { n < $0.snapshots.count ? $0.snapshots : nil }
        compare(
          "division_index",
          Assay.divisionIndex(populations),
          other.flatMap { Assay.divisionIndex($0[n].populations[t]) },
          "divisions per founder",
          write
        )
        compare(
          "proliferation",
          Assay.incorporation(trajectory, at: snapshot, tissue: t),
          control.flatMap { control in
            other.flatMap { Assay.incorporation(control, at: $0[n], tissue: t) }
          },
          "divisions in 18 h",
          write
        )
      }
    }
  }

  private static func compare(
    _ name: String,
    _ value: Double?,
    _ control: Double?,
    _ unit: String,
    _ write: (String, Double?, String) -> Void
  ) {
    guard let value else { return }
    write(name, value, unit)
    if let control, control > 0 { write("\(name)_of_control", 100 * value / control, "%") }
  }
}
