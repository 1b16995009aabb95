import Files

/// Parts of the specifications of charts.
enum Charts {
  /// The version of Vega-Lite that the specifications are of.
  static let schema: JSON = "https://vega.github.io/schema/vega-lite/v6.json"

  /// Colours that can be distinguished with any colour vision, on a light and on a dark background.
  static let palette: JSON = [
    "#0072b2", "#d55e00", "#009e73", "#b5579b", "#8a7000", "#3d8fc9", "#7a7a7a", "#c0392b",
    "#5b6abf", "#4d8a1d", "#a0522d", "#00868b",
  ]

  /// What all charts have in common: text takes its colour from the page.
  static let config: JSON = [
    "background": "transparent",
    "font": "system-ui, 'Liberation Sans', sans-serif",
    "view": ["stroke": "currentColor", "strokeOpacity": 0.25],
    "axis": [
      "labelColor": "currentColor", "titleColor": "currentColor", "tickColor": "currentColor",
      "domainColor": "currentColor", "gridColor": "currentColor", "gridOpacity": 0.1,
      "titleFontWeight": "normal", "labelFontSize": 11, "titleFontSize": 12,
    ],
    "legend": [
      "labelColor": "currentColor", "titleColor": "currentColor", "titleFontWeight": "normal",
      "labelFontSize": 11, "labelLimit": 260, "symbolStrokeWidth": 2.5,
    ],
    "title": [
      "color": "currentColor", "subtitleColor": "currentColor", "fontSize": 12,
      "fontWeight": "bold", "anchor": "start", "frame": "group",
    ],
    "header": [
      "labelColor": "currentColor", "titleColor": "currentColor", "labelFontWeight": "bold",
    ],
    "text": ["color": "currentColor"],
    "range": ["category": palette],
  ]

  /// A chart with what all have in common.
  static func chart(_ parts: JSON, summary: String) -> JSON {
    guard case .object(let members) = LegendSelection.added(to: parts) else { return parts }
    return .object(
      [
        .init(key: "$schema", value: schema), .init(key: "description", value: .string(summary)),
        .init(key: "config", value: config),
      ] + members
    )
  }

  /// A line at 0, across.
  static let zero: JSON = [
    "mark": [
      "type": "rule", "strokeDash": [3, 3], "color": "currentColor", "opacity": 0.6, "aria": false,
    ],
    "encoding": ["y": ["datum": 0, "type": "quantitative"]],
  ]

  /// A field of numbers, on a scale, with an axis.
  static func number(_ field: String, _ title: String, _ scale: Scale = .linear) -> JSON {
    [
      "field": .string(field), "type": "quantitative", "title": .string(title), "scale": scale.json,
      "axis": scale.axis,
    ]
  }

  /// The axis of time over some hours: whole days for runs of three days and more.
  ///
  /// - Parameters:
  ///   - hours: end of the axis.
  ///   - most: labels at most.
  /// - Returns: the encoding of time.
  static func time(to hours: Double, most: Int = 12) -> JSON {
    var axis: JSON = ["tickCount": .number(Double(most))]
    if hours >= 72, hours < 1e7 {
      let days = Int(hours / 24)
      let step = max(1, (days + most - 1) / most)
      axis = [
        "values": .array(stride(from: 0, through: days, by: step).map { .number(Double(24 * $0)) })
      ]
    }
    return [
      "field": "time_h", "type": "quantitative", "title": "time (h)", "axis": axis,
      "scale": ["nice": false, "domain": [0, .number(hours)]],
    ]
  }

