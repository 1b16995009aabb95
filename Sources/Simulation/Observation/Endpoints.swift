import Science
import Substrate

/// A number that sums up a run.
public struct Endpoint: Sendable {
  /// Its name.
  public let name: String
  /// Its value; `nil` where the run does not tell (too short, nothing left to read).
  public let value: Double?
  /// Its unit.
  public let unit: String
}

/// The endpoints of every run.
public enum Endpoints {
  /// The endpoints that the runs of an experiment have, without values.
  public static func all(of experiment: Experiment) -> [Endpoint] {
    all(Trajectory(experiment: experiment, replicate: 1, seed: 1, snapshots: []))
  }

  /// All endpoints of a run, in the order of `summary.csv`.
  public static func all(_ trajectory: Trajectory) -> [Endpoint] {
    let (snapshots, experiment) = (trajectory.snapshots, trajectory.experiment)
    let read = Observables(experiment)
    let dose = Double(experiment.cells)
    func at(_ hours: Double) -> Snapshot? {
      snapshots.first { ($0.time - hours * 60).magnitude < 1e-6 }
    }
    func fraction(_ name: String, _ hours: Double, _ value: (Snapshot) -> Double) -> Endpoint {
      Endpoint(name: name, value: at(hours).map { value($0) / dose }, unit: "fraction of dose")
    }
    var endpoints = hosts(snapshots, experiment) + tissues(snapshots, experiment)
    guard !experiment.doses.isEmpty else { return endpoints }
    endpoints += [
      Endpoint(name: "cells_per_agent", value: dose / Double(experiment.agents), unit: "cells"),
      Endpoint(
        name: "viable_half_life",
        value: halfLife(snapshots, experiment, read),
        unit: "h"
      ),
      fraction("survival_1_d", 24) { Double(read.living($0).all) },
      fraction("survival_3_d", 72) { Double(read.living($0).all) },
      fraction("survival_7_d", 168) { Double(read.living($0).all) },
      Endpoint(
        name: "peak_licensed_fraction",
        value: snapshots.compactMap { snapshot in
          let living = read.living(snapshot)
          return living.all == 0 ? nil : Double(living.licensed) / Double(living.all)
        }.max(),
        unit: "fraction of viable cells"
      ),
    ]
    endpoints += schedule(trajectory)
    if let lung = experiment.host.index(of: "lung") {
      endpoints += [
        fraction("lung_fraction_5_min", 1.0 / 12) { Double(read.living($0, organ: lung).all) },
        fraction("lung_survival_1_d", 24) { Double(read.living($0, organ: lung).all) },
        fraction("lung_survival_3_d", 72) { Double(read.living($0, organ: lung).all) },
        Endpoint(
          name: "lung_dna_half_life_1_to_24_h",
          value: fittedHalfLife(snapshots, from: 60, to: 1440) { read.dna($0, organ: lung) },
          unit: "h"
        ),
        Endpoint(
          name: "peak_lung_occluded_fraction",
          value: snapshots.map { $0.occluded[lung] }.max(),
          unit: "fraction of microvessels"
        ),
      ]
      let readTissues = ["liver", "spleen", "kidney", "heart", "brain", "marrow"]
        .compactMap { experiment.host.index(of: $0) }
      if readTissues.count == 6 {
        endpoints.append(
          Endpoint(
            name: "dna_six_organs_1_d",
            value: at(24).map { s in readTissues.reduce(0) { $0 + read.dna(s, organ: $1) } },
            unit: "cells"
          )
        )
      }
    }
    for organ in ["lung", "liver", "spleen"] where experiment.laws.remains.label != nil {
      guard let i = experiment.host.index(of: organ) else { continue }
      endpoints.append(fraction("\(organ)_label_1_h", 1) { read.label($0, organ: i) })
      endpoints.append(fraction("\(organ)_label_1_d", 24) { read.label($0, organ: i) })
      endpoints.append(fraction("\(organ)_label_10_d", 240) { read.label($0, organ: i) })
    }
    return endpoints + lastDetections(trajectory)
  }

  /// The endpoints of repeated doses: whether the host knows the cells by the time they are met again, and how
  /// many were given where that depends on the host.
  private static func schedule(_ trajectory: Trajectory) -> [Endpoint] {
    let (experiment, killing) = (trajectory.experiment, trajectory.experiment.laws.killing)
    let onset = experiment.firstDose + killing.onset
    var endpoints: [Endpoint] = []
    if experiment.doses.contains(where: { $0.start >= onset }) {
      let largest = killing.hazard(
        in: experiment.host.immunity,
        sinceFirstDose: killing.onset,
        isSensitised: killing.sensitises(trajectory.chance),
        isMetAgain: true
      )
      endpoints.append(
        Endpoint(
          name: "host_sensitised",
          value: trajectory.snapshots.last.map { _ in largest.tCells > 0 ? 1 : 0 },
          unit: "1 for yes"
        )
      )
    }
    if experiment.doses.contains(where: { $0.condition != nil }) {
      endpoints.append(
        Endpoint(
          name: "cells_given",
          value: trajectory.snapshots.last.map { Double($0.dose - $0.toBeGiven) },
          unit: "cells"
        )
      )
    }
    return endpoints
  }

  /// When each modality last detects cells, in all and in the organs they were injected into: the last
  /// observation of a run in which it still does.
  private static func lastDetections(_ trajectory: Trajectory) -> [Endpoint] {
    let experiment = trajectory.experiment
    let laboratory = Laboratory(trajectory)
    let injected = Set(experiment.doses.compactMap(\.route.site))
    let organs = experiment.setting == .organism ? injected.sorted() : []
    return experiment.modalities.flatMap { modality in
      ([nil] + organs).map { organ in
        let place = organ.map { experiment.host.organs[$0].name + "_" } ?? ""
        return Endpoint(
          name: "\(place)\(modality.name)_last_detected",
          value: laboratory.lastDetection(by: modality, organ: organ).map { $0 / 60 },
          unit: "h"
        )
      }
    }
  }

