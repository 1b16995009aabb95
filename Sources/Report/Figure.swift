import Files

/// A chart with its data, as a specification of Vega-Lite.
public struct Figure: Sendable {
  /// Its name, as in `stroma plot --figure NAME`.
  public let name: String
  /// Its heading.
  public let title: String
  /// What is drawn, from how many runs, and what bands and bars are.
  public let caption: String
  /// The specification, without data.
  let chart: JSON
  /// The data.
  public let data: CSVTable

  /// A figure of some data.
  package init(name: String, title: String, caption: String, chart: JSON, data: CSVTable) {
    self.name = name
    self.title = title
    self.caption = caption
    self.chart = chart
    self.data = data
  }

  /// The whole specification, with the data in it.
  public var specification: JSON {
    var whole = chart
    whole["data"] = [
      "name": "table", "values": .string(data.text), "format": format,
    ]
    return whole
  }

  /// How the text of the data is read: which of its columns are numbers.
  ///
  /// A column of names, by which rows are chosen and told apart, is text even where all the names are numbers.
  var format: JSON {
    let names = Self.names(in: chart)
    var kinds: JSON = [:]
    for (n, column) in data.columns.enumerated() {
      let fields = data.rows.lazy.map { $0[n] }.filter { !$0.isEmpty }
      let isNumber =
        !names.contains(column) && fields.allSatisfy { Double($0) != nil } && !fields.isEmpty
      kinds[column] = isNumber ? "number" : "string"
    }
    return ["type": "csv", "parse": kinds]
  }

  /// The fields of names of a specification: those that are encoded as such, and those that filters compare with a text.
  private static func names(in chart: JSON) -> Set<String> {
    switch chart {
    case .null, .bool, .number, .string: return []
    case .array(let values): return values.reduce(into: []) { $0.formUnion(names(in: $1)) }
    case .object(let members):
      var found: Set<String> = []
      for member in members {
        if member.key == "filter", case .string(let condition) = member.value {
          found.formUnion(compared(in: condition))
        } else {
          found.formUnion(names(in: member.value))
        }
      }
      if chart["type"] == "nominal", case .string(let field)? = chart["field"] {
        found.insert(field)
      }
      return found
    }
  }

  /// The fields of a condition that are compared with a text, or joined to one.
  private static func compared(in condition: String) -> [String] {
    condition.split(separator: "datum.").compactMap { part in
      let field = part.prefix { $0.isLetter || $0 == "_" }
      let rest = part.dropFirst(field.count)
      return rest.hasPrefix(" ===") || rest.hasPrefix(" +") ? String(field) : nil
    }
  }
}