  /// The colour and dashes of the values of a field, in an order; one value needs no legend.
  static func colour(_ field: String, _ values: [String], hasDashes: Bool = true) -> [JSON.Member] {
    var shared: JSON = [
      "field": .string(field), "type": "nominal", "title": .null,
      "sort": .array(values.map(JSON.string)),
    ]
    shared["legend"] =
      values.count == 1
      ? .null
      : hasDashes
        ? [
          "symbolType": "stroke", "symbolOpacity": 1, "symbolFillColor": "transparent",
          "orient": "bottom", "columns": 4,
        ] : [:]
    func with(_ range: JSON?) -> JSON {
      var scale: JSON = ["domain": .array(values.map(JSON.string))]
      scale["range"] = range
      var encoding = shared
      encoding["scale"] = scale
      return encoding
    }
    let colour = JSON.Member(key: "color", value: with(nil))
    guard hasDashes else { return [colour] }
    let dashes: JSON = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 1], [1, 3]]
    return [colour, .init(key: "strokeDash", value: with(dashes))]
  }

  /// Tooltips of some fields, each with a title.
  static func tooltip(_ fields: [(String, String)]) -> JSON {
    .array(
      fields.map { field, title in
        var tip: JSON = ["field": .string(field), "title": .string(title)]
        if ["mean", "low", "high", "value"].contains(field) { tip["format"] = ".4~g" }
        return tip
      }
    )
  }

  /// A panel of curves: a line of means and the band of their intervals, by the values of a field.
  static func curves(
    by field: String,
    _ values: [String],
    title: String,
    unit: String,
    scale: Scale,
    hours: Double,
    hasBand: Bool,
    size: (width: Int, height: Int)
  ) -> JSON {
    let time = time(to: hours, most: size.width < 300 ? 4 : 12)
    let colours = colour(field, values)
    func encoding(_ own: [JSON.Member]) -> JSON {
      .object([.init(key: "x", value: time)] + own + colours)
    }
    let line: JSON = [
      "mark": ["type": "line", "strokeWidth": 1.8, "clip": true],
      "encoding": encoding([
        .init(key: "y", value: number("mean", unit, scale)),
        .init(
          key: "tooltip",
          value: tooltip([
            (field, field), ("time_h", "time (h)"), ("mean", "mean"), ("low", "low"),
            ("high", "high"),
            ("n", "n"),
          ])
        ),
      ]),
    ]
    var layers: [JSON] = []
    if hasBand {
      layers.append([
        "mark": ["type": "area", "opacity": 0.18, "clip": true, "strokeOpacity": 0],
        "encoding": .object(
          [
            .init(key: "x", value: time), .init(key: "y", value: number("low", unit, scale)),
            .init(key: "y2", value: ["field": "high"]),
          ] + colours.prefix(1)
        ),
      ])
    }
    return [
      "title": .string(title), "width": .number(Double(size.width)),
      "height": .number(Double(size.height)), "layer": .array(layers + [line]),
    ]
  }
}

/// A scale of numbers.
enum Scale: Equatable {
  /// From a number or from 0 on; with no values below 0, nothing below it is drawn, an interval neither.
  case linear
  case positive
  /// Logarithmic, for numbers above 0 from one to another.
  case logarithmic(from: Double, to: Double)
  /// Counts: linear to 1, logarithmic above, up to a number.
  case counts(to: Double)
  /// Shares from 0 to the largest.
  case shares(to: Double)

  var json: JSON {
    switch self {
    case .linear: ["zero": true]
    case .positive: ["zero": true, "domainMin": 0]
    case .logarithmic(let least, let most):
      ["type": "log", "clamp": true, "nice": false, "domain": [.number(least), .number(most)]]
    case .counts(let most):
      [
        "type": "symlog", "constant": 1, "domainMin": 0, "domainMax": .number(max(1, most)),
        "nice": false,
      ]
    case .shares(let most): ["domainMin": 0, "domainMax": .number(most), "nice": false]
    }
  }

  var axis: JSON {
    switch self {
    case .linear, .positive, .shares: ["tickCount": 5, "labelExpr": .string(Self.label)]
    case .logarithmic(let least, let most):
      ["labelExpr": .string(Self.label), "labelOverlap": true, "values": Self.decades(least, most)]
    case .counts(let most): Self.labels(ofCounts: most)
    }
  }

  /// Labels of numbers: plain, or with a power of ten where they would be long.
  private static let label =
    "datum.value != 0 && (abs(datum.value) >= 1e5 || abs(datum.value) < 1e-3) ? format(datum.value, '.2~e') : format(datum.value, '.6~r')"

  /// Labels of an axis or a legend of counts.
  static func labels(ofCounts most: Double) -> JSON {
    [
      "labelExpr": "format(datum.value, '~s')",
      "values": .array(decades(to: most).map(JSON.number)),
    ]
  }

  /// The powers of ten from one number to another; of less than two decades also their doubles and fives.
  private static func decades(_ least: Double, _ most: Double) -> JSON {
    var powers = [1.0]
    while powers[0] > least { powers.insert(powers[0] / 10, at: 0) }
    while let last = powers.last, last < most { powers.append(last * 10) }
    let all = most / least < 100 ? powers.flatMap { [$0, 2 * $0, 5 * $0] } : powers
    return .array(all.filter { (least...most).contains($0) }.map(JSON.number))
  }

  /// 0, 1 and the powers of ten up to a number, each or each second.
  private static func decades(to most: Double) -> [Double] {
    var values: [Double] = [0, 1]
    let exponents = most > 1e6 ? 2 : 1
    var value = exponents == 2 ? 100.0 : 10
    while value <= most {
      values.append(value)
      value *= exponents == 2 ? 100 : 10
    }
    return values
  }

  /// The scale on which values of a unit are seen: logarithmic where they span more than two decades, for counts above 1 also
  /// where some are 0.
  static func seeing(_ values: [Double], unit: String) -> Scale {
    let (least, most) = (values.min() ?? 0, values.max() ?? 0)
    if unit == "cells" { return most > 200 && least < most / 20 ? .counts(to: most) : .positive }
    if unit.hasPrefix("fraction") || unit == "share" { return .shares(to: max(1e-9, most)) }
    return least > 0 && most / least > 100
      ? .logarithmic(from: least, to: most)
      : least >= 0 ? .positive : .linear
  }
}
