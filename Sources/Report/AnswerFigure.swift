import Campaign
import Files

/// The endpoints of the answer, with their intervals.
enum AnswerFigure {
  /// The figure; `nil` where no endpoint has a value.
  static func figure(_ answer: Answer) -> Figure? {
    let rows = answer.rows.filter { $0.arms.contains { $0.mean != nil } }
    guard let first = rows.first else { return nil }
    let arms = first.arms.map(\.name)
    let views = rows.map { row -> JSON in
      let x = Charts.number("mean", row.unit.isEmpty ? row.endpoint : row.unit)
      let y: JSON = [
        "field": "arm", "type": "nominal", "title": .null,
        "sort": .array(arms.map(JSON.string)),
        "axis": arms.count > 1 ? ["labelLimit": 260] : ["labels": false, "ticks": false],
      ]
      let colours = Charts.colour("arm", arms, hasDashes: false).map { member -> JSON.Member in
        var colour = member.value
        colour["legend"] = .null
        return .init(key: member.key, value: colour)
      }
      func layer(_ mark: JSON, _ own: [JSON.Member]) -> JSON {
        ["mark": mark, "encoding": .object([.init(key: "y", value: y)] + own + colours)]
      }
      let intervals = layer(
        ["type": "rule", "strokeWidth": 2],
        [
          .init(key: "x", value: Charts.number("low", "")),
          .init(key: "x2", value: ["field": "high"]),
        ]
      )
      return [
        "title": .string(RunFigures.words(row.endpoint)), "width": 250,
        "height": .number(Double(24 * arms.count)),
        "transform": [["filter": .string("datum.endpoint === \(JSON.string(row.endpoint).text)")]],
        "layer": .array(
          (answer.replicates > 1 ? [intervals] : []) + [
            layer(
              ["type": "point", "filled": true, "size": 70],
              [
                .init(key: "x", value: x),
                .init(
                  key: "tooltip",
                  value: Charts.tooltip([
                    ("arm", "arm"), ("mean", "mean"), ("low", "low"), ("high", "high"), ("n", "n"),
                    ("difference", "difference"),
                  ])
                ),
              ]
            )
          ]
        ),
      ]
    }
    let data = rows.flatMap { row in
      row.arms.map { arm in
        [row.endpoint, row.unit, arm.name, "\(arm.replicates)"]
          + [arm.mean, arm.low, arm.high, arm.difference, arm.differenceLow, arm.differenceHigh]
          .map(CSV.number) + [arm.control ?? ""]
      }
    }
    let n = answer.replicates
    let caption =
      n > 1
      ? "Means over n = \(n) replicates, bars 95 % intervals (Student's t)."
      : "n = 1 replicate: points without intervals."
    return Figure(
      name: "answer",
      title: "Endpoints by arm",
      caption: caption,
      chart: Charts.chart(
        ["concat": .array(views), "columns": 2, "resolve": ["scale": ["x": "independent"]]],
        summary: "Endpoints by arm. \(caption)"
      ),
      data: CSVTable(
        columns: [
          "endpoint", "unit", "arm", "n", "mean", "low", "high", "difference", "difference_low",
          "difference_high", "control",
        ],
        rows: data
      )
    )
  }
}
