import Campaign
import Files

/// Figures of calibrations.
enum CalibrationFigures {
  /// Parameters of a corner plot at most, and sets that are drawn.
  private static let mostParameters = 6, mostSets = 500

  /// Marginal and pairwise posterior distributions.
  static func corner(_ table: CSVTable) -> Figure? {
    let numeric = table.columns.indices.filter { n in
      table.rows.allSatisfy { Double($0[n]) != nil } && Set(table.rows.map { $0[n] }).count > 1
    }
    let shown = Array(numeric.prefix(mostParameters))
    guard !shown.isEmpty else { return nil }
    let step = max(1, (table.rows.count + mostSets - 1) / mostSets)
    let rows = table.rows.enumerated().filter { $0.offset.isMultiple(of: step) }.map { row in
      shown.map { row.element[$0] }
    }
    let fields = shown.indices.map { "p\($0)" }
    func axis(_ n: Int) -> JSON {
      let name = table.columns[shown[n]]
      var encoding = Charts.number(
        fields[n],
        name.split(separator: ".").suffix(2).joined(separator: ".")
      )
      encoding["scale"] = ["zero": false]
      return encoding
    }
    let size = JSON.number(shown.count > 4 ? 110 : 140)
    let lines = shown.indices.map { row -> JSON in
      let views = (0...row).map { column -> JSON in
        if row == column {
          var binned = axis(row)
          binned["bin"] = ["maxbins": 20]
          return [
            "width": size, "height": size, "mark": ["type": "bar", "color": "#0072b2"],
            "encoding": ["x": binned, "y": ["aggregate": "count", "title": "sets"]],
          ]
        }
        return [
          "width": size, "height": size,
          "mark": ["type": "point", "filled": true, "size": 8, "opacity": 0.4, "color": "#0072b2"],
          "encoding": ["x": axis(column), "y": axis(row)],
        ]
      }
      return ["hconcat": .array(views)]
    }
    let left = numeric.count - shown.count
    return Figure(
      name: "posterior",
      title: "What the data say about the parameters",
      caption:
        "Posterior distribution: each parameter on the diagonal, pairs below it. n = \(table.rows.count) accepted sets\(step > 1 ? ", every \(step)th drawn" : ""); no band."
        + (left > 0 ? " \(left) more parameters are in posterior.csv." : ""),
      chart: Charts.chart(["vconcat": .array(lines)], summary: "Posterior distribution."),
      data: CSVTable(columns: fields, rows: rows)
    )
  }

  /// What the model makes of each datum, over the posterior.
  static func predictive(_ table: CSVTable) -> Figure? {
    let needed = ["observed", "error", "mean", "low_90", "high_90"]
    let columns = needed.compactMap { table.position(of: $0) }
    guard columns.count == needed.count, !table.rows.isEmpty else { return nil }
    let rows = rows(of: table, columns)
    var measures: [String] = []
    for row in rows where !measures.contains(row[1]) { measures.append(row[1]) }
    let title = "value, in the unit of the data"
    let y: JSON = [
      "field": "datum", "type": "nominal", "title": .null, "sort": .null,
      "axis": ["labelLimit": 420],
    ]
    let tips: JSON = [
      ["field": "datum"], ["field": "observed"],
      ["field": "mean", "title": "model", "format": ".4~g"],
      ["field": "low_90", "format": ".4~g"], ["field": "high_90", "format": ".4~g"],
    ]
    func view(_ measure: String) -> JSON {
      let own = rows.filter { $0[1] == measure }
      let values = own.flatMap { row in [4, 7, 8, 9].compactMap { Double(row[$0]) } }
      let scale = Scale.seeing(values, unit: "")
      return [
        "title": .string(RunFigures.words(measure)), "width": 420, "height": ["step": 17],
        "transform": [["filter": .string("datum.measure === \(JSON.string(measure).text)")]],
        "layer": [
          [
            "mark": ["type": "bar", "height": 9, "color": "#0072b2", "opacity": 0.4],
            "encoding": [
              "y": y, "x": Charts.number("low_90", title, scale), "x2": ["field": "high_90"],
              "tooltip": tips,
            ],
          ],
          [
            "mark": ["type": "tick", "color": "#0072b2", "thickness": 2],
            "encoding": ["y": y, "x": Charts.number("mean", title, scale)],
          ],
          [
            "mark": ["type": "rule", "color": "#d55e00"],
            "encoding": [
              "y": y, "x": Charts.number("from", title, scale), "x2": ["field": "to"],
            ],
          ],
          [
            "mark": [
              "type": "point", "shape": "diamond", "filled": true, "size": 55, "color": "#d55e00",
            ],
            "encoding": ["y": y, "x": Charts.number("value", title, scale), "tooltip": tips],
          ],
        ],
      ]
    }
    return Figure(
      name: "predictive",
      title: "Data and what the fitted model makes of them",
      caption:
        "Bars: the model over the posterior, from its 5 % to its 95 % quantile, with the mean. Diamonds: the data with one error to each side; limits stand at their value. n = \(rows.count) data.",
      chart: Charts.chart(
        ["vconcat": .array(measures.map { measure in view(measure) })],
        summary: "Data and what the fitted model makes of them."
      ),
      data: CSVTable(
        columns: [
          "n", "measure", "datum", "observed", "value", "from", "to", "mean", "low_90", "high_90",
        ],
        rows: rows
      )
    )
  }

  /// What each datum and the model's band for it are, as rows of the figure's data.
  private static func rows(of table: CSVTable, _ columns: [Int]) -> [[String]] {
    let words = ["scenario", "arm", "endpoint", "modality", "time_h"]
    var seen: [String: Int] = [:]
    return table.rows.enumerated().map { n, row -> [String] in
      var parts: [String] = []
      for word in words {
        guard let column = table.position(of: word), !row[column].isEmpty else { continue }
        parts.append(word == "time_h" ? "\(row[column]) h" : RunFigures.words(row[column]))
      }
      var name = parts.joined(separator: ", ")
      seen[name, default: 0] += 1
      if let count = seen[name], count > 1 { name += " (\(count))" }
      let observed = row[columns[0]]
      // A limit is drawn at its value.
      let value = Double(observed.drop { $0 == "<" || $0 == ">" }) ?? share(observed)
      let error = Double(row[columns[1]])
      func end(_ sign: Double) -> String {
        guard let value, let error else { return "" }
        return CSV.number(value + sign * error)
      }
      let measure = ["endpoint", "modality"].compactMap { table.position(of: $0) }.map { row[$0] }
        .filter { !$0.isEmpty }.joined(separator: ", ")
      return ["\(n + 1)", measure, name, observed, CSV.number(value), end(-1), end(1)]
        + columns.dropFirst(2).map { row[$0] }
    }
  }

  /// The share that `3 of 8` says; `nil` for other texts.
  private static func share(_ text: String) -> Double? {
    let parts = text.split(separator: " of ").compactMap { Double($0) }
    return parts.count == 2 && parts[1] > 0 ? parts[0] / parts[1] : nil
  }
}
