import Foundation
import Testing

@Suite("Rows of a user on the command line", .serialized)
struct RowCommandTests {
  private static let rows = """
    scenario: ./mine.yaml
    source: Somebody 2024 doi 10.0/0
    rows:
      M1:
        role: validate
        observable: viable cells in lung at 2 h
        reads: {of: viable_cells, in: lung, at: 2 h, as: percent of dose}
        interval: 0 to 100
        unit: "% of dose"

    """

  private static func place(_ rows: String = rows) throws -> Workplace {
    let place = try Workplace()
    try place.write(
      """
      name: mine
      duration: 2 h
      host: mouse
      product: human-marrow-msc
      treatment: {route: intravenous, dose: 2e3 cells}

      """,
      "mine.yaml"
    )
    try place.write(rows, "rows.yaml")
    return place
  }

  @Test func aFileOfRowsIsScored() throws {
    let place = try Self.place()
    let ending = try place.stroma("validate", "rows.yaml", "--replicates", "2", "--out", "out")
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(ending.output.contains("| M1 | viable cells in lung at 2 h | 0 to 100 | % of dose |"))
    let table = try String(contentsOfFile: place.directory + "/out/validation.csv", encoding: .utf8)
    #expect(table.split(separator: "\n").count == 2)
    #expect(table.contains("\nM1,validate,./mine.yaml,1,viable cells in lung at 2 h,% of dose,"))
  }

  @Test func whatIsWrongEndsWith65() throws {
    let place = try Self.place(Self.rows.replacing("in: lung", with: "in: lng"))
    let wrong = try place.stroma("validate", "rows.yaml", "--out", "out")
    #expect(wrong.code == 65)
    #expect(wrong.errors.hasPrefix("rows.yaml:7:35: rows.M1.reads.in: found \"lng\" (did you mean"))
    let scenario = try place.stroma("validate", "mine.yaml", "--out", "out")
    #expect(scenario.code == 65 && scenario.errors.contains("the command is: stroma run mine.yaml"))
    let run = try place.stroma("run", "rows.yaml", "--out", "out")
    #expect(run.code == 65 && run.errors.contains("the command is: stroma validate rows.yaml"))
    let nothing = try place.stroma("validate", "nothing.yaml", "--out", "out")
    #expect(nothing.code == 65 && nothing.errors.contains("nothing.yaml: there is no such file"))
  }

  @Test func anUnknownRowIsAnErrorOfUsage() throws {
    let ending = try Self.place().stroma("validate", "T1O", "--out", "out")
    #expect(ending.code == 64)
    #expect(
      ending.errors.contains("There is no row 'T1O' (did you mean 'T10'?); there are T01, T02, ")
    )
  }
}
