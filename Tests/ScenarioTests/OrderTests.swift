import Campaign
import Foundation
import Recording
import Scenario
import Substrate
import Testing

/// The order of a list means nothing.
@Suite("Order of lists")
struct OrderTests {
  /// Host cells that divide, change, come from blood, eat and kill.
  private static let parts: [(key: String, items: [String])] = [
    (
      "kinds",
      [
        "cd4: cd4", "cd4_effector: cd4_effector", "cd8: cd8", "cd8_effector: cd8_effector",
        "macrophage: {preset: macrophage, recruitment: {rate: 3e6 cells/mL/h}}",
        "dendritic: {preset: dendritic, recruitment: {rate: 2e6 cells/mL/h}}", "nk: nk",
        "treg: treg",
      ]
    ),
    (
      "factors", ["ifng: ifng", "tnfa: tnfa", "il10: il10", "pge2: pge2", "tgfb1: tgfb1"]
    ),
    ("observe", ["bli: bli", "qpcr: qpcr"]),
    ("arms", ["untreated: {without: [cells]}", "treated: {}", "neutralised: {without: [tgfb1]}"]),
  ]
  private static let cells = [
    "cd4: {density: 5e6 cells/mL, triggered: 50 %}", "cd8_effector: {density: 5e6 cells/mL}",
    "cd8: {density: 4e6 cells/mL, triggered: 30 %}", "macrophage: {density: 4e6 cells/mL}",
    "dendritic: {density: 3e6 cells/mL}", "nk: {density: 3e6 cells/mL}",
  ]

  private static func scenario(_ permute: ([String]) -> [String]) -> String {
    var text = """
      name: order
      duration: 30 h
      clock: {cell_step: 10 min, output_every: 6 h}
      host: mouse
      product: human-marrow-msc
      treatment: {route: intravenous, dose: 2e3 cells}
      control: untreated
      tissues:
        block:
          organ: lung
          voxels: 12 x 12 x 12
          spacing: 20 um
          factors: {ifng: {initial: 1 ng/mL}, tnfa: {}, il10: {}, pge2: {}, tgfb1: {}}
          cells: {\(permute(cells).joined(separator: ", "))}

      """
    for part in parts {
      text += "\(part.key):\n" + permute(part.items).map { "  \($0)\n" }.joined()
    }
    return text
  }

  /// The rows of all tables, sorted.
  private static func tables(_ text: String) throws -> [String: [Substring]] {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(text.utf8), "order.yaml")
    let resolved = try ResolvedScenario(path: path, library: Scenarios.root)
    let trajectories = try Run(
      experiments: resolved.experiments,
      seed: 5,
      replicates: 1
    ).execute(on: Workers(count: 2))
    return Dictionary(
      uniqueKeysWithValues: Recorders.files(trajectories, followingCells: false)
        .map { ($0.name, $0.text.split(separator: "\n").sorted()) }
    )
  }

  /// Backwards, and turned by two, the lists of kinds, cells, factors, modalities and arms give the same rows.
  @Test func listsInAnyOrderGiveTheSameTables() throws {
    let straight = try Self.tables(Self.scenario { $0 })
    let turned = try Self.tables(Self.scenario { Array($0.dropFirst(2) + $0.prefix(2)) })
    let backwards = try Self.tables(Self.scenario { $0.reversed() })
    #expect(straight.keys.sorted().contains("timeseries.csv"))
    for (name, rows) in straight {
      #expect(turned[name] == rows, "\(name)")
      #expect(backwards[name] == rows, "\(name)")
    }
    let cells = try #require(straight["timeseries.csv"]).filter { $0.contains("nk") }
    #expect(!cells.isEmpty)
  }
}
