import Agents
import Body
import Laws
import Matter
import Simulation
import Vocabulary

/// The numbers that can be read of the runs of an experiment at an observation: at a site, under a name, in a unit.
///
/// One vocabulary for all that reads or writes them: `timeseries.csv` and `readouts.csv`, endpoints, published rows
/// and the data of calibrations.
public struct Quantities: Sendable {
  /// A quantity at a site, with its unit.
  public struct Name: Sendable, Hashable {
    /// The site and the quantity.
    public let site: String, quantity: String
    /// The unit of its values.
    public let unit: String

    /// Both as one word: `lung_viable_cells`.
    public var joined: String { "\(site)_\(quantity)" }
  }

  /// A quantity at a site, and how it is read.
  package struct Entry: Sendable {
    /// What it is called.
    package let name: Name
    /// What an observation holds where it can be read.
    let parts: Snapshot.Parts
    /// Its value at an observation of a run; `nil` where the run does not tell.
    package let value: @Sendable (Snapshot, Trajectory) -> Double?

    init(
      _ site: String,
      _ quantity: String,
      _ unit: String,
      from parts: Snapshot.Parts = .cells,
      _ value: @escaping @Sendable (Snapshot, Trajectory) -> Double?
    ) {
      name = Name(site: site, quantity: quantity, unit: unit)
      self.parts = parts
      self.value = value
    }
  }

  /// Quantities that are looked for one by one: those of a site are made once.
  final class Found {
    private let quantities: Quantities
    private var known: [String: [Entry]] = [:]

    init(of experiment: Experiment) { quantities = Quantities(of: experiment) }

    /// The quantity of a name at a site; `nil` where there is none.
    func entry(_ quantity: String, at site: String) -> Entry? {
      let entries = known[site] ?? quantities.entries(at: site)
      known[site] = entries
      return entries.first { $0.name.quantity == quantity }
    }
  }

  private let experiment: Experiment
  private let read: Observables

  /// The quantities of an experiment.
  public init(of experiment: Experiment) {
    self.experiment = experiment
    read = Observables(experiment)
  }

  private var isBody: Bool { experiment.setting == .organism }

  /// Positions of the grids, and in a body of blood.
  private var grids: Range<Int> {
    read.sites.organs..<(isBody ? read.sites.count : read.sites.blood)
  }

  /// The rows of `timeseries.csv` at an observation, in order.
  package var timeseries: [Entry] {
    (isBody
      ? body + freeLabel + excreted + plasma + pools
        + experiment.host.organs.indices.flatMap { organ($0) }
      : [])
      + grids.flatMap { grid($0) }
  }

  /// The rows of `readouts.csv` at an observation of each well, in order.
  package var readouts: [[Entry]] {
    isBody ? [] : experiment.tissues.indices.map { Self.readouts(of: $0, experiment) }
  }

  /// Everything, each site and quantity once; of those that both tables have, the readout.
  var all: [Entry] {
    let tissues = experiment.tissues.indices
    let others =
      (isBody
        ? bodyAlone + experiment.host.organs.indices.flatMap { amounts(of: $0) }
          + tissues.flatMap { Self.levels(of: $0, experiment) }
        : experiment.tissues.flatMap { Self.births($0.name, experiment) })
      + tissues.flatMap { Self.divisions(on: $0, experiment) }
    var known: Set<String> = []
    return (readouts.flatMap { $0 } + timeseries + others)
      .filter { known.insert($0.name.joined).inserted }
  }

  /// What they are called.
  public var names: [Name] { all.map(\.name) }

  /// What can be read at a site; of what both tables have, the readout first.
  func entries(at site: String) -> [Entry] {
    var entries: [Entry] = []
    let tissue = experiment.tissues.firstIndex { $0.name == site }
    if !isBody, let tissue { entries += Self.readouts(of: tissue, experiment) }
    if isBody {
      if site == "body" { entries += body + bodyAlone }
      entries += (freeLabel + excreted + plasma + pools).filter { $0.name.site == site }
      if let organ = experiment.host.index(of: site) {
        entries += self.organ(organ) + amounts(of: organ)
      }
    }
    for position in grids where read.sites.names[position] == site { entries += grid(position) }
    if let tissue { entries += Self.divisions(on: tissue, experiment) }
    if let tissue, isBody { entries += Self.levels(of: tissue, experiment) }
    if !isBody, tissue != nil { entries += Self.births(site, experiment) }
    return entries
  }

  // MARK: - timeseries.csv

  private typealias Living = @Sendable (Snapshot) -> Snapshot.Living

