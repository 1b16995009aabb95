import Files

/// Lets the legend of a chart choose: a click on one of its values leaves what belongs to it and fades all else, further ones with
/// Shift, and a click beside them shows all again.
struct LegendSelection {
  private static let name = "chosen"
  /// Opacity of what was not chosen, as a share of its own.
  private static let faded = 0.12
  /// The parts of a specification that hold views.
  private static let parts = ["layer", "concat", "hconcat", "vconcat"]

  /// The field of the legend, once a view with one was found.
  private var field: String?

  /// A chart with the selection; the same chart where it has no legend of colours.
  static func added(to chart: JSON) -> JSON {
    var selection = LegendSelection()
    return selection.view(chart)
  }

  private mutating func view(_ view: JSON) -> JSON {
    var view = view
    for part in Self.parts {
      guard case .array(let views)? = view[part] else { continue }
      view[part] = .array(views.map { self.view($0) })
    }
    if let spec = view["spec"] { view["spec"] = self.view(spec) }
    guard let mark = view["mark"], let colour = view["encoding"]?["color"],
      case .string(let own)? = colour["field"]
    else { return view }
    if field == nil, colour["legend"] != .null {
      field = own
      view["params"] = [
        [
          "name": .string(Self.name), "bind": "legend",
          "select": ["type": "point", "fields": [.string(own)]],
        ]
      ]
    }
    guard own == field, view["encoding"]?["opacity"] == nil else { return view }
    var opacity = 1.0
    if case .number(let number)? = mark["opacity"] { opacity = number }
    view["encoding"]?["opacity"] = [
      "condition": ["param": .string(Self.name), "value": .number(opacity)],
      "value": .number(opacity * Self.faded),
    ]
    return view
  }
}
