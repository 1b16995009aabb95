import Files
import Scenario

/// The values of the parameters of a campaign as columns of a table: numbers in the unit that the heading names, or
/// texts.
struct ParameterColumns: Sendable {
  private enum Column: Sendable {
    /// Numbers of a law.
    case law(Variation)
    /// Listed numbers or texts, by their position.
    case listed([String])
  }

  /// Headings: the path, with the unit of the numbers in brackets.
  let header: [String]
  private let columns: [Column]

  /// The columns of some parameters.
  ///
  /// - Parameters:
  ///   - parameters: the parameters.
  ///   - rows: their values where they are those of a table; empty for places in the unit cube.
  init(_ parameters: [SweepDescription.Parameter], rows: [[String]] = []) {
    var header: [String] = []
    var columns: [Column] = []
    func add(_ path: String, _ texts: [String]) {
      let numbers = NumberColumn(texts)
      header.append(Self.heading(path, numbers?.unit ?? ""))
      columns.append(.listed(numbers?.values.map { CSV.number($0) } ?? texts))
    }
    for (n, parameter) in parameters.enumerated() {
      guard let variation = parameter.variation else {
        add(parameter.path, rows.map { $0[n] })
        continue
      }
      guard case .choice(let choices) = variation.law else {
        header.append(Self.heading(parameter.path, String(variation.unit.drop { $0 == " " })))
        columns.append(.law(variation))
        continue
      }
      add(parameter.path, choices.map(\.label))
    }
    self.header = header
    self.columns = columns
  }

  private static func heading(_ path: String, _ unit: String) -> String {
    unit.isEmpty ? path : "\(path) [\(unit)]"
  }

  /// The fields of a place in the unit cube.
  func fields(at place: [Double]) -> [String] {
    zip(columns, place).map { column, u in
      switch column {
      case .law(let variation): CSV.number(variation.number(at: u))
      case .listed(let texts): texts[min(texts.count - 1, Int(u * Double(texts.count)))]
      }
    }
  }

  /// The fields of a row of a table.
  func fields(ofRow row: Int) -> [String] {
    columns.map { column in
      switch column {
      case .law: ""
      case .listed(let texts): texts[row]
      }
    }
  }
}