  private static func counts(
    _ site: String,
    living: @escaping Living,
    dead: @escaping @Sendable (Snapshot) -> Int
  ) -> [Entry] {
    [
      Entry(site, "viable_cells", "cells") { s, _ in Double(living(s).all) },
      Entry(site, "circulating_cells", "cells") { s, _ in Double(living(s).circulating) },
      Entry(site, "arrested_cells", "cells") { s, _ in Double(living(s).lumen) },
      Entry(site, "tissue_cells", "cells") { s, _ in Double(living(s).tissue) },
      Entry(site, "dead_cells", "cells", from: .readings) { s, _ in Double(dead(s)) },
    ]
  }

  private static func licensed(_ site: String, _ living: @escaping Living) -> [Entry] {
    func share(_ quantity: String, _ cells: @escaping @Sendable (Snapshot.Living) -> Int) -> Entry {
      Entry(site, quantity, "fraction of viable cells") { s, _ in
        let living = living(s)
        return living.all == 0 ? nil : Double(cells(living)) / Double(living.all)
      }
    }
    return [share("licensed_fraction", \.licensed), share("nfkb_fraction", \.activated)]
  }

  /// What is given as a share of the dose.
  private static func ofDose(
    _ site: String,
    _ quantity: String,
    _ dose: Double,
    _ cells: @escaping @Sendable (Snapshot) -> Double
  ) -> Entry {
    Entry(site, quantity, "fraction of dose") { s, _ in cells(s) / dose }
  }

  /// Label as a share of the dose; nothing without a label.
  private func label(_ site: String, _ cells: @escaping @Sendable (Snapshot) -> Double) -> [Entry] {
    let remains = experiment.laws.remains
    guard remains.label != nil else { return [] }
    let (dose, labelling) = (Double(experiment.cells), read.labelling)
    return [
      Self.ofDose(site, "label_fraction", dose, cells),
      Entry(site, "activity_fraction", "fraction of dose") { s, _ in
        cells(s) / dose * remains.activity(after: s.time - labelling)
      },
    ]
  }

  private var body: [Entry] {
    let (read, dose) = (read, Double(experiment.cells))
    return Self.counts(
      "body",
      living: { read.living($0) },
      dead: { $0.deaths.reduce(0) { $0 + $1.reduce(0, +) } + $0.deadAtThaw }
    ) + [
      Entry("body", "cells_per_agent", "cells") { s, _ in dose / Double(s.agents) },
      Self.ofDose("body", "dna_fraction", dose) { read.dna($0) },
    ] + lung + label("body") { read.label($0) }
  }

  /// What occlusion does to the lung, and to the animal.
  private var lung: [Entry] {
    guard experiment.host.organs.contains(where: { $0.supply == .pulmonary }) else { return [] }
    let law = experiment.laws.embolism
    return [
      Entry("body", "pulmonary_pressure", "mmHg") { s, _ in
        law.pressure(resistance: s.resistance)
      },
      Entry("body", "embolic_death", "probability") { s, _ in
        law.death(resistance: s.largestResistance)
      },
    ]
  }

  private var excreted: [Entry] { label("excreted") { $0.excretedLabel } }

  /// Label in plasma and in the carcass, of a label that stays there.
  private var freeLabel: [Entry] {
    guard experiment.laws.remains.label?.soluble != nil else { return [] }
    return label("plasma") { $0.plasmaLabel } + label("carcass") { $0.carcassLabel }
  }

  /// Levels of the factors that plasma carries, in arteries and where they are largest; none where it is switched off.
  private var plasma: [Entry] {
    let t = experiment.tissues.count
    return experiment.circulating.enumerated().flatMap { f, factor in
      let (name, unit) = (factor.name, Assay.reported(0, of: factor).unit)
      return [
        Entry("plasma", name, unit, from: .readings) { s, _ in
          t < s.levels.count ? Assay.reported(s.levels[t][f].mean, of: factor).value : nil
        },
        Entry("plasma", "\(name)_max", "nM", from: .readings) { s, _ in
          t < s.levels.count ? s.levels[t][f].largest : nil
        },
      ]
    }
  }

