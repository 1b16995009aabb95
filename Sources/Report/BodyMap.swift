import Files
import Vocabulary

/// A map of the body with the living cells of each organ, at a time that a slider chooses.
enum BodyMap {
  /// Where an organ is drawn: to the right and up, in per cent of the width and of half the height.
  private static let places: [String: (x: Double, y: Double)] = [
    "brain": (50, 188), "thymus": (46, 158), "bronchial": (66, 152), "lung": (34, 145),
    "heart": (53, 143), "liver": (34, 126), "spleen": (65, 130), "stomach": (51, 124),
    "pancreas": (49, 114), "kidney": (66, 116), "small_intestine": (44, 105), "gut": (47, 105),
    "large_intestine": (34, 96), "peritoneum": (60, 96), "uterus": (48, 87), "fat": (66, 85),
    "muscle": (32, 66), "skin": (66, 66), "bone": (34, 46), "joint": (34, 30), "marrow": (66, 46),
    "rest": (66, 26), "blood": (10, 172),
  ]

  /// Outline of the body, half of it: to the right of the middle and up.
  private static let outline: [(x: Double, y: Double)] = [
    (6, 171), (8, 166), (24, 160), (31, 150), (35, 122), (39, 96), (35, 94), (29, 118), (25, 138),
    (23, 116), (24, 92), (25, 70), (22, 36), (21, 8), (12, 6), (11, 36), (6, 72), (0, 78),
  ]

  /// The figure; `nil` where no cell is alive in an organ.
  ///
  /// - Parameters:
  ///   - curves: the curves of a run.
  ///   - cells: cells given, by arm.
  ///   - count: times that the slider has.
  /// - Returns: the figure.
  static func figure(_ curves: Curves, _ cells: [String: Int], times count: Int) -> Figure? {
    let organs = curves.sites.filter { places[$0] != nil && curves.isAnything($0, "viable_cells") }
    let most = cells.values.max() ?? 0
    guard !organs.isEmpty, curves.sites.contains("body"), most > 0 else { return nil }
    let positions = curves.evenly(atMost: count)
    var rows: [[String]] = []
    for arm in curves.arms where (cells[arm] ?? 0) > 0 {
      for (step, position) in positions.enumerated() {
        for organ in organs {
          guard let place = places[organ],
            let values = curves[arm, organ, "viable_cells"]?.values(at: position), !values.isEmpty
          else { continue }
          rows.append(
            [
              curves.times[position], "\(step)", arm, RunFigures.words(organ), CSV.number(place.x),
              CSV.number(place.y),
            ]
              + Curves.statistics(values)
          )
        }
      }
    }
    let arms = curves.arms.filter { (cells[$0] ?? 0) > 0 }
    let condition = "datum.step == step" + (arms.count > 1 ? " && datum.arm === arm" : "")
    let n = curves.replicates
    let caption =
      "Living cells of the product in each organ at the observation that the slider chooses, on a body drawn the same for every host. Colour and size of a circle are logarithmic. "
      + (n > 1 ? "Means over n = \(n) replicates." : "n = 1 replicate; no band.")
    return Figure(
      name: "body",
      title: "Living cells on a map of the body",
      caption: caption,
      chart: Charts.chart(
        [
          "width": 520, "height": 600, "params": .array(parameters(arms, steps: positions.count)),
          "layer": [body, head, drawn(where: condition, to: Double(most))],
          "view": ["stroke": .null],
        ],
        summary: "Living cells on a map of the body. \(caption)"
      ),
      data: CSVTable(
        columns: ["time_h", "step", "arm", "organ", "x", "y"] + Curves.statistics,
        rows: rows
      )
    )
  }

  private static let x: JSON = [
    "field": "x", "type": "quantitative", "axis": .null, "scale": ["domain": [0, 100]],
  ]
  private static let y: JSON = [
    "field": "y", "type": "quantitative", "axis": .null, "scale": ["domain": [0, 200]],
  ]

