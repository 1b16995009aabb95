import Files
import Foundation

@testable import Scenario

/// Tables of users.
///
/// The first byte says what a table is of.
final class UserTables {
  private enum Kind: Int, CaseIterable {
    /// A table of the program; observations of no scenario, of one, and of PEtab; a design.
    case plain, free, observed, measurements, design
  }

  private let base: ResolvedScenario
  private let schema: VariationSchema
  private let place: CampaignPlace

  init() throws {
    let bench = try Bench()
    base = try bench.resolved(["observe=[bli, qpcr]", "arms={one: {}, two: {host: rat}}"])
    place = CampaignPlace(
      campaign: Scratch.directory + "/campaign.yaml",
      library: Bench.library,
      program: ""
    )
    let source = try ScenarioSource(
      path: Bench.library + "/verify/point.yaml",
      library: Bench.library
    )
    schema = VariationSchema([
      .init(
        name: "",
        scenario: "",
        settings: [],
        source: source,
        base: try source.resolved()
      )
    ])
  }

  private static let keys = """
    data: a.csv
    ignore: [remark]
    errors: {wide: {log_uniform: [0.1, 10]}, narrow: 0.1}
    scales: {k: {log_uniform: [0.1, 10]}}
    animals: {log_uniform: [0.05, 2]}
    laboratories: 0.1

    """
  private static let petab =
    keys + """
      petab:
        time: h
        animals: true
        observables:
          lung: {endpoint: lung_viable_cells, error: 1}
          late: {endpoint: survival_1_d, unit: "%", law: lognormal, error: wide, scale: k}
        conditions: {control: one, treated: two}

      """

  func read(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let table = Array(bytes.dropFirst())
    switch Kind(rawValue: Int(first) % Kind.allCases.count) ?? .plain {
    case .plain:
      guard let table = CSVTable(table) else { return }
      for column in table.columns.indices { _ = NumberColumn(table.rows.map { $0[column] }) }
      // A row of one empty field is a line without a byte, as the end of a file is.
      if table.columns.count == 1 { return }
      let again = CSVTable(Array(table.text.utf8))
      guard again?.columns == table.columns, again?.rows == table.rows else {
        fatalError("a table that was read is another when it is written")
      }
    case .free: observations(table, Self.keys, nil)
    case .observed: observations(table, Self.keys, base)
    case .measurements: observations(table, Self.petab, base)
    case .design: design(table)
    }
  }

  private func observations(_ bytes: [UInt8], _ keys: String, _ base: ResolvedScenario?) {
    _ = Scratch.write("a.csv", bytes)
    guard let document = try? Document.read(yaml: keys, file: "a.yaml", layer: .scenario) else {
      fail("the keys of a calibration are YAML")
    }
    let reading = Reading()
    Section.read(document, [], reading, at: document.origin) { section in
      let reader = ObservationReader((0, "", base), NamedAmounts(section))
      _ = DataSchema(section).read(place, reader)
    }
    _ = ScenarioError(reading.diagnostics.inOrder).description
  }

  private func design(_ bytes: [UInt8]) {
    _ = Scratch.write("a.csv", bytes)
    let keys = "design: {method: list, file: a.csv}\n"
    guard let document = try? Document.read(yaml: keys, file: "a.yaml", layer: .scenario) else {
      fail("the keys of a design are YAML")
    }
    let reading = Reading()
    Section.read(document, [], reading, at: document.origin) { top in
      top.section("design") { section in
        let (_, list) = DesignSchema.read(section, place, list: top, [], schema)
        guard let list else { return }
        for (column, parameter) in list.parameters.enumerated() {
          _ = schema.isWhole(parameter.path)
          _ = NumberColumn(list.table.rows.map { $0[column] })
        }
      }
    }
    _ = ScenarioError(reading.diagnostics.inOrder).description
  }
}
