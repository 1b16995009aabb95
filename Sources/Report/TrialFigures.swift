import Files

/// Figures of virtual trials.
enum TrialFigures {
  /// Kaplan-Meier curves by arm.
  static func survival(_ table: CSVTable) -> Figure? {
    guard let arm = table.position(of: "arm"), let time = table.position(of: "time_h"),
      !table.rows.isEmpty
    else { return nil }
    var arms: [String] = []
    for row in table.rows where !arms.contains(row[arm]) { arms.append(row[arm]) }
    let hours = table.rows.compactMap { Double($0[time]) }.max() ?? 0
    let colours = Charts.colour("arm", arms)
    let x = Charts.time(to: hours)
    let band: JSON = [
      "mark": ["type": "area", "interpolate": "step-after", "opacity": 0.15, "strokeOpacity": 0],
      "encoding": .object(
        [
          .init(key: "x", value: x),
          .init(key: "y", value: Charts.number("low", "share without the event")),
          .init(key: "y2", value: ["field": "high"]),
        ] + colours.prefix(1)
      ),
    ]
    let line: JSON = [
      "mark": ["type": "line", "interpolate": "step-after", "strokeWidth": 2],
      "encoding": .object(
        [
          .init(key: "x", value: x),
          .init(key: "y", value: Charts.number("share", "share without the event", .shares(to: 1))),
          .init(
            key: "tooltip",
            value: Charts.tooltip([
              ("arm", "arm"), ("time_h", "time (h)"), ("share", "share"), ("at_risk", "at risk"),
              ("events", "events"),
            ])
          ),
        ] + colours
      ),
    ]
    let n = table.position(of: "at_risk").map { column in
      arms.map { name in
        "\(name): n = \(table.rows.first { $0[arm] == name }?[column] ?? "0")"
      }.joined(separator: ", ")
    }
    return Figure(
      name: "kaplan-meier",
      title: "Share of patients without the event",
      caption:
        "Kaplan-Meier curves of the virtual patients (\(n ?? "")); bands are 95 % intervals.",
      chart: Charts.chart(
        ["width": 600, "height": 300, "layer": [band, line]],
        summary: "Kaplan-Meier curves by arm."
      ),
      data: table
    )
  }

  /// What each arm comes to, and how it differs from the control.
  static func forest(_ table: CSVTable) -> Figure? {
    let needed = [
      "arm", "patients", "mean", "low", "high", "difference", "difference_low", "difference_high",
    ]
    guard needed.allSatisfy({ table.position(of: $0) != nil }), !table.rows.isEmpty,
      let arm = table.position(of: "arm"), let patients = table.position(of: "patients"),
      let responders = table.position(of: "responders"),
      let difference = table.position(of: "difference")
    else { return nil }
    let arms = table.rows.map { $0[arm] }
    let isShare = table.rows.contains { !$0[responders].isEmpty }
    let y: JSON = [
      "field": "arm", "type": "nominal", "title": .null, "sort": .array(arms.map(JSON.string)),
    ]
    func view(_ title: String, _ value: String, _ low: String, _ high: String, _ axis: String)
      -> JSON
    {
      let tips = Charts.tooltip([
        ("arm", "arm"), (value, axis), (low, "low"), (high, "high"), ("patients", "n"),
      ])
      return [
        "title": .string(title), "width": 300, "height": ["step": 30],
        "transform": [["filter": .string("isValid(datum.\(value))")]],
        "layer": [
          [
            "mark": ["type": "rule", "strokeWidth": 2, "color": "#0072b2"],
            "encoding": ["y": y, "x": Charts.number(low, axis), "x2": ["field": .string(high)]],
          ],
          [
            "mark": ["type": "point", "filled": true, "size": 80, "color": "#0072b2"],
            "encoding": ["y": y, "x": Charts.number(value, axis), "tooltip": tips],
          ],
          [
            "mark": [
              "type": "rule", "strokeDash": [3, 3], "color": "currentColor", "opacity": 0.6,
              "aria": false,
            ],
            "encoding": ["x": ["datum": 0, "type": "quantitative"]],
          ],
        ],
      ]
    }
    var views = [
      view("by arm", "mean", "low", "high", isShare ? "share that responds" : "endpoint")
    ]
    if table.rows.contains(where: { !$0[difference].isEmpty }) {
      views.append(
        view(
          "difference from the control",
          "difference",
          "difference_low",
          "difference_high",
          isShare ? "difference of shares" : "difference of the endpoint"
        )
      )
    }
    let n = table.rows.map { "\($0[arm]): n = \($0[patients])" }.joined(separator: ", ")
    return Figure(
      name: "trial",
      title: "Virtual trial",
      caption: "Virtual patients (\(n)); bars are 95 % intervals.",
      chart: Charts.chart(
        ["concat": .array(views), "columns": 2],
        summary: "Virtual trial by arm."
      ),
      data: table
    )
  }
}
