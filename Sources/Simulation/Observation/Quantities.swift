import Science

/// What can be read of a run at an observation, as numbers: the quantities of `timeseries.csv` at their sites, and the
/// readings of `readouts.csv`.
public enum Quantities {
  /// A quantity at a site, with its unit.
  public struct Name: Sendable, Hashable {
    /// The site and the quantity.
    public let site: String, quantity: String
    /// The unit of its values.
    public let unit: String

    /// Both as one word: `lung_viable_cells`.
    public var joined: String { "\(site)_\(quantity)" }
  }

  /// Takes the site and name of a quantity, its value (`nil` where the run does not tell), and its unit.
  typealias Take = (_ site: String, _ quantity: String, _ value: Double?, _ unit: String) -> Void

  /// The quantities that can be read of an experiment, each once; of those that both tables have, the readout.
  public static func names(of experiment: Experiment) -> [Name] {
    let start = Model(experiment, seed: 1, replicate: 1).observe()
    let empty = Trajectory(experiment: experiment, replicate: 1, seed: 1, snapshots: [start])
    var known: Set<String> = []
    var names: [Name] = []
    func add(_ site: String, _ quantity: String, _ unit: String) {
      if known.insert("\(site)_\(quantity)").inserted {
        names.append(Name(site: site, quantity: quantity, unit: unit))
      }
    }
    all(of: start, in: empty) { site, quantity, _, unit in
      add(site, quantity, unit)
      // It cannot be read at the start.
      if quantity == "division_index" { add(site, "proliferation", Assay.proliferationUnit) }
    }
    return names
  }

  /// The value of a quantity at a site at an observation; `nil` where the run does not tell.
  static func value(
    of quantity: String,
    at site: String,
    _ snapshot: Snapshot,
    in trajectory: Trajectory
  ) -> Double? {
    var found: Double?
    var isFound = false
    all(of: snapshot, in: trajectory) { place, name, value, _ in
      if !isFound, place == site, name == quantity { (found, isFound) = (value, true) }
    }
    return found
  }

  /// Everything at an observation that is whole: of a well the readouts first.
  static func all(of snapshot: Snapshot, in trajectory: Trajectory, _ take: Take) {
    if trajectory.experiment.setting == .culture {
      for tissue in trajectory.experiment.tissues.indices {
        readouts(of: tissue, snapshot, in: trajectory, take)
      }
    }
    timeseries(of: snapshot, in: trajectory.experiment, take)
  }

  // MARK: - timeseries.csv

  /// The quantities of every site at an observation, in the order of `timeseries.csv`.
  static func timeseries(of snapshot: Snapshot, in experiment: Experiment, _ take: Take) {
    let read = Observables(experiment)
    if experiment.setting == .organism { body(snapshot, read, take) }
    let sites = read.sites
    let shown = experiment.setting == .organism ? sites.count : sites.blood
    for site in sites.organs..<shown {
      let living = snapshot.living[site]
      let dead = snapshot.deaths.reduce(0) { $0 + $1[site] }
      counts(sites.names[site], living, dead: dead, take)
      licensed(sites.names[site], living, take)
      if site < sites.blood { block(site - sites.organs, sites.names[site], snapshot, take) }
    }
  }

  private static func counts(
    _ site: String,
    _ living: Snapshot.Living,
    dead: Int,
    _ take: Take
  ) {
    take(site, "viable_cells", Double(living.all), "cells")
    take(site, "circulating_cells", Double(living.circulating), "cells")
    take(site, "arrested_cells", Double(living.lumen), "cells")
    take(site, "tissue_cells", Double(living.tissue), "cells")
    take(site, "dead_cells", Double(dead), "cells")
  }

  private static func licensed(_ site: String, _ living: Snapshot.Living, _ take: Take) {
    for (quantity, cells) in [
      ("licensed_fraction", living.licensed), ("nfkb_fraction", living.activated),
    ] {
      let share = living.all == 0 ? nil : Double(cells) / Double(living.all)
      take(site, quantity, share, "fraction of viable cells")
    }
  }

