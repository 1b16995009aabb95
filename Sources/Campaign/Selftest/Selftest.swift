import Agents
import Files
import Recording
import Scenario
import Simulation
import Substrate

/// Short runs of scenarios of the library, whose tables are known for a revision of the program: whether a build on a machine
/// gives the published results.
///
/// The cases are rows of `selftest/cases.csv` in the library: scenario, settings, revision, and the hashes of the resolved scenario
/// and of the tables.
public struct Selftest: Sendable {
  /// Path of the cases in a library.
  public static let file = "selftest/cases.csv"
  /// Folder of a library with the tables of some cases and their checksums.
  public static let golden = "golden"
  private static let columns = [
    "scenario", "settings", "revision", "scenario_sha256", "tables_sha256",
  ]

  /// A short run with what is known of it.
  public struct Case: Sendable, Equatable {
    /// Path of the scenario in the library without its extension, and the settings that cut it.
    public let scenario: String, settings: [String]
    /// Revision of the program of which the hashes are.
    public let revision: Int
    /// SHA-256 of the resolved scenario, and of the tables as in a manifest.
    public let scenarioSHA256: String, tablesSHA256: String
  }

  /// What a case came to.
  public enum Verdict: String, Sendable {
    /// The tables are the known ones.
    case same
    /// They are others, of the same scenario.
    case differs
    /// Scenario or presets of the library are others, so that the tables say nothing.
    case changedLibrary = "the library was changed"
    /// The hashes are of another revision of the program.
    case otherRevision = "known of another revision only"
  }

  /// The cases.
  public let cases: [Case]
  private let library: Library

  /// The cases of a library; `nil` where it has none that can be read.
  public init?(of library: Library) {
    guard let table = CSVTable(path: "\(library.path)/\(Self.file)"), table.columns == Self.columns
    else { return nil }
    self.library = library
    cases = table.rows.compactMap { row in
      Int(row[2]).map {
        Case(
          scenario: row[0],
          settings: row[1].split(separator: "; ").map(String.init),
          revision: $0,
          scenarioSHA256: row[3],
          tablesSHA256: row[4]
        )
      }
    }
    if cases.isEmpty || cases.count < table.rows.count { return nil }
  }

  /// Runs a case.
  ///
  /// - Returns: it with the hashes that were found.
  /// - Throws: `ScenarioError` where the scenario cannot be read, `MassError` where it fails.
  public func run(_ known: Case, on workers: Workers) throws -> Case {
    let scenario = try ResolvedScenario(
      path: "\(library.path)/\(known.scenario).yaml",
      library: library.path,
      overrides: known.settings
    )
    let trajectories = try Run(
      experiments: scenario.experiments,
      seed: scenario.seed,
      replicates: 1
    ).execute(on: workers)
    var tables = Digest()
    for file in Recorders.files(trajectories, followingCells: false) {
      tables.add(file.name)
      tables.add(file.text)
    }
    var text = Digest()
    text.add(scenario.yaml)
    return Case(
      scenario: known.scenario,
      settings: known.settings,
      revision: Model.revision,
      scenarioSHA256: text.hexadecimal,
      tablesSHA256: tables.hexadecimal
    )
  }

  /// Compares what is known of a case with what was found.
  public static func verdict(on known: Case, found: Case) -> Verdict {
    if known.revision != found.revision { return .otherRevision }
    if known.scenarioSHA256 != found.scenarioSHA256 { return .changedLibrary }
    return known.tablesSHA256 == found.tablesSHA256 ? .same : .differs
  }

  /// The table of cases with the hashes that were found: what `selftest/cases.csv` is made of.
  public static func table(_ cases: [Case]) -> String {
    var csv = CSV(columns: columns)
    for found in cases {
      csv.row([
        found.scenario, found.settings.joined(separator: "; "), String(found.revision),
        found.scenarioSHA256, found.tablesSHA256,
      ])
    }
    return csv.text
  }

  /// The registers in use.
  public static var registers: String { Registers.widest.name }

  /// Known answers of the random numbers, and whether they are given.
  ///
  /// Source: Salmon 2011, doi 10.1145/2063384.2063405; Random123, kat_vectors.
  public static var randomNumbersAreRight: Bool {
    let answers: [(counter: Philox.Block, key: (UInt32, UInt32), block: Philox.Block)] = [
      (
        .init(0, 0, 0, 0), (0, 0),
        .init(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
      ),
      (
        .init(.max, .max, .max, .max), (.max, .max),
        .init(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
      ),
      (
        .init(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), (0xa409_3822, 0x299f_31d0),
        .init(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
      ),
    ]
    return answers.allSatisfy { Philox.block(counter: $0.counter, key: $0.key) == $0.block }
  }
}
