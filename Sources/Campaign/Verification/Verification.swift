import Files
import Foundation
import Scenario
import Substrate

/// Measured values against theory, each with a tolerance and a verdict: whether the solver and the laws do on this
/// machine what the documentation says.
///
/// Random numbers have fixed seeds, so that all values but those of the closed forms are the same on every machine.
/// Tolerances of statistical rows are four standard errors, or the distance of Kolmogorov and Smirnov that chance
/// exceeds once in 10,000 times.
public struct Verification: Sendable {
  /// What is verified together.
  public enum Group: String, CaseIterable, Codable, Sendable {
    /// Diffusion, decay, sources, faces and mass of factors.
    case transport
    /// Random walk and chemotaxis of cells.
    case walk
    /// Times of death.
    case clocks
    /// Organs in which cells first arrest.
    case circulation
    /// Axes of licensing under a constant level.
    case licensing
    /// Number of cells that divide.
    case division
    /// Ledgers of cells, host cells and mass.
    case ledgers
    /// Bytes of tables, whatever the threads, stops, forks and shards.
    case bytes
    /// Unit tests of PerMedCoE and OpenVT.
    case community
  }

  /// A value, what theory says of it, and how far the two may lie apart.
  public struct Row: Encodable, Sendable {
    /// The group.
    public let group: Group
    /// What is measured.
    public let quantity: String
    /// Its unit; 1 for numbers without one.
    public let unit: String
    /// What came out, what theory says, and the largest difference allowed.
    public let measured: Double, expected: Double, tolerance: Double
    /// The closed form, its source, and what the tolerance is made of.
    public let theory: String

    /// Whether the two agree; a value that is no number never does.
    public var passes: Bool { (measured - expected).magnitude <= tolerance }

    /// `ok` or `MISS`.
    public var verdict: String { passes ? "ok" : "MISS" }

    private enum CodingKeys: CodingKey {
      case group, quantity, unit, measured, expected, tolerance, verdict, theory
    }

    /// Writes the values and the verdict; a measured value that is no number is left out.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(group, forKey: .group)
      try values.encode(quantity, forKey: .quantity)
      try values.encode(unit, forKey: .unit)
      try values.encodeIfPresent(measured.isFinite ? measured : nil, forKey: .measured)
      try values.encode(expected, forKey: .expected)
      try values.encode(tolerance, forKey: .tolerance)
      try values.encode(verdict, forKey: .verdict)
      try values.encode(theory, forKey: .theory)
    }
  }

  /// A table of what was simulated for some rows, as text.
  public struct Table: Sendable {
    /// Name of its file, and the text.
    public let name: String, text: String
  }

  /// The rows, in the order of the groups.
  public private(set) var rows: [Row] = []
  /// Tables of the community's tests.
  public private(set) var tables: [Table] = []

  /// Runs some groups.
  ///
  /// - Parameters:
  ///   - groups: the groups.
  ///   - library: directory of the library that holds the scenarios.
  ///   - workers: cores to use.
  ///   - began: called with each group before it runs.
  /// - Throws: `ScenarioError` for a library that lacks what is run, `RunError`, `StoreError` or `OutputError` where a
  ///   run fails or its files cannot be written.
  public init(
    _ groups: [Group],
    library: String,
    workers: Workers,
    began: (Group) -> Void = { _ in }
  ) throws {
    let bench = try VerificationBench(library: library, workers: workers)
    defer { bench.clear() }
    for group in Group.allCases where groups.contains(group) {
      began(group)
      switch group {
      case .transport: rows += TransportChecks(bench).rows
      case .walk: rows += WalkChecks(bench).rows
      case .clocks: rows += ClockChecks(bench).rows
      case .circulation: rows += try CirculationChecks.rows(bench)
      case .licensing: rows += LicensingChecks(bench).rows
      case .division: rows += try DivisionChecks.rows(bench)
      case .ledgers: rows += try LedgerChecks.rows(bench)
      case .bytes: rows += try ByteChecks.rows(bench)
      case .community:
        let found = CommunityChecks(bench)
        rows += found.rows
        tables += found.tables
      }
    }
  }

  /// Whether every row agrees.
  public var passes: Bool { rows.allSatisfy(\.passes) }

  /// `verification.csv`.
  public var csv: String {
    var csv = CSV(columns: [
      "group", "quantity", "unit", "measured", "expected", "tolerance", "verdict", "theory",
    ])
    for row in rows {
      csv.row([
        row.group.rawValue, row.quantity, row.unit, CSV.number(row.measured),
        CSV.number(row.expected), CSV.number(row.tolerance), row.verdict, row.theory,
      ])
    }
    return csv.text
  }

  /// The rows as a table of Markdown: values to five digits, tolerances to two.
  public var table: String {
    rows.reduce(
      "| group | quantity | unit | measured | theory | tolerance | verdict |\n|---|---|---|---|---|---|---|\n"
    ) { text, row in
      text
        + "| \(row.group.rawValue) | \(row.quantity) | \(row.unit) | \(CSV.number(row.measured, digits: 5)) | \(CSV.number(row.expected, digits: 5)) | \(CSV.number(row.tolerance, digits: 2)) | \(row.verdict) |\n"
    }
  }
}
