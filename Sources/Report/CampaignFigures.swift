import Campaign
import Files

/// The figures of a campaign, each from the tables in its directory.
struct CampaignFigures {
  /// The figures, in the order of the report.
  private(set) var all: [Figure] = []
  private let path: String
  private let manifest: CampaignManifest?

  /// Panels of a figure at most, and points that are drawn one by one.
  private static let mostPanels = 24, mostPoints = 2000

  /// The figures of a campaign.
  ///
  /// - Parameters:
  ///   - path: its directory.
  ///   - manifest: what it says of itself.
  ///   - hours: end of its runs; `nil` where that is not known.
  init(_ path: String, _ manifest: CampaignManifest?, hours: Double?) {
    self.path = path
    self.manifest = manifest
    let trial = table("trial.csv")
    if let trial {
      add(TrialFigures.forest(trial, measured: manifest?.measured))
      if var doses = manifest?.doses {
        if let control = manifest?.control { doses[control] = 0 }
        add(TrialFigures.byLevel(trial, doses, .dose, measured: manifest?.measured))
      }
      if let times = manifest?.times {
        add(TrialFigures.byLevel(trial, times, .time, measured: manifest?.measured))
      }
    }
    if let survival = table("survival.csv") {
      add(TrialFigures.survival(survival, trial, event: manifest?.event, end: hours))
    }
    if manifest?.kind != .trial, let summary = table("summary.csv") { addResponses(summary) }
    if let sensitivity = table("sensitivity.csv") {
      let points = table("summary.csv").map { Set($0.rows.map { $0[0] }).count } ?? 0
      add(Self.tornado(sensitivity, points: points))
    }
    if let predictive = table("predictive.csv") { add(CalibrationFigures.predictive(predictive)) }
    if let posterior = table("posterior.csv") { add(CalibrationFigures.corner(posterior)) }
    if let rows = table("validation.csv") { add(validation(rows)) }
  }

  private func table(_ name: String) -> CSVTable? { CSVTable(path: "\(path)/\(name)") }

  /// The largest number of a column, as text.
  private func most(of column: String, in table: CSVTable) -> Int {
    guard let column = table.position(of: column) else { return 1 }
    return table.rows.compactMap { Int($0[column]) }.max() ?? 1
  }

  private mutating func add(_ figure: Figure?) { if let figure { all.append(figure) } }

  // MARK: - Responses

  /// Endpoints over what is varied: over one value with curves by the others where points are few, else as scatter over each.
  private mutating func addResponses(_ summary: CSVTable) {
    guard let armColumn = summary.position(of: "arm"), armColumn > 0,
      let endpoint = summary.position(of: "endpoint"), let unit = summary.position(of: "unit"),
      let mean = summary.position(of: "mean")
    else { return }
    let varied = Array(1..<armColumn)
    let points = Set(summary.rows.map { $0[0] }).count
    guard !varied.isEmpty, points > 1 else { return }
    func isNumber(_ column: Int) -> Bool { summary.rows.allSatisfy { Double($0[column]) != nil } }
    func values(_ column: Int) -> [String] {
      var seen: Set<String> = []
      return summary.rows.map { $0[column] }.filter { seen.insert($0).inserted }
    }
    // Of a design that is no grid these are more than an integer holds.
    let combinations = varied.reduce(1.0) { $0 * Double(values($1).count) }
    let names = values(endpoint).filter { name in
      summary.rows.contains { $0[endpoint] == name && !$0[mean].isEmpty }
    }
    let arms = values(armColumn)
    if combinations == Double(points), points <= 120 {
      // A grid: along the numbers with most values, a colour for what else varies.
      let along =
        varied.max { a, b in
          (isNumber(a) ? 1 : 0, values(a).count) < (isNumber(b) ? 1 : 0, values(b).count)
        } ?? varied[0]
      let others = varied.filter { $0 != along } + (arms.count > 1 ? [armColumn] : [])
      for isDifference in [true, false] {
        add(
          response(
            summary,
            along,
            others,
            endpoint,
            unit,
            names,
            isNumber(along),
            values(along),
            isDifference: isDifference
          )
        )
      }
    } else {
      add(scatter(summary, varied.filter(isNumber), armColumn, arms, endpoint, unit, mean, names))
    }
  }

