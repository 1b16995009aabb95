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
      "name": "table", "values": .string(data.text), "format": Self.format(of: data),
    ]
    return whole
  }

  /// How the text of a table is read: which of its columns are numbers.
  static func format(of data: CSVTable) -> JSON {
    var kinds: JSON = [:]
    for (n, column) in data.columns.enumerated() {
      let fields = data.rows.lazy.map { $0[n] }.filter { !$0.isEmpty }
      let isNumber = fields.allSatisfy { Double($0) != nil } && !fields.isEmpty
      kinds[column] = isNumber ? "number" : "string"
    }
    return ["type": "csv", "parse": kinds]
  }
}
