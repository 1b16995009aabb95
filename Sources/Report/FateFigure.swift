import Files

/// What became of the dose over time, stacked.
enum FateFigure {
  /// Places with living cells that are told apart.
  private static let mostPlaces = 6

  /// A layer of the stack: its name, and the rows of the ledger that it adds up.
  private struct Layer {
    let name: String, colour: String
    let parts: [(fate: String, site: String)]
  }

  /// The figure; `nil` where nothing is given.
  ///
  /// - Parameters:
  ///   - curves: the ledger, by fate and site.
  ///   - organs: organ of each grid.
  ///   - hours: end of the run.
  ///   - mostRows: rows of the data at most.
  /// - Returns: the figure.
  static func figure(_ curves: Curves, _ organs: [String: String], hours: Double, mostRows: Int)
    -> Figure?
  {
    let layers = layers(of: curves, organs)
    let arms = curves.arms.filter { arm in
      layers.contains { layer in
        layer.parts.contains { curves[arm, $0.site, $0.fate]?.isAnything == true }
      }
    }
    guard !arms.isEmpty else { return nil }
    let positions = curves.drawn(
      layers.flatMap(\.parts).flatMap { part in
        arms.map { Curves.Key(arm: $0, site: part.site, quantity: part.fate) }
      },
      atMost: max(13, mostRows / (layers.count * arms.count))
    )
    var rows: [[String]] = []
    var most = 0.0
    for arm in arms {
      for position in positions {
        // A replicate that was stopped before is not counted.
        let replicates = curves.replicates(of: arm, at: position)
        if replicates == 0 { continue }
        var below = 0.0
        for layer in layers {
          let cells = layer.parts.reduce(0.0) { sum, part in
            let values = curves[arm, part.site, part.fate]?.values(at: position) ?? []
            // Fates that have no cells of a replicate are not in its ledger.
            return sum + values.reduce(0, +) / Double(replicates)
          }
          rows.append(
            [curves.times[position], arm, layer.name]
              + [cells, below, below + cells].map(CSV.number)
          )
          below += cells
        }
        most = max(most, below)
      }
    }
    guard most > 0 else { return nil }
    let views = arms.map { view($0, among: arms, layers, hours: hours, to: most) }
    let n = curves.replicates
    let caption =
      "Where every cell given is, layers added up from below, living cells first. The axis is logarithmic above 1 cell, so that few living cells are seen above many dead ones: read the boundaries, not the areas."
    let thinned =
      positions.count < curves.times.count
      ? " \(positions.count) of \(curves.times.count) times are drawn." : ""
    let mean = (n > 1 ? " Means over n = \(n) replicates; no band." : " n = 1 replicate.") + thinned
    return Figure(
      name: "fate",
      title: "Fate of the dose",
      caption: caption + mean,
      chart: Charts.chart(
        views.count == 1 ? views[0] : ["concat": .array(views), "columns": 2],
        summary: "Fate of the dose. \(caption)"
      ),
      data: CSVTable(columns: ["time_h", "arm", "fate", "cells", "below", "above"], rows: rows)
    )
  }

  /// The stack of an arm.
  private static func view(
    _ arm: String,
    among arms: [String],
    _ layers: [Layer],
    hours: Double,
    to most: Double
  ) -> JSON {
    let names = layers.map(\.name)
    let scale = Scale.counts(to: most)
    return [
      "title": .string(arms.count > 1 ? arm : ""),
      "width": arms.count > 1 ? 300 : 560, "height": arms.count > 1 ? 230 : 320,
      "transform": [["filter": .string("datum.arm === \(JSON.string(arm).text)")]],
      "mark": ["type": "area", "stroke": "white", "strokeWidth": 0.4],
      "encoding": [
        "x": Charts.time(to: hours),
        "y": Charts.number("below", "cells, summed from below", scale),
        "y2": ["field": "above"],
        "color": [
          "field": "fate", "type": "nominal", "title": "fate, from below",
          "sort": .array(names.map(JSON.string)),
          "scale": [
            "domain": .array(names.map(JSON.string)),
            "range": .array(layers.map { .string($0.colour) }),
          ],
        ],
        "tooltip": [
          ["field": "fate", "title": "fate"], ["field": "time_h", "title": "time (h)"],
          ["field": "cells", "title": "cells", "format": ".4~g"],
        ],
      ],
    ]
  }

  private static func layers(of curves: Curves, _ organs: [String: String]) -> [Layer] {
    func organ(_ site: String) -> String {
      let remainder = "_remainder"
      return organs[site]
        ?? (site.hasSuffix(remainder) ? String(site.dropLast(remainder.count)) : site)
    }
    func sum(_ fate: String, _ site: String) -> Double {
      curves.arms.reduce(0) { sum, arm in
        sum + (curves[arm, site, fate]?.values.joined().reduce(0) { $0 + ($1 ?? 0) } ?? 0)
      }
    }
    func sites(_ fates: [String]) -> [String] {
      curves.sites.filter { site in fates.contains { sum($0, site) > 0 } }
    }
    let niches = ["arrested", "tissue"]
    let inhabited = sites(niches)
    var amounts: [String: Double] = [:]
    for site in inhabited {
      for fate in niches { amounts[organ(site), default: 0] += sum(fate, site) }
    }
    let living = amounts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
    let (own, others) = (living.prefix(mostPlaces), living.dropFirst(mostPlaces))
    func parts(_ sites: some Sequence<String>, _ fates: [String]) -> [(fate: String, site: String)]
    {
      sites.flatMap { site in fates.map { ($0, site) } }
    }
    func alive(_ organs: some Sequence<String>) -> [(fate: String, site: String)] {
      parts(inhabited.filter { site in organs.contains(organ(site)) }, niches)
    }
    let colours = ["#0072b2", "#3d8fc9", "#00868b", "#009e73", "#4d8a1d", "#5b6abf"]
    var layers: [Layer] = []
    if !others.isEmpty {
      layers.append(
        Layer(name: "alive elsewhere", colour: "#8fb8d8", parts: alive(others))
      )
    }
    // What has least is lowest, so that it is seen.
    for (n, site) in own.enumerated().reversed() {
      layers.append(
        Layer(
          name: "alive in \(RunFigures.words(site))",
          colour: colours[n % colours.count],
          parts: alive([site])
        )
      )
    }
    let rest = [
      ("circulating", "alive in blood", "#b5579b"), ("shed", "shed from the site", "#c9a227"),
      ("dead_at_thaw", "dead at thaw", "#5a5a5a"),
      ("dead_complement", "killed by complement", "#8c3b00"),
      ("dead_killing", "killed by killer cells", "#d55e00"),
      ("dead_damage", "died of damage", "#8a8a8a"),
      ("dead_turnover", "died of turnover", "#b9b9b9"), ("to_be_given", "not yet given", "#dcdcdc"),
    ]
    for (fate, name, colour) in rest {
      let places = sites([fate])
      if !places.isEmpty {
        layers.append(Layer(name: name, colour: colour, parts: parts(places, [fate])))
      }
    }
    return layers
  }
}