  private func response(
    _ summary: CSVTable,
    _ along: Int,
    _ others: [Int],
    _ endpoint: Int,
    _ unit: Int,
    _ names: [String],
    _ isNumber: Bool,
    _ order: [String],
    isDifference: Bool
  ) -> Figure? {
    let ends =
      isDifference ? ["difference", "difference_low", "difference_high"] : ["mean", "low", "high"]
    let kept = (["n"] + ends).compactMap { summary.position(of: $0) }
    guard kept.count == 4 else { return nil }
    let known = summary.rows.filter { !$0[kept[1]].isEmpty }
    let title = summary.columns[along]
    func group(_ row: [String]) -> String {
      others.isEmpty ? "all" : others.map { row[$0] }.joined(separator: ", ")
    }
    var groups: [String] = []
    for row in known where !groups.contains(group(row)) { groups.append(group(row)) }
    let rows = known.map { row in
      [row[endpoint], row[unit], row[along], group(row)] + kept.map { row[$0] }
    }
    let x = Self.axis(isNumber, title, order)
    let views = names.prefix(Self.mostPanels).map { name -> JSON in
      let unitText = summary.rows.first { $0[endpoint] == name }?[unit] ?? ""
      let y = (isDifference ? "difference, " : "") + (unitText.isEmpty ? name : unitText)
      let layers = Self.layers(x, y, groups, isNumber: isNumber, along: title)
      return [
        "title": .string(RunFigures.words(name)), "width": names.count == 1 ? 560 : 330,
        "height": names.count == 1 ? 300 : 200,
        "transform": [["filter": .string("datum.endpoint === \(JSON.string(name).text)")]],
        "layer": .array((isDifference ? [Charts.zero] : []) + layers),
      ]
    }
    let curves = others.map { summary.columns[$0] }.joined(separator: ", ")
    let what =
      isDifference
      ? "Differences from the control\(manifest?.control.map { " (\($0))" } ?? ""), replicate by replicate, over"
      : "Endpoints over"
    let caption =
      "\(what) \(title)\(curves.isEmpty ? "" : ", by \(curves)"). Points are means over n = \(manifest?.replicates ?? 1) replicates"
      + ((manifest?.replicates ?? 1) > 1
        ? ", bars 95 % intervals." : ", without intervals.")
    return figure(
      isDifference ? "difference" : "response",
      isDifference ? "Difference from the control" : "Response to what is varied",
      caption,
      views,
      CSVTable(
        columns: ["endpoint", "unit", "x", "group", "n", "mean", "low", "high"],
        rows: rows
      )
    )
  }

  /// The axis of what is varied.
  private static func axis(_ isNumber: Bool, _ title: String, _ order: [String]) -> JSON {
    let numbers = order.compactMap(Double.init)
    let isWide =
      isNumber && (numbers.min() ?? 0) > 0 && (numbers.max() ?? 0) / (numbers.min() ?? 1) > 30
    let range = Scale.logarithmic(from: numbers.min() ?? 1, to: numbers.max() ?? 1)
    return isNumber
      ? Charts.number("x", title, isWide ? range : .linear)
      : [
        "field": "x", "type": "nominal", "title": .string(title),
        "sort": .array(order.map(JSON.string)), "axis": ["labelAngle": -30],
      ]
  }

  /// Intervals and means by group.
  private static func layers(
    _ x: JSON,
    _ y: String,
    _ groups: [String],
    isNumber: Bool,
    along title: String
  ) -> [JSON] {
    let colours = Charts.colour("group", groups)
    var offset: [JSON.Member] = []
    if !isNumber {
      offset = [
        .init(key: "xOffset", value: ["field": "group", "sort": .array(groups.map(JSON.string))])
      ]
    }
    func layer(_ mark: JSON, _ own: [JSON.Member]) -> JSON {
      [
        "mark": mark,
        "encoding": .object([.init(key: "x", value: x)] + own + offset + colours),
      ]
    }
    let tips = Charts.tooltip([
      ("x", title), ("group", "curve"), ("mean", "mean"), ("low", "low"), ("high", "high"),
      ("n", "n"),
    ])
    return [
      layer(
        ["type": "rule", "strokeWidth": 1.5, "strokeDash": [1, 0]],
        [
          .init(key: "y", value: Charts.number("low", y)),
          .init(key: "y2", value: ["field": "high"]),
        ]
      ),
      layer(
        isNumber
          ? ["type": "line", "point": ["filled": true, "size": 45], "strokeWidth": 1.8]
          : ["type": "point", "filled": true, "size": 60],
        [.init(key: "y", value: Charts.number("mean", y)), .init(key: "tooltip", value: tips)]
      ),
    ]
  }