  /// The endpoints of the tissue of every grid that follows it: means at the end, and injury over time.
  private static func tissues(_ snapshots: [Snapshot], _ experiment: Experiment) -> [Endpoint] {
    experiment.tissues.enumerated().flatMap { t, tissue -> [Endpoint] in
      guard let matter = tissue.matter else { return [] }
      let start = TissueMatter(shape: tissue.shape, initial: matter.start).mean.injured
      let injured = snapshots.compactMap { snapshot in
        snapshot.tissue[t].map { (time: snapshot.time / 1440, share: $0.injured) }
      }
      let exposure = zip(injured, injured.dropFirst()).reduce(0.0) { sum, pair in
        sum + (pair.1.time - pair.0.time) * (pair.0.share + pair.1.share) / 2
      }
      let last = snapshots.last?.tissue[t]
      return TissueShares<Double>.none.named.enumerated().map { n, share in
        Endpoint(
          name: "\(tissue.name)_\(share.name)",
          value: last?.named[n].value,
          unit: "share"
        )
      } + [
        Endpoint(
          name: "\(tissue.name)_injured_fold",
          value: start > 0 ? last.map { $0.injured / start } : nil,
          unit: "of the share at the start"
        ),
        Endpoint(name: "\(tissue.name)_injury_exposure", value: exposure, unit: "share d"),
      ]
    }
  }

  /// The endpoints of the host cells on every grid, at the end of the run.
  private static func hosts(_ snapshots: [Snapshot], _ experiment: Experiment) -> [Endpoint] {
    let kinds = experiment.kinds
    let last = snapshots.indices.last
    var endpoints: [Endpoint] = []
    for (t, tissue) in experiment.tissues.enumerated() where !tissue.populations.isEmpty {
      let populations = last.map { snapshots[$0].populations[t] } ?? []
      let isSeen = !populations.isEmpty
      func add(_ name: String, _ value: Double?, _ unit: String) {
        endpoints.append(Endpoint(name: "\(tissue.name)_\(name)", value: value, unit: unit))
      }
      if kinds.contains(where: { $0.proliferation != nil }) {
        add("division_index", Assay.divisionIndex(populations), "divisions per founder")
        add("divisions", isSeen ? Double(Assay.divisions(populations)) : nil, "divisions")
        add(
          "proliferation",
          last.flatMap { Assay.incorporation(snapshots, at: $0, tissue: t) },
          "divisions in 18 h"
        )
      }
      for kind in kinds {
        let population = populations.first { $0.kind == kind.name }
        add("\(kind.name)_cells", population.map { Double($0.summary.cells) }, "cells")
        add(
          "\(kind.name)_activity",
          Assay.activeShare(populations, of: [kind.name]),
          "mean of the cells"
        )
      }
    }
    return endpoints
  }

  /// Time (h) from the first observation after all cells had entered, or from time 0 where they enter before the
  /// first one, in which the living halve.
  private static func halfLife(
    _ snapshots: [Snapshot],
    _ experiment: Experiment,
    _ read: Observables
  ) -> Double? {
    guard let whole = snapshots.firstIndex(where: { $0.toBeGiven == 0 }) else { return nil }
    let isAtOnce =
      whole == 0 && experiment.doses.count == 1 && experiment.doses[0].start == 0
      && experiment.doses[0].duration <= experiment.clock.step
    let after = Array(snapshots[whole...])
    let start = isAtOnce ? 0 : after[0].time / 60
    let cells = isAtOnce ? Double(experiment.cells) : Double(read.living(after[0]).all)
    guard cells > 0 else { return nil }
    return halfTime(after, fromStart: isAtOnce) { Double(read.living($0).all) / cells }
      .map { $0 - start }
  }

  /// Time (h) at which a share first falls to one half, between observations by straight line; where
  /// the cells are given at the start, from all of them there.
  static func halfTime(
    _ snapshots: [Snapshot],
    fromStart: Bool,
    _ share: (Snapshot) -> Double
  ) -> Double? {
    var before: (time: Double, share: Double)? = fromStart ? (0, 1) : nil
    for snapshot in snapshots {
      let now = (time: snapshot.time / 60, share: share(snapshot))
      if let last = before, last.share >= 0.5, now.share < 0.5 {
        return last.time + (last.share - 0.5) / (last.share - now.share) * (now.time - last.time)
      }
      before = now
    }
    return nil
  }

  /// Half-life (h) of a quantity between two times (min): a straight line fitted by least squares to
  /// its logarithm at the observations.
  static func fittedHalfLife(
    _ snapshots: [Snapshot],
    from: Double,
    to: Double,
    _ quantity: (Snapshot) -> Double
  ) -> Double? {
    let points = snapshots.filter { $0.time >= from && $0.time <= to && quantity($0) > 0 }
      .map { (x: $0.time / 60, y: Elementary.log(quantity($0))) }
    guard points.count >= 2, let last = points.last, last.x * 60 >= to - 1e-6 else { return nil }
    let n = Double(points.count)
    let mx = points.reduce(0) { $0 + $1.x } / n
    let my = points.reduce(0) { $0 + $1.y } / n
    let sxy = points.reduce(0) { $0 + ($1.x - mx) * ($1.y - my) }
    let sxx = points.reduce(0) { $0 + ($1.x - mx) * ($1.x - mx) }
    let slope = sxy / sxx
    return slope < 0 ? -Elementary.log(2) / slope : nil
  }
}