  private static func body(_ snapshot: Snapshot, _ read: Observables, _ take: Take) {
    let experiment = read.experiment
    let dose = Double(experiment.cells)
    let isLabelled = experiment.laws.remains.label != nil
    let activity = experiment.laws.remains.activity(after: snapshot.time - read.labelling)
    func label(_ site: String, _ fraction: Double) {
      take(site, "label_fraction", fraction, "fraction of dose")
      take(site, "activity_fraction", fraction * activity, "fraction of dose")
    }
    let deaths = snapshot.deaths.reduce(0) { $0 + $1.reduce(0, +) }
    counts("body", read.living(snapshot), dead: deaths + snapshot.deadAtThaw, take)
    take("body", "cells_per_agent", dose / Double(snapshot.agents), "cells")
    take("body", "dna_fraction", read.dna(snapshot) / dose, "fraction of dose")
    if isLabelled {
      label("body", read.label(snapshot) / dose)
      label("excreted", snapshot.excretedLabel / dose)
    }
    for (organ, properties) in experiment.host.organs.enumerated() {
      let name = properties.name
      let living = read.living(snapshot, organ: organ)
      counts(name, living, dead: read.dead(snapshot, organ: organ), take)
      take(name, "dna_fraction", read.dna(snapshot, organ: organ) / dose, "fraction of dose")
      if isLabelled { label(name, read.label(snapshot, organ: organ) / dose) }
      licensed(name, living, take)
      take(name, "occluded_fraction", snapshot.occluded[organ], "fraction of microvessels")
    }
  }

  private static func block(_ t: Int, _ site: String, _ snapshot: Snapshot, _ take: Take) {
    take(site, "differentiated_cells", snapshot.licensing[t].differentiated, "cells")
    for population in snapshot.populations[t] {
      let cells = population.summary.cells
      take(site, "\(population.kind)_cells", Double(cells), "cells")
      let activity = cells == 0 ? nil : population.summary.activity / Double(cells)
      take(site, "\(population.kind)_activity", activity, "mean of the cells")
    }
    if let shares = snapshot.tissue[t] {
      for (quantity, value) in shares.named { take(site, quantity, value, "share") }
    }
    for level in snapshot.levels[t] {
      take(site, "\(level.factor)_mean", level.mean, "nM")
      take(site, "\(level.factor)_max", level.largest, "nM")
    }
  }

  // MARK: - readouts.csv

  /// What a laboratory reads from a well at an observation, in the order of `readouts.csv`.
  ///
  /// - Parameters:
  ///   - t: position of the well.
  ///   - snapshot: the observation.
  ///   - trajectory: the run.
  ///   - control: the run that is compared with, and its observation at the same time.
  ///   - take: takes the readings.
  static func readouts(
    of t: Int,
    _ snapshot: Snapshot,
    in trajectory: Trajectory,
    against control: (run: Trajectory, snapshot: Snapshot)? = nil,
    _ take: Take
  ) {
    let tissue = trajectory.experiment.tissues[t]
    let site = tissue.name
    for (field, level) in zip(tissue.fields, snapshot.levels[t]) {
      let reported = Assay.reported(level.mean, of: field.factor)
      take(site, level.factor, reported.value, reported.unit)
    }
    let product = snapshot.licensing[t]
    take(site, "msc_stat1_activity", product.mean(\.stat1), "fraction of maximum")
    take(site, "msc_nfkb_activity", product.mean(\.nfkb), "fraction of maximum")
    take(site, "msc_stat1_protein", product.mean(\.protein), "fraction of maximum")
    let positive = product.mean(\.positive).map { 100 * $0 }
    take(site, "msc_hla_ii_positive", positive, "% of viable MSC")
    let populations = snapshot.populations[t]
    guard !populations.isEmpty else { return }
    for population in populations {
      take(site, "\(population.kind)_cells", Double(population.summary.cells), "cells")
    }
    func compare(_ name: String, _ unit: String, _ value: Double?, _ control: Double?) {
      guard let value else { return }
      take(site, name, value, unit)
      if let control, control > 0 { take(site, "\(name)_of_control", 100 * value / control, "%") }
    }
    compare(
      "division_index",
      "divisions per founder",
      Assay.divisionIndex(populations),
      control.flatMap { Assay.divisionIndex($0.snapshot.populations[t]) }
    )
    compare(
      "proliferation",
      Assay.proliferationUnit,
      Assay.incorporation(trajectory, at: snapshot, tissue: t),
      control.flatMap { Assay.incorporation($0.run, at: $0.snapshot, tissue: t) }
    )
  }
}