  private func scatter(
    _ summary: CSVTable,
    _ varied: [Int],
    _ armColumn: Int,
    _ arms: [String],
    _ endpoint: Int,
    _ unit: Int,
    _ mean: Int,
    _ names: [String]
  ) -> Figure? {
    guard !varied.isEmpty else { return nil }
    let panels = names.flatMap { name in varied.map { (name: name, column: $0) } }
      .prefix(Self.mostPanels)
    let points = summary.rows.count / max(1, names.count)
    let step = max(1, points / (max(1, Self.mostPoints / max(1, names.count))))
    var counts: [String: Int] = [:]
    let rows = summary.rows.filter { row in
      counts[row[endpoint], default: 0] += 1
      return (counts[row[endpoint], default: 0] - 1).isMultiple(of: step) && !row[mean].isEmpty
    }.map { row in
      [row[0], row[endpoint], row[unit], row[armColumn], row[mean]] + varied.map { row[$0] }
    }
    let fields = varied.enumerated().reduce(into: [Int: String]()) {
      $0[$1.element] = "v\($1.offset)"
    }
    let views = panels.map { name, column -> JSON in
      let unitText = summary.rows.first { $0[endpoint] == name }?[unit] ?? ""
      var x = Charts.number(fields[column] ?? "", summary.columns[column])
      x["scale"] = ["zero": false]
      let encoding: [JSON.Member] = [
        .init(key: "x", value: x),
        .init(key: "y", value: Charts.number("mean", unitText.isEmpty ? name : unitText)),
        .init(
          key: "tooltip",
          value: Charts.tooltip([("point", "point"), ("arm", "arm"), ("mean", name)])
        ),
      ]
      return [
        "title": .string(RunFigures.words(name)), "width": 230, "height": 150,
        "transform": [["filter": .string("datum.endpoint === \(JSON.string(name).text)")]],
        "mark": ["type": "point", "filled": true, "size": 12, "opacity": 0.5],
        "encoding": .object(encoding + Charts.colour("arm", arms, hasDashes: false)),
      ]
    }
    let left = names.count * varied.count - panels.count
    let caption =
      "Endpoints at \(step > 1 ? "every \(step)th of the " : "the ")points of the design, over each value that varies; n = \(most(of: "n", in: summary)) replicates at each; no bands."
      + (left > 0 ? " \(left) more panels are in summary.csv." : "")
    return figure(
      "points",
      "Endpoints at the points of the design",
      caption,
      views,
      CSVTable(
        columns: ["point", "endpoint", "unit", "arm", "mean"] + varied.compactMap { fields[$0] },
        rows: rows
      )
    )
  }

  // MARK: - Sensitivity

  /// What each parameter does to each endpoint, the largest first.
  private static func tornado(_ table: CSVTable, points: Int) -> Figure? {
    let needed = ["endpoint", "arm", "parameter", "measure", "value", "low", "high"]
    let columns = needed.compactMap { table.position(of: $0) }
    guard columns.count == needed.count else { return nil }
    let rows = table.rows.map { row in columns.map { row[$0] } }.filter { !$0[4].isEmpty }
    var panels: [(endpoint: String, arm: String, measure: String)] = []
    for row in rows
    where !panels.contains(where: { $0 == (row[0], row[1], row[3]) }) {
      panels.append((row[0], row[1], row[3]))
    }
    let hasArms = Set(rows.map { $0[1] }).count > 1
    let views = panels.prefix(mostPanels).map { endpoint, arm, measure -> JSON in
      let own = rows.filter { $0[0] == endpoint && $0[1] == arm && $0[3] == measure }
      let order = own.sorted { (Double($0[4]) ?? 0).magnitude > (Double($1[4]) ?? 0).magnitude }
        .map { $0[2] }
      let y: JSON = [
        "field": "parameter", "type": "nominal", "title": .null,
        "sort": .array(order.map(JSON.string)), "axis": ["labelLimit": 260],
      ]
      let condition =
        "datum.endpoint === \(JSON.string(endpoint).text) && datum.arm === \(JSON.string(arm).text) && datum.measure === \(JSON.string(measure).text)"
      return [
        "title": .string(RunFigures.words(endpoint) + (hasArms ? ", \(arm)" : "")), "width": 300,
        "height": ["step": 17], "transform": [["filter": .string(condition)]],
        "layer": [
          [
            "mark": ["type": "bar", "color": "#0072b2", "opacity": 0.75],
            "encoding": [
              "y": y, "x": Charts.number("value", measure),
              "tooltip": Charts.tooltip([
                ("parameter", "parameter"), ("value", measure), ("low", "low"), ("high", "high"),
              ]),
            ],
          ],
          [
            "mark": ["type": "rule", "strokeWidth": 1.5, "color": "currentColor"],
            "encoding": ["y": y, "x": Charts.number("low", measure), "x2": ["field": "high"]],
          ],
        ],
      ]
    }
    guard !views.isEmpty else { return nil }
    return Figure(
      name: "sensitivity",
      title: "What the answer is sensitive to",
      caption:
        "Sensitivity of each endpoint to each value that varies, the largest on top; lines are 95 % intervals, by resampling the points of the design, where the measure has one. n = \(points) points.",
      chart: Charts.chart(
        [
          "concat": .array(views), "columns": 2,
          "resolve": ["scale": ["x": "independent", "y": "independent"]],
        ],
        summary: "What the answer is sensitive to."
      ),
      data: CSVTable(columns: needed, rows: rows)
    )
  }

