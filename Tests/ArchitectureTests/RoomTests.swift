import Foundation
import Testing

/// Rooms use lower rooms only.
@Suite("Rooms")
struct RoomTests {
  static let sources = Dictionary(
    uniqueKeysWithValues: ArchitectureTests.files(in: "Sources").map { ($0.path, $0.text) }
  )

  @Test func noRoomsUseOneAnother() {
    #expect(RoomGraph(Self.sources).circles.isEmpty)
  }

  static func target(_ room: String) -> String { String(room.prefix { $0 != "/" }) }

  /// A target uses those that stand before it in the table.
  @Test func targetsUseLowerTargets() {
    let order = ArchitectureTests.layers.map(\.target)
    for (room, others) in RoomGraph(Self.sources).uses {
      for (other, names) in others {
        let (upper, lower) = (Self.target(room), Self.target(other))
        let isDown = order.prefix { $0 != upper }.contains(lower) || upper == lower
        #expect(isDown, "\(room) names \(names.sorted()) of \(other)")
      }
    }
  }

  /// Targets depend on what the table lets them import, and nothing else of the package.
  @Test func packageHasTheDependenciesOfTheTable() throws {
    let text = try String(
      contentsOf: ArchitectureTests.root.appendingPathComponent("Package.swift"),
      encoding: .utf8
    )
    let tokens = text.split { !$0.isLetter }.map(String.init)
    let own = Set(ArchitectureTests.layers.map(\.target))
    for (folder, allowed) in ArchitectureTests.layers {
      let target = folder == "Library" ? "Stroma" : folder
      let start = try #require(
        tokens.indices.dropFirst().dropLast().first {
          tokens[$0 - 1].lowercased().hasSuffix("target")
            && Array(tokens[$0...($0 + 1)]) == ["name", target]
        }
      )
      let settings = tokens[(start + 2)...].prefix { $0 != "swiftSettings" }
      var depends = Set(settings).intersection(own).subtracting([folder])
      if settings.contains("rooms") { depends.formUnion(ArchitectureTests.rooms) }
      if settings.contains("run") { depends.formUnion(ArchitectureTests.run) }
      #expect(depends == allowed.intersection(own), "\(target)")
    }
  }

  /// One name of an upper room in a file of a lower one is enough to make a circle.
  @Test(arguments: [
    ("Laws/Killing.swift", "GridCells", "Agents/."),
    ("Vocabulary/Hill.swift", "Survival", "Laws/."),
    ("Fields/Medium.swift", "TissueMatter", "Matter/."),
    ("Agents/Cell.swift", "Model", "Simulation/."),
    ("Simulation/Model.swift", "Endpoints", "Observations/."),
    ("Observations/Assay.swift", "CellsRecorder", "Recording/."),
    ("Campaign/Designs/Points.swift", "SweepResults", "Campaign/Sweeps"),
    ("Scenario/Notes/Measure.swift", "ResolvedScenario", "Scenario/."),
  ])
  func namingAnUpperRoomMakesACircle(file: String, name: String, room: String) throws {
    var sources = Self.sources
    let text = try #require(sources[file])
    sources[file] = text + "\nfunc upward(_: \(name)) {}\n"
    #expect(RoomGraph(sources).circles.contains { $0.contains(room) })
  }

  @Test func roomsThatUseOneAnotherAreACircle() {
    var sources = [
      "Laws/Killing.swift": "public struct Killing {}",
      "Body/Host.swift": "import Laws\npublic struct Host { var killing: Killing }",
      "Agents/Cell.swift": "import Body\npublic struct Cell { var host: Host }",
    ]
    #expect(RoomGraph(sources).circles.isEmpty)
    sources["Laws/Survival.swift"] = "public struct Survival { func of(_ cell: Cell) {} }"
    #expect(RoomGraph(sources).circles == [["Laws/.", "Body/.", "Agents/."]])
  }

  /// Two folders of a target are two rooms.
  @Test func foldersAreRooms() {
    let graph = RoomGraph([
      "Scenario/Units/Unit.swift": "struct Unit { let key: Key }",
      "Scenario/Reading/Key.swift": "struct Key { let unit: Unit }",
    ])
    #expect(graph.circles == [["Scenario/Units", "Scenario/Reading"]])
  }

  /// What names something else than the type of another room is no use of it.
  @Test(arguments: [
    "// Cell", "/* Cell */", "/// A `Cell`.", "let text = \"Cell\"",
    "let text = #\"\"\"\nCell \"\n\"\"\"#",
    "let text = \"\"\"\n\"Cell\"\n\"\"\"", "struct Law { enum Cell { case one }; let cell: Cell }",
    "struct Law<Cell> { let cell: Cell }", "func law<Cell>(_ cell: Cell) {}",
    "let cell = Law.Cell()",
    "private struct Cell {}\nlet cell = Cell()",
    "struct Law { struct Cell {} }\nextension Law { func law(_: Cell) {} }",
    "protocol Law { associatedtype Cell }\nextension Law { func law(_: Cell) {} }",
  ])
  func isNoUse(text: String) {
    let sources = ["Agents/Cell.swift": "public struct Cell {}", "Laws/Law.swift": text]
    #expect(RoomGraph(sources).uses.isEmpty)
  }

  @Test(arguments: [
    "let cell: Cell", "let cells = [Cell]()", "let text = \"a \\(Cell.count) b\"",
    "let text = #\"a \\#(name(\")\") + Cell.name)\"#", "extension Cell {}", "struct Law: Cell {}",
    "let count = Cell.Count.zero", "typealias Law = Cell",
  ])
  func isAUse(text: String) {
    let sources = ["Agents/Cell.swift": "public struct Cell {}", "Laws/Law.swift": text]
    #expect(RoomGraph(sources).uses == ["Laws/.": ["Agents/.": ["Cell"]]])
  }
}
