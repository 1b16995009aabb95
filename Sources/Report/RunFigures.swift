import Body
import Campaign
import Files
import Observations
import Recording
import Scenario
import Simulation

/// The figures of a run, each from the tables in its directory.
struct RunFigures {
  /// The figures, in the order of the report.
  private(set) var all: [Figure] = []
  private let run: RunFiles
  private let curves: RunCurves
  private let hours: Double

  /// Rows of a figure's data at most, to which times are thinned, and panels.
  private let mostRows: Int, mostPanels: Int

  /// The figures of a run.
  ///
  /// - Parameters:
  ///   - run: its files.
  ///   - curves: the curves of its tables.
  ///   - answer: its answer.
  ///   - detail: how much of them is shown.
  init(_ run: RunFiles, _ curves: RunCurves, _ answer: Answer?, _ detail: RunReport.Detail) {
    self.run = run
    self.curves = curves
    (mostRows, mostPanels) = (detail.rows, detail.panels)
    hours = curves.hours
    add(answer.flatMap(AnswerFigure.figure))
    if let timeseries = curves.timeseries { addCells(timeseries) }
    add(fate)
    if let timeseries = curves.timeseries {
      add(BodyMap.figure(timeseries, run.manifest.cells, times: 25))
      addMeasures(timeseries)
    }
    if let readouts = curves.readouts {
      add(
        panels(
          readouts,
          pairs(readouts) { _, _ in true },
          "readouts",
          "What a laboratory reads from the well",
          "Readings of the well over time."
        )
      )
    }
    if let observations = curves.observations {
      add(
        panels(
          observations,
          pairs(observations) { _, _ in true },
          "observations",
          "What a laboratory would measure",
          "Values that each modality would report, noise and limits of detection included."
        )
      )
    }
  }

  private mutating func add(_ figure: Figure?) { if let figure { all.append(figure) } }

  // MARK: - The product's cells

  private mutating func addCells(_ curves: Curves) {
    let isCulture = isCulture(curves)
    let whole =
      isCulture
      ? curves.sites.filter { $0 != "product" } : curves.sites.filter { $0 == "body" }
    add(
      panels(
        curves,
        whole.map { ($0, "viable_cells") },
        "survival",
        "Living cells of the product",
        "Living cells of the product over time, in the whole \(isCulture ? "well" : "body")."
      )
    )
    guard !isCulture else { return }
    let blocks = Set(run.scenario?.experiments.flatMap { $0.tissues.map(\.name) } ?? [])
    let organs = curves.sites.filter { $0 != "body" && !blocks.contains($0) }
    add(lines(curves, organs, "viable_cells"))
    add(
      panels(
        curves,
        blocks.sorted().filter(curves.sites.contains).map { ($0, "viable_cells") },
        "grids",
        "Living cells of the product on the grids",
        "Living cells of the product on each grid, the representative block of its organ: these are the cells whose surroundings are simulated."
      )
    )
  }

  /// Whether the run is of a well: what the scenario says, or, without it, what the table holds.
  private func isCulture(_ curves: Curves) -> Bool {
    run.scenario?.experiments.first.map { $0.setting == .culture } ?? !curves.sites.contains("body")
  }