  // MARK: - Published experiments

  /// Where each simulated value lies against the published interval: 0 and 1 are its ends.
  private func validation(_ table: CSVTable) -> Figure? {
    let needed = [
      "row", "role", "observable", "unit", "value", "standard_error", "low", "high", "verdict",
    ]
    let columns = needed.compactMap { table.position(of: $0) }
    guard columns.count == needed.count else { return nil }
    let far = 3.0
    let rows = table.rows.compactMap { row -> [String]? in
      let fields = columns.map { row[$0] }
      guard let value = Double(fields[4]), let low = Double(fields[6]),
        let high = Double(fields[7]),
        high > low
      else { return nil }
      let place = (value - low) / (high - low)
      return fields + [
        CSV.number(max(1 - far, min(far, place))),
        place > far ? "beyond" : place < 1 - far ? "below" : "shown",
      ]
    }
    guard !rows.isEmpty else { return nil }
    let roles = ["calibrate", "validate"].filter { role in rows.contains { $0[1] == role } }
    let x = Charts.number("place", "0 and 1: ends of the published interval")
    let views = roles.map { role -> JSON in
      let y: JSON = [
        "field": "row", "type": "nominal", "title": .null, "sort": .null,
        "axis": ["labelLimit": 200],
      ]
      return [
        "title": .string(role == "calibrate" ? "may have set parameters" : "predictions"),
        "width": 330,
        "height": ["step": 16],
        "transform": [["filter": .string("datum.role === \(JSON.string(role).text)")]],
        "layer": [
          [
            "mark": ["type": "bar", "color": "#009e73", "opacity": 0.25, "tooltip": .null],
            "encoding": ["y": y, "x": ["datum": 0, "type": "quantitative"], "x2": ["datum": 1]],
          ],
          [
            "mark": ["type": "point", "filled": true, "size": 60],
            "encoding": [
              "y": y, "x": x,
              "color": [
                "field": "verdict", "type": "nominal", "title": "verdict",
                "scale": ["domain": ["in", "out"], "range": ["#0072b2", "#d55e00"]],
              ],
              "shape": [
                "field": "verdict", "type": "nominal", "title": "verdict",
                "scale": ["domain": ["in", "out"], "range": ["circle", "diamond"]],
              ],
              "tooltip": [
                ["field": "row"], ["field": "observable"], ["field": "value", "format": ".4~g"],
                ["field": "low", "format": ".4~g"], ["field": "high", "format": ".4~g"],
                ["field": "unit"],
              ],
            ],
          ],
        ],
      ]
    }
    let out = rows.count { $0.last != "shown" }
    return Figure(
      name: "validation",
      title: "Published experiments against simulation",
      caption:
        "Each published row with the simulated mean, on an axis on which the published interval (green) reaches from 0 to 1. Means over n = \(manifest?.replicates ?? 2) replicates."
        + (out > 0 ? " \(out) values lie beyond the axis and are drawn at its end." : "")
        + " Rows without an interval are in the table.",
      chart: Charts.chart(
        ["concat": .array(views), "columns": 2, "resolve": ["scale": ["y": "independent"]]],
        summary: "Published experiments against simulation."
      ),
      data: CSVTable(columns: needed + ["place", "drawn"], rows: rows)
    )
  }

  private func figure(
    _ name: String,
    _ title: String,
    _ caption: String,
    _ views: [JSON],
    _ data: CSVTable
  )
    -> Figure?
  {
    guard !views.isEmpty, !data.rows.isEmpty else { return nil }
    let layout: JSON =
      views.count == 1
      ? views[0]
      : [
        "concat": .array(views), "columns": name == "points" ? 3 : 2, "spacing": 18,
        "resolve": ["scale": ["x": "independent", "y": "independent"]],
      ]
    return Figure(
      name: name,
      title: title,
      caption: caption,
      chart: Charts.chart(layout, summary: "\(title). \(caption)"),
      data: data
    )
  }
}
