import Foundation
import Scenario
import Science
import Simulation
import Testing

/// The published experiments in mice, run in full with the default parameter set, against the table
/// in `Scenarios/validation/targets.csv`.
@Suite("Published targets")
struct PublishedTargetsTests {
  struct Row {
    let name, scenario: String
    let low, high: Double?
    let value, error: Double
    let inside: String
    let fields: [String]
  }

  static let replicates = 4
  static let table = Scenarios.root + "/validation/targets.csv"
  static let document = URL(fileURLWithPath: Scenarios.root).deletingLastPathComponent()
    .appendingPathComponent("Sources/stroma/Documentation.docc/Validation.md").path

  static func rows() throws -> [Row] {
    let lines = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
      .dropFirst()
    return try lines.map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == 11, "11 columns: \(line)")
      return Row(
        name: fields[0],
        scenario: fields[2],
        low: Double(fields[4]),
        high: Double(fields[5]),
        value: Double(fields[7]) ?? .nan,
        error: Double(fields[8]) ?? .nan,
        inside: fields[9],
        fields: fields
      )
    }
  }

  /// What each row reads from a trajectory.
  static let observables: [String: @Sendable (Observables, [Snapshot], Experiment) -> Double] = [
    "T01": { _, s, e in endpoint("lung_dna_half_life_1_to_24_h", s, e) },
    "T02": { _, s, e in endpoint("dna_six_organs_1_d", s, e) },
    "T03": { _, s, e in 100 * endpoint("lung_survival_3_d", s, e) },
    "T03-1d": { _, s, e in 100 * endpoint("lung_survival_1_d", s, e) },
    "T04a": { _, s, e in 100 * endpoint("survival_7_d", s, e) },
    "T05": { read, s, e in
      let lung = organ("lung", e)
      let liver = organ("liver", e)
      let early = at(1, s)
      let late = at(24, s)
      let largest = e.host.organs.indices.max {
        read.label(early, organ: $0) < read.label(early, organ: $1)
      }
      return largest == lung && read.label(late, organ: liver) > read.label(late, organ: lung)
        ? 1 : 0
    },
    "T05-ratio": { read, s, e in
      let late = at(24, s)
      return read.label(late, organ: organ("liver", e))
        / read.label(late, organ: organ("lung", e))
    },
    "T05-liver": { read, s, e in
      Double(read.living(at(24, s), organ: organ("liver", e)).all)
    },
  ]

  static func endpoint(_ name: String, _ snapshots: [Snapshot], _ experiment: Experiment) -> Double
  {
    Endpoints.all(snapshots, experiment).first { $0.name == name }?.value ?? .nan
  }

  static func organ(_ name: String, _ experiment: Experiment) -> Int {
    guard let index = experiment.host.index(of: name) else { preconditionFailure("no \(name)") }
    return index
  }

  static func at(_ hours: Double, _ snapshots: [Snapshot]) -> Snapshot {
    guard let found = snapshots.first(where: { $0.time == hours * 60 }) else {
      preconditionFailure("nothing observed at \(hours) h")
    }
    return found
  }

  /// A value stays within 4 standard errors of the table and on its side of the interval.
  @Test(arguments: ["lee-2009-mouse-iv", "eggenhofer-2012-mouse-iv"])
  func valuesStandAsTheTableSays(scenario: String) throws {
    let rows = try Self.rows().filter { $0.scenario == scenario }
    let runs = Scenarios.run(
      try Scenarios.load("validation/\(scenario).yaml"),
      workers: 2,
      replicates: Self.replicates
    )
    #expect(!rows.isEmpty)
    for row in rows {
      let read = try #require(Self.observables[row.name], "row \(row.name) has no observable")
      let values = runs.map { read(Observables($0.experiment), $0.snapshots, $0.experiment) }
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let spread = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (n - 1)
      let error = (spread / n).squareRoot()
      let found = "\(row.name): value \(mean), standard error \(error)"
      #expect((mean - row.value).magnitude <= 4 * max(row.error, 1e-12), "\(found)")
      guard let low = row.low, let high = row.high else {
        #expect(row.inside == "no interval")
        continue
      }
      #expect(row.inside == (mean >= low && mean <= high ? "in" : "out"), "\(found)")
    }
  }

  /// The documentation shows the table as it is.
  @Test func theDocumentationShowsTheTable() throws {
    let text = try String(contentsOfFile: Self.document, encoding: .utf8)
    for row in try Self.rows() {
      let f = row.fields
      let interval = f[4].isEmpty ? "none" : "\(f[4]) to \(f[5])"
      let line =
        "| \(f[0]) | \(f[1]) | \(f[3]) | \(interval) | \(f[6]) | \(f[7]) | \(f[8]) | \(f[9]) |"
      #expect(text.contains(line), "missing: \(line)")
    }
  }
}