  /// Curves of a quantity by place, a panel for each arm.
  private func lines(_ curves: Curves, _ sites: [String], _ quantity: String) -> Figure? {
    let most = sites.map { site in
      (
        site,
        curves.arms.compactMap { curves[$0, site, quantity] }.flatMap { $0.values.joined() }
          .compactMap { $0 }.max() ?? 0
      )
    }
    // Places with few cells say little, and colours are told apart to a dozen.
    let shown = Set(most.filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }.prefix(12).map(\.0))
    let places = sites.filter(shown.contains)
    guard !places.isEmpty else { return nil }
    let positions = curves.drawn(
      places.flatMap { place in
        curves.arms.map { Curves.Key(arm: $0, site: place, quantity: quantity) }
      },
      atMost: max(13, mostRows / (places.count * curves.arms.count))
    )
    var rows: [[String]] = []
    for arm in curves.arms {
      for place in places {
        let key = Curves.Key(arm: arm, site: place, quantity: quantity)
        rows += curves.rows(of: key, as: [arm, place], at: positions)
      }
    }
    let scale = Scale.counts(to: most.map(\.1).max() ?? 1)
    let left = most.count { $0.1 > 0 } - places.count
    return figure(
      "organs",
      "Where the living cells are",
      "Living cells of the product in each place; vertical axis logarithmic above 1 cell."
        + (left > 0
          ? " The \(places.count) places with most cells are shown, \(left) have fewer." : ""),
      columns: ["time_h", "arm", "place"],
      rows,
      curves,
      positions,
      views: curves.arms.map { arm in
        view(
          filter: "arm",
          arm,
          Charts.curves(
            by: "place",
            places,
            title: curves.arms.count > 1 ? arm : "",
            unit: "living cells",
            scale: scale,
            hours: hours,
            hasBand: curves.replicates > 1,
            size: curves.arms.count > 1 ? (330, 210) : (620, 300)
          )
        )
      }
    )
  }

  /// What became of the dose, stacked.
  private var fate: Figure? {
    guard let ledger = curves.ledger else { return nil }
    var organs: [String: String] = [:]
    for experiment in run.scenario?.experiments ?? [] {
      for tissue in experiment.tissues where experiment.host.organs.indices.contains(tissue.organ) {
        organs[tissue.name] = experiment.host.organs[tissue.organ].name
      }
    }
    return FateFigure.figure(ledger, organs, hours: hours, mostRows: mostRows)
  }

  // MARK: - What is measured

  private mutating func addMeasures(_ curves: Curves) {
    func named(_ quantity: String, _ words: [String]) -> Bool { words.contains(quantity) }
    let tissue = [
      "viable_share", "injured_share", "scar_share", "vessel_density", "sprout_density",
      "active_progenitors", "tumour_share", "at_risk_share",
    ]
    let licensing = ["licensed_fraction", "nfkb_fraction", "differentiated_cells"]
    let grids = Set(run.scenario?.experiments.flatMap { $0.tissues.map(\.name) } ?? curves.sites)
    add(
      panels(
        curves,
        pairs(curves) { $1.hasSuffix("_mean") && grids.contains($0) },
        "factors",
        "Concentrations on the grids",
        "Mean concentration of each factor over the voxels of a grid."
      )
    )
    add(
      panels(
        curves,
        pairs(curves) { (named($1, licensing) || $1.hasPrefix("msc_")) && isPeopled(curves, $0) },
        "licensing",
        "What the cells of the product become",
        "Fractions of the living cells that are licensed (STAT1) or active on the NF-kB axis, in places that hold \(Self.leastAgents) agents or more at some time."
      )
    )
    let kinds = Set(run.scenario?.experiments.flatMap { $0.kinds.map(\.name) } ?? [])
    func isKind(_ quantity: String) -> Bool {
      kinds.contains { quantity == "\($0)_cells" || quantity == "\($0)_activity" }
    }
    add(
      panels(
        curves,
        pairs(curves) { isKind($1) },
        "hosts",
        "Host cells",
        "Host cells of each kind, and their mean activity."
      )
    )
    addBlood(curves)
    add(
      panels(
        curves,
        pairs(curves) { named($1, tissue) },
        "tissue",
        "State of the tissue",
        "Shares of the tissue, the mean of the voxels of a grid."
      )
    )
    add(
      panels(
        curves,
        pairs(curves) { $1 == "occluded_fraction" }.filter { site, quantity in
          curves.arms.contains { arm in
            curves[arm, site, quantity]?.values.contains { $0.contains { ($0 ?? 0) > 1e-3 } }
              == true
          }
        },
        "occlusion",
        "Occluded microvessels",
        "Share of the microvessels of an organ that hold an arrested cell; organs that never reach 0.1 % are left out."
      )
    )
  }

  /// What plasma carries, and white blood cells, where the run follows them.
  private mutating func addBlood(_ curves: Curves) {
    let carried = Set(run.scenario?.experiments.flatMap { $0.circulating.map(\.name) } ?? [])
    add(
      panels(
        curves,
        pairs(curves) { $0 == "plasma" && carried.contains($1) },
        "plasma",
        "Factors in plasma",
        "Concentration of each factor that plasma carries, in arteries, beyond that of a host at rest."
      )
    )
    let types = run.scenario?.experiments.first { $0.poolsAct != nil }?.host.leukocytes.types ?? []
    let counts = Set(types.filter { $0.home == nil }.map { "\($0.name)_count" })
    add(
      panels(
        curves,
        pairs(curves) { $0 == "blood" && counts.contains($1) },
        "leukocytes",
        "White blood cells",
        "Cells of each type that flow with blood; those in the margin of vessels are not counted."
      )
    )
  }

  /// Whether a place holds enough agents at some time for a fraction of them to be read.
  private func isPeopled(_ curves: Curves, _ site: String) -> Bool {
    curves.arms.contains { arm in
      let each = curves[arm, "body", "cells_per_agent"]?.values.first?.first ?? 1
      let most = curves[arm, site, "viable_cells"]?.values.joined().compactMap { $0 }.max() ?? 0
      return most >= Double(Self.leastAgents) * (each ?? 1)
    }
  }

  /// Agents of which a fraction can be read.
  private static let leastAgents = 20

  /// Places and quantities that are anything, those of a condition.
  private func pairs(_ curves: Curves, _ isShown: (String, String) -> Bool) -> [(
    site: String, quantity: String
  )] {
    curves.quantities.flatMap { quantity in
      curves.sites.filter { isShown($0, quantity) && curves.isAnything($0, quantity) }
        .map { ($0, quantity) }
    }
  }

  // MARK: - Panels

  /// A panel for each place and quantity, with a curve for each arm; `nil` without any.
  private func panels(
    _ curves: Curves,
    _ pairs: [(site: String, quantity: String)],
    _ name: String,
    _ title: String,
    _ caption: String
  ) -> Figure? {
    let shown = pairs.prefix(mostPanels)
    guard !shown.isEmpty else { return nil }
    let positions = curves.drawn(
      shown.flatMap { site, quantity in
        curves.arms.map { Curves.Key(arm: $0, site: site, quantity: quantity) }
      },
      atMost: max(13, mostRows / (shown.count * curves.arms.count))
    )
    var rows: [[String]] = []
    var views: [JSON] = []
    let isWell = isCulture(curves) && Set(shown.map(\.site)).count == 1
    for (site, quantity) in shown {
      let found = curves.arms.compactMap { curves[$0, site, quantity] }
      guard let unit = found.first?.unit else { continue }
      let values = found.flatMap { $0.values.joined() }.compactMap { $0 }
      for arm in curves.arms {
        let key = Curves.Key(arm: arm, site: site, quantity: quantity)
        rows += curves.rows(of: key, as: [arm, site, quantity, unit], at: positions)
      }
      let view = Charts.curves(
        by: "arm",
        curves.arms,
        title: Self.title(quantity, site == "body" || isWell ? nil : site),
        unit: unit.isEmpty ? Self.words(quantity) : unit,
        scale: .seeing(values, unit: unit),
        hours: hours,
        hasBand: curves.replicates > 1,
        size: shown.count == 1 ? (620, 280) : (230, 130)
      )
      views.append(
        self.view(filter: "panel", "\(site) \(quantity)", view)
      )
    }
    let left = pairs.count - shown.count
    return figure(
      name,
      title,
      caption + (left > 0 ? " \(left) more panels are in the tables." : ""),
      columns: ["time_h", "arm", "site", "quantity", "unit"],
      rows,
      curves,
      positions,
      views: views
    )
  }

  /// The title of a panel: a quantity, and a place where there are several.
  private static func title(_ quantity: String, _ site: String?) -> String {
    let name = quantity.hasSuffix("_mean") ? String(quantity.dropLast("_mean".count)) : quantity
    return words(name) + (site.map { ", \(words($0))" } ?? "")
  }

  /// A name of a table as words.
  static func words(_ name: String) -> String { name.replacing("_", with: " ") }

  /// A view of the rows in which a field has a value.
  private func view(filter field: String, _ value: String, _ view: JSON) -> JSON {
    var view = view
    let text = JSON.string(value).text
    let condition = field == "panel" ? "datum.site + ' ' + datum.quantity" : "datum.\(field)"
    view["transform"] = [["filter": .string("\(condition) === \(text)")]]
    return view
  }

  /// A figure of one or several views.
  private func figure(
    _ name: String,
    _ title: String,
    _ caption: String,
    columns: [String],
    _ rows: [[String]],
    _ curves: Curves,
    _ positions: [Int],
    views: [JSON]
  ) -> Figure? {
    guard !rows.isEmpty else { return nil }
    let n = curves.replicates
    let arms = curves.arms.count > 1 ? "\(curves.arms.count) arms, " : ""
    let band =
      n > 1
      ? "\(arms)n = \(n) replicates; lines are means, bands 95 % intervals (Student's t)."
      : "\(arms)n = 1 replicate: no band."
    let thinned =
      positions.count < curves.times.count
      ? " \(positions.count) of \(curves.times.count) times are drawn, peaks among them; the tables hold all."
      : ""
    let layout: JSON =
      views.count == 1
      ? views[0]
      : [
        "concat": .array(views), "columns": name == "organs" || views.count < 4 ? 2 : 3,
        "spacing": 18,
        "resolve": ["scale": ["y": "independent"]],
      ]
    return Figure(
      name: name,
      title: title,
      caption: "\(caption) \(band)\(thinned)",
      chart: Charts.chart(layout, summary: "\(title). \(caption)"),
      data: CSVTable(columns: columns + Curves.statistics, rows: rows)
    )
  }
}