  /// Host cells off the grids: in each place, and in blood those that flow and those in the margin of vessels of each organ.
  private var pools: [Entry] {
    guard experiment.poolsAct != nil else { return [] }
    return experiment.host.leukocytes.remaining.enumerated().flatMap { p, pool -> [Entry] in
      func entry(
        _ quantity: String,
        _ unit: String,
        at site: String = pool.place,
        _ value: @escaping @Sendable (Snapshot.Pool) -> Double?
      ) -> Entry {
        Entry(site, "\(pool.type)_\(quantity)", unit, from: .readings) { s, _ in
          p < s.pools.count ? value(s.pools[p]) : nil
        }
      }
      let all = [
        entry("pool", "cells") { $0.cells },
        entry("pool_activity", "mean of the cells") { $0.activity },
      ]
      guard pool.place == Leukocytes.vessels else { return all }
      let blood = Double(experiment.parts) * experiment.host.leukocytes.blood / 1e12
      return all + [
        entry("count", "cells/mL") { $0.flowing / blood },
        entry("flowing_fraction", "fraction of cells in blood") {
          $0.cells > 0 ? $0.flowing / $0.cells : nil
        },
      ]
        + pool.margins.sorted { $0.key < $1.key }.filter { _ in pool.margin > 0 }.map {
          organ,
          share in
          entry("margin", "cells", at: organ) { ($0.cells - $0.flowing) * share }
        }
    }
  }

  private func organ(_ organ: Int) -> [Entry] {
    let (read, dose) = (read, Double(experiment.cells))
    let name = experiment.host.organs[organ].name
    return Self.counts(
      name,
      living: { read.living($0, organ: organ) },
      dead: { read.dead($0, organ: organ) }
    )
      + [Self.ofDose(name, "dna_fraction", dose) { read.dna($0, organ: organ) }]
      + label(name) { read.label($0, organ: organ) }
      + Self.licensed(name) { read.living($0, organ: organ) }
      + [
        Entry(name, "occluded_fraction", "fraction of segments") { s, _ in s.occluded[organ] },
        Entry(name, "clotted_fraction", "fraction of open segments") { s, _ in s.clotted[organ] },
      ]
  }

  /// A grid, or blood.
  private func grid(_ site: Int) -> [Entry] {
    let name = read.sites.names[site]
    return Self.counts(
      name,
      living: { $0.living[site] },
      dead: { $0.deaths.reduce(0) { $0 + $1[site] } }
    )
      + Self.licensed(name) { $0.living[site] }
      + (site < read.sites.blood ? Self.block(site - read.sites.organs, experiment) : [])
  }

  private static func block(_ t: Int, _ experiment: Experiment) -> [Entry] {
    let tissue = experiment.tissues[t]
    let site = tissue.name
    let differentiated = Entry(site, "differentiated_cells", "cells", from: .readings) { s, _ in
      s.licensing[t].differentiated
    }
    let kinds = kinds(on: tissue, experiment).enumerated().flatMap { k, kind in
      [
        cells(of: kind, k, on: t, site),
        Entry(site, "\(kind)_activity", "mean of the cells", from: .hosts) { s, _ in
          let summary = s.populations[t][k].summary
          return summary.cells == 0 ? nil : summary.activity / Double(summary.cells)
        },
      ] + ownLevels(of: experiment.kinds[k], k, on: t, site)
    }
    let hasRisk = tissue.matter?.start.atRisk != nil
    let names = TissueShares<Double>.none.named.enumerated().filter {
      hasRisk || $0.element.name != TissueShares<Double>.riskName
    }
    let shares =
      tissue.matter == nil
      ? []
      : names.map { n, share in
        Entry(site, share.name, "share", from: .tissue) { s, _ in s.tissue[t]?.named[n].value }
      }
    let levels = tissue.fields.enumerated().flatMap { f, field in
      [
        Entry(site, "\(field.factor.name)_mean", "nM", from: .readings) { s, _ in
          s.levels[t][f].mean
        },
        Entry(site, "\(field.factor.name)_max", "nM", from: .readings) { s, _ in
          s.levels[t][f].largest
        },
      ]
    }
    return [differentiated] + kinds + shares + levels
  }

  /// The kinds of host cells on a grid: none where none are there at the start.
  private static func kinds(on tissue: Tissue, _ experiment: Experiment) -> [String] {
    tissue.populations.isEmpty ? [] : experiment.kinds.map(\.name)
  }

  /// What cells of a kind carry beside their activity.
  private static func ownLevels(of kind: HostKind, _ k: Int, on t: Int, _ site: String) -> [Entry] {
    kind.names.enumerated().dropFirst().compactMap { row, name in
      guard kind.levels.contains(name) else { return nil }
      let isAxis = kind.terms.axes.contains { $0.name == name }
      let quantity = "\(kind.name)_\(name)" + (isAxis ? "_activity" : "")
      return Entry(site, quantity, "mean of the cells", from: .hosts) { s, _ in
        let summary = s.populations[t][k].summary
        return summary.cells == 0 ? nil : summary.levels[row - 1] / Double(summary.cells)
      }
    }
  }

  private static func cells(of kind: String, _ k: Int, on t: Int, _ site: String) -> Entry {
    Entry(site, "\(kind)_cells", "cells", from: .hosts) { s, _ in
      Double(s.populations[t][k].summary.cells)
    }
  }

