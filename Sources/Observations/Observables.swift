import Simulation

/// What a laboratory reads from a run, per organ and for the whole body.
public struct Observables: Sendable {
  let experiment: Experiment
  let sites: Sites

  /// The observables of an experiment.
  public init(_ experiment: Experiment) {
    self.experiment = experiment
    sites = Sites(experiment)
  }

  /// When the cells were labelled, min: at the start of the first dose.
  public var labelling: Double { experiment.firstDose }

  /// Living cells of an organ, its blocks included.
  public func living(_ snapshot: Snapshot, organ: Int) -> Snapshot.Living {
    total(snapshot) { sites.organ[$0] == organ }
  }

  /// Living cells of the whole body.
  public func living(_ snapshot: Snapshot) -> Snapshot.Living { total(snapshot) { _ in true } }

  /// Donor DNA of an organ, in cells: living cells and the remains of dead cells.
  public func dna(_ snapshot: Snapshot, organ: Int) -> Double {
    Double(living(snapshot, organ: organ).all) + snapshot.corpseDNA[organ]
  }

  /// Donor DNA of the body, in cells.
  public func dna(_ snapshot: Snapshot) -> Double {
    Double(living(snapshot).all) + snapshot.corpseDNA.reduce(0, +)
  }

  /// Decay-corrected label of an organ, in cells.
  public func label(_ snapshot: Snapshot, organ: Int) -> Double {
    living(snapshot, organ: organ).label + snapshot.remainsLabel[organ]
  }

  /// Decay-corrected label of the body, in cells.
  public func label(_ snapshot: Snapshot) -> Double {
    living(snapshot).label + snapshot.remainsLabel.reduce(0, +) + snapshot.plasmaLabel
      + snapshot.carcassLabel
  }

  /// Deaths in an organ, its blocks included.
  public func dead(_ snapshot: Snapshot, organ: Int) -> Int {
    snapshot.deaths.reduce(0) { sum, bySite in
      bySite.indices.reduce(sum) { sites.organ[$1] == organ ? $0 + bySite[$1] : $0 }
    }
  }

  private func total(_ snapshot: Snapshot, where included: (Int) -> Bool) -> Snapshot.Living {
    var sum = Snapshot.Living()
    for (site, living) in snapshot.living.enumerated() where included(site) {
      sum.lumen += living.lumen
      sum.tissue += living.tissue
      sum.circulating += living.circulating
      sum.licensed += living.licensed
      sum.activated += living.activated
      sum.label += living.label
    }
    return sum
  }
}
