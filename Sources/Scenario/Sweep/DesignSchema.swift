import Foundation

/// The keys of `design`: how the points lie among the values.
enum DesignSchema {
  private enum Method: String, CaseIterable {
    case grid
    case latinHypercube = "latin-hypercube"
    case sobol, morris, saltelli, list, patients
  }

  /// Reads the design; of a list with what its columns vary.
  static func read(
    _ section: Section,
    _ place: CampaignPlace,
    list top: Section,
    _ varied: [SweepDescription.Parameter],
    _ schema: VariationSchema
  ) -> (SweepDescription.Design, list: DesignedList?) {
    let method: Method = section.choice("method", "how the points lie among the values")
    func points(
      _ key: String = "points",
      _ most: Int = 1 << 24,
      _ words: String = "number of points"
    )
      -> Int
    { section.integer(key, in: 1...most, words) }
    func onlyNumbers() {
      for parameter in varied {
        if case .choice? = parameter.variation?.law {
          section.report("method", "varies numbers, and \(parameter.path) has listed values")
        }
      }
    }
    switch method {
    case .grid:
      for parameter in varied {
        if case .choice? = parameter.variation?.law { continue }
        section.report(
          "method",
          "is a grid, which needs 'values'; \(parameter.path) has a distribution"
        )
      }
      return (.grid, nil)
    case .latinHypercube: return (.latinHypercube(points: points()), nil)
    case .sobol: return (.sobol(points: points()), nil)
    case .morris:
      onlyNumbers()
      for parameter in varied where parameter.variation?.isBounded == false {
        section.report("method", "goes to the ends of every law, and \(parameter.path) has none")
      }
      let levels = section.integer("levels", default: 4, in: 2...64, "levels of each value")
      if !levels.isMultiple(of: 2) { section.report("levels", "expected an even number") }
      return (
        .morris(
          trajectories: points("trajectories", 100_000, "number of trajectories"),
          levels: levels
        ), nil
      )
    case .saltelli:
      onlyNumbers()
      enum Sequence: String, CaseIterable { case sobol, random }
      let sequence: Sequence = section.choice(
        "sequence",
        default: .sobol,
        source: "by definition",
        "what the points are of"
      )
      return (.saltelli(points: points(), isSobol: sequence == .sobol), nil)
    case .patients: return (.patients(points("patients", 1_000_000, "number of patients")), nil)
    case .list: return list(section, place, top, schema)
    }
  }

  /// The rows of a table, whose columns are paths.
  private static func list(
    _ section: Section,
    _ place: CampaignPlace,
    _ top: Section,
    _ schema: VariationSchema
  ) -> (SweepDescription.Design, list: DesignedList?) {
    let file = section.text("file", "table of values, from the folder of this file")
    if top.has("vary") { top.report("vary", "belongs to other designs; a list has its values") }
    let none = (SweepDescription.Design.list(rows: []), list: DesignedList?.none)
    guard let table = Table(path: place.path(of: file)) else {
      section.report("file", "found \"\(file)\"; expected a CSV file with paths as its header")
      return none
    }
    for problem in table.problems {
      section.reading.report(table.origin(problem.place), [], problem.words)
    }
    guard table.problems.isEmpty else { return none }
    var wrong = 0
    // To find what may have been meant takes long.
    for (column, path) in table.header.enumerated() where wrong < Table.told {
      guard let problem = schema.problem(path) else { continue }
      section.reading.report(table.origin(table.place(column: column)), [path], problem)
      wrong += 1
    }
    let parameters = table.header.enumerated().map { column, path in
      SweepDescription.Parameter(
        path: path,
        also: [],
        variation: nil,
        isAssumed: false,
        origin: table.origin(table.place(column: column))
      )
    }
    return (.list(rows: table.rows), DesignedList(table: table, parameters: parameters))
  }
}

/// A table of values whose columns are paths.
struct DesignedList {
  let table: Table
  /// What every column varies.
  let parameters: [SweepDescription.Parameter]
}

extension Table {
  /// A place of the table.
  func origin(_ place: Place) -> Origin {
    Origin(file: path, line: place.line, column: place.column, layer: .scenario)
  }
}
