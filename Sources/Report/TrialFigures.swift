import Files

/// Figures of virtual trials.
enum TrialFigures {
  /// Kaplan-Meier curves by arm.
  ///
  /// - Parameters:
  ///   - events: a row for each time at which an event happens in an arm.
  ///   - trial: the arms with their patients.
  ///   - event: what the event is.
  ///   - end: end of the follow-up, h; `nil` where it is not known.
  /// - Returns: the figure.
  static func survival(_ events: CSVTable, _ trial: CSVTable?, event: String?, end: Double?)
    -> Figure?
  {
    guard let table = whole(events, trial, end: end), let arm = table.position(of: "arm"),
      let time = table.position(of: "time_h")
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
          .init(key: "y", value: Charts.number("low", "share without it")),
          .init(key: "y2", value: ["field": "high"]),
        ] + colours.prefix(1)
      ),
    ]
    let line: JSON = [
      "mark": ["type": "line", "interpolate": "step-after", "strokeWidth": 2],
      "encoding": .object(
        [
          .init(key: "x", value: x),
          .init(key: "y", value: Charts.number("share", "share without it", .shares(to: 1))),
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
      title: "Share of patients without \(RunFigures.words(event ?? "the event"))",
      caption:
        "Kaplan-Meier curves of the virtual patients (\(n ?? "")); bands are 95 % intervals.",
      chart: Charts.chart(
        ["width": 600, "height": 300, "layer": [band, line]],
        summary: "Kaplan-Meier curves by arm."
      ),
      data: table
    )
  }

  /// The steps of the curves with their beginning, at which nobody has had the event, and their end; `nil` without arms.
  private static func whole(_ events: CSVTable, _ trial: CSVTable?, end: Double?) -> CSVTable? {
    let names = ["arm", "time_h", "at_risk", "events", "share", "low", "high"]
    let columns = names.compactMap { events.position(of: $0) }
    guard columns.count == names.count else { return nil }
    let steps = events.rows.map { row in columns.map { row[$0] } }
    var arms: [(name: String, patients: String)] = []
    if let trial, let arm = trial.position(of: "arm"), let count = trial.position(of: "patients") {
      arms = trial.rows.map { ($0[arm], $0[count]) }
    }
    for step in steps where !arms.contains(where: { $0.name == step[0] }) {
      arms.append((step[0], step[2]))
    }
    let last = steps.compactMap { Double($0[1]) }.filter(\.isFinite).max() ?? 0
    let time = CSV.number(max(last, end ?? 0))
    guard !arms.isEmpty, time != "0" else { return nil }
    let rows = arms.flatMap { arm, patients -> [[String]] in
      let own = steps.filter { $0[0] == arm }
      let state = own.last.map { Array($0[4...]) } ?? ["1", "", ""]
      let ending = [arm, time, "", "0"] + state
      return [[arm, "0", patients, "0", "1", "", ""]] + own + (own.last?[1] == time ? [] : [ending])
    }
    return CSVTable(columns: names, rows: rows)
  }

  /// What each arm comes to, and how it differs from the control.
  static func forest(_ table: CSVTable, measured: String?) -> Figure? {
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
    let endpoint = table.position(of: "endpoint").flatMap { column in table.rows.first?[column] }
    let what = RunFigures.words(measured ?? endpoint ?? "endpoint")
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
            "mark": [
              "type": "rule", "strokeDash": [3, 3], "color": "currentColor", "opacity": 0.6,
              "aria": false,
            ],
            "encoding": ["x": ["datum": 0, "type": "quantitative"]],
          ],
          [
            "mark": ["type": "rule", "strokeWidth": 2, "color": "#0072b2"],
            "encoding": ["y": y, "x": Charts.number(low, axis), "x2": ["field": .string(high)]],
          ],
          [
            "mark": ["type": "point", "filled": true, "size": 80, "color": "#0072b2"],
            "encoding": ["y": y, "x": Charts.number(value, axis), "tooltip": tips],
          ],
        ],
      ]
    }
    var views = [
      view("by arm", "mean", "low", "high", isShare ? "share of patients with \(what)" : what)
    ]
    if table.rows.contains(where: { !$0[difference].isEmpty }) {
      views.append(
        view(
          "difference from the control",
          "difference",
          "difference_low",
          "difference_high",
          "difference, \(isShare ? "share of patients" : what)"
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

  /// What arms differ in by a number.
  enum Level: String {
    /// The dose, of which the control has none.
    case dose
    /// The time of giving, h.
    case time

    /// Its axis.
    fileprivate var title: String { self == .dose ? "dose, as the trial names it" : "time (h)" }
  }

  /// What is measured by dose or by time, with its intervals; `nil` with fewer than three arms.
  ///
  /// - Parameters:
  ///   - table: what each arm comes to.
  ///   - levels: dose or time by arm.
  ///   - level: which of them it is.
  ///   - measured: what is measured.
  /// - Returns: the figure.
  static func byLevel(
    _ table: CSVTable,
    _ levels: [String: Double],
    _ level: Level,
    measured: String?
  ) -> Figure? {
    let names = ["arm", "patients", "mean", "low", "high"]
    let columns = names.compactMap { table.position(of: $0) }
    guard columns.count == names.count else { return nil }
    let rows = table.rows.compactMap { row -> [String]? in
      levels[row[columns[0]]].map { columns.map { row[$0] } + [CSV.number($0)] }
    }
    let positive = levels.values.filter { $0 > 0 }
    guard rows.count > 2, let least = positive.min() else { return nil }
    let what = RunFigures.words(measured ?? "endpoint")
    let x: JSON = [
      "field": .string(level.rawValue), "type": "quantitative", "title": .string(level.title),
      // Doses rise by factors, and the control has none.
      "scale": level == .dose ? ["type": "symlog", "constant": .number(least)] : ["zero": true],
      "axis": ["values": .array(Set(levels.values).sorted().map(JSON.number)), "format": ".4~g"],
    ]
    let tips = Charts.tooltip([
      ("arm", "arm"), (level.rawValue, level.title), ("mean", what), ("low", "low"),
      ("high", "high"), ("patients", "n"),
    ])
    let n = Set(rows.map { $0[1] }).sorted().joined(separator: ", ")
    return Figure(
      name: level == .dose ? "dose-response" : "time-window",
      title: level == .dose ? "Response by dose" : "Response by time",
      caption:
        "Means over virtual patients with their 95 % intervals (n = \(n) in each arm)\(level == .dose ? "; the control stands at 0" : "").",
      chart: Charts.chart(
        [
          "width": 420, "height": 280,
          "layer": [
            [
              "mark": ["type": "line", "color": "#0072b2", "opacity": 0.5],
              "encoding": ["x": x, "y": Charts.number("mean", what)],
            ],
            [
              "mark": ["type": "rule", "strokeWidth": 2, "color": "#0072b2"],
              "encoding": ["x": x, "y": Charts.number("low", what), "y2": ["field": "high"]],
            ],
            [
              "mark": ["type": "point", "filled": true, "size": 80, "color": "#0072b2"],
              "encoding": ["x": x, "y": Charts.number("mean", what), "tooltip": tips],
            ],
          ],
        ],
        summary: "Response by \(level.rawValue)."
      ),
      data: CSVTable(columns: names + [level.rawValue], rows: rows)
    )
  }
}
