import Science

/// `timeseries.csv`: every quantity of every site at every observation, tidy.
///
/// An organ's rows include its blocks; `body` holds sums of counts and of fractions of dose.
public enum TimeseriesRecorder: Recorder {
  /// Name of the file.
  public static let file = "timeseries.csv"
  /// Its columns.
  public static let columns = ["time_h", "site", "quantity", "value", "unit"]

  /// Its places and times can be chosen.
  public static let isLong = true

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    against _: Trajectory?,
    row: ([String]) -> Void
  ) {
    let experiment = trajectory.experiment
    let read = Observables(experiment)
    let dose = Double(experiment.cells)
    let labelled = experiment.laws.remains.label != nil
    for snapshot in trajectory.snapshots {
      let time = CSV.number(snapshot.time / 60)
      func write(_ site: String, _ quantity: String, _ value: Double?, _ unit: String) {
        row([time, site, quantity, CSV.number(value), unit])
      }
      func counts(_ site: String, _ living: Snapshot.Living, dead: Int) {
        write(site, "viable_cells", Double(living.all), "cells")
        write(site, "circulating_cells", Double(living.circulating), "cells")
        write(site, "arrested_cells", Double(living.lumen), "cells")
        write(site, "tissue_cells", Double(living.tissue), "cells")
        write(site, "dead_cells", Double(dead), "cells")
      }
      func licensed(_ site: String, _ living: Snapshot.Living) {
        for (quantity, cells) in [
          ("licensed_fraction", living.licensed), ("nfkb_fraction", living.activated),
        ] {
          let share = living.all == 0 ? nil : Double(cells) / Double(living.all)
          write(site, quantity, share, "fraction of viable cells")
        }
      }
      func body(_ snapshot: Snapshot) {
        let activity = experiment.laws.remains.activity(after: snapshot.time - read.labelling)
        func label(_ site: String, _ fraction: Double) {
          write(site, "label_fraction", fraction, "fraction of dose")
          write(site, "activity_fraction", fraction * activity, "fraction of dose")
        }
        let living = read.living(snapshot)
        let deaths = snapshot.deaths.reduce(0) { $0 + $1.reduce(0, +) }
        counts("body", living, dead: deaths + snapshot.deadAtThaw)
        write("body", "cells_per_agent", dose / Double(snapshot.agents), "cells")
        write("body", "dna_fraction", read.dna(snapshot) / dose, "fraction of dose")
        if labelled {
          label("body", read.label(snapshot) / dose)
          label("excreted", snapshot.excretedLabel / dose)
        }
        for (organ, properties) in experiment.host.organs.enumerated() {
          let living = read.living(snapshot, organ: organ)
          counts(properties.name, living, dead: read.dead(snapshot, organ: organ))
          write(
            properties.name,
            "dna_fraction",
            read.dna(snapshot, organ: organ) / dose,
            "fraction of dose"
          )
          if labelled { label(properties.name, read.label(snapshot, organ: organ) / dose) }
          licensed(properties.name, living)
          write(
            properties.name,
            "occluded_fraction",
            snapshot.occluded[organ],
            "fraction of microvessels"
          )
        }
      }
      if experiment.setting == .organism { body(snapshot) }
      let sites = read.sites
      let shown = experiment.setting == .organism ? sites.count : sites.blood
      for site in sites.organs..<shown {
        let living = snapshot.living[site]
        let dead = snapshot.deaths.reduce(0) { $0 + $1[site] }
        counts(sites.names[site], living, dead: dead)
        licensed(sites.names[site], living)
        guard site < sites.blood else { continue }
        write(
          sites.names[site],
          "differentiated_cells",
          snapshot.licensing[site - sites.organs].differentiated,
          "cells"
        )
        for population in snapshot.populations[site - sites.organs] {
          let kind = population.kind
          let cells = population.summary.cells
          write(sites.names[site], "\(kind)_cells", Double(cells), "cells")
          write(
            sites.names[site],
            "\(kind)_activity",
            cells == 0 ? nil : population.summary.activity / Double(cells),
            "mean of the cells"
          )
        }
        if let shares = snapshot.tissue[site - sites.organs] {
          for (quantity, value) in shares.named {
            write(sites.names[site], quantity, value, "share")
          }
        }
        for level in snapshot.levels[site - sites.organs] {
          write(sites.names[site], "\(level.factor)_mean", level.mean, "nM")
          write(sites.names[site], "\(level.factor)_max", level.largest, "nM")
        }
      }
    }
  }
}