  /// The slider of the time and, of several arms, the choice of one.
  private static func parameters(_ arms: [String], steps: Int) -> [JSON] {
    var parameters: [JSON] = [
      [
        "name": "step", "value": .number(Double(steps - 1)),
        "bind": [
          "input": "range", "min": 0, "max": .number(Double(steps - 1)), "step": 1,
          "name": "observation",
        ],
      ]
    ]
    if arms.count > 1 {
      parameters.append([
        "name": "arm", "value": .string(arms[0]),
        "bind": ["input": "select", "options": .array(arms.map(JSON.string)), "name": "arm"],
      ])
    }
    return parameters
  }

  /// The outline of the body.
  private static var body: JSON {
    let right = outline.map { (50 + $0.x, $0.y) }
    let left = outline.reversed().map { (50 - $0.x, $0.y) }
    let edge = (right + left).enumerated().map { n, point -> JSON in
      ["x": .number(point.0), "y": .number(point.1), "n": .number(Double(n))]
    }
    return [
      "data": ["values": .array(edge)],
      "mark": [
        "type": "line", "interpolate": "cardinal-closed", "stroke": "currentColor",
        "strokeOpacity": 0.35, "strokeWidth": 1.5,
      ],
      "encoding": ["x": x, "y": y, "order": ["field": "n", "type": "quantitative"]],
    ]
  }

  /// The outline of the head.
  private static let head: JSON = [
    "data": ["values": [["x": 50, "y": 185]]],
    "mark": [
      "type": "point", "shape": "circle", "size": 3400, "filled": false, "stroke": "currentColor",
      "strokeOpacity": 0.35, "strokeWidth": 1.5,
    ],
    "encoding": ["x": x, "y": y],
  ]

  /// The organs of the rows that a condition takes, on a scale of cells to a number.
  private static func drawn(where condition: String, to most: Double) -> JSON {
    let domain: JSON = [0, .number(most)]
    let legend = Scale.labels(ofCounts: most)
    func text(_ words: String, _ dy: Double, _ size: Double) -> JSON {
      [
        "mark": [
          "type": "text", "dx": 14, "dy": .number(dy), "align": "left", "fontSize": .number(size),
          "color": "currentColor",
        ],
        "encoding": ["x": x, "y": y, "text": ["field": .string(words), "type": "nominal"]],
      ]
    }
    return [
      "transform": [
        ["filter": .string(condition)],
        ["calculate": "format(datum.mean, '.3~s') + ' cells'", "as": "amount"],
      ],
      "layer": [
        [
          "mark": [
            "type": "circle", "opacity": 0.85, "stroke": "currentColor", "strokeOpacity": 0.5,
          ],
          "encoding": [
            "x": x, "y": y,
            "size": [
              "field": "mean", "type": "quantitative", "title": "living cells",
              "scale": ["type": "symlog", "domain": domain, "range": [6, 900]], "legend": legend,
            ],
            "color": [
              "field": "mean", "type": "quantitative", "title": "living cells",
              "scale": ["type": "symlog", "domain": domain, "scheme": "viridis", "reverse": true],
              "legend": legend,
            ],
            "tooltip": [
              ["field": "organ", "title": "organ"],
              ["field": "mean", "title": "living cells", "format": ".4~g"],
              ["field": "low", "title": "low", "format": ".4~g"],
              ["field": "high", "title": "high", "format": ".4~g"],
              ["field": "time_h", "title": "time (h)"],
            ],
          ],
        ],
        text("organ", -4, 11), text("amount", 7, 10),
        [
          "transform": [
            ["aggregate": [["op": "max", "field": "time_h", "as": "now"]]],
            ["calculate": "format(datum.now, '.4~g') + ' h'", "as": "label"],
          ],
          "mark": ["type": "text", "fontSize": 16, "align": "left", "color": "currentColor"],
          "encoding": ["x": ["value": 8], "y": ["value": 14], "text": ["field": "label"]],
        ],
      ],
    ]
  }
}