  // MARK: - readouts.csv

  /// What is compared with the arm that the scenario names as `control`, and left out where it cannot be read.
  package static let compared: Set = ["division_index", "proliferation"]

  /// What a laboratory reads from a well.
  private static func readouts(of t: Int, _ experiment: Experiment) -> [Entry] {
    let tissue = experiment.tissues[t]
    let site = tissue.name
    func product(
      _ quantity: String,
      _ unit: String,
      _ value: @escaping @Sendable (Snapshot.Licensed) -> Double?
    ) -> Entry {
      Entry(site, quantity, unit, from: .readings) { s, _ in value(s.licensing[t]) }
    }
    let kinds = kinds(on: tissue, experiment)
    return tissue.fields.enumerated().map { f, field in
      let factor = field.factor
      return Entry(site, factor.name, Assay.reported(0, of: factor).unit, from: .readings) { s, _ in
        Assay.reported(s.levels[t][f].mean, of: factor).value
      }
    } + [
      product("msc_stat1_activity", "fraction of maximum") { $0.mean(\.stat1) },
      product("msc_nfkb_activity", "fraction of maximum") { $0.mean(\.nfkb) },
      product("msc_stat1_protein", "fraction of maximum") { $0.mean(\.protein) },
      product("msc_hla_ii_positive", "% of viable MSC") { $0.mean(\.positive).map { 100 * $0 } },
    ] + levels(of: t, experiment)
      + kinds.enumerated().map { k, kind in cells(of: kind, k, on: t, site) }
      + (kinds.isEmpty ? [] : answers(on: t, site))
  }

  /// What cells of the product carry on a grid beside what those of every product do.
  private static func levels(of t: Int, _ experiment: Experiment) -> [Entry] {
    let terms = experiment.product.terms
    return terms.levels.compactMap { name in
      guard !Licensing.names.contains(name) else { return nil }
      let row = terms.knownRow(of: name)
      let quantity = "msc_\(name)" + (terms.axes.contains { $0.name == name } ? "_activity" : "")
      return Entry(experiment.tissues[t].name, quantity, "fraction of maximum", from: .readings) {
        s,
        _ in s.licensing[t].mean(row: row)
      }
    }
  }

  /// Division of the host cells on a grid, as a laboratory measures it.
  private static func answers(on t: Int, _ site: String) -> [Entry] {
    [
      Entry(site, "division_index", "divisions per founder", from: .hosts) { s, _ in
        Assay.divisionIndex(s.populations[t])
      },
      Entry(site, "proliferation", Assay.proliferationUnit, from: []) { s, run in
        Assay.incorporation(run, at: s, tissue: t)
      },
    ]
  }

  // MARK: - Neither

  /// Divisions on a grid where some kind divides.
  private static func divisions(on t: Int, _ experiment: Experiment) -> [Entry] {
    let tissue = experiment.tissues[t]
    guard !tissue.populations.isEmpty,
      experiment.kinds.contains(where: { $0.proliferation != nil })
    else { return [] }
    let divisions = Entry(tissue.name, "divisions", "divisions", from: []) { s, _ in
      Double(Assay.divisions(s.populations[t]))
    }
    return (experiment.setting == .culture ? [] : answers(on: t, tissue.name)) + [divisions]
  }

  /// What the body has beside its rows.
  private var bodyAlone: [Entry] {
    let read = read
    return amounts("body", dna: { read.dna($0) }, label: { read.label($0) })
      + Self.licensed("body") { read.living($0) } + Self.births("body", experiment)
  }

  /// Births of a product that divides.
  private static func births(_ site: String, _ experiment: Experiment) -> [Entry] {
    guard experiment.product.terms.division != nil else { return [] }
    return [Entry(site, "born_cells", "cells") { s, _ in Double(s.born) }]
  }

  /// What an organ has beside its rows.
  private func amounts(of organ: Int) -> [Entry] {
    let read = read
    return amounts(
      experiment.host.organs[organ].name,
      dna: { read.dna($0, organ: organ) },
      label: { read.label($0, organ: organ) }
    )
  }

  /// Donor DNA and label as cells.
  private func amounts(
    _ site: String,
    dna: @escaping @Sendable (Snapshot) -> Double,
    label: @escaping @Sendable (Snapshot) -> Double
  ) -> [Entry] {
    let label =
      experiment.laws.remains.label == nil
      ? [] : [Entry(site, "label_cells", "cells") { s, _ in label(s) }]
    return [Entry(site, "dna_cells", "cells") { s, _ in dna(s) }] + label
  }
}
